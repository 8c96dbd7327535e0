"""Convolution, pooling, cropping, padding, upsampling layers on Keras 3 and tf_keras.

TensorFlow computes channels_first convolutions on a GPU only: those rows have the answer of Keras 3 on jax, without gradients.
"""

import common
import numpy as np
from layer_cases import layer_entries, normal, refused_entries

FIRST = {"data_format": "channels_first"}
S, X, V = normal(1, 2, 7, 4), normal(2, 2, 6, 5, 4), normal(3, 1, 4, 4, 3, 2)
MASK = np.array([[True, True, False, True, False, False, True], [False, True, True, True, True, True, False]])

TABLE = [
    ("Conv1D", {"filters": 3, "kernel_size": 3}, S, {}),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "padding": "causal", "dilation_rate": 2, "activation": "tanh"}, S, {}),
    ("Conv1D", {"filters": 4, "kernel_size": 4, "padding": "same", "strides": 3, "use_bias": False}, S, {}),
    ("Conv2D", {"filters": 3, "kernel_size": (3, 2)}, X, {}),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "SAME", "strides": 2}, X, {}),
    ("Conv2D", {"filters": 3, "kernel_size": (2, 3), "padding": "same", "dilation_rate": (2, 1)}, X, {}),
    ("Conv2D", {"filters": 3, "kernel_size": 1, "strides": (2, 3)}, X, {}),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 2}, X, {}),
    ("Conv3D", {"filters": 3, "kernel_size": (2, 3, 1), "padding": "same"}, V, {}),
    ("Conv3D", {"filters": 3, "kernel_size": 2, "strides": 2}, V, {}),
    ("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, S, {}),
    ("Conv1DTranspose", {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same"}, S, {}),
    ("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 1}, S, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": (2, 3), "strides": (3, 2)}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": (1, 0)}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same", "output_padding": 1}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 1}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "padding": "same"}, X, {}),
    ("Conv3DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, V, {}),
    ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2, "strides": 2}, S, {}),
    ("DepthwiseConv2D", {"kernel_size": 3}, X, {}),
    ("DepthwiseConv2D", {"kernel_size": (3, 2), "depth_multiplier": 3, "padding": "same", "strides": 2}, X, {}),
    ("DepthwiseConv2D", {"kernel_size": 2, "dilation_rate": 2, "use_bias": False}, X, {}),
    ("SeparableConv1D", {"filters": 3, "kernel_size": 3, "padding": "same"}, S, {}),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 3, "depth_multiplier": 2}, X, {}),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "relu"}, X, {}),
    ("LocallyConnected1D", {"filters": 3, "kernel_size": 2, "strides": 2}, S, {}),
    ("LocallyConnected2D", {"filters": 2, "kernel_size": (3, 2)}, X, {}),
    ("LocallyConnected2D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "implementation": 2}, X, {}),
    ("LocallyConnected2D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "implementation": 3}, X, {}),
    ("MaxPooling1D", {}, S, {}),
    ("MaxPooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, S, {}),
    ("MaxPooling2D", {"pool_size": (3, 2), "strides": (1, 2), "padding": "same"}, X, {}),
    ("MaxPooling2D", {}, X, {}),
    ("MaxPooling3D", {"padding": "same"}, V, {}),
    ("AveragePooling1D", {"pool_size": 3}, S, {}),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, X, {}),
    ("AveragePooling2D", {"pool_size": (2, 3), "strides": 1}, X, {}),
    ("AveragePooling3D", {"pool_size": 2, "padding": "same"}, V, {}),
    ("GlobalMaxPooling1D", {}, S, {}),
    ("GlobalMaxPooling2D", {"keepdims": True}, X, {}),
    ("GlobalMaxPooling3D", {"data_format": "channels_first"}, V, {}),
    ("GlobalAveragePooling1D", {}, S, {}),
    ("GlobalAveragePooling1D", {}, S, {"mask": MASK}),
    ("GlobalAveragePooling1D", {"keepdims": True}, S, {"mask": MASK}),
    ("GlobalAveragePooling1D", {"data_format": "channels_first"}, S, {}),
    ("GlobalAveragePooling2D", {}, X, {}),
    ("GlobalAveragePooling3D", {"keepdims": True}, V, {}),
    ("AdaptiveMaxPooling1D", {"output_size": 3}, S, {}),
    ("AdaptiveMaxPooling2D", {"output_size": (4, 2)}, X, {}),
    ("AdaptiveMaxPooling3D", {"output_size": 2}, V, {}),
    ("AdaptiveAveragePooling1D", {"output_size": 4}, S, {}),
    ("AdaptiveAveragePooling2D", {"output_size": (4, 3)}, X, {}),
    ("AdaptiveAveragePooling3D", {"output_size": (2, 3, 1)}, V, {}),
    ("Cropping1D", {"cropping": (1, 2)}, S, {}),
    ("Cropping2D", {"cropping": ((1, 0), (2, 1))}, X, {}),
    ("Cropping2D", {"cropping": (1, 2), "data_format": "channels_first"}, X, {}),
    ("Cropping3D", {"cropping": ((1, 1), (0, 1), (1, 0))}, V, {}),
    ("ZeroPadding1D", {"padding": (2, 0)}, S, {}),
    ("ZeroPadding2D", {"padding": (1, 2)}, X, {}),
    ("ZeroPadding2D", {"padding": ((1, 0), (0, 2)), "data_format": "channels_first"}, X, {}),
    ("ZeroPadding3D", {"padding": 1}, V, {}),
    ("UpSampling1D", {"size": 3}, S, {}),
    ("UpSampling2D", {}, X, {}),
    ("UpSampling2D", {"size": (2, 3), "interpolation": "bilinear"}, X, {}),
    ("UpSampling2D", {"interpolation": "bicubic"}, X, {}),
    ("UpSampling2D", {"size": (1, 2), "data_format": "channels_first"}, X, {}),
    ("UpSampling3D", {"size": (1, 2, 3)}, V, {}),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "strides": 2, **FIRST}, S, {}),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "same", **FIRST}, X, {}),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", **FIRST}, X, {}),
    ("DepthwiseConv2D", {"kernel_size": 2, **FIRST}, X, {}),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 2, **FIRST}, X, {}),
    ("MaxPooling2D", {"pool_size": (2, 2), **FIRST}, X, {}),
    ("AveragePooling2D", {"pool_size": 2, "padding": "same", **FIRST}, X, {}),
]  # fmt: skip

