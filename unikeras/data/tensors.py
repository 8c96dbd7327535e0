"""`from_tensors`: one element."""

from __future__ import annotations

from typing import Any

from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.data.slices import frozen
from unikeras.data.structure import Structure, as_element, spec_of_leaf

__all__ = ["_ListIterator", "_TensorDataset"]


class _TensorDataset(Dataset):
    """One element.

    Args:
        tensors: the element.
    """

    def __init__(self, tensors: Any) -> None:
        super().__init__()
        element = as_element(tensors.to_numpy() if hasattr(tensors, "columns") else tensors)
        self._structure = Structure(element)
        self._leaves = [
            frozen(leaf) if hasattr(leaf, "flags") else leaf for leaf in self._structure.flatten(element)
        ]

    def _make_spec(self) -> Any:
        assert self._structure is not None
        return self._structure.pack([spec_of_leaf(leaf) for leaf in self._leaves])

    def _make_cardinality(self) -> int:
        return 1

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _ListIterator([self._leaves])


class _ListIterator(ElementIterator):
    """The elements of a list.

    Args:
        elements: each a list of leaves.
    """

    def __init__(self, elements: list[list[Any]]) -> None:
        self._elements = elements
        self._at = 0

    def __next__(self) -> list[Any]:
        if self._at >= len(self._elements):
            raise StopIteration
        self._at += 1
        return self._elements[self._at - 1]

    def save(self) -> dict[str, Any]:
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        self._at = int(state["at"])
