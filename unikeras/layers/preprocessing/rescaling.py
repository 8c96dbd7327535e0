"""`Rescaling`: x * scale + offset."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.layers.layer import Layer

__all__ = ["Rescaling"]


class Rescaling(Layer):
    """x * scale + offset, as floats (mirrors `keras.layers.Rescaling`).

    Args:
        scale: a number, or a list with one for each channel (the last axis).
        offset: likewise.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a list of another length than the last axis.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Rescaling(2.0, offset=-1.0)(tf.constant([0, 1])).numpy().tolist()
        [-1.0, 1.0]
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = _plain(scale)
        self.offset = _plain(offset)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        channels = inputs.shape[-1] if len(inputs.shape) else 1
        for name, value in (("scale", self.scale), ("offset", self.offset)):
            if isinstance(value, list) and len(value) not in (1, channels):
                raise ValueError(
                    f"Rescaling {self.name!r}: {name} has {len(value)} numbers, but the last axis of the input of shape "
                    f"{tuple(inputs.shape)} has {channels}."
                )
        dtype = self.compute_dtype
        return ops.cast(inputs, dtype) * ops.constant(self.scale, dtype) + ops.constant(self.offset, dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": _plain(self.scale), "offset": _plain(self.offset)}


def _plain(value: Any) -> Any:
    """A number or a flat list of numbers as plain Python."""
    array = np.asarray(value)
    if array.ndim > 1 or array.dtype.kind not in "iuf":
        raise ValueError(
            f"Rescaling: scale and offset must be numbers or flat lists of numbers, not {value!r}."
        )
    return array.tolist()
