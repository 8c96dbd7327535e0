"""Transformations as functions for `Dataset.apply` (mirror `tf.data.experimental.*`), and what can be asked of a data set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import flatten, pack_as
from unikeras.core.tensor import Tensor
from unikeras.data.constants import AUTOTUNE, INFINITE, UNKNOWN, scalar
from unikeras.data.dataset import Dataset
from unikeras.data.structure import Structure, as_element, tensor_leaf

__all__ = [
    "Counter",
    "RandomDataset",
    "Reducer",
    "assert_cardinality",
    "at",
    "bucket_by_sequence_length",
    "cardinality",
    "choose_from_datasets",
    "copy_to_device",
    "dense_to_ragged_batch",
    "dense_to_sparse_batch",
    "enumerate_dataset",
    "from_list",
    "get_single_element",
    "get_structure",
    "group_by_reducer",
    "group_by_window",
    "ignore_errors",
    "load",
    "map_and_batch",
    "pad_to_cardinality",
    "parallel_interleave",
    "prefetch_to_device",
    "rejection_resample",
    "sample_from_datasets",
    "save",
    "scan",
    "shuffle_and_repeat",
    "snapshot",
    "take_while",
    "unbatch",
    "unique",
]

_Transformation = Callable[[Dataset], Dataset]


def cardinality(dataset: Dataset) -> Tensor:
    """Same as `dataset.cardinality()`."""
    return dataset.cardinality()


def get_structure(dataset_or_iterator: Any) -> Any:
    """The element spec of a data set or iterator.

    Raises:
        TypeError: it is neither.
    """
    if not hasattr(dataset_or_iterator, "element_spec"):
        raise TypeError(f"Expected a dataset or iterator, not {dataset_or_iterator!r}.")
    return dataset_or_iterator.element_spec


def get_single_element(dataset: Dataset) -> Any:
    """Same as `dataset.get_single_element()`."""
    return dataset.get_single_element()


def at(dataset: Dataset, index: Any) -> Any:
    """The element of a number.

    Raises:
        OutOfRangeError: there is none.

    Example:
        >>> import unikeras as tf
        >>> int(tf.data.experimental.at(tf.data.Dataset.range(5), 3))
        3
    """
    from unikeras.core.errors import OutOfRangeError

    elements = dataset._iterator()
    try:
        elements.skip(scalar(index, "index"))
        leaves = next(elements)
    except StopIteration:
        raise OutOfRangeError(f"There is no element {index}.") from None
    finally:
        elements.close()
    return dataset.structure.pack([tensor_leaf(leaf) for leaf in leaves])


def from_list(elements: list[Any], name: str | None = None) -> Dataset:
    """The data set of a list's items.

    Raises:
        ValueError: there are none.

    Example:
        >>> import unikeras as tf
        >>> list(tf.data.experimental.from_list([(1, "a"), (2, "b")]).as_numpy_iterator())
        [(np.int32(1), b'a'), (np.int32(2), b'b')]
    """
    if not isinstance(elements, list) or not elements:
        raise ValueError("`elements` should be a non-empty list.")
    from unikeras.data.tensors import _TensorDataset
    from unikeras.data.window import _VariantDataset

    given = [as_element(element) for element in elements]
    structure = Structure(given[0])
    return _VariantDataset(_TensorDataset(given[0]), [structure.flatten(element) for element in given])


def assert_cardinality(expected_cardinality: Any) -> _Transformation:
    """The same elements, which must be so many.

    Raises:
        FailedPreconditionError: when it runs: they are not.

    Example:
        >>> import unikeras as tf
        >>> dataset = tf.data.Dataset.range(6).filter(lambda x: x > 1)
        >>> len(dataset.apply(tf.data.experimental.assert_cardinality(4)))
        4
    """
    from unikeras.data.checked import _AssertCardinalityDataset

    return lambda dataset: _AssertCardinalityDataset(dataset, expected_cardinality)


def unbatch() -> _Transformation:
    """See `Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()


def unique() -> _Transformation:
    """See `Dataset.unique`."""
    return lambda dataset: dataset.unique()


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> _Transformation:
    """Shuffle, another order in every round, and repeat."""
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: int | None = None,
    drop_remainder: bool = False,
    num_parallel_calls: int | None = None,
) -> _Transformation:
    """Map and batch."""
    calls = num_parallel_calls if num_parallel_batches is None else AUTOTUNE
    return lambda dataset: dataset.map(map_func, calls).batch(batch_size, drop_remainder)


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool | None = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> _Transformation:
    """Interleave, each data set read in a thread of its own; the order is always kept."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length, AUTOTUNE)


def prefetch_to_device(device: Any, buffer_size: Any = None) -> _Transformation:
    """Prefetch; what the program gets lies on the engine's device anyway."""
    return lambda dataset: dataset.prefetch(AUTOTUNE if buffer_size is None else buffer_size)


def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> _Transformation:
    """The same elements: what the program gets lies on the engine's device anyway."""
    from unikeras.data.options import Options

    return lambda dataset: dataset.with_options(Options())


def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: bool = False, row_splits_dtype: Any = "int64"
) -> _Transformation:
    """See `Dataset.ragged_batch`."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> _Transformation:
    """See `Dataset.sparse_batch`."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


def enumerate_dataset(start: Any = 0) -> _Transformation:
    """See `Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any = None,
    window_size_func: Callable[..., Any] | None = None,
) -> _Transformation:
    """See `Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(key_func, reduce_func, window_size, window_size_func)


def bucket_by_sequence_length(
    element_length_func: Callable[..., Any], *args: Any, **kwargs: Any
) -> _Transformation:
    """See `Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(element_length_func, *args, **kwargs)


def rejection_resample(
    class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None, seed: Any = None
) -> _Transformation:
    """See `Dataset.rejection_resample`."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


def ignore_errors(log_warning: bool = False) -> _Transformation:
    """See `Dataset.ignore_errors`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> _Transformation:
    """See `Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def take_while(predicate: Callable[..., Any]) -> _Transformation:
    """See `Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


def snapshot(
    path: Any,
    compression: str | None = "AUTO",
    reader_func: Callable[..., Any] | None = None,
    shard_func: Callable[..., Any] | None = None,
) -> _Transformation:
    """See `Dataset.snapshot`."""
    return lambda dataset: dataset.snapshot(path, compression, reader_func, shard_func)


def save(
    dataset: Dataset,
    path: Any,
    compression: str | None = None,
    shard_func: Any = None,
    checkpoint_args: Any = None,
) -> None:
    """See `Dataset.save`."""
    dataset.save(path, compression, shard_func, checkpoint_args)


def load(
    path: Any, element_spec: Any = None, compression: str | None = None, reader_func: Any = None
) -> Dataset:
    """See `Dataset.load`."""
    return Dataset.load(path, element_spec, compression, reader_func)


def sample_from_datasets(
    datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = False
) -> Dataset:
    """See `Dataset.sample_from_datasets`."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def choose_from_datasets(
    datasets: Any, choice_dataset: Dataset, stop_on_empty_dataset: bool = False
) -> Dataset:
    """See `Dataset.choose_from_datasets`; data sets that end are left out by default."""
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def Counter(start: Any = 0, step: Any = 1, dtype: Any = "int64") -> Dataset:
    """See `Dataset.counter`."""
    return Dataset.counter(start, step, dtype)


