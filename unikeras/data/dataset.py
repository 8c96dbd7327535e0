"""`Dataset`: a node of the graph of sources and transformations. Each transformation is a file of its own beside this one."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from unikeras.core.nest import flatten
from unikeras.core.spec import TensorSpec
from unikeras.core.tensor import Tensor
from unikeras.data.constants import INFINITE, UNKNOWN
from unikeras.data.dataset_batches import OfBatches
from unikeras.data.dataset_functions import OfFunctions
from unikeras.data.dataset_order import OfOrder
from unikeras.data.dataset_sources import Sources
from unikeras.data.iterator import ElementIterator, NumpyIterator, OwnedIterator
from unikeras.data.structure import Structure, spec_of_leaf

__all__ = ["Dataset", "SameElements"]


class Dataset(Sources, OfFunctions, OfBatches, OfOrder):
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
