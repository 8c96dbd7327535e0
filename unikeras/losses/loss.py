"""`Loss`, the base class, and `LossFunctionWrapper`, a loss from a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from unikeras import ops
from unikeras.core import nest
from unikeras.core.autograph import when_traced
from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.module import auto_name, to_snake_case
from unikeras.core.operators import Operators
from unikeras.core.stateless import plain
from unikeras.core.tensor import convert_to_tensor
from unikeras.losses.formula import Formula
from unikeras.losses.reduction import REDUCTIONS, reduce_weighted, reduced_formula, standard_reduction

__all__ = ["Loss", "LossFunctionWrapper", "as_tensors", "mask_of"]


def mask_of(value: Any) -> Any:
    """The mask that a layer left on a tensor, or `None`."""
    return getattr(value, "_keras_mask", None)


def _is_structure(value: Any) -> bool:
    """Whether these are several tensors rather than one written as nested lists of numbers."""
    if isinstance(value, Mapping):
        return True
    return isinstance(value, (list, tuple)) and any(
        (hasattr(item, "shape") and len(item.shape) > 0) or _is_structure(item) for item in value
    )


def as_tensors(value: Any) -> Any:
    """A tensor, or a structure of tensors, of what a user gives."""
    if isinstance(value, Operators):
        return convert_to_tensor(value)
    if _is_structure(value):
        return nest.map_structure(convert_to_tensor, value)
    return convert_to_tensor(value)


def _cast(value: Any, dtype: str) -> Any:
    if value.dtype.name in (dtype, "string"):
        return value
    return ops.cast(value, dtype)


class Loss:
    """Base class of losses (mirrors `keras.losses.Loss`). Subclass it and write `call(y_true, y_pred)`.

    Args:
        name: the loss's name; from the class's name if `None`.
        reduction: how values of samples become one: 'sum_over_batch_size' (the mean; also 'mean' and 'auto'),
            'sum', 'mean_with_sample_weight' (divided by the sum of weights), 'none' or `None` (not at all).
        dtype: what the loss is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.

    Example:
        >>> from unikeras import losses, ops
        >>> class Absolute(losses.Loss):
        ...     def call(self, y_true, y_pred):
        ...         return ops.mean(ops.absolute(y_true - y_pred), axis=-1)
        >>> float(Absolute()([[1.0], [2.0]], [[0.0], [0.0]]))
        1.5
    """

    def __init__(
        self, name: str | None = None, reduction: Any = "sum_over_batch_size", dtype: Any = None
    ) -> None:
        if name in REDUCTIONS:  # tf.keras 2's order of arguments
            name, reduction = (None if reduction in (*REDUCTIONS, None) else reduction), name
        self.name = name or auto_name(to_snake_case(type(self).__name__))
        self.reduction = standard_reduction(reduction)
        self._dtype = None if dtype is None else as_dtype(getattr(dtype, "compute_dtype", dtype)).name

    @property
    def dtype(self) -> str:
        """What the loss is computed in."""
        return self._dtype or floatx()

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss.

        Args:
            y_true: labels, as the loss needs them; a tensor or a structure of tensors.
            y_pred: predictions of the same structure.
            sample_weight: a weight, one for each sample (n,), or one for each value of a sample.

        Returns:
            A scalar tensor, or a value for each sample with reduction 'none'.

        Raises:
            InvalidArgumentError: shapes that do not fit.
        """
        mask = mask_of(y_pred)
        y_true, y_pred = (
            nest.map_structure(lambda t: _cast(t, self.dtype), as_tensors(v)) for v in (y_true, y_pred)
        )
        return plain(self._reduced(when_traced(self.call)(y_true, y_pred), sample_weight, mask))

    def _reduced(self, values: Any, sample_weight: Any, mask: Any) -> Any:
        if values is None:
            raise ValueError(
                f"The loss {self.name!r} returned None; it must return a value for each sample, or their mean."
            )
        inner = mask_of(values)
        if inner is not None:
            mask = inner if mask is None else ops.logical_and(mask, inner)
        return reduce_weighted(values, sample_weight, mask, reduction=self.reduction, dtype=self.dtype)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The values of samples; to be written by subclasses."""
        raise NotImplementedError(f"{type(self).__name__} must define call(y_true, y_pred).")

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config: dict[str, Any] = {"name": self.name, "reduction": self.reduction}
        if self._dtype is not None:
            config["dtype"] = self._dtype
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """A loss from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


class LossFunctionWrapper(Loss):
    """A loss from a function `fn(y_true, y_pred, **settings)` (mirrors Keras's `LossFunctionWrapper`).

    Args:
        fn: gives a value for each sample.
        reduction: as `Loss` has it.
        name: the loss's name; the function's if `None`.
        dtype: as `Loss` has it.
        **settings: further arguments of the function.

    Raises:
        ValueError: an unknown reduction.

    Example:
        >>> from unikeras import losses
        >>> loss = losses.LossFunctionWrapper(losses.huber, delta=2.0)
        >>> loss.name, float(loss([[0.0]], [[3.0]]))
        ('huber', 4.0)
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: Any = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **settings: Any,
    ) -> None:
        super().__init__(name=name or getattr(fn, "__name__", None), reduction=reduction, dtype=dtype)
        self.fn = fn
        self.settings = settings

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss; see `Loss.__call__`."""
        if not isinstance(self.fn, Formula) or type(self).call is not LossFunctionWrapper.call:
            return super().__call__(y_true, y_pred, sample_weight)
        mask = mask_of(y_pred)
        if isinstance(y_true, Mapping) or isinstance(y_pred, Mapping):
            raise ValueError(
                f"{self.name}: takes one tensor of labels and one of predictions, got a "
                f"dictionary. Name the loss of each output in compile()."
            )
        y_true, y_pred = convert_to_tensor(y_true), convert_to_tensor(y_pred)
        self.fn.look_at(y_true, y_pred, self.settings)
        loss = reduced_formula(
            y_true, y_pred, sample_weight, mask,
            formula=self.fn, settings=tuple(self.settings.items()),
            reduction=self.reduction, dtype=self.dtype,
        )  # fmt: skip
        return plain(loss)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The function's values."""
        if not nest.is_nested(y_true) and not nest.is_nested(y_pred):
            y_true, y_pred = same_rank(y_true, y_pred)
        return when_traced(self.fn)(y_true, y_pred, **self.settings)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        if type(self) is LossFunctionWrapper:
            from unikeras.losses.identify import serialize

            config["fn"] = serialize(self.fn)
        return {**config, **self.settings}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """A loss from what `get_config` returned, also from tf.keras's."""
        config = dict(config)
        if cls is LossFunctionWrapper:
            from unikeras.losses.identify import get

            config["fn"] = get(config["fn"])
        else:
            config.pop("fn", None)
        return cls(**config)


def same_rank(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """(n,) beside (n, 1) becomes (n, 1), for functions of users."""
    if len(y_pred.shape) == len(y_true.shape) + 1 and y_pred.shape[-1] == 1:
        return ops.expand_dims(y_true, axis=-1), y_pred
    if len(y_true.shape) == len(y_pred.shape) + 1 and y_true.shape[-1] == 1:
        return y_true, ops.expand_dims(y_pred, axis=-1)
    return y_true, y_pred
