"""Running an epoch: batches of a source through the step of a mode, many at once where the arrays are resident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unikeras.core import nest
from unikeras.core.dtypes import floatx
from unikeras.core.program import specs_of
from unikeras.core.strict import report
from unikeras.core.tensor import as_array
from unikeras.models.host_part import host_part
from unikeras.training.data import ArraySource, IterableSource, Prefetch, as_source, to_device
from unikeras.training.logs import as_logs
from unikeras.training.pace import Pace
from unikeras.training.prepare import check_labels, prepare, step_for
from unikeras.training.step import CompiledStep

__all__ = ["close", "joined", "outputs_at_once", "run_epoch", "run_prediction"]

_METHODS = {"train": "fit", "test": "evaluate", "predict": "predict"}


def run_epoch(
    model: Any, mode: str, source: Any, callbacks: Any, limit: int | None, done: int = 0
) -> Iterator[dict[str, Any]]:
    """Run an epoch, of which the first `done` steps are done already; yields the logs after every chunk."""
    begin, end = getattr(callbacks, f"on_{mode}_batch_begin"), getattr(callbacks, f"on_{mode}_batch_end")
    if isinstance(source, ArraySource) and source.resident:
        every = getattr(callbacks, f"wants_{mode}_batches")
        chunks = _chunks(model, mode, source, limit, every, begin, done)
    else:
        chunks = _stream(model, mode, source, limit, begin, done)
    for last, result in chunks:
        logs = as_logs(result)
        end(last, logs)
        yield logs


def _chunks(
    model: Any,
    mode: str,
    source: ArraySource,
    limit: int | None,
    every: bool,
    begin: Callable[[int], None],
    done: int = 0,
) -> Iterator[tuple[int, Any]]:
    """Batches of resident arrays, as many at once as take half a second; yields (last batch, result).

    With a limit, an epoch goes on where the last one stopped.
    """
    data = source.device()
    size = source.batch_size
    full = source.size // size
    steps = source.steps if limit is None else min(limit, source.steps)
    pace = source.__dict__.setdefault(f"_pace_{mode}", Pace(every))
    pace.single = every
    shuffled = mode == "train"
    goes_on = shuffled and limit is not None
    at, order = source.__dict__.pop("_place", (source.steps, None))
    places = None if order is None else as_array(order)
    if full:
        specs = [((size, *shape[1:]), dtype) for shape, dtype in specs_of(data)]
        step = step_for(model, mode, source.structure, specs)
    while done < steps:
        if at == source.steps:
            at, order = 0, source.order() if shuffled else None
            places = None if order is None else as_array(order)
        begin(done)
        if at < full:
            count = min(pace.next(), full - at, steps - done)
            result = as_logs(step.run(data, places, at, count, size))
            pace.done(count)
        else:
            count = 1
            rest = [as_array(rows) for rows in source.rows(at * size, source.size, order)]
            result = step_for(model, mode, source.structure, specs_of(rest))(rest)
        at += count
        done += count
        source.__dict__["_progress"] = (at, order)
        if goes_on:
            source.__dict__["_place"] = (at, order)
        yield done - 1, result


def _stream(
    model: Any, mode: str, source: Any, limit: int | None, begin: Callable[[int], None], count: int = 0
) -> Iterator[tuple[int, Any]]:
    """Batches from the host one by one, made ready ahead in a thread; yields (batch, result)."""
    one_pass = isinstance(source, IterableSource) and source.one_pass
    # With a limit, an epoch of a generator, of arrays or of an iterable of unknown length goes on where the last one stopped.
    goes_on = limit is not None and (
        one_pass or (mode == "train" and (isinstance(source, ArraySource) or source.steps is None))
    )
    batches = _open(source)
    try:
        while limit is None or count < limit:
            item = next(batches, None)
            if item is None and goes_on and not one_pass:
                close(source)
                batches = _open(source)
                item = next(batches, None)
            if item is None:
                close(source)
                source.__dict__.pop("_progress", None)
                _ran_out(model, mode, count, limit)
                return
            begin(count)
            batch, leaves = item
            if mode != "predict":
                check_labels(model, batch)
            result = step_for(model, mode, batch, specs_of(leaves))(leaves)
            count += 1
            at, order = source.__dict__["_progress"]
            source.__dict__["_progress"] = (at + 1, order)
            yield count - 1, result
    finally:
        if not goes_on:
            close(source)


def _open(source: Any) -> Iterator[Any]:
    if "_stream" not in source.__dict__:
        skip, order = source.__dict__.pop("_place", (0, None))
        if not skip:
            order = source.order()
        source.__dict__["_progress"] = (skip, order)
        source.__dict__["_stream"] = Prefetch(
            to_device(batch if source.stage is None else source.stage(batch))
            for batch in source.batches(order, skip)
        )
    return iter(source.__dict__["_stream"])


def close(source: Any) -> None:
    """Give up the stream of a source, if one is open."""
    stream = source.__dict__.pop("_stream", None)
    if stream is not None:
        stream.close()


def _ran_out(model: Any, mode: str, count: int, limit: int | None) -> None:
    """Say that there were fewer batches than asked for, or none."""
    if limit is None and count:
        return
    if limit is not None:
        message = f"the data ran out after {count} of {limit} batches"
        advice = "Give a dataset or generator that makes as many batches as all epochs ask for"
    else:
        message = "the generator is exhausted: it gave no batch this time"
        advice = (
            "Give a generator that goes on and the number of steps, or data that can be iterated over again"
        )
    if mode == "train":
        model.stop_training = True
        message += ", so the training stops here"
    report(f"{_METHODS[mode]}: {message}. {advice}.")


def run_prediction(model: Any, source: Any, callbacks: Any, limit: int | None) -> list[Any]:
    """The outputs for the batches of a source, one after the other."""
    outputs: list[Any] = []
    streaming = not (isinstance(source, ArraySource) and source.resident)
    run: Any = _stream if streaming else _rows
    for index, result in run(model, "predict", source, limit, callbacks.on_predict_batch_begin):
        outputs.append(result)
        callbacks.on_predict_batch_end(index, {"outputs": result})
    return outputs


def _rows(
    model: Any, mode: str, source: ArraySource, limit: int | None, begin: Callable[[int], None]
) -> Iterator[tuple[int, Any]]:
    """Batches of resident arrays one by one, the last one smaller; yields (batch, outputs)."""
    size = source.batch_size
    for i in range(source.steps if limit is None else min(limit, source.steps)):
        begin(i)
        rows = [as_array(r) for r in source.rows(i * size, min((i + 1) * size, source.size), None)]
        yield i, step_for(model, mode, source.structure, specs_of(rows))(rows)


def joined(outputs: list[Any]) -> Any:
    """The outputs for batches as one: NumPy arrays in the structure of the model's outputs."""
    columns = zip(*(nest.flatten(o) for o in outputs), strict=True)
    return nest.pack_as(outputs[0], [_join(column) for column in columns])


def _join(parts: Any) -> np.ndarray:
    arrays = [np.asarray(p) for p in parts]
    return np.concatenate(arrays) if arrays[0].ndim else np.stack(arrays)


def outputs_at_once(model: Any, x: np.ndarray) -> Any:
    """One small array straight through the compiled step."""
    key = ("at once", x.shape, x.dtype)
    step = model._functions.get(key)
    if step is None:
        source = as_source(x, None, None, len(x), False)
        assert isinstance(source, ArraySource)
        prepare(model, "predict", source.first())
        if host_part(model)[0]:
            return None
        step = step_for(model, "predict", source.structure, specs_of(source.device()))
        if not isinstance(step, CompiledStep) or step.writes:
            return None
        model._functions[key] = step
    if x.dtype == np.float64:
        x = x.astype(floatx())
    return step.host_result([x])
