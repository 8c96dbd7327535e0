"""A map of a function of our own that works on NumPy and says what it gives: nothing is traced, nothing is tried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.data.constants import AUTOTUNE
from unikeras.data.dataset import Dataset
from unikeras.data.function import UserFunction
from unikeras.data.map import _ParallelMapDataset
from unikeras.data.structure import Structure

__all__ = ["HostMap"]


class HostMap(_ParallelMapDataset):
    """Elements read or decoded by several threads, in order.

    Args:
        source: the data set.
        function: of an element, run as plain Python.
        spec: the specs of its result.
    """

    def __init__(self, source: Dataset, function: Callable[..., Any], spec: Any) -> None:
        Dataset.__init__(self, source)
        made = UserFunction(function, None)
        made.inputs = Structure(source.element_spec)
        made.spec, made.structure = spec, Structure(spec)
        made._converted = function  # has no tensors to decide on: AutoGraph would only slow it
        self._function = made
        self._calls, self._ordered = AUTOTUNE, True
