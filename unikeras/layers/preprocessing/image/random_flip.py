"""`RandomFlip`: images mirrored at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer

__all__ = ["RandomFlip"]

_AXES = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (2, 1)}


class RandomFlip(RandomImageLayer):
    """Half of the images mirrored, while training (mirrors `keras.layers.RandomFlip`).

    Args:
        mode: 'horizontal' (left and right), 'vertical', or 'horizontal_and_vertical', each for itself.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another mode.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomFlip("horizontal", seed=1)
        >>> sorted(layer(tf.constant([[[1.0], [2.0]]]), training=True).numpy()[0, :, 0].tolist())
        [1.0, 2.0]
    """

    moves_pixels = True

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if mode not in _AXES:
            raise ValueError(f"RandomFlip: mode must be one of {', '.join(_AXES)}, not {mode!r}.")
        self.mode = mode

    def draw(self, shape: tuple[int, ...]) -> Any:
        return {axis: self.uniform(shape[0]) < 0.5 for axis in _AXES[self.mode]}

    def transform(self, images: Any, drawn: Any) -> Any:
        for axis, which in drawn.items():
            images = ops.where(which, ops.flip(images, axis), images)
        return images

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self.transform(masks, drawn)

    def transform_boxes(self, boxes: Any, drawn: Any, shape: tuple[int, ...]) -> Any:
        sides = [boxes[..., i] for i in range(4)]
        for axis, which in drawn.items():
            low, high = (0, 2) if axis == 2 else (1, 3)
            which = which[..., 0, 0]
            sides[low], sides[high] = (
                ops.where(which, shape[axis] - sides[high], sides[low]),
                ops.where(which, shape[axis] - sides[low], sides[high]),
            )
        return ops.stack(sides, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode}
