"""`ignore_errors` and `assert_cardinality`: what is done about elements that fail, or are missing."""

from __future__ import annotations

from typing import Any

from unikeras.core.errors import FailedPreconditionError
from unikeras.core.strict import report
from unikeras.data.constants import INFINITE, scalar
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import Chained, ElementIterator

__all__ = ["_AssertCardinalityDataset", "_IgnoreErrorsDataset"]


class _IgnoreErrorsDataset(SameElements):
    """The elements that could be made.

    Args:
        source: the data set.
        log: whether what is left out is reported.
    """

    def __init__(self, source: Dataset, log: bool) -> None:
        super().__init__(source)
        self._log = log

    def _make_cardinality(self) -> int:
        from unikeras.data.constants import UNKNOWN

        return UNKNOWN

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _IgnoreErrorsIterator(self._inputs[0]._make_iterator(run), self._log)


class _IgnoreErrorsIterator(Chained):
    def __init__(self, source: ElementIterator, log: bool) -> None:
        super().__init__(source)
        self._log = log

    def __next__(self) -> list[Any]:
        while True:
            try:
                return next(self.source)
            except StopIteration:
                raise
            except Exception as error:
                if self._log:
                    report(f"ignore_errors: an element is left out: {type(error).__name__}: {error}")


class _AssertCardinalityDataset(SameElements):
    """The elements of a data set that must have so many.

    Args:
        source: the data set.
        count: how many.
    """

    def __init__(self, source: Dataset, count: Any) -> None:
        super().__init__(source)
        self._count = scalar(count, "expected_cardinality")

    def _make_cardinality(self) -> int:
        return self._count

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _AssertCardinalityIterator(self._inputs[0]._make_iterator(run), self._count)


class _AssertCardinalityIterator(Chained):
    def __init__(self, source: ElementIterator, count: int) -> None:
        super().__init__(source)
        self._count, self._done = count, 0

    def _expected(self) -> str:
        return "an infinite number of elements" if self._count == INFINITE else f"{self._count} elements"

    def __next__(self) -> list[Any]:
        try:
            leaves = next(self.source)
        except StopIteration:
            if self._done != self._count:
                raise FailedPreconditionError(
                    f"Input dataset was expected to contain {self._expected()} but contained only {self._done} elements."
                ) from None
            raise
        self._done += 1
        if self._count != INFINITE and self._done > self._count:
            raise FailedPreconditionError(
                f"Input dataset was expected to contain {self._expected()} but contained at least {self._done} elements."
            )
        return leaves

    def _save(self) -> dict[str, Any]:
        return {"done": self._done}

    def _restore(self, state: dict[str, Any]) -> None:
        self._done = int(state["done"])
