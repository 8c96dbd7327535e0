"""Inception-ResNet v2 (Szegedy et al., "Inception-v4, Inception-ResNet and the impact of residual connections on learning", 2016)."""

from __future__ import annotations

from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.imagenet import preprocessing
from unikeras.layers.layer import Layer
from unikeras.saving.registry import register_keras_serializable

__all__ = ["CustomScaleLayer", "InceptionResNetV2", "preprocess_input"]


@register_keras_serializable(package="Keras")
class CustomScaleLayer(Layer):
    """The first input plus the second times a constant (the layer of that name in Keras's model files).

    Args:
        scale: float.
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> CustomScaleLayer(0.5)([tf.constant([1.0]), tf.constant([2.0])]).numpy().tolist()
        [2.0]
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        return inputs[0] + inputs[1] * self.scale

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale}


def _conv(
    x: Any, filters: int, size: Any, stride: int = 1, padding: str = "same", activation: Any = "relu",
    use_bias: bool = False, name: str | None = None,
) -> Any:  # fmt: skip
    """A convolution, normalized unless it has a bias."""
    x = layers.Conv2D(filters, size, strides=stride, padding=padding, use_bias=use_bias, name=name)(x)
    if not use_bias:
        bn = None if name is None else f"{name}_bn"
        x = layers.BatchNormalization(axis=channel_axis(), scale=False, name=bn)(x)
    if activation is not None:
        x = layers.Activation(activation, name=None if name is None else f"{name}_ac")(x)
    return x


def _chain(x: Any, *convolutions: tuple[int, Any]) -> Any:
    """Convolutions (filters, size), one after the other."""
    for filters, size in convolutions:
        x = _conv(x, filters, size)
    return x


def _joined(branches: list[Any], name: str) -> Any:
    return layers.Concatenate(axis=channel_axis(), name=name)(branches)


# Branches of the residual blocks, by the size of the image.
BRANCHES: dict[int, list[list[tuple[int, Any]]]] = {
    35: [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]],
    17: [[(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]],
    8: [[(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))]],
}


def _block(x: Any, scale: float, size: int, number: int, activation: Any = "relu") -> Any:
    """What the branches find, added to the input in a small measure."""
    name = f"block{size}_{number}"
    mixed = _joined([_chain(x, *branch) for branch in BRANCHES[size]], f"{name}_mixed")
    up = _conv(
        mixed, x.shape[channel_axis()], 1, activation=None, use_bias=True, name=f"{name}_conv"
    )  # fmt: skip
    x = CustomScaleLayer(scale)([x, up])
    return x if activation is None else layers.Activation(activation, name=f"{name}_ac")(x)


def _halved(x: Any, branches: list[list[tuple[int, Any]]], name: str) -> Any:
    """Branches that end with stride 2, and a pooling."""
    found = []
    for *before, (filters, size) in branches:
        found.append(_conv(_chain(x, *before), filters, size, 2, "valid"))
    return _joined([*found, layers.MaxPooling2D(3, strides=2)(x)], name)


@application("inception_resnet_v2", size=299, minimum=75)
def InceptionResNetV2(x: Any, head: Head) -> Any:
    """Inception-ResNet v2, for images scaled to [-1, 1] (mirrors `keras.applications.InceptionResNetV2`)."""
    x = _conv(x, 32, 3, 2, "valid")
    x = _conv(x, 32, 3, 1, "valid")
    x = _conv(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = _conv(x, 80, 1, 1, "valid")
    x = _conv(x, 192, 3, 1, "valid")
    x = layers.MaxPooling2D(3, strides=2)(x)
    branches = [
        _conv(x, 96, 1),
        _chain(x, (48, 1), (64, 5)),
        _chain(x, (64, 1), (96, 3), (96, 3)),
        _conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 64, 1),
    ]
    x = _joined(branches, "mixed_5b")
    for i in range(1, 11):
        x = _block(x, 0.17, 35, i)
    x = _halved(x, [[(384, 3)], [(256, 1), (256, 3), (384, 3)]], "mixed_6a")
    for i in range(1, 21):
        x = _block(x, 0.1, 17, i)
    x = _halved(x, [[(256, 1), (384, 3)], [(256, 1), (288, 3)], [(256, 1), (288, 3), (320, 3)]], "mixed_7a")
    for i in range(1, 10):
        x = _block(x, 0.2, 8, i)
    x = _block(x, 1.0, 8, 10, activation=None)
    x = _conv(x, 1536, 1, name="conv_7b")
    return head(x) if head.include_top else head.pooled(x, avg=None, max=None)


preprocess_input = preprocessing("tf", "Inception-ResNet v2")
