"""`Endpoints`: symbolic tensors that a functional model computes beside its outputs: losses and metrics added to it."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.models.graph import Graph

__all__ = ["Endpoints"]


class Endpoints:
    """What `model.add_loss(tensor)` and `model.add_metric(tensor, name=...)` were given.

    Args:
        graph: the model's own graph.
        name: the model's name, for messages.
    """

    def __init__(self, graph: Graph, name: str) -> None:
        self._own = graph
        self._name = name
        self._tensors: list[Any] = []
        self._metric_names: list[str | None] = []  # None: it is a loss
        self._graph = graph

    def add(self, tensor: Any, metric_name: str | None = None) -> list[Any]:
        """Take one in; the layers that only endpoints need.

        Raises:
            ValueError: it does not depend on the model's inputs alone.
        """
        tensors = [*self._tensors, tensor]
        self._graph = Graph(self._own.inputs, [self._own.outputs, tensors], self._name)
        self._tensors = tensors
        self._metric_names.append(metric_name)
        return [layer for layer in self._graph.layers if not any(layer is own for own in self._own.layers)]

    def run(self, model: Any, inputs: list[Any], training: Any) -> Any:
        """The model's outputs; what was added goes into its losses and metrics."""
        outputs, values = self._graph.run(inputs, training)
        for name, value in zip(self._metric_names, values, strict=True):
            if name is None:
                model._take_loss(ops.mean(value) if len(value.shape) else value)
            else:
                model._added_metric(name).update_state(value)
        return outputs
