"""`SyncBatchNormalization`: batch normalization by the statistics of all devices."""

from __future__ import annotations

from typing import Any

from unikeras.layers.normalization.batch_normalization import BatchNormalization

__all__ = ["SyncBatchNormalization"]


class SyncBatchNormalization(BatchNormalization):
    """`BatchNormalization(synchronized=True)` under its older name.

    Mirrors tf.keras 2's `keras.layers.experimental.SyncBatchNormalization`. There is one device, whose statistics are all
    there are.

    Args:
        axis: as all others, see `BatchNormalization`.
        momentum: how much of the moving averages stays at each step.
        epsilon: added to the variance.
        **kwargs: as for `BatchNormalization`.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.experimental.SyncBatchNormalization(epsilon=0.0)
        >>> layer(tf.constant([[1.0], [5.0]]), training=True).numpy().tolist()
        [[-1.0], [1.0]]
    """

    def __init__(self, axis: Any = -1, momentum: float = 0.99, epsilon: float = 1e-3, **kwargs: Any) -> None:
        super().__init__(axis, momentum, epsilon, **{**kwargs, "synchronized": True})
