"""Activation functions by name (mirrors `keras.activations`). Each is an op; see
`unikeras/ops/activation.py`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from unikeras.ops.elementwise import to_float
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope
from unikeras.utils.identify import resolve
from unikeras.utils.serialize import serialize_function, serialize_object

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "keras3_names",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]

swish = silu
hard_swish = hard_silu


def linear(x: Any) -> Any:
    """The tensor itself (`keras.activations.linear`).

    Args:
        x: a tensor of any shape and dtype, or what can become one.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.linear([-1.0, 2.0]).numpy().tolist()
        [-1.0, 2.0]
    """
    return x if isinstance(x, Operators) else convert_to_tensor(x)


@op
def exponential(F, x):
    """e to the power of x, elementwise (`keras.activations.exponential`).

    Args:
        x: a tensor of any shape; integers become floatx.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.exponential([0.0]).numpy().tolist()
        [1.0]
    """
    return F.exp(to_float(F, x))


def gelu(x: Any, approximate: bool = False) -> Any:
    """x times the normal distribution's probability below x (Hendrycks and Gimpel, 2016).

    Mirrors `keras.activations.gelu` and `tf.nn.gelu`, which are exact unless told otherwise
    (`keras.ops.gelu` is the
    approximation unless told otherwise).

    Args:
        x: a tensor of any shape; integers become floatx.
        approximate: by tanh instead of the error function.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.gelu([-1.0, 0.0]).numpy().round(4).tolist()
        [-0.15870000422000885, 0.0]
    """
    return ops.gelu(x, approximate=approximate)


@op
def hard_sigmoid(F, x):
    """A piecewise linear sigmoid: min(max(0.2 * x + 0.5, 0), 1), as tf.keras 2 has it
    (`keras.activations.hard_sigmoid`).

    Keras 3 changed it to x / 6 + 1/2 under the same name. That one is `keras.ops.hard_sigmoid`; files in Keras 3's
    format that say 'hard_sigmoid' mean it, and `hard_silu` is x times it.

    Args:
        x: a tensor of any shape; integers become floatx.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.hard_sigmoid([-3.0, 0.0, 1.25, 3.0]).numpy().tolist()
        [0.0, 0.5, 0.75, 1.0]
    """
    x = to_float(F, x)
    return F.where(x < -2.5, F.zeros_like(x), F.where(x > 2.5, F.ones_like(x), 0.2 * x + 0.5))


_KNOWN: dict[str, Callable[..., Any]] = {
    name: globals()[name]
    for name in __all__
    if name not in ("deserialize", "get", "keras3_names", "serialize")
}
# Where one name has two formulas: tf.keras 2's is what programs mean, Keras 3's what its files mean.
_KERAS3 = {"hard_sigmoid": ops.hard_sigmoid}
_OWN = "unikeras.activations"


class _Files(threading.local):
    keras3 = False


_files = _Files()


@contextmanager
def keras3_names() -> Iterator[None]:
    """Inside it, names have Keras 3's meaning, as in its files: for what reads and writes them.

    Only 'hard_sigmoid' differs. Reading, it is Keras 3's; writing, tf.keras 2's becomes a config that Keras
    3 refuses
    instead of quietly computing something else.

    Example:
        >>> from unikeras import activations
        >>> with activations.keras3_names():
        ...     f = activations.get("hard_sigmoid")
        >>> f([1.5]).numpy().tolist()
        [0.75]
    """
    before, _files.keras3 = _files.keras3, True
    try:
        yield
    finally:
        _files.keras3 = before


def get(identifier: Any) -> Callable[..., Any]:
    """The activation that `identifier` means (mirrors `keras.activations.get`).

    Args:
        identifier: `None` (linear), a name, a config, a layer, or any callable, which is returned as it is.

    Raises:
        ValueError: an unknown name (the message has those close to it), or something that cannot be called.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.get("relu")([-1.0, 2.0]).numpy().tolist()
        [0.0, 2.0]
        >>> keras.activations.get("rleu")
        Traceback (most recent call last):
        ...
        ValueError: Unknown activation 'rleu'. Did you mean 'relu' or 'relu6'?
    """
    if identifier is None:
        return linear
    known: dict[str, Any] = _KNOWN
    if isinstance(identifier, dict):
        if identifier.get("module") == _OWN:
            return resolve(identifier, _KNOWN, "activation")
        if identifier.get("class_name") not in (None, "function", *_KNOWN):
            from unikeras import layers  # an activation may be a layer; layers need activations

            known = {**vars(layers), **_KNOWN}
    if _files.keras3:
        known = {**known, **_KERAS3}
    return resolve(identifier, known, "activation")


@writes_legacy_format
def serialize(activation: Any) -> Any:
    """What `deserialize` makes the activation of again (mirrors `keras.activations.serialize`).

    Args:
        activation: a function of this module, a function of your own, or a layer.

    Returns:
        The name of a function of this module; a config of your own function (under its registered name, if
        any) or of
        a layer. A lambda has no name to be found by and is returned as it is: the config then works in this
        process, but cannot be written to a file.

    Raises:
        ValueError: not callable.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.serialize(keras.activations.relu)
        'relu'
    """
    if not callable(activation):
        raise ValueError(f"activations.serialize takes an activation, not {activation!r}.")
    if _files.keras3 and activation is hard_sigmoid:
        return {
            "module": _OWN,
            "class_name": "function",
            "config": "hard_sigmoid",
            "registered_name": "function",
        }
    name = getattr(activation, "__name__", None)
    if name in _KNOWN and activation in (_KNOWN[name], _KERAS3.get(name), getattr(ops, name, None)):
        return name
    if hasattr(activation, "get_config"):
        return serialize_object(activation)
    return serialize_function(activation)


@reads_legacy_format
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Callable[..., Any]:
    """The activation of a name or config that `serialize` gave (mirrors `keras.activations.deserialize`).

    Args:
        config: the name or config.
        custom_objects: name -> function, for functions of your own that are not registered.

    Raises:
        ValueError: an unknown name.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.deserialize("tanh")([0.0]).numpy().tolist()
        [0.0]
    """
    with custom_object_scope(custom_objects or {}):
        return get(config)
