"""Layers: the pieces that models are made of. This page is their table of contents."""

from unikeras.layers.activation.activation import Activation
from unikeras.layers.activation.elu import ELU
from unikeras.layers.activation.leaky_relu import LeakyReLU
from unikeras.layers.activation.prelu import PReLU
from unikeras.layers.activation.relu import ReLU
from unikeras.layers.activation.softmax import Softmax
from unikeras.layers.activation.thresholded_relu import ThresholdedReLU
from unikeras.layers.attention.additive_attention import AdditiveAttention
from unikeras.layers.attention.attention import Attention
from unikeras.layers.attention.group_query_attention import GroupedQueryAttention, GroupQueryAttention
from unikeras.layers.attention.multi_head_attention import MultiHeadAttention
from unikeras.layers.convolution.conv import Conv1D, Conv2D, Conv3D
from unikeras.layers.convolution.conv_transpose import (
    Conv1DTranspose,
    Conv2DTranspose,
    Conv3DTranspose,
)
from unikeras.layers.convolution.depthwise_conv import DepthwiseConv1D, DepthwiseConv2D
from unikeras.layers.convolution.locally_connected import LocallyConnected1D, LocallyConnected2D
from unikeras.layers.convolution.separable_conv import SeparableConv1D, SeparableConv2D
from unikeras.layers.core.dense import Dense
from unikeras.layers.core.einsum_dense import EinsumDense
from unikeras.layers.core.embedding import Embedding
from unikeras.layers.core.identity import Identity
from unikeras.layers.core.input_layer import Input, InputLayer
from unikeras.layers.core.lambda_layer import Lambda
from unikeras.layers.core.masking import Masking
from unikeras.layers.core.random_fourier_features import RandomFourierFeatures
from unikeras.layers.core.reversible_embedding import ReversibleEmbedding
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
from unikeras.layers.native.jax_layer import FlaxLayer, JaxLayer
from unikeras.layers.native.torch_module_wrapper import TorchModuleWrapper
from unikeras.layers.normalization.batch_normalization import BatchNormalization
from unikeras.layers.normalization.group_normalization import GroupNormalization
from unikeras.layers.normalization.layer_normalization import LayerNormalization
from unikeras.layers.normalization.rms_normalization import RMSNormalization
from unikeras.layers.normalization.spectral_normalization import SpectralNormalization
from unikeras.layers.normalization.sync_batch_normalization import SyncBatchNormalization
from unikeras.layers.normalization.unit_normalization import UnitNormalization
from unikeras.layers.normalization.weight_normalization import WeightNormalization
from unikeras.layers.pooling.adaptive_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
)
from unikeras.layers.pooling.average_pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
)
from unikeras.layers.pooling.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from unikeras.layers.pooling.max_pooling import MaxPooling1D, MaxPooling2D, MaxPooling3D
from unikeras.layers.preprocessing.category_encoding import CategoryEncoding
from unikeras.layers.preprocessing.discretization import Discretization
from unikeras.layers.preprocessing.hashed_crossing import HashedCrossing
from unikeras.layers.preprocessing.hashing import Hashing
from unikeras.layers.preprocessing.image.aug_mix import AugMix
from unikeras.layers.preprocessing.image.auto_contrast import AutoContrast
from unikeras.layers.preprocessing.image.center_crop import CenterCrop
from unikeras.layers.preprocessing.image.clahe import ContrastLimitedAdaptiveHistogramEqualization
from unikeras.layers.preprocessing.image.equalization import Equalization
from unikeras.layers.preprocessing.image.max_num_bounding_boxes import MaxNumBoundingBoxes
from unikeras.layers.preprocessing.image.mixing import CutMix, MixUp
from unikeras.layers.preprocessing.image.rand_augment import RandAugment
from unikeras.layers.preprocessing.image.random_brightness import RandomBrightness
from unikeras.layers.preprocessing.image.random_color_degeneration import RandomColorDegeneration
from unikeras.layers.preprocessing.image.random_color_jitter import RandomColorJitter
from unikeras.layers.preprocessing.image.random_contrast import RandomContrast
from unikeras.layers.preprocessing.image.random_crop import RandomCrop
from unikeras.layers.preprocessing.image.random_elastic_transform import RandomElasticTransform
from unikeras.layers.preprocessing.image.random_erasing import RandomErasing
from unikeras.layers.preprocessing.image.random_flip import RandomFlip
from unikeras.layers.preprocessing.image.random_gaussian_blur import RandomGaussianBlur
from unikeras.layers.preprocessing.image.random_grayscale import RandomGrayscale
from unikeras.layers.preprocessing.image.random_hue import RandomHue
from unikeras.layers.preprocessing.image.random_invert import RandomInvert
from unikeras.layers.preprocessing.image.random_perspective import RandomPerspective
from unikeras.layers.preprocessing.image.random_posterization import RandomPosterization
from unikeras.layers.preprocessing.image.random_rotation import RandomRotation
from unikeras.layers.preprocessing.image.random_saturation import RandomSaturation
from unikeras.layers.preprocessing.image.random_sharpness import RandomSharpness
from unikeras.layers.preprocessing.image.random_shear import RandomShear
from unikeras.layers.preprocessing.image.random_stretch import RandomHeight, RandomWidth
from unikeras.layers.preprocessing.image.random_translation import RandomTranslation
from unikeras.layers.preprocessing.image.random_zoom import RandomZoom
from unikeras.layers.preprocessing.image.resizing import Resizing
from unikeras.layers.preprocessing.image.solarization import Solarization
from unikeras.layers.preprocessing.integer_lookup import IntegerLookup
from unikeras.layers.preprocessing.mel_spectrogram import MelSpectrogram
from unikeras.layers.preprocessing.normalization import Normalization
from unikeras.layers.preprocessing.pipeline import Pipeline
from unikeras.layers.preprocessing.preprocessing_layer import PreprocessingLayer
from unikeras.layers.preprocessing.rescaling import Rescaling
from unikeras.layers.preprocessing.stft_spectrogram import STFTSpectrogram
from unikeras.layers.preprocessing.string_lookup import StringLookup
from unikeras.layers.preprocessing.text_vectorization import TextVectorization
from unikeras.layers.recurrent.abstract_rnn_cell import AbstractRNNCell
from unikeras.layers.recurrent.bidirectional import Bidirectional
from unikeras.layers.recurrent.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from unikeras.layers.recurrent.gru import GRU
from unikeras.layers.recurrent.gru_cell import GRUCell
from unikeras.layers.recurrent.lstm import LSTM
from unikeras.layers.recurrent.lstm_cell import LSTMCell
from unikeras.layers.recurrent.peephole_lstm_cell import PeepholeLSTMCell
from unikeras.layers.recurrent.rnn import RNN
from unikeras.layers.recurrent.simple_rnn import SimpleRNN
from unikeras.layers.recurrent.simple_rnn_cell import SimpleRNNCell
from unikeras.layers.recurrent.stacked_rnn_cells import StackedRNNCells
from unikeras.layers.recurrent.time_distributed import TimeDistributed
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
from unikeras.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from unikeras.layers.reshaping.flatten import Flatten
from unikeras.layers.reshaping.permute import Permute
from unikeras.layers.reshaping.repeat_vector import RepeatVector
from unikeras.layers.reshaping.reshape import Reshape
from unikeras.layers.reshaping.up_sampling import UpSampling1D, UpSampling2D, UpSampling3D
from unikeras.layers.reshaping.zero_padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "RNN",
    "AbstractRNNCell",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AugMix",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CutMix",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "EinsumDense",
    "Embedding",
    "Equalization",
    "Flatten",
    "FlaxLayer",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "GroupedQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "JaxLayer",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "LocallyConnected1D",
    "LocallyConnected2D",
    "Masking",
    "MaxNumBoundingBoxes",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "Minimum",
    "MixUp",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "PReLU",
    "PeepholeLSTMCell",
    "Permute",
    "Pipeline",
    "PreprocessingLayer",
    "RMSNormalization",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomFourierFeatures",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHeight",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomWidth",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "Solarization",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "SyncBatchNormalization",
    "TextVectorization",
    "ThresholdedReLU",
    "TimeDistributed",
    "TorchModuleWrapper",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "WeightNormalization",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]
