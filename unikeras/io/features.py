"""What to make of the features of an Example: `tf.io.FixedLenFeature` and its kin."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from unikeras.core.dtypes import as_dtype

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "RaggedFeature",
    "SparseFeature",
    "VarLenFeature",
]


class FixedLenFeature(NamedTuple):
    """A feature with the same number of values in every example: a dense tensor (mirrors `tf.io.FixedLenFeature`).

    Args:
        shape: the shape of an example's values.
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
        default_value: what an example without the feature has; without it, such an example is an error.

    Example:
        >>> import unikeras as tf
        >>> tf.io.FixedLenFeature([2], tf.int64)
        FixedLenFeature(shape=[2], dtype=tf.int64, default_value=None)
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature with any number of parts of one shape: a dense tensor, padded in a batch (mirrors `tf.io.FixedLenSequenceFeature`).

    Args:
        shape: the shape of a part.
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
        allow_missing: whether an example may be without it; must be true, but in sequence examples.
        default_value: what shorter ones are padded with; 0 or "" if `None`.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature with any number of values: a sparse tensor (mirrors `tf.io.VarLenFeature`).

    Args:
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
    """

    dtype: Any


class SparseFeature(NamedTuple):
    """Values and where they are, in features of their own: a sparse tensor (mirrors `tf.io.SparseFeature`).

    Args:
        index_key: the feature of the indices, or one for each dimension.
        value_key: the feature of the values.
        dtype: the values' type.
        size: the dimension, or all of them.
        already_sorted: whether the indices of every example are in order.
    """

    index_key: Any
    value_key: str
    dtype: Any
    size: Any
    already_sorted: bool = False


class _RowSplits(NamedTuple):
    key: str


class _RowLengths(NamedTuple):
    key: str


class _RowStarts(NamedTuple):
    key: str


class _RowLimits(NamedTuple):
    key: str


class _ValueRowIds(NamedTuple):
    key: str


class _UniformRowLength(NamedTuple):
    length: int


_PARTITIONS = (_RowSplits, _RowLengths, _RowStarts, _RowLimits, _ValueRowIds, _UniformRowLength)
for _kind in _PARTITIONS:
    _kind.__name__ = _kind.__qualname__ = _kind.__name__[1:]


class _RaggedFields(NamedTuple):
    dtype: Any
    value_key: str | None
    partitions: Any
    row_splits_dtype: Any
    validate: bool


class RaggedFeature(_RaggedFields):
    """A feature with any number of values: a ragged tensor (mirrors `tf.io.RaggedFeature`).

    Args:
        dtype: `tf.float32`, `tf.int64` or `tf.string`.
        value_key: the feature of the values; the entry's own key if `None`.
        partitions: how the values are cut into rows, outermost first: `RaggedFeature.RowLengths(key)`, `RowSplits`,
            `RowStarts`, `RowLimits`, `ValueRowIds` with the feature that says it, or `UniformRowLength(length)`.
        row_splits_dtype: `tf.int32` or `tf.int64`.
        validate: accepted: partitions that do not fit the values are always an error.

    Raises:
        ValueError: another dtype.
        TypeError: something else as a partition.

    Example:
        >>> import unikeras as tf
        >>> lists = tf.io.RaggedFeature(tf.int64, "values", [tf.io.RaggedFeature.RowLengths("lengths")])
        >>> ints = lambda v: tf.train.Feature(int64_list=tf.train.Int64List(value=v))
        >>> features = tf.train.Features(feature={"values": ints([1, 2, 3]), "lengths": ints([2, 1])})
        >>> text = tf.train.Example(features=features).SerializeToString()
        >>> tf.io.parse_single_example(text, {"x": lists})["x"]
        <tf.RaggedTensor [[1, 2], [3]]>
    """

    RowSplits: ClassVar[Any] = _RowSplits
    RowLengths: ClassVar[Any] = _RowLengths
    RowStarts: ClassVar[Any] = _RowStarts
    RowLimits: ClassVar[Any] = _RowLimits
    ValueRowIds: ClassVar[Any] = _ValueRowIds
    UniformRowLength: ClassVar[Any] = _UniformRowLength

    def __new__(  # noqa: D102
        cls,
        dtype: Any,
        value_key: str | None = None,
        partitions: Any = (),
        row_splits_dtype: Any = "int32",
        validate: bool = False,
    ) -> RaggedFeature:
        kind, splits = as_dtype(dtype), as_dtype(row_splits_dtype)
        if kind.name not in ("int64", "float32", "string"):
            raise ValueError(f"Argument `dtype` must be int64, float32, or bytes; got {kind!r}")
        if splits.name not in ("int32", "int64"):
            raise ValueError(f"Argument `row_splits_dtype` must be int32 or int64; got {splits!r}")
        if not isinstance(partitions, (list, tuple)):
            raise TypeError("Argument `partitions` must be a list or tuple.")
        for partition in partitions:
            if not isinstance(partition, _PARTITIONS):
                raise TypeError(
                    f"Argument `partitions` must be a list of RaggedFeature.RowLengths and its kin; got: {partition!r}"
                )
        return super().__new__(cls, kind, value_key, tuple(partitions), splits, bool(validate))
