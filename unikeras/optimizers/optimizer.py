"""`Optimizer`: the base class: clipping, weight decay, averaging, one update over all variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

import numpy as np

from unikeras import engine, ops
from unikeras.core.function import functions_run_eagerly
from unikeras.core.module import auto_name, to_snake_case
from unikeras.core.state import thread
from unikeras.core.stateless import given_values, run_stateless
from unikeras.core.strict import report
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable
from unikeras.optimizers import schedules
from unikeras.optimizers.averaging import moving_average, overwritten
from unikeras.optimizers.clipping import clip_all_by_norm, clip_by_bound, clip_by_own_norm
from unikeras.optimizers.compiled_update import CompiledUpdate
from unikeras.optimizers.learning_rate import LearningRate
from unikeras.optimizers.minimizing import Minimizing
from unikeras.optimizers.optimizer_state import OptimizerState
from unikeras.saving.registry import get_registered_object
from unikeras.utils.identify import close_matches

__all__ = ["Optimizer", "Options"]


class Options(TypedDict, total=False):
    """The keyword arguments that every optimizer takes; see `Optimizer`."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None
    lr: float
    decay: float
    jit_compile: bool | str
    is_legacy_optimizer: bool


# What is assigned without being a constant of compiled updates.
_NO_SETTINGS = frozenset({"learning_rate", "lr", "built", "_changes", "_compiled", "_children_kept"})
# Settings of tf.keras that say nothing here: everything is compiled, and there is one kind of optimizer.
_WITHOUT_EFFECT = ("jit_compile", "is_legacy_optimizer")


