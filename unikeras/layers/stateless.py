"""A layer as a pure function of its variables' values (Keras 3's stateless API)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from unikeras.core.stateless import given_values, run_stateless

if TYPE_CHECKING:
    from unikeras.layers.layer import Layer

__all__ = ["StatelessLayer"]


class StatelessLayer:
    """The part of `Layer` that a training loop of pure functions calls."""

    # Given by `Layer`.
    name: str
    built: bool
    trainable_variables: list[Any]
    non_trainable_variables: list[Any]
    _flatten_layers: Callable[[], Iterator[Layer]]

    def stateless_call(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the layer with given values of its variables; nothing is changed (mirrors Keras 3).

        Args:
            trainable_variables: a value for each of `trainable_variables`: tensors, arrays of the engine or of NumPy, variables.
            non_trainable_variables: a value for each of `non_trainable_variables`, the states of random numbers among them.
            *args: what the layer is called with.
            return_losses: whether the losses that layers and regularizers add are returned too.
            **kwargs: likewise by keyword.

        Returns:
            (outputs, the non-trainable variables' values after the call) and, if asked for, a list of losses. In a function that
            `jax.jit` or `jax.grad` traces they are the engine's own arrays, otherwise tensors.

        Raises:
            ValueError: the layer is not built, or the values do not fit its variables.

        Example:
            >>> from unikeras import keras
            >>> layer = keras.layers.Dense(1)
            >>> layer.build((None, 2))
            >>> y, _ = layer.stateless_call([[[1.0], [2.0]], [0.5]], [], [[1.0, 1.0]])
            >>> y.numpy().tolist(), float(layer.bias[0])
            ([[3.5]], 0.0)
        """
        if not self.built:
            raise ValueError(
                f"stateless_call: the layer {self.name!r} ({type(self).__name__}) has no variables yet; "
                "call it on data, or build(input_shape), first."
            )
        where = f"stateless_call of {self.name!r}"
        trained, others = self.trainable_variables, self.non_trainable_variables
        known = [
            *given_values(where, "trainable_variables", trained, trainable_variables),
            *given_values(where, "non_trainable_variables", others, non_trainable_variables),
        ]

        def run() -> tuple[Any, list[Any]]:
            try:
                outputs = self(*args, **kwargs)  # type: ignore[operator]
                return outputs, (self.losses if return_losses else [])  # type: ignore[attr-defined]
            finally:
                for layer in self._flatten_layers():  # they may hold what has no value after the trace
                    layer._losses.clear()

        (outputs, losses), after = run_stateless(known, run, [others], args, kwargs)
        return (outputs, after, losses) if return_losses else (outputs, after)
