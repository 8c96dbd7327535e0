"""Every kind of input as batches: arrays (on the device, or streamed) and iterables."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from unikeras.core import nest
from unikeras.core.composite import is_composite
from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.operators import Operators
from unikeras.core.random import numpy_generator
from unikeras.core.strict import report
from unikeras.core.tensor import as_array, default_numpy
from unikeras.utils.py_dataset import PyDataset

__all__ = ["ArraySource", "IterableSource", "as_source", "pack_x_y_sample_weight", "unpack_x_y_sample_weight"]


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """(x, y, sample_weight) of what a step is given, `None` for what is missing (mirrors `keras.utils.unpack_x_y_sample_weight`).

    Raises:
        ValueError: a tuple of more than three.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3:
        raise ValueError(
            f"Data is expected to be (x,), (x, y) or (x, y, sample_weight), but it is a tuple of {len(data)}."
        )
    return (*data, None, None, None)[:3]


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """The reverse of `unpack_x_y_sample_weight`."""
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def whole_number(value: Any, what: str) -> int:
    """An int of an int, NumPy's or a float that is whole.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, (int, float, np.integer, np.floating)) and value == int(value):
        return int(value)
    raise ValueError(f"{what} must be a whole number, not {value!r}.")


def resident_bytes() -> int:
    """How many bytes of data may lie on the device: a quarter of the memory; `UNIKERAS_RESIDENT_BYTES` overrides."""
    given = os.environ.get("UNIKERAS_RESIDENT_BYTES")
    if given:
        return int(given)
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4
    except (ValueError, OSError, AttributeError):
        return 2 << 30


def _is_array(value: Any) -> bool:
    """Whether it is an array: also one on disk (h5py, memmap)."""
    return (
        isinstance(value, (np.ndarray, np.generic, Operators))
        or hasattr(value, "to_numpy")
        or (hasattr(value, "shape") and hasattr(value, "__getitem__") and hasattr(value, "dtype"))
    )


def _host(value: Any, what: str) -> Any:
    """An array of the user's as NumPy, floats in floatx; arrays on disk stay there."""
    if isinstance(value, np.memmap) or (
        not isinstance(value, (np.ndarray, Operators)) and not hasattr(value, "to_numpy") and _is_array(value)
    ):
        if hasattr(value, "detach"):  # a torch tensor
            value = value.detach().cpu().numpy()
        elif not isinstance(value, np.generic):
            return value
    try:
        array = np.asarray(value) if isinstance(value, Operators) else default_numpy(value)
    except ValueError as error:
        raise ValueError(
            f"{what}: the lists do not make an array of one shape ({error}). Pad them to one length, "
            "or give batches with a generator."
        ) from error
    if array.dtype == object:
        array = _stacked(array)
    if array.dtype == object and what.startswith("x") and all(isinstance(v, bytes) for v in array.ravel()):
        return array  # whether the model takes strings is looked at when it is prepared
    if array.dtype.kind not in "biufcV":  # V: bfloat16
        refuse_strings(what, array)
    if as_dtype(array.dtype).is_floating and array.dtype.name != floatx():
        array = array.astype(as_dtype(floatx()).np_dtype)
    return array


def refuse_strings(what: str, array: np.ndarray) -> NoReturn:
    """Say that an array holds no numbers.

    Raises:
        ValueError: always.
    """
    kinds = {"U": "strings", "S": "strings", "T": "strings", "O": "objects"}
    kind = kinds.get(array.dtype.kind, str(array.dtype))
    if kind == "objects" and array.size and isinstance(array.ravel()[0], (str, bytes)):
        kind = "strings"
    first = f" (the first is {array.ravel()[0]!r})" if array.size else ""
    raise ValueError(
        f"{what}: an array of {kind}{first} cannot be computed with. Convert it to numbers of one shape: strings need a "
        "preprocessing layer or a table of their numbers, a pandas column of mixed types needs astype('float32')."
    )


