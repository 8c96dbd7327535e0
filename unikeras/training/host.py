"""What a model does on the host with each batch, ahead of its compiled steps: strings and tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core import nest
from unikeras.models.host_part import host_part
from unikeras.training.data import ArraySource, refuse_strings, resident_bytes

__all__ = ["check_strings", "needs_eager", "staged"]


def check_strings(model: Any, x: Any) -> None:
    """Refuse strings where no layer of the model takes them.

    Raises:
        ValueError: there are some.
    """
    for leaf in nest.flatten(x):
        if isinstance(leaf, np.ndarray) and leaf.dtype == object and not _takes_strings(model):
            refuse_strings("x", leaf)


def _takes_strings(model: Any) -> bool:
    return host_part(model)[0] or any(
        t.dtype == "string" for t in (model._graph.flat_inputs if model._graph is not None else ())
    )


def needs_eager(model: Any, specs: Any, mode: str) -> bool:
    """Whether a model's steps cannot be compiled: strings reach them, a layer works on the host, or draws sizes while it is trained."""
    if any(dtype == "string" for _, dtype in specs):
        return True
    if mode == "train" and any(getattr(layer, "eager_training", False) for layer in model._flatten_layers()):
        return True
    works, part = host_part(model)
    return works if part is None else not part.separable


def staged(model: Any, source: Any) -> Any:
    """The source of data with the host's part of the model done: at once for arrays that stay small, else batch by batch.

    Args:
        model: a built model.
        source: the data.

    Returns:
        The same source for a model that does nothing on the host.
    """
    if not _takes_strings(model):
        return source
    part = host_part(model)[1]
    if part is None or not part.separable:
        source.stage = lambda data: data  # batches go to the model as they are
        return source

    def stage(data: Any) -> Any:
        x, *others = data if isinstance(data, tuple) else (data,)
        return (part(model, x), *others)

    if isinstance(source, ArraySource) and part.fixed and 4 * part.numbers * source.size <= resident_bytes():
        done = ArraySource(_in_pieces(stage, source), source.batch_size, source.shuffle)
        return done
    source.stage = stage
    return source


def _in_pieces(stage: Any, source: ArraySource, size: int = 4096) -> Any:
    """All of the data through a stage, some samples at a time."""
    pieces = [
        stage(source.pack(source.rows(start, min(start + size, source.size), None)))
        for start in range(0, source.size, size)
    ]
    columns = zip(*(nest.flatten(piece) for piece in pieces), strict=True)
    return nest.pack_as(pieces[0], [None if c[0] is None else np.concatenate(c) for c in columns])
