"""`Flatten`: all dimensions but the first as one."""

from __future__ import annotations

from math import prod
from typing import Any

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["Flatten"]


class Flatten(Layer):
    """[batch, ...] as [batch, the product of the rest] (mirrors `keras.layers.Flatten`).

    Args:
        data_format: 'channels_last' or 'channels_first'; the latter moves the channels last first.
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Flatten()(tf.zeros([2, 3, 4])).shape
        TensorShape([2, 12])
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if data_format not in (None, "channels_last", "channels_first"):
            raise ValueError(
                f"Flatten: data_format must be 'channels_last' or 'channels_first', not {data_format!r}."
            )
        self.data_format = data_format or "channels_last"
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 2:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        rest = tuple(inputs.shape)[1:]
        return ops.reshape(inputs, (-1, prod(rest)) if prod(rest) else (inputs.shape[0], 0))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}
