"""`keras.utils`."""

from unikeras.core.random import set_random_seed as set_random_seed
from unikeras.saving.registry import custom_object_scope as custom_object_scope
from unikeras.saving.registry import get_custom_objects as get_custom_objects
from unikeras.saving.registry import register_keras_serializable as register_keras_serializable
from unikeras.utils.get_file import get_file as get_file
from unikeras.utils.progbar import Progbar as Progbar
from unikeras.utils.py_dataset import PyDataset as PyDataset
from unikeras.utils.py_dataset import Sequence as Sequence
