"""Penalties on weights that are added to the loss (mirrors `keras.regularizers`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.ops import absolute
from unikeras.saving.legacy_format import reads_legacy_format, writes_legacy_format
from unikeras.saving.registry import custom_object_scope
from unikeras.utils.identify import resolve
from unikeras.utils.serialize import serialize_function, serialize_object

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]


@op
def _penalty(F, x, *, l1, l2):
    """l1 * sum(|x|) + l2 * sum(x**2)."""
    total = F.zeros((), dtype=x.dtype)
    if l1:
        total = total + l1 * F.sum(absolute.body(F, x))
    if l2:
        total = total + l2 * F.sum(x * x)
    return total


@op
def _orthogonality(F, x, *, factor, mode):
    """Factor times the mean |cosine| between different rows (or columns)."""
    if mode == "columns":
        x = F.matrix_transpose(x)
    size = x.shape[0]
    squares = F.sum(x * x, axis=1, keepdims=True)
    x = x / F.sqrt(F.maximum(squares, F.full_like(squares, 1e-12)))
    cosines = absolute.body(F, F.matmul(x, F.matrix_transpose(x))) * (1 - F.eye(size, dtype=x.dtype))
    return F.sum(cosines) * (factor * 0.5 / max(1, size * (size - 1) / 2))


class Regularizer:
    """Base of the regularizers: a callable that gives a penalty, a scalar, for a tensor (mirrors
    `keras.regularizers.Regularizer`).

    Subclasses define `__call__(x)`, and `get_config` for saving.

    Example:
        >>> from unikeras import keras, ops
        >>> class Largest(keras.regularizers.Regularizer):
        ...     def __call__(self, x):
        ...         return ops.max(ops.absolute(x))
        >>> float(Largest()([1.0, -2.0]))
        2.0
    """

    def __call__(self, x: Any) -> Any:
        """The penalty for a tensor of weights or outputs: 0."""
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """The settings, such that `from_config` makes an equal regularizer of them.

        Raises:
            NotImplementedError: a subclass that does not define it.
        """
        raise NotImplementedError(f"{type(self).__name__} must define get_config() to be saved.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """A regularizer from the result of `get_config`."""
        return cls(**config)


def _factor(owner: Regularizer, name: str, value: Any, default: float) -> float:
    """A factor that must be a finite number, not negative."""
    if value is None:
        return default
    value = value.item() if isinstance(value, (np.generic, np.ndarray)) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
        raise ValueError(f"{type(owner).__name__}: {name} must be a finite number, 0 or more, not {value!r}.")
    return float(value)


class L1L2(Regularizer):
    """l1 * sum(|x|) + l2 * sum(x**2) (mirrors `keras.regularizers.L1L2`).

    Args:
        l1: the factor of the sum of absolute values; `None` for 0.
        l2: the factor of the sum of squares; `None` for 0.

    Raises:
        ValueError: a factor that is negative or no finite number.

    Example:
        >>> from unikeras import keras
        >>> float(keras.regularizers.L1L2(l1=1.0, l2=0.5)([3.0, -4.0]))
        19.5
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = _factor(self, "l1", l1, 0.0)
        self.l2 = _factor(self, "l2", l2, 0.0)

    def __call__(self, x: Any) -> Any:
        """The penalty, a scalar of x's dtype."""
        return _penalty(x, l1=self.l1, l2=self.l2)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"l1": self.l1, "l2": self.l2}


class L1(Regularizer):
    """l1 * sum(|x|) (mirrors `keras.regularizers.L1`).

    Args:
        l1: the factor; `None` for 0.01.
        l: another spelling of `l1`, of older tf.keras.

    Raises:
        ValueError: a factor that is negative or no finite number.

    Example:
        >>> from unikeras import keras
        >>> float(keras.regularizers.L1(0.5)([3.0, -4.0]))
        3.5
    """

    def __init__(self, l1: float | None = 0.01, *, l: float | None = None) -> None:  # noqa: E741
        self.l1 = _factor(self, "l1", l1 if l is None else l, 0.01)

    def __call__(self, x: Any) -> Any:
        """The penalty, a scalar of x's dtype."""
        return _penalty(x, l1=self.l1, l2=0.0)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"l1": self.l1}


