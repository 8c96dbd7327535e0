"""Writers of event files: which one is in use, whether it records, and at which step."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from unikeras.callbacks.tensorboard_events import EventFile
from unikeras.core.tensor import Tensor, convert_to_tensor, is_tensor

__all__ = [
    "SummaryWriter",
    "create_file_writer",
    "create_noop_writer",
    "current",
    "flush",
    "get_step",
    "record_if",
    "set_step",
    "should_record_summaries",
]


class _State(threading.local):
    """What holds in this thread."""

    writer: SummaryWriter | None = None
    condition: Any = True  # a value, a tensor, or a function that gives one
    step: Any = None


_state = _State()


class SummaryWriter:
    """Writes to one event file, or nowhere; made by `create_file_writer` (mirrors `tf.summary.SummaryWriter`)."""

    def __init__(self, file: EventFile | None = None) -> None:
        self._file = file
        self._closed = False
        if file is not None:
            file.begin()
            self._finalizer = weakref.finalize(self, file.flush)  # also when Python ends

    def _check(self) -> None:
        if self._closed:
            raise RuntimeError(f"SummaryWriter {self!r} is already closed.")

    def as_default(self, step: Any = None) -> AbstractContextManager[SummaryWriter]:
        """A context in which summaries go to this writer.

        Args:
            step: the step of those that give none; the one in use by default.

        Raises:
            RuntimeError: the writer is closed.
        """
        self._check()
        return self._default(step)

    @contextmanager
    def _default(self, step: Any) -> Iterator[SummaryWriter]:
        before = _state.writer, _state.step
        _state.writer = self
        if step is not None:
            _state.step = step
        try:
            yield self
        finally:
            self.flush()
            _state.writer = before[0]
            if step is not None:
                _state.step = before[1]

    def set_as_default(self, step: Any = None) -> None:
        """Let summaries go to this writer from now on; see `as_default`."""
        self._check()
        _state.writer = self
        if step is not None:
            _state.step = step

    def init(self) -> None:
        """Nothing to do: the file is there."""

    def flush(self) -> None:
        """Write what was gathered to the file."""
        if self._file is not None and not self._closed:
            self._file.flush()

    def close(self) -> None:
        """Flush; the writer cannot be used any more."""
        self.flush()
        self._closed = True


def create_file_writer(
    logdir: Any,
    max_queue: int | None = None,
    flush_millis: int | None = None,
    filename_suffix: str | None = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """A writer of an event file that TensorBoard reads (mirrors `tf.summary.create_file_writer`).

    The `tensorboard` package writes the file, without TensorFlow. What is recorded is written every two seconds, at the end of
    `as_default`, by `flush` and `close`, and when Python ends.

    Args:
        logdir: the folder; made if need be.
        max_queue: accepted.
        flush_millis: accepted.
        filename_suffix: what the file's name ends with; '.v2' by default.
        name: ignored.
        experimental_trackable: accepted.
        experimental_mesh: must be `None`.

    Raises:
        ImportError: the `tensorboard` package is not installed.

    Example:
        >>> import tempfile
        >>> import unikeras as tf
        >>> folder = tempfile.TemporaryDirectory()
        >>> writer = tf.summary.create_file_writer(folder.name)
        >>> with writer.as_default(step=1):
        ...     recorded = tf.summary.scalar("loss", 0.5)
        >>> bool(recorded)
        True
        >>> writer.close()
        >>> folder.cleanup()
    """
    if experimental_mesh is not None:
        raise NotImplementedError(
            "create_file_writer: experimental_mesh (distribution over devices) is not available."
        )
    folder = os.fspath(logdir.numpy().decode() if hasattr(logdir, "numpy") else logdir)
    return SummaryWriter(EventFile(folder, ".v2" if filename_suffix is None else filename_suffix))


def create_noop_writer() -> SummaryWriter:
    """A writer that writes nothing (mirrors `tf.summary.create_noop_writer`)."""
    return SummaryWriter()


def current() -> tuple[SummaryWriter | None, Any]:
    """The writer in use, and whether it records: a value or a tensor."""
    condition = _state.condition
    return _state.writer, condition() if callable(condition) and not is_tensor(condition) else condition


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A context in which summaries are recorded if a condition holds (mirrors `tf.summary.record_if`).

    Args:
        condition: a bool, a tensor of one, or a function that gives one, asked at each summary.

    Example:
        >>> import unikeras as tf
        >>> with tf.summary.record_if(False):
        ...     bool(tf.summary.should_record_summaries())
        False
    """
    before = _state.condition
    _state.condition = condition
    try:
        yield
    finally:
        _state.condition = before


def should_record_summaries() -> Tensor:
    """Whether summaries are recorded: there is a writer, and the condition of `record_if` holds (mirrors
    `tf.summary.should_record_summaries`).
    """
    writer, condition = current()
    return convert_to_tensor(False if writer is None or writer._file is None else condition)


def set_step(step: Any) -> None:
    """Let `step` (a number, a tensor or a variable) be that of summaries which give none; `None` for none (mirrors
    `tf.summary.experimental.set_step`).
    """
    _state.step = step


def get_step() -> Any:
    """What `set_step` set (mirrors `tf.summary.experimental.get_step`)."""
    return _state.step


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> None:
    """Write what was gathered by a writer (the one in use by default) to its file (mirrors `tf.summary.flush`)."""
    chosen = _state.writer if writer is None else writer
    if chosen is not None:
        chosen.flush()
