"""Making a model ready for a batch: what is not built yet, the labels, and the step to run."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import engine, losses
from unikeras.core import nest
from unikeras.core.autograph import when_traced
from unikeras.core.program import Spec
from unikeras.core.symbolic import SymbolicTensor, infer
from unikeras.core.tensor import Tensor, as_array
from unikeras.models.host_part import Hosted
from unikeras.training.compile import match_outputs
from unikeras.training.data import ArraySource, pack_x_y_sample_weight, unpack_x_y_sample_weight
from unikeras.training.host import check_strings, needs_eager
from unikeras.training.overridable import overridden
from unikeras.training.step import CompiledStep, EagerStep

__all__ = ["check_labels", "check_targets", "prepare", "step_for"]


def prepare(model: Any, mode: str, batch: Any) -> None:
    """Build what is not built yet for a batch like this one: the model, the metrics, the optimizer."""
    x, y, _ = unpack_x_y_sample_weight(batch)
    check_strings(model, x)
    if model._graph is not None and not isinstance(x, Hosted):
        model._check_inputs(nest.map_structure(_symbol, _values_of(x)))
    if not _is_built(model):
        try:
            y_pred = _outputs_for(model, x)
        except NotImplementedError:
            if not overridden(model, f"{mode}_step"):
                raise
            return
    if mode == "predict" or not model.compiled:
        return
    if model._compiled_metrics is not None and (
        model._compiled_metrics._built is None
        or (model._compiled_loss and model._compiled_loss._built is None)
    ):
        custom = overridden(model, f"{mode}_step")
        try:
            y_pred = _outputs_for(model, x)
            if y is not None:
                model._build_compiled(nest.map_structure(_symbol, y), y_pred)
        except Exception:
            if not custom:  # a step of the user's may do without the model's call, or feed it otherwise
                raise
    if mode == "train" and model.optimizer is not None and not overridden(model, "train_step"):
        model.optimizer.build(model.trainable_weights)


def _outputs_for(model: Any, x: Any) -> Any:
    """The outputs for a batch: symbolic ones, or real ones where steps run as plain Python."""
    if model.run_eagerly:
        return model(
            _tensors_of(
                nest.map_structure(lambda leaf: None if leaf is None else Tensor(as_array(leaf)), x), True
            )
        )
    # Stateful layers, and models made for it, are of a fixed batch size.
    fixed = any(layer.stateful for layer in model._flatten_layers())
    fixed |= model._graph is not None and any(
        t.shape and t.shape[0] is not None for t in model._graph.flat_inputs
    )
    return infer(lambda v: model(v), (nest.map_structure(_sized if fixed else _symbol, _values_of(x)),), {})


def _is_built(model: Any) -> bool:
    return bool(model.built) and all(layer.built for layer in model._flatten_layers())


def _symbol(leaf: Any) -> Any:
    return None if leaf is None else SymbolicTensor((None, *np.shape(leaf)[1:]), leaf.dtype)


def _sized(leaf: Any) -> Any:
    return None if leaf is None else SymbolicTensor(np.shape(leaf), leaf.dtype)


def check_targets(model: Any, source: Any) -> None:
    """Refuse labels that no class has: of resident arrays once, of others batch by batch."""
    if isinstance(source, ArraySource) and source.resident:
        check_labels(model, source.structure)


def check_labels(model: Any, data: Any) -> None:
    """Look at labels on the host: inside a compiled step nothing can be raised."""
    compiled = model._compiled_loss
    _, y, _ = unpack_x_y_sample_weight(data)
    if y is None or compiled is None or compiled._built is None or overridden(model, "train_step"):
        return
    targets = match_outputs(y, compiled.outputs, compiled.names, "y")
    for (_, loss, _), shape, target in zip(
        compiled._built, nest.flatten(compiled.outputs), targets, strict=True
    ):
        if loss is not None and isinstance(target, np.ndarray) and len(shape) and shape[-1]:
            losses.check_labels(target, shape[-1], loss)


def step_for(model: Any, mode: str, batch: Any, specs: list[Spec]) -> Any:
    """The step of a mode for batches of a structure and specs, compiled where the engine compiles."""
    F = engine.current()
    eager = model.run_eagerly or not F.compiles or needs_eager(model, specs, mode)
    structure = nest.map_structure(lambda leaf: None if leaf is None else 0, batch)
    key = (
        mode,
        repr(structure),
        tuple(specs),
        (getattr(model.optimizer, "settings_version", 0), *(id(v) for v in model.trainable_weights))
        if mode == "train"
        else None,
        eager,
    )
    found = model._functions.get(key)
    if found is not None:
        return found
    body, results = _body(model, mode, _has_padded(batch))
    if eager:
        step: Any = EagerStep(body, structure, mode == "train")
    else:
        known = list(model.weights)
        if mode != "predict":
            known += [v for metric in model.metrics for v in metric.variables]
        if mode == "train" and model.optimizer is not None:
            known += list(model.optimizer.variables)
        unique = list({id(v): v for v in known}.values())
        step = CompiledStep(body, structure, specs, unique, results)
    if len(model._functions) >= 64:
        model._functions.pop(next(iter(model._functions)))
    model._functions[key] = step
    return step


def _body(model: Any, mode: str, ragged: bool) -> tuple[Any, Any]:
    """The function of a batch that a mode runs, and that of the logs if they need not be carried from step to step."""
    body, results = _plain_body(model, mode)
    if not ragged:
        return body, results
    return (lambda batch: body(_tensors_of(batch, as_ragged=model.run_eagerly))), results


def _plain_body(model: Any, mode: str) -> tuple[Any, Any]:
    name = f"{mode}_step"
    if mode == "predict":
        return (_own(model.predict_step) if overridden(model, name) else model.predict_step), None
    if (
        overridden(model, name)
        or overridden(model, "get_metrics_result")
        or overridden(model, "compute_metrics")
    ):
        return _own(getattr(model, name)), None
    update = model._train if mode == "train" else model._test

    def body(batch: Any) -> Any:
        update(batch)
        return model.get_metrics_result()

    return body, model.get_metrics_result


def _own(step: Any) -> Any:
    """A step that the user wrote, given batches as Keras gives them: of inputs alone, that is `x` itself and not `(x,)`."""
    return lambda batch: when_traced(step)(pack_x_y_sample_weight(*unpack_x_y_sample_weight(batch)))


def _has_padded(batch: Any) -> bool:
    """Whether a batch has filled-up rows of ragged tensors in it."""
    if not any(isinstance(part, dict) for part in _containers(batch)):
        return False
    from unikeras.composites.batches import has_padded

    return has_padded(batch)


def _containers(value: Any) -> Any:
    yield value
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _containers(part)


def _tensors_of(batch: Any, as_ragged: bool = False) -> Any:
    if not _has_padded(batch):
        return batch
    from unikeras.composites.batches import ragged_of, tensors_of

    return ragged_of(batch) if as_ragged else tensors_of(batch)


def _values_of(batch: Any) -> Any:
    if not _has_padded(batch):
        return batch
    from unikeras.composites.batches import values_of

    return values_of(batch)