class Optimizer(Minimizing, LearningRate, OptimizerState):
    """Base of the optimizers (mirrors `keras.optimizers.Optimizer`).

    A subclass defines `update_step(gradient, variable, learning_rate)` and, if it keeps state for each
    variable, `create_slots(variables)`.

    Args:
        learning_rate: a number, a `LearningRateSchedule`, a variable, or a function without arguments.
        weight_decay: the fraction of each weight, times the learning rate, that is taken away at each step.
        clipnorm: the largest Euclidean norm of each gradient; longer ones are scaled down.
        clipvalue: the largest absolute value in a gradient.
        global_clipnorm: the largest Euclidean norm of all gradients together.
        use_ema: whether to keep moving averages of the variables.
        ema_momentum: how much of an average stays at each step, in [0, 1].
        ema_overwrite_frequency: after how many steps the variables become their averages; `None`: only at the
            end of training (`finalize_variable_values`).
        loss_scale_factor: what `scale_loss` multiplies the loss by and gradients are divided by.
        gradient_accumulation_steps: over how many calls gradients are averaged before an update; `None`: one.
        name: the optimizer's name.
        **kwargs: `lr` for `learning_rate`; `decay`: as in the old tf.keras, divides the learning rate by
            ``1 + decay * iterations``.

    Raises:
        TypeError: an unknown argument.
        ValueError: a value out of its range, or more than one way of clipping.

    Example:
        >>> import unikeras as tf
        >>> from unikeras import ops
        >>> from unikeras.optimizers import Optimizer
        >>> class SignDescent(Optimizer):
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         variable.assign_sub(learning_rate * ops.sign(gradient))
        >>> w = tf.Variable([1.0, 2.0])
        >>> _ = SignDescent(0.5).apply_gradients([(tf.constant([3.0, -3.0]), w)])
        >>> w.numpy().tolist()
        [0.5, 2.5]
    """

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or auto_name(to_snake_case(type(self).__name__)))
        learning_rate = kwargs.pop("lr", learning_rate)
        decay = kwargs.pop("decay", None) or 0.0
        unknown = [key for key in kwargs if key not in _WITHOUT_EFFECT]
        if unknown:
            hint = close_matches(unknown[0], Options.__annotations__)
            raise TypeError(
                f"{type(self).__name__}() got an unexpected keyword argument {unknown[0]!r}. {hint}"
            )
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._check_options()
        self._undecayed: tuple[set[int], list[str]] = (
            set(),
            [],
        )  # ids and patterns of variables without weight decay
        self._compiled: dict[
            tuple[int, ...], CompiledUpdate
        ] = {}  # the update, for each set of variables it was asked for
        self._iterations = self.add_variable((), dtype="int64", name="iteration")
        self._set_up_learning_rate(learning_rate, decay)
        self._changes = 0  # how often a setting was changed

    def _check_options(self) -> None:
        given = {k: getattr(self, k) for k in ("clipnorm", "clipvalue", "global_clipnorm")}
        if sum(v is not None for v in given.values()) > 1:
            raise ValueError(f"Only one of clipnorm, clipvalue and global_clipnorm can be set, not {given}.")
        for key, value in given.items():
            if value is not None and not value > 0:
                raise ValueError(f"{key} must be a positive number or None, not {value!r}.")
        if not 0 <= self.ema_momentum <= 1:
            raise ValueError(f"ema_momentum must be in the range [0, 1], not {self.ema_momentum!r}.")
        frequency = self.ema_overwrite_frequency
        if frequency is not None and not (isinstance(frequency, (int, np.integer)) and frequency >= 1):
            raise ValueError(
                f"ema_overwrite_frequency must be an integer of at least 1 or None, not {frequency!r}."
            )
        steps = self.gradient_accumulation_steps
        if steps is not None and not (isinstance(steps, (int, np.integer)) and steps >= 2):
            raise ValueError(
                f"gradient_accumulation_steps must be an integer of at least 2 or None, not {steps!r}."
            )

    def __setattr__(self, name: str, value: Any) -> None:
        changes = self.__dict__.get("_changes")
        counts = changes is not None and name not in _NO_SETTINGS and not thread.tracing
        if counts and _differ(self.__dict__.get(name), value):
            self.__dict__["_changes"] = changes + 1  # type: ignore[operator]
        super().__setattr__(name, value)

    @property
    def settings_version(self) -> int:
        """A number that grows when a setting is changed: compiled steps hold the settings as constants."""
        inner = self.__dict__.get("inner_optimizer")
        return self.__dict__.get("_changes", 0) + (0 if inner is None else inner.settings_version)

    @property
    def iterations(self) -> Any:
        """How many updates were made: an int64 variable (a tensor when gradients are accumulated)."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    def _create_shared_slots(self, variables: list[Variable]) -> None:
        if self.use_ema:
            self.add_slots(variables, "average")
        if self.gradient_accumulation_steps:
            self.add_slots(variables, "gradient_accumulator")

    # Applying gradients.

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Variable]],
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
        experimental_aggregate_gradients: bool = True,
    ) -> Any:
        """Update variables by their gradients.

        Args:
            grads_and_vars: pairs (gradient, variable); the gradient has the variable's shape, or is `None`.
            name: ignored.
            skip_gradients_aggregation: accepted.
            experimental_aggregate_gradients: accepted.

        Returns:
            `iterations`.

        Raises:
            ValueError: there is no gradient at all, or one of another shape than its variable.

        Example:
            >>> import unikeras as tf
            >>> w = tf.Variable(1.0)
            >>> opt = tf.keras.optimizers.SGD(0.5)
            >>> int(opt.apply_gradients([(tf.constant(1.0), w)])), float(w)
            (1, 0.5)
        """
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self._iterations if self.gradient_accumulation_steps is None else self.iterations

    def apply(self, grads: Iterable[Any], trainable_variables: Iterable[Variable] | None = None) -> None:
        """Update `trainable_variables` (those the optimizer was built for, if `None`) by their gradients.

        Raises:
            ValueError: as `apply_gradients`; or the numbers of gradients and variables differ.
        """
        gradients = list(grads)
        if trainable_variables is None and not self.built:
            raise ValueError(
                "apply(grads) without variables: the optimizer is not built yet. "
                "Pass trainable_variables, or call build(variables)."
            )
        variables = self._trainable_variables if trainable_variables is None else list(trainable_variables)
        if len(gradients) != len(variables):
            raise ValueError(f"apply: {len(gradients)} gradients for {len(variables)} variables.")
        for gradient in gradients:
            if gradient is None:
                gradients, variables = self._present(gradients, variables)
                break
        if not variables:
            raise ValueError("No gradients provided for any variable: there are no variables.")
        if (
            thread.tracing
            or thread.scope
            or thread.tapes
            or not engine.current().compiles
            or functions_run_eagerly()
        ):
            self._ensure_built(variables)
            self._apply([g if isinstance(g, Tensor) else Tensor(as_array(g)) for g in gradients], variables)
            return
        key = (self.settings_version, *map(id, variables))
        arrays = [g._array if type(g) is Tensor else as_array(g) for g in gradients]
        update = self._compiled.get(key)
        if update is None or not update.fits(arrays):  # tracing again names the variable that does not fit
            update = self._compiled[key] = self._compile(gradients, variables)
        update(arrays)

    def _present(self, gradients: list[Any], variables: list[Variable]) -> tuple[list[Any], list[Variable]]:
        """Those that have a gradient, after a warning about the others."""
        pairs = [(g, v) for g, v in zip(gradients, variables, strict=True) if g is not None]
        missing = [v.name for g, v in zip(gradients, variables, strict=True) if g is None]
        if not pairs:
            raise ValueError(
                f"No gradients provided for any variable: {missing}. The loss does not depend on them: "
                "was it computed inside the tape, from the variables, without leaving for NumPy?"
            )
        report(
            f"Gradients do not exist for variables {missing} when minimizing the loss. They are left as "
            "they are. If you use model.compile(), did you forget to give a loss?"
        )
        return [g for g, _ in pairs], [v for _, v in pairs]

    def _compile(self, gradients: list[Any], variables: list[Variable]) -> CompiledUpdate:
        """The whole update of `variables` as one compiled function of the gradients."""
        self._ensure_built(variables)
        slots = [v for v in self._variables if v.ndim]  # not iterations and learning rate, which others read
        return CompiledUpdate(
            lambda arrays: self._apply([Tensor(a) for a in arrays], variables),
            [as_array(g) for g in gradients],
            slots,
        )

    def _apply(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        gradients = [self._fitting(g, v) for g, v in zip(gradients, variables, strict=True)]
        if self.gradient_accumulation_steps:
            self._accumulate(gradients, variables)
        else:
            self._update(gradients, variables)
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        self._iterations.assign_add(1)

    def _fitting(self, gradient: Tensor, variable: Variable) -> Tensor:
        if tuple(gradient.shape) != tuple(variable.shape):
            raise ValueError(
                f"{type(self).__name__}: the gradient for the variable {variable.name!r} has shape "
                f"{tuple(gradient.shape)}, but the variable has shape {tuple(variable.shape)}. "
                "Are gradients and variables in the same order?"
            )
        gradient = ops.cast(gradient, variable.dtype)
        return gradient if not self.loss_scale_factor else gradient / self.loss_scale_factor

    def _update(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        rate = self._current_learning_rate()
        gradients = self._clipped(gradients)
        for variable in variables:
            decay = self._weight_decay_of(variable)
            if decay is not None and self._decays(variable):
                shrink = ops.cast(rate, variable.dtype) * decay
                variable.assign(variable.value - variable.value * shrink)
        for gradient, variable in zip(gradients, variables, strict=True):
            self.update_step(gradient, variable, rate)

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Change `variable` and its slots by one gradient: every optimizer defines it.

        Args:
            gradient: a tensor of the variable's shape and dtype.
            variable: what to assign to.
            learning_rate: a tensor without dimensions.

        Raises:
            NotImplementedError: the subclass does not define it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define update_step(self, gradient, variable, learning_rate)."
        )

    def _clipped(self, gradients: list[Tensor]) -> list[Any]:
        if self.clipvalue is not None:
            return [clip_by_bound(g, bound=self.clipvalue) for g in gradients]
        if self.clipnorm is not None:
            return [clip_by_own_norm(g, norm=self.clipnorm) for g in gradients]
        if self.global_clipnorm is not None:
            return clip_all_by_norm(gradients, self.global_clipnorm)
        return gradients

    def _accumulate(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        """Sum up gradients; at every n-th call update by their mean (computed always, kept then)."""
        steps = self.gradient_accumulation_steps
        assert steps is not None
        sums = [self.get_slot(v, "gradient_accumulator") for v in variables]
        for total, gradient in zip(sums, gradients, strict=True):
            total.assign_add(gradient)
        due = ops.equal((self._iterations + 1) % steps, 0)
        held = {id(v): (v, v.value) for v in (*variables, *self._variables)}
        self._update([total.value / steps for total in sums], variables)
        for total in sums:
            total.assign(ops.zeros_like(total))
        for variable, before in held.values():
            if variable is not self._iterations:
                variable.assign(ops.where(due, variable.value, before))

    # Weight decay, averages, loss scaling.

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Let variables keep their size.

        Args:
            var_list: the variables.
            var_names: patterns (`re.search`) of their names, such as 'bias'.

        Raises:
            ValueError: the optimizer is in use already.

        Example:
            >>> from unikeras.optimizers import AdamW
            >>> AdamW().exclude_from_weight_decay(var_names=["bias", "gamma"])
        """
        if self.built:
            raise ValueError(
                "exclude_from_weight_decay() must be called before the optimizer is built (its first use)."
            )
        self._undecayed = ({id(v) for v in var_list or ()}, list(var_names or ()))

    def _decays(self, variable: Variable) -> bool:
        ids, patterns = self._undecayed
        return id(variable) not in ids and not any(
            re.search(p, n) for p in patterns for n in (variable.name, variable.path)
        )

    def _weight_decay_of(self, variable: Variable) -> float | None:
        return self.weight_decay

    def _average(self) -> None:
        iterations = self.iterations
        for variable in self._trainable_variables:
            average = self.get_slot(variable, "average")
            average.assign(moving_average(average, variable, iterations, momentum=self.ema_momentum))
            if self.ema_overwrite_frequency:
                variable.assign(
                    overwritten(variable, average, iterations, frequency=self.ema_overwrite_frequency)
                )

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Set the variables to their moving averages, if these are kept; `fit` calls it at its end."""
        if self.use_ema:
            for variable in var_list:
                if id(variable) in self._index_dict:
                    variable.assign(self.get_slot(variable, "average").value)

    def scale_loss(self, loss: Any) -> Any:
        """`loss` times `loss_scale_factor`, if there is one."""
        return loss if not self.loss_scale_factor else loss * self.loss_scale_factor

    def stateless_apply(
        self, optimizer_variables: Sequence[Any], grads: Sequence[Any], trainable_variables: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """The update as a pure function of values (mirrors Keras 3): new (trainable, optimizer) values.

        Raises:
            ValueError: the optimizer is not built, or the values are not as many as its variables.
        """
        if not self.built:
            raise ValueError("stateless_apply: call build(variables) first.")
        own, trained = self._variables, self._trainable_variables
        known = [
            *given_values("stateless_apply", "trainable_variables", trained, trainable_variables),
            *given_values("stateless_apply", "optimizer_variables", own, optimizer_variables),
        ]
        _, *after = run_stateless(
            known,
            lambda: self._apply([Tensor(as_array(g)) for g in grads], trained),
            (trained, own),
            list(grads),
        )
        return after[0], after[1]

    # Saving.

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again, without its state."""
        config = {
            "name": self.name,
            "learning_rate": self._learning_rate_config(),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }
        return {**config, "decay": self.decay} if self.decay else config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The optimizer that a config of Keras 2 or 3 describes."""
        config = dict(config)
        for key in ("learning_rate", "lr"):
            if isinstance(config.get(key), dict):
                config[key] = schedules.deserialize(config[key], custom_objects)
            elif isinstance(config.get(key), str):  # a function, by its registered name
                config[key] = get_registered_object(config[key], custom_objects) or config[key]
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name!r}>"


def _differ(old: Any, new: Any) -> bool:
    """Whether a setting is another one now; what cannot be compared is."""
    if old is new:
        return False
    try:
        return bool(old != new)
    except Exception:
        return True
