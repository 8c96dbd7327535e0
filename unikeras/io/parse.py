"""`tf.io.parse_example`, `parse_single_example`: serialized Examples as tensors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value
from unikeras.core.shape import TensorShape
from unikeras.core.tensor import as_array, convert_to_tensor
from unikeras.io.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
)
from unikeras.io.parse_ragged import ragged
from unikeras.io.values import sparse, tensor
from unikeras.io.wire import Column, column, parsed

__all__ = [
    "Batch",
    "check_features",
    "parse_example",
    "parse_single_example",
    "parse_values",
    "serialized_texts",
]

_ORDER = (SparseFeature, VarLenFeature, FixedLenFeature, FixedLenSequenceFeature, RaggedFeature)


class Batch:
    """The features of some examples.

    Args:
        maps: name -> Feature as bytes, of each example.
        names: what errors call the examples.
        single: whether it is one example, whose tensors have no dimension for examples.
    """

    def __init__(self, maps: list[Any], names: Sequence[str] | None = None, single: bool = False) -> None:
        self.maps = maps
        self.single = single
        self._names = names
        self._columns: dict[tuple[str, str], Column] = {}

    def raws(self, key: str) -> list[bytes | None]:
        """The bytes of a feature of each example; `None` or empty where there is none."""
        return [features.get(key) for features in self.maps]

    def column(self, key: str, dtype: str) -> Column:
        """The values of a feature."""
        found = self._columns.get((key, dtype))
        if found is None:
            found = self._columns[key, dtype] = column(self.raws(key), dtype, f"Key: {key}")
        return found

    def example(self, index: int) -> str:
        """How errors about an example begin."""
        if self.single:
            return ""
        name = self._names[index] if self._names else "<unknown>"
        return f"Name: {name}, Index: {index}, "


def parse_single_example(
    serialized: Any, features: Any, example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """The features of a serialized `tf.train.Example` as tensors (mirrors `tf.io.parse_single_example`).

    Args:
        serialized: a scalar string.
        features: name -> `tf.io.FixedLenFeature`, `VarLenFeature`, `RaggedFeature`, `SparseFeature` or `FixedLenSequenceFeature`.
        example_names: accepted.
        name: ignored.

    Returns:
        Name -> tensor, ragged or sparse tensor.

    Raises:
        InvalidArgumentError: it is no Example, a feature is missing and has no default, or has values of another type or another number.
        ValueError: `features` is empty, or not understood.

    Example:
        >>> import unikeras as tf
        >>> feature = {"age": tf.train.Feature(int64_list=tf.train.Int64List(value=[7]))}
        >>> text = tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()
        >>> tf.io.parse_single_example(text, {"age": tf.io.FixedLenFeature([], tf.int64)})["age"].numpy()
        np.int64(7)
    """
    wanted = check_features(features)
    texts = serialized_texts(serialized, "parse_single_example")
    if texts.ndim:
        raise ValueError("Input serialized must be a scalar")
    maps = [parsed("Example", [texts.item()])[0].features.feature]
    return parse_values(wanted, Batch(maps, single=True))


def parse_example(
    serialized: Any, features: Any, example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """The features of serialized `tf.train.Example`s as tensors of a batch (mirrors `tf.io.parse_example`).

    Args:
        serialized: strings [batch]; a scalar is parsed as by `parse_single_example`.
        features: name -> `tf.io.FixedLenFeature`, `VarLenFeature`, `RaggedFeature`, `SparseFeature` or `FixedLenSequenceFeature`.
        example_names: strings [batch]: what errors call the examples.
        name: ignored.

    Returns:
        Name -> tensor, ragged or sparse tensor, with a first dimension for the examples.

    Raises:
        InvalidArgumentError: one is no Example, a feature is missing and has no default, or has values of another type or another number.
        ValueError: `features` is empty, or not understood.

    Example:
        >>> import unikeras as tf
        >>> def example(age):
        ...     feature = {"age": tf.train.Feature(int64_list=tf.train.Int64List(value=[age]))}
        ...     return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()
        >>> tf.io.parse_example([example(7), example(8)], {"age": tf.io.FixedLenFeature([], tf.int64)})["age"].numpy()
        array([7, 8])
    """
    wanted = check_features(features)
    texts = serialized_texts(serialized, "parse_example")
    if texts.ndim > 1:
        raise InvalidArgumentError(
            f"Expected serialized to be a scalar or vector, got shape: {list(texts.shape)}"
        )
    maps = [made.features.feature for made in parsed("Example", texts.reshape(-1).tolist())]
    return parse_values(wanted, Batch(maps, _names(example_names), single=not texts.ndim))


def serialized_texts(serialized: Any, where: str) -> np.ndarray:
    """Strings on the host."""
    if isinstance(serialized, (list, tuple)) and not serialized:
        raise ValueError(f"{where}: an empty list is a tensor of float32: give tf.constant([], tf.string)")
    try:
        return host_value(serialized, where, "string")
    except TypeError as error:
        raise ValueError(f"{where}: serialized must be strings, see SerializeToString(): {error}") from None


def _names(example_names: Any) -> list[str] | None:
    if example_names is None:
        return None
    names = host_value(example_names, "parse_example: example_names", "string")
    return [name.decode(errors="replace") for name in names.ravel().tolist()]


def check_features(features: Any, allowed: tuple[type, ...] = _ORDER) -> dict[str, Any]:
    """What to parse, in the order of the results.

    Raises:
        ValueError: there is nothing, or something that is no feature.
    """
    if features is None:
        raise ValueError("Invalid argument: features cannot be None.")
    if not features:
        raise ValueError("Invalid argument: features cannot be empty.")
    if not isinstance(features, Mapping):
        raise ValueError(f"features must be a dictionary of names to features, not {features!r}.")
    for key, feature in features.items():
        if not isinstance(key, (str, bytes)):
            raise TypeError(f"The name of a feature must be a string, not {key!r}.")
        if not isinstance(feature, allowed):
            raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key!s}'")
        if isinstance(feature, FixedLenFeature):
            _check_shape(key, feature)
        if isinstance(feature, FixedLenSequenceFeature) and not feature.allow_missing and allowed is _ORDER:
            raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")

    def place(item: tuple[Any, Any]) -> tuple[int, str]:
        kind = {VarLenFeature: 0, FixedLenFeature: 1, FixedLenSequenceFeature: 1, RaggedFeature: 2}
        return kind.get(type(item[1]), 3), str(item[0])

    return dict(sorted(features.items(), key=place))


def _check_shape(key: Any, feature: Any) -> None:
    if feature.shape is None:
        raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
    shape = TensorShape([feature.shape] if isinstance(feature.shape, int) else feature.shape)
    if shape.rank is None:
        raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
    if shape.rank and shape[0] is None:
        raise ValueError(
            f"First dimension of shape for feature {key} unknown. Consider using FixedLenSequenceFeature. Received feature={feature}."
        )
    if not shape.is_fully_defined():
        raise ValueError(
            f"All dimensions of shape for feature {key} need to be known but received {list(shape)}."
        )


def parse_values(features: Mapping[str, Any], batch: Batch) -> dict[str, Any]:
    """The tensors of features that `check_features` looked at."""
    return {key: _PARSERS[type(feature)](_text(key), feature, batch) for key, feature in features.items()}


def _text(key: Any) -> str:
    return key.decode() if isinstance(key, bytes) else key


def dtype_of(feature: Any, key: str) -> str:
    """The name of the type of a feature's values.

    Raises:
        InvalidArgumentError: features have no values of this type.
    """
    name = as_dtype(feature.dtype).name
    if name not in ("string", "float32", "int64"):
        raise InvalidArgumentError(
            f"Feature {key}: values are of float32, int64 or string, not {name}; parse one of these and use tf.cast."
        )
    return name


def _fixed(key: str, feature: Any, batch: Batch) -> Any:
    dtype = dtype_of(feature, key)
    shape = _sizes(feature.shape)
    size = math.prod(shape)
    values, counts = batch.column(key, dtype)
    full = shape if batch.single else (len(batch.maps), *shape)
    if len(values) != size * len(counts) or not (counts == size).all():
        values = _with_defaults(key, feature, batch, values, counts, size)
    return tensor(values.reshape(full))


def _sizes(shape: Any) -> tuple[int, ...]:
    if type(shape) is list or type(shape) is tuple:
        return tuple(shape)
    return tuple(TensorShape(shape if hasattr(shape, "__iter__") else [shape]))


def _with_defaults(
    key: str, feature: Any, batch: Batch, values: np.ndarray, counts: np.ndarray, size: int
) -> np.ndarray:
    dtype = dtype_of(feature, key)
    here = np.array([bool(raw) for raw in batch.raws(key)])
    wrong = np.flatnonzero(here & (counts != size))
    if len(wrong):
        raise InvalidArgumentError(
            f"{batch.example(int(wrong[0]))}Key: {key}.  Can't parse serialized Example: number of {dtype} values != expected.  "
            f"values size: {counts[wrong[0]]} but output shape: {list(_sizes(feature.shape))}"
        )
    if here.all():
        return values
    if feature.default_value is None:
        raise InvalidArgumentError(
            f"{batch.example(int(np.flatnonzero(~here)[0]))}Feature: {key} (data type: {dtype}) is required but could not be found."
        )
    default = np.asarray(as_host(feature.default_value, dtype)).reshape(-1)
    if default.size != size:
        raise InvalidArgumentError(
            f"Feature {key}: default_value has {default.size} values, but the shape {list(_sizes(feature.shape))} has {size}"
        )
    rows = np.empty((len(here), size), values.dtype)
    rows[here] = values.reshape(-1, size)
    rows[~here] = default
    return rows


def as_host(value: Any, dtype: str) -> np.ndarray:
    """A default value on the host."""
    return np.asarray(convert_to_tensor(value, dtype)._array if dtype == "string" else as_array(value, dtype))


def _sequence(key: str, feature: Any, batch: Batch) -> Any:
    dtype = dtype_of(feature, key)
    shape = _sizes(feature.shape)
    if any(size is None for size in shape):
        raise InvalidArgumentError(f"Feature {key}: the shape of a part must be known, not {list(shape)}")
    size = math.prod(shape)
    values, counts = batch.column(key, dtype)
    wrong = np.flatnonzero(counts % size) if size else np.flatnonzero(counts)
    if len(wrong):
        raise InvalidArgumentError(
            f"{batch.example(int(wrong[0]))}Key: {key}.  Number of {dtype} values is not a multiple of stride length.  Saw "
            f"{counts[wrong[0]]} values but output shape is: [?,{','.join(map(str, shape))}]"
        )
    parts = counts // max(size, 1)
    if batch.single:
        return tensor(values.reshape(int(parts[0]), *shape))
    default = feature.default_value
    return tensor(padded(values, parts, shape, dtype, None if default is None else as_host(default, dtype)))


def padded(
    values: np.ndarray, parts: np.ndarray, shape: tuple[int, ...], dtype: str, default: Any = None
) -> np.ndarray:
    """Parts of one shape, several of each example, as [examples, most parts, *shape]."""
    longest = int(parts.max()) if len(parts) else 0
    if default is None:
        default = b"" if dtype == "string" else 0
    made = np.empty((len(parts), longest, *shape), values.dtype)
    made[...] = default.item() if isinstance(default, np.ndarray) and default.size == 1 else default
    made[np.arange(longest) < parts[:, None]] = values.reshape(-1, *shape)
    return made


def _variable(key: str, feature: Any, batch: Batch) -> Any:
    values, counts = batch.column(key, dtype_of(feature, key))
    inner = within(counts)
    if batch.single:
        return sparse(inner[:, None], values, [len(values)])
    rows = np.repeat(np.arange(len(counts)), counts)
    longest = int(counts.max()) if len(counts) else 0
    return sparse(np.stack([rows, inner], 1), values, [len(counts), longest])


def within(counts: np.ndarray) -> np.ndarray:
    """The place of every value among those of its example.

    Example:
        >>> within(np.array([2, 0, 3])).tolist()
        [0, 1, 0, 1, 2]
    """
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)


def _placed(key: str, feature: Any, batch: Batch) -> Any:
    """A `SparseFeature`."""
    several = isinstance(feature.index_key, (list, tuple))
    keys = list(feature.index_key) if several else [feature.index_key]
    if several and not isinstance(feature.size, (list, tuple)):
        raise TypeError(f"Feature {key}: size must be a list, as index_key is one, not {feature.size!r}.")
    sizes = [int(s) for s in (feature.size if isinstance(feature.size, (list, tuple)) else [feature.size])]
    if len(sizes) != len(keys):
        raise ValueError(f"Feature {key}: {len(keys)} features of indices, but {len(sizes)} sizes.")
    values, counts = batch.column(feature.value_key, dtype_of(feature, key))
    indices = []
    for index_key in keys:
        found, places = batch.column(index_key, "int64")
        if (places != counts).any():
            raise InvalidArgumentError(
                f"Feature {key}: dimensions {int(places.sum())} and {int(counts.sum())} are not compatible: {index_key} has "
                f"{places.tolist()} indices, {feature.value_key} {counts.tolist()} values."
            )
        indices.append(found)
    rows = np.repeat(np.arange(len(counts)), counts)
    if not feature.already_sorted:
        order = np.lexsort([*reversed(indices), rows])
        indices, values = [i[order] for i in indices], values[order]
    if not batch.single:
        indices.insert(0, rows)
        sizes.insert(0, len(counts))
    return sparse(np.stack(indices, 1), values, sizes)


def _ragged(key: str, feature: Any, batch: Batch) -> Any:
    dtype = dtype_of(feature, key)
    values, counts = batch.column(feature.value_key or key, dtype)
    return ragged(key, feature, values, counts, lambda name: batch.column(name, "int64"), batch.single)


_PARSERS = {
    FixedLenFeature: _fixed,
    FixedLenSequenceFeature: _sequence,
    VarLenFeature: _variable,
    SparseFeature: _placed,
    RaggedFeature: _ragged,
}
