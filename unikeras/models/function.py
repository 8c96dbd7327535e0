"""`Function`: the calls between symbolic inputs and outputs as one operation, without a model's training."""

from __future__ import annotations

from typing import Any

from unikeras.core import nest
from unikeras.core.operation import Operation
from unikeras.core.symbolic import SymbolicTensor, infer
from unikeras.core.tensor import is_tensor
from unikeras.models.graph import Graph
from unikeras.models.order import places

__all__ = ["Function"]


class Function(Operation):
    """The calls that lead from symbolic inputs to outputs, as a function of tensors (mirrors `keras.Function`).

    A functional model is one too; it adds training and saving.

    Args:
        inputs: a symbolic tensor, or a structure of them; also ones in the middle of a graph.
        outputs: likewise.
        name: its name.

    Raises:
        ValueError: an output depends on a symbolic tensor that is not among the inputs.

    Example:
        >>> from unikeras import keras
        >>> x = keras.Input((2,))
        >>> double = keras.Function(x, x * 2.0)
        >>> double(keras.ops.ones((1, 2))).numpy().tolist()
        [[2.0, 2.0]]
        >>> double.compute_output_shape((5, 2))
        (5, 2)
    """

    _graph: Graph | None

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._graph = Graph(inputs, outputs, self.name)

    @property
    def _calls(self) -> Graph:
        assert self._graph is not None
        return self._graph

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic inputs."""
        return list(self._calls.flat_inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic outputs."""
        return list(self._calls.flat_outputs)

    @property
    def operations(self) -> list[Any]:
        """The layers and operations, farthest from the outputs first."""
        return [place.operation for place in places(self._calls) if place.operation is not None]

    def call(self, inputs: Any) -> Any:
        """The outputs for tensors in the structure of the inputs.

        Raises:
            ValueError: their structure or shapes do not fit.
        """
        expected = self._calls.flat_inputs
        given = nest.flatten(inputs)
        if len(given) != len(expected) or nest.is_nested(inputs) != nest.is_nested(self._calls.inputs):
            raise ValueError(
                f"Function {self.name!r} was called with an invalid input structure: expected {self._calls.inputs!r}, got {inputs!r}."
            )
        for symbol, value in zip(expected, given, strict=True):
            if not symbol.shape.is_compatible_with(value.shape if is_tensor(value) else _shape(value)):
                raise ValueError(
                    f"Function {self.name!r}: the input {symbol.name!r} has shape {tuple(symbol.shape)}, but a value of shape "
                    f"{tuple(_shape(value))} came."
                )
        return self._calls.run(given)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Symbolic tensors like the outputs for symbolic inputs."""
        return infer(self.call, (inputs,), {})

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for those of the inputs.

        Args:
            input_shape: a shape, or a structure of shapes like that of the inputs.
        """
        flat = [input_shape] if not nest.is_nested(self._calls.inputs) else _shapes(input_shape)
        symbols = [
            SymbolicTensor(shape, symbol.dtype)
            for shape, symbol in zip(flat, self._calls.flat_inputs, strict=True)
        ]
        outputs = self.compute_output_spec(nest.pack_as(self._calls.inputs, symbols))
        return nest.map_structure(lambda t: tuple(t.shape), outputs)

    def get_config(self) -> dict[str, Any]:
        """Raises: the graph is not part of a config; save a `keras.Model` instead.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            f"The function {self.name!r} cannot be saved: make a keras.Model of the same inputs and outputs."
        )


def _shape(value: Any) -> Any:
    import numpy as np

    return np.shape(value)


def _shapes(structure: Any) -> list[Any]:
    """The shapes in a structure of shapes, in the order of flattening."""
    if isinstance(structure, dict):
        return [shape for key in sorted(structure) for shape in _shapes(structure[key])]
    if isinstance(structure, (list, tuple)) and not all(d is None or isinstance(d, int) for d in structure):
        return [shape for one in structure for shape in _shapes(one)]
    return [structure]