class L2(Regularizer):
    """l2 * sum(x**2) (mirrors `keras.regularizers.L2`).

    Args:
        l2: the factor; `None` for 0.01.
        l: another spelling of `l2`, of older tf.keras.

    Raises:
        ValueError: a factor that is negative or no finite number.

    Example:
        >>> from unikeras import keras
        >>> float(keras.regularizers.L2(0.5)([3.0, -4.0]))
        12.5
    """

    def __init__(self, l2: float | None = 0.01, *, l: float | None = None) -> None:  # noqa: E741
        self.l2 = _factor(self, "l2", l2 if l is None else l, 0.01)

    def __call__(self, x: Any) -> Any:
        """The penalty, a scalar of x's dtype."""
        return _penalty(x, l1=0.0, l2=self.l2)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """The factor times the mean of |cosine| over pairs of rows or columns (mirrors
    `keras.regularizers.OrthogonalRegularizer`).

    Args:
        factor: the factor.
        mode: 'rows' or 'columns'.

    Raises:
        ValueError: another mode; a factor that is negative or no finite number.

    Example:
        >>> from unikeras import keras
        >>> penalty = keras.regularizers.OrthogonalRegularizer(1.0)
        >>> float(penalty([[1.0, 0.0], [0.0, 3.0]])), float(penalty([[2.0, 0.0], [-3.0, 0.0]]))
        (0.0, 1.0)
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ValueError(f"OrthogonalRegularizer: mode must be 'rows' or 'columns', not {mode!r}.")
        self.factor = _factor(self, "factor", factor, 0.01)
        self.mode = mode

    def __call__(self, x: Any) -> Any:
        """The penalty, a scalar of x's dtype.

        Raises:
            ValueError: x is not a matrix.
        """
        dims = np.shape(x) if not hasattr(x, "shape") else tuple(x.shape)
        if len(dims) != 2:
            raise ValueError(f"OrthogonalRegularizer: takes a matrix, not a tensor of shape {dims}.")
        return _orthogonality(x, factor=self.factor, mode=self.mode)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"factor": self.factor, "mode": self.mode}


l1 = L1
l2 = L2
orthogonal_regularizer = OrthogonalRegularizer


def l1_l2(l1: float | None = 0.01, l2: float | None = 0.01) -> L1L2:
    """An `L1L2` whose factors are 0.01 unless given, as in tf.keras 2 (in Keras 3 this is the class, and
    they are 0).

    Args:
        l1: the factor of the sum of absolute values.
        l2: the factor of the sum of squares.

    Raises:
        ValueError: a factor that is negative or no finite number.

    Example:
        >>> from unikeras import keras
        >>> keras.regularizers.l1_l2(l1=0.1).get_config()
        {'l1': 0.1, 'l2': 0.01}
    """
    return L1L2(l1, l2)


_KNOWN: dict[str, Any] = {
    "L1": L1,
    "L2": L2,
    "L1L2": L1L2,
    "OrthogonalRegularizer": OrthogonalRegularizer,
    "l1": L1,
    "l2": L2,
    "l1l2": L1L2,
    "l1_l2": L1L2,
    "orthogonal_regularizer": OrthogonalRegularizer,
}


def get(identifier: Any) -> Callable[[Any], Any] | None:
    """The regularizer that `identifier` means (mirrors `keras.regularizers.get`).

    Args:
        identifier: `None` (gives `None`), a name, a config, a class, a regularizer or any function of a
            tensor. The name
            'l1_l2' is tf.keras 2's, with factors of 0.01; 'L1L2' has factors of 0.

    Raises:
        ValueError: an unknown name (the message has those close to it), or something that is none of these.

    Example:
        >>> from unikeras import keras
        >>> keras.regularizers.get("l2").get_config()
        {'l2': 0.01}
    """
    if identifier is None:
        return None
    if identifier == "l1_l2":
        return l1_l2()
    return resolve(identifier, _KNOWN, "regularizer")


@writes_legacy_format
def serialize(regularizer: Any) -> Any:
    """A config from which `deserialize` makes an equal regularizer (mirrors `keras.regularizers.serialize`).

    Args:
        regularizer: a regularizer or a function; `None` stays `None`, and a lambda, which has no name,
            itself.

    Example:
        >>> from unikeras import keras
        >>> keras.regularizers.serialize(keras.regularizers.L2(0.5))
        {'module': 'keras.regularizers', 'class_name': 'L2', 'config': {'l2': 0.5}, 'registered_name': None}
    """
    if regularizer is None:
        return None
    return (
        serialize_object(regularizer)
        if hasattr(regularizer, "get_config")
        else serialize_function(regularizer)
    )


@reads_legacy_format
def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Callable[[Any], Any] | None:
    """The regularizer of a name or config, Keras 3's or tf.keras 2's (mirrors
    `keras.regularizers.deserialize`).

    Args:
        config: what `serialize` gave.
        custom_objects: name -> class or function, for your own that are not registered.

    Raises:
        ValueError: an unknown name.

    Example:
        >>> from unikeras import keras
        >>> float(keras.regularizers.deserialize({"class_name": "L2", "config": {"l2": 0.5}})([2.0]))
        2.0
    """
    with custom_object_scope(custom_objects or {}):
        return get(config)
