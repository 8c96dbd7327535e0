"""MobileNet v2 (Sandler et al., "MobileNetV2: Inverted residuals and linear bottlenecks", 2018)."""

from __future__ import annotations

from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis, halving_padding, trained_size
from unikeras.applications.efficientnet import rounded
from unikeras.applications.imagenet import preprocessing

__all__ = ["MobileNetV2", "preprocess_input"]

SIZES = (96, 128, 160, 192, 224)
# A stage: filters, stride, repeats; the first has no expansion.
STAGES = [(16, 1, 1), (24, 2, 2), (32, 2, 3), (64, 2, 4), (96, 1, 3), (160, 2, 3), (320, 1, 1)]
EXPANSION = 6


def _name(shape: tuple[Any, ...], alpha: float) -> str:
    return f"mobilenetv2_{alpha:.2f}_{trained_size(shape, SIZES)}"


def _normalization(name: str) -> Any:
    return layers.BatchNormalization(
        axis=channel_axis() if channel_axis() == 1 else -1, momentum=0.999, name=name
    )


def _block(x: Any, filters: int, stride: int, expand: bool, name: str) -> Any:
    """Widen, convolve each channel, narrow without an activation; add what came in where the shape stays."""
    axis, inputs = channel_axis(), x
    before = x.shape[axis]
    if expand:
        x = layers.Conv2D(EXPANSION * before, 1, padding="same", use_bias=False, name=f"{name}expand")(x)
        x = layers.ReLU(6.0, name=f"{name}expand_relu")(_normalization(f"{name}expand_BN")(x))
    if stride == 2:
        x = layers.ZeroPadding2D(halving_padding(x, 3), name=f"{name}pad")(x)
    x = layers.DepthwiseConv2D(
        3, strides=stride, use_bias=False, padding="same" if stride == 1 else "valid", name=f"{name}depthwise"
    )(x)
    x = layers.ReLU(6.0, name=f"{name}depthwise_relu")(_normalization(f"{name}depthwise_BN")(x))
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(x)
    x = _normalization(f"{name}project_BN")(x)
    return layers.Add(name=f"{name}add")([inputs, x]) if before == filters and stride == 1 else x


@application(
    "mobilenetv2_1.00_224", size=224, sizes=SIZES, checkpoint=_name, naming=_name,
    alpha=(1.0, "float, the width: each number of filters is multiplied by it."),
)  # fmt: skip
def MobileNetV2(x: Any, head: Head, alpha: float) -> Any:
    """MobileNet v2, for images scaled to [-1, 1] (mirrors `keras.applications.MobileNetV2`)."""
    x = layers.Conv2D(rounded(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1")(x)
    x = layers.ReLU(6.0, name="Conv1_relu")(_normalization("bn_Conv1")(x))
    number = 0
    for filters, first_stride, repeats in STAGES:
        for i in range(repeats):
            name = f"block_{number}_" if number else "expanded_conv_"
            x = _block(x, rounded(filters * alpha), first_stride if i == 0 else 1, number > 0, name)
            number += 1
    last = rounded(1280 * alpha) if alpha > 1.0 else 1280
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = layers.ReLU(6.0, name="out_relu")(_normalization("Conv_1_bn")(x))
    if not head.include_top:
        return head.pooled(x, avg=None, max=None)
    return head.classified(layers.GlobalAveragePooling2D()(x))


preprocess_input = preprocessing("tf", "MobileNet v2")
