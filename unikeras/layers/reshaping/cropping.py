"""`Cropping1D`, `Cropping2D`, `Cropping3D`: without elements at the borders."""

from __future__ import annotations

from typing import Any

from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.layers.reshaping.borders import border_pairs, first_spatial_axis
from unikeras.ops.windows import data_format_of

__all__ = ["Cropping1D", "Cropping2D", "Cropping3D"]


class _Cropping(Layer):
    """Slices of the spatial axes; subclasses give `rank`."""

    rank: int

    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping = border_pairs(cropping, self.rank, f"{type(self).__name__}: cropping")
        self.data_format = data_format_of(data_format, type(self).__name__)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        first = first_spatial_axis(self.data_format)
        for size, pair in zip(inputs.shape[first:], self.cropping, strict=False):
            if size is not None and sum(pair) >= size:
                raise ValueError(
                    f"{type(self).__name__} {self.name!r}: cropping {self.cropping} leaves nothing of inputs of shape "
                    f"{tuple(inputs.shape)}."
                )
        kept = [slice(before, -after or None) for before, after in self.cropping]
        return inputs[(slice(None),) * first + tuple(kept)]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cropping": self.cropping, "data_format": self.data_format}


class Cropping1D(_Cropping):
    """Sequences without elements at the borders (mirrors `keras.layers.Cropping1D`).

    Args:
        cropping: how many: an int for every border or a pair (before, after).
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another cropping, one that leaves nothing, inputs that are not [batch, steps, channels].

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Cropping1D((1, 0))(tf.reshape([1.0, 2.0, 3.0], [1, 3, 1]))[0, :, 0].numpy().tolist()
        [2.0, 3.0]
    """

    rank = 1

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, data_format="channels_last", **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "cropping": self.cropping[0]}
        del config["data_format"]
        return config


class Cropping2D(_Cropping):
    """Images without elements at the borders (mirrors `keras.layers.Cropping2D`).

    Args:
        cropping: how many: an int for every border, 2 ints for both borders of each axis, or 2 pairs (before, after).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another cropping, one that leaves nothing, inputs that are not [batch, rows, columns, channels].

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.Cropping2D(((1, 0), (0, 2)))(tf.ones([1, 4, 5, 2])).shape)
        (1, 3, 3, 2)
    """

    rank = 2

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)


class Cropping3D(_Cropping):
    """Volumes without elements at the borders (mirrors `keras.layers.Cropping3D`).

    Args:
        cropping: how many: an int for every border, 3 ints for both borders of each axis, or 3 pairs (before, after).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another cropping, one that leaves nothing, inputs that are not [batch, depth, rows, columns, channels].

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.Cropping3D(1)(tf.ones([1, 3, 4, 5, 2])).shape)
        (1, 1, 2, 3, 2)
    """

    rank = 3

    def __init__(
        self, cropping: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)
