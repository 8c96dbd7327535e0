"""Layers: the pieces that models are made of. This page is their table of contents."""

from unikeras.layers.activation.activation import Activation
from unikeras.layers.activation.elu import ELU
from unikeras.layers.activation.leaky_relu import LeakyReLU
from unikeras.layers.activation.prelu import PReLU
from unikeras.layers.activation.relu import ReLU
from unikeras.layers.activation.softmax import Softmax
from unikeras.layers.activation.thresholded_relu import ThresholdedReLU
from unikeras.layers.core.dense import Dense
from unikeras.layers.core.embedding import Embedding
from unikeras.layers.core.identity import Identity
from unikeras.layers.core.input_layer import Input, InputLayer
from unikeras.layers.core.lambda_layer import Lambda
from unikeras.layers.core.masking import Masking
from unikeras.layers.core.wrapper import Wrapper
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.layers.merging.add import Add, add
from unikeras.layers.merging.average import Average, average
from unikeras.layers.merging.concatenate import Concatenate, concatenate
from unikeras.layers.merging.dot import Dot, dot
from unikeras.layers.merging.maximum import Maximum, maximum
from unikeras.layers.merging.minimum import Minimum, minimum
from unikeras.layers.merging.multiply import Multiply, multiply
from unikeras.layers.merging.subtract import Subtract, subtract
from unikeras.layers.normalization.batch_normalization import BatchNormalization
from unikeras.layers.normalization.layer_normalization import LayerNormalization
from unikeras.layers.normalization.unit_normalization import UnitNormalization
from unikeras.layers.preprocessing.normalization import Normalization
from unikeras.layers.preprocessing.rescaling import Rescaling
from unikeras.layers.regularization.activity_regularization import ActivityRegularization
from unikeras.layers.regularization.alpha_dropout import AlphaDropout
from unikeras.layers.regularization.dropout import Dropout
from unikeras.layers.regularization.gaussian_dropout import GaussianDropout
from unikeras.layers.regularization.gaussian_noise import GaussianNoise
from unikeras.layers.regularization.spatial_dropout import (
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from unikeras.layers.reshaping.flatten import Flatten
from unikeras.layers.reshaping.permute import Permute
from unikeras.layers.reshaping.repeat_vector import RepeatVector
from unikeras.layers.reshaping.reshape import Reshape

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "Add",
    "AlphaDropout",
    "Average",
    "BatchNormalization",
    "Concatenate",
    "Dense",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "Subtract",
    "ThresholdedReLU",
    "UnitNormalization",
    "Wrapper",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]
