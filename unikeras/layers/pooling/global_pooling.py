"""`GlobalMaxPooling1D` ... `GlobalAveragePooling3D`: one number for each channel."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.tensor import RowMask
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.ops.windows import data_format_of

__all__ = [
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
]


class _GlobalPooling(Layer):
    """A reduction over all spatial axes; subclasses give `rank` and the op `_reduce`."""

    rank: int
    _reduce: Any

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format_of(data_format, type(self).__name__)
        self.keepdims = bool(keepdims)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _axes(self) -> tuple[int, ...]:
        first = 1 if self.data_format == "channels_last" else 2
        return tuple(range(first, first + self.rank))

    def call(self, inputs: Any) -> Any:
        return type(self)._reduce(inputs, axis=self._axes, keepdims=self.keepdims)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format, "keepdims": self.keepdims}


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest element of each channel of sequences, [batch, steps, channels] (mirrors `keras.layers.GlobalMaxPooling1D`).

    Args:
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        keepdims: whether the spatial axes stay, with length 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.GlobalMaxPooling1D()(tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 4, 1])).numpy().tolist()
        [[5.0]]
    """

    rank = 1
    _reduce = ops.max

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if isinstance(mask, RowMask):  # rows that were ragged: what fills them up does not count
            channels_last = self.data_format == "channels_last"
            inside = ops.expand_dims(mask, 2 if channels_last else 1)
            inputs = ops.where(inside, inputs, ops.constant(inputs.dtype.min, inputs.dtype))
        return super().call(inputs)


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest element of each channel of images, [batch, rows, columns, channels] (mirrors `keras.layers.GlobalMaxPooling2D`).

    Args:
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        keepdims: whether the spatial axes stay, with length 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.GlobalMaxPooling2D()(tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 2, 2, 1])).numpy().tolist()
        [[5.0]]
    """

    rank = 2
    _reduce = ops.max


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest element of each channel of volumes, [batch, depth, rows, columns, channels] (mirrors `keras.layers.GlobalMaxPooling3D`).

    Args:
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        keepdims: whether the spatial axes stay, with length 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.GlobalMaxPooling3D()(tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 1, 2, 2, 1])).numpy().tolist()
        [[5.0]]
    """

    rank = 3
    _reduce = ops.max


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel of sequences, [batch, steps, channels] (mirrors `keras.layers.GlobalAveragePooling1D`).

    With a mask it is the mean of the steps that are not masked.

    Args:
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        keepdims: whether the spatial axes stay, with length 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.GlobalAveragePooling1D()(tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 4, 1])).numpy().tolist()
        [[3.25]]
    """

    rank = 1
    _reduce = ops.mean

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        (axis,) = self._axes
        weights = ops.expand_dims(ops.cast(mask, inputs.dtype), 2 if axis == 1 else 1)
        total = ops.sum(inputs * weights, axis=axis, keepdims=self.keepdims)
        return total / ops.sum(weights, axis=axis, keepdims=self.keepdims)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        """No mask: there are no steps left."""
        return None


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel of images, [batch, rows, columns, channels] (mirrors `keras.layers.GlobalAveragePooling2D`).

    Args:
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        keepdims: whether the spatial axes stay, with length 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.GlobalAveragePooling2D()(tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 2, 2, 1])).numpy().tolist()
        [[3.25]]
    """

    rank = 2
    _reduce = ops.mean


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel of volumes, [batch, depth, rows, columns, channels] (mirrors `keras.layers.GlobalAveragePooling3D`).

    Args:
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        keepdims: whether the spatial axes stay, with length 1.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.GlobalAveragePooling3D()(tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 1, 2, 2, 1])).numpy().tolist()
        [[3.25]]
    """

    rank = 3
    _reduce = ops.mean
