"""Elements of data sets in compiled functions: taken from iterators ahead of a call, or loops that run from Python.

A program cannot ask an iterator for its next element. Where `next(iterator)` stands in the straight code of a function, the elements
are taken before the program runs and given to it. A loop over a data set runs from Python, and each turn is a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unikeras.core.errors import RunsFromPython
from unikeras.core.state import thread

__all__ = ["Feeds", "NeedsNext", "feeding", "take"]


class NeedsNext(Exception):
    """The function being traced asks an iterator for one more element than it was given."""

    def __init__(self, iterator: Any) -> None:
        super().__init__("one more element")
        self.iterator = iterator


class Feeds:
    """Elements for the iterators that a function asks, in the order in which they are taken.

    Args:
        elements: pairs of an iterator and an element.
        traced: whether the function is being traced, so that nothing else may be taken.
    """

    def __init__(self, elements: list[tuple[Any, Any]], traced: bool) -> None:
        self._left = list(elements)
        self._traced = traced

    def take(self, iterator: Any) -> Any:
        """The next element for an iterator; `None` if it may give one itself."""
        for i, (owner, element) in enumerate(self._left):
            if owner is iterator:
                del self._left[i]
                return element
        if self._traced:
            raise NeedsNext(iterator)
        return None


@contextmanager
def feeding(feeds: Feeds | None) -> Iterator[None]:
    """Let iterators give these elements first."""
    outer, thread.feeds = thread.feeds, feeds
    try:
        yield
    finally:
        thread.feeds = outer


def take(iterator: Any) -> Any:
    """What stands for an iterator's next element here; `None` where it gives the element itself.

    Raises:
        RunsFromPython: in a branch or loop of a function being traced.
    """
    feeds = thread.feeds
    if feeds is not None:
        return feeds.take(iterator)
    if thread.tracing and not thread.symbolic:
        raise RunsFromPython(
            "the next element of a data set is taken in a branch or loop of a compiled function"
        )
    return None
