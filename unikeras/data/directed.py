"""`sample_from_datasets` and `choose_from_datasets`: elements of several data sets, one chosen for each element."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.spec import TensorSpec
from unikeras.data.concatenate import common_spec
from unikeras.data.constants import INFINITE, UNKNOWN
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.shuffle import generator, seed_of
from unikeras.data.structure import Structure, host_leaf

__all__ = ["chosen", "sampled"]


def sampled(datasets: Any, weights: Any, seed: Any, stop: bool, rerandomize: bool | None) -> Dataset:
    """Elements of data sets chosen at random; see `Dataset.sample_from_datasets`."""
    datasets = _several(datasets)
    if weights is None:
        weights = np.full(len(datasets), 1 / len(datasets))
    if not isinstance(weights, Dataset):
        weights = np.asarray(host_leaf(weights), np.float64)
        if weights.shape != (len(datasets),):
            raise ValueError(
                "Invalid `weights`. `weights` should have the same length as `datasets` but got "
                f"`len(weights)={len(weights)}` vs. `len(datasets)={len(datasets)}`."
            )
    if len(datasets) == 1:
        return datasets[0]
    selector = _Selector(weights, seed, rerandomize, len(datasets))
    return _DirectedInterleaveDataset(selector, datasets, stop)


def chosen(datasets: Any, choices: Dataset, stop: bool) -> Dataset:
    """Elements of data sets chosen by numbers; see `Dataset.choose_from_datasets`."""
    datasets = _several(datasets)
    spec = choices._known_spec()
    if spec is not None and not (
        isinstance(spec, TensorSpec) and spec.dtype == "int64" and not spec.shape.rank
    ):
        raise TypeError(
            f"Invalid `choice_dataset`. Elements of `choice_dataset` must be scalar `tf.int64` tensors but are {spec}."
        )
    return _DirectedInterleaveDataset(choices, datasets, stop)


def _several(datasets: Any) -> list[Dataset]:
    datasets = list(datasets)
    if not datasets:
        raise ValueError("Invalid `datasets`. `datasets` should not be empty.")
    return datasets


class _Selector(Dataset):
    """Numbers of data sets drawn with weights, without end."""

    def __init__(self, weights: Any, seed: Any, rerandomize: bool | None, count: int) -> None:
        super().__init__(*([weights] if isinstance(weights, Dataset) else []))
        self._weights = weights
        self._seed = seed_of(seed)
        self._rerandomize = rerandomize is None or bool(rerandomize)
        self._count = count

    def _make_spec(self) -> Any:
        return TensorSpec((), "int64")

    def _make_cardinality(self) -> int:
        return INFINITE

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        rng = generator(self._seed, run if self._rerandomize else ())
        if isinstance(self._weights, Dataset):
            return _SelectorIterator(rng, None, self._weights._make_iterator((*run, 0)))
        return _SelectorIterator(rng, self._weights, None)

    def positive(self) -> list[bool]:
        """Which data sets may be drawn at all."""
        if isinstance(self._weights, Dataset):
            return [True] * self._count
        return [bool(w > 0) for w in self._weights]


class _SelectorIterator(ElementIterator):
    def __init__(self, rng: np.random.Generator, weights: Any, source: ElementIterator | None) -> None:
        self._rng, self._weights, self._source = rng, weights, source

    def __next__(self) -> list[Any]:
        weights = self._weights if self._source is None else np.asarray(next(self._source)[0], np.float64)
        ends = np.cumsum(weights)
        drawn = np.searchsorted(ends, self._rng.random() * ends[-1], side="right")
        return [np.array(min(int(drawn), int(np.flatnonzero(weights)[-1])), np.int64)]

    def save(self) -> dict[str, Any]:
        source = None if self._source is None else self._source.save()
        return {"random": self._rng.bit_generator.state, "source": source}

    def restore(self, state: dict[str, Any]) -> None:
        self._rng.bit_generator.state = state["random"]
        if self._source is not None:
            self._source.restore(state["source"])


class _DirectedInterleaveDataset(Dataset):
    """For each number of a data set, the next element of the data set with that number.

    Args:
        selector: the data set of numbers.
        datasets: the data sets.
        stop: whether the first one that ends, ends all; else it is left out from then on.
    """

    def __init__(self, selector: Dataset, datasets: Sequence[Dataset], stop: bool) -> None:
        super().__init__(selector, *datasets)
        self._stop = bool(stop)
        self._known_spec()

    def _make_spec(self) -> Any:
        specs = [source._known_spec() for source in self._inputs[1:]]
        if any(spec is None for spec in specs):
            return None
        made = specs[0]
        for spec in specs[1:]:
            made = common_spec(made, spec)
        return made

    def _make_structure(self) -> Structure:
        return self._inputs[1].structure

    def _make_cardinality(self) -> int:
        sizes = [source._make_cardinality() for source in self._inputs[1:]]
        selector = self._inputs[0]
        endless = selector._make_cardinality() == INFINITE
        return INFINITE if endless and INFINITE in sizes else UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        sources = [source._make_iterator((*run, i)) for i, source in enumerate(self._inputs)]
        selector = self._inputs[0]
        drawn = selector.positive() if isinstance(selector, _Selector) else [True] * (len(sources) - 1)
        return _DirectedIterator(sources, self._stop, drawn)


class _DirectedIterator(ElementIterator):
    def __init__(self, sources: list[ElementIterator], stop: bool, drawn: list[bool]) -> None:
        self._selector, *self._sources = sources
        self._stop = stop
        self._open = list(drawn)  # which data sets may still give something
        self._ended = False

    def __next__(self) -> list[Any]:
        while not self._ended and any(self._open):
            which = int(next(self._selector)[0])
            if not 0 <= which < len(self._sources):
                raise InvalidArgumentError(f"Selector index out of range: {which} >= {len(self._sources)}")
            if not self._open[which]:
                continue
            try:
                return next(self._sources[which])
            except StopIteration:
                self._open[which] = False
                self._ended = self._stop
        raise StopIteration

    def save(self) -> dict[str, Any]:
        sources = [source.save() for source in (self._selector, *self._sources)]
        return {"sources": sources, "open": list(self._open), "ended": self._ended}

    def restore(self, state: dict[str, Any]) -> None:
        for source, place in zip((self._selector, *self._sources), state["sources"], strict=True):
            source.restore(place)
        self._open, self._ended = [bool(v) for v in state["open"]], bool(state["ended"])

    def close(self) -> None:
        for source in (self._selector, *self._sources):
            source.close()
