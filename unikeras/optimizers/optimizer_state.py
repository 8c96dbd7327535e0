"""`OptimizerState`: an optimizer's variables: making, finding, copying, saving them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import deferred, dtypes
from unikeras.core.module import Module
from unikeras.core.strict import report
from unikeras.core.variable import Variable, init_scope
from unikeras.utils.identify import close_matches

__all__ = ["OptimizerState", "VariableList"]


class VariableList(list):
    """A list that may be called: `optimizer.variables` or, as before Keras 2.11, `optimizer.variables()`."""

    def __call__(self) -> VariableList:
        """The list itself."""
        return self


engine.adopt(VariableList, list, list)  # an argument of functions that the engine's transformations trace


class OptimizerState(Module):
    """The part of an optimizer that keeps variables; `Optimizer` derives from it.

    Their order is that of Keras 3, since `.keras` files store them by position.

    Args:
        name: the optimizer's name.
    """

    _untracked = frozenset(
        {"_variables", "_trainable_variables", "_slots", "_index_dict", "_compiled", "_undecayed"}
    )

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.built = False
        self._variables = VariableList()
        self._trainable_variables: list[Variable] = []
        self._index_dict: dict[int, int] = {}  # id(trainable variable) -> its position
        self._slots: dict[str, list[Variable]] = {}

    def __getstate__(self) -> dict[str, Any]:
        for variable in self._variables:
            variable._shared = True  # a copy made of this state holds the same arrays
        return {**self.__dict__, "_compiled": {}, "_children_kept": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._index_dict = {id(v): i for i, v in enumerate(self._trainable_variables)}

    @property
    def variables(self) -> VariableList:
        """The optimizer's own variables: iterations, learning rate, averages, then the algorithm's."""
        return VariableList(self._variables)

    weights = variables

    def _own_variables(self) -> list[Variable]:
        return self._variables

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: Any = None,
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable of the optimizer's state.

        Args:
            shape: its shape.
            initializer: 'zeros', 'ones', a number, or a function of shape and dtype.
            dtype: its type; `floatx()` if `None`.
            aggregation: accepted.
            layout: accepted.
            name: its name.

        Raises:
            ValueError: an unknown initializer.
        """
        dtype = dtypes.as_dtype(dtype or dtypes.floatx())
        initializer = (
            {"zeros": 0.0, "ones": 1.0}.get(initializer, initializer)
            if isinstance(initializer, str)
            else initializer
        )
        if isinstance(initializer, (int, float)):
            value: Any = np.full(tuple(shape), initializer, dtype.np_dtype)
        elif callable(initializer):
            value = initializer(tuple(shape), dtype=dtype.name)
        else:
            raise ValueError(
                f"add_variable: initializer must be 'zeros', 'ones', a number or a function, "
                f"not {initializer!r}."
            )
        name = name or "variable"
        made = Variable(value, trainable=False, dtype=dtype, name=name, path=f"{self.name}/{name}")
        self._variables.append(made)
        return made

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A new variable of the shape and dtype of `reference_variable`, called '<its path>_<name>'."""
        full = f"{reference_variable.path}_{name or 'slot'}".replace("/", "_").replace(":0", "")
        return self.add_variable(reference_variable.shape, initializer, reference_variable.dtype, name=full)

    def add_optimizer_variables(
        self, trainable_variables: Iterable[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """A new variable like each of `trainable_variables` (mirrors Keras 3).

        Args:
            trainable_variables: what the new variables have the shapes and dtypes of.
            name: what they are called; of several names, one list of variables is made for each.
            initializer: as `add_variable` has it; of several names, one or a list of them.

        Returns:
            A list of variables; for several names, a tuple of lists.

        Raises:
            ValueError: not as many initializers as names.

        Example:
            >>> import unikeras as tf
            >>> optimizer = tf.keras.optimizers.SGD()
            >>> [v.shape for v in optimizer.add_optimizer_variables([tf.Variable([1.0, 2.0])], "velocity")]
            [TensorShape([2])]
        """
        variables = list(trainable_variables)
        names = [name] if isinstance(name, str) else list(name)
        starts = list(initializer) if isinstance(initializer, (list, tuple)) else [initializer] * len(names)
        if len(starts) != len(names):
            raise ValueError(f"add_optimizer_variables: {len(starts)} initializers for {len(names)} names.")
        made: tuple[list[Variable], ...] = tuple([] for _ in names)
        for variable in variables:
            for group, label, start in zip(made, names, starts, strict=True):
                group.append(self.add_variable_from_reference(variable, label, start))
        return made[0] if isinstance(name, str) else made

    def assign(self, variable: Variable, value: Any) -> None:
        """Set a variable; what a subclass's `update_step` may call instead of `variable.assign` (mirrors Keras 3)."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def add_slots(self, variables: Iterable[Variable], *names: str, initializer: Any = "zeros") -> None:
        """For each of `variables` that has none yet, a variable like it for each name; read them with `get_slot`."""
        for variable in variables:
            for name in names:
                if len(self._slots.setdefault(name, [])) > self._get_variable_index(variable):
                    continue
                self._slots[name].append(self.add_variable_from_reference(variable, name, initializer))

    def get_slot(self, var: Variable, slot_name: str) -> Variable:
        """The state called `slot_name` that belongs to `var` (mirrors tf.keras).

        Raises:
            ValueError: the optimizer does not keep it.
        """
        index = self._get_variable_index(var)
        if slot_name not in self._slots:  # a setting may ask for it since a moment ago, such as momentum
            self._make_slots(self._trainable_variables)
        if slot_name not in self._slots:
            raise ValueError(
                f"{type(self).__name__} keeps no {slot_name!r}. {close_matches(slot_name, self._slots)}"
            )
        return self._slots[slot_name][index]

    def get_slot_names(self) -> list[str]:
        """The names of what is kept for each variable."""
        return list(self._slots)

    def _get_variable_index(self, variable: Variable) -> int:
        index = self._index_dict.get(id(variable))
        if index is None:
            raise ValueError(
                f"Unknown variable {variable.name!r}: this optimizer was built for "
                f"{', '.join(repr(v.name) for v in self._trainable_variables) or 'no variables yet'}."
            )
        return index

    def create_slots(self, variables: list[Variable]) -> None:
        """Make the state for `variables`, each given once: override it and call `add_slots`."""

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the state for those of `variables` that are new to the optimizer."""
        new = [v for v in variables if id(v) not in self._index_dict]
        if not new and self.built:
            return
        self.built = True
        for variable in new:
            self._index_dict[id(variable)] = len(self._trainable_variables)
            self._trainable_variables.append(variable)
        self._make_slots(new)

    def _make_slots(self, variables: list[Variable]) -> None:
        with init_scope():
            self._create_shared_slots(variables)
            self.create_slots(variables)
        if deferred.expected:
            deferred.arrived(self)

    def _create_shared_slots(self, variables: list[Variable]) -> None:
        """Make the state that any optimizer may have, before its own."""

    def _ensure_built(self, variables: list[Variable]) -> None:
        if self.built and all(id(v) in self._index_dict for v in variables):
            return
        if self.built and type(self).build is not OptimizerState.build:
            missing = [v.name for v in variables if id(v) not in self._index_dict]
            raise ValueError(
                f"{type(self).__name__} was built for other variables than {missing}. "
                "Make a new optimizer for them, or define create_slots instead of build."
            )
        self.build(variables)

    # Saving.

    def get_weights(self) -> list[np.ndarray]:
        """The values of `variables` as NumPy arrays."""
        return [np.array(v) for v in self._variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the values of `variables`.

        Raises:
            ValueError: another number of values, or one of another shape; nothing is set then.
        """
        if len(weights) != len(self._variables):
            state = "" if self.built else " It is not built yet: call build(variables) first."
            raise ValueError(
                f"{self.name}: {len(weights)} values for the optimizer's {len(self._variables)} variables."
                + state
            )
        for variable, value in zip(self._variables, weights, strict=True):
            if tuple(np.shape(value)) != tuple(variable.shape):
                raise ValueError(
                    f"{self.name}: a value of shape {np.shape(value)} for the variable "
                    f"{variable.name!r} of shape {tuple(variable.shape)}."
                )
        for variable, value in zip(self._variables, weights, strict=True):
            variable.assign(np.asarray(value))

    def save_own_variables(self, store: dict[str, Any]) -> None:
        """Put the values of `variables` into `store` under '0', '1' ..., as `.keras` files have them."""
        for index, variable in enumerate(self._variables):
            store[str(index)] = np.array(variable)

    def load_own_variables(self, store: dict[str, Any]) -> None:
        """Take the values of `variables` from `store`; if their number differs, warn and take none.

        Raises:
            ValueError: a value has another shape than its variable.
        """
        if len(store.keys()) != len(self._variables):
            report(
                f"Skipping the variables of the optimizer {self.name!r}: it has {len(self._variables)}, "
                f"the saved one {len(store.keys())}. It starts afresh."
            )
            return
        self.set_weights([np.asarray(store[str(index)]) for index in range(len(self._variables))])
