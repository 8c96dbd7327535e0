"""`ZeroPadding1D`, `ZeroPadding2D`, `ZeroPadding3D`: zeros at the borders."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.layers.reshaping.borders import border_pairs, first_spatial_axis
from unikeras.ops.windows import data_format_of

__all__ = ["ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"]


class _ZeroPadding(Layer):
    """Zeros before and after the spatial axes; subclasses give `rank`."""

    rank: int

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = border_pairs(padding, self.rank, f"{type(self).__name__}: padding")
        self.data_format = data_format_of(data_format, type(self).__name__)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        pairs = [(0, 0)] * len(inputs.shape)
        first = first_spatial_axis(self.data_format)
        pairs[first : first + self.rank] = self.padding
        return ops.pad(inputs, pairs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding, "data_format": self.data_format}


class ZeroPadding1D(_ZeroPadding):
    """Sequences with zeros at the borders (mirrors `keras.layers.ZeroPadding1D`).

    Args:
        padding: how many: an int for every border or a pair (before, after).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another padding, inputs that are not [batch, steps, channels].

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.ZeroPadding1D((1, 0))(tf.reshape([1.0, 2.0, 3.0], [1, 3, 1]))[0, :, 0].numpy().tolist()
        [0.0, 1.0, 2.0, 3.0]
    """

    rank = 1

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding[0]}


class ZeroPadding2D(_ZeroPadding):
    """Images with zeros at the borders (mirrors `keras.layers.ZeroPadding2D`).

    Args:
        padding: how many: an int for every border, 2 ints for both borders of each axis, or 2 pairs (before, after).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another padding, inputs that are not [batch, rows, columns, channels].

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.ZeroPadding2D()(tf.ones([1, 4, 5, 2])).shape)
        (1, 6, 7, 2)
    """

    rank = 2


class ZeroPadding3D(_ZeroPadding):
    """Volumes with zeros at the borders (mirrors `keras.layers.ZeroPadding3D`).

    Args:
        padding: how many: an int for every border, 3 ints for both borders of each axis, or 3 pairs (before, after).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another padding, inputs that are not [batch, depth, rows, columns, channels].

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.ZeroPadding3D()(tf.ones([1, 3, 4, 5, 2])).shape)
        (1, 5, 6, 7, 2)
    """

    rank = 3
