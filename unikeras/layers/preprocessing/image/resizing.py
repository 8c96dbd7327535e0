"""`Resizing`: images of one size."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.host_layer import allowed
from unikeras.layers.preprocessing.image.image_layer import ImageLayer
from unikeras.ops.image_resize import resize

__all__ = ["INTERPOLATIONS", "Resizing"]

INTERPOLATIONS = (
    "bilinear",
    "nearest",
    "bicubic",
    "area",
    "lanczos3",
    "lanczos5",
    "gaussian",
    "mitchellcubic",
)


class Resizing(ImageLayer):
    """Images scaled to a size (mirrors `keras.layers.Resizing`).

    The result is of the layer's dtype, as in tf.keras 2: whole-number pixels give floats (Keras 3 rounds them to their own dtype);
    `dtype='uint8'` gives bytes.

    Args:
        height: the result's, in pixels.
        width: likewise.
        interpolation: 'bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'gaussian' or 'mitchellcubic'.
        crop_to_aspect_ratio: whether to cut off what does not fit the new aspect ratio instead of distorting.
        pad_to_aspect_ratio: whether to add borders instead.
        fill_mode: 'constant'.
        fill_value: what borders hold.
        antialias: whether to smooth where the image shrinks.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a size that is not positive, another interpolation, or both ways to keep the aspect ratio.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Resizing(1, 4)(tf.constant([[[0.0], [4.0]]])).numpy()[0, :, 0].tolist()
        [0.0, 1.0, 3.0, 4.0]
    """

    moves_pixels = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if height < 1 or width < 1:
            raise ValueError(f"Resizing: height and width must be positive, not {height} and {width}.")
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError("Resizing: crop_to_aspect_ratio and pad_to_aspect_ratio exclude each other.")
        self.height, self.width = int(height), int(width)
        self.interpolation = allowed("Resizing", "interpolation", str(interpolation).lower(), INTERPOLATIONS)
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = allowed("Resizing", "fill_mode", fill_mode, ("constant",))
        self.fill_value = fill_value
        self.antialias = antialias

    def _resized(self, images: Any, interpolation: str) -> Any:
        return resize(
            images,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_value=self.fill_value,
            data_format="channels_last",
        )

    def transform(self, images: Any, drawn: Any) -> Any:
        return self._resized(images, self.interpolation)

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self._resized(masks, "nearest")

    def transform_boxes(self, boxes: Any, drawn: Any, shape: tuple[int, ...]) -> Any:
        if self.crop_to_aspect_ratio or self.pad_to_aspect_ratio:
            return super().transform_boxes(boxes, drawn, shape)
        down, across = self.height / shape[1], self.width / shape[2]
        return boxes * [across, down, across, down]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "height": self.height,
            "width": self.width,
            "interpolation": self.interpolation,
            "crop_to_aspect_ratio": self.crop_to_aspect_ratio,
            "pad_to_aspect_ratio": self.pad_to_aspect_ratio,
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "antialias": self.antialias,
        }
