"""ConvNeXt (Liu et al., "A ConvNet for the 2020s", 2022)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis
from unikeras.applications.efficientnet import DEVIATION, MEAN
from unikeras.applications.imagenet import preprocessing
from unikeras.initializers.constant import Constant
from unikeras.layers.layer import Layer
from unikeras.models.model import Model
from unikeras.models.sequential import Sequential
from unikeras.saving.registry import register_keras_serializable

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "LayerScale",
    "preprocess_input",
]

EPSILON = 1e-6


@register_keras_serializable(package="Keras")
class LayerScale(Layer):
    """Each channel times a learned factor that begins small (Touvron et al., 2021; the layer of that name in Keras's files).

    Args:
        init_values: float, the factors at the beginning.
        projection_dim: int, the number of channels.
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> LayerScale(0.5, 2)(tf.constant([[2.0, 4.0]])).numpy().tolist()
        [[1.0, 2.0]]
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, input_shape: Any) -> None:
        self.gamma = self.add_weight(
            name="gamma", shape=(self.projection_dim,), initializer=Constant(self.init_values)
        )

    def call(self, x: Any) -> Any:
        return x * self.gamma

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(), "init_values": self.init_values, "projection_dim": self.projection_dim,
        }  # fmt: skip


def _block(x: Any, channels: int, name: str) -> Any:
    """Convolve each channel widely, then widen and narrow at each place; added to what came in."""
    y = layers.Conv2D(channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv")(x)
    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_layernorm")(y)
    y = layers.Dense(4 * channels, name=f"{name}_pointwise_conv_1")(y)
    y = layers.Activation("gelu", name=f"{name}_gelu")(y)
    y = layers.Dense(channels, name=f"{name}_pointwise_conv_2")(y)
    y = LayerScale(1e-6, channels, name=f"{name}_layer_scale")(y)
    return x + layers.Activation("linear", name=f"{name}_identity")(y)


def _convnext(size: str, depths: tuple[int, ...], width: int) -> Callable[..., Model]:
    """The public function of one size: blocks of each stage, channels of the first."""

    def body(x: Any, head: Head, include_preprocessing: bool) -> Any:
        name = head.name
        if include_preprocessing:
            mean, variance = [255 * m for m in MEAN], [(255 * d) ** 2 for d in DEVIATION]
            axis = channel_axis() if channel_axis() == 1 else -1
            x = layers.Normalization(
                mean=mean, variance=variance, axis=axis, name=f"{name}_prestem_normalization"
            )(x)  # fmt: skip
        for stage, depth in enumerate(depths):
            channels = width * 2**stage
            if stage == 0:
                conv = layers.Conv2D(channels, 4, strides=4, name=f"{name}_stem_conv")
                norm = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_stem_layernorm")
                x = Sequential([conv, norm], name=f"{name}_stem")(x)
            else:
                label = f"{name}_downsampling"
                norm = layers.LayerNormalization(epsilon=EPSILON, name=f"{label}_layernorm_{stage - 1}")
                conv = layers.Conv2D(channels, 2, strides=2, name=f"{label}_conv_{stage - 1}")
                x = Sequential([norm, conv], name=f"{label}_block_{stage - 1}")(x)
            for block in range(depth):
                x = _block(x, channels, f"{name}_stage_{stage}_block_{block}")
        if not head.include_top:
            return layers.LayerNormalization(epsilon=EPSILON)(head.pooled(x, avg=None, max=None))
        x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
        x = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}_head_layernorm")(x)
        return head.classified(x, name=f"{name}_head_dense")

    body.__name__ = f"ConvNeXt{size}"
    body.__doc__ = f"ConvNeXt, {size.lower()}, for images with values in [0, 255] (mirrors `keras.applications.{body.__name__}`)."
    preprocessing = (True, "bool, whether the model normalizes images itself.")
    return application(f"convnext_{size.lower()}", size=224, include_preprocessing=preprocessing)(body)


ConvNeXtTiny = _convnext("Tiny", (3, 3, 9, 3), 96)
ConvNeXtSmall = _convnext("Small", (3, 3, 27, 3), 96)
ConvNeXtBase = _convnext("Base", (3, 3, 27, 3), 128)
ConvNeXtLarge = _convnext("Large", (3, 3, 27, 3), 192)
ConvNeXtXLarge = _convnext("XLarge", (3, 3, 27, 3), 256)

preprocess_input = preprocessing(None, "ConvNeXt")
