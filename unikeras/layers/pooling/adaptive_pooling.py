"""`AdaptiveMaxPooling1D` ... `AdaptiveAveragePooling3D`: inputs of any size pooled to a given size."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.ops.windows import data_format_of, per_axis

__all__ = [
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
]


class _AdaptivePooling(Layer):
    """Each spatial axis divided into so many parts, which are pooled; subclasses give `rank` and the op `_pool`."""

    rank: int
    _pool: Any

    def __init__(self, output_size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        who = type(self).__name__
        self.output_size = per_axis(output_size, self.rank, f"{who}: output_size")
        self.data_format = data_format_of(data_format, who)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        return type(self)._pool(inputs, output_size=self.output_size, data_format=self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "output_size": self.output_size, "data_format": self.data_format}


class AdaptiveMaxPooling1D(_AdaptivePooling):
    """The largest elements of equal parts of sequences (mirrors `keras.layers.AdaptiveMaxPooling1D`).

    Args:
        output_size: the number of parts, an int. Where it does not divide the
            size of the input, [batch, steps, channels], parts overlap by an element.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an output_size that is not positive, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 4, 1])
        >>> tf.reshape(tf.keras.layers.AdaptiveMaxPooling1D(1)(x), [-1]).numpy().tolist()
        [5.0]
    """

    rank = 1
    _pool = ops.adaptive_max_pool


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """The largest elements of equal parts of images (mirrors `keras.layers.AdaptiveMaxPooling2D`).

    Args:
        output_size: the number of parts, an int or a pair (rows, columns). Where it does not divide the
            size of the input, [batch, rows, columns, channels], parts overlap by an element.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an output_size that is not positive, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 2, 2, 1])
        >>> tf.reshape(tf.keras.layers.AdaptiveMaxPooling2D(1)(x), [-1]).numpy().tolist()
        [5.0]
    """

    rank = 2
    _pool = ops.adaptive_max_pool


class AdaptiveMaxPooling3D(_AdaptivePooling):
    """The largest elements of equal parts of volumes (mirrors `keras.layers.AdaptiveMaxPooling3D`).

    Args:
        output_size: the number of parts, an int or a triple (depth, rows, columns). Where it does not divide the
            size of the input, [batch, depth, rows, columns, channels], parts overlap by an element.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an output_size that is not positive, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 1, 2, 2, 1])
        >>> tf.reshape(tf.keras.layers.AdaptiveMaxPooling3D(1)(x), [-1]).numpy().tolist()
        [5.0]
    """

    rank = 3
    _pool = ops.adaptive_max_pool


class AdaptiveAveragePooling1D(_AdaptivePooling):
    """The means of equal parts of sequences (mirrors `keras.layers.AdaptiveAveragePooling1D`).

    Args:
        output_size: the number of parts, an int. Where it does not divide the
            size of the input, [batch, steps, channels], parts overlap by an element.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an output_size that is not positive, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 4, 1])
        >>> tf.reshape(tf.keras.layers.AdaptiveAveragePooling1D(1)(x), [-1]).numpy().tolist()
        [3.25]
    """

    rank = 1
    _pool = ops.adaptive_average_pool


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """The means of equal parts of images (mirrors `keras.layers.AdaptiveAveragePooling2D`).

    Args:
        output_size: the number of parts, an int or a pair (rows, columns). Where it does not divide the
            size of the input, [batch, rows, columns, channels], parts overlap by an element.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an output_size that is not positive, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 2, 2, 1])
        >>> tf.reshape(tf.keras.layers.AdaptiveAveragePooling2D(1)(x), [-1]).numpy().tolist()
        [3.25]
    """

    rank = 2
    _pool = ops.adaptive_average_pool


class AdaptiveAveragePooling3D(_AdaptivePooling):
    """The means of equal parts of volumes (mirrors `keras.layers.AdaptiveAveragePooling3D`).

    Args:
        output_size: the number of parts, an int or a triple (depth, rows, columns). Where it does not divide the
            size of the input, [batch, depth, rows, columns, channels], parts overlap by an element.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an output_size that is not positive, another data format, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 1, 2, 2, 1])
        >>> tf.reshape(tf.keras.layers.AdaptiveAveragePooling3D(1)(x), [-1]).numpy().tolist()
        [3.25]
    """

    rank = 3
    _pool = ops.adaptive_average_pool
