"""Threads beside the program: they end when what they work for is closed or forgotten, and never outlive the program."""

from __future__ import annotations

import atexit
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

__all__ = ["Result", "Workers", "beside"]

_PATIENCE = 1.0  # seconds that the end of the program waits for threads
_live: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_stops: weakref.WeakKeyDictionary[threading.Thread, Callable[[], None]] = weakref.WeakKeyDictionary()


def beside(name: str, work: Callable[[], None], stop: Callable[[], None]) -> threading.Thread:
    """Run `work` in a thread; `stop` makes it return soon, and is called at the end of the program."""
    thread = threading.Thread(target=work, name=f"unikeras-data-{name}", daemon=True)
    _stops[thread] = stop
    _live.add(thread)
    thread.start()
    return thread


@atexit.register
def _end() -> None:
    threads = [thread for thread in list(_live) if thread.is_alive()]
    for thread in threads:
        stop = _stops.get(thread)
        if stop is not None:
            stop()
    end = time.monotonic() + _PATIENCE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


class Result:
    """What a call gives once it is done."""

    __slots__ = ("_done", "error", "value")

    def __init__(self) -> None:
        self._done = threading.Lock()
        self._done.acquire()
        self.value: Any = None
        self.error: BaseException | None = None

    def run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Make the call."""
        try:
            self.value = function(*args)
        except BaseException as error:
            self.error = error
        finally:
            self._done.release()

    @property
    def done(self) -> bool:
        """Whether it is."""
        return not self._done.locked()

    def wait(self) -> None:
        """Until it is done."""
        with self._done:
            pass

    def get(self) -> Any:
        """The value, or the error raised."""
        self.wait()
        if self.error is not None:
            raise self.error
        return self.value


def _work(tasks: queue.SimpleQueue[Any]) -> None:
    while True:
        task = tasks.get()
        if task is None:
            return
        task[0].run(task[1], task[2])
        del task


class Workers:
    """A few threads that make calls.

    Args:
        count: how many.
        name: what they are for.
    """

    def __init__(self, count: int, name: str) -> None:
        self._count, self._name = count, name
        self._tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._threads = 0
        self._stop = weakref.finalize(self, _stop, self._tasks, count)
        self._stop.atexit = False

    def submit(self, function: Callable[..., Any], *args: Any) -> Result:
        """Have a call made."""
        result = Result()
        self._tasks.put((result, function, args))
        if self._threads < self._count:
            self._threads += 1
            tasks, count = self._tasks, self._count
            beside(self._name, lambda: _work(tasks), lambda: _stop(tasks, count))
        return result

    def close(self) -> None:
        """End the threads after what they are doing."""
        self._stop()


def _stop(tasks: queue.SimpleQueue[Any], count: int) -> None:
    while True:  # what nobody waits for any more
        try:
            tasks.get_nowait()
        except queue.Empty:
            break
    for _ in range(count):
        tasks.put(None)
