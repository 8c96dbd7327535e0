"""`keras.utils`: data, files, names, seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.random import set_random_seed
from unikeras.core.settings import clear_session
from unikeras.core.switches import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from unikeras.keras.utils import bounding_boxes, legacy, np_utils, vis_utils
from unikeras.ops.backend_style import is_keras_tensor, standardize_dtype
from unikeras.plotting.plot_model import model_to_dot, plot_model
from unikeras.saving.registry import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from unikeras.saving.registry import custom_object_scope as CustomObjectScope
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object
from unikeras.training.data import pack_x_y_sample_weight, unpack_x_y_sample_weight
from unikeras.utils.audio_dataset import audio_dataset_from_directory
from unikeras.utils.enqueuers import GeneratorEnqueuer, OrderedEnqueuer, SequenceEnqueuer
from unikeras.utils.feature_space import FeatureSpace
from unikeras.utils.get_file import get_file
from unikeras.utils.image_dataset import image_dataset_from_directory
from unikeras.utils.images import array_to_img, img_to_array, load_img, save_img
from unikeras.utils.legacy import get_source_inputs, warmstart_embedding_matrix
from unikeras.utils.numerical import normalize, to_categorical, to_ordinal
from unikeras.utils.pad_sequences import pad_sequences
from unikeras.utils.progbar import Progbar
from unikeras.utils.py_dataset import PyDataset, Sequence
from unikeras.utils.split_dataset import split_dataset
from unikeras.utils.text_dataset import text_dataset_from_directory
from unikeras.utils.timed_thread import TimedThread
from unikeras.utils.timeseries_dataset import timeseries_dataset_from_array

__all__ = [
    "CustomObjectScope",
    "FeatureSpace",
    "GeneratorEnqueuer",
    "OrderedEnqueuer",
    "Progbar",
    "PyDataset",
    "Sequence",
    "SequenceEnqueuer",
    "TimedThread",
    "array_to_img",
    "audio_dataset_from_directory",
    "bounding_boxes",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "legacy",
    "load_img",
    "model_to_dot",
    "normalize",
    "np_utils",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "to_ordinal",
    "unpack_x_y_sample_weight",
    "vis_utils",
    "warmstart_embedding_matrix",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.utils", name, __all__)
