"""DenseNet (Huang et al., "Densely connected convolutional networks", 2016)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "preprocess_input"]

EPSILON = 1.001e-5
GROWTH = 32


def _normalized(x: Any, name: str, relu: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), epsilon=EPSILON, name=name)(x)
    return layers.Activation("relu", name=relu)(x)


def _block(x: Any, name: str) -> Any:
    """What is new is laid beside what was there."""
    y = _normalized(x, f"{name}_0_bn", f"{name}_0_relu")
    y = layers.Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(y)
    y = _normalized(y, f"{name}_1_bn", f"{name}_1_relu")
    y = layers.Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(y)
    return layers.Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, y])


def _transition(x: Any, name: str) -> Any:
    """Half the channels, half the height and width."""
    x = _normalized(x, f"{name}_bn", f"{name}_relu")
    x = layers.Conv2D(x.shape[channel_axis()] // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _densenet(depth: int, blocks: tuple[int, ...]) -> Callable[..., Model]:
    """The public function of one depth; `blocks` in each of the four stages."""

    def body(x: Any, head: Head) -> Any:
        x = layers.ZeroPadding2D(3)(x)
        x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
        x = _normalized(x, "conv1_bn", "conv1_relu")
        x = layers.ZeroPadding2D(1)(x)
        x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
        for stage, count in enumerate(blocks, 2):
            for i in range(1, count + 1):
                x = _block(x, f"conv{stage}_block{i}")
            if stage < len(blocks) + 1:
                x = _transition(x, f"pool{stage}")
        return head(_normalized(x, "bn", "relu"))

    body.__name__ = f"DenseNet{depth}"
    body.__doc__ = f"DenseNet of {depth} layers (mirrors `keras.applications.{body.__name__}`)."
    return application(f"densenet{depth}", size=224)(body)


DenseNet121 = _densenet(121, (6, 12, 24, 16))
DenseNet169 = _densenet(169, (6, 12, 32, 32))
DenseNet201 = _densenet(201, (6, 12, 48, 32))

preprocess_input = preprocessing("torch", "DenseNet")
