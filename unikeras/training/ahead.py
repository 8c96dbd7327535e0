"""Compiling in the background what an epoch will call, while the rest of it is traced and its first chunks run."""

from __future__ import annotations

from typing import Any

from unikeras.core.program import Spec, specs_of
from unikeras.training.data import ArraySource
from unikeras.training.prepare import step_for
from unikeras.training.step import CompiledStep

__all__ = ["compile_ahead"]


def compile_ahead(model: Any, source: Any, validation: Any) -> None:
    """Begin to compile the steps of an epoch, in the order they are needed; the later ones while the first ones run.

    Args:
        model: the model in training.
        source: what it is trained on.
        validation: what it is validated on, or `None`.
    """
    for mode, data in (("train", source), ("test", validation)):
        if not isinstance(data, ArraySource) or not data.resident:
            continue
        specs = specs_of(data.device())
        size, rest = data.batch_size, data.size % data.batch_size
        if data.size >= size:
            step = step_for(model, mode, data.structure, _rows(specs, size))
            if isinstance(step, CompiledStep):
                step.compile_ahead(specs, shuffled=mode == "train" and data.shuffle, batch_size=size)
        if rest:
            step = step_for(model, mode, data.structure, _rows(specs, rest))
            if isinstance(step, CompiledStep):
                step.compile_ahead(None)


def _rows(specs: list[Spec], count: int) -> list[Spec]:
    return [((count, *shape[1:]), dtype) for shape, dtype in specs]
