"""`Pooling`: the options that the layers which pool windows share."""

from __future__ import annotations

from typing import Any

from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.ops.windows import data_format_of, per_axis

__all__ = ["Pooling"]


class Pooling(Layer):
    """Base of the layers that pool windows; subclasses give `rank` and the op `_pool`."""

    rank: int
    _pool: Any

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        who = type(self).__name__
        self.pool_size = per_axis(pool_size, self.rank, f"{who}: pool_size")
        self.strides = self.pool_size if strides is None else per_axis(strides, self.rank, f"{who}: strides")
        self.padding = padding.lower() if isinstance(padding, str) else padding
        if self.padding not in ("valid", "same"):
            raise ValueError(f"{who}: padding must be 'valid' or 'same', not {padding!r}.")
        self.data_format = data_format_of(data_format, who)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        return type(self)._pool(
            inputs,
            pool_size=self.pool_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
        }
