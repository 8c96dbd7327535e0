"""`HostLayer`: the base of layers that work on the host, on strings and tables, ahead of compiled code."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.state import thread
from unikeras.core.symbolic import SymbolicTensor, infer
from unikeras.core.tensor import Tensor, as_array
from unikeras.layers.layer import Layer

__all__ = ["HostLayer", "allowed", "check_sparse", "perhaps_sparse", "tensor_of"]


class HostLayer(Layer):
    """A layer whose call is Python and NumPy on the host: it reads strings, or looks up a table that may still change.

    A model runs such layers on each batch ahead of the compiled step. Inside a function that is being compiled their
    input has no value, so there they raise.
    """

    host_only = True
    _input_dtype_name = "string"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("autocast", False)
        super().__init__(**kwargs)

    def _value(self, tensor: Any) -> np.ndarray:
        """The input on the host; where only shapes are asked for, zeros of its shape.

        Raises:
            NotImplementedError: the input belongs to a function that is being compiled.
        """
        array = tensor._array if isinstance(tensor, Tensor) else as_array(tensor)
        if not engine.current().is_traced(array):
            return np.asarray(tensor if isinstance(tensor, Tensor) else Tensor(array))
        if thread.symbolic:
            return np.zeros(tuple(tensor.shape), tensor.dtype.np_dtype)
        raise NotImplementedError(
            f"{type(self).__name__} {self.name!r} works on the host, so it cannot be called in a function that is being compiled "
            "(tf.function). Call it outside and give the function its result; or run eagerly, by "
            "tf.config.run_functions_eagerly(True). In a functional or sequential model fit and predict do this by themselves."
        )

    def compute_output_shape(self, input_shape: Any, *args: Any, **kwargs: Any) -> Any:
        """The output's shape for an input's shape."""

        def walk(shape: Any) -> Any:
            if isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple)):
                return [walk(s) for s in shape]
            return SymbolicTensor(tuple(shape), self._input_dtype_name)

        return nest.map_structure(lambda t: tuple(t.shape), infer(self, (walk(input_shape),), {}))


def tensor_of(value: np.ndarray) -> Tensor:
    """A NumPy array, of numbers or of bytes, as a tensor."""
    return Tensor(as_array(value))


def check_sparse(layer: str, sparse: bool, output_mode: str) -> bool:
    """Whether indicators are wanted as a sparse tensor.

    Raises:
        ValueError: sparse indices are.
    """
    if sparse and output_mode == "int":
        raise ValueError(f"{layer}: sparse=True is for indicators, not for output_mode='int'.")
    return bool(sparse)


def perhaps_sparse(indicators: Any, sparse: bool) -> Any:
    """Indicators as a sparse tensor, if that is wanted; inside of what is being compiled they stay dense."""
    if not sparse or thread.tracing:
        return indicators
    from unikeras.composites.sparse_ops import from_dense

    return from_dense(indicators)


def allowed(layer: str, argument: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """`value`, if it is one of the choices.

    Raises:
        ValueError: it is not.
    """
    if value not in choices:
        raise ValueError(
            f"{layer}: {argument} must be one of {', '.join(map(repr, choices))}, not {value!r}."
        )
    return value
