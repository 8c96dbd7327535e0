"""`LossScaleOptimizer`: keeps the gradients of float16 models in range by scaling the loss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.core.strict import report
from unikeras.core.tape import GradientTape
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer

__all__ = ["LossScaleOptimizer"]

_INITIAL_SCALE = 2.0**15
_GROWTH_STEPS = 2000
_SMALLEST = 1.0


class LossScaleOptimizer(Optimizer):
    """An optimizer for a loss that is multiplied by a scale (Micikevicius et al., 2018).

    In float16 small gradients would be 0 and large ones infinite. So the loss is multiplied by a scale, and the
    gradients are divided by it before `inner_optimizer` gets them. A dynamic scale is doubled after
    `dynamic_growth_steps` steps of finite gradients in a row; a step with a gradient that is not finite is skipped and
    halves it. All of it happens inside the compiled step. `Model.compile` wraps the optimizer by itself when the model's
    dtype policy is 'mixed_float16'.

    Mirrors `keras.optimizers.LossScaleOptimizer` and tf.keras 2's `keras.mixed_precision.LossScaleOptimizer`. In a loop of
    one's own either spelling works: `scale_loss` before and `apply` after (Keras 3), or `get_scaled_loss`,
    `get_unscaled_gradients`, `apply_gradients` (tf.keras 2). Skipped steps do not count in `iterations`, as in Keras 3.

    Args:
        inner_optimizer: the optimizer.
        initial_scale: the scale at first, 2**15 if `None`; a bool is taken for tf.keras 2's `dynamic`.
        dynamic_growth_steps: after how many steps without overflow the scale is doubled, 2000 if `None`.
        name: the optimizer's name.
        dynamic: whether the scale changes; if not, `initial_scale` is needed, and no step is skipped.

    Raises:
        TypeError: `inner_optimizer` is not an optimizer, or is a `LossScaleOptimizer` itself.
        ValueError: a scale or number of steps that is not positive; a fixed scale without its value.

    Example:
        >>> import unikeras as tf
        >>> w = tf.Variable(1.0)
        >>> optimizer = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD(0.5), initial_scale=8.0)
        >>> with tf.GradientTape() as tape:
        ...     loss = optimizer.scale_loss(w * 3.0)
        >>> float(loss)
        24.0
        >>> optimizer.apply(tape.gradient(loss, [w]), [w])
        >>> float(w)
        -0.5
        >>> optimizer.apply([float("inf")], [w])
        >>> float(w), float(optimizer.loss_scale)
        (-0.5, 4.0)
    """

    def __init__(
        self,
        inner_optimizer: Any,
        initial_scale: float | None = None,
        dynamic_growth_steps: int | None = None,
        name: str | None = None,
        dynamic: bool = True,
        **kwargs: Any,
    ) -> None:
        if isinstance(initial_scale, bool):  # tf.keras 2's order of arguments
            dynamic, initial_scale = initial_scale, None
        if isinstance(inner_optimizer, LossScaleOptimizer) or not isinstance(inner_optimizer, Optimizer):
            raise TypeError(
                f"LossScaleOptimizer: inner_optimizer must be an optimizer such as keras.optimizers.Adam(), not {inner_optimizer!r}."
            )
        super().__init__(0.0, name=name, **kwargs)
        if not dynamic and initial_scale is None:
            raise ValueError('LossScaleOptimizer: "initial_scale" must be specified if "dynamic" is False.')
        for what, value in (("initial_scale", initial_scale), ("dynamic_growth_steps", dynamic_growth_steps)):
            if value is not None and not value > 0:
                raise ValueError(f"LossScaleOptimizer: {what} must be positive, not {value!r}.")
        self.inner_optimizer = inner_optimizer
        self.dynamic = bool(dynamic)
        self.initial_scale = float(_INITIAL_SCALE if initial_scale is None else initial_scale)
        self.dynamic_growth_steps = int(dynamic_growth_steps or _GROWTH_STEPS) if dynamic else None
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable((), self.initial_scale, "float32", name="dynamic_scale")
        self._own = len(self._variables)
        # Who divides the gradients: `apply` (Keras 3), the program (tf.keras 2), or nobody yet knows.
        self.__dict__["_divides"] = None

    # The loss and its gradients.

    @property
    def loss_scale(self) -> Any:
        """The present scale, a tensor."""
        return self.dynamic_scale.value

    @property
    def dynamic_counter(self) -> Any:
        """The number of steps since the scale changed; `None` if it is fixed."""
        return self.step_counter if self.dynamic else None

    def scale_loss(self, loss: Any) -> Any:
        """`loss` times the scale; from now on `apply` divides gradients by it (Keras 3)."""
        self.__dict__["_divides"] = True
        return self._times_scale(loss)

    def get_scaled_loss(self, loss: Any) -> Any:
        """`loss` (or the loss that a function gives) times the scale (tf.keras 2); divide with `get_unscaled_gradients`."""
        self.__dict__["_divides"] = False
        if callable(loss) and not isinstance(loss, (Tensor, Variable)):
            return lambda: self.get_scaled_loss(loss())
        return self._times_scale(loss)

    def _times_scale(self, loss: Any) -> Any:
        loss = loss if hasattr(loss, "dtype") else ops.constant(loss)
        return loss * ops.cast(self.dynamic_scale, loss.dtype)

    def get_unscaled_gradients(self, grads: Iterable[Any]) -> list[Any]:
        """Gradients of a scaled loss divided by the scale, for `apply_gradients` (tf.keras 2); `None`s stay."""
        self.__dict__["_divides"] = False
        return self._divided(grads)

    def _divided(self, gradients: Iterable[Any]) -> list[Any]:
        factor = 1.0 / self.dynamic_scale.value
        return [None if g is None else g * ops.cast(factor, g.dtype) for g in gradients]

    def compute_gradients(
        self, loss: Any, var_list: Any, tape: GradientTape | None = None, grad_loss: Any = None
    ) -> list[tuple[Any, Variable]]:
        """The pairs (gradient of the scaled loss, variable); arguments as those of `minimize`."""
        if callable(loss) and not isinstance(loss, (Tensor, Variable)):
            function = loss
            return super().compute_gradients(lambda: self.scale_loss(function()), var_list, tape, grad_loss)
        if tape is not None:
            with tape:
                loss = self.scale_loss(loss)
        return super().compute_gradients(loss, var_list, tape, grad_loss)

    # Applying gradients.

    def create_slots(self, variables: list[Variable]) -> None:
        """Let the inner optimizer make its state."""
        self.inner_optimizer.build(variables)
        self._variables[self._own :] = self.inner_optimizer.variables

    def apply(self, grads: Iterable[Any], trainable_variables: Iterable[Variable] | None = None) -> None:
        """Update the variables by gradients of the scaled loss, or leave them if one is not finite.

        Raises:
            ValueError: as `Optimizer.apply`.
        """
        gradients = list(grads)
        divides = self.__dict__["_divides"]
        if divides is None:
            report(
                f"{self.name}: gradients are applied, but the loss was never scaled, so they are taken as they are and small "
                "ones of float16 may have been 0. Use `scale_loss(loss)` (or `get_scaled_loss` and "
                "`get_unscaled_gradients`) before differentiating."
            )
            self.__dict__["_divides"] = False
        super().apply(
            self._divided(map(_as_tensor, gradients)) if divides else gradients, trainable_variables
        )

    def _apply(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        if not self.dynamic:
            self.inner_optimizer.apply(gradients, variables)
            self._iterations.assign_add(1)
            return
        finite = all_finite(*gradients)
        held = [
            (v, v.value) for v in {id(v): v for v in (*variables, *self.inner_optimizer.variables)}.values()
        ]
        self.inner_optimizer.apply(gradients, variables)
        for variable, before in held:
            variable.assign(ops.where(finite, variable.value, before))
        self._iterations.assign_add(ops.cast(finite, self._iterations.dtype))
        scale, count = adapted(
            finite, self.dynamic_scale, self.step_counter, growth_steps=self.dynamic_growth_steps
        )
        self.dynamic_scale.assign(scale)
        self.step_counter.assign(count)

    # What is the inner optimizer's.

    @property
    def learning_rate(self) -> Any:
        """The inner optimizer's learning rate."""
        inner = self.__dict__.get("inner_optimizer")
        return self._learning_rate if inner is None else inner.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    def get_slot(self, var: Variable, slot_name: str) -> Variable:
        """The inner optimizer's state called `slot_name` that belongs to `var`."""
        return self.inner_optimizer.get_slot(var, slot_name)

    def get_slot_names(self) -> list[str]:
        """The names of what the inner optimizer keeps for each variable."""
        return self.inner_optimizer.get_slot_names()

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Let variables keep their size; see `Optimizer`."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Set the variables to their moving averages, if the inner optimizer keeps these."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def __getattr__(self, name: str) -> Any:
        inner = self.__dict__.get("inner_optimizer")
        if inner is None or name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(inner, name)

    # Saving.

    def get_config(self) -> dict[str, Any]:
        """What the constructor needs to make this optimizer again, without its state."""
        from unikeras.optimizers.identify import serialize

        config = {
            "name": self.name,
            "inner_optimizer": serialize(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }
        return config if self.dynamic else {**config, "dynamic": False}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The optimizer that a config of Keras 2 or 3 describes."""
        from unikeras.optimizers.identify import deserialize

        config = dict(config)
        inner = config.pop("inner_optimizer")
        if isinstance(inner, dict):
            inner = deserialize(inner, custom_objects)
        return cls(inner, **config)


def _as_tensor(gradient: Any) -> Any:
    return gradient if gradient is None or hasattr(gradient, "dtype") else ops.constant(gradient)


@op
def all_finite(F, *gradients):
    """Whether no entry of any gradient is inf or nan."""
    found = F.all(F.isfinite(gradients[0]))
    for gradient in gradients[1:]:
        found = found & F.all(F.isfinite(gradient))
    return found


@op
def adapted(F, finite, scale, count, *, growth_steps):
    """The scale and the count of good steps after one whose gradients are `finite`, or not."""
    full = count + 1 >= growth_steps
    doubled = F.where(F.isfinite(2 * scale), 2 * scale, scale)
    halved = F.where(scale / 2 > _SMALLEST, scale / 2, F.full_like(scale, _SMALLEST))
    grown = F.where(full, F.zeros_like(count), count + 1)
    return (
        F.where(finite, F.where(full, doubled, scale), halved),
        F.where(finite, grown, F.zeros_like(count)),
    )
