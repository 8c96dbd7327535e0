"""MobileNet (Howard et al., "MobileNets: Efficient convolutional neural networks for mobile vision applications", 2017)."""

from __future__ import annotations

from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis, trained_size
from unikeras.applications.imagenet import preprocessing

__all__ = ["MobileNet", "preprocess_input"]

# A block: filters, stride.
BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


SIZES = (128, 160, 192, 224)


def _name(shape: tuple[Any, ...], alpha: float, **others: Any) -> str:
    return f"mobilenet_{alpha:.2f}_{trained_size(shape, SIZES)}"


def _normalized(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis() if channel_axis() == 1 else -1, name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


@application(
    "mobilenet_1.00_224", size=224, sizes=SIZES, checkpoint=_name, naming=_name,
    alpha=(1.0, "float, the width: each number of filters is multiplied by it."),
    depth_multiplier=(1, "int, results of each channel's own convolution."),
    dropout=(1e-3, "float, the rate of dropout before the classifier."),
)  # fmt: skip
def MobileNet(x: Any, head: Head, alpha: float, depth_multiplier: int, dropout: float) -> Any:
    """MobileNet, for images scaled to [-1, 1] (mirrors `keras.applications.MobileNet`)."""
    x = layers.Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    x = _normalized(x, "conv1")
    for i, (filters, stride) in enumerate(BLOCKS, 1):
        if stride == 2:
            x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{i}")(x)
        x = layers.DepthwiseConv2D(
            3, strides=stride, padding="same" if stride == 1 else "valid", depth_multiplier=depth_multiplier,
            use_bias=False, name=f"conv_dw_{i}",
        )(x)  # fmt: skip
        x = _normalized(x, f"conv_dw_{i}")
        x = layers.Conv2D(
            int(filters * alpha), 1, padding="same", use_bias=False, name=f"conv_pw_{i}"
        )(x)  # fmt: skip
        x = _normalized(x, f"conv_pw_{i}")
    if not head.include_top:
        return head.pooled(x, avg=None, max=None)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Conv2D(head.classes, 1, padding="same", name="conv_preds")(x)
    x = layers.Reshape((head.classes,), name="reshape_2")(x)
    return layers.Activation(head.activation, name="predictions")(x)


preprocess_input = preprocessing("tf", "MobileNet")
