"""`MaxNumBoundingBoxes`: as many boxes for every image."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import ImageLayer

__all__ = ["MaxNumBoundingBoxes"]


class MaxNumBoundingBoxes(ImageLayer):
    """The boxes of dictionaries cut off or filled up to a number (mirrors `keras.layers.MaxNumBoundingBoxes`).

    Args:
        max_number: how many boxes every image has then.
        fill_value: the numbers and labels of those that are no boxes.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a negative number.

    Example:
        >>> import unikeras as tf
        >>> boxes = {"boxes": tf.ones([1, 1, 4]), "labels": tf.constant([[3]])}
        >>> data = {"images": tf.ones([1, 4, 4, 3]), "bounding_boxes": boxes}
        >>> tf.keras.layers.MaxNumBoundingBoxes(2)(data)["bounding_boxes"]["labels"].numpy().tolist()
        [[3, -1]]
    """

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if max_number < 0:
            raise ValueError(f"MaxNumBoundingBoxes: max_number must not be negative, but it is {max_number}.")
        self.max_number, self.fill_value = int(max_number), fill_value

    def transform(self, images: Any, drawn: Any) -> Any:
        return images

    def call(self, inputs: Any, training: bool = True) -> Any:
        result = super().call(inputs, training)
        if isinstance(result, dict) and result.get("bounding_boxes") is not None:
            given = result["bounding_boxes"]
            result["bounding_boxes"] = {
                **given,
                **{
                    k: self._fitted(given[k], 2 if k == "boxes" else 1)
                    for k in ("boxes", "labels")
                    if k in given
                },
            }
        return result

    def _fitted(self, values: Any, from_end: int) -> Any:
        axis = len(values.shape) - from_end
        key = (slice(None),) * axis + (slice(0, self.max_number),)
        missing = max(self.max_number - values.shape[axis], 0)
        pairs = [[0, missing if i == axis else 0] for i in range(len(values.shape))]
        return ops.pad(values[key], pairs, constant_values=self.fill_value)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "max_number": self.max_number, "fill_value": self.fill_value}
