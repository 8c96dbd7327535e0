"""Constraints: what is done to a variable after each update (mirrors `keras.constraints`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.core.operators import Operators
from unikeras.core.tensor import convert_to_tensor
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope
from unikeras.utils.identify import resolve
from unikeras.utils.serialize import serialize_function, serialize_object

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "RadialConstraint",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "radial_constraint",
    "serialize",
    "unit_norm",
]

_EPSILON = 1e-7  # keeps a zero vector from being divided by its norm


@op
def _with_norm(F, w, *, low, high, rate, axis):
    """The weights with their norms over `axis` limited to [low, high], to the degree `rate`."""
    norms = F.sqrt(F.sum(w * w, axis=axis, keepdims=True))
    limited = F.clip(norms, low, high)
    return w * ((rate * limited + (1 - rate) * norms) / (_EPSILON + norms))


@op
def _unit_norm(F, w, *, axis):
    """The weights divided by their norms over `axis`."""
    return w / (_EPSILON + F.sqrt(F.sum(w * w, axis=axis, keepdims=True)))


@op
def _non_negative(F, w):
    """The weights with 0 in place of negative ones."""
    return F.where(w < 0, F.zeros_like(w), w)


@op
def _radial(F, w):
    """A kernel whose elements at one distance (that of a king's moves) from the centre are one of its
    diagonal's."""
    size = w.shape[0]
    middle = size // 2
    away = np.abs(np.arange(size) - (size - 1) / 2).astype(int)  # 0 at the centre: one element, or two by two
    ring = np.maximum(away[:, None], away[None, :])
    source = np.where(ring == 0, middle - 1, middle + ring - size % 2)
    picked = F.asarray(source.reshape(-1), dtype=F.dtype("int64"))
    diagonal = F.asarray(np.arange(size) * (size + 1), dtype=F.dtype("int64"))
    rows = F.take(F.reshape(w, (size * size, *w.shape[2:])), F.take(diagonal, picked, axis=0), axis=0)
    return F.reshape(rows, tuple(w.shape))


class Constraint:
    """Base of the constraints: a callable that gives the allowed value of a variable (mirrors
    `keras.constraints.Constraint`).

    Subclasses define `__call__(w)`, and `get_config` if they have settings.

    Example:
        >>> from unikeras import keras, ops
        >>> class Halves(keras.constraints.Constraint):
        ...     def __call__(self, w):
        ...         return ops.round(w * 2) / 2
        >>> Halves()(ops.constant([0.3, 0.9])).numpy().tolist()
        [0.5, 1.0]
    """

    def __call__(self, w: Any) -> Any:
        """The value to use in place of the value `w`: the same one."""
        return w if isinstance(w, Operators) else convert_to_tensor(w)

    def get_config(self) -> dict[str, Any]:
        """The settings, such that `from_config` makes an equal constraint of them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """A constraint from the result of `get_config`."""
        return cls(**config)


class MaxNorm(Constraint):
    """Vectors that are longer than `max_value` are shortened to it (Srivastava et al., 2014; mirrors
    `keras.constraints.MaxNorm`).

    Args:
        max_value: the largest Euclidean norm.
        axis: the axis or axes along which norms are taken: 0 for a dense kernel, whose columns belong to the
            units;
            [0, 1, 2] for the kernel of a 2-D convolution.

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.MaxNorm(1.0)([[3.0, 0.3], [4.0, 0.4]]).numpy().round(3).tolist()
        [[0.6000000238418579, 0.30000001192092896], [0.800000011920929, 0.4000000059604645]]
    """

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The weights, shortened where needed."""
        return _with_norm(w, low=0.0, high=float(self.max_value), rate=1.0, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"max_value": self.max_value, "axis": self.axis}


class MinMaxNorm(Constraint):
    """The norms of vectors are kept between two values (mirrors `keras.constraints.MinMaxNorm`).

    Args:
        min_value: the least Euclidean norm.
        max_value: the largest one.
        rate: how far towards these limits an update goes: 1 all the way.
        axis: the axis or axes along which norms are taken.

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.MinMaxNorm(5.0, 10.0)([[0.6], [0.8]]).numpy().round(3).tolist()
        [[3.0], [4.0]]
    """

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The weights, scaled where needed."""
        return _with_norm(
            w, low=float(self.min_value), high=float(self.max_value), rate=float(self.rate), axis=self.axis
        )

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {
            "min_value": self.min_value,
            "max_value": self.max_value,
            "rate": self.rate,
            "axis": self.axis,
        }


class NonNeg(Constraint):
    """Negative weights become 0 (mirrors `keras.constraints.NonNeg`).

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.NonNeg()([-1.0, 2.0]).numpy().tolist()
        [0.0, 2.0]
    """

    def __call__(self, w: Any) -> Any:
        """The weights without negative ones."""
        return _non_negative(w)


class UnitNorm(Constraint):
    """Vectors get the length 1 (mirrors `keras.constraints.UnitNorm`).

    Args:
        axis: the axis or axes along which norms are taken.

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.UnitNorm()([[3.0], [4.0]]).numpy().round(3).tolist()
        [[0.6000000238418579], [0.800000011920929]]
    """

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The weights, scaled."""
        return _unit_norm(w, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"axis": self.axis}


class RadialConstraint(Constraint):
    """Elements of a convolution's kernel at one distance from its centre are equal (mirrors
    `tf.keras.constraints.RadialConstraint`).

    The distance is that of a king's moves, so the equal elements form square rings; each ring's value is the
    kernel's
    on the diagonal, one place before the ring's corner where the kernel's size is odd, as tf.keras 2 takes
    it.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> w = np.arange(9.0, dtype="float32").reshape(3, 3, 1, 1)
        >>> keras.constraints.RadialConstraint()(w).numpy()[:, :, 0, 0].tolist()
        [[4.0, 4.0, 4.0], [4.0, 0.0, 4.0], [4.0, 4.0, 4.0]]
    """

    def __call__(self, w: Any) -> Any:
        """The kernel with equal rings.

        Raises:
            ValueError: not the kernel of a 2-D convolution, or not a square one of 2 by 2 or more.
        """
        w = w if isinstance(w, Operators) else convert_to_tensor(w)
        dims = tuple(w.shape)
        if len(dims) != 4 or dims[0] != dims[1] or dims[0] < 2:
            raise ValueError(
                f"RadialConstraint: takes a square kernel (size, size, inputs, outputs), not shape {dims}."
            )
        return _radial(w)


max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
radial_constraint = RadialConstraint
unit_norm = UnitNorm

_KNOWN: dict[str, Any] = {
    "MaxNorm": MaxNorm,
    "MinMaxNorm": MinMaxNorm,
    "NonNeg": NonNeg,
    "RadialConstraint": RadialConstraint,
    "UnitNorm": UnitNorm,
    "max_norm": MaxNorm,
    "maxnorm": MaxNorm,
    "min_max_norm": MinMaxNorm,
    "minmaxnorm": MinMaxNorm,
    "non_neg": NonNeg,
    "nonneg": NonNeg,
    "radial_constraint": RadialConstraint,
    "unit_norm": UnitNorm,
    "unitnorm": UnitNorm,
}


def get(identifier: Any) -> Callable[[Any], Any] | None:
    """The constraint that `identifier` means (mirrors `keras.constraints.get`).

    Args:
        identifier: `None` (gives `None`), a name, a config, a class, a constraint or any function of a
            tensor.

    Raises:
        ValueError: an unknown name (the message has those close to it), or something that is none of these.

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.get("max_norm").get_config()
        {'max_value': 2, 'axis': 0}
    """
    return None if identifier is None else resolve(identifier, _KNOWN, "constraint")


@writes_legacy_format
def serialize(constraint: Any) -> Any:
    """A config from which `deserialize` makes an equal constraint (mirrors `keras.constraints.serialize`).

    Args:
        constraint: a constraint or a function; `None` stays `None`, and a lambda, which has no name, itself.

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.serialize(keras.constraints.NonNeg())
        {'module': 'keras.constraints', 'class_name': 'NonNeg', 'config': {}, 'registered_name': None}
    """
    if constraint is None:
        return None
    return (
        serialize_object(constraint) if hasattr(constraint, "get_config") else serialize_function(constraint)
    )


@reads_legacy_format
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Callable[[Any], Any] | None:
    """The constraint of a name or config, Keras 3's or tf.keras 2's (mirrors
    `keras.constraints.deserialize`).

    Args:
        config: what `serialize` gave.
        custom_objects: name -> class or function, for your own that are not registered.

    Raises:
        ValueError: an unknown name.

    Example:
        >>> from unikeras import keras
        >>> keras.constraints.deserialize({"class_name": "UnitNorm", "config": {"axis": 1}}).axis
        1
    """
    with custom_object_scope(custom_objects or {}):
        return get(config)
