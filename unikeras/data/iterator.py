"""Iterating: `ElementIterator`, which the transformations chain, and the iterators that users hold."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from unikeras.core.errors import OutOfRangeError
from unikeras.core.feeds import take
from unikeras.data.structure import plain_leaf, tensor_leaf

if TYPE_CHECKING:
    from unikeras.data.dataset import Dataset

__all__ = ["Chained", "ElementIterator", "Iterator", "NumpyIterator", "OwnedIterator"]


class ElementIterator:
    """A place in a data set: gives its elements, as flat lists of leaves, one after the other.

    An exception does not end it: the next call goes on with the next element. Where it can, it also gives several elements at
    once (`blocks`), and where the elements lie in memory by number, the numbers (`indexed`), so that what only changes the
    order never touches the elements. All three may be mixed.

    Attributes:
        blocks: whether `next_block` may be called.
        indexed: whether `next_indices`, `gather` and `row` may be called.
    """

    blocks = False
    indexed = False

    def __iter__(self) -> ElementIterator:
        return self

    def __next__(self) -> list[Any]:
        """The leaves of the next element.

        Raises:
            StopIteration: there is none.
        """
        raise NotImplementedError

    def next_block(self, count: int) -> list[np.ndarray] | None:
        """The next elements, at least one and at most `count`, leaf by leaf with a first dimension for them; `None` at the end."""
        indices = self.next_indices(count)
        return self.gather(indices) if len(indices) else None

    def next_indices(self, count: int) -> np.ndarray:
        """The numbers of the next elements, at most `count`; none at the end."""
        raise NotImplementedError

    gather: Callable[[np.ndarray], list[np.ndarray]]  # elements by their numbers, as a block
    row: Callable[[int], list[np.ndarray]]  # an element by its number

    def skip(self, count: int) -> int:
        """Leave out the next elements; how many there were, at most `count`."""
        if self.indexed:
            return self._skip_by(lambda left: len(self.next_indices(left)), count)
        done = 0
        for _ in zip(range(count), self, strict=False):
            done += 1
        return done

    @staticmethod
    def _skip_by(step: Callable[[int], int], count: int) -> int:
        done = 0
        while done < count:
            made = step(count - done)
            if not made:
                break
            done += made
        return done

    def save(self) -> dict[str, Any]:
        """Where it is, in plain values: dictionaries, lists, numbers, strings and arrays."""
        raise NotImplementedError

    def restore(self, state: dict[str, Any]) -> None:
        """Go to where `save` was called on an iterator of the same data set."""
        raise NotImplementedError

    def close(self) -> None:
        """End what runs beside it."""


class Chained(ElementIterator):
    """An iterator over what another one gives.

    Args:
        source: the other one.
        rows: whether the elements are those of `source`, unchanged, so that blocks and numbers can be passed on.
    """

    def __init__(self, source: ElementIterator, rows: bool = False) -> None:
        self.source = source
        if rows:
            self._pass_rows(source)

    def _pass_rows(self, source: ElementIterator) -> None:
        self.blocks, self.indexed = source.blocks, source.indexed
        if source.indexed:
            self.gather, self.row = source.gather, source.row

    def save(self) -> dict[str, Any]:
        """Its place and that of its source."""
        return {"source": self.source.save(), **self._save()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go to where `save` was called."""
        self.source.restore(state["source"])
        self._restore(state)

    def _save(self) -> dict[str, Any]:
        """What it remembers itself."""
        return {}

    def _restore(self, state: dict[str, Any]) -> None:
        """Take what `_save` gave."""

    def close(self) -> None:
        """End what runs beside it and its source."""
        self.source.close()


class Iterator:
    """An iterator over a data set (mirrors `tf.data.Iterator`): `next(iterator)`, `iterator.get_next()`.

    Example:
        >>> import unikeras as tf
        >>> iterator = iter(tf.data.Dataset.range(2))
        >>> isinstance(iterator, tf.data.Iterator), int(iterator.get_next()), int(next(iterator))
        (True, 0, 1)
    """

    element_spec: Any

    def get_next(self) -> Any:
        """The next element.

        Raises:
            OutOfRangeError: there is none.
        """
        raise NotImplementedError

    def get_next_as_optional(self) -> Any:
        """The next element as an optional, which is empty at the end."""
        raise NotImplementedError


