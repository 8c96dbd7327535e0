"""Inception v3 (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2015)."""

from __future__ import annotations

from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.imagenet import preprocessing

__all__ = ["InceptionV3", "preprocess_input"]


def _conv(x: Any, filters: int, height: int, width: int, padding: str = "same", stride: int = 1) -> Any:
    """A convolution, normalized."""
    x = layers.Conv2D(filters, (height, width), strides=stride, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(axis=channel_axis(), scale=False)(x)
    return layers.Activation("relu")(x)


def _chain(x: Any, *convolutions: tuple[int, int, int]) -> Any:
    """Convolutions (filters, height, width), one after the other."""
    for filters, height, width in convolutions:
        x = _conv(x, filters, height, width)
    return x


def _average(x: Any, filters: int) -> Any:
    return _conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), filters, 1, 1)


def _joined(branches: list[Any], name: str | None = None) -> Any:
    return layers.concatenate(branches, axis=channel_axis(), name=name)


def _mixed_35(x: Any, pooled: int, name: str) -> Any:
    """At 35 x 35: 1x1, 5x5, two 3x3, a pooling."""
    branches = [
        _conv(x, 64, 1, 1),
        _chain(x, (48, 1, 1), (64, 5, 5)),
        _chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3)),
    ]
    return _joined([*branches, _average(x, pooled)], name)


def _mixed_17(x: Any, filters: int, name: str) -> Any:
    """At 17 x 17: 7x7 in two parts, once and twice."""
    n = filters
    branches = [
        _conv(x, 192, 1, 1),
        _chain(x, (n, 1, 1), (n, 1, 7), (192, 7, 1)),
        _chain(x, (n, 1, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7)),
    ]
    return _joined([*branches, _average(x, 192)], name)


def _mixed_8(x: Any, inner: str, name: str) -> Any:
    """At 8 x 8: 3x3 in two parts side by side."""
    first = _conv(x, 320, 1, 1)
    three = _conv(x, 384, 1, 1)
    second = _joined([_conv(three, 384, 1, 3), _conv(three, 384, 3, 1)], inner)
    double = _chain(x, (448, 1, 1), (384, 3, 3))
    third = _joined([_conv(double, 384, 1, 3), _conv(double, 384, 3, 1)])
    return _joined([first, second, third, _average(x, 192)], name)


@application("inception_v3", size=299, minimum=75)
def InceptionV3(x: Any, head: Head) -> Any:
    """Inception v3, for images scaled to [-1, 1] (mirrors `keras.applications.InceptionV3`)."""
    x = _conv(x, 32, 3, 3, "valid", 2)
    x = _conv(x, 32, 3, 3, "valid")
    x = _conv(x, 64, 3, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = _conv(x, 80, 1, 1, "valid")
    x = _conv(x, 192, 3, 3, "valid")
    x = layers.MaxPooling2D(3, strides=2)(x)
    for i, pooled in enumerate((32, 64, 64)):
        x = _mixed_35(x, pooled, f"mixed{i}")
    branches = [
        _conv(x, 384, 3, 3, "valid", 2),
        _conv(_chain(x, (64, 1, 1), (96, 3, 3)), 96, 3, 3, "valid", 2),
    ]
    x = _joined([*branches, layers.MaxPooling2D(3, strides=2)(x)], "mixed3")
    for i, filters in enumerate((128, 160, 160, 192), 4):
        x = _mixed_17(x, filters, f"mixed{i}")
    branches = [
        _conv(_conv(x, 192, 1, 1), 320, 3, 3, "valid", 2),
        _conv(_chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192, 3, 3, "valid", 2),
    ]
    x = _joined([*branches, layers.MaxPooling2D(3, strides=2)(x)], "mixed8")
    for i in (0, 1):
        x = _mixed_8(x, f"mixed9_{i}", f"mixed{9 + i}")
    return head(x) if head.include_top else head.pooled(x, avg=None, max=None)


preprocess_input = preprocessing("tf", "Inception v3")
