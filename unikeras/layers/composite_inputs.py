"""Layers called on ragged and sparse tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras import ops
from unikeras.composites.batches import padded_tensor, ragged_again
from unikeras.composites.ragged_tensor import RaggedTensor
from unikeras.composites.sparse_ops import to_dense
from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.core import nest
from unikeras.core.tensor import RowMask

if TYPE_CHECKING:
    from unikeras.layers.layer import Layer

__all__ = ["call_on_composites", "carry_rows", "check_rows"]

# Layers that treat every value, or every vector along the last axis, by itself.
_BY_VALUE = frozenset(
    (
        "Activation", "AlphaDropout", "Dense", "Discretization", "Dropout", "ELU", "Embedding", "GaussianDropout", "GaussianNoise",
        "Hashing", "Identity", "IntegerLookup", "LeakyReLU", "Normalization", "ReLU", "Rescaling", "StringLookup",
        "ThresholdedReLU", "UnitNormalization",
    )
)  # fmt: skip
# Layers that hand what they are given to ops, which know ragged tensors.
_BY_OPS = frozenset(("Add", "Average", "Concatenate", "Lambda", "Maximum", "Minimum", "Multiply", "Subtract"))
_BY_ROWS = frozenset(("GlobalAveragePooling1D", "GlobalMaxPooling1D"))


def _ours(layer: Layer) -> bool:
    return type(layer).__module__.startswith("unikeras.layers.") and type(layer).__name__ not in _BY_OPS


def call_on_composites(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bool, Any]:
    """Whether a layer's call on ragged or sparse tensors is another call, and its result.

    Layers of Keras's are called on values, or on filled-up rows with a mask, and on dense tensors in place of sparse ones. A
    layer of the user's, a model, `Lambda` and merging layers get the tensors as they are.

    Raises:
        NotImplementedError: a layer of Keras's that takes no masks.
    """
    if not _ours(layer) or not args:
        return False, None
    if any(isinstance(leaf, SparseTensor) for leaf in nest.flatten((args, kwargs))):
        args, kwargs = nest.map_structure(
            lambda v: to_dense(v) if isinstance(v, SparseTensor) else v, (args, kwargs)
        )
        return True, layer(*args, **kwargs)
    x, *rest = args
    if not isinstance(x, RaggedTensor):
        return False, None
    name = type(layer).__name__
    mode = getattr(layer, "output_mode", "int")
    if mode in ("multi_hot", "count", "tf_idf"):  # a vector for each row
        return True, ops.concat([layer(ops.expand_dims(row, 0), *rest, **kwargs) for row in x], axis=0)
    if name in _BY_VALUE or mode == "one_hot":
        return True, x.with_flat_values(layer(x.flat_values, *rest, **kwargs))
    if x.ragged_rank > 1 or not (layer.supports_masking or name in _BY_ROWS):
        _refuse(layer)
    dense = padded_tensor(x.to_tensor(), x.row_lengths())
    result = layer(dense, *rest, **kwargs)
    return True, nest.map_structure(
        lambda t: ragged_again(t, x._rows) if isinstance(getattr(t, "_keras_mask", None), RowMask) else t,
        result,
    )


def _refuse(layer: Layer) -> None:
    raise NotImplementedError(
        f"{type(layer).__name__} {layer.name!r}: ragged inputs are not available for this layer in a compiled step, or at all. Use "
        "ragged.to_tensor() before it, or compile(run_eagerly=True) if its call knows ragged tensors; a layer of your own that takes the mask "
        "of filled-up rows into account says so by supports_masking = True."
    )


def check_rows(layer: Layer) -> None:
    """Refuse filled-up rows where a layer would take what fills them for values.

    Raises:
        NotImplementedError: the layer takes no masks.
    """
    from unikeras.models.model import Model

    name = type(layer).__name__
    if isinstance(layer, Model) or layer.supports_masking or name in _BY_VALUE or name in _BY_ROWS:
        return
    _refuse(layer)


def carry_rows(layer: Layer, mask: Any, outputs: Any) -> None:
    """Let the outputs of a layer that works value by value keep the mask of filled-up rows, beside what the layer masks."""
    if type(layer).__name__ not in _BY_VALUE:
        return
    for tensor in nest.flatten(outputs):
        own = getattr(tensor, "_keras_mask", None)
        both = mask if own is None or own is mask else ops.logical_and(mask, own)
        tensor._keras_mask = RowMask(both._array)
