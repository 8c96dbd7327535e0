"""`group_by_window` and `bucket_by_sequence_length`: elements of one kind together."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras.core.errors import InternalError, InvalidArgumentError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.spec import TensorSpec
from unikeras.data.applied import Applied
from unikeras.data.constants import UNKNOWN, scalar
from unikeras.data.dataset import Dataset
from unikeras.data.flat_map import DatasetFunction, _MadeUp
from unikeras.data.function import UserFunction
from unikeras.data.iterator import ElementIterator
from unikeras.data.structure import Structure
from unikeras.data.window import _VariantDataset

__all__ = ["_GroupByWindowDataset", "bucketed"]


class _GroupByWindowDataset(Dataset):
    """Elements with the same key, so many at a time, made a data set of by a function.

    Args:
        source: the data set.
        key_func: function of an element, gives a number.
        reduce_func: function of a key and a data set of elements, gives a data set.
        window_size: how many elements at a time.
        window_size_func: function of a key that gives it.
    """

    def __init__(
        self, source: Dataset, key_func: Any, reduce_func: Any, window_size: Any, window_size_func: Any
    ) -> None:
        if (window_size is None) == (window_size_func is None):
            raise ValueError(
                "Either the `window_size` argument or the `window_size_func` argument must be specified, and not both."
            )
        super().__init__(source)
        if window_size_func is None:
            size = scalar(window_size, "window_size")
            window_size_func = lambda key: size  # noqa: E731
        self._key = UserFunction(key_func, source._known_spec())
        self._reduce = DatasetFunction(reduce_func)
        self._size_of = window_size_func
        spec = self._key.spec
        if spec is not None and not (
            isinstance(spec, TensorSpec) and not spec.shape.rank and spec.dtype.name in ("int64", "int32")
        ):
            raise ValueError(
                f"Invalid `key_func`. `key_func` must return a single `tf.int64` scalar tensor but its return type is {spec}."
            )
        self._known_spec()

    def _make_spec(self) -> Any:
        spec = self._inputs[0]._known_spec()
        if spec is None:
            return None
        try:
            made = self._reduce.dataset(
                [np.int64(0), _MadeUp(spec)], self._reduce.draws(()), 0, Structure((0, 0))
            )
        except (TypeError, AttributeError):
            raise
        except Exception:  # it does not like a made-up key
            return None
        return made._known_spec()

    def _peeked_spec(self) -> Any:
        elements = self._make_iterator((0,))
        assert isinstance(elements, _GroupByWindowIterator)
        try:
            next(elements, None)
            if elements.made is None:
                raise ValueError(
                    "group_by_window: what its elements look like cannot be told: there is none."
                )
            return elements.made.element_spec
        finally:
            elements.close()

    def _make_cardinality(self) -> int:
        return UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _GroupByWindowIterator(self._inputs[0], self._key, self._reduce, self._size_of, run)


class _GroupByWindowIterator(Applied):
    def __init__(
        self,
        dataset: Dataset,
        key: UserFunction,
        reduce: DatasetFunction,
        size_of: Callable[[Any], Any],
        run: tuple[int, ...],
    ) -> None:
        super().__init__(dataset, key, run)
        self._reduce = reduce
        self._size_of = size_of
        self._groups: dict[int, list[list[Any]]] = {}
        self._ended = False
        self._windows = 0
        self.made: Dataset | None = None  # of the window under way
        self._window: tuple[int, list[list[Any]]] | None = None
        self._current: ElementIterator | None = None

    def _size(self, key: int) -> int:
        size = int(np.asarray(self._size_of(np.int64(key))))
        if size <= 0:
            raise InvalidArgumentError(f"Window size must be greater than zero, but got {size}.")
        return size

    def _open(self, key: int, elements: list[list[Any]]) -> None:
        window = _VariantDataset(self._dataset, elements)
        self.made = self._reduce.dataset(
            [np.array(key, np.int64), window], self._draws, self._windows, Structure((0, 0))
        )
        self._window = (key, elements)
        self._current = self.made._make_iterator((*self._run, self._windows))
        self._windows += 1

    def __next__(self) -> list[Any]:
        while True:
            if self._current is not None:
                try:
                    return next(self._current)
                except StopIteration:
                    self._current = self._window = None
            if not self._ended:
                try:
                    leaves = next(self.source)
                except StopIteration:
                    self._ended = True
                    continue
                self._number += 1
                key = int(np.asarray(self._apply(leaves, self._number - 1)[0]))
                group = self._groups.setdefault(key, [])
                group.append(leaves)
                if len(group) >= self._size(key):
                    del self._groups[key]
                    self._open(key, group)
            elif self._groups:
                key = min(self._groups)
                self._open(key, self._groups.pop(key))
            else:
                raise StopIteration

    def _save(self) -> dict[str, Any]:
        window = None
        if self._current is not None and self._window is not None:
            window = {
                "key": self._window[0],
                "elements": list(self._window[1]),
                "place": self._current.save(),
            }
        groups = [[key, list(elements)] for key, elements in self._groups.items()]
        return {"groups": groups, "ended": self._ended, "windows": self._windows, "window": window}

    def _restore(self, state: dict[str, Any]) -> None:
        self._groups = {int(key): list(elements) for key, elements in state["groups"]}
        self._ended = bool(state["ended"])
        self._current = self._window = None
        window = state["window"]
        if window is not None:
            self._windows = int(state["windows"]) - 1
            self._open(int(window["key"]), list(window["elements"]))
            assert self._current is not None
            self._current.restore(window["place"])
        self._windows = int(state["windows"])


def bucketed(
    source: Dataset,
    length_of: Callable[..., Any],
    boundaries: Sequence[int],
    batch_sizes: Sequence[int],
    padded_shapes: Any,
    padding_values: Any,
    pad_to_boundary: bool,
    no_padding: bool,
    drop_remainder: bool,
) -> Dataset:
    """Batches of elements of similar length; see `Dataset.bucket_by_sequence_length`."""
    boundaries = [int(b) for b in boundaries]
    sizes = [int(s) for s in batch_sizes]
    if len(sizes) != len(boundaries) + 1:
        raise ValueError(
            "`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but "
            f"`len(bucket_batch_sizes)={len(sizes)}` and `len(bucket_boundaries)={len(boundaries)}`."
        )
    length = UserFunction(length_of, source._known_spec())
    draws = length.draws(())

    def key_of(*args: Any) -> Any:
        element = args if len(args) > 1 else args[0]
        leaves = flatten(element)
        made = length(
            [np.asarray(leaf) if hasattr(leaf, "dtype") else leaf for leaf in leaves],
            draws,
            0,
            lambda: source.structure,
        )
        return np.int64(bisect.bisect_right(boundaries, int(np.asarray(made[0]))))

    def batch_of(key: Any, window: Dataset) -> Dataset:
        which = int(key)
        if no_padding:
            return window.batch(sizes[which], drop_remainder)
        shapes = padded_shapes
        if shapes is None:
            shapes = map_structure(lambda s: s.shape, window.element_spec)
        if pad_to_boundary:
            if which == len(boundaries):
                raise InternalError(
                    "When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries), "
                    f"which is {boundaries[-1]}."
                )
            shapes = map_structure(
                lambda s: [boundaries[which] - 1 if d is None else d for d in s], _as_leaves(shapes)
            )
        return window.padded_batch(sizes[which], shapes, padding_values, drop_remainder)

    return _Bucketed(source, _Host(key_of), batch_of, None, lambda key: sizes[int(key)])


class _Bucketed(_GroupByWindowDataset):
    """As `group_by_window`, whose spec is that of a batch in general."""

    def __init__(self, source: Dataset, key: Any, *rest: Any) -> None:
        super().__init__(source, key, *rest)


class _Host:
    """A function that must be given values."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        from unikeras.core.state import thread
        from unikeras.data.traced import NotTraceable

        if thread.tracing:
            raise NotTraceable
        return self._function(*args)


def _as_leaves(shapes: Any) -> Any:
    """Shapes as leaves of their structure: lists and tuples of numbers are shapes."""
    from unikeras.data.padded_batch import shape_leaves

    return shape_leaves(shapes)
