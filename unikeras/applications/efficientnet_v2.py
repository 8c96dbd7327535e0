"""EfficientNet v2 (Tan and Le, "EfficientNetV2: Smaller models and faster training", 2021)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.efficientnet import (
    CONVOLUTION,
    DENSE,
    DEVIATION,
    MEAN,
    SURVIVAL,
    nearest_multiple,
    squeeze_and_excite,
)
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "preprocess_input",
]

# A stage: repeats, filters, expansion, stride; the first three fuse widening and convolving.
FUSED = 3
B = [(1, 16, 1, 1), (2, 32, 4, 2), (2, 48, 4, 2), (3, 96, 4, 2), (5, 112, 6, 1), (8, 192, 6, 2)]
S = [(2, 24, 1, 1), (4, 48, 4, 2), (4, 64, 4, 2), (6, 128, 4, 2), (9, 160, 6, 1), (15, 256, 6, 2)]
M = [
    (3, 24, 1, 1),
    (5, 48, 4, 2),
    (5, 80, 4, 2),
    (7, 160, 4, 2),
    (14, 176, 6, 1),
    (18, 304, 6, 2),
    (5, 512, 6, 1),
]
L = [
    (4, 32, 1, 1),
    (7, 64, 4, 2),
    (7, 96, 4, 2),
    (10, 192, 4, 2),
    (19, 224, 6, 1),
    (25, 384, 6, 2),
    (7, 640, 6, 1),
]


def _conv(x: Any, filters: int, kernel: int, stride: int, name: str) -> Any:
    return layers.Conv2D(
        filters, kernel, strides=stride, padding="same", use_bias=False, kernel_initializer=CONVOLUTION,
        name=f"{name}conv",
    )(x)  # fmt: skip


def _normalization(name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), momentum=0.9, name=f"{name}bn")


def _normalized(x: Any, name: str) -> Any:
    return layers.Activation("swish", name=f"{name}activation")(_normalization(name)(x))


def _around(x: Any, inputs: Any, stride: int, drop: float, name: str) -> Any:
    """Add what came in where the shape stays, dropping what was found for whole images now and then."""
    axis = channel_axis()
    if stride != 1 or inputs.shape[axis] != x.shape[axis]:
        return x
    if drop > 0:
        x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return layers.add([x, inputs], name=f"{name}add")


def _fused_block(x: Any, filters: int, expansion: int, stride: int, drop: float, name: str) -> Any:
    """Widen and convolve at once, narrow."""
    inputs = x
    if expansion == 1:
        x = _normalized(_conv(x, filters, 3, stride, f"{name}project_"), f"{name}project_")
        return _around(x, inputs, stride, drop, name)
    widened = x.shape[channel_axis()] * expansion
    x = _normalized(_conv(x, widened, 3, stride, f"{name}expand_"), f"{name}expand_")
    x = _normalization(f"{name}project_")(_conv(x, filters, 1, 1, f"{name}project_"))
    return _around(x, inputs, stride, drop, name)


def _block(x: Any, filters: int, expansion: int, stride: int, drop: float, name: str) -> Any:
    """Widen, convolve each channel, weigh the channels, narrow."""
    inputs, before = x, x.shape[channel_axis()]
    x = _normalized(_conv(x, before * expansion, 1, 1, f"{name}expand_"), f"{name}expand_")
    x = layers.DepthwiseConv2D(
        3,
        strides=stride,
        padding="same",
        use_bias=False,
        depthwise_initializer=CONVOLUTION,
        name=f"{name}dwconv2",
    )(x)
    x = squeeze_and_excite(_normalized(x, name), before // 4, name)
    x = _normalization(f"{name}project_")(_conv(x, filters, 1, 1, f"{name}project_"))
    return _around(x, inputs, stride, drop, name)


def _features(x: Any, stages: list[tuple[int, int, int, int]], first: int, width: float, depth: float) -> Any:
    x = _normalized(_conv(x, nearest_multiple(first * width), 3, 2, "stem_"), "stem_")
    repeats = [math.ceil(depth * count) for count, _, _, _ in stages]
    number = 0
    for stage, (_, filters, expansion, stride) in enumerate(stages):
        block = _fused_block if stage < FUSED else _block
        for i in range(repeats[stage]):
            name = f"block{stage + 1}{chr(ord('a') + i)}_"
            drop = SURVIVAL * number / sum(repeats)
            x = block(x, nearest_multiple(filters * width), expansion, stride if i == 0 else 1, drop, name)
            number += 1
    return _normalized(_conv(x, nearest_multiple(1280 * width), 1, 1, "top_"), "top_")


def _efficientnet(
    size_name: str, stages: list[tuple[int, int, int, int]], size: int, first: int = 32, width: float = 1.0,
    depth: float = 1.0,
) -> Callable[..., Model]:  # fmt: skip
    """The public function of one size; `first` filters in the stem."""

    def body(x: Any, head: Head, include_preprocessing: bool) -> Any:
        if include_preprocessing:
            if stages is B:
                x = layers.Rescaling(1 / 255)(x)
                x = layers.Normalization(mean=MEAN, variance=[d**2 for d in DEVIATION], axis=channel_axis())(
                    x
                )
            else:
                x = layers.Rescaling(1 / 128, offset=-1)(x)
        x = _features(x, stages, first, width, depth)
        return head(x, dropout=0.2, kernel_initializer=DENSE)

    body.__name__ = f"EfficientNetV2{size_name}"
    body.__doc__ = f"EfficientNet v2 {size_name}, for images with values in [0, 255] (mirrors `keras.applications.{body.__name__}`)."
    preprocessing = (
        True,
        "bool, whether the model scales images itself; else it wants them scaled to [-1, 1].",
    )
    return application(f"efficientnetv2-{size_name.lower()}", size=size, include_preprocessing=preprocessing)(
        body
    )


EfficientNetV2B0 = _efficientnet("B0", B, 224)
EfficientNetV2B1 = _efficientnet("B1", B, 240, depth=1.1)
EfficientNetV2B2 = _efficientnet("B2", B, 260, width=1.1, depth=1.2)
EfficientNetV2B3 = _efficientnet("B3", B, 300, width=1.2, depth=1.4)
EfficientNetV2S = _efficientnet("S", S, 384, first=24)
EfficientNetV2M = _efficientnet("M", M, 480, first=24)
EfficientNetV2L = _efficientnet("L", L, 480, first=32)

preprocess_input = preprocessing(None, "EfficientNet v2")
