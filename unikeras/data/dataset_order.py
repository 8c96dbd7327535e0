"""`Dataset`'s methods that choose, order, keep and prepare elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unikeras.data.dataset import Dataset

__all__ = ["OfOrder"]


class OfOrder:
    """`Dataset`'s methods that choose, order, keep and prepare elements."""

    def shuffle(
        self: Any,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = True,
        name: str | None = None,
    ) -> Dataset:
        """The elements in a random order: each is drawn from a buffer of the next `buffer_size` of them.

        Args:
            buffer_size: how many elements are held; as many as there are for a uniform order. The cardinality, if
                `tf.data.UNKNOWN_CARDINALITY`.
            seed: makes the order the same in every run.
            reshuffle_each_iteration: whether every iteration has an order of its own.
            name: accepted.

        Raises:
            InvalidArgumentError: `buffer_size` is not positive.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.range(5).shuffle(5, seed=1)
            >>> sorted(int(i) for i in dataset)
            [0, 1, 2, 3, 4]
        """
        from unikeras.data.shuffle import _ShuffleDataset

        return _ShuffleDataset(self, buffer_size, seed, reshuffle_each_iteration)

    def repeat(self: Any, count: Any = None, name: str | None = None) -> Dataset:
        """The data set several times, one after the other; without end if `count` is `None` or -1.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(2).repeat(2)]
            [0, 1, 0, 1]
        """
        from unikeras.data.repeat import _RepeatDataset

        return _RepeatDataset(self, count)

    def take(self: Any, count: Any, name: str | None = None) -> Dataset:
        """The first `count` elements; all if it is -1.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(5).take(2)]
            [0, 1]
        """
        from unikeras.data.take import _TakeDataset

        return _TakeDataset(self, count)

    def skip(self: Any, count: Any, name: str | None = None) -> Dataset:
        """All but the first `count` elements; none if it is -1.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(5).skip(3)]
            [3, 4]
        """
        from unikeras.data.skip import _SkipDataset

        return _SkipDataset(self, count)

    def shard(self: Any, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Every `num_shards`-th element, from number `index` on.

        Raises:
            InvalidArgumentError: there is no such shard.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(7).shard(num_shards=3, index=1)]
            [1, 4]
        """
        from unikeras.data.shard import _ShardDataset

        return _ShardDataset(self, num_shards, index)

    def concatenate(self: Any, dataset: Dataset, name: str | None = None) -> Dataset:
        """These elements, then those of `dataset`.

        Raises:
            TypeError: elements of another kind.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(2).concatenate(tf.data.Dataset.range(10, 12))]
            [0, 1, 10, 11]
        """
        from unikeras.data.concatenate import _ConcatenateDataset

        return _ConcatenateDataset(self, dataset)

    def enumerate(self: Any, start: Any = 0, name: str | None = None) -> Dataset:
        """Pairs (number, element).

        Example:
            >>> import unikeras as tf
            >>> list(tf.data.Dataset.from_tensor_slices(["a", "b"]).enumerate(start=5).as_numpy_iterator())
            [(np.int64(5), b'a'), (np.int64(6), b'b')]
        """
        from unikeras.data.range import _RangeDataset
        from unikeras.data.zip import _ZipDataset

        return _ZipDataset((_RangeDataset((start, None)), self))

    def cache(self: Any, filename: Any = "", name: str | None = None) -> Dataset:
        """The same elements, made once: the first complete iteration keeps them for those that follow.

        Args:
            filename: the beginning of a file's name, where they are kept, also for other programs; in memory if it is empty.
            name: accepted.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(3).cache()]
            [0, 1, 2]
        """
        from unikeras.data.cache import CacheDataset

        return CacheDataset(self, filename)

    def prefetch(self: Any, buffer_size: Any, name: str | None = None) -> Dataset:
        """The same elements, made ahead in a thread.

        Args:
            buffer_size: how many are kept ready; `tf.data.AUTOTUNE`: a few.
            name: accepted.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(3).prefetch(tf.data.AUTOTUNE)]
            [0, 1, 2]
        """
        from unikeras.data.prefetch import _PrefetchDataset

        return _PrefetchDataset(self, buffer_size)

    def unique(self: Any, name: str | None = None) -> Dataset:
        """The elements that did not come before.

        Raises:
            TypeError: others than int32, int64 and strings.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.from_tensor_slices([1, 37, 2, 37, 2, 1]).unique()]
            [1, 37, 2]
        """
        from unikeras.data.unique import _UniqueDataset

        return _UniqueDataset(self)

    def ignore_errors(self: Any, log_warning: bool = False, name: str | None = None) -> Dataset:
        """The elements that could be made; those that raise an error are left out.

        Args:
            log_warning: whether a warning tells of them.
            name: accepted.
        """
        from unikeras.data.checked import _IgnoreErrorsDataset

        return _IgnoreErrorsDataset(self, log_warning)

    def get_single_element(self: Any, name: str | None = None) -> Any:
        """The only element.

        Raises:
            InvalidArgumentError: there is none, or more than one.

        Example:
            >>> import unikeras as tf
            >>> int(tf.data.Dataset.range(5).batch(5).map(tf.reduce_sum).get_single_element())
            10
        """
        from unikeras.core.errors import InvalidArgumentError

        iterator = iter(self)
        try:
            element = next(iterator, None)
            if element is None:
                raise InvalidArgumentError("Dataset was empty.")
            if next(iterator, None) is not None:
                raise InvalidArgumentError("Dataset had more than one element.")
            return element
        finally:
            iterator.close()

    def snapshot(
        self: Any,
        path: Any,
        compression: str | None = "AUTO",
        reader_func: Callable[..., Any] | None = None,
        shard_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The same elements; the first iteration writes them into a folder, from where those that follow read them, also in other programs.

        Args:
            path: the folder. Its format is not TensorFlow's.
            compression: "GZIP" or `None`; "AUTO": none.
            reader_func: function of a data set of shards that gives the data set.
            shard_func: accepted; there is one shard.
            name: accepted.
        """
        from unikeras.data.saved import _SnapshotDataset

        return _SnapshotDataset(self, path, compression, reader_func)

    def save(
        self: Any,
        path: Any,
        compression: str | None = None,
        shard_func: Callable[..., Any] | None = None,
        checkpoint_args: Any = None,
    ) -> None:
        """Write the elements into a folder, for `tf.data.Dataset.load`.

        Args:
            path: the folder. Its format is not TensorFlow's.
            compression: "GZIP" or `None`.
            shard_func: function of an element that gives the number of its file.
            checkpoint_args: accepted.

        Example:
            >>> import unikeras as tf, tempfile
            >>> folder = tempfile.mkdtemp()
            >>> tf.data.Dataset.range(3).save(folder)
            >>> [int(i) for i in tf.data.Dataset.load(folder)]
            [0, 1, 2]
        """
        from unikeras.data.saved import save

        save(self, path, compression, shard_func)
