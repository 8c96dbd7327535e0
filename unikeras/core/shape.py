"""`TensorShape`: a tuple of dimensions, `None` where unknown, that prints and behaves as TensorFlow's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex

from unikeras.core.errors import InvalidArgumentError

__all__ = ["TensorShape", "as_shape"]


class TensorShape(tuple):
    """The static shape of a tensor (mirrors `tf.TensorShape`); a tuple, so `shape == (2, 3)` and `shape[0]` work.

    Args:
        dims: dimensions, each an int or `None`; `TensorShape(None)` is a shape of unknown rank.

    Example:
        >>> TensorShape([2, None]), TensorShape([2, 3]).as_list()
        (TensorShape([2, None]), [2, 3])
    """

    _unknown_rank: bool = False

    def __new__(cls, dims: Iterable[int | None] | None = ()) -> TensorShape:
        if type(dims) is cls:
            return dims
        if dims is None:
            shape = super().__new__(cls, ())
            shape._unknown_rank = True
            return shape
        return super().__new__(cls, tuple(None if d is None else int(d) for d in dims))

    @property
    def rank(self) -> int | None:
        """The number of dimensions, or `None` if unknown."""
        return None if self._unknown_rank else tuple.__len__(self)

    @property
    def ndims(self) -> int | None:
        """Same as `rank`."""
        return self.rank

    @property
    def dims(self) -> list[int | None] | None:
        """The dimensions as a list, or `None` if the rank is unknown."""
        return None if self._unknown_rank else list(self)

    def as_list(self) -> list[int | None]:
        """The dimensions as a list.

        Raises:
            ValueError: the rank is unknown.
        """
        if self._unknown_rank:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self)

    def is_fully_defined(self) -> bool:
        """Whether the rank and every dimension are known."""
        return not self._unknown_rank and None not in tuple(self)

    def num_elements(self) -> int | None:
        """The product of the dimensions, or `None` if one is unknown."""
        if not self.is_fully_defined():
            return None
        product = 1
        for d in self:
            product *= d
        return product

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor could have both shapes."""
        other = as_shape(other)
        if self._unknown_rank or other._unknown_rank:
            return True
        return len(self) == len(other) and all(
            a is None or b is None or a == b for a, b in zip(self, other, strict=True)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise `ValueError` unless `is_compatible_with(other)`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible.")

    def merge_with(self, other: Any) -> TensorShape:
        """The shape with the known dimensions of both."""
        other = as_shape(other)
        self.assert_is_compatible_with(other)
        if self._unknown_rank:
            return other
        if other._unknown_rank:
            return self
        return TensorShape(b if a is None else a for a, b in zip(self, other, strict=True))

    def concatenate(self, other: Any) -> TensorShape:
        """This shape followed by `other`."""
        return TensorShape(tuple(self) + tuple(as_shape(other)))

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, which must have the given rank."""
        if self.rank is not None and self.rank != rank:
            raise ValueError(f"Shape {self} must have rank {rank}.")
        return self

    def __len__(self) -> int:
        if self._unknown_rank:
            raise ValueError("Cannot take the length of a shape with unknown rank.")
        return tuple.__len__(self)

    def __bool__(self) -> bool:
        return not self._unknown_rank

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        item = tuple.__getitem__(self, key)
        return TensorShape(item) if isinstance(key, slice) else item

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    def __eq__(self, other: Any) -> bool:
        if other is None:
            return self._unknown_rank
        if isinstance(other, TensorShape) and (self._unknown_rank or other._unknown_rank):
            return self._unknown_rank and other._unknown_rank
        return isinstance(other, (tuple, list)) and tuple(self) == tuple(other)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __repr__(self) -> str:
        return "TensorShape(None)" if self._unknown_rank else f"TensorShape({list(self)})"

    def __str__(self) -> str:
        return "<unknown>" if self._unknown_rank else tuple.__repr__(self)

    def __reduce__(self) -> Any:
        return TensorShape, (None if self._unknown_rank else tuple(self),)


def as_shape(value: Any) -> TensorShape:
    """`value` (a shape, an int, a sequence or `None`) as a `TensorShape`."""
    if isinstance(value, int):
        return TensorShape((value,))
    try:
        return TensorShape(value)
    except TypeError as error:
        raise InvalidArgumentError(f"Cannot interpret {value!r} as a shape.") from error
