"""Python's operators on tensors, for every tensor class; strict about dtypes as TensorFlow is."""

from __future__ import annotations

from typing import Any

__all__ = ["Operators"]

# The package unikeras.ops, which needs the tensor classes and so is set when it is imported.
ops: Any = None


class Operators:
    """Arithmetic, comparison, logic and indexing by the ops of the same meaning."""

    __slots__ = ()
    __array_priority__ = 100  # ndarray + tensor is a tensor

    def __add__(self, other: Any) -> Any:
        return ops.add.strict(self, other)

    def __radd__(self, other: Any) -> Any:
        return ops.add.strict(other, self)

    def __sub__(self, other: Any) -> Any:
        return ops.subtract.strict(self, other)

    def __rsub__(self, other: Any) -> Any:
        return ops.subtract.strict(other, self)

    def __mul__(self, other: Any) -> Any:
        return ops.multiply.strict(self, other)

    def __rmul__(self, other: Any) -> Any:
        return ops.multiply.strict(other, self)

    def __truediv__(self, other: Any) -> Any:
        return ops.divide.strict(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.divide.strict(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return ops.floor_divide.strict(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return ops.floor_divide.strict(other, self)

    def __mod__(self, other: Any) -> Any:
        return ops.mod.strict(self, other)

    def __rmod__(self, other: Any) -> Any:
        return ops.mod.strict(other, self)

    def __pow__(self, other: Any) -> Any:
        return ops.power.strict(self, other)

    def __rpow__(self, other: Any) -> Any:
        return ops.power.strict(other, self)

    def __matmul__(self, other: Any) -> Any:
        return ops.matrix_product.strict(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matrix_product.strict(other, self)

    def __neg__(self) -> Any:
        return ops.negative(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return ops.absolute(self)

    def __invert__(self) -> Any:
        return ops.invert(self)

    def __and__(self, other: Any) -> Any:
        return ops.bitwise_and.strict(self, other)

    def __rand__(self, other: Any) -> Any:
        return ops.bitwise_and.strict(other, self)

    def __or__(self, other: Any) -> Any:
        return ops.bitwise_or.strict(self, other)

    def __ror__(self, other: Any) -> Any:
        return ops.bitwise_or.strict(other, self)

    def __xor__(self, other: Any) -> Any:
        return ops.bitwise_xor.strict(self, other)

    def __rxor__(self, other: Any) -> Any:
        return ops.bitwise_xor.strict(other, self)

    def __lt__(self, other: Any) -> Any:
        return ops.less.strict(self, other)

    def __le__(self, other: Any) -> Any:
        return ops.less_equal.strict(self, other)

    def __gt__(self, other: Any) -> Any:
        return ops.greater.strict(self, other)

    def __ge__(self, other: Any) -> Any:
        return ops.greater_equal.strict(self, other)

    def __eq__(self, other: Any) -> Any:
        return False if other is None else ops.equal(self, other)

    def __ne__(self, other: Any) -> Any:
        return True if other is None else ops.not_equal(self, other)

    def __hash__(self) -> int:
        raise TypeError(
            f"{type(self).__name__} is unhashable (== is elementwise). Use tensor.ref() as the key."
        )

    def __getitem__(self, key: Any) -> Any:
        return ops.get_item(self, key)

    def ref(self) -> Reference:
        """A hashable stand-in for this object, compared by identity; `.deref()` gives the object back."""
        return Reference(self)


class Reference:
    """What `tensor.ref()` returns: a key for dictionaries and sets."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def deref(self) -> Any:
        """The object this refers to."""
        return self._target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._target is other._target

    def __hash__(self) -> int:
        return id(self._target)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._target!r}>"
