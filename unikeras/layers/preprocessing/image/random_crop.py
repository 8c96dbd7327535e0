"""`RandomCrop`: a part of images at a random place."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.layers.preprocessing.image.center_crop import fitted
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer
from unikeras.ops.random import randint

__all__ = ["RandomCrop"]


@op
def _parts(F, images, starts, *, height, width):
    """The part of each image [batch, height, width, channels] that begins at its start [batch, 2]."""
    which = F.reshape(F.arange(images.shape[0]), (-1, 1, 1))
    down = F.reshape(starts[:, 0], (-1, 1, 1)) + F.reshape(F.arange(height), (1, -1, 1))
    across = F.reshape(starts[:, 1], (-1, 1, 1)) + F.reshape(F.arange(width), (1, 1, -1))
    return images[which, down, across]


class RandomCrop(RandomImageLayer):
    """A part of each image at a random place, while training (mirrors `keras.layers.RandomCrop`).

    An image that is smaller, on one side at least, is scaled without distortion: the largest middle part of the aspect ratio. At
    inference all images are, as in tf.keras 2 (Keras 3 leaves them as they are, of another size).

    Args:
        height: the result's, in pixels.
        width: likewise.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a size that is not positive.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomCrop(2, 3)(tf.ones([1, 8, 8, 3]), training=True).shape
        TensorShape([1, 2, 3, 3])
    """

    moves_pixels = True

    def __init__(
        self, height: int, width: int, seed: int | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if height < 1 or width < 1:
            raise ValueError(f"RandomCrop: height and width must be positive, not {height} and {width}.")
        self.height, self.width = int(height), int(width)

    def draw(self, shape: tuple[int, ...]) -> Any:
        room = (shape[1] - self.height, shape[2] - self.width)
        if min(room) < 0:
            return None
        return randint((shape[0], 2), [0, 0], [room[0] + 1, room[1] + 1], "int64", self.seed_generator)

    def _cropped(self, images: Any, drawn: Any, interpolation: str) -> Any:
        if drawn is None:
            return fitted(images, self.height, self.width, interpolation)
        return _parts(images, drawn, height=self.height, width=self.width)

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._cropped(images, drawn, "bilinear")

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self._cropped(masks, drawn, "nearest")

    def at_inference(self, images: Any) -> Any:
        return fitted(images, self.height, self.width)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}