def _stacked(array: np.ndarray) -> np.ndarray:
    """An array of arrays (or of numbers) of one shape as one array; anything else as it is."""
    items = list(array.ravel())
    if not items or not all(isinstance(v, (np.ndarray, list, tuple, int, float, np.number)) for v in items):
        return array
    try:
        stacked = np.stack([np.asarray(v) for v in items])
    except ValueError:  # of several shapes
        return array
    return stacked.reshape(array.shape + stacked.shape[1:])


def _composite(value: Any, what: str, few_lengths: bool) -> Any:
    """A ragged tensor as filled-up rows and their lengths, a sparse one as rows that become dense batch by batch."""
    from unikeras.composites.batches import as_rows

    if not what.startswith("x"):
        raise NotImplementedError(
            f"{what}: ragged and sparse tensors are for x only; make a tensor of it by to_tensor() or tf.sparse.to_dense."
        )
    return as_rows(value, what, few_lengths)


def _to_arrays(value: Any, what: str, few_lengths: bool = False) -> Any:
    """A user's structure with arrays for leaves; a list of numbers is an array, a list of arrays a structure."""
    if value is None:
        return None
    if is_composite(value):
        return _composite(value, what, few_lengths)
    if isinstance(value, dict):
        return {k: _to_arrays(v, f"{what}[{k!r}]", few_lengths) for k, v in value.items()}
    if type(value).__name__ == "DataFrame" and hasattr(value, "columns"):
        return _host(value, what)
    if isinstance(value, (list, tuple)):
        if value and all((_is_array(v) and np.ndim(v)) or isinstance(v, dict) for v in value):
            return (
                type(value)(_to_arrays(v, f"{what}[{i}]", few_lengths) for i, v in enumerate(value))
                if type(value) in (list, tuple)
                else [_to_arrays(v, what, few_lengths) for v in value]
            )
        if value and any(
            isinstance(v, (list, tuple)) and v and any(_is_array(w) and np.ndim(w) for w in v) for v in value
        ):
            return [_to_arrays(v, f"{what}[{i}]", few_lengths) for i, v in enumerate(value)]
        return _host(value, what)
    if _is_array(value):
        return _host(value, what)
    raise ValueError(
        f"{what}: cannot use a {type(value).__name__} as data; give arrays, tensors, DataFrames, a dataset, a generator or a PyDataset."
    )


