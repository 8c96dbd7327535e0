"""`SpatialDropout1D`, `2D`, `3D`: dropout of whole feature maps."""

from __future__ import annotations

from typing import Any

from unikeras.layers.input_spec import InputSpec
from unikeras.layers.regularization.dropout import Dropout

__all__ = ["SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"]


class _SpatialDropout(Dropout):
    """Dropout whose mask is the same along the `dimensions` spatial axes."""

    dimensions: int

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        if data_format not in (None, "channels_last", "channels_first"):
            raise ValueError(
                f"{type(self).__name__}: data_format must be 'channels_last' or 'channels_first', not {data_format!r}."
            )
        self.data_format = data_format or "channels_last"
        self.input_spec = InputSpec(ndim=self.dimensions + 2)

    def _noise_shape(self, inputs: Any) -> Any:
        ones = (1,) * self.dimensions
        return (None, None, *ones) if self.data_format == "channels_first" else (None, *ones, None)

    def get_config(self) -> dict[str, Any]:
        config = {"rate": self.rate, "seed": self.seed, "name": self.name, "dtype": self.dtype}
        return config if self.dimensions == 1 else {**config, "data_format": self.data_format}


class SpatialDropout1D(_SpatialDropout):
    """Dropout of whole channels of [batch, steps, channels] (Tompson et al., 2014).

    Mirrors `keras.layers.SpatialDropout1D`.

    Args:
        rate: the fraction that is dropped, in [0, 1].
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a rate outside [0, 1].

    Example:
        >>> import unikeras as tf
        >>> y = tf.keras.layers.SpatialDropout1D(0.5, seed=1)(tf.ones([2, 3, 4]), training=True).numpy()
        >>> bool((y == y[:, :1]).all())
        True
    """

    dimensions = 1

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(rate, seed=seed, **kwargs)


class SpatialDropout2D(_SpatialDropout):
    """Dropout of whole channels of images (Tompson et al., 2014; mirrors `keras.layers.SpatialDropout2D`).

    Args:
        rate: the fraction that is dropped, in [0, 1].
        data_format: 'channels_last' ([batch, rows, columns, channels]) or 'channels_first'.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a rate outside [0, 1].

    Example:
        >>> import unikeras as tf
        >>> y = tf.keras.layers.SpatialDropout2D(0.5, seed=1)(tf.ones([2, 3, 3, 4]), training=True).numpy()
        >>> bool((y == y[:, :1, :1]).all())
        True
    """

    dimensions = 2


class SpatialDropout3D(_SpatialDropout):
    """Dropout of whole channels of volumes (Tompson et al., 2014; mirrors `keras.layers.SpatialDropout3D`).

    Args:
        rate: the fraction that is dropped, in [0, 1].
        data_format: 'channels_last' ([batch, depth, rows, columns, channels]) or 'channels_first'.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a rate outside [0, 1].

    Example:
        >>> import unikeras as tf
        >>> y = tf.keras.layers.SpatialDropout3D(0.5, seed=1)(tf.ones([2, 2, 2, 2, 4]), training=True).numpy()
        >>> bool((y == y[:, :1, :1, :1]).all())
        True
    """

    dimensions = 3
