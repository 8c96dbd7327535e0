"""The order in which Keras counts and lists the calls of a functional model, and the names it knows them by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from unikeras.core import nest
from unikeras.core.operation import Operation
from unikeras.core.symbolic import Node, SymbolicTensor
from unikeras.layers.layer import Layer

__all__ = ["Place", "places"]


@dataclass
class Place:
    """A layer or an op of a graph, with its calls there.

    Attributes:
        operation: the layer or op; `None` where an input of the model is the output of a layer outside it.
        name: the layer's or operation's name; an op's, made unique.
        nodes: the calls in this graph, in the order they were made. An op has one.
        input: the symbolic tensor, if this is an entry of the model.
        depth: the longest way to an output, counted in calls.
    """

    operation: Any
    name: str
    nodes: list[Node] = field(default_factory=list)
    input: SymbolicTensor | None = None
    depth: int = 0

    @property
    def is_layer(self) -> bool:
        """Whether it is a layer (an entry is one too)."""
        return self.operation is None or isinstance(self.operation, Layer)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors of the first call."""
        return [self.input] if self.input is not None else nest.flatten(self.nodes[0].outputs)


def places(graph: Any) -> list[Place]:
    """The layers and ops of a graph: farthest from the outputs first; at the same depth as the outputs lead to them.

    Layers' numbers in weight files depend on this order, so it is Keras's own.

    Args:
        graph: a `Graph`.

    Example:
        >>> from unikeras import keras
        >>> from unikeras.models.order import places
        >>> x = keras.Input((2,), name="x")
        >>> model = keras.Model(x, keras.layers.Dense(1, name="y")(x) * 2.0)
        >>> [place.name for place in places(model._graph)]
        ['x', 'y', 'multiply']
    """
    entries = {id(t): t for t in graph.flat_inputs}
    found: dict[
        int, Place
    ] = {}  # by the layer, the op's node, or the entry's tensor; in the order of discovery
    made_by: dict[int, Place] = {}  # by tensor
    order: list[Node] = []
    finished: set[int] = set()

    def discover(tensor: SymbolicTensor) -> None:
        stack: list[tuple[SymbolicTensor, bool]] = [(tensor, False)]
        while stack:
            tensor, expanded = stack.pop()
            if id(tensor) in entries:
                made_by[id(tensor)] = found.setdefault(*_entry(tensor))
                continue
            node = tensor.node
            assert node is not None  # Graph has checked it
            if id(node) in finished:
                continue
            if expanded:
                finished.add(id(node))
                order.append(node)
                continue
            key = id(node.operation) if isinstance(node.operation, Operation) else id(node)
            place = found.setdefault(key, Place(node.operation, ""))
            made_by.update((id(t), place) for t in nest.flatten(node.outputs))
            stack.append((tensor, True))
            stack.extend((t, False) for t in reversed(node.inputs))

    for tensor in graph.flat_outputs:
        discover(tensor)

    depths = {id(node): 0 for node in order}
    for node in reversed(order):
        place = made_by[id(nest.flatten(node.outputs)[0])]
        depth = max(depths[id(node)], place.depth)
        place.depth = depths[id(node)] = depth
        place.nodes.append(node)
        for tensor in node.inputs:
            parent = made_by[id(tensor)]
            if parent.input is not None:
                parent.depth = max(parent.depth, depth + 1)
            elif tensor.node is not None:
                depths[id(tensor.node)] = max(depths[id(tensor.node)], depth + 1)
    unused = [_entry(t)[1] for t in graph.flat_inputs if id(t) not in made_by]
    result = sorted([*unused, *found.values()], key=lambda place: -place.depth)
    for place in result:
        place.nodes.sort(key=lambda node: node.number)
    _give_names(result)
    return result


def _entry(tensor: SymbolicTensor) -> tuple[int, Place]:
    node = tensor.node
    layer = (
        node.operation if node is not None and isinstance(node.operation, Layer) and not node.inputs else None
    )
    return (id(tensor) if layer is None else id(layer)), Place(
        layer, tensor.name if layer is None else layer.name, input=tensor
    )


def _give_names(found: list[Place]) -> None:
    def is_named(place: Place) -> bool:
        return place.operation is None or isinstance(place.operation, Operation)

    for place in found:
        if isinstance(place.operation, Operation):
            place.name = place.operation.name
    taken = {place.name for place in found if is_named(place)}
    for place in found:
        if not is_named(place):
            base = name = place.operation.__name__.strip("_")
            count = 0
            while name in taken:
                count += 1
                name = f"{base}_{count}"
            place.name = name
            taken.add(name)
