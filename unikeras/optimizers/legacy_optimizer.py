"""`LegacyOptimizer`: the base of users' own optimizers as tf.keras had it until 2.10 (`keras.optimizers.legacy.Optimizer`)."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable, init_scope
from unikeras.optimizers import schedules
from unikeras.optimizers.optimizer import Optimizer
from unikeras.optimizers.schedules import LearningRateSchedule

__all__ = ["LegacyOptimizer"]

_SETTINGS = ("clipnorm", "clipvalue", "global_clipnorm", "lr", "decay")


class _Kind(type):
    """In tf.keras all optimizers of `legacy` have this base; here they have the same base as the others."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return (
            isinstance(instance, Optimizer) if cls is LegacyOptimizer else super().__instancecheck__(instance)
        )


class LegacyOptimizer(Optimizer, metaclass=_Kind):
    """The base of optimizers of one's own, as until tf.keras 2.10 (mirrors `tf.keras.optimizers.legacy.Optimizer`).

    A subclass sets hyperparameters by `_set_hyper(name, value)` and reads them by `_get_hyper(name, dtype)`, makes state in
    `_create_slots(var_list)` by `add_slot`, and updates a variable in `_resource_apply_dense(grad, var, apply_state)`. Gradients are dense.

    Args:
        name: the optimizer's name.
        gradient_aggregator: accepted: there is one replica.
        gradient_transformers: functions of a list of (gradient, variable) pairs that return such a list.
        **kwargs: `clipnorm`, `clipvalue`, `global_clipnorm`, `decay`, and `lr`, which the subclass reads.

    Raises:
        TypeError: an unknown keyword.
        ValueError: a negative value.

    Example:
        >>> import unikeras as tf
        >>> class Descent(tf.keras.optimizers.legacy.Optimizer):
        ...     def __init__(self, learning_rate=0.5, name="Descent", **kwargs):
        ...         super().__init__(name, **kwargs)
        ...         self._set_hyper("learning_rate", learning_rate)
        ...     def _resource_apply_dense(self, grad, var, apply_state=None):
        ...         var.assign_sub(self._decayed_lr(var.dtype) * grad)
        >>> w = tf.Variable(1.0)
        >>> _ = Descent().minimize(lambda: w * w, [w])
        >>> float(w)
        0.0
    """

    _untracked = Optimizer._untracked | {"_hyper"}

    def __init__(
        self, name: str, gradient_aggregator: Any = None, gradient_transformers: Any = None, **kwargs: Any
    ) -> None:
        for key, value in kwargs.items():
            if key not in _SETTINGS:
                raise TypeError(
                    f"{type(self).__name__}: unknown keyword argument {key!r}; it takes {', '.join(_SETTINGS)}."
                )
            if value is not None and not callable(value) and value < 0:
                raise ValueError(f"{type(self).__name__}: {key} must not be negative, not {value!r}.")
        self.__dict__["_hyper"] = {}
        clipping = {k: v for k, v in kwargs.items() if k.startswith("clip") or k == "global_clipnorm"}
        super().__init__(self._rate, name=name, **clipping)
        del self.__dict__["decay"]  # a hyperparameter, if the subclass makes it one
        self._initial_decay = kwargs.get("decay") or 0.0
        self.gradient_transformers = list(gradient_transformers or ())

    # Hyperparameters.

    def _set_hyper(self, name: str, value: Any) -> None:
        held = self._hyper.get(name)
        if isinstance(held, Variable) and not callable(value):
            held.assign(value)
        elif callable(value) or isinstance(value, (Tensor, Variable)):
            self._hyper[name] = value
        else:  # a variable, so that compiled updates see what it is set to
            with init_scope():
                self._hyper[name] = Variable(float(value), trainable=False, dtype="float32", name=name)

    def _get_hyper(self, name: str, dtype: Any = None) -> Any:
        value = self._hyper[name]
        if isinstance(value, LearningRateSchedule):
            return value
        if callable(value) and not isinstance(value, (Tensor, Variable)):
            value = value()
        return value if dtype is None else ops.cast(value, dtype)

    def _serialize_hyperparameter(self, name: str) -> Any:
        value = self._hyper[name]
        if isinstance(value, LearningRateSchedule):
            return schedules.serialize(value)
        if callable(value) and not isinstance(value, (Tensor, Variable)):
            value = value()
        return np.asarray(value).item()

    def __getattr__(self, name: str) -> Any:
        hyper = self.__dict__.get("_hyper", {})
        key = "learning_rate" if name == "lr" else name
        if key in hyper:
            return self._get_hyper(key)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        key = "learning_rate" if name == "lr" else name
        if key in self.__dict__.get("_hyper", {}):
            self._set_hyper(key, value)
        else:
            super().__setattr__(name, value)

    @property
    def learning_rate(self) -> Any:
        """The hyperparameter of that name."""
        if "learning_rate" not in self._hyper:
            raise AttributeError(f"{type(self).__name__!r} has no hyperparameter 'learning_rate'.")
        return self._get_hyper("learning_rate")

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self._set_hyper("learning_rate", value)

    def _rate(self) -> Any:
        return self._decayed_lr("float32")

    def _decayed_lr(self, var_dtype: Any) -> Any:
        """The rate of this step: a schedule's value, or the hyperparameter after `decay`."""
        rate = self._get_hyper("learning_rate")
        step = self.iterations
        if isinstance(rate, LearningRateSchedule):
            rate = rate(step)
        rate = ops.cast(rate, var_dtype)
        if self._initial_decay > 0:
            decay = self._get_hyper("decay", var_dtype) if "decay" in self._hyper else self._initial_decay
            rate = rate / (1.0 + decay * ops.cast(step, var_dtype))
        return rate

    def _current_learning_rate(self) -> Any:
        return self._rate() if "learning_rate" in self._hyper else None

    # State.

    def add_slot(
        self, var: Variable, slot_name: str, initializer: Any = "zeros", shape: Any = None
    ) -> Variable:
        """State of the shape of `var`, made once; read it with `get_slot`.

        Raises:
            NotImplementedError: another shape is asked for.
        """
        if shape is not None and tuple(shape) != tuple(var.shape):
            raise NotImplementedError(
                f"{type(self).__name__}.add_slot: a slot has the shape of its variable, {tuple(var.shape)}; {tuple(shape)} is not "
                "available. Use add_weight."
            )
        self.add_slots([var], slot_name, initializer=initializer)
        return self.get_slot(var, slot_name)

    def add_weight(
        self, name: str, shape: Any, dtype: Any = None, initializer: Any = "zeros", **kwargs: Any
    ) -> Variable:
        """A new variable of the optimizer's state.

        Args:
            name: its name.
            shape: its shape.
            dtype: its type; `floatx()` if `None`.
            initializer: 'zeros', 'ones', a number, or a function of shape and dtype.
            **kwargs: `trainable`, `synchronization`, `aggregation` are accepted.
        """
        return self.add_variable(shape, initializer, dtype, name=name)

    def _create_slots(self, var_list: list[Variable]) -> None:
        """Make the state for variables; subclasses may override it."""

    def create_slots(self, variables: list[Variable]) -> None:
        """Make the state for variables."""
        self._create_slots(variables)

    # Updates.

    def _update(self, gradients: list[Any], variables: list[Variable]) -> None:
        for transform in self.gradient_transformers:
            pairs = list(transform(list(zip(gradients, variables, strict=True))))
            gradients, variables = [g for g, _ in pairs], [v for _, v in pairs]
        self.__dict__["_apply_state"] = self._prepare(variables)
        try:
            super()._update(gradients, variables)
        finally:
            del self.__dict__["_apply_state"]  # tensors of this step

    def _prepare(self, var_list: Iterable[Variable]) -> dict[Any, Any]:
        """What updates of variables of one device and dtype have in common."""
        state: dict[Any, Any] = {}
        for device, dtype in {(v.device, v.dtype): None for v in var_list}:
            state[device, dtype] = {}
            self._prepare_local(device, dtype, state)
        return state

    def _prepare_local(self, var_device: Any, var_dtype: Any, apply_state: dict[Any, Any]) -> None:
        if "learning_rate" in self._hyper:
            apply_state[var_device, var_dtype]["lr_t"] = self._decayed_lr(var_dtype)

    def _fallback_apply_state(self, var_device: Any, var_dtype: Any) -> dict[str, Any]:
        state: dict[Any, Any] = {(var_device, var_dtype): {}}
        self._prepare_local(var_device, var_dtype, state)
        return state[var_device, var_dtype]

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change a variable by its gradient: `_resource_apply_dense`."""
        with_state = "apply_state" in inspect.signature(self._resource_apply_dense).parameters
        options = {"apply_state": self._apply_state} if with_state else {}
        self._resource_apply_dense(gradient, variable, **options)

    def _resource_apply_dense(self, grad: Any, var: Variable, apply_state: Any = None) -> Any:
        """Change a variable by its gradient; subclasses override it."""
        raise NotImplementedError(
            f"{type(self).__name__} must have a method _resource_apply_dense(grad, var)."
        )

    def get_config(self) -> dict[str, Any]:
        """What the constructor of the base needs; subclasses add their hyperparameters."""
        given = {k: getattr(self, k) for k in ("clipnorm", "clipvalue", "global_clipnorm")}
        return {"name": self.name, **{k: v for k, v in given.items() if v is not None}}
