"""`keras.saving`."""

from unikeras.saving.registry import custom_object_scope as custom_object_scope
from unikeras.saving.registry import get_custom_objects as get_custom_objects
from unikeras.saving.registry import get_registered_name as get_registered_name
from unikeras.saving.registry import get_registered_object as get_registered_object
from unikeras.saving.registry import register_keras_serializable as register_keras_serializable
