"""VGG (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = ["VGG16", "VGG19", "preprocess_input"]


def _vgg(depth: int, convolutions: tuple[int, ...]) -> Callable[..., Model]:
    """The public function of one depth; `convolutions` in each of the five blocks."""

    def body(x: Any, head: Head) -> Any:
        for block, (count, filters) in enumerate(zip(convolutions, (64, 128, 256, 512, 512), strict=True), 1):
            for i in range(1, count + 1):
                name = f"block{block}_conv{i}"
                x = layers.Conv2D(filters, 3, activation="relu", padding="same", name=name)(x)
            x = layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
        if not head.include_top:
            return head.pooled(x, avg=None, max=None)
        x = layers.Flatten(name="flatten")(x)
        for i in (1, 2):
            x = layers.Dense(4096, activation="relu", name=f"fc{i}")(x)
        return head.classified(x)

    body.__name__ = f"VGG{depth}"
    body.__doc__ = f"VGG of {depth} layers (mirrors `keras.applications.{body.__name__}`)."
    return application(f"vgg{depth}", size=224, flattens=True)(body)


VGG16 = _vgg(16, (2, 2, 3, 3, 3))
VGG19 = _vgg(19, (2, 2, 4, 4, 4))

preprocess_input = preprocessing("caffe", "VGG")
