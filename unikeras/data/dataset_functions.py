"""`Dataset`'s methods that take a user's function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unikeras.data.dataset import Dataset

__all__ = ["OfFunctions"]


class OfFunctions:
    """`Dataset`'s methods that take a user's function; each only makes the data set of its transformation."""

    def map(
        self: Any,
        map_func: Callable[..., Any],
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Each element replaced by `map_func` of it.

        The function is traced once, if it can be: its Python runs at once, and not for every element. Random numbers in it are
        drawn anew for every element, and are the same with any number of calls at a time.

        Args:
            map_func: function of an element; the parts of a tuple are its arguments.
            num_parallel_calls: how many calls at a time; `tf.data.AUTOTUNE`: as many as processors.
            deterministic: whether the order is kept (it is, if `None`).
            synchronous: accepted.
            use_unbounded_threadpool: accepted.
            name: accepted.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.from_tensor_slices(([1, 2], [10, 20])).map(lambda a, b: {"sum": a + b})
            >>> list(dataset.as_numpy_iterator())
            [{'sum': np.int32(11)}, {'sum': np.int32(22)}]
        """
        from unikeras.data.map import map_dataset

        return map_dataset(self, map_func, num_parallel_calls, deterministic)

    def filter(self: Any, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements for which a function is true.

        Args:
            predicate: function of an element that gives a bool tensor without dimensions.
            name: accepted.

        Raises:
            ValueError: `predicate` gives something else.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(6).filter(lambda x: x % 2 == 1)]
            [1, 3, 5]
        """
        from unikeras.data.filter import _FilterDataset

        return _FilterDataset(self, predicate)

    def take_while(self: Any, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements before the first one for which a function is false.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(6).take_while(lambda x: x < 3)]
            [0, 1, 2]
        """
        from unikeras.data.filter import _TakeWhileDataset

        return _TakeWhileDataset(self, predicate)

    def flat_map(self: Any, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements of the data sets that a function makes of elements, one data set after the other.

        The function is called for every element, with its value.

        Args:
            map_func: function of an element that gives a data set.
            name: accepted.

        Raises:
            TypeError: it gives something else.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(3).flat_map(lambda n: tf.data.Dataset.range(n))]
            [0, 0, 1]
        """
        from unikeras.data.flat_map import _FlatMapDataset

        return _FlatMapDataset(self, map_func)

    def interleave(
        self: Any,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The elements of the data sets that a function makes of elements; several data sets take turns.

        Args:
            map_func: function of an element that gives a data set.
            cycle_length: how many data sets take turns; as many as there are processors if `None`.
            block_length: how many elements each gives in its turn; 1 if `None`.
            num_parallel_calls: if given, each data set is read ahead in a thread of its own; the order stays the same.
            deterministic: accepted; the order is always kept.
            name: accepted.

        Raises:
            InvalidArgumentError: a length that is not positive.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.range(1, 4)
            >>> repeated = dataset.interleave(lambda x: tf.data.Dataset.from_tensors(x).repeat(3), cycle_length=2, block_length=2)
            >>> [int(i) for i in repeated]
            [1, 1, 2, 2, 1, 2, 3, 3, 3]
        """
        from unikeras.data.flat_map import interleaved

        return interleaved(self, map_func, cycle_length, block_length, num_parallel_calls)

    def scan(
        self: Any, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None
    ) -> Dataset:
        """What a function gives for each element and the state so far.

        Args:
            initial_state: tensors in tuples and dictionaries: the state before the first element.
            scan_func: function of a state and an element; gives a new state and an element.
            name: accepted.

        Raises:
            TypeError: it gives no pair, or a state of other dtypes.

        Example:
            >>> import unikeras as tf, numpy as np
            >>> sums = tf.data.Dataset.range(4).scan(np.int64(0), lambda s, x: (s + x, s + x))
            >>> [int(i) for i in sums]
            [0, 1, 3, 6]
        """
        from unikeras.data.scan import _ScanDataset

        return _ScanDataset(self, initial_state, scan_func)

    def reduce(
        self: Any, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None
    ) -> Any:
        """The state after the last element.

        Args:
            initial_state: tensors in tuples and dictionaries: the state before the first element.
            reduce_func: function of a state and an element; gives a new state.
            name: accepted.

        Raises:
            TypeError: it gives a state of other dtypes.

        Example:
            >>> import unikeras as tf, numpy as np
            >>> int(tf.data.Dataset.range(5).reduce(np.int64(0), lambda total, x: total + x))
            10
        """
        from unikeras.data.scan import reduced

        return reduced(self, initial_state, reduce_func)

    def group_by_window(
        self: Any,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Elements with the same key together, made a data set of by a function.

        Args:
            key_func: function of an element, gives an integer.
            reduce_func: function of a key and a data set of elements, gives a data set, whose elements come next.
            window_size: how many elements at a time.
            window_size_func: function of a key that gives it.
            name: accepted.

        Raises:
            ValueError: neither or both sizes.

        Example:
            >>> import unikeras as tf
            >>> parity = tf.data.Dataset.range(6).group_by_window(lambda x: x % 2, lambda k, w: w.batch(3), window_size=3)
            >>> [b.tolist() for b in parity.as_numpy_iterator()]
            [[0, 2, 4], [1, 3, 5]]
        """
        from unikeras.data.group_by_window import _GroupByWindowDataset

        return _GroupByWindowDataset(self, key_func, reduce_func, window_size, window_size_func)

    def bucket_by_sequence_length(
        self: Any,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Batches of elements of similar length, filled up.

        Args:
            element_length_func: function of an element, gives its length.
            bucket_boundaries: increasing lengths between buckets; an element with exactly such a length is in the upper one.
            bucket_batch_sizes: how many elements a batch of each bucket has, one more than boundaries.
            padded_shapes: see `padded_batch`.
            padding_values: see `padded_batch`.
            pad_to_bucket_boundary: whether to fill up to one less than the upper boundary; longer elements are an error.
            no_padding: whether elements are not filled up: those of a bucket must have one shape.
            drop_remainder: whether last, smaller batches are left out.
            name: accepted.

        Raises:
            ValueError: another number of batch sizes.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.range(1, 5).map(lambda n: tf.ones([n], tf.int64) * n)
            >>> batches = dataset.bucket_by_sequence_length(lambda x: tf.size(x), [3], [2, 2])
            >>> [b.tolist() for b in batches.as_numpy_iterator()]
            [[[1, 0], [2, 2]], [[3, 3, 3, 0], [4, 4, 4, 4]]]
        """
        from unikeras.data.group_by_window import bucketed

        return bucketed(
            self,
            element_length_func,
            bucket_boundaries,
            bucket_batch_sizes,
            padded_shapes,
            padding_values,
            pad_to_bucket_boundary,
            no_padding,
            drop_remainder,
        )

    def rejection_resample(
        self: Any,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """Pairs (class, element) with the classes in other proportions, by leaving elements out.

        Args:
            class_func: function of an element, gives its class, an integer from 0 on.
            target_dist: the wanted shares of the classes.
            initial_dist: the present shares; told from the elements so far if `None`.
            seed: makes it the same in every run.
            name: accepted.
        """
        from unikeras.data.resample import _RejectionResampleDataset

        return _RejectionResampleDataset(self, class_func, target_dist, initial_dist, seed)

    def apply(self: Any, transformation_func: Callable[[Any], Any]) -> Dataset:
        """`transformation_func` of this data set.

        Raises:
            TypeError: it gives no data set.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(5).apply(lambda d: d.skip(3))]
            [3, 4]
        """
        from unikeras.data.dataset import Dataset

        made = transformation_func(self)
        if not isinstance(made, Dataset):
            raise TypeError(
                f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(made)}."
            )
        return made
