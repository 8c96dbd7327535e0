"""`MaxPooling1D`, `MaxPooling2D`, `MaxPooling3D`: the largest element of each window."""

from __future__ import annotations

from unikeras import ops
from unikeras.layers.pooling.pooling import Pooling

__all__ = ["MaxPooling1D", "MaxPooling2D", "MaxPooling3D"]


class MaxPooling1D(Pooling):
    """The largest element of each window of sequences (mirrors `keras.layers.MaxPooling1D`).

    Args:
        pool_size: the window, an int.
        strides: the steps between windows of the input, [batch, steps, channels]; the window's size if `None`.
        padding: 'valid' (windows inside the input only) or 'same' (as many outputs as inputs / strides; what is padded
            is never chosen).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, another padding, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 4, 1])
        >>> tf.reshape(tf.keras.layers.MaxPooling1D(2)(x), [-1]).numpy().tolist()
        [5.0, 4.0]
    """

    rank = 1
    _pool = ops.max_pool


class MaxPooling2D(Pooling):
    """The largest element of each window of images (mirrors `keras.layers.MaxPooling2D`).

    Args:
        pool_size: the window, an int or a pair (rows, columns).
        strides: the steps between windows of the input, [batch, rows, columns, channels]; the window's size if `None`.
        padding: 'valid' (windows inside the input only) or 'same' (as many outputs as inputs / strides; what is padded
            is never chosen).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, another padding, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 2, 2, 1])
        >>> tf.reshape(tf.keras.layers.MaxPooling2D(2)(x), [-1]).numpy().tolist()
        [5.0]
    """

    rank = 2
    _pool = ops.max_pool


class MaxPooling3D(Pooling):
    """The largest element of each window of volumes (mirrors `keras.layers.MaxPooling3D`).

    Args:
        pool_size: the window, an int or a triple (depth, rows, columns).
        strides: the steps between windows of the input, [batch, depth, rows, columns, channels]; the window's size if `None`.
        padding: 'valid' (windows inside the input only) or 'same' (as many outputs as inputs / strides; what is padded
            is never chosen).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, another padding, inputs of another rank.

    Example:
        >>> import unikeras as tf
        >>> x = tf.reshape([1.0, 5.0, 3.0, 4.0], [1, 1, 2, 2, 1])
        >>> tf.reshape(tf.keras.layers.MaxPooling3D((1, 2, 2))(x), [-1]).numpy().tolist()
        [5.0]
    """

    rank = 3
    _pool = ops.max_pool
