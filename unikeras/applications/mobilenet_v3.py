"""MobileNet v3 (Howard et al., "Searching for MobileNetV3", 2019)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis, halving_padding
from unikeras.applications.efficientnet import rounded
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "preprocess_input"]

# A block: expansion, filters, kernel size, stride, whether channels are weighed, whether the activation is the hard swish.
SMALL = [
    (1, 16, 3, 2, True, False),
    (72 / 16, 24, 3, 2, False, False),
    (88 / 24, 24, 3, 1, False, False),
    (4, 40, 5, 2, True, True),
    (6, 40, 5, 1, True, True),
    (6, 40, 5, 1, True, True),
    (3, 48, 5, 1, True, True),
    (3, 48, 5, 1, True, True),
    (6, 96, 5, 2, True, True),
    (6, 96, 5, 1, True, True),
    (6, 96, 5, 1, True, True),
]
LARGE = [
    (1, 16, 3, 1, False, False),
    (4, 24, 3, 2, False, False),
    (3, 24, 3, 1, False, False),
    (3, 40, 5, 2, True, False),
    (3, 40, 5, 1, True, False),
    (3, 40, 5, 1, True, False),
    (6, 80, 3, 2, False, True),
    (2.5, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True),
    (6, 112, 3, 1, True, True),
    (6, 112, 3, 1, True, True),
    (6, 160, 5, 2, True, True),
    (6, 160, 5, 1, True, True),
    (6, 160, 5, 1, True, True),
]


def _normalization(name: str) -> Any:
    return layers.BatchNormalization(
        axis=channel_axis() if channel_axis() == 1 else -1, momentum=0.999, name=name
    )


def _activated(x: Any, hard_swish: bool) -> Any:
    return layers.Activation("hard_silu")(x) if hard_swish else layers.ReLU()(x)


def _squeeze_and_excite(x: Any, filters: int, name: str) -> Any:
    """Scale the channels by what the whole image shows, with relu6(y + 3) / 6 for the sigmoid."""
    y = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    y = layers.Conv2D(rounded(filters / 4), 1, padding="same", name=f"{name}_conv")(y)
    y = layers.ReLU(name=f"{name}_relu")(y)
    y = layers.Conv2D(filters, 1, padding="same", name=f"{name}_conv_1")(y)
    y = layers.ReLU(6.0)(y + 3.0) * (1.0 / 6.0)
    return layers.Multiply(name=f"{name}_mul")([x, y])


def _block(
    x: Any, widened: int, filters: int, kernel: int, stride: int, weighed: bool, swish: bool, name: str, expand: bool
) -> Any:  # fmt: skip
    inputs = x
    if expand:
        x = layers.Conv2D(widened, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = _activated(_normalization(f"{name}_expand_bn")(x), swish)
    if stride == 2:
        x = layers.ZeroPadding2D(halving_padding(x, kernel), name=f"{name}_depthwise_pad")(x)
    x = layers.DepthwiseConv2D(
        kernel,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    x = _activated(_normalization(f"{name}_depthwise_bn")(x), swish)
    if weighed:
        x = _squeeze_and_excite(x, widened, f"{name}_squeeze_excite")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _normalization(f"{name}_project_bn")(x)
    axis = channel_axis()
    if stride == 1 and inputs.shape[axis] == filters:
        x = layers.Add(name=f"{name}_add")([inputs, x])
    return x


def _mobilenet(name: str, blocks: list[Any], last: int) -> Callable[..., Model]:
    """The public function of one size; `last` filters before the classifier."""

    def checkpoint(
        shape: Any, alpha: float, minimalistic: bool, dropout_rate: float, include_preprocessing: bool
    ) -> str:
        return f"{name}{'_minimalistic' if minimalistic else ''}_{alpha:g}"

    def body(
        x: Any, head: Head, alpha: float, minimalistic: bool, dropout_rate: float, include_preprocessing: bool
    ) -> Any:
        swish = not minimalistic
        if include_preprocessing:
            x = layers.Rescaling(1 / 127.5, offset=-1.0)(x)
        x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
        x = _activated(_normalization("conv_bn")(x), swish)
        axis = channel_axis()
        for i, (expansion, filters, kernel, stride, weighed, hard) in enumerate(blocks):
            widened = rounded(x.shape[axis] * expansion) if i else x.shape[axis]
            x = _block(
                x, widened, rounded(filters * alpha), 3 if minimalistic else kernel, stride,
                weighed and not minimalistic, hard and swish, f"expanded_conv_{i}" if i else "expanded_conv", i > 0,
            )  # fmt: skip
        x = layers.Conv2D(rounded(x.shape[axis] * 6), 1, padding="same", use_bias=False, name="conv_1")(x)
        x = _activated(_normalization("conv_1_bn")(x), swish)
        if not head.include_top:
            return head.pooled(x)
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        wide = rounded(last * alpha) if alpha > 1.0 else last
        x = _activated(layers.Conv2D(wide, 1, padding="same", name="conv_2")(x), swish)
        if dropout_rate > 0:
            x = layers.Dropout(dropout_rate)(x)
        x = layers.Conv2D(head.classes, 1, padding="same", name="logits")(x)
        return layers.Activation(head.activation, name="predictions")(layers.Flatten()(x))

    body.__name__ = name
    body.__doc__ = f"MobileNet v3, {name[11:].lower()}, for images with values in [0, 255] (mirrors `keras.applications.{name}`)."
    return application(
        name, size=224, checkpoint=checkpoint, any_size=True,
        alpha=(1.0, "float, the width: each number of filters is multiplied by it."),
        minimalistic=(False, "bool, whether to do without 5x5 kernels, the hard swish and weighing the channels."),
        dropout_rate=(0.2, "float, the rate of dropout before the classifier."),
        include_preprocessing=(True, "bool, whether the model scales images to [-1, 1] itself."),
    )(body)  # fmt: skip


MobileNetV3Small = _mobilenet("MobileNetV3Small", SMALL, 1024)
MobileNetV3Large = _mobilenet("MobileNetV3Large", LARGE, 1280)

preprocess_input = preprocessing(None, "MobileNet v3")
