"""`tf.range` and `range` with bounds that are known only when the program runs."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.errors import NeedsValues
from unikeras.core.tensor import Tensor, convert_to_tensor

__all__ = ["TracedRange"]


class TracedRange:
    """What a loop goes over in place of a tensor whose size is not known; anything else needs the values."""

    def __init__(self, start: Tensor, limit: Tensor, delta: Tensor) -> None:
        self.start, self.limit, self.delta = start, limit, delta

    @classmethod
    def of(cls, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TracedRange:
        """From the arguments of `range` or `tf.range`."""
        named = dict(kwargs)
        named.pop("name", None)
        dtype = named.pop("dtype", None)
        given = dict(zip(("start", "limit", "delta"), args, strict=False)) | named
        if given.get("limit") is None:
            given = {**given, "limit": given.get("start", 0), "start": 0}
        values = [given.get("start", 0), given["limit"], given.get("delta", 1)]
        if dtype is None:
            dtype = next(v.dtype for v in values if hasattr(v, "dtype"))
        start, limit, delta = (
            ops.cast(v, dtype) if hasattr(v, "dtype") else convert_to_tensor(v, dtype) for v in values
        )
        return cls(start, limit, delta)

    def steps(self) -> Tensor:
        """How many numbers there are, an int32 scalar."""
        span = self.limit - self.start
        if self.start.dtype.is_floating:
            count = ops.cast(ops.ceil(span / self.delta), "int32")
        else:
            count = ops.cast(-((-span) // self.delta), "int32")
        return ops.maximum(count, 0)

    def at(self, index: Any) -> Tensor:
        """The number at a place."""
        return self.start + ops.cast(index, self.start.dtype) * self.delta

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__array__":
            raise AttributeError(name)
        raise NeedsValues(
            "tf.range of a tensor whose value is not known yet has no known size: it can be looped over, and nothing else, in a "
            "compiled function."
        )