class ArraySource:
    """Arrays with a common first dimension.

    Args:
        data: a tuple (x,), (x, y) or (x, y, sample_weight) of structures of arrays.
        batch_size: samples a batch; 32 if `None`.
        shuffle: whether every epoch has an order of its own.

    Raises:
        ValueError: the first dimensions differ, or there is no data.
    """

    stage: Callable[[Any], Any] | None = None  # what is done with each batch on the host, ahead of the step

    def __init__(self, data: tuple[Any, ...], batch_size: int | None, shuffle: bool) -> None:
        self.structure = data
        self.batch_size = 32 if batch_size is None else whole_number(batch_size, "batch_size")
        if self.batch_size <= 0:
            raise ValueError(f"batch_size must be positive, not {batch_size}.")
        self.shuffle = shuffle
        self.leaves = [leaf for leaf in nest.flatten(data) if leaf is not None]
        for leaf in self.leaves:
            if not len(leaf.shape):
                raise ValueError(
                    "The data must be arrays with a first dimension of samples; a single number came."
                )
        sizes = {int(leaf.shape[0]) for leaf in self.leaves}
        if len(sizes) > 1:
            parts = ("x", "y", "sample_weight")
            shown = "; ".join(
                f"{parts[i]} sizes: {', '.join(str(leaf.shape[0]) for leaf in nest.flatten(part) if leaf is not None)}"
                for i, part in enumerate(data)
                if part is not None
            )
            hint = ""
            if isinstance(data[0], (list, tuple)) and len(data[0]) in sizes:
                hint = " A list of arrays means several inputs; if x is a list of samples, make one array of them: np.stack(x)."
            raise ValueError(
                f"Data cardinality is ambiguous. Make sure all arrays contain the same number of samples. {shown}.{hint}"
            )
        self.size = sizes.pop() if sizes else 0
        if self.size == 0:
            raise ValueError("The data is empty: there is not a single sample to work on.")
        self.steps = -(-self.size // self.batch_size)
        self._device: list[Any] | None = None

    @property
    def resident(self) -> bool:
        """Whether all of it may lie on the device."""
        size = sum(int(np.prod(leaf.shape)) * np.dtype(leaf.dtype).itemsize for leaf in self.leaves)
        return self.stage is None and size <= resident_bytes()

    def device(self) -> list[Any]:
        """The leaves as the engine's arrays; put there once."""
        if self._device is None:
            self._device = [as_array(np.asarray(leaf)) for leaf in self.leaves]
        return self._device

    def order(self) -> np.ndarray | None:
        """The order of the samples in the next epoch."""
        return numpy_generator().permutation(self.size).astype(np.int32) if self.shuffle else None

    def rows(self, start: int, stop: int, order: np.ndarray | None) -> list[Any]:
        """The leaves' samples at places [start, stop) of the order, on the host."""
        if order is None:
            return [_floats(np.asarray(leaf[start:stop])) for leaf in self.leaves]
        index = order[start:stop]
        return [_floats(_take(leaf, index)) for leaf in self.leaves]

    def first(self) -> Any:
        """The first batch, for shapes."""
        return self.pack(self.rows(0, min(self.batch_size, self.size), None))

    def pack(self, leaves: list[Any]) -> Any:
        """Leaves in the structure of the data."""
        given = iter(leaves)
        return nest.pack_as(
            self.structure, [None if leaf is None else next(given) for leaf in nest.flatten(self.structure)]
        )

    def batches(self, order: np.ndarray | None, skip: int = 0) -> Iterator[Any]:
        """Batches on the host, for streaming, in an order that `order()` gave; the first ones may be skipped."""
        for start in range(skip * self.batch_size, self.size, self.batch_size):
            yield self.pack(self.rows(start, min(start + self.batch_size, self.size), order))


def _take(leaf: Any, index: np.ndarray) -> np.ndarray:
    if isinstance(leaf, np.ndarray):
        return leaf[index]
    ordered = np.argsort(index, kind="stable")  # files on disk want increasing indices
    taken = np.asarray(leaf[index[ordered]])
    result = np.empty_like(taken)
    result[ordered] = taken
    return result


def _floats(array: np.ndarray) -> np.ndarray:
    wanted = as_dtype(floatx()).np_dtype
    return array.astype(wanted) if array.dtype.kind == "f" and array.dtype != wanted else array


class IterableSource:
    """Batches from a generator, a `PyDataset`, or anything that can be iterated over.

    Args:
        data: the iterable.
        shuffle: whether a `PyDataset`'s batches come in another order each epoch.
        class_weight: weights by class, multiplied into the samples'.
    """

    stage: Callable[[Any], Any] | None = None  # what is done with each batch on the host, ahead of the step

    def __init__(self, data: Any, shuffle: bool = False, class_weight: Any = None) -> None:
        self._data = data
        self._shuffle = shuffle
        self._class_weight = class_weight
        self._iterator: Iterator[Any] | None = None
        self._peeked: list[Any] = []
        self.one_pass = hasattr(data, "__next__") and not isinstance(data, PyDataset)
        self.indexed = isinstance(data, PyDataset)
        try:
            steps = len(data)
        except TypeError:
            steps = None
        self.steps: int | None = steps
        self.endless = steps is None and _is_endless(data)
        if steps == 0:
            raise ValueError("The data is empty: the dataset has no batches.")

    def first(self) -> Any:
        """The first batch, for shapes; it is not lost."""
        if isinstance(self._data, PyDataset):
            return self._convert(self._data[0])
        if self._peeked:
            return self._peeked[0]
        try:
            batch = self._convert(next(self._open()))
        except StopIteration:
            raise ValueError("The data is empty: the iterable gave no batch.") from None
        if self.one_pass:
            self._peeked.append(batch)
        else:
            self._iterator = None
        return batch

    def _open(self) -> Iterator[Any]:
        if self.one_pass:
            return self._data
        return iter(self._data)

    def order(self) -> np.ndarray | None:
        """The order of a `PyDataset`'s batches in the next epoch, if it is shuffled."""
        if not (isinstance(self._data, PyDataset) and self._shuffle):
            return None
        return numpy_generator().permutation(len(self._data))

    def batches(self, order: np.ndarray | None, skip: int = 0) -> Iterator[Any]:
        """The batches of an epoch, in an order that `order()` gave; the first ones may be skipped.

        Those of a generator or another iterable are drawn and thrown away.
        """
        if isinstance(self._data, PyDataset):
            for index in (range(len(self._data)) if order is None else order)[skip:]:
                yield self._convert(self._data[int(index)])
            return
        iterator = self._open()
        while True:
            if self._peeked:
                batch = self._peeked.pop()
            else:
                try:
                    batch = next(iterator)
                except StopIteration:
                    return
                batch = self._convert(batch) if skip <= 0 else batch
            skip -= 1
            if skip < 0:
                yield batch

    def epoch_begin(self) -> None:
        """Tell a `PyDataset` that an epoch begins."""
        if isinstance(self._data, PyDataset):
            self._data.on_epoch_begin()

    def replay(self, epochs: int, begun: bool) -> None:
        """Tell a `PyDataset` of epochs that were over before a run was interrupted, and of one that had begun."""
        for _ in range(epochs):
            self.epoch_begin()
            self.epoch_end()
        if begun:
            self.epoch_begin()

    def epoch_end(self) -> None:
        """Tell a `PyDataset` that the epoch is over."""
        if isinstance(self._data, PyDataset):
            self._data.on_epoch_end()

    def _convert(self, batch: Any) -> Any:
        if isinstance(batch, list):
            batch = tuple(batch)
        if not isinstance(batch, tuple):
            batch = (batch,)
        parts = zip(unpack_x_y_sample_weight(batch), ("x", "y", "sample_weight"), strict=True)
        x, y, weight = (_to_arrays(part, name, few_lengths=True) for part, name in parts)
        if self._class_weight:
            weight = class_weights(y, weight, self._class_weight)
        data: tuple[Any, ...] = (x, y, weight)
        while len(data) > 1 and data[-1] is None:
            data = data[:-1]
        return data


def _is_endless(data: Any) -> bool:
    """Whether it is a `tf.data.Dataset` that says that it never ends."""
    from unikeras.data.constants import INFINITE

    cardinality = getattr(data, "cardinality", None)
    return callable(cardinality) and int(cardinality()) == INFINITE


def as_source(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    shuffle: bool = False,
    class_weight: Any = None,
) -> ArraySource | IterableSource:
    """The batches that `fit`, `evaluate` and `predict` work on.

    Raises:
        ValueError: no data, or targets beside an iterable that has its own.
    """
    if x is None:
        raise ValueError("No data was given: x is None.")
    arrays = _is_array(x) or isinstance(x, (list, tuple, dict)) or np.isscalar(x)
    if isinstance(x, PyDataset) or (not arrays and (hasattr(x, "__iter__") or hasattr(x, "__next__"))):
        for name, value in (("y", y), ("sample_weight", sample_weight)):
            if value is not None:
                raise ValueError(
                    f"When x is a dataset or generator ({type(x).__name__}), {name} must not be given: the batches hold it."
                )
        if (
            not isinstance(x, PyDataset)
            and hasattr(x, "__getitem__")
            and hasattr(x, "__len__")
            and not hasattr(x, "__iter__")
        ):
            report(f"{type(x).__name__} is indexed like a PyDataset; derive it from keras.utils.PyDataset.")
        return IterableSource(x, shuffle, class_weight)
    data = tuple(_to_arrays(v, name) for v, name in ((x, "x"), (y, "y"), (sample_weight, "sample_weight")))
    if class_weight:
        data = (data[0], data[1], class_weights(data[1], data[2], class_weight))
    while len(data) > 1 and data[-1] is None:
        data = data[:-1]
    return ArraySource(data, batch_size, shuffle)


def class_weights(y: Any, sample_weight: Any, weights: dict[Any, float]) -> np.ndarray:
    """The samples' weights times those of their classes.

    Raises:
        ValueError: several outputs, or a class without a weight.
    """
    if not hasattr(weights, "items"):
        raise ValueError(
            f"class_weight must be a dict from class numbers to weights, for example {{0: 1.0, 1: 5.0}}, not {weights!r}."
        )
    flat = [leaf for leaf in nest.flatten(y) if leaf is not None]
    if len(flat) != 1:
        raise ValueError(
            f"`class_weight` is only supported for models with one output; there are {len(flat)} targets."
        )
    labels = np.asarray(flat[0])
    if labels.ndim > 1 and labels.shape[-1] > 1:
        if labels.dtype.kind in "iu" and labels.size and labels.max() > 1:
            report(
                f"class_weight: y of shape {labels.shape} is taken for one-hot rows, as Keras does, but has numbers above 1. "
                "If they are classes of time steps, give y as [samples, steps, 1]."
            )
        labels = labels.argmax(-1)
    elif labels.ndim > 1:
        labels = labels[..., 0]
    labels = labels.astype(np.int64)
    known = {int(k): float(v) for k, v in weights.items()}
    missing = sorted(set(np.unique(labels).tolist()) - set(known))
    if missing:
        raise ValueError(
            f"class_weight has no weight for the class {missing[0]} that occurs in y; give one for each of {np.unique(labels).tolist()}."
        )
    found = np.vectorize(known.__getitem__, otypes=[np.float32])(labels)
    if sample_weight is None:
        return found
    weight = np.asarray(sample_weight, np.float32)
    return weight.reshape(weight.shape + (1,) * (found.ndim - weight.ndim)) * found


def split(data: tuple[Any, ...], fraction: float) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The arrays' first samples, and the last `fraction` of them.

    Raises:
        ValueError: a part would be empty.
    """
    size = next(int(leaf.shape[0]) for leaf in nest.flatten(data) if leaf is not None)
    at = int(np.floor(size * (1 - fraction)))
    if not 0 < at < size:
        raise ValueError(
            f"validation_split={fraction} of {size} samples leaves {at} for training and {size - at} for validation; both must have some."
        )
    cut = [
        nest.map_structure(lambda leaf, part=part: None if leaf is None else _rows(leaf, part), data)
        for part in (slice(0, at), slice(at, size))
    ]
    return cut[0], cut[1]


class _Part:
    """Rows [start, stop) of an array on disk, read when they are asked for."""

    def __init__(self, array: Any, start: int, stop: int) -> None:
        self._array, self._start, self._stop = array, start, stop
        self.shape = (stop - start, *array.shape[1:])
        self.dtype = array.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return self._array[start + self._start : stop + self._start : step]
        return self._array[np.asarray(index) + self._start]


def _rows(leaf: Any, part: slice) -> Any:
    return leaf[part] if isinstance(leaf, np.ndarray) else _Part(leaf, part.start, part.stop)


class Prefetch:
    """Iterates in a thread, a few items ahead; `close` ends the thread."""

    def __init__(self, iterator: Iterator[Any], ahead: int = 3) -> None:
        self._queue: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=ahead)
        self._stop = threading.Event()
        self._iterator = iterator
        from unikeras.core.state import thread

        self._engine = thread.engine
        self._thread = threading.Thread(target=self._work, daemon=True, name="unikeras-prefetch")
        self._thread.start()

    def _put(self, item: tuple[str, Any]) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def _work(self) -> None:
        try:
            for item in self._iterator:
                if not self._put(("item", item)):
                    return
            self._put(("end", None))
        except BaseException as error:
            self._put(("error", error))

    def __iter__(self) -> Iterator[Any]:
        while True:
            kind, value = self._queue.get()
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join(timeout=5)


def to_device(batch: Any) -> tuple[Any, list[Any]]:
    """A host batch as (structure, the engine's arrays of its leaves)."""
    leaves = [as_array(np.asarray(leaf)) for leaf in nest.flatten(batch) if leaf is not None]
    return batch, leaves
