"""`MultiOptimizer`: different variables under different optimizers; `OptimizerMap`: which one by a variable's path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from unikeras.core.module import Module
from unikeras.core.strict import report
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable
from unikeras.optimizers.optimizer import Optimizer

__all__ = ["MultiOptimizer", "OptimizerMap"]


class OptimizerMap(MutableMapping):
    """Patterns of variables' paths, and the optimizer of each (mirrors `keras.optimizers.OptimizerMap`).

    Args:
        default_optimizer: the optimizer of variables that no pattern fits.
        optimizer_map: pattern -> optimizer; a pattern must fit a whole path (`re.fullmatch`), or what is left of it without its
            first parts: 'head/.*' fits 'head/kernel' and 'model/head/kernel'.

    Raises:
        ValueError: a pattern is there already, a value is no optimizer, or two patterns fit one variable.

    Example:
        >>> from unikeras.optimizers import SGD, Adam
        >>> chosen = OptimizerMap(SGD(0.1), {"encoder/.*": Adam()})
        >>> type(chosen["encoder/kernel"]).__name__, type(chosen["head/kernel"]).__name__
        ('Adam', 'SGD')
    """

    def __init__(self, default_optimizer: Any, optimizer_map: dict[str, Any] | None = None) -> None:
        self.default_optimizer = _checked(default_optimizer)
        self._map: dict[str, Any] = {}
        self.update(optimizer_map or {})

    def __getitem__(self, path: str) -> Any:
        if path in self._map:
            return self._map[path]
        fitting = [pattern for pattern in self._map if _fits(pattern, path)]
        if len(fitting) > 1:
            raise ValueError(
                f"OptimizerMap: the variable {path!r} is fitted by several patterns: {', '.join(map(repr, fitting))}."
            )
        return self._map[fitting[0]] if fitting else self.default_optimizer

    def __setitem__(self, pattern: str, optimizer: Any) -> None:
        if pattern in self._map:
            raise ValueError(f"OptimizerMap: the pattern {pattern!r} already has an optimizer.")
        self._map[pattern] = _checked(optimizer)

    def __delitem__(self, pattern: str) -> None:
        del self._map[pattern]

    def __len__(self) -> int:
        return len(self._map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __call__(self, variable: Variable) -> Any:
        """The optimizer of a variable."""
        return self[variable.path]

    def optimizers(self) -> list[Any]:
        """All optimizers, the default one last."""
        return [*self._map.values(), self.default_optimizer]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the map again."""
        from unikeras.optimizers.identify import serialize

        return {
            "default_optimizer": serialize(self.default_optimizer),
            "optimizer_map": {pattern: serialize(one) for pattern, one in self._map.items()},
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> OptimizerMap:
        """The map that a config describes."""
        from unikeras.optimizers.identify import deserialize

        patterns = (config.get("optimizer_map") or {}).items()
        return cls(
            deserialize(config["default_optimizer"], custom_objects),
            {pattern: deserialize(one, custom_objects) for pattern, one in patterns},
        )


class MultiOptimizer(Optimizer):
    """Gives each variable to one of several optimizers (mirrors `keras.optimizers.MultiOptimizer`).

    Args:
        optimizer_map: an `OptimizerMap`; or a function from a variable to its optimizer; or, as in TensorFlow Addons, a list of pairs
            (optimizer, what is its own), where the latter is a layer, a variable, a pattern of paths, or a list of those.
        loss_scale_factor: what `scale_loss` multiplies the loss by and gradients are divided by.
        name: the optimizer's name.
        optimizers_and_layers: the list of pairs, under Addons' name.

    Raises:
        ValueError: a variable has no optimizer, or more than one.
        AttributeError: `learning_rate` is asked for: each of `optimizers` has its own.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.layers.Dense(4, name="body"), keras.layers.Dense(1, name="head")])
        >>> chosen = [(keras.optimizers.SGD(0.01), model.layers[0]), (keras.optimizers.Adam(0.1), model.layers[1])]
        >>> model.compile(MultiOptimizer(chosen), "mse")
        >>> _ = model.fit([[1.0, 2.0]], [[1.0]], verbose=0)
        >>> [len(one.variables) for one in model.optimizer.optimizers]
        [2, 6]
    """

    _untracked = Optimizer._untracked | {"_optimizers", "_optimizer_of", "_choice"}

    def __init__(
        self,
        optimizer_map: Any = None,
        loss_scale_factor: float | None = None,
        name: str | None = None,
        optimizers_and_layers: Any = None,
    ) -> None:
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        choice = optimizers_and_layers if optimizer_map is None else optimizer_map
        if isinstance(choice, (list, tuple)) and choice:
            choice = _Pairs(choice)
        if not callable(choice):
            raise ValueError(
                "MultiOptimizer takes an OptimizerMap, a function from a variable to its optimizer, or a list of "
                f"(optimizer, layers) pairs, not {choice!r}."
            )
        self._choice: Any = choice
        self._optimizers: list[Any] = []
        self._optimizer_of: list[Any] = []  # for each variable

    @property
    def optimizers(self) -> list[Any]:
        """The optimizers, in the order of the map or the pairs; of a function, in the order of their first variables."""
        return list(self._optimizers)

    @property
    def settings_version(self) -> int:
        """A number that grows when a setting of an optimizer is changed."""
        return super().settings_version + sum(one.settings_version for one in self._optimizers)

    @property
    def learning_rate(self) -> Any:
        """There is none.

        Raises:
            AttributeError: always.
        """
        raise AttributeError(
            "A MultiOptimizer has no learning_rate: every one of its `optimizers` has its own."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        raise AttributeError("A MultiOptimizer has no learning_rate: set that of one of its `optimizers`.")

    def create_slots(self, variables: list[Variable]) -> None:
        """Choose the optimizers of variables, and let these make their state."""
        known = len(self._optimizer_of)
        chosen = [_checked(self._choice(v)) for v in self._trainable_variables[known:]]
        self._optimizer_of += chosen
        if isinstance(self._choice, OptimizerMap):
            paths = [v.path for v in self._trainable_variables]
            idle = [p for p in self._choice if not any(_fits(p, path) for path in paths)]
            if idle:
                report(
                    f"MultiOptimizer: the pattern {idle[0]!r} fits no variable; there are {', '.join(paths[:8])}."
                )
        everyone = self._choice.optimizers() if hasattr(self._choice, "optimizers") else self._optimizer_of
        self._optimizers[:] = {id(one): one for one in [*self._optimizers, *everyone]}.values()
        for one in self._optimizers:
            one.build(
                v for v, of in zip(self._trainable_variables, self._optimizer_of, strict=True) if of is one
            )
        self._variables[2:] = [v for one in self._optimizers for v in one.variables]

    def _apply(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        pairs = [(self._fitting(g, v), v) for g, v in zip(gradients, variables, strict=True)]
        for one in self._optimizers:
            share = [(g, v) for g, v in pairs if self._optimizer_of[self._get_variable_index(v)] is one]
            if share:
                one._apply([g for g, _ in share], [v for _, v in share])
        self._iterations.assign_add(1)

    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> None:
        """Not here.

        Raises:
            NotImplementedError: always; each of the optimizers has this method.
        """
        raise NotImplementedError(
            "MultiOptimizer.exclude_from_weight_decay is not available: call it on the optimizers that you give to it."
        )

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Set variables to their moving averages, where their optimizers keep these."""
        variables = list(var_list)
        for one in self._optimizers:
            one.finalize_variable_values(variables)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs; pairs become a map of the variables' paths.

        Raises:
            ValueError: there are pairs, and the optimizer is not built.
        """
        from unikeras.saving.serialize import serialize_keras_object

        choice = self._choice
        if isinstance(choice, _Pairs):
            choice = choice.as_map(self._trainable_variables)
        named: Any = {"module": "keras.optimizers", "class_name": "OptimizerMap", "registered_name": None}
        if isinstance(choice, OptimizerMap):
            named["config"] = choice.get_config()
        else:
            named = serialize_keras_object(choice)
        return {"optimizer_map": named, "loss_scale_factor": self.loss_scale_factor, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The optimizer that a config describes."""
        from unikeras.saving.serialize import deserialize_keras_object

        choice = config["optimizer_map"]
        if isinstance(choice, dict) and choice.get("class_name") == "OptimizerMap":
            choice = OptimizerMap.from_config(choice["config"], custom_objects)
        else:
            choice = deserialize_keras_object(choice, custom_objects)
        return cls(**{**config, "optimizer_map": choice})


class _Pairs:
    """The optimizer of a variable by a list of (optimizer, layers, variables or patterns)."""

    def __init__(self, pairs: Iterable[Any]) -> None:
        self._pairs: list[tuple[Any, list[Any]]] = []
        for pair in pairs:
            if not (isinstance(pair, (list, tuple)) and len(pair) == 2):
                raise ValueError(f"MultiOptimizer: expected (optimizer, layers) pairs, got {pair!r}.")
            owned = pair[1] if isinstance(pair[1], (list, tuple)) else [pair[1]]
            for item in owned:
                if not isinstance(item, (str, Variable, Module)):
                    raise ValueError(f"MultiOptimizer: {item!r} is no layer, variable or pattern of paths.")
            self._pairs.append((_checked(pair[0]), list(owned)))

    def optimizers(self) -> list[Any]:
        return [one for one, _ in self._pairs]

    def __call__(self, variable: Variable) -> Any:
        found = {id(one): one for one, owned in self._pairs if any(_owns(item, variable) for item in owned)}
        if len(found) != 1:
            raise ValueError(
                f"MultiOptimizer: the variable {variable.path!r} has {'several optimizers' if found else 'no optimizer'}; "
                "every trainable variable needs one. Give (optimizer, layers) pairs that have each layer once."
            )
        return next(iter(found.values()))

    def as_map(self, variables: list[Variable]) -> OptimizerMap:
        """The same choice by the paths of variables."""
        if not variables:
            raise ValueError(
                "MultiOptimizer.get_config: the optimizer must be built first, for its variables' paths."
            )
        ordered = list({id(one): one for one in self.optimizers()}.values())
        patterns: dict[str, Any] = {}
        for one in ordered[:-1]:
            paths = [re.escape(v.path) for v in variables if self(v) is one]
            patterns["|".join(paths)] = one
        return OptimizerMap(ordered[-1], patterns)


def _fits(pattern: str, path: str) -> bool:
    parts = path.split("/")
    return any(re.fullmatch(pattern, "/".join(parts[i:])) for i in range(len(parts)))


def _owns(item: Any, variable: Variable) -> bool:
    if isinstance(item, str):
        return _fits(item, variable.path)
    return item is variable if isinstance(item, Variable) else any(v is variable for v in item.variables)


def _checked(optimizer: Any) -> Any:
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"Expected an optimizer such as keras.optimizers.Adam(), got {optimizer!r}.")
    return optimizer
