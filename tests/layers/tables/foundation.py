"""Core, merging, normalization, regularization, reshaping layers."""

import numpy as np

from unikeras import keras

from ..harness import data_of
from .case import case

IDS = np.array([[1, 2, 0], [3, 4, 0]], "int32")
X = data_of((2, 3, 4))
FLAT = {"input_shape": (2, 3), "expected_output_shape": (2, 3)}
CUBE = {"input_shape": (2, 3, 4), "expected_output_shape": (2, 3, 4), "expected_mask": "same"}
NOISE = {**CUBE, "expected_num_seeds": 1, "expected_output": X}
PAIR = {"input_shape": [(2, 3, 4), (2, 3, 4)], "expected_output_shape": (2, 3, 4), "expected_mask": "same"}

TABLE = [
    case("Dense", {"units": 5, "activation": "tanh"}, **CUBE | {"expected_output_shape": (2, 3, 5)}, expected_num_weights=2),
    case("Dense", {"units": 5, "use_bias": False}, **FLAT | {"expected_output_shape": (2, 5)}, expected_num_weights=1),
    case("Flatten", {}, input_shape=(2, 3, 4), expected_output_shape=(2, 12), supports_masking=False),
    case("Reshape", {"target_shape": (-1, 2)}, input_shape=(2, 3, 4), expected_output_shape=(2, 6, 2), supports_masking=False,
         expected_output=X.reshape(2, 6, 2)),
    case("Reshape", {"target_shape": (12,)}, input_shape=(2, 3, 4), expected_output_shape=(2, 12), supports_masking=False),
    case("Permute", {"dims": (2, 1)}, input_shape=(2, 3, 4), expected_output_shape=(2, 4, 3), supports_masking=False,
         expected_output=X.transpose(0, 2, 1)),
    case("RepeatVector", {"n": 4}, input_shape=(2, 3), expected_output_shape=(2, 4, 3), supports_masking=False),
    case("Activation", {"activation": "sigmoid"}, **CUBE, expected_output=1 / (1 + np.exp(-X))),
    case("ReLU", {}, **CUBE, expected_output=np.maximum(X, 0)),
    case("ReLU", {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.2}, **CUBE),
    case("LeakyReLU", {}, **CUBE, expected_output=np.where(X > 0, X, 0.3 * X)),
    case("LeakyReLU", {"alpha": 0.1}, **CUBE, expected_output=np.where(X > 0, X, 0.1 * X)),
    case("PReLU", {"alpha_initializer": "ones"}, **CUBE, expected_num_weights=1, expected_output=X),
    case("PReLU", {"shared_axes": [1], "alpha_regularizer": "l2"}, **CUBE, expected_num_weights=1, expected_num_losses=1),
    case("ELU", {"alpha": 0.5}, **CUBE, expected_output=np.where(X > 0, X, 0.5 * np.expm1(X))),
    case("ThresholdedReLU", {"theta": 0.5}, **CUBE, expected_output=np.where(X > 0.5, X, 0)),
    case("Softmax", {}, **CUBE),
    case("Softmax", {"axis": [1, 2]}, **CUBE),
    case("Dropout", {"rate": 0.5}, **NOISE),
    case("Dropout", {"rate": 0.5, "noise_shape": (None, 1, None)}, **NOISE),
    case("Dropout", {"rate": 0.0}, **CUBE, expected_output=X),
    case("AlphaDropout", {"rate": 0.5}, **NOISE),
    case("GaussianDropout", {"rate": 0.5}, **NOISE),
    case("GaussianNoise", {"stddev": 0.5}, **NOISE),
    case("SpatialDropout1D", {"rate": 0.5}, **NOISE),
    case("SpatialDropout2D", {"rate": 0.5}, input_shape=(4, 3, 3, 5), expected_output_shape=(4, 3, 3, 5), expected_num_seeds=1),
    case("SpatialDropout2D", {"rate": 0.5, "data_format": "channels_first"}, input_shape=(4, 5, 3, 3),
         expected_output_shape=(4, 5, 3, 3), expected_num_seeds=1),
    case("SpatialDropout3D", {"rate": 0.5}, input_shape=(4, 2, 3, 3, 5), expected_output_shape=(4, 2, 3, 3, 5),
         expected_num_seeds=1),
    case("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, **CUBE, expected_output=X, expected_num_losses=1),
    case("BatchNormalization", {}, **CUBE, expected_num_weights=4, expected_num_trainable=2,
         expected_output=X / np.sqrt(1.001)),
    case("BatchNormalization", {"axis": 1, "center": False, "momentum": 0.5}, **CUBE, expected_num_weights=3,
         expected_num_trainable=1),
    case("BatchNormalization", {"scale": False, "gamma_regularizer": None}, **FLAT, expected_num_weights=3,
         expected_num_trainable=1),
    case("LayerNormalization", {}, **CUBE, expected_num_weights=2),
    case("LayerNormalization", {"axis": [1, 2], "center": False}, **CUBE, expected_num_weights=1),
    case("LayerNormalization", {"rms_scaling": True}, **CUBE, expected_num_weights=1),
    case("UnitNormalization", {}, **CUBE, expected_output=X / np.linalg.norm(X, axis=-1, keepdims=True)),
    case("UnitNormalization", {"axis": [1, 2]}, **CUBE),
    case("Embedding", {"input_dim": 5, "output_dim": 3}, input_data=IDS, expected_output_shape=(2, 3, 3),
         expected_num_weights=1, supports_masking=False, floats_only=False),
    case("Embedding", {"input_dim": 5, "output_dim": 3, "mask_zero": True, "embeddings_regularizer": "l2"}, input_data=IDS,
         expected_output_shape=(2, 3, 3), expected_num_weights=1, expected_num_losses=1, floats_only=False),
    case("Add", {}, **PAIR),
    case("Add", {}, input_shape=[(2, 4), (2, 3, 4), (2, 1, 4)], expected_output_shape=(2, 3, 4)),
    case("Subtract", {}, **PAIR, expected_output=X - X),
    case("Multiply", {}, **PAIR, expected_output=X * X),
    case("Average", {}, **PAIR, expected_output=X),
    case("Maximum", {}, **PAIR, expected_output=X),
    case("Minimum", {}, **PAIR, expected_output=X),
    case("Concatenate", {}, **PAIR | {"expected_output_shape": (2, 3, 8)}),
    case("Concatenate", {"axis": 1}, input_shape=[(2, 3, 4), (2, 2, 4)], expected_output_shape=(2, 5, 4)),
    case("Dot", {"axes": 1}, input_shape=[(2, 3), (2, 3)], expected_output_shape=(2, 1)),
    case("Dot", {"axes": (2, 1), "normalize": True}, input_shape=[(2, 3, 4), (2, 4, 5)], expected_output_shape=(2, 3, 5)),
    case("Lambda", {"function": keras.activations.relu}, input_shape=(2, 3, 4), expected_output_shape=(2, 3, 4),
         supports_masking=False, expected_output=np.maximum(X, 0)),
    case("Identity", {}, **CUBE, expected_output=X),
    case("Masking", {"mask_value": 9.0}, input_shape=(2, 3, 4), expected_output_shape=(2, 3, 4), expected_output=X),
    case("Rescaling", {"scale": 2.0, "offset": -1.0}, **CUBE, expected_output=2 * X - 1),
    case("Rescaling", {"scale": [1.0, 2.0, 3.0]}, **FLAT),
    case("Normalization", {}, **CUBE, expected_num_weights=3, expected_num_trainable=0, expected_output=X),
    case("Normalization", {"mean": 1.0, "variance": 4.0}, **CUBE, expected_output=(X - 1) / 2),
    case("Normalization", {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 9.0], "invert": True}, **FLAT),
]  # fmt: skip
