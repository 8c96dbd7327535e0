"""Numerical primitives that the Array API does not name: factors, special functions, reductions at indices, tangents."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["NumericEngine"]

Array = Any


class NumericEngine:
    """The part of the engine contract about numerical functions."""

    @abstractmethod
    def erfc(self, x: Array) -> Array:
        """1 - erf(x), exact where erf(x) is almost 1."""

    @abstractmethod
    def special(self, name: str, *arrays: Array) -> Array:
        """The function that scipy.special has under this name.

        Raises:
            UnimplementedError: the engine does not have it.
        """

    @abstractmethod
    def lu(self, x: Array) -> tuple[Array, Array]:
        """Both triangular factors of matrices in one, and the row that each row was exchanged with, from 0, as int32."""

    @abstractmethod
    def scatter_reduce(self, x: Array, index: tuple[Array, ...], updates: Array, how: str) -> Array:
        """`x` with each `x[index]` replaced by its 'max', 'min' or 'mul' with the updates; an index may occur repeatedly.

        `index` has one array of integers, all of one shape, for each of the leading axes.
        """

    @abstractmethod
    def jvp(
        self, function: Callable[..., Any], primals: Sequence[Array], tangents: Sequence[Array]
    ) -> tuple[Any, Any]:
        """`function(*primals)` and its derivative along the tangents."""
