"""Variables as arguments: `StatelessScope`, and what Keras 3's `stateless_*` methods share.

A training loop of the user's own, traced by the engine's own transformations (`jax.jit`, `jax.value_and_grad`), works on
arrays of the engine. What is given to it by unikeras while it is traced is such an array, not a `Tensor`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from unikeras import engine
from unikeras.core import nest
from unikeras.core.state import StateScope, thread, tracing
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = ["StatelessScope", "given_values", "plain", "run_stateless", "within_trace"]


def plain(value: Any) -> Any:
    """Tensors in `value` as the engine's arrays, where they are traced by a function that is not ours."""
    if thread.tracing:
        return value

    def leaf(one: Any) -> Any:
        return one._array if isinstance(one, Tensor) and engine.current().is_traced(one._array) else one

    return leaf(value) if isinstance(value, Tensor) else nest.map_structure(leaf, value)


@contextmanager
def within_trace(*values: Any) -> Iterator[None]:
    """Trace on, if one of `values` is traced by a function that is not ours: what is computed is part of its program."""
    F = engine.current()
    arrays = [v._array if isinstance(v, Tensor) else v for v in nest.flatten(values)]
    if thread.tracing or not any(F.owns(a) and F.is_traced(a) for a in arrays):
        yield
        return
    with tracing(F):
        yield


def given_values(
    owner: str, what: str, variables: Sequence[Variable], values: Any
) -> list[tuple[Variable, Any]]:
    """Pairs (variable, engine array) for values given one by one.

    Raises:
        ValueError: another number of values, or one of another shape.
    """
    values = list(values)
    if len(values) != len(variables):
        raise ValueError(
            f"{owner}: {what} must have one value for each of the {len(variables)} variables, in their order; "
            f"got {len(values)}."
        )
    return [(v, _fitting(owner, v, value)) for v, value in zip(variables, values, strict=True)]


def _fitting(owner: str, variable: Variable, value: Any) -> Any:
    array = as_array(value, variable._dtype)
    if tuple(array.shape) != tuple(variable.shape):
        raise ValueError(
            f"{owner}: the variable {variable.path!r} has shape {tuple(variable.shape)}, "
            f"but the value given for it has shape {tuple(array.shape)}."
        )
    return array


def run_stateless(
    known: list[tuple[Variable, Any]],
    function: Callable[[], Any],
    groups: Iterable[Sequence[Variable]],
    *others: Any,
) -> tuple[Any, ...]:
    """`function()` with variables reading as given: its result, and for each group the variables' values after it.

    Args:
        known: pairs (variable, engine array).
        function: what is run; what it assigns is not kept.
        groups: lists of variables among those known.
        *others: further values that the function uses, which may be traced.
    """
    with within_trace([array for _, array in known], others), StateScope(list(known)) as scope:
        result = function()
        after = [[Tensor(scope.value(v)) for v in group] for group in groups]
    return plain(result), *(plain(values) for values in after)


class StatelessScope(StateScope):
    """Inside it variables read from and write to the scope, and keep their values (mirrors `keras.StatelessScope`).

    Args:
        state_mapping: pairs (variable, value); a value has its variable's shape.
        collect_losses: whether losses that layers add are kept in `losses`.
        initialize_variables: accepted; variables have their values from the beginning.

    Raises:
        ValueError: a key that is no variable, or a value of another shape.

    Example:
        >>> from unikeras import keras
        >>> v = keras.Variable([1.0, 2.0])
        >>> with keras.StatelessScope([(v, [5.0, 6.0])]) as scope:
        ...     _ = v.assign(v + 1.0)
        >>> scope.get_current_value(v).numpy().tolist(), v.numpy().tolist()
        ([6.0, 7.0], [1.0, 2.0])
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        known = []
        for variable, value in state_mapping or ():
            if not isinstance(variable, Variable):
                raise ValueError(
                    f"StatelessScope: the keys of state_mapping are variables, not {variable!r}."
                )
            known.append((variable, _fitting("StatelessScope", variable, value)))
        super().__init__(known)
        self._given = [array for _, array in known]
        self.collect_losses = collect_losses
        self.losses: list[Any] = []

    def __enter__(self) -> StatelessScope:
        self._trace = within_trace(self._given)
        self._trace.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._trace.__exit__(*error)

    def add_loss(self, loss: Any) -> None:
        """Keep a loss in `losses`."""
        self.losses.append(loss)

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Let a variable read as a value: the pair (variable, value)."""
        variable, value = update
        self.write(variable, _fitting("StatelessScope", variable, value))

    def get_current_value(self, variable: Variable) -> Any:
        """What the variable reads as in the scope; `None` if the scope was given nothing and nothing was assigned."""
        key = id(variable)
        if key not in self._known and key not in self.written:
            return None
        return plain(Tensor(self._values[key]))


# In functions that an engine's own transformations trace, tensors and variables are arguments and results like arrays.
engine.adopt(Tensor, lambda tensor: [tensor._array], lambda arrays: Tensor(arrays[0]))
engine.adopt(Variable, lambda variable: [variable._read()], lambda arrays: Tensor(arrays[0]))
