"""The shapes of layers' outputs in models that have no graph: found by evaluating `call` abstractly and watching the layers."""

from __future__ import annotations

from typing import Any

from unikeras.core import nest
from unikeras.core.shape import TensorShape
from unikeras.core.symbolic import SymbolicTensor, infer
from unikeras.core.tensor import is_tensor

__all__ = ["output_shapes"]

Shapes = list[tuple[int | None, ...]]


def output_shapes(model: Any) -> dict[int, Shapes]:
    """The shapes of the outputs of a model's layers, by the layers' ids; a layer that was not called is missing.

    A subclassed model must have been called or built, so that the shape of its input is known. The batch dimension of a
    call is taken as unknown. A dimension that differs between calls of a layer is unknown too.

    Args:
        model: a Sequential or subclassed model.

    Example:
        >>> from unikeras import keras
        >>> class Half(keras.Model):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.dense = keras.layers.Dense(3)
        ...     def call(self, x):
        ...         return self.dense(x)[:, :1]
        >>> model = Half()
        >>> _ = model(keras.ops.ones((5, 2)))
        >>> output_shapes(model)[id(model.dense)]
        [(None, 3)]
    """
    if model._graph is not None:
        return {
            id(node.operation): [tuple(t.shape) for t in nest.flatten(node.outputs)]
            for node in reversed(model._graph.nodes)
        }
    shape = model.__dict__.get("_called_shape")
    if shape is not None:
        shape = nest.map_structure(
            lambda s: s if s is None or not len(s) else TensorShape([None, *list(s)[1:]]), shape
        )
    else:
        shape = model.__dict__.get("_build_shape")
    if shape is None or not all(isinstance(s, TensorShape) for s in nest.flatten(shape)):
        return {}
    return _watch(model, nest.map_structure(lambda s: SymbolicTensor(s, model.compute_dtype), shape))


def _watch(model: Any, inputs: Any) -> dict[int, Shapes]:
    runs: list[dict[int, list[Shapes]]] = []
    watched = [layer for layer in model._flatten_layers() if layer is not model]

    def watching(layer: Any) -> Any:
        call = layer.call

        def watched_call(*args: Any, **kwargs: Any) -> Any:
            outputs = call(*args, **kwargs)
            shapes = [tuple(t.shape) for t in nest.flatten(outputs) if is_tensor(t)]
            runs[-1].setdefault(id(layer), []).append(shapes)
            return outputs

        return watched_call

    def call(x: Any) -> Any:
        runs.append({})
        return model.call(x)

    for layer in watched:
        layer.__dict__["call"] = watching(layer)
    try:
        infer(call, (inputs,), {})
    except Exception:
        return {}  # the model's code needs values: the shapes are not known
    finally:
        for layer in watched:
            del layer.__dict__["call"]
    found = {}
    for key in runs[0]:
        calls = [shapes for run in runs for shapes in run.get(key, [])]
        merged = _merge(calls)
        if merged is not None:
            found[key] = merged
    return found


def _merge(calls: list[Shapes]) -> Shapes | None:
    """The shapes of several calls as one: what differs is unknown."""
    if len({len(shapes) for shapes in calls}) != 1:
        return None
    merged: Shapes = []
    for versions in zip(*calls, strict=True):
        if len({len(shape) for shape in versions}) != 1:
            return None
        merged.append(
            tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*versions, strict=True))
        )
    return merged
