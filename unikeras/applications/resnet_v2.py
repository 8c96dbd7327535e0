"""ResNet v2, normalized before each convolution (He et al., "Identity mappings in deep residual networks", 2016)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.imagenet import preprocessing
from unikeras.applications.resnet import EPSILON, first_pooling, stem
from unikeras.models.model import Model

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "preprocess_input"]


def _normalized(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def _block(x: Any, filters: int, stride: int, first: bool, name: str) -> Any:
    """Narrow, convolve, widen, and add what came in: projected in a stage's first block, thinned in its last."""
    before = _normalized(x, f"{name}_preact")
    if first:
        around = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(before)
    else:
        around = layers.MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before)
    x = _normalized(x, f"{name}_1")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = _normalized(x, f"{name}_2")
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([around, x])


def _resnet(depth: int, blocks: tuple[int, ...]) -> Callable[..., Model]:
    """The public function of one depth; `blocks` in each of the four stages."""

    def body(x: Any, head: Head) -> Any:
        x = first_pooling(stem(x))
        for stage, count in enumerate(blocks):
            for i in range(count):
                last = i == count - 1 and stage < len(blocks) - 1
                name = f"conv{stage + 2}_block{i + 1}"
                x = _block(x, 64 * 2**stage, 2 if last else 1, i == 0, name)
        return head(_normalized(x, "post"))

    body.__name__ = f"ResNet{depth}V2"
    body.__doc__ = f"ResNet v2 of {depth} layers (mirrors `keras.applications.{body.__name__}`)."
    return application(f"resnet{depth}v2", size=224)(body)


ResNet50V2 = _resnet(50, (3, 4, 6, 3))
ResNet101V2 = _resnet(101, (3, 4, 23, 3))
ResNet152V2 = _resnet(152, (3, 8, 36, 3))

preprocess_input = preprocessing("tf", "ResNet v2")
