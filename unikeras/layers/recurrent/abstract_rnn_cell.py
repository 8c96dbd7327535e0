"""`AbstractRNNCell`: the base that cells of one's own may have."""

from __future__ import annotations

from typing import Any

from unikeras.layers.layer import Layer
from unikeras.layers.recurrent.states import zeros_of

__all__ = ["AbstractRNNCell"]


class AbstractRNNCell(Layer):
    """The base of cells of one's own, for `RNN` (mirrors `tf.keras.layers.AbstractRNNCell`).

    A cell needs no such base: any layer with `state_size` will do.

    Args:
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> class Sum(tf.keras.layers.AbstractRNNCell):
        ...     @property
        ...     def state_size(self):
        ...         return 2
        ...     def call(self, inputs, states):
        ...         total = states[0] + inputs
        ...         return total, [total]
        >>> tf.keras.layers.RNN(Sum())(tf.ones([1, 3, 2])).numpy().tolist()
        [[3.0, 3.0]]
    """

    def call(self, inputs: Any, states: Any) -> tuple[Any, Any]:  # type: ignore[override]
        """One step: the output and the new states; subclasses override it."""
        raise NotImplementedError(f"The cell {type(self).__name__} must have a method call(inputs, states).")

    @property
    def state_size(self) -> Any:
        """The sizes of the states, an int or a shape, or a list of them; subclasses override it."""
        raise NotImplementedError(f"The cell {type(self).__name__} must have a property state_size.")

    @property
    def output_size(self) -> Any:
        """The size of the output; subclasses may override it."""
        raise NotImplementedError(f"The cell {type(self).__name__} has no property output_size.")

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """Zeros in the sizes of the states.

        Args:
            inputs: a tensor whose batch size and dtype are taken.
            batch_size: the batch size, without `inputs`.
            dtype: the states' dtype, without `inputs`.

        Raises:
            ValueError: there are neither inputs nor both of the others.
        """
        if inputs is not None:
            batch_size, dtype = inputs.shape[0], inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                f"{type(self).__name__}.get_initial_state: give `inputs`, or both `batch_size` and `dtype`; got "
                f"batch_size={batch_size!r}, dtype={dtype!r}."
            )
        return zeros_of(self.state_size, batch_size, dtype)
