"""Xception (Chollet, "Xception: Deep learning with depthwise separable convolutions", 2016)."""

from __future__ import annotations

from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.imagenet import preprocessing

__all__ = ["Xception", "preprocess_input"]


def _normalization(name: str | None = None) -> Any:
    return layers.BatchNormalization(axis=1 if channel_axis() == 1 else -1, name=name)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return _normalization(f"{name}_bn")(x)


def _narrowing(x: Any, filters: tuple[int, int], block: int, first_relu: bool = True) -> Any:
    """Two separable convolutions and a pooling, with a 1x1 convolution around them; half the height and width."""
    around = layers.Conv2D(filters[1], 1, strides=2, padding="same", use_bias=False)(x)
    around = _normalization()(around)
    for i, count in enumerate(filters, 1):
        if i > 1 or first_relu:
            x = layers.Activation("relu", name=f"block{block}_sepconv{i}_act")(x)
        x = _separable(x, count, f"block{block}_sepconv{i}")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return layers.add([x, around])


@application("xception", size=299, minimum=71)
def Xception(x: Any, head: Head) -> Any:
    """Xception, for images scaled to [-1, 1] (mirrors `keras.applications.Xception`)."""
    for i, (filters, stride) in enumerate(((32, 2), (64, 1)), 1):
        name = f"block1_conv{i}"
        x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=name)(x)
        x = layers.Activation("relu", name=f"{name}_act")(_normalization(f"{name}_bn")(x))
    x = _narrowing(x, (128, 128), 2, first_relu=False)
    x = _narrowing(x, (256, 256), 3)
    x = _narrowing(x, (728, 728), 4)
    for block in range(5, 13):
        around = x
        for i in (1, 2, 3):
            name = f"block{block}_sepconv{i}"
            x = _separable(layers.Activation("relu", name=f"{name}_act")(x), 728, name)
        x = layers.add([x, around])
    x = _narrowing(x, (728, 1024), 13)
    for i, filters in enumerate((1536, 2048), 1):
        name = f"block14_sepconv{i}"
        x = layers.Activation("relu", name=f"{name}_act")(_separable(x, filters, name))
    return head(x) if head.include_top else head.pooled(x, avg=None, max=None)


preprocess_input = preprocessing("tf", "Xception")
