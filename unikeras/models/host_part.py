"""`HostPart`: the calls of a graph that work on the host (strings, tables), made on each batch ahead of the compiled step."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core import module, nest
from unikeras.core.composite import is_composite
from unikeras.core.symbolic import Node, SymbolicTensor
from unikeras.core.tensor import Tensor, as_array
from unikeras.layers.layer import Layer

__all__ = ["HostPart", "Hosted", "host_part", "works_on_host"]


class Hosted(dict):
    """A batch's inputs after the host's part: what the rest of the graph needs, by place."""


class HostPart:
    """A graph cut behind the layers that work on the host.

    The rest of the graph starts from the results of those layers and from the model's other inputs. Calls between the inputs
    and a host layer that the rest needs too are made again there, so that gradients flow through them.

    Args:
        graph: the model's graph, with at least one such call.
    """

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        on_host = [n for n in graph.nodes if _made_on_host(n)]
        made = {id(t) for n in on_host for t in nest.flatten(n.outputs)}
        # Backwards from the outputs to results of the host and to inputs.
        ends: dict[int, SymbolicTensor] = {}
        rest = self._needed(graph.flat_outputs, made, ends)
        self.rest = [n for n in graph.nodes if id(n) in rest]
        self.ends = list(ends.values())
        ahead = self._needed([t for t in self.ends if id(t) in made], set(), {})
        self.ahead = [n for n in graph.nodes if id(n) in ahead]

    def _needed(
        self, targets: list[SymbolicTensor], stop: set[int], ends: dict[int, SymbolicTensor]
    ) -> set[int]:
        """The calls that `targets` need; tensors in `stop` and the graph's inputs are put into `ends` instead."""
        inputs = {id(t) for t in self.graph.flat_inputs}
        nodes: set[int] = set()
        stack = list(targets)
        while stack:
            tensor = stack.pop()
            node = tensor.node
            if id(tensor) in inputs or id(tensor) in stop or node is None:
                ends[id(tensor)] = tensor
            elif id(node) not in nodes:
                nodes.add(id(node))
                stack.extend(node.inputs)
        return nodes

    @property
    def separable(self) -> bool:
        """Whether the rest can be compiled: it needs no strings, and what comes ahead is not trained."""
        return all(t.dtype != "string" for t in self.ends) and not any(
            isinstance(n.operation, Layer) and n.operation.trainable_weights for n in self.ahead
        )

    @property
    def fixed(self) -> bool:
        """Whether the results have one shape a sample, whatever the data."""
        return all(None not in tuple(t.shape)[1:] for t in self.ends)

    @property
    def numbers(self) -> int:
        """How many numbers a sample has after the host's part, if the shapes are fixed."""
        return sum(int(np.prod(tuple(t.shape)[1:])) for t in self.ends)

    def __call__(self, model: Any, inputs: Any) -> Hosted:
        """The inputs of the rest, as NumPy arrays, for the model's inputs [samples, ...]."""
        tensors = nest.map_structure(lambda leaf: Tensor(as_array(leaf)), inputs)
        flat = model._check_inputs(tensors)
        values = {id(s): v for s, v in zip(self.graph.flat_inputs, flat, strict=True)}
        self.graph.evaluate(self.ahead, values)
        return Hosted({f"{i:04}": _host_value(values[id(t)]) for i, t in enumerate(self.ends)})

    def outputs(self, given: Hosted) -> Any:
        """The model's outputs, from the inputs of the rest."""
        values = {id(t): given[f"{i:04}"] for i, t in enumerate(self.ends)}
        self.graph.evaluate(self.rest, values)
        return nest.map_structure(lambda t: values[id(t)], self.graph.outputs)


def _host_value(value: Any) -> Any:
    if not is_composite(value):
        return np.asarray(value)
    from unikeras.composites.batches import host_value

    return host_value(value)


def works_on_host(layer: Any) -> bool:
    """Whether a layer, or one inside it, works on the host."""
    return any(getattr(inner, "host_only", False) for inner in layer._flatten_layers())


def _made_on_host(node: Node) -> bool:
    """Whether a call works on the host: of such a layer or op, or of anything given strings, which are nowhere else."""
    operation = node.operation
    on_host = (
        works_on_host(operation) if isinstance(operation, Layer) else getattr(operation, "host_only", False)
    )
    return on_host or any(t.dtype == "string" for t in node.inputs)


def host_part(model: Any) -> tuple[bool, HostPart | None]:
    """Whether a model works on the host, and that part of its graph if it has one; kept while its layers stay the same."""
    kept = model._functions.get("host part")
    if kept is None or kept[0] != module._version or kept[1] is not model._graph:
        graph = model._graph
        works = works_on_host(model) or (graph is not None and any(map(_made_on_host, graph.nodes)))
        part = HostPart(graph) if works and graph is not None else None
        kept = model._functions["host part"] = (module._version, model._graph, works, part)
    return kept[2:]
