"""`RandomHeight` and `RandomWidth`: images of another height or width at random."""

from __future__ import annotations

from typing import Any

from unikeras import engine
from unikeras.core.state import thread
from unikeras.core.symbolic import stands_for_unknown
from unikeras.layers.preprocessing.host_layer import allowed
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range
from unikeras.layers.preprocessing.image.resizing import INTERPOLATIONS
from unikeras.ops.image_resize import resize

__all__ = ["RandomHeight", "RandomWidth"]


class _RandomStretch(RandomImageLayer):
    """The base of both: batches scaled along an axis to a size that is drawn anew for each."""

    # The size of the result is a random number, which compiled code cannot have: training steps run as plain Python.
    eager_training = True
    moves_pixels = True
    _axis: int

    def __init__(
        self, factor: Any, interpolation: str = "bilinear", seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        name = type(self).__name__
        self.factor = factor
        self._range = factor_range(name, factor, -1, float("inf"), open_low=True)
        if self._range[0] <= -1:
            raise ValueError(f"{name}: factor must be above -1, and a single number below 1, not {factor!r}.")
        self.interpolation = allowed(name, "interpolation", str(interpolation).lower(), INTERPOLATIONS)

    def draw(self, shape: tuple[int, ...]) -> Any:
        size = list(shape[1:3])
        old = size[self._axis - 1]
        if thread.symbolic:  # differs where the batch's size does: it is not known
            size[self._axis - 1] = shape[0] if stands_for_unknown(shape[0]) else old
            return size
        factor = self.uniform((), *self._range)
        if engine.current().is_traced(factor._array):
            raise NotImplementedError(
                f"{type(self).__name__} {self.name!r} gives images of a random size, so it cannot train in a function that is being "
                "compiled (tf.function). Call it outside, or run eagerly by tf.config.run_functions_eagerly(True); fit does this by itself."
            )
        size[self._axis - 1] = max(int(old * (1 + float(factor))), 1)
        return size

    def _stretched(self, images: Any, size: Any, interpolation: str) -> Any:
        return resize(images, size, interpolation=interpolation, data_format="channels_last")

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._stretched(images, drawn, self.interpolation)

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self._stretched(masks, drawn, "nearest")

    def transform_boxes(self, boxes: Any, drawn: Any, shape: tuple[int, ...]) -> Any:
        down, across = drawn[0] / shape[1], drawn[1] / shape[2]
        return boxes * [across, down, across, down]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor, "interpolation": self.interpolation}


class RandomHeight(_RandomStretch):
    """Batches scaled to a random height, while training (mirrors tf.keras 2's `keras.layers.RandomHeight`).

    The result's size is a random number, so a model with this layer runs its training steps as plain Python: slowly. Where the size
    need not change, `RandomZoom` does much the same.

    Args:
        factor: (lower, upper) of how much is added, in heights; a number f means (-f, f).
        interpolation: see `Resizing`.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor of -1 or less, or another interpolation.
        NotImplementedError: (from a call) training inside of a `tf.function`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomHeight((0.5, 0.5))(tf.ones([1, 4, 4, 3]), training=True).shape
        TensorShape([1, 6, 4, 3])
    """

    _axis = 1


class RandomWidth(_RandomStretch):
    """Batches scaled to a random width, while training (mirrors tf.keras 2's `keras.layers.RandomWidth`).

    Args:
        factor: (lower, upper) of how much is added, in widths; a number f means (-f, f).
        interpolation: see `Resizing`.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor of -1 or less, or another interpolation.
        NotImplementedError: (from a call) training inside of a `tf.function`; see `RandomHeight`.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomWidth((0.5, 0.5))(tf.ones([1, 4, 4, 3]), training=True).shape
        TensorShape([1, 4, 6, 3])
    """

    _axis = 2
