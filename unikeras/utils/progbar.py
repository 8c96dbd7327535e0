"""The progress bar of fit, evaluate and predict."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable
from typing import Any, TextIO

_BOLD, _GREEN, _WHITE, _RESET = "\033[1m", "\033[32m", "\033[37m", "\033[0m"
_CODES = re.compile("\033\\[\\d*m")


class Progbar:
    """A line that says how far a loop is, how fast, and with which values.

    On a terminal or in a notebook the line is redrawn in place. Anywhere else (a file, a pipe) only the
    finished line is written, without control characters. A terminal narrower than the line gets a shorter
    bar, then fewer values, until the last line, which is always whole. The layout is that of Keras 3.

    Args:
        target: number of steps in all, or `None` if unknown (then it is what was reached when finalized).
        width: characters of the bar.
        verbose: 0: silent; 1: the bar; 2: one line when finished.
        interval: least number of seconds between two redraws.
        stateful_metrics: names of values shown as they are; other values are averaged over the steps.
        unit_name: what a step is called.

    Example:
        >>> bar = Progbar(3, verbose=2)
        >>> for step in range(1, 4):
        ...     bar.update(step, [("loss", 1.0 / step)])
        3/3 - 0s - ...s/step - loss: 0.3333

    Source: `keras.utils.Progbar`.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.stateful_metrics = set(stateful_metrics or ())
        self.unit_name = unit_name
        self._stream: TextIO = sys.stdout
        self._interactive = _is_interactive(self._stream)
        self._values: dict[str, tuple[float, float]] = {}  # name -> (weighted sum, weight)
        self._seen = 0
        self._start = time.time()
        self._first: tuple[float, int] | None = (
            None  # time and step of the first update: the rate leaves out set-up
        )
        self._last_draw = -float("inf")
        self._drawn = 0  # visible length of the line on screen

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Move to step `current`.

        Args:
            current: steps done so far.
            values: pairs `(name, number)`: averaged, weighted by the steps since the last update, unless the
                name is stateful. Values of the finishing update are shown as they are.
            finalize: whether this is the last update; `None`: when `current` reaches the target.

        Example:
            >>> bar = Progbar(None, verbose=2)
            >>> bar.update(7, [("loss", 0.5)], finalize=True)
            7/7 - 0s - ...s/step - loss: 0.5000
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._record(current, values or (), finalize)
        now = time.time()
        if self._first is None and current > 0:
            self._first = now, current
        if finalize and self.target is None:
            self.target = current
        if self.verbose == 2 or (self.verbose == 1 and not self._interactive):
            if finalize:
                self._write(self._summary(current, now) + "\n")
        elif self.verbose == 1 and (finalize or now - self._last_draw >= self.interval):
            self._redraw(current, now, finalize)
            self._last_draw = now

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Move on by `n` steps.

        Args:
            n: steps done since the last update.
            values: as for `update`.

        Example:
            >>> bar = Progbar(4, verbose=2)
            >>> bar.add(2)
            >>> bar.add(2)
            4/4 - 0s - ...s/step
        """
        self.update(self._seen + n, values)

    def _record(self, current: int, values: Iterable[tuple[str, Any]], finalize: bool) -> None:
        steps = max(current - self._seen, 1)
        for name, value in values:
            number = float(value)
            if finalize or name in self.stateful_metrics:
                self._values[name] = number, 1.0
            else:
                total, weight = self._values.get(name, (0.0, 0.0))
                self._values[name] = total + number * steps, weight + steps
        self._seen = current

    # -- the pieces of the line

    def _rate(self, current: int, now: float) -> str:
        """Time for a step; the first update, which carries compilation, counts only while it is alone."""
        if self._first is not None and current > self._first[1]:
            seconds = (now - self._first[0]) / (current - self._first[1])
        else:
            seconds = (now - self._start) / max(current, 1)
        if seconds >= 1 or seconds == 0:
            return f"{seconds:.0f}s/{self.unit_name}"
        if seconds >= 1e-3:
            return f"{seconds * 1e3:.0f}ms/{self.unit_name}"
        return f"{seconds * 1e6:.0f}us/{self.unit_name}"

    def _clock(self, current: int, now: float, finalize: bool) -> str:
        """Time left while running, time taken at the end or with an unknown target."""
        elapsed = now - self._start
        if finalize or self.target is None or current == 0:
            return f"{elapsed:.0f}s"
        if self._first is not None and current > self._first[1]:
            elapsed, current_steps = now - self._first[0], current - self._first[1]
        else:
            current_steps = current
        left = int(elapsed / current_steps * max(self.target - current, 0))
        hours, minutes, seconds = left // 3600, left % 3600 // 60, left % 60
        if hours:
            return f"{hours}:{minutes:02d}:{seconds:02d}"
        return f"{minutes}:{seconds:02d}" if minutes else f"{seconds}s"

    def _numbers(self) -> str:
        text = ""
        for name, (total, weight) in self._values.items():
            mean = total / weight
            text += f" - {name}: " + (f"{mean:.4e}" if abs(mean) <= 1e-3 else f"{mean:.4f}")
        return text

    def _count(self, current: int) -> str:
        if self.target is None:
            return f"{current:7d}/Unknown"
        return f"{current:{len(str(self.target))}d}/{self.target}"

    def _bar(self, current: int, width: int, colour: bool) -> str:
        if self.target is None or width <= 0:
            return ""
        full, rest = ("━", "━" if colour else "─") if _encodes(self._stream, "━─") else ("=", ".")
        done = width if self.target <= 0 else int(width * min(current / self.target, 1.0))
        if colour:
            return f"{_GREEN}{full * done}{_RESET}{_WHITE}{rest * (width - done)}{_RESET} "
        return full * done + rest * (width - done) + " "

    def _line(self, current: int, now: float, finalize: bool, width: int, colour: bool) -> str:
        count, clock = self._count(current), self._clock(current, now, finalize)
        if colour:
            count, clock = _BOLD + count + _RESET, _BOLD + clock + _RESET
        head = f"{count} {self._bar(current, width, colour)}{clock} {self._rate(current, now)}"
        return head + self._numbers()

    def _summary(self, current: int, now: float) -> str:
        """The finished line where nothing can be redrawn."""
        if self.verbose == 1:
            return self._line(current, now, True, self.width, colour=False)
        elapsed = f"{now - self._start:.0f}s"
        return f"{self._count(current)} - {elapsed} - {self._rate(current, now)}{self._numbers()}"

    # -- drawing

    def _redraw(self, current: int, now: float, finalize: bool) -> None:
        colour = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        line = self._line(current, now, finalize, self.width, colour)
        columns = _columns(self._stream)
        if columns and not finalize:
            # A line that wraps cannot be redrawn in place: shorten the bar, then cut the values.
            excess = len(_CODES.sub("", line)) - (columns - 1)
            if excess > 0:
                line = self._line(current, now, finalize, max(self.width - excess, 0), colour)
            if len(_CODES.sub("", line)) > columns - 1:
                line = _CODES.sub("", line)[: columns - 1]
        length = len(_CODES.sub("", line))
        self._write("\r" + line + " " * (self._drawn - length) + ("\n" if finalize else ""))
        self._drawn = 0 if finalize else length

    def _write(self, text: str) -> None:
        if not _encodes(self._stream, text):  # a metric's name, say, that this terminal cannot show
            encoding = self._stream.encoding or "ascii"
            text = text.encode(encoding, "backslashreplace").decode(encoding)
        self._stream.write(text)
        self._stream.flush()


def _is_interactive(stream: TextIO) -> bool:
    """Whether a carriage return redraws the line: terminals, and the output of notebook cells."""
    if type(stream).__module__.split(".")[0] in ("ipykernel", "google"):
        return True
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty())


def _columns(stream: TextIO) -> int:
    """Width of the terminal in characters; 0: unknown or unlimited."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (
        OSError,
        ValueError,
        AttributeError,
    ):  # a notebook, a closed stream, a stream without a descriptor
        return 0


def _encodes(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