def RandomDataset(
    seed: Any = None, rerandomize_each_iteration: bool | None = None, name: str | None = None
) -> Dataset:
    """See `Dataset.random`."""
    return Dataset.random(seed, rerandomize_each_iteration)


class Reducer:
    """The functions of `group_by_reducer` (mirrors `tf.data.experimental.Reducer`).

    Args:
        init_func: function of a key, gives a state.
        reduce_func: function of a state and an element, gives a new state.
        finalize_func: function of a state, gives an element.
    """

    def __init__(self, init_func: Any, reduce_func: Any, finalize_func: Any) -> None:
        self.init_func, self.reduce_func, self.finalize_func = init_func, reduce_func, finalize_func


def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> _Transformation:
    """One element for each key: what a reducer makes of the elements with that key.

    Args:
        key_func: function of an element, gives an integer.
        reducer: a `Reducer`.

    Example:
        >>> import unikeras as tf, numpy as np
        >>> total = tf.data.experimental.Reducer(lambda key: np.int64(0), lambda s, x: s + x, lambda s: s)
        >>> sums = tf.data.Dataset.range(5).apply(tf.data.experimental.group_by_reducer(lambda x: x % 2, total))
        >>> [int(i) for i in sums]
        [6, 4]
    """

    def reduce(key: Any, window: Dataset) -> Dataset:
        state = window.reduce(reducer.init_func(key), reducer.reduce_func)
        return Dataset.from_tensors(state).map(lambda *parts: reducer.finalize_func(*parts), None)

    def transform(dataset: Dataset) -> Dataset:
        return dataset.group_by_window(key_func, reduce, window_size=2**62)

    return transform


def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> _Transformation:
    """As many elements as said: those that are added are zeros, and an entry tells which ones are not.

    Args:
        cardinality: how many.
        mask_key: the entry's name; elements are dictionaries.

    Raises:
        ValueError: elements that are no dictionaries, or already have such an entry; a data set of unknown or no end.
        InvalidArgumentError: there are more.

    Example:
        >>> import unikeras as tf
        >>> dataset = tf.data.Dataset.from_tensor_slices({"a": [1, 2]})
        >>> list(dataset.apply(tf.data.experimental.pad_to_cardinality(3)).as_numpy_iterator())[2]
        {'a': np.int32(0), 'valid': np.False_}
    """
    wanted = scalar(cardinality, "cardinality")

    def transform(dataset: Dataset) -> Dataset:
        spec, have = dataset.element_spec, dataset._make_cardinality()
        if have in (INFINITE, UNKNOWN):
            raise ValueError(
                "The dataset passed into `pad_to_cardinality` must have a known, finite cardinality."
            )
        if not isinstance(spec, dict):
            raise ValueError(
                "The elements of the dataset passed to `pad_to_cardinality` must be dictionaries."
            )
        if mask_key in spec:
            raise ValueError(f"The elements already have an entry {mask_key!r}.")
        if have > wanted:
            raise InvalidArgumentError(f"The dataset has {have} elements, more than {wanted}.")
        zeros = pack_as(spec, [_zero(s) for s in flatten(spec)])
        filling = Dataset.from_tensors({**zeros, mask_key: False}).repeat(wanted - have)
        return dataset.map(lambda element: {**element, mask_key: True}).concatenate(filling)

    return transform


def _zero(spec: Any) -> np.ndarray:
    shape = [0 if d is None else d for d in spec.shape]
    return np.full(shape, b"" if spec.dtype.name == "string" else 0, spec.dtype.np_dtype)
