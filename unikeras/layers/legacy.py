"""What layers of tf.keras 2 have that Keras 3's do not: added metrics, updates, the inputs and outputs of each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unikeras.core import nest
from unikeras.core.symbolic import Node, is_symbolic
from unikeras.core.variable import init_scope

if TYPE_CHECKING:
    from unikeras.metrics import Metric

__all__ = ["LegacyLayer"]


class LegacyLayer:
    """The part of `Layer` that only tf.keras 2 knows."""

    # Given by `Layer`.
    name: str
    input: Any
    output: Any
    _nodes: list[Node]
    compute_output_spec: Callable[..., Any]
    if TYPE_CHECKING:

        @property
        def losses(self) -> list[Any]:
            """The scalar losses added in the last call."""

    def add_metric(
        self, value: Any, name: str | None = None, aggregation: str | None = None, **kwargs: Any
    ) -> None:
        """Report a tensor beside the metrics that `compile` was given (mirrors tf.keras 2); called from `call`.

        Args:
            value: a tensor, of which the mean over all batches is reported; or what a metric object returned when it was called.
            name: the name to report it by; the metric object's if `None`.
            aggregation: accepted: 'mean' or `None`.
            **kwargs: `inputs` is accepted.

        Raises:
            ValueError: there is no name, another aggregation, or a symbolic value (only models take those).
            TypeError: an unknown keyword.

        Example:
            >>> from unikeras import keras, ops
            >>> class Spread(keras.layers.Layer):
            ...     def call(self, x):
            ...         self.add_metric(ops.max(x) - ops.min(x), name="spread")
            ...         return x
            >>> layer = Spread()
            >>> _ = layer([[1.0, 3.0]]), layer([[1.0, 7.0]])
            >>> float(layer.metrics[0].result())
            4.0
        """
        unknown = sorted(set(kwargs) - {"inputs"})
        if unknown:
            raise TypeError(f"add_metric of {self.name!r}: unknown arguments {unknown}.")
        if aggregation not in (None, "mean"):
            raise ValueError(
                f"add_metric of {self.name!r}: aggregation must be 'mean' or None, not {aggregation!r}."
            )
        if is_symbolic(value):
            raise ValueError(
                f"add_metric of the layer {self.name!r} was given a symbolic tensor; only a functional model takes one: model.add_metric(...)."
            )
        made_by = getattr(value, "_metric", None)
        if made_by is not None:  # it took the batch in already
            if not any(m is made_by for m in self.metrics):
                self._added_metrics = [*self._added_metrics, made_by]
            return
        if name is None:
            raise ValueError(f"add_metric of {self.name!r}: give a name, for example name='kl'.")
        self._added_metric(name).update_state(value)

    def _added_metric(self, name: str) -> Metric:
        from unikeras.metrics import Mean

        for metric in self._added_metrics:
            if metric.name == name:
                return metric
        with init_scope():
            metric = Mean(name=name)
        self._added_metrics = [*self._added_metrics, metric]
        return metric

    @property
    def _added_metrics(self) -> list[Any]:
        return self.__dict__.get("_metrics_added", [])

    @_added_metrics.setter
    def _added_metrics(self, value: list[Any]) -> None:
        self._metrics_added = value

    @property
    def metrics(self) -> list[Any]:
        """The metrics that this layer and those in it have as attributes or added."""
        from unikeras.metrics import Metric

        found: dict[int, Any] = {}
        for layer in self._flatten_layers():  # type: ignore[attr-defined]
            found.update({id(m): m for _, m in layer._children() if isinstance(m, Metric)})
        return list(found.values())

    # Updates: assignments are made where the program makes them, so there is nothing to collect.

    @property
    def dynamic(self) -> bool:
        """Whether the layer was made with `dynamic=True`; it makes no difference."""
        return bool(self.__dict__.get("_dynamic", False))

    @property
    def updates(self) -> list[Any]:
        """Always empty: assignments take place where they are written."""
        return []

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Accepted: the assignment has taken place; a function is called.

        Args:
            updates: what an assignment returned, a function that makes one, or a list of these.
            inputs: accepted.
        """
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            if callable(update) and not hasattr(update, "dtype"):
                update()

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """Always empty, as `updates`."""
        return []

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """The losses of the last call, whatever the inputs."""
        return self.losses

    def finalize_state(self) -> None:
        """Nothing: layers that adapt have their state at once."""

    def compute_output_signature(self, input_signature: Any) -> Any:
        """The `tf.TensorSpec` of the output for that of the input."""
        from unikeras.core.spec import TensorSpec
        from unikeras.core.symbolic import SymbolicTensor

        inputs = nest.map_structure(lambda spec: SymbolicTensor(spec.shape, spec.dtype), input_signature)
        return nest.map_structure(lambda t: TensorSpec(t.shape, t.dtype), self.compute_output_spec(inputs))

    # The calls on symbolic tensors.

    @property
    def inbound_nodes(self) -> list[Node]:
        """The calls of the layer on symbolic tensors."""
        return list(self._nodes)

    _inbound_nodes = inbound_nodes

    def get_input_shape_at(self, node_index: int) -> Any:
        """The shape of the symbolic input of a call."""
        return nest.map_structure(lambda t: tuple(t.shape), self.get_input_at(node_index))  # type: ignore[attr-defined]

    def get_output_shape_at(self, node_index: int) -> Any:
        """The shape of the symbolic output of a call."""
        return nest.map_structure(lambda t: tuple(t.shape), self.get_output_at(node_index))  # type: ignore[attr-defined]
