"""What happens around a layer's `call`: its signature, its inputs as tensors of its dtype, masks, the training flag."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from unikeras import ops
from unikeras.core import nest
from unikeras.core.dtypes import as_dtype
from unikeras.core.state import thread
from unikeras.core.symbolic import is_symbolic, without_sizes
from unikeras.core.tensor import Tensor, as_array, is_tensor
from unikeras.core.variable import Variable

if TYPE_CHECKING:
    from unikeras.layers.layer import Layer

__all__ = [
    "OuterCall",
    "Signature",
    "as_tensors",
    "autocast",
    "carried_masks",
    "inherit_training",
    "mask_of",
    "say_where",
    "set_mask",
]


class OuterCall:
    """The outermost layer call under way: the training flag inner layers inherit, and who added losses."""

    __slots__ = ("layer", "training")

    def __init__(self, layer: Layer, training: Any) -> None:
        self.layer = layer
        self.training = training


class Signature:
    """What a class's `call` and `build` accept, and whether it has a `compute_mask` of its own."""

    def __init__(self, cls: type, makes_masks: bool) -> None:
        parameters = inspect.signature(cls.call).parameters  # type: ignore[attr-defined]
        self.names = [p for p in parameters if p != "self"]
        self.any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        self.training = "training" in parameters
        self.mask = "mask" in parameters
        self.tensor_names = [
            n for n in self.names if n not in ("training", "mask") and not n.endswith("_mask")
        ]
        self.training_place = self.names.index("training") if self.training else -1
        build = inspect.signature(cls.build).parameters  # type: ignore[attr-defined]
        self.build_names = [
            n for n, p in build.items() if n != "self" and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        ]
        self.makes_masks = makes_masks
        # 'value_mask' -> 'value', where both are arguments: filled with the mask that the argument carries
        self.mask_names = {f"{n}_mask": n for n in self.names if f"{n}_mask" in self.names}


def as_tensors(
    layer: Layer, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any], list[Any], bool]:
    """Arrays and numbers among the inputs as tensors: (args, kwargs, the tensors in them, whether one is symbolic)."""
    if not args and kwargs and signature.tensor_names and signature.tensor_names[0] in kwargs:
        args = (kwargs[signature.tensor_names[0]],)
        kwargs = {k: v for k, v in kwargs.items() if k != signature.tensor_names[0]}
    if not args:
        if not kwargs and signature.tensor_names:
            raise TypeError(
                f"Layer {layer.name!r} ({type(layer).__name__}) was called without inputs; call() takes {', '.join(signature.names)}."
            )
        return args, kwargs, [], False

    def convert(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray) or hasattr(leaf, "to_numpy"):
            return (
                Tensor(as_array(leaf))
                if str(getattr(leaf, "dtype", None)) != "object" or _is_text(leaf)
                else leaf
            )
        return leaf

    first = args[0]
    if nest.is_nested(first):
        if isinstance(first, (list, tuple)) and not any(
            is_tensor(v) or isinstance(v, np.ndarray) or hasattr(v, "to_numpy") for v in nest.flatten(first)
        ):
            plain = nest.flatten(first)
            if plain and all(isinstance(v, (int, float, bool, np.generic, str, bytes)) for v in plain):
                first = Tensor(as_array(first))
        first = nest.map_structure(convert, first) if nest.is_nested(first) else first
    elif isinstance(first, (int, float, np.generic, str, bytes)) and not isinstance(first, bool):
        first = Tensor(as_array(first))
    else:
        first = convert(first)
    args = (first, *(nest.map_structure(convert, a) if a is not None else None for a in args[1:]))
    kwargs = {k: nest.map_structure(convert, v) for k, v in kwargs.items()}
    leaves = [leaf for leaf in nest.flatten((args, kwargs)) if is_tensor(leaf)]
    return args, kwargs, leaves, any(is_symbolic(leaf) for leaf in leaves)


def _is_text(value: Any) -> bool:
    """Whether an array of objects (or a pandas column) holds strings."""
    values = value.ravel() if isinstance(value, np.ndarray) else value.to_numpy().ravel()
    return all(isinstance(v, (str, bytes)) for v in values)


def autocast(
    compute_dtype: str, args: tuple[Any, ...], kwargs: dict[str, Any], leaves: list[Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Floating-point tensors (not variables) among the inputs cast to `compute_dtype`; masks stay with them."""
    wanted = as_dtype(compute_dtype)
    if all(
        not leaf.dtype.is_floating or leaf.dtype is wanted or isinstance(leaf, Variable) for leaf in leaves
    ):
        return args, kwargs

    def cast(leaf: Any) -> Any:
        if (
            is_tensor(leaf)
            and not isinstance(leaf, Variable)
            and leaf.dtype.is_floating
            and leaf.dtype is not wanted
        ):
            result = ops.cast(leaf, wanted)
            mask = getattr(leaf, "_keras_mask", None)
            if mask is not None:
                result._keras_mask = mask
            return result
        return leaf

    return nest.map_structure(cast, (args, kwargs))


def inherit_training(
    signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any], outer: OuterCall | None
) -> tuple[Any, dict[str, Any]]:
    """The training flag, given or inherited from the outer call, and the keywords with it where `call` takes it."""
    training = kwargs.get("training")
    if training is None and outer is not None:
        training = outer.training
    if signature.training:
        if len(args) > signature.training_place:
            training = args[signature.training_place]
        elif training is not None:
            kwargs = {**kwargs, "training": training}
        elif "training" in kwargs:
            kwargs = {k: v for k, v in kwargs.items() if k != "training"}
    elif "training" in kwargs and not signature.any_keyword:
        kwargs = {k: v for k, v in kwargs.items() if k != "training"}
    return training, kwargs


def mask_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The mask (or structure of masks) that the first input carries, or `None`."""
    first = args[0] if args else next(iter(kwargs.values()), None)
    if type(first) is Tensor:
        return getattr(first, "_keras_mask", None)
    if nest.is_nested(first):
        masks = [getattr(leaf, "_keras_mask", None) for leaf in nest.flatten(first)]
        if any(m is not None for m in masks):
            return nest.pack_as(first, masks)
    return None


def carried_masks(signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords with the masks that arguments carry, where `call` takes them and they are not given."""
    values = {**dict(zip(signature.names, args, strict=False)), **kwargs}
    found = {
        name: getattr(values[of], "_keras_mask", None)
        for name, of in signature.mask_names.items()
        if values.get(name) is None and values.get(of) is not None
    }
    return {**kwargs, **{name: mask for name, mask in found.items() if mask is not None}}


def set_mask(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any], mask: Any, outputs: Any) -> None:
    """Let the outputs carry the mask that the layer computes for them."""
    made = layer.compute_mask(args[0] if args else None, kwargs.get("mask", mask))
    if made is None:
        return
    flat = nest.flatten(outputs)
    masks = nest.flatten(made) if nest.is_nested(made) else [made] * len(flat)
    for tensor, one in zip(flat, masks, strict=False):
        if one is not None and isinstance(tensor, Tensor):
            tensor._keras_mask = one


def say_where(error: Exception, layer: Layer, args: tuple[Any, ...]) -> None:
    """Note on an error in which layer's call it came up: the innermost."""
    if any(note.startswith("In the call of layer") for note in getattr(error, "__notes__", ())):
        return
    shapes = ", ".join(str(tuple(leaf.shape)) for leaf in nest.flatten(args) if is_tensor(leaf))
    if thread.symbolic:
        shapes = without_sizes(shapes)
    error.add_note(
        f"In the call of layer {layer.name!r} ({type(layer).__name__}) with inputs of shape {shapes or 'unknown'}."
    )
