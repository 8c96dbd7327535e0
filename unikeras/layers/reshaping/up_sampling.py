"""`UpSampling1D`, `UpSampling2D`, `UpSampling3D`: more elements along the spatial axes."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.layers.reshaping.borders import first_spatial_axis
from unikeras.ops.windows import data_format_of, per_axis

__all__ = ["UpSampling1D", "UpSampling2D", "UpSampling3D"]

_INTERPOLATIONS = (
    "nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic",
)  # fmt: skip


class UpSampling1D(Layer):
    """Each step of [batch, steps, channels] `size` times (mirrors `keras.layers.UpSampling1D`).

    Args:
        size: how many times, an int.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: size is not a positive integer, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 2.0], [1, 2, 1])
        >>> tf.keras.layers.UpSampling1D(2)(x)[0, :, 0].numpy().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        (self.size,) = per_axis(size, 1, "UpSampling1D: size")
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any) -> Any:
        return ops.upsample(inputs, size=(self.size,))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}


class UpSampling2D(Layer):
    """Images with `size` times the rows and columns (mirrors `keras.layers.UpSampling2D`).

    Args:
        size: how many times, an int or a pair (rows, columns).
        data_format: 'channels_last' ([batch, rows, columns, channels]), 'channels_first' or `None` for the configured one.
        interpolation: 'nearest' (each pixel repeated), 'bilinear', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'gaussian' or
            'mitchellcubic'.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: size is not of positive integers, another interpolation or data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 2.0], [1, 1, 2, 1])
        >>> tf.keras.layers.UpSampling2D((1, 2))(x)[0, 0, :, 0].numpy().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """

    def __init__(
        self,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.size = per_axis(size, 2, "UpSampling2D: size")
        self.data_format = data_format_of(data_format, "UpSampling2D")
        if str(interpolation).lower() not in _INTERPOLATIONS:
            raise ValueError(
                f"UpSampling2D: interpolation must be one of {', '.join(map(repr, _INTERPOLATIONS))}, not {interpolation!r}."
            )
        self.interpolation = str(interpolation).lower()
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        if self.interpolation == "nearest":
            return ops.upsample(inputs, size=self.size, data_format=self.data_format)
        from unikeras.ops.image_resize import resize

        shape = ops.shape(inputs)
        first = first_spatial_axis(self.data_format)
        size = tuple(shape[first + i] * n for i, n in enumerate(self.size))
        return resize(inputs, size, interpolation=self.interpolation, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "data_format": self.data_format,
            "interpolation": self.interpolation,
        }


class UpSampling3D(Layer):
    """Each voxel of volumes `size` times along each axis (mirrors `keras.layers.UpSampling3D`).

    Args:
        size: how many times, an int or a triple (depth, rows, columns).
        data_format: 'channels_last' ([batch, depth, rows, columns, channels]), 'channels_first' or `None` for the
            configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: size is not of positive integers, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.UpSampling3D(2)(tf.ones([1, 1, 2, 3, 4])).shape)
        (1, 2, 4, 6, 4)
    """

    def __init__(self, size: Any = (2, 2, 2), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = per_axis(size, 3, "UpSampling3D: size")
        self.data_format = data_format_of(data_format, "UpSampling3D")
        self.input_spec = InputSpec(ndim=5)

    def call(self, inputs: Any) -> Any:
        return ops.upsample(inputs, size=self.size, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size, "data_format": self.data_format}
