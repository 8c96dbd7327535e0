"""ResNet (He et al., "Deep residual learning for image recognition", 2015)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = ["ResNet50", "ResNet101", "ResNet152", "preprocess_input", "stem"]

EPSILON = 1.001e-5


def stem(x: Any) -> Any:
    """The first convolution, 7x7 with stride 2."""
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    return layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)


def first_pooling(x: Any) -> Any:
    """The pooling after it."""
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _normalization(name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=name)


def _block(x: Any, filters: int, stride: int, first: bool, name: str) -> Any:
    """Narrow, convolve, widen, and add what came in, itself or projected."""
    around = x
    if first:
        around = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(x)
        around = _normalization(f"{name}_0_bn")(around)
    x = layers.Conv2D(filters, 1, strides=stride, name=f"{name}_1_conv")(x)
    x = layers.Activation("relu", name=f"{name}_1_relu")(_normalization(f"{name}_1_bn")(x))
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = layers.Activation("relu", name=f"{name}_2_relu")(_normalization(f"{name}_2_bn")(x))
    x = _normalization(f"{name}_3_bn")(layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x))
    x = layers.Add(name=f"{name}_add")([around, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _resnet(depth: int, blocks: tuple[int, ...]) -> Callable[..., Model]:
    """The public function of one depth; `blocks` in each of the four stages."""

    def body(x: Any, head: Head) -> Any:
        x = layers.Activation("relu", name="conv1_relu")(_normalization("conv1_bn")(stem(x)))
        x = first_pooling(x)
        for stage, count in enumerate(blocks):
            for i in range(count):
                stride = 2 if stage and not i else 1
                x = _block(x, 64 * 2**stage, stride, i == 0, f"conv{stage + 2}_block{i + 1}")
        return head(x)

    body.__name__ = f"ResNet{depth}"
    body.__doc__ = f"ResNet of {depth} layers (mirrors `keras.applications.{body.__name__}`)."
    return application(f"resnet{depth}", size=224)(body)


ResNet50 = _resnet(50, (3, 4, 6, 3))
ResNet101 = _resnet(101, (3, 4, 23, 3))
ResNet152 = _resnet(152, (3, 8, 36, 3))

preprocess_input = preprocessing("caffe", "ResNet")
