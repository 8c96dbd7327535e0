"""`Dataset`: a node of the graph of sources and transformations. Each transformation is a file of its own beside this one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.nest import flatten
from unikeras.core.spec import TensorSpec
from unikeras.core.tensor import Tensor
from unikeras.data.constants import INFINITE, UNKNOWN
from unikeras.data.iterator import ElementIterator, NumpyIterator, OwnedIterator
from unikeras.data.structure import Structure, spec_of_leaf

__all__ = ["Dataset", "SameElements"]


class Dataset:
    """A sequence of elements, made when it is iterated over (mirrors `tf.data.Dataset`).

    An element is a tensor, or tuples and dictionaries of tensors, ragged and sparse tensors, data sets.

    A subclass is one source or transformation. It gives `_make_spec`, `_make_cardinality` and `_make_iterator`.

    Example:
        >>> import unikeras as tf
        >>> dataset = tf.data.Dataset.from_tensor_slices([1, 2, 3]).map(lambda x: x * 2).batch(2)
        >>> dataset
        <_BatchDataset element_spec=TensorSpec(shape=(None,), dtype=tf.int32, name=None)>
        >>> [batch.tolist() for batch in dataset.as_numpy_iterator()]
        [[2, 4], [6]]
    """

    _element_spec: Any = None
    _structure: Structure | None = None

    def __init__(self, *inputs: Dataset) -> None:
        self._inputs = inputs
        self._runs = itertools.count()

    # What subclasses say.

    def _make_spec(self) -> Any:
        """The specs of an element's tensors; `None` if they are not known before one is there."""
        raise NotImplementedError

    def _make_cardinality(self) -> int:
        """The number of elements, or `INFINITE` or `UNKNOWN`."""
        return UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        """An iterator from the beginning.

        Args:
            run: tells iterations apart, so that each draws its own random numbers.
        """
        raise NotImplementedError

    def _make_structure(self) -> Structure:
        return Structure(self.element_spec)

    # Elements.

    @property
    def element_spec(self) -> Any:
        """The specs of an element's tensors, in its structure.

        Example:
            >>> import unikeras as tf
            >>> tf.data.Dataset.from_tensors({"a": 1.0}).element_spec
            {'a': TensorSpec(shape=(), dtype=tf.float32, name=None)}
        """
        spec = self._known_spec()
        if spec is None:
            for source in self._inputs:
                _ = source.element_spec
            spec = self._known_spec()
        if spec is None:
            spec = self._element_spec = self._peeked_spec()
        return spec

    def _known_spec(self) -> Any:
        """The specs if they can be told without making an element."""
        if self._element_spec is None:
            self._element_spec = self._make_spec()
        return self._element_spec

    def _peeked_spec(self) -> Any:
        """The specs as the first element tells them: its dimensions are those of this element only."""
        elements = self._make_iterator((0,))
        try:
            leaves = next(elements, None)
        finally:
            elements.close()
        if leaves is None:
            raise ValueError(
                f"{type(self).__name__}: what its elements look like can only be told from one, and there is none."
            )
        return self._structure_of_run().pack([_loose(spec_of_leaf(leaf)) for leaf in leaves])

    def _structure_of_run(self) -> Structure:
        """The structure, after an element was made."""
        return self.structure

    @property
    def structure(self) -> Structure:
        """What is around an element's leaves."""
        if self._structure is None:
            self._structure = self._make_structure()
        return self._structure

    @property
    def _type_spec(self) -> Any:
        from unikeras.data.specs import DatasetSpec

        return DatasetSpec(self.element_spec)

    # Iterating.

    def _iterator(self) -> ElementIterator:
        return self._make_iterator((next(self._runs),))

    def __iter__(self) -> OwnedIterator:
        return OwnedIterator(self)

    def as_numpy_iterator(self) -> NumpyIterator:
        """An iterator that gives NumPy arrays and scalars, and `bytes`.

        Example:
            >>> import unikeras as tf
            >>> list(tf.data.Dataset.from_tensor_slices(["a", "b"]).as_numpy_iterator())
            [b'a', b'b']

        Raises:
            TypeError: elements that have no NumPy form.
        """
        for spec in flatten(self._known_spec()) if self._known_spec() is not None else ():
            if not hasattr(spec, "dtype") and not _is_nested_dataset(spec):
                raise TypeError(
                    f"as_numpy_iterator() is not supported for datasets that produce values of type {spec!r}."
                )
        return NumpyIterator(self)

    def cardinality(self) -> Tensor:
        """The number of elements as a tensor; `tf.data.INFINITE_CARDINALITY`, `tf.data.UNKNOWN_CARDINALITY`.

        Example:
            >>> import unikeras as tf
            >>> int(tf.data.Dataset.range(5).batch(2).cardinality())
            3
        """
        from unikeras.core.tensor import convert_to_tensor

        return convert_to_tensor(np.int64(self._make_cardinality()))

    def __len__(self) -> int:
        count = self._make_cardinality()
        if count == INFINITE:
            raise TypeError("The dataset is infinite.")
        if count == UNKNOWN:
            raise TypeError("The dataset length is unknown.")
        return count

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        try:
            spec = self._known_spec()
        except Exception as error:
            spec = error
        return f"<{type(self).__name__} element_spec={'unknown yet' if spec is None else spec}>"

    def __deepcopy__(self, memo: Any) -> Dataset:
        return self

    # Sources.

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """The slices of tensors along their first dimension (mirrors `tf.data.Dataset.from_tensor_slices`).

        Args:
            tensors: tensors, arrays, lists, tables' columns (`dict(frame)`), ragged and sparse tensors, in tuples and
                dictionaries, all with the same first dimension.
            name: accepted.

        Raises:
            ValueError: the first dimensions differ, or there is none.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.from_tensor_slices(([1, 2], {"name": ["a", "b"]}))
            >>> list(dataset.as_numpy_iterator())
            [(np.int32(1), {'name': b'a'}), (np.int32(2), {'name': b'b'})]
        """
        from unikeras.data.slices import tensor_slices

        return tensor_slices(tensors)

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """One element, these tensors.

        Example:
            >>> import unikeras as tf
            >>> list(tf.data.Dataset.from_tensors([1, 2]).as_numpy_iterator())
            [array([1, 2], dtype=int32)]
        """
        from unikeras.data.tensors import _TensorDataset

        return _TensorDataset(tensors)

    @staticmethod
    def range(*args: Any, output_type: Any = "int64", name: str | None = None) -> Dataset:
        """Numbers from a start to a stop in steps, as `range` takes them.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(1, 8, 3)]
            [1, 4, 7]
        """
        from unikeras.data.range import _RangeDataset

        return _RangeDataset(args, output_type)

    @staticmethod
    def list_files(
        file_pattern: Any, shuffle: bool | None = None, seed: Any = None, name: str | None = None
    ) -> Dataset:
        """The names of the files that match, strings.

        Args:
            file_pattern: a pattern or several: `*`, `?`, `[...]` within one part of a path.
            shuffle: whether they come in a random order (they do, if `None`), another in every iteration.
            seed: makes the order the same in every run.
            name: accepted.

        Raises:
            InvalidArgumentError: no file matches.

        Example:
            >>> import unikeras as tf
            >>> folder = getfixture("tmp_path")
            >>> _ = [(folder / name).write_text("") for name in ("b.txt", "a.txt", "c.csv")]
            >>> files = tf.data.Dataset.list_files(f"{folder}/*.txt", shuffle=False)
            >>> [path.decode()[-5:] for path in files.as_numpy_iterator()]
            ['a.txt', 'b.txt']
        """
        from unikeras.data.list_files import list_files

        return list_files(file_pattern, shuffle, seed)

    # Transformations.

    def map(
        self,
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

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Consecutive elements stacked, with a first dimension for them.

        Args:
            batch_size: how many.
            drop_remainder: whether a last, smaller batch is left out.
            num_parallel_calls: accepted.
            deterministic: accepted.
            name: accepted.

        Raises:
            InvalidArgumentError: `batch_size` is not positive; when it runs: elements of different shapes.

        Example:
            >>> import unikeras as tf
            >>> [b.tolist() for b in tf.data.Dataset.range(5).batch(2, drop_remainder=True).as_numpy_iterator()]
            [[0, 1], [2, 3]]
        """
        from unikeras.data.batch import _BatchDataset, _ParallelBatchDataset

        kind = _BatchDataset if num_parallel_calls is None else _ParallelBatchDataset
        return kind(self, batch_size, drop_remainder)

    def shuffle(
        self,
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

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """The data set several times, one after the other; without end if `count` is `None` or -1.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(2).repeat(2)]
            [0, 1, 0, 1]
        """
        from unikeras.data.repeat import _RepeatDataset

        return _RepeatDataset(self, count)

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """The first `count` elements; all if it is -1.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(5).take(2)]
            [0, 1]
        """
        from unikeras.data.take import _TakeDataset

        return _TakeDataset(self, count)

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """All but the first `count` elements; none if it is -1.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(5).skip(3)]
            [3, 4]
        """
        from unikeras.data.skip import _SkipDataset

        return _SkipDataset(self, count)

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
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

    # Wishes.

    def options(self) -> Any:
        """The wishes about how it runs, merged over all it is made of.

        Example:
            >>> import unikeras as tf
            >>> tf.data.Dataset.range(3).options().deterministic is None
            True
        """
        from unikeras.data.options import Options

        merged = Options()
        for source in self._inputs:
            merged = merged.merge(source.options())
        return merged

    def with_options(self, options: Any, name: str | None = None) -> Dataset:
        """The same elements, with wishes about how they are made.

        Args:
            options: a `tf.data.Options`.
            name: accepted.
        """
        from unikeras.data.options import _OptionsDataset

        return _OptionsDataset(self, options)


class SameElements(Dataset):
    """A transformation whose elements look like those of its input."""

    def _make_spec(self) -> Any:
        return self._inputs[0]._known_spec()

    def _make_structure(self) -> Structure:
        return self._inputs[0].structure

    def _make_cardinality(self) -> int:
        return self._inputs[0]._make_cardinality()


def _loose(spec: Any) -> Any:
    """A spec with every dimension unknown."""
    return TensorSpec([None] * len(spec.shape), spec.dtype) if type(spec) is TensorSpec else spec


def _is_nested_dataset(spec: Any) -> bool:
    return type(spec).__name__ in ("DatasetSpec", "NoneTensorSpec", "OptionalSpec")
