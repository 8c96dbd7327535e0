"""`TimedThread`: something done every so often beside the program."""

from __future__ import annotations

import threading
from typing import Any

__all__ = ["TimedThread"]


class TimedThread:
    """Calls `on_interval`, which subclasses define, every so many seconds in a thread (mirrors `tf.keras.utils.TimedThread`).

    It can be used as a context: started at its beginning, stopped at its end.

    Args:
        interval: seconds between the calls.
        **kwargs: of `threading.Thread`.

    Example:
        >>> import threading
        >>> class Tick(TimedThread):
        ...     ticked = threading.Event()
        ...     def on_interval(self):
        ...         self.ticked.set()
        >>> with Tick(0.01) as thread:
        ...     thread.ticked.wait(5)
        True
        >>> thread.is_alive()
        False
    """

    def __init__(self, interval: float, **kwargs: Any) -> None:
        self.interval = interval
        self.daemon = kwargs.pop("daemon", False)
        self._options = kwargs
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def on_interval(self) -> None:
        """What is done; subclasses define it."""
        raise NotImplementedError(f"{type(self).__name__} needs a method on_interval().")

    def _run(self) -> None:
        while not self._stopped.wait(self.interval):
            self.on_interval()

    def start(self) -> None:
        """Begin; nothing if it runs already."""
        if self.is_alive():
            return
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, daemon=self.daemon, **self._options)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for a call that is under way."""
        self._stopped.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and self._thread.is_alive()

    def __enter__(self) -> TimedThread:
        self.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self.stop()
