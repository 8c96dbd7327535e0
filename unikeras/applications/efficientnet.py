"""EfficientNet B0-B7 (Tan and Le, "EfficientNet: Rethinking model scaling for convolutional neural networks", 2019)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis, halving_padding
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "preprocess_input",
]

# A stage: kernel size, repeats, filters, expansion, stride; B0's, which the other sizes widen and deepen.
STAGES = [
    (3, 1, 16, 1, 1),
    (3, 2, 24, 6, 2),
    (5, 2, 40, 6, 2),
    (3, 3, 80, 6, 2),
    (5, 3, 112, 6, 1),
    (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
]
SURVIVAL = 0.2  # of which share a residual block is dropped in training, at the last block
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # of ImageNet's channels, red, green, blue

CONVOLUTION = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
DENSE = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1 / 3, "mode": "fan_out", "distribution": "uniform"},
}


def nearest_multiple(filters: float, divisor: int = 8) -> int:
    """A number of filters as the nearest multiple of `divisor`, at least that."""
    return max(divisor, int(filters + divisor / 2) // divisor * divisor)


def rounded(filters: float, divisor: int = 8) -> int:
    """A number of filters as the nearest multiple of `divisor`, not more than a tenth below it."""
    found = nearest_multiple(filters, divisor)
    return found + divisor if found < 0.9 * filters else found


def squeeze_and_excite(x: Any, inputs: int, name: str, activation: str = "silu") -> Any:
    """Scale the channels by what the whole image shows (Hu et al., 2017)."""
    axis = channel_axis()
    channels = x.shape[axis]
    y = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    y = layers.Reshape((channels, 1, 1) if axis == 1 else (1, 1, channels), name=f"{name}se_reshape")(y)
    for filters, part, function in (
        (max(1, inputs), "reduce", activation),
        (channels, "expand", "sigmoid"),
    ):
        y = layers.Conv2D(
            filters, 1, padding="same", activation=function, kernel_initializer=CONVOLUTION,
            name=f"{name}se_{part}",
        )(y)  # fmt: skip
    return layers.multiply([x, y], name=f"{name}se_excite")


def _block(
    x: Any, filters_in: int, filters: int, kernel: int, stride: int, expansion: int, drop: float, name: str
) -> Any:
    """Widen, convolve each channel, weigh the channels, narrow; with a way around where the shape stays."""
    axis, inputs = channel_axis(), x
    if expansion != 1:
        x = layers.Conv2D(
            filters_in * expansion, 1, padding="same", use_bias=False, kernel_initializer=CONVOLUTION,
            name=f"{name}expand_conv",
        )(x)  # fmt: skip
        x = layers.BatchNormalization(axis=axis, name=f"{name}expand_bn")(x)
        x = layers.Activation("swish", name=f"{name}expand_activation")(x)
    if stride == 2:
        x = layers.ZeroPadding2D(halving_padding(x, kernel), name=f"{name}dwconv_pad")(x)
    x = layers.DepthwiseConv2D(
        kernel, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False,
        depthwise_initializer=CONVOLUTION, name=f"{name}dwconv",
    )(x)  # fmt: skip
    x = layers.BatchNormalization(axis=axis, name=f"{name}bn")(x)
    x = layers.Activation("swish", name=f"{name}activation")(x)
    x = squeeze_and_excite(x, filters_in // 4, name)
    x = layers.Conv2D(
        filters, 1, padding="same", use_bias=False, kernel_initializer=CONVOLUTION, name=f"{name}project_conv"
    )(x)
    x = layers.BatchNormalization(axis=axis, name=f"{name}project_bn")(x)
    if stride == 1 and filters_in == filters:
        if drop > 0:
            x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = layers.add([x, inputs], name=f"{name}add")
    return x


def _features(x: Any, width: float, depth: float, pretrained: bool) -> Any:
    axis = channel_axis()
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Normalization(axis=axis)(x)
    if pretrained:  # ImageNet's weights were trained behind one more division
        x = layers.Rescaling([1 / math.sqrt(d) for d in DEVIATION])(x)
    x = layers.ZeroPadding2D(halving_padding(x, 3), name="stem_conv_pad")(x)
    x = layers.Conv2D(
        rounded(32 * width), 3, strides=2, use_bias=False, kernel_initializer=CONVOLUTION, name="stem_conv"
    )(x)
    x = layers.BatchNormalization(axis=axis, name="stem_bn")(x)
    x = layers.Activation("swish", name="stem_activation")(x)
    total = sum(math.ceil(depth * repeats) for _, repeats, _, _, _ in STAGES)
    number, before = 0, rounded(32 * width)
    for stage, (kernel, repeats, filters, expansion, stride) in enumerate(STAGES):
        after = rounded(filters * width)
        for i in range(math.ceil(depth * repeats)):
            name = f"block{stage + 1}{chr(ord('a') + i)}_"
            drop = SURVIVAL * number / total
            x = _block(x, before, after, kernel, stride if i == 0 else 1, expansion, drop, name)
            number, before = number + 1, after
    x = layers.Conv2D(
        rounded(1280 * width),
        1,
        padding="same",
        use_bias=False,
        kernel_initializer=CONVOLUTION,
        name="top_conv",
    )(x)
    x = layers.BatchNormalization(axis=axis, name="top_bn")(x)
    return layers.Activation("swish", name="top_activation")(x)


def _efficientnet(number: int, width: float, depth: float, size: int, dropout: float) -> Callable[..., Model]:
    """The public function of one size."""

    def body(x: Any, head: Head) -> Any:
        x = _features(x, width, depth, head.pretrained)
        return head(x, dropout=dropout, kernel_initializer=DENSE)

    body.__name__ = f"EfficientNetB{number}"
    body.__doc__ = f"EfficientNet B{number}, for images of {size} x {size} with values in [0, 255] (mirrors `keras.applications.{body.__name__}`)."
    return application(f"efficientnetb{number}", size=size)(body)


EfficientNetB0 = _efficientnet(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _efficientnet(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _efficientnet(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _efficientnet(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _efficientnet(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _efficientnet(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _efficientnet(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _efficientnet(7, 2.0, 3.1, 600, 0.5)

preprocess_input = preprocessing(None, "EfficientNet")
