"""Writing objects as a checkpoint: the object graph, and the values under keys that tell how to reach them."""

from __future__ import annotations

from typing import Any

from unikeras.checkpoint.bundle import Node, write_checkpoint
from unikeras.checkpoint.graph import VALUE, children_of, slots_of, values_of, weights_order
from unikeras.core.variable import Variable

__all__ = ["save_objects"]


def save_objects(root: Any, prefix: str) -> None:
    """Write `root` and all that it depends on.

    Args:
        root: an object with values or with objects that have them.
        prefix: the files' path without their endings.
    """
    order = weights_order(root)
    nodes: list[Node] = []
    numbers: dict[int, int] = {}
    things: list[Any] = []  # what is numbered stays alive, so that no two have one id
    values: dict[str, Any] = {}
    queue: list[tuple[Any, str]] = [(root, "")]

    def number_of(thing: Any, path: str) -> int:
        key = id(thing)
        if key not in numbers:
            numbers[key] = len(things)
            things.append(thing)
            queue.append((thing, path))
        return numbers[key]

    numbers[id(root)] = 0
    things.append(root)
    paths: list[str] = []
    optimizers: list[tuple[int, str]] = []
    while queue:
        thing, path = queue.pop(0)
        node = Node()
        paths.append(path)
        if slots_of(thing):
            optimizers.append((len(nodes), path))
        nodes.append(node)
        for name, child in children_of(thing, order).items():
            escaped = name.replace(".", "..").replace("/", ".S")
            node.children.append((name, number_of(child, f"{path}/{escaped}" if path else escaped)))
        for name, parts in values_of(thing).items():
            key = f"{path}/.ATTRIBUTES/{name}" if path else f".ATTRIBUTES/{name}"
            node.attributes.append((name, key))
            node.full_names.append(thing._name if isinstance(thing, Variable) else "")
            for ending, value in parts.items():
                values[key + ending] = value
    for owner, path in optimizers:
        for of, name, variable in slots_of(things[owner]):
            if id(of) not in numbers:  # of a model that is not saved
                continue
            place = numbers[id(of)]
            key = f"{paths[place]}/.OPTIMIZER_SLOT/{path}/{name}/.ATTRIBUTES/{VALUE}"
            nodes[owner].slots.append((place, name, len(nodes)))
            nodes.append(Node(attributes=[(VALUE, key)], full_names=[variable._name]))
            values[key] = variable.numpy()
    write_checkpoint(prefix, nodes, values)
