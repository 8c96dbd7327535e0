"""`RandomAffineLayer`: images under random affine maps of the plane."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.layers.preprocessing.host_layer import allowed
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer
from unikeras.ops.image_sampling import affine_transform

__all__ = ["RandomAffineLayer"]


@op
def _moved_boxes(F, boxes, matrix):
    """The boxes around the corners of boxes 'xyxy' [batch, boxes, 4], moved to where the map [batch, 8] takes their pixels from."""
    matrix = F.astype(matrix, boxes.dtype)
    a, b, c, d, e, f = (F.reshape(matrix[:, i], (-1, 1, 1)) for i in range(6))
    x = F.stack([boxes[..., 0], boxes[..., 2], boxes[..., 0], boxes[..., 2]], axis=-1)
    y = F.stack([boxes[..., 1], boxes[..., 1], boxes[..., 3], boxes[..., 3]], axis=-1)
    # A pixel's index is the place of its middle, a box's numbers are those of edges.
    x, y = x - 0.5 - c, y - 0.5 - f
    size = a * e - b * d
    u, v = (e * x - b * y) / size + 0.5, (a * y - d * x) / size + 0.5
    return F.stack([F.min(u, axis=-1), F.min(v, axis=-1), F.max(u, axis=-1), F.max(v, axis=-1)], axis=-1)


class RandomAffineLayer(RandomImageLayer):
    """The base of layers that move the pixels of images by affine maps.

    `draw` gives for each image the numbers of `keras.ops.image.affine_transform`, [batch, 8].

    Args:
        fill_mode: what lies outside: 'reflect' (b a | a b c | c b), 'wrap', 'constant' or 'nearest'.
        interpolation: 'bilinear' or 'nearest'.
        fill_value: of a constant.
        **kwargs: as for `RandomImageLayer`.

    Raises:
        ValueError: another word.
    """

    moves_pixels = True

    def __init__(
        self,
        *,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        name = type(self).__name__
        self.fill_mode = allowed(name, "fill_mode", fill_mode, ("reflect", "wrap", "constant", "nearest"))
        self.interpolation = allowed(name, "interpolation", interpolation, ("nearest", "bilinear"))
        self.fill_value = fill_value

    def transform(self, images: Any, drawn: Any) -> Any:
        return affine_transform(
            images, drawn, self.interpolation, self.fill_mode, self.fill_value, data_format="channels_last"
        )

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return affine_transform(
            masks, drawn, "nearest", self.fill_mode, self.fill_value, data_format="channels_last"
        )

    def transform_boxes(self, boxes: Any, drawn: Any, shape: tuple[int, ...]) -> Any:
        return _moved_boxes(boxes, drawn)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "interpolation": self.interpolation,
        }


def rows(*numbers: Any) -> Any:
    """[batch, 8] of eight numbers or tensors [batch]; the last two are 0 if they are left out."""
    first = next(n for n in numbers if hasattr(n, "dtype"))
    numbers = (*numbers, *(0.0,) * (8 - len(numbers)))
    return ops.stack([n if hasattr(n, "dtype") else ops.zeros_like(first) + n for n in numbers], axis=-1)