BAD = [
    ("Conv2D", {"filters": 0, "kernel_size": 3}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 0}, X),
    ("Conv2D", {"filters": 3, "kernel_size": (3, 3, 3)}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "strides": 0}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "full"}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "causal"}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "data_format": "channels_middle"}, X),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 3}, X),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3}, X),
    ("Conv2D", {"filters": 3, "kernel_size": 3}, S),
    ("Conv2D", {"filters": 3, "kernel_size": 9}, X),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 2}, X),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "dilation_rate": 2}, X),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 0}, X),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": "causal"}, X),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 3}, S),
    ("MaxPooling2D", {"pool_size": (2, 2, 2)}, X),
    ("MaxPooling2D", {"padding": "causal"}, X),
    ("MaxPooling2D", {"pool_size": 9}, X),
    ("MaxPooling2D", {}, S),
    ("GlobalMaxPooling2D", {}, S),
    ("Cropping1D", {"cropping": 4}, S),
    ("Cropping2D", {"cropping": (1, 2, 3)}, X),
    ("ZeroPadding2D", {"padding": ((1, 2), (3, 4), (5, 6))}, X),
    ("ZeroPadding2D", {"padding": "same"}, X),
    ("UpSampling2D", {"interpolation": "cubic spline"}, X),
    ("UpSampling2D", {"size": (2, 2, 2)}, X),
]


def cases(ctx):
    yield from layer_entries(ctx, TABLE)
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers_convolution", cases, keep_jax=True)
