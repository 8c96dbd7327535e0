"""A model's state as values: the loss as a pure function, and all variables as a tree (Keras 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.stateless import given_values, run_stateless
from unikeras.core.variable import Variable
from unikeras.utils.identify import close_matches

__all__ = ["StatelessModel"]

_FORMATS: dict[str, Callable[[Variable], Any]] = {
    "backend_tensor": lambda variable: variable.read_value(),
    "numpy_array": lambda variable: np.array(variable),
}


class StatelessModel:
    """The part of `Model` that shows its state as values."""

    # Given by `Model`.
    name: str
    trainable_variables: list[Variable]
    non_trainable_variables: list[Variable]
    metrics: list[Any]
    optimizer: Any
    compute_loss: Callable[..., Any]

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of all metrics, the loss's first; a compiled metric has them once it has seen data."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def stateless_compute_loss(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        metrics_variables: Any,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """`compute_loss` with given values of the variables; nothing is changed (mirrors Keras 3).

        Args:
            trainable_variables: a value for each of `trainable_variables`.
            non_trainable_variables: a value for each of `non_trainable_variables`.
            metrics_variables: a value for each of `metrics_variables`.
            x: the inputs.
            y: the targets.
            y_pred: the outputs.
            sample_weight: weights of the samples.
            training: as `compute_loss` has it.

        Returns:
            (loss, (trainable values, non-trainable values, metrics' values)), the values after the computation.

        Raises:
            ValueError: the values do not fit the variables.

        Example:
            >>> from unikeras import keras
            >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
            >>> model.compile(loss="mse")
            >>> loss, state = model.stateless_compute_loss(
            ...     model.trainable_variables, [], model.metrics_variables, y=[[1.0]], y_pred=[[3.0]])
            >>> float(loss), [len(part) for part in state]
            (4.0, [2, 0, 2])
        """
        where = f"stateless_compute_loss of {self.name!r}"
        groups = (self.trainable_variables, self.non_trainable_variables, self.metrics_variables)
        given = (trainable_variables, non_trainable_variables, metrics_variables)
        names = ("trainable_variables", "non_trainable_variables", "metrics_variables")
        known = [
            pair
            for name, group, values in zip(names, groups, given, strict=True)
            for pair in given_values(where, name, group, values)
        ]
        loss, *after = run_stateless(
            known,
            lambda: self._loss_of(*map(_as_tensors, (x, y, y_pred, sample_weight)), training),  # type: ignore[attr-defined]
            groups,
            (x, y, y_pred, sample_weight),
        )
        return loss, tuple(after)

    # All variables as a tree.

    def _state_groups(self) -> dict[str, list[Variable]]:
        optimizer = self.__dict__.get("optimizer")
        return {
            "trainable_variables": self.trainable_variables,
            "non_trainable_variables": self.non_trainable_variables,
            "optimizer_variables": [] if optimizer is None else list(optimizer.variables),
            "metrics_variables": self.metrics_variables,
        }

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The values of all variables as nested dicts, by the parts of their paths (mirrors Keras 3).

        Args:
            value_format: 'backend_tensor' or 'numpy_array'.

        Returns:
            A dict of 'trainable_variables', 'non_trainable_variables', 'optimizer_variables' and 'metrics_variables'.

        Raises:
            ValueError: an unknown format.

        Example:
            >>> from unikeras import keras
            >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="out")], name="net")
            >>> tree = model.get_state_tree("numpy_array")
            >>> tree["trainable_variables"]["net"]["out"]["bias"].tolist()
            [0.0]
        """
        if value_format not in _FORMATS:
            raise ValueError(
                f"get_state_tree: value_format must be one of {sorted(_FORMATS)}, not {value_format!r}."
            )
        tree: dict[str, Any] = {}
        for group, variables in self._state_groups().items():
            tree[group] = {}
            for keys, variable in zip(self._tree_paths(variables), variables, strict=True):
                place = tree[group]
                for key in keys[:-1]:
                    place = place.setdefault(key, {})
                place[keys[-1]] = _FORMATS[value_format](variable)
        return tree

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Set variables from a tree such as `get_state_tree` gives; what it does not name stays as it is.

        Raises:
            ValueError: a name that is no variable's; nothing is set then.
        """
        assignments: list[tuple[Variable, Any]] = []
        groups = self._state_groups()
        for group, branch in state_tree.items():
            if group not in groups:
                raise ValueError(
                    f"set_state_tree of {self.name!r}: unknown group {group!r}. {close_matches(group, groups)}"
                )
            variables = dict(zip(self._tree_paths(groups[group]), groups[group], strict=True))
            for keys, value in _leaves(branch, ()):
                if keys not in variables:
                    path, known = "/".join(keys), ["/".join(k) for k in variables]
                    raise ValueError(
                        f"set_state_tree of {self.name!r}: {group} has no {path!r}. {close_matches(path, known)}"
                    )
                assignments.append((variables[keys], value))
        for variable, value in assignments:
            variable.assign(value)

    def _tree_paths(self, variables: list[Variable]) -> list[tuple[str, ...]]:
        """The places of variables in the tree: the parts of their paths, numbered where two would be the same."""
        found: list[tuple[str, ...]] = []
        layers = {id(v): layer for layer in self._flatten_layers() for v in layer._own_variables()}  # type: ignore[attr-defined]
        for variable in variables:
            parts = tuple(variable.path.replace(":0", "").split("/"))
            owner = layers.get(id(variable))
            if owner is not None and owner is not self and parts[0] != self.name:
                parts = (self.name, *parts)
            keys, count = parts, 0
            while keys in found:
                count += 1
                keys = (*parts[:-1], f"{parts[-1]}_{count}")
            found.append(keys)
        return found


def _as_tensors(value: Any) -> Any:
    from unikeras.losses.loss import as_tensors

    return None if value is None else as_tensors(value)


def _leaves(branch: Any, keys: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
    if not isinstance(branch, dict):
        return [(keys, branch)]
    return [leaf for key, inner in branch.items() for leaf in _leaves(inner, (*keys, key))]
