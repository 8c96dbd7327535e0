"""Convolution, pooling, cropping, padding, upsampling layers."""

import numpy as np

from ..harness import data_of
from .case import case

S, X, V = (2, 6, 4), (2, 6, 5, 4), (2, 4, 4, 4, 2)  # sequences, images, volumes
IMAGES = data_of(X)
SEQUENCES = data_of(S)


def row(name, kwargs, inputs, outputs, weights=0, **more):
    return case(name, kwargs, input_shape=inputs, expected_output_shape=outputs, expected_num_weights=weights,
                **{"supports_masking": False, **more})  # fmt: skip


TABLE = [
    row("Conv1D", {"filters": 3, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, S, (2, 6, 3), 2),
    row(
        "Conv1D",
        {"filters": 6, "kernel_size": 2, "strides": 2, "groups": 2, "use_bias": False},
        S,
        (2, 3, 6),
        1,
    ),
    row("Conv2D", {"filters": 3, "kernel_size": 3, "activation": "relu"}, X, (2, 4, 3, 3), 2),
    row(
        "Conv2D",
        {
            "filters": 3,
            "kernel_size": (3, 2),
            "strides": (2, 1),
            "padding": "same",
            "kernel_regularizer": "l2",
        },
        X,
        (2, 3, 5, 3),
        2,
        expected_num_losses=1,
    ),
    row(
        "Conv2D",
        {"filters": 3, "kernel_size": 1, "data_format": "channels_first"},
        (2, 4, 6, 5),
        (2, 3, 6, 5),
        2,
    ),
    row("Conv3D", {"filters": 3, "kernel_size": 2, "padding": "same"}, V, (2, 4, 4, 4, 3), 2),
    row("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, S, (2, 13, 3), 2),
    row(
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1},
        X,
        (2, 12, 10, 3),
        2,
    ),
    row(
        "Conv3DTranspose",
        {"filters": 3, "kernel_size": 2, "strides": 2, "padding": "same"},
        V,
        (2, 8, 8, 8, 3),
        2,
    ),
    row("DepthwiseConv1D", {"kernel_size": 3}, S, (2, 4, 4), 2),
    row("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "strides": 2}, X, (2, 3, 3, 4), 2),
    row("SeparableConv1D", {"filters": 3, "kernel_size": 3, "padding": "causal"}, S, (2, 6, 3), 3),
    row(
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 3, "use_bias": False},
        X,
        (2, 4, 3, 3),
        2,
    ),
    row("LocallyConnected1D", {"filters": 3, "kernel_size": 3}, S, (2, 4, 3), 2),
    row(
        "LocallyConnected2D",
        {"filters": 3, "kernel_size": 3, "implementation": 2, "padding": "same"},
        X,
        (2, 6, 5, 3),
        2,
    ),
    row("LocallyConnected2D", {"filters": 3, "kernel_size": 3, "implementation": 3}, X, (2, 4, 3, 3), 2),
    row("MaxPooling1D", {}, S, (2, 3, 4), expected_output=SEQUENCES.reshape(2, 3, 2, 4).max(axis=2)),
    row("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, X, (2, 3, 3, 4)),
    row("MaxPooling3D", {"data_format": "channels_first"}, (2, 2, 4, 4, 4), (2, 2, 2, 2, 2)),
    row(
        "AveragePooling1D",
        {"pool_size": 3},
        S,
        (2, 2, 4),
        expected_output=SEQUENCES.reshape(2, 2, 3, 4).mean(axis=2),
    ),
    row("AveragePooling2D", {"padding": "same"}, X, (2, 3, 3, 4)),
    row("AveragePooling3D", {}, V, (2, 2, 2, 2, 2)),
    row("GlobalMaxPooling1D", {}, S, (2, 4), expected_output=SEQUENCES.max(axis=1)),
    row("GlobalMaxPooling2D", {"keepdims": True}, X, (2, 1, 1, 4)),
    row("GlobalMaxPooling3D", {"data_format": "channels_first"}, (2, 2, 4, 4, 4), (2, 2)),
    row(
        "GlobalAveragePooling1D", {}, S, (2, 4), supports_masking=True, expected_output=SEQUENCES.mean(axis=1)
    ),
    row("GlobalAveragePooling2D", {}, X, (2, 4), expected_output=IMAGES.mean(axis=(1, 2))),
    row("GlobalAveragePooling3D", {"keepdims": True}, V, (2, 1, 1, 1, 2)),
    row("AdaptiveMaxPooling1D", {"output_size": 4}, S, (2, 4, 4)),
    row("AdaptiveMaxPooling2D", {"output_size": (2, 3)}, X, (2, 2, 3, 4)),
    row("AdaptiveMaxPooling3D", {"output_size": 2}, V, (2, 2, 2, 2, 2)),
    row(
        "AdaptiveAveragePooling1D",
        {"output_size": 3},
        S,
        (2, 3, 4),
        expected_output=SEQUENCES.reshape(2, 3, 2, 4).mean(axis=2),
    ),
    row("AdaptiveAveragePooling2D", {"output_size": 2, "data_format": "channels_first"}, X, (2, 6, 2, 2)),
    row("AdaptiveAveragePooling3D", {"output_size": 3}, V, (2, 3, 3, 3, 2)),
    row("Cropping1D", {"cropping": (1, 2)}, S, (2, 3, 4), expected_output=SEQUENCES[:, 1:-2]),
    row("Cropping2D", {"cropping": ((1, 0), (2, 1))}, X, (2, 5, 2, 4), expected_output=IMAGES[:, 1:, 2:-1]),
    row("Cropping3D", {}, V, (2, 2, 2, 2, 2)),
    row(
        "ZeroPadding1D",
        {"padding": 2},
        S,
        (2, 10, 4),
        expected_output=np.pad(SEQUENCES, ((0, 0), (2, 2), (0, 0))),
    ),
    row("ZeroPadding2D", {"padding": ((1, 0), (0, 2)), "data_format": "channels_first"}, X, (2, 6, 6, 6)),
    row("ZeroPadding3D", {"padding": (1, 0, 2)}, V, (2, 6, 4, 8, 2)),
    row("UpSampling1D", {"size": 3}, S, (2, 18, 4), expected_output=SEQUENCES.repeat(3, axis=1)),
    row("UpSampling2D", {"size": (2, 1)}, X, (2, 12, 5, 4), expected_output=IMAGES.repeat(2, axis=1)),
    row("UpSampling2D", {"interpolation": "bilinear", "data_format": "channels_first"}, X, (2, 6, 10, 8)),
    row("UpSampling3D", {}, V, (2, 8, 8, 8, 2)),
]
