"""`ImageLayer` and `RandomImageLayer`: what layers that change images share."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.core.random import SeedGenerator
from unikeras.layers.layer import Layer
from unikeras.ops import random
from unikeras.ops.image_layout import back_to, data_format_of

__all__ = ["ImageLayer", "RandomImageLayer", "factor_range", "value_range_of"]


@op
def _batched(F, images, *, first, dtype):
    """[batch, height, width, channels] in a floating dtype, of a single image or channels first too."""
    images = images if images.ndim == 4 else F.expand_dims(images, axis=0)
    images = F.moveaxis(images, 1, 3) if first else images
    return F.astype(images, F.dtype(dtype))


@op
def _restored(F, images, *, first, single, dtype):
    """The reverse of `_batched`; whole numbers are rounded and kept in range."""
    images = F.moveaxis(images, 3, 1) if first else images
    images = images[0] if single else images
    return images if images.dtype == F.dtype(dtype) else back_to(F, images, F.dtype(dtype))


class ImageLayer(Layer):
    """The base of layers that change images.

    Subclasses write `transform(images, drawn)` for floats [batch, height, width, channels]; single images, channels first, whole-number
    pixels and dictionaries are taken care of here. `drawn` is what their `draw(shape)` gives for the batch, the same for images, labels, masks and boxes.

    A dictionary has 'images' and may have 'labels', 'segmentation_masks' [batch, height, width] (or with a last axis of 1) and
    'bounding_boxes' ({'boxes': [batch, boxes, 4], 'labels': [batch, boxes]}); the result has the same keys.

    Args:
        data_format: 'channels_last' or 'channels_first'; the setting of `keras.config` if `None`.
        bounding_box_format: that of boxes in dictionaries; see `keras.utils.bounding_boxes.convert_format`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: (from a call) no image.
        NotImplementedError: (from a call) boxes, where a layer cannot move them.
    """

    moves_pixels = False  # whether masks and boxes change too
    only_training = False  # whether the layer does nothing at inference

    def __init__(
        self, *, data_format: str | None = None, bounding_box_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format_of(data_format)
        self.bounding_box_format = bounding_box_format
        self.built = True

    # What subclasses write.

    def draw(self, shape: tuple[int, ...]) -> Any:
        """What happens to a batch of images of a shape [batch, height, width, channels]."""
        return None

    def transform(self, images: Any, drawn: Any) -> Any:
        """The images after it."""
        raise NotImplementedError(f"{type(self).__name__} does not have a `transform()` method.")

    def transform_labels(self, labels: Any, drawn: Any) -> Any:
        """The labels after it."""
        return labels

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        """Masks [batch, height, width, 1], as floats, after it: of pixels that stay, the same."""
        return masks

    def transform_boxes(self, boxes: Any, drawn: Any, shape: tuple[int, ...]) -> Any:
        """Boxes 'xyxy' [batch, boxes, 4] in pixels after it."""
        raise NotImplementedError(
            f"{type(self).__name__} {self.name!r}: bounding boxes cannot be moved by this layer; give images, labels and segmentation "
            "masks only, or put it after the boxes were used."
        )

    def at_inference(self, images: Any) -> Any:
        """The images where a layer for training only is not training."""
        return images

    # What happens around it.

    def call(self, inputs: Any, training: bool = True) -> Any:
        data = inputs if isinstance(inputs, dict) else {"images": inputs}
        if "images" not in data:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: a dictionary must have 'images'; it has {sorted(data)}."
            )
        images = data["images"]
        if not hasattr(images, "dtype"):
            images = ops.constant(images)
        if len(images.shape) not in (3, 4):
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: expected an image (height, width, channels) or a batch of them, got the shape "
                f"{tuple(images.shape)}."
            )
        x = self._in(images)
        if self.only_training and not training:
            done = {**data, "images": self._out(self.at_inference(x), images)}
            return done if inputs is data else done["images"]
        shape = tuple(x.shape)
        drawn = self.draw(shape)
        result = dict(data)
        result["images"] = self._out(self.transform(x, drawn), images)
        if inputs is not data:
            return result["images"]
        if data.get("labels") is not None:
            result["labels"] = self.transform_labels(_tensor(data["labels"]), drawn)
        if data.get("segmentation_masks") is not None and self.moves_pixels:
            result["segmentation_masks"] = self._masks(_tensor(data["segmentation_masks"]), images, drawn)
        if data.get("bounding_boxes") is not None and self.moves_pixels:
            result["bounding_boxes"] = self._boxes(
                data["bounding_boxes"], drawn, shape, tuple(result["images"].shape)
            )
        return result

    @property
    def _first(self) -> bool:
        return self.data_format == "channels_first"

    def _in(self, images: Any) -> Any:
        dtype = "float64" if self.compute_dtype == "float64" else "float32"
        if not self._first and len(images.shape) == 4 and images.dtype == dtype:
            return images
        return _batched(images, first=self._first, dtype=dtype)

    def _out(self, images: Any, given: Any) -> Any:
        single = len(given.shape) == 3
        if not self._first and not single and images.dtype == self.compute_dtype:
            return images
        return _restored(images, first=self._first, single=single, dtype=self.compute_dtype)

    def _masks(self, masks: Any, images: Any, drawn: Any) -> Any:
        flat = len(masks.shape) == len(images.shape) - 1  # no axis of channels
        x = ops.expand_dims(masks, -3 if self._first else -1) if flat else masks
        single = len(images.shape) == 3
        x = self.transform_masks(_batched(x, first=self._first, dtype="float32"), drawn)
        x = _restored(x, first=self._first, single=single, dtype=masks.dtype.name)
        return ops.squeeze(x, -3 if self._first else -1) if flat else x

    def _boxes(self, given: Any, drawn: Any, before: tuple[int, ...], after: tuple[int, ...]) -> Any:
        from unikeras.ops import bounding_boxes

        kind = self.bounding_box_format
        if kind is None:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: with bounding boxes, give the layer bounding_box_format='xyxy' (or another format)."
            )
        height, width = after[-2:] if self._first else after[-3:-1]
        boxes = bounding_boxes.convert_format(given["boxes"], kind, "xyxy", before[1], before[2])
        single = len(boxes.shape) == 2
        moved = self.transform_boxes(ops.expand_dims(boxes, 0) if single else boxes, drawn, before)
        found = {**given, "boxes": moved[0] if single else moved}
        found = bounding_boxes.clip_to_image_size(found, height, width, "xyxy")
        return bounding_boxes.convert_format(found, "xyxy", kind, height, width)

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "data_format": self.data_format}
        if self.bounding_box_format is not None:
            config["bounding_box_format"] = self.bounding_box_format
        return config


def _tensor(value: Any) -> Any:
    return value if hasattr(value, "dtype") else ops.constant(value)


class RandomImageLayer(ImageLayer):
    """The base of layers that change images at random while training, each image in its own way.

    Args:
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `ImageLayer`.
    """

    only_training = True

    def __init__(self, *, seed: int | None = None, **kwargs: Any) -> None:
        kwargs.pop("rng_type", None)  # tf.keras 2's, in its configs
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)

    def uniform(self, shape: Any, low: Any = 0.0, high: Any = 1.0) -> Any:
        """Numbers between `low` and `high`, float32; an int gives one for each image, [batch, 1, 1, 1]."""
        shape = (shape, 1, 1, 1) if isinstance(shape, int) else shape
        return random.uniform(shape, low, high, "float32", self.seed_generator)

    def happens(self, count: int, factor: tuple[float, float]) -> Any:
        """For each image whether it is changed, [batch, 1, 1, 1]: with a probability that lies between the two numbers."""
        return self.uniform(count) < self.uniform(count, *factor)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}


def factor_range(
    layer: str,
    factor: Any,
    low: float,
    high: float,
    *,
    name: str = "factor",
    start: float | None = None,
    open_low: bool = False,
) -> tuple[float, float]:
    """(lower, upper) of a number or a pair.

    Args:
        layer: for messages.
        factor: a pair; or a number f, which means (start, f).
        low: the least a number may be.
        high: the most.
        name: the argument's, for messages.
        start: `None`: -f.
        open_low: whether `low` itself is refused.

    Raises:
        ValueError: out of range, or neither.
    """
    single = isinstance(factor, (int, float)) and not isinstance(factor, bool)
    if not single and (not isinstance(factor, (tuple, list)) or len(factor) != 2):
        raise ValueError(f"{layer}: {name} must be a number or two, (lower, upper), not {factor!r}.")
    for value in (factor,) if single else factor:
        if not low <= value <= high or (open_low and value == low):
            raise ValueError(
                f"{layer}: {name} must be a number, or two, in {'(' if open_low else '['}{low:g}, {high:g}], not {factor!r}."
            )
    if single:
        lower, upper = (-abs(factor) if start is None else start), abs(factor)
    else:
        lower, upper = factor
    if lower > upper:
        raise ValueError(f"{layer}: the lower end of {name} is above the upper: {factor!r}.")
    return lower, upper


def value_range_of(layer: str, value_range: Any) -> tuple[float, float]:
    """(least, most) that a pixel can be.

    Raises:
        ValueError: not two increasing numbers.
    """
    if (
        not isinstance(value_range, (tuple, list))
        or len(value_range) != 2
        or not value_range[0] < value_range[1]
    ):
        raise ValueError(f"{layer}: value_range must be (least, most) of a pixel, not {value_range!r}.")
    return value_range[0], value_range[1]
