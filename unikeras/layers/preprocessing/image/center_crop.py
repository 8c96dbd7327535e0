"""`CenterCrop`: the middle of images."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.image.image_layer import ImageLayer
from unikeras.ops.image_resize import resize

__all__ = ["CenterCrop", "fitted"]


def fitted(images: Any, height: int, width: int, interpolation: str = "bilinear") -> Any:
    """The largest middle part of the size's aspect ratio, scaled to it."""
    return resize(
        images,
        (height, width),
        interpolation=interpolation,
        crop_to_aspect_ratio=True,
        data_format="channels_last",
    )


class CenterCrop(ImageLayer):
    """The middle of images (mirrors `keras.layers.CenterCrop`).

    An image that is smaller, on one side at least, is scaled without distortion: the largest middle part of the aspect ratio.

    Args:
        height: the result's, in pixels.
        width: likewise.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a size that is not positive.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.CenterCrop(1, 2)(tf.constant([[[1.0], [2.0], [3.0], [4.0]]])).numpy()[0, :, 0].tolist()
        [2.0, 3.0]
    """

    moves_pixels = True

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if height < 1 or width < 1:
            raise ValueError(f"CenterCrop: height and width must be positive, not {height} and {width}.")
        self.height, self.width = int(height), int(width)

    def _middle(self, shape: Any) -> tuple[int, int] | None:
        """Where the part begins, if the image is large enough."""
        top, left = shape[1] - self.height, shape[2] - self.width
        return None if top < 0 or left < 0 else (top // 2, left // 2)

    def _cropped(self, images: Any, interpolation: str) -> Any:
        start = self._middle(images.shape)
        if start is None:
            return fitted(images, self.height, self.width, interpolation)
        top, left = start
        return images[:, top : top + self.height, left : left + self.width]

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._cropped(images, "bilinear")

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self._cropped(masks, "nearest")

    def transform_boxes(self, boxes: Any, drawn: Any, shape: tuple[int, ...]) -> Any:
        start = self._middle(shape)
        if start is None:
            return super().transform_boxes(boxes, drawn, shape)
        top, left = start
        return boxes - [left, top, left, top]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}
