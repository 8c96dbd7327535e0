"""`Graph`: the calls between symbolic inputs and outputs, in an order in which they can be made."""

from __future__ import annotations

from typing import Any

from unikeras.core import nest
from unikeras.core.symbolic import Node, SymbolicTensor, is_symbolic
from unikeras.core.tensor import RowMask
from unikeras.layers.layer import Layer

__all__ = ["Graph"]


def _keep_rows(op: Any, args: Any, result: Any) -> None:
    """Let the result of an elementwise op on filled-up rows keep their mask; refuse other ops, which would take the filling for values."""
    mask = next(
        (m for leaf in nest.flatten(args) if isinstance(m := getattr(leaf, "_keras_mask", None), RowMask)),
        None,
    )
    if mask is None:
        return
    from unikeras.composites.ragged_dispatch import works_by_element

    if not works_by_element(op.__name__):
        raise NotImplementedError(
            f"{op.__name__} of a ragged input is not available in a compiled step. Call it in a layer of your own, or let the model run as plain "
            "Python: compile(run_eagerly=True)."
        )
    result._keras_mask = mask


class Graph:
    """The calls that make `outputs` of `inputs`.

    Args:
        inputs: a structure of symbolic tensors.
        outputs: a structure of symbolic tensors.
        name: the model's name, for messages.

    Raises:
        ValueError: an output depends on a symbolic tensor that is not among the inputs, or something is not symbolic.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str) -> None:
        self.inputs = inputs
        self.outputs = outputs
        for kind, structure in (("inputs", inputs), ("outputs", outputs)):
            for leaf in nest.flatten(structure):
                if not is_symbolic(leaf):
                    raise ValueError(
                        f"Model {name!r}: all {kind} must be symbolic tensors (from keras.Input and layers called on it), "
                        f"but one is {leaf!r} (type {type(leaf).__name__})."
                    )
        self.flat_inputs: list[SymbolicTensor] = nest.flatten(inputs)
        self.flat_outputs: list[SymbolicTensor] = nest.flatten(outputs)
        if len({id(t) for t in self.flat_inputs}) != len(self.flat_inputs):
            raise ValueError(f"Model {name!r}: the same tensor is given as input twice.")
        self.nodes = self._sort(name)
        from unikeras.models.order import places

        # Keras's order: weights in files and in get_weights() are counted in it.
        self.layers: list[Layer] = [
            p.operation for p in places(self) if p.is_layer and p.operation is not None
        ]

    def _sort(self, name: str) -> list[Node]:
        """Depth first, without recursion: a model may be thousands of layers deep."""
        done = {id(t) for t in self.flat_inputs}
        order: list[Node] = []
        finished: set[int] = set()
        for output in self.flat_outputs:
            stack: list[tuple[SymbolicTensor, bool]] = [(output, False)]
            while stack:
                tensor, expanded = stack.pop()
                if id(tensor) in done:
                    continue
                node = tensor.node
                if node is None or (not node.inputs and isinstance(node.operation, Layer)):
                    raise ValueError(
                        f"Graph disconnected: the outputs of model {name!r} depend on {tensor!r}, which is not among its inputs. "
                        f"Given inputs: {self.flat_inputs}."
                    )
                if expanded:
                    if id(node) not in finished:
                        finished.add(id(node))
                        order.append(node)
                    done.update(id(t) for t in nest.flatten(node.outputs))
                else:
                    stack.append((tensor, True))
                    stack.extend((t, False) for t in reversed(node.inputs))
        return order

    def run(self, inputs: list[Any], training: Any = None) -> Any:
        """The outputs for given inputs (flat, in the order of `flat_inputs`)."""
        values = {id(symbol): value for symbol, value in zip(self.flat_inputs, inputs, strict=True)}
        self.evaluate(self.nodes, values)
        return nest.map_structure(lambda t: values[id(t)], self.outputs)

    def evaluate(self, nodes: list[Node], values: dict[int, Any]) -> None:
        """Make the calls of `nodes` whose results are not yet in `values` (by the symbolic tensors' ids), and add them."""
        for node in nodes:
            if all(id(t) in values for t in nest.flatten(node.outputs)):
                continue
            if len(node.args) == 1 and not node.kwargs and type(node.args[0]) is SymbolicTensor:
                args: Any = (values[id(node.args[0])],)
                kwargs: dict[str, Any] = {}
            else:
                args, kwargs = nest.map_structure(
                    lambda v: values[id(v)] if is_symbolic(v) else v, (node.args, node.kwargs)
                )
            result = node.operation(*args, **kwargs)
            if not isinstance(node.operation, Layer):
                _keep_rows(node.operation, args, result)
            if type(node.outputs) is SymbolicTensor:
                values[id(node.outputs)] = result
            else:
                for symbol, value in zip(nest.flatten(node.outputs), nest.flatten(result), strict=True):
                    values[id(symbol)] = value

    def fit_inputs(self, inputs: Any, name: str) -> list[Any]:
        """Given inputs, in any structure Keras takes, in the order of `flat_inputs`.

        Raises:
            ValueError: their number or names do not fit.
        """
        expected = self.flat_inputs
        if isinstance(inputs, dict):
            if isinstance(self.inputs, dict):
                keys = sorted(self.inputs)
                missing = [k for k in keys if k not in inputs]
                if not missing:
                    return [v for k in keys for v in nest.flatten(inputs[k])]
            else:
                keys = [t.name for t in expected]
                missing = [k for k in keys if k not in inputs]
                if not missing:
                    return [inputs[k] for k in keys]
            raise ValueError(
                f"Model {name!r}: missing data for input {missing[0]!r}. You passed a dictionary with keys {sorted(inputs)}; expected {keys}."
            )
        flat = nest.flatten(inputs)
        if len(flat) != len(expected):
            raise ValueError(
                f'Layer "{name}" expects {len(expected)} input(s), but it received {len(flat)} input tensors: '
                f"expected {[f'{t.name}: {t.shape}' for t in expected]}."
            )
        return flat
