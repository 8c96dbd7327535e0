"""From names and configs to optimizers, and back."""

from __future__ import annotations

from typing import Any

from unikeras.optimizers import legacy
from unikeras.optimizers.adadelta import Adadelta
from unikeras.optimizers.adafactor import Adafactor
from unikeras.optimizers.adagrad import Adagrad
from unikeras.optimizers.adam import Adam
from unikeras.optimizers.adamax import Adamax
from unikeras.optimizers.adamw import AdamW
from unikeras.optimizers.ftrl import Ftrl
from unikeras.optimizers.lamb import Lamb
from unikeras.optimizers.lion import Lion
from unikeras.optimizers.loss_scale_optimizer import LossScaleOptimizer
from unikeras.optimizers.multi_optimizer import MultiOptimizer
from unikeras.optimizers.muon import Muon
from unikeras.optimizers.nadam import Nadam
from unikeras.optimizers.optimizer import Optimizer
from unikeras.optimizers.rmsprop import RMSprop
from unikeras.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from unikeras.optimizers.sgd import SGD
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope, lookup_custom, registered_name
from unikeras.utils.identify import resolve

__all__ = ["deserialize", "get", "serialize"]

_CLASSES: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        *(SGD, RMSprop, Adam, AdamW, Adagrad, Adadelta, Adamax, Nadam, Ftrl, Lion, Lamb, Adafactor),
        *(LossScaleOptimizer, Muon, MultiOptimizer, ScheduleFreeAdamW),
    )
}
_BY_LOWER = {name.lower(): cls for name, cls in _CLASSES.items()}


def get(identifier: Any) -> Any:
    """The optimizer that `identifier` means.

    Args:
        identifier: a name in any case ('adam'), a config of Keras 2 or 3, a class, an optimizer, or `None`.

    Returns:
        An `Optimizer`, or `None` for `None`.

    Raises:
        ValueError: an unknown name (the message has the close ones), or what cannot be an optimizer.

    Example:
        >>> get("SGD").get_config()["momentum"]
        0.0
        >>> get("rmsprob")
        Traceback (most recent call last):
        ValueError: Unknown optimizer 'rmsprob'. Did you mean 'rmsprop'?
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str) and lookup_custom(identifier) is None:
        identifier = identifier.lower()
    return resolve(identifier, _BY_LOWER, "optimizer", is_valid=_is_optimizer)


def _is_optimizer(value: Any) -> bool:
    return isinstance(value, Optimizer) or hasattr(value, "apply_gradients") or hasattr(value, "apply")


@writes_legacy_format
def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """The optimizer as a config that `deserialize` reads, in Keras 3's form; without its state.

    Example:
        >>> from unikeras.optimizers import Adam
        >>> serialize(Adam())["class_name"]
        'Adam'
    """
    cls = type(optimizer)
    old = getattr(legacy, cls.__name__, None) is cls and _CLASSES.get(cls.__name__) is not cls
    built_in = old or _CLASSES.get(cls.__name__) is cls
    public = "keras.optimizers.legacy" if old else "keras.optimizers"
    return {
        "module": public if built_in else cls.__module__,
        "class_name": cls.__name__,
        "config": optimizer.get_config(),
        "registered_name": None if built_in else (registered_name(cls) or cls.__name__),
    }


@reads_legacy_format
def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that a config of Keras 2 or 3 describes.

    Args:
        config: a dictionary with 'class_name' (in any case) and 'config'.
        custom_objects: users' classes by name.

    Raises:
        ValueError: an unknown class.

    Example:
        >>> deserialize({"class_name": "SGD", "config": {"learning_rate": 0.5}}).get_config()["learning_rate"]
        0.5
    """
    with custom_object_scope(custom_objects or {}):
        name = config.get("class_name")
        known = _BY_LOWER
        if config.get("module") == "keras.optimizers.legacy" or (config.get("config") or {}).get(
            "is_legacy_optimizer"
        ):
            known = {**_BY_LOWER, **{n.lower(): getattr(legacy, n) for n in legacy.__all__}}
        if isinstance(name, str) and name.lower() in _BY_LOWER and lookup_custom(name) is None:
            config = {**config, "class_name": name.lower(), "config": config.get("config") or {}}
        return resolve(config, known, "optimizer", is_valid=_is_optimizer)
