"""`from_generator`: what a user's generator yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import as_dtype
from unikeras.core.nest import flatten, is_nested
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec, TypeSpec
from unikeras.core.tensor import as_bytes
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.python_errors import as_op_error
from unikeras.data.structure import Structure, as_element, host_leaf, plain_leaf

__all__ = ["from_generator"]


def from_generator(generator: Any, types: Any, shapes: Any, args: Any, signature: Any) -> Dataset:
    """The data set of what a generator yields; see `Dataset.from_generator`."""
    if not callable(generator):
        raise TypeError("`generator` must be a Python callable.")
    if signature is None and types is None:
        raise TypeError(
            "To specify the output signature you need to provide either the `output_signature` argument or the "
            "`output_types` argument."
        )
    if signature is not None:
        for name, value in (("output_types", types), ("output_shapes", shapes)):
            if value is not None:
                raise TypeError(
                    f"The `{name}` argument can not be used together with the `output_signature` argument."
                )
        for spec in flatten(signature):
            if not isinstance(spec, TypeSpec):
                raise TypeError(
                    f"`output_signature` must contain objects that are subclass of `tf.TypeSpec` but found {spec!r}."
                )
    else:
        signature = _signature(types, shapes)
    if args is not None and not isinstance(args, tuple):
        raise TypeError(f"`args` must be a tuple, not {args!r}.")
    return _FlatMapDataset(generator, args or (), signature)


def _signature(types: Any, shapes: Any) -> Any:
    """Specs of dtypes and shapes, in their structure."""
    if isinstance(types, dict):
        return {key: _signature(part, None if shapes is None else shapes[key]) for key, part in types.items()}
    if isinstance(types, tuple):
        parts = [_signature(part, None if shapes is None else shapes[i]) for i, part in enumerate(types)]
        return type(types)(*parts) if hasattr(types, "_fields") else tuple(parts)
    if isinstance(types, list):
        return _signature(tuple(types), shapes)
    return TensorSpec(None if shapes is None else TensorShape(shapes), as_dtype(types))


class _FlatMapDataset(Dataset):
    """What a generator yields (TensorFlow prints it under this name).

    Args:
        generator: function that gives something to iterate over.
        args: what it is called with.
        spec: the specs of what it yields.
    """

    def __init__(self, generator: Callable[..., Any], args: tuple[Any, ...], spec: Any) -> None:
        super().__init__()
        self._generator = generator
        self._args = [plain_leaf(host_leaf(arg)) for arg in args]
        self._spec = spec
        self._structure = Structure(spec)

    def _make_spec(self) -> Any:
        return self._spec

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _GeneratorIterator(self._generator, self._args, self._spec)


class _GeneratorIterator(ElementIterator):
    """To go to a place, the generator is run again up to it."""

    def __init__(self, generator: Callable[..., Any], args: list[Any], spec: Any) -> None:
        self._generator, self._args = generator, args
        self._spec = spec
        self._structure = Structure(spec)
        self._specs = flatten(spec)
        self._yielding: Iterator[Any] | None = None
        self._ended = False
        self._number = 0

    def __next__(self) -> list[Any]:
        if self._ended:
            raise StopIteration
        try:
            if self._yielding is None:
                self._yielding = iter(self._generator(*self._args))
            value = next(self._yielding)
        except StopIteration:
            self._ended = True
            raise
        except Exception as error:
            self._ended = True
            raise as_op_error(error) from error
        self._number += 1
        try:
            return self._leaves(value)
        except (TypeError, ValueError) as error:
            raise as_op_error(error) from error

    def _leaves(self, value: Any) -> list[Any]:
        """The leaves of what was yielded.

        Raises:
            TypeError: it is not as announced.
        """
        if isinstance(value, list) and is_nested(self._spec):
            value = tuple(value)
        try:
            element = as_element(value, lambda leaf: leaf)
            leaves = self._structure.flatten(element) if is_nested(self._spec) else [value]
            fits = len(leaves) == len(self._specs) and is_nested(element) == is_nested(self._spec)
        except (TypeError, KeyError, ValueError):
            fits = False
        if not fits and is_nested(self._spec):
            raise TypeError(
                "`generator` yielded an element that did not match the expected structure. The expected structure was "
                f"{self._spec}, but the yielded element was {value!r}."
            )
        return [self._leaf(leaf, spec) for leaf, spec in zip(leaves, self._specs, strict=True)]

    def _leaf(self, value: Any, spec: Any) -> Any:
        if not isinstance(spec, TensorSpec):
            leaf = host_leaf(value)
            if isinstance(leaf, CompositeTensor) and not spec.is_compatible_with(leaf):
                raise TypeError(f"`generator` yielded {leaf!r} where an element of {spec} was expected.")
            return leaf
        array = _array(value, spec)
        if not spec.shape.is_compatible_with(array.shape):
            raise TypeError(
                f"`generator` yielded an element of shape {array.shape} where an element of shape {spec.shape} was expected."
            )
        return array

    def save(self) -> dict[str, Any]:
        return {"number": self._number, "ended": self._ended}

    def restore(self, state: dict[str, Any]) -> None:
        self.close()
        self._yielding, self._number, self._ended = None, 0, False
        self.skip(int(state["number"]))
        self._number, self._ended = int(state["number"]), bool(state["ended"])

    def close(self) -> None:
        stop = getattr(self._yielding, "close", None)
        if stop is not None:
            stop()


def _array(value: Any, spec: TensorSpec) -> np.ndarray:
    """A yielded value as an array of the announced type.

    Raises:
        TypeError: it is of another kind.
    """
    dtype = spec.dtype
    if dtype.name == "string":
        array = host_leaf(value)
        if array.dtype == object:
            return array
    else:
        given = (
            host_leaf(value)
            if not isinstance(value, (int, float, bool, np.generic, np.ndarray))
            else np.asarray(value)
        )
        plain = not hasattr(value, "dtype")  # Python's numbers keep their kind, arrays are converted
        if given.dtype.kind in "biufcV" and not (
            plain and given.dtype.kind in "fc" and given.size and not (dtype.is_floating or dtype.is_complex)
        ):
            return given.astype(dtype.np_dtype)
        if given.dtype.kind in "SU":
            given = as_bytes(given)
    raise TypeError(
        "`generator` yielded an element that did not match the expected structure. The expected structure was "
        f"{spec}, but the yielded element was {value!r}."
    )
