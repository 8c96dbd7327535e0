"""`TensorArray`: a list of tensors of one dtype that grows as it is written to, also in compiled loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError, NeedsValues, OutOfRangeError
from unikeras.core.printing import get_static_value
from unikeras.core.shape import TensorShape
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.ops.array import concat, gather, reshape, split, stack, tensor_scatter_nd_update, unstack
from unikeras.ops.creation import zeros

__all__ = ["TensorArray"]


class _ArraySpec:
    """What two arrays must share to be the same value of a loop."""

    def __init__(self, array: TensorArray) -> None:
        self.settings = array._settings
        self.size = len(array._rows)
        self.shape = array._shape

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ArraySpec) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.size, self.shape))

    def _to_components(self, array: TensorArray) -> list[Tensor]:
        return [] if self.shape is None else [array._stacked()]

    def _from_components(self, components: Sequence[Tensor]) -> TensorArray:
        made = TensorArray(size=self.size, **dict(self.settings))
        made._shape = self.shape
        if components:
            made._rows = [None] * self.size
            made._buffer = components[0]
        return made


class TensorArray:
    """A list of tensors (mirrors `tf.TensorArray`).

    Outside of compiled functions it is changed in place; inside, `write` and its like return the changed array, which must be
    assigned: `array = array.write(i, x)`.

    Args:
        dtype: the elements' dtype.
        size: how many elements there are at first.
        dynamic_size: whether writing behind the end makes it longer. Where the index is not known while a function is compiled, the
            function runs op by op then.
        clear_after_read: whether an element may be read once only.
        tensor_array_name: accepted.
        handle: accepted.
        flow: accepted.
        infer_shape: whether all elements must have the shape of the first.
        element_shape: their shape, if known.
        colocate_with_first_write_call: accepted.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> squares = tf.TensorArray(tf.float32, size=3)
        >>> for i in range(3):
        ...     squares = squares.write(i, float(i * i))
        >>> squares.stack().numpy().tolist()
        [0.0, 1.0, 4.0]
    """

    _of_tensors = True  # loops and functions take it apart

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        count = 0 if size is None else get_static_value(convert_to_tensor(size))
        if count is None:
            raise NeedsValues("the size of a tf.TensorArray is a tensor whose value is not known yet")
        if size is None and dynamic_size is False:
            raise ValueError("TensorArray: size must be given when dynamic_size is False.")
        self._dtype = as_dtype(dtype)
        self._dynamic = bool(dynamic_size)
        self._clears = clear_after_read is None or bool(clear_after_read)
        self._infer = bool(infer_shape)
        self._shape: tuple[int, ...] | None = None
        known = TensorShape(element_shape)
        self._element_shape = known
        if known.is_fully_defined():
            self._shape = tuple(d for d in known.as_list() if d is not None)
        self._rows: list[Tensor | None] = [None] * int(count)
        self._buffer: Tensor | None = None  # all elements, once one was written at a place that is not known
        self._read: set[int] = set()

    @property
    def _settings(self) -> tuple[Any, ...]:
        return (
            ("dtype", self._dtype.name),
            ("dynamic_size", self._dynamic),
            ("clear_after_read", self._clears),
            ("infer_shape", self._infer),
        )

    @property
    def _type_spec(self) -> _ArraySpec:
        return _ArraySpec(self)

    @property
    def dtype(self) -> Any:
        """The elements' dtype."""
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        """Whether it grows."""
        return self._dynamic

    @property
    def element_shape(self) -> TensorShape:
        """The elements' shape, as far as it is known."""
        return self._element_shape if self._shape is None else TensorShape(self._shape)

    @property
    def flow(self) -> Tensor:
        """A scalar that stands for the order of writes, which is always kept here."""
        return zeros(())

    @property
    def handle(self) -> None:
        """Nothing: there is no resource."""
        return None

    def size(self, name: str | None = None) -> Tensor:
        """How many elements there are, an int32 scalar."""
        return convert_to_tensor(len(self._rows))

    def identity(self) -> TensorArray:
        """An array of the same elements."""
        return self._copy()

    def grad(self, source: Any, flow: Any = None, name: str | None = None) -> Any:
        """Raises: gradients flow through the elements by themselves."""
        raise NotImplementedError("TensorArray.grad is not available: use tf.GradientTape.")

    def close(self, name: str | None = None) -> None:
        """Forget the elements."""
        self._rows, self._buffer = [None] * len(self._rows), None

    def mark_used(self) -> None:
        """Nothing; results that are not used are no mistake here."""

    def _copy(self) -> TensorArray:
        copy = object.__new__(TensorArray)
        copy.__dict__.update(self.__dict__)
        copy._rows, copy._read = list(self._rows), set(self._read)
        return copy

    def _changed(self) -> TensorArray:
        """What a change is made to: the array itself, or in a function being traced another one."""
        return self._copy() if thread.tracing and engine.current().compiles else self

    def _fit(self, value: Any) -> Tensor:
        try:
            tensor = convert_to_tensor(value, None if hasattr(value, "dtype") else self._dtype)
        except TypeError as error:
            raise InvalidArgumentError(f"TensorArray: {error}") from None
        if tensor.dtype != self._dtype:
            raise InvalidArgumentError(
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype {tensor.dtype.name}."
            )
        return tensor

    def _shaped(self, tensor: Tensor) -> None:
        """Note or check the shape of an element."""
        if not self._infer:
            return
        given = tuple(tensor.shape)
        if self._shape is None:
            if not self._element_shape.is_compatible_with(given):
                raise ValueError(
                    f"Incompatible shape for value ({given}), expected ({tuple(self._element_shape)})."
                )
            self._shape = given
        elif self._shape != given:
            raise ValueError(f"Incompatible shape for value ({given}), expected ({self._shape}).")

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with `value` at `index`.

        Args:
            index: a place, an integer scalar.
            value: a tensor of the array's dtype.
            name: ignored.

        Raises:
            OutOfRangeError: there is no such place.
            InvalidArgumentError: another dtype.
            ValueError: another shape than that of the other elements.
        """
        made = self._changed()
        tensor = self._fit(value)
        made._shaped(tensor)
        place = get_static_value(convert_to_tensor(index))
        if place is None:
            if self._dynamic:
                raise NeedsValues("a tf.TensorArray that grows is written at a place that is not known yet")
            made._buffer = made._put(made._stacked(), index, tensor)
            made._rows = [None] * len(self._rows)
            return made
        at = int(place)
        if at < 0:
            raise OutOfRangeError(f"Writing to negative indices (index {at}) is not allowed.")
        if at >= len(made._rows):
            if not self._dynamic:
                raise OutOfRangeError(
                    f"Tried to write to index {at} but array is not resizeable and size is: {len(made._rows)}"
                )
            made._grow(at + 1)
        if made._buffer is not None:
            made._buffer = made._put(made._buffer, at, tensor)
        else:
            made._rows[at] = tensor
        made._read.discard(at)
        return made

    def _grow(self, size: int) -> None:
        more = size - len(self._rows)
        if self._buffer is not None:
            assert self._shape is not None
            self._buffer = concat([self._buffer, zeros((more, *self._shape), self._dtype)], axis=0)
        self._rows += [None] * more

    @staticmethod
    def _put(buffer: Tensor, index: Any, value: Tensor) -> Tensor:
        place = reshape(convert_to_tensor(index), (1, 1))
        return tensor_scatter_nd_update(buffer, place, reshape(value, (1, *value.shape)))

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at `index`.

        Raises:
            OutOfRangeError: there is no such place.
            InvalidArgumentError: it was read before, and `clear_after_read` is set.
        """
        place = get_static_value(convert_to_tensor(index))
        if place is None:
            return self._stacked()[index]
        at = int(place)
        if not 0 <= at < len(self._rows):
            raise OutOfRangeError(f"Tried to read from index {at} but array size is: {len(self._rows)}")
        if at in self._read:
            raise InvalidArgumentError(
                f"Could not read index {at} twice because it was cleared after a previous read (perhaps try setting clear_after_read = "
                "false?)"
            )
        if self._clears and not thread.tracing:
            self._read.add(at)
        if self._buffer is not None:
            return self._buffer[at]
        found = self._rows[at]
        return self._empty() if found is None else found

    def _empty(self) -> Tensor:
        """What stands for an element that was never written."""
        if self._shape is None:
            raise ValueError(
                "TensorArray: an element that was never written has no shape; write it, or give element_shape."
            )
        return zeros(self._shape, self._dtype)

    def _stacked(self) -> Tensor:
        if self._buffer is not None:
            return self._buffer
        if not self._rows:
            return zeros((0, *(self._shape or ())), self._dtype)
        return stack([self._empty() if row is None else row for row in self._rows], axis=0)

    def _cleared(self) -> None:
        taken = self._read & set(range(len(self._rows)))
        if taken:
            raise InvalidArgumentError(
                f"Could not read index {min(taken)} twice because it was cleared after a previous read (perhaps try setting "
                "clear_after_read = false?)"
            )

    def stack(self, name: str | None = None) -> Tensor:
        """All elements, stacked along a new first axis; zeros for those that were not written."""
        self._cleared()
        return self._stacked()

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at `indices`, stacked."""
        return gather(self.stack(), convert_to_tensor(indices), axis=0)

    def concat(self, name: str | None = None) -> Tensor:
        """The elements, joined along their first axis."""
        self._cleared()
        if self._buffer is not None:
            buffer = self._buffer
            return reshape(buffer, (-1, *buffer.shape[2:]))
        return concat([self._empty() if row is None else row for row in self._rows], axis=0)

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """The array whose elements are the rows of `value`."""
        tensor = self._fit(value)
        made = self._changed()
        made._grow(max(0, int(tensor.shape[0]) - len(made._rows)))
        made._rows = list(unstack(tensor, axis=0))
        made._buffer, made._read = None, set()
        for row in made._rows[:1]:
            assert row is not None
            made._shaped(row)
        return made

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """The array whose elements are pieces of `value` of the given lengths along the first axis."""
        made = self._changed()
        sizes = [int(n) for n in np.asarray(lengths).ravel()]
        made._rows = list(split(self._fit(value), sizes, axis=0))
        made._buffer, made._read, made._infer = None, set(), False
        return made

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with the rows of `value` at `indices`."""
        made = self
        places = convert_to_tensor(indices)
        for i, row in enumerate(unstack(self._fit(value), axis=0)):
            made = made.write(places[i], row)
        return made

    def __repr__(self) -> str:
        return f"<tf.TensorArray of {len(self._rows)} {self._dtype.name}{list(self.element_shape) if self._shape is not None else ''}>"