class OwnedIterator(Iterator):
    """What `iter(dataset)` gives. `save` and `restore` (and `tf.train.Checkpoint(iterator=...)`) keep its place.

    Args:
        dataset: the data set.

    Example:
        >>> import unikeras as tf
        >>> dataset = tf.data.Dataset.range(10).shuffle(5, seed=1).batch(2)
        >>> first = iter(dataset)
        >>> _ = next(first)
        >>> place = first.save()
        >>> other = iter(dataset)
        >>> other.restore(place)
        >>> all((a.numpy() == b.numpy()).all() for a, b in zip(first, other))
        True
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._elements: ElementIterator | None = dataset._iterator()
        self._lock = threading.Lock()

    @property
    def element_spec(self) -> Any:
        """The specs of the elements' tensors."""
        return self._dataset.element_spec

    @property
    def _type_spec(self) -> Any:
        from unikeras.data.specs import IteratorSpec

        return IteratorSpec(self.element_spec)

    def _next(self) -> list[Any]:
        with self._lock:
            if self._elements is None:
                raise StopIteration
            return next(self._elements)

    def __iter__(self) -> OwnedIterator:
        return self

    def __next__(self) -> Any:
        fed = take(self)
        if fed is not None:
            return fed
        leaves = self._next()
        return self._dataset.structure.pack([tensor_leaf(leaf) for leaf in leaves])

    next = __next__

    def get_next(self, name: str | None = None) -> Any:
        """The next element; `OutOfRangeError` if there is none."""
        try:
            return self.__next__()
        except StopIteration:
            raise OutOfRangeError("End of sequence") from None

    def get_next_as_optional(self) -> Any:
        """The next element as an optional, which is empty at the end."""
        from unikeras.data.optional import Optional

        try:
            return Optional.from_value(self.__next__())
        except StopIteration:
            return Optional.empty(self.element_spec)

    def save(self) -> dict[str, Any]:
        """Its place in the data, in plain values: also what lies in buffers, and the random numbers' state."""
        with self._lock:
            if self._elements is None:
                return {"closed": True}
            return self._elements.save()

    def restore(self, state: dict[str, Any]) -> None:
        """Go to a place that `save` gave, on this iterator or another one of the same data set, perhaps in another process."""
        with self._lock:
            if self._elements is not None:
                self._elements.close()
            if state.get("closed"):
                self._elements = None
                return
            self._elements = self._dataset._iterator()
            self._elements.restore(state)

    def _checkpoint_values(self) -> dict[str, dict[str, Any]]:
        from unikeras.data.storage import dumps

        return {"ITERATOR_STATE": {"": dumps(self.save())}}

    def _checkpoint_restore(self, values: dict[str, Any]) -> None:
        from unikeras.data.storage import loads

        value: Any = values
        while isinstance(value, dict):
            (value,) = value.values()
        self.restore(loads(value if isinstance(value, bytes) else np.asarray(value).item()))

    def close(self) -> None:
        """End it: it gives nothing more, and what ran beside it stops. This happens by itself when it is not used any more."""
        with self._lock:
            if self._elements is not None:
                self._elements.close()
                self._elements = None


class NumpyIterator:
    """What `as_numpy_iterator` gives: elements as NumPy arrays and scalars (mirrors `tf.data.NumpyIterator`).

    Args:
        dataset: the data set.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._iterator = OwnedIterator(dataset)
        self._dataset = dataset

    def __iter__(self) -> NumpyIterator:
        return self

    def __next__(self) -> Any:
        leaves = self._iterator._next()
        return self._dataset.structure.pack([plain_leaf(leaf) for leaf in leaves])

    next = __next__

    def save(self) -> dict[str, Any]:
        """Its place in the data; see `OwnedIterator.save`."""
        return self._iterator.save()

    def restore(self, state: dict[str, Any]) -> None:
        """Go to a place that `save` gave."""
        self._iterator.restore(state)
