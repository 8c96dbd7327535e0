"""`unique`: each value once."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.nest import flatten
from unikeras.data.constants import UNKNOWN
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_UniqueDataset"]


class _UniqueDataset(SameElements):
    """The elements that did not come before.

    Args:
        source: a data set of int32, int64 or strings.
    """

    def __init__(self, source: Dataset) -> None:
        super().__init__(source)
        spec = source._known_spec()
        specs = [] if spec is None else flatten(spec)
        for one in specs:
            if getattr(one, "dtype", None) not in ("int32", "int64", "string"):
                raise TypeError(
                    f"`tf.data.Dataset.unique` does not support type {getattr(one, 'dtype', one)!s} -- only `tf.int32`, "
                    "`tf.int64`, and `tf.string` are supported."
                )
        if len(specs) > 1:
            raise InvalidArgumentError("UniqueDataset only supports inputs with a single component.")

    def _make_cardinality(self) -> int:
        return UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _UniqueIterator(self._inputs[0]._make_iterator(run))


class _UniqueIterator(Chained):
    def __init__(self, source: ElementIterator) -> None:
        super().__init__(source)
        self._seen: dict[Any, np.ndarray] = {}

    def __next__(self) -> list[Any]:
        for leaves in self.source:
            key = _key(leaves[0])
            if key not in self._seen:
                self._seen[key] = leaves[0]
                return leaves
        raise StopIteration

    def _save(self) -> dict[str, Any]:
        return {"seen": list(self._seen.values())}

    def _restore(self, state: dict[str, Any]) -> None:
        self._seen = {_key(leaf): leaf for leaf in state["seen"]}


def _key(leaf: np.ndarray) -> Any:
    return (leaf.shape, tuple(leaf.ravel())) if leaf.dtype == object else (leaf.shape, leaf.tobytes())
