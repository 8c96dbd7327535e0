"""What programs record in event files: numbers, distributions, pictures, texts, sound."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from unikeras.callbacks.tensorboard_events import EventFile
from unikeras.core.callbacks import when_known
from unikeras.core.errors import UnimplementedError
from unikeras.core.scopes import get_current_name_scope, name_scope
from unikeras.core.tensor import Tensor, convert_to_tensor, is_tensor
from unikeras.events.writer import current, get_step
from unikeras.ops.audio import encode_wav

__all__ = [
    "audio",
    "graph",
    "histogram",
    "image",
    "scalar",
    "summary_scope",
    "text",
    "trace_export",
    "trace_off",
    "trace_on",
    "write",
]


def _record(write_to: Callable[[EventFile, str, Any, int], None], name: str, data: Any, step: Any) -> Tensor:
    """Write a summary, if there is a writer that records: now, or each time the function runs that is being compiled."""
    writer, condition = current()
    if writer is None or writer._file is None or (not is_tensor(condition) and not condition):
        return convert_to_tensor(False)
    file = writer._file
    step = get_step() if step is None else step
    if step is None:
        raise ValueError(
            "No step set. Please specify one either through the `step` argument or through tf.summary.experimental.set_step()."
        )
    scope = get_current_name_scope()
    tag = f"{scope}/{name}" if scope else name

    def now(wanted: Any, value: Any, at: Any) -> None:
        if wanted:
            write_to(file, tag, value, int(at))

    when_known(now, convert_to_tensor(condition), data, convert_to_tensor(step))
    return convert_to_tensor(condition)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> Tensor:
    """Record a number (mirrors `tf.summary.scalar`).

    Args:
        name: what it is called; name scopes that are open go before it.
        data: a number or a tensor without dimensions; kept as float32.
        step: the step, an integer; the one in use by default.
        description: a text in Markdown.

    Returns:
        Whether it was recorded, a tensor of bool: not without a writer (`tf.summary.create_file_writer`).

    Raises:
        ValueError: data with dimensions, or no step.
    """
    tensor = convert_to_tensor(data)
    if tensor.dtype == "string":
        raise UnimplementedError("scalar: cast of a string to float is not supported; use tf.summary.text.")
    if len(tensor.shape):
        raise ValueError(f"Expected scalar shape, saw shape: {tuple(tensor.shape)}.")

    def write_to(file: EventFile, tag: str, value: Any, at: int) -> None:
        file.scalar(tag, float(value), at, description or "")

    return _record(write_to, name, tensor, step)


def histogram(
    name: str, data: Any, step: Any = None, buckets: int | None = None, description: str | None = None
) -> Tensor:
    """Record the distribution of numbers (mirrors `tf.summary.histogram`).

    Args:
        name: what it is called.
        data: numbers of any shape; those that are not finite are left out.
        step: the step; the one in use by default.
        buckets: how many; 30 by default.
        description: a text in Markdown.

    Returns:
        Whether it was recorded; see `tf.summary.scalar`.
    """

    def write_to(file: EventFile, tag: str, value: Any, at: int) -> None:
        file.histogram(tag, value, at, 30 if buckets is None else buckets, description or "")

    return _record(write_to, name, convert_to_tensor(data), step)


def image(
    name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None
) -> Tensor:
    """Record pictures (mirrors `tf.summary.image`).

    Args:
        name: what they are called.
        data: [pictures, height, width, channels] with 1 (grey), 2 (with alpha), 3 (RGB) or 4 channels: uint8, or fractions from 0.0 to
            1.0; what is outside is clipped.
        step: the step; the one in use by default.
        max_outputs: at most so many of them.
        description: a text in Markdown.

    Returns:
        Whether they were recorded; see `tf.summary.scalar`.

    Raises:
        ValueError: data of another rank, or another number of channels.
    """
    tensor = _ranked(data, 4, "image")
    if tensor.shape[-1] not in (1, 2, 3, 4):
        raise ValueError(f"image: pictures must have 1 to 4 channels, not the shape {tuple(tensor.shape)}.")

    def write_to(file: EventFile, tag: str, value: Any, at: int) -> None:
        chosen = value[:max_outputs]
        if chosen.dtype.kind not in "iub":
            chosen = np.floor(np.nan_to_num(chosen.astype(np.float32)).clip(0, 1) * 255.5)
        file.image(tag, chosen.clip(0, 255).astype(np.uint8), at, description or "")

    return _record(write_to, name, tensor, step)


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> Tensor:
    """Record texts in Markdown (mirrors `tf.summary.text`).

    Args:
        name: what they are called.
        data: a string, or a tensor of strings of any shape.
        step: the step; the one in use by default.
        description: a text in Markdown.

    Returns:
        Whether they were recorded; see `tf.summary.scalar`.

    Raises:
        TypeError: something else than strings.
    """
    tensor = convert_to_tensor(data)
    if tensor.dtype != "string":
        raise TypeError(
            f"text: data must be strings, not {tensor.dtype.name}; tf.strings.as_string makes some of numbers."
        )

    def write_to(file: EventFile, tag: str, value: Any, at: int) -> None:
        file.text(tag, np.asarray(value, object), at, description or "")

    return _record(write_to, name, tensor, step)


def audio(
    name: str,
    data: Any,
    sample_rate: Any,
    step: Any = None,
    max_outputs: int = 3,
    encoding: str | None = None,
    description: str | None = None,
) -> Tensor:
    """Record sound (mirrors `tf.summary.audio`).

    Args:
        name: what it is called.
        data: float32 [clips, samples, channels], from -1.0 to 1.0.
        sample_rate: samples a second.
        step: the step; the one in use by default.
        max_outputs: at most so many of the clips.
        encoding: `None` or 'wav'.
        description: a text in Markdown.

    Returns:
        Whether it was recorded; see `tf.summary.scalar`.

    Raises:
        ValueError: data of another rank, or another encoding.
    """
    if encoding not in (None, "wav"):
        raise ValueError(f"audio: encoding must be 'wav' or None, not {encoding!r}.")
    tensor = _ranked(data, 3, "audio")

    def write_to(file: EventFile, tag: str, value: Any, at: int) -> None:
        files = [encode_wav(clip.astype(np.float32), sample_rate).numpy() for clip in value[:max_outputs]]
        file.audio(tag, files, at, description or "")

    return _record(write_to, name, tensor, step)


def write(tag: str, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None) -> Tensor:
    """Record any tensor (mirrors `tf.summary.write`).

    Args:
        tag: what it is called.
        tensor: numbers or strings of any shape.
        step: the step; the one in use by default.
        metadata: a `SummaryMetadata` message, which says what TensorBoard shall make of it.
        name: ignored.

    Returns:
        Whether it was recorded; see `tf.summary.scalar`.
    """

    def write_to(file: EventFile, tag: str, value: Any, at: int) -> None:
        (file.strings if value.dtype == object else file.numbers)(tag, value, metadata, at)

    return _record(write_to, tag, convert_to_tensor(tensor), step)


def _ranked(data: Any, rank: int, what: str) -> Any:
    tensor = convert_to_tensor(data)
    if len(tensor.shape) != rank:
        raise ValueError(
            f"{what}: data must have rank {rank}. Received rank {len(tensor.shape)}, shape {tuple(tensor.shape)}."
        )
    return tensor


@contextmanager
def summary_scope(name: str, default_name: str = "summary", values: Any = None) -> Iterator[tuple[str, str]]:
    """A name scope for a summary: gives its tag and the scope (mirrors `tf.summary.experimental.summary_scope`)."""
    outer = get_current_name_scope()
    chosen = name or default_name
    with name_scope(chosen) as scope:
        yield f"{outer}/{chosen}" if outer else chosen, scope


# Traces: XLA's programs have no graph of TensorFlow's kind to show.


def _not_traced(what: str) -> None:
    logging.getLogger("tensorflow").warning(
        "tf.summary.%s does nothing here: functions are compiled by the engine, and leave no graph or profile for TensorBoard.",
        what,
    )


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: str | None = None) -> None:
    """Does nothing, and says so in the log: there is no trace to record (mirrors `tf.summary.trace_on`)."""
    _not_traced("trace_on")


def trace_export(name: str, step: Any = None, profiler_outdir: str | None = None) -> None:
    """Does nothing, and says so in the log (mirrors `tf.summary.trace_export`)."""
    _not_traced("trace_export")


def trace_off() -> None:
    """Does nothing, and says so in the log (mirrors `tf.summary.trace_off`)."""
    _not_traced("trace_off")


def graph(graph_data: Any) -> Tensor:
    """Raises: there are no graphs of TensorFlow's kind."""
    raise NotImplementedError(
        "tf.summary.graph is not available: there are no TensorFlow graphs. Use keras.callbacks.TensorBoard."
    )
