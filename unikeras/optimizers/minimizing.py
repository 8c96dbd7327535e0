"""`Minimizing`: from a loss to gradients, for training loops of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core.tape import GradientTape
from unikeras.core.variable import Variable

__all__ = ["Minimizing"]


class Minimizing:
    """The part of an optimizer that differentiates; mixed into `Optimizer`."""

    apply_gradients: Callable[..., Any]

    def compute_gradients(
        self, loss: Any, var_list: Any, tape: GradientTape | None = None, grad_loss: Any = None
    ) -> list[tuple[Any, Variable]]:
        """The pairs (gradient, variable) for `apply_gradients`; arguments as those of `minimize`.

        Raises:
            ValueError: `loss` is a tensor and there is no tape.
        """
        if not callable(loss) and tape is None:
            raise ValueError(
                "minimize: a loss that is a tensor needs the `tape` it was computed on; "
                "or pass a function without arguments."
            )
        tape = tape or GradientTape()
        if callable(loss):
            with tape:
                loss = loss()
        variables = list(var_list() if callable(var_list) else var_list)
        return list(zip(tape.gradient(loss, variables, grad_loss), variables, strict=True))

    def minimize(
        self,
        loss: Any,
        var_list: Any,
        grad_loss: Any = None,
        name: str | None = None,
        tape: GradientTape | None = None,
    ) -> Any:
        """Differentiate `loss` and update the variables (mirrors tf.keras).

        Args:
            loss: a function without arguments that computes it, or a tensor, then with `tape`.
            var_list: the variables, or a function that returns them.
            grad_loss: what the loss's gradient is weighted by.
            name: ignored.
            tape: the `tf.GradientTape` that recorded the loss.

        Returns:
            `iterations`.

        Example:
            >>> import unikeras as tf
            >>> w = tf.Variable(1.0)
            >>> _ = tf.keras.optimizers.SGD(0.1).minimize(lambda: w * w, [w])
            >>> round(float(w), 3)
            0.8
        """
        return self.apply_gradients(self.compute_gradients(loss, var_list, tape, grad_loss))

    def get_gradients(self, loss: Any, params: Any) -> list[Any]:
        """The gradients of a loss that is a function; tf.keras 2's, for graphs of TensorFlow 1.

        Args:
            loss: a function without arguments that computes the loss.
            params: the variables.

        Raises:
            ValueError: the loss is a tensor: without a graph nobody knows any more what it was made of.

        Example:
            >>> import unikeras as tf
            >>> w = tf.Variable(3.0)
            >>> [float(g) for g in tf.keras.optimizers.SGD(0.1).get_gradients(lambda: w * w, [w])]
            [6.0]
        """
        if not callable(loss):
            raise ValueError(
                "get_gradients: gradients of a tensor need a graph of TensorFlow 1. Pass a function that computes the loss, or use "
                "tf.GradientTape."
            )
        return [gradient for gradient, _ in self.compute_gradients(loss, params)]

    def get_updates(self, loss: Any, params: Any) -> list[Any]:
        """Update the variables by the gradients of a loss that is a function; tf.keras 2's, for graphs of TensorFlow 1.

        Args:
            loss: a function without arguments that computes the loss.
            params: the variables.

        Returns:
            [`iterations`]: the updates are made at once.

        Raises:
            ValueError: the loss is a tensor.
        """
        return [self.apply_gradients(zip(self.get_gradients(loss, params), params, strict=True))]
