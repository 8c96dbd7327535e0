"""Initializers, and finding them by name (mirrors `keras.initializers` and `tf.initializers`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.operators import Operators
from unikeras.initializers.constant import STFT, Constant, Identity, Ones, Zeros
from unikeras.initializers.initializer import Initializer
from unikeras.initializers.random import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomInitializer,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope
from unikeras.utils.identify import resolve
from unikeras.utils.serialize import serialize_function, serialize_object

# tf.keras 2 spells the classes also as functions, and Keras 3 keeps that.
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
stft = STFT
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros
IdentityInitializer = Identity
OrthogonalInitializer = Orthogonal
STFTInitializer = STFT

__all__ = [
    "STFT",
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

_KNOWN: dict[str, type[Initializer]] = {
    name: value
    for name, value in list(globals().items())
    if isinstance(value, type) and issubclass(value, Initializer)
}
for _name in ("Initializer", "RandomInitializer"):
    del _KNOWN[_name]
_KNOWN |= {"zero": Zeros, "one": Ones, "normal": RandomNormal, "uniform": RandomUniform}


def get(identifier: Any) -> Callable[..., Any] | None:
    """The initializer that `identifier` means (mirrors `keras.initializers.get`).

    Args:
        identifier: `None` (gives `None`), a name, a config, a class, an initializer or any function of
            (shape, dtype),
            or an array or tensor (a `Constant` of it).

    Raises:
        ValueError: an unknown name (the message has those close to it), or something that is none of these.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.get("ones")((2,)).numpy().tolist()
        [1.0, 1.0]
        >>> keras.initializers.get("glorot_unifrom")
        Traceback (most recent call last):
        ...
        ValueError: Unknown initializer 'glorot_unifrom'. Did you mean 'glorot_uniform' or ...
    """
    if identifier is None:
        return None
    if isinstance(identifier, (np.ndarray, Operators)):
        return Constant(identifier)
    return resolve(identifier, _KNOWN, "initializer")


@writes_legacy_format
def serialize(initializer: Any) -> Any:
    """A config from which `deserialize` makes an equal initializer (mirrors `keras.initializers.serialize`).

    Args:
        initializer: an initializer or a function; `None` stays `None`, and a lambda, which has no name,
            itself.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.serialize(keras.initializers.Zeros())
        {'module': 'keras.initializers', 'class_name': 'Zeros', 'config': {}, 'registered_name': None}
    """
    if initializer is None:
        return None
    return (
        serialize_object(initializer)
        if hasattr(initializer, "get_config")
        else serialize_function(initializer)
    )


@reads_legacy_format
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Callable[..., Any] | None:
    """The initializer of a name or config, Keras 3's or tf.keras 2's (mirrors
    `keras.initializers.deserialize`).

    Args:
        config: what `serialize` gave.
        custom_objects: name -> class or function, for your own that are not registered.

    Raises:
        ValueError: an unknown name.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.deserialize({"class_name": "Constant", "config": {"value": 2.0}})((1,)).numpy().tolist()
        [2.0]
    """
    with custom_object_scope(custom_objects or {}):
        return get(config)
