"""`prefetch`: elements made ahead in a thread."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.data.constants import AUTOTUNE, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.data.workers import beside

__all__ = ["_PrefetchDataset"]

_AHEAD = 3  # for AUTOTUNE
_END = object()


class _PrefetchDataset(SameElements):
    """The elements of a data set, made ahead.

    Args:
        source: the data set.
        buffer_size: how many are kept ready; 0: none.
    """

    def __init__(self, source: Dataset, buffer_size: Any) -> None:
        super().__init__(source)
        size = AUTOTUNE if buffer_size is None else scalar(buffer_size, "buffer_size")
        if size < AUTOTUNE:
            raise InvalidArgumentError(
                f"buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning, not {size}."
            )
        self._size = _AHEAD if size == AUTOTUNE else size

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        source = self._inputs[0]._make_iterator(run)
        return _PrefetchIterator(source, self._size) if self._size else source


class _Line:
    """What the thread and its reader share; the reader itself must not be, or it would never be forgotten."""

    def __init__(self, source: ElementIterator, size: int) -> None:
        self.source, self.size = source, size
        self.ready: deque[Any] = (
            deque()
        )  # elements, errors, the end; put in by the thread, taken out by the reader
        self.changed = threading.Condition()
        self.turn = threading.Lock()  # held while an element is made
        self.stopped = False
        self.ended = False  # the end was reached
        self.full = False  # the thread waits for room
        self.empty = False  # the reader waits for an element

    def work(self) -> None:
        while True:
            if len(self.ready) >= self.size or self.ended:
                with self.changed:
                    while not self.stopped and (len(self.ready) >= self.size or self.ended):
                        self.full = True
                        self.changed.wait()
                    self.full = False
            with self.turn:
                if self.stopped:
                    return
                item: Any
                try:
                    item = next(self.source)
                except StopIteration:
                    item = _END
                    self.ended = True
                except BaseException as error:
                    item = error
                self.ready.append(item)
            del item
            if self.empty:
                with self.changed:
                    self.changed.notify_all()

    def take(self) -> Any:
        """The next of what is ready, once there is something; the end stays."""
        ready = self.ready
        if not ready:
            with self.changed:
                self.empty = True
                self.changed.notify_all()  # the thread may wait for room that there is since
                while not ready:
                    if self.stopped:
                        return _END
                    self.changed.wait()
                self.empty = False
        item = ready[0]
        if item is not _END:
            ready.popleft()
            if self.full and len(ready) <= self.size // 2:  # let it run for a while, and not for each element
                with self.changed:
                    self.changed.notify_all()
        return item

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify_all()


class _PrefetchIterator(Chained):
    def __init__(self, source: ElementIterator, size: int) -> None:
        super().__init__(source)
        self._line = _Line(source, size)
        self._thread: threading.Thread | None = None
        self._stop: Any = None

    def _start(self) -> None:
        line = self._line
        self._stop = weakref.finalize(self, line.stop)
        self._stop.atexit = False
        self._thread = beside("prefetch", line.work, line.stop)

    def __next__(self) -> list[Any]:
        if self._thread is None:
            self._start()
        item = self._line.take()
        if item is _END:
            raise StopIteration
        if isinstance(item, BaseException):
            raise item
        return item

    def save(self) -> dict[str, Any]:
        line = self._line
        with line.turn:
            ready = [item for item in line.ready if isinstance(item, list)]
            return {"source": self.source.save(), "ready": ready, "ended": line.ended}

    def restore(self, state: dict[str, Any]) -> None:
        self._halt()
        self.source.restore(state["source"])
        self._line = _Line(self.source, self._line.size)
        self._line.ready.extend(list(leaves) for leaves in state["ready"])
        if state["ended"]:
            self._line.ended = True
            self._line.ready.append(_END)
        self._thread = None

    def _halt(self) -> None:
        if self._stop is not None:
            self._stop()
            self._line.stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def close(self) -> None:
        self._line.stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self.source.close()
