"""Write the logs of every epoch to a CSV file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from unikeras.callbacks.callback import Callback, Logs
from unikeras.core.strict import report


class CSVLogger(Callback):
    """Writes one line an epoch: `epoch` (from 0), then the logs in alphabetical order.

    The columns are those of the first epoch and, if it had no validation, the same with `val_`, as
    validation may come later. A missing value is written as `NA`.

    Args:
        filename: path of the file.
        separator: string between the columns.
        append: go on with an existing file, whose heading is kept.

    Example:
        >>> import pathlib, tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = pathlib.Path(folder.name, "log.csv")
        >>> log = CSVLogger(path)
        >>> log.on_train_begin()
        >>> log.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.75})
        >>> path.read_text().split()
        ['epoch,loss,val_loss', '0,0.5,0.75']
        >>> folder.cleanup()

    Source: `keras.callbacks.CSVLogger`.
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self._columns: list[str] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start the file, or read the heading of the one to go on with."""
        self._columns = self._old_columns() if self.append else None
        if not self.append:
            self._write([])

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write a line."""
        logs = logs or {}
        rows: list[list[Any]] = []
        if self._columns is None:
            self._columns = ["epoch", *_with_validation(sorted(logs))]
            rows.append(self._columns)
        unknown = sorted(set(logs) - set(self._columns))
        if unknown:
            report(
                f"CSVLogger: {', '.join(unknown)} cannot be written to {self.filename!r}, whose heading is "
                f"{self.sep.join(self._columns)!r}. Use a new file, or give every epoch the same values."
            )
        values = {"epoch": epoch, **{name: _plain(value) for name, value in logs.items()}}
        rows.append([values.get(column, "NA") for column in self._columns])
        self._write(rows, "a")

    def backup_state(self) -> dict[str, Any]:
        """The file as it is, for `BackupAndRestore`."""
        with open(self.filename, newline="", encoding="utf-8") as file:
            return {"columns": self._columns, "text": file.read()}

    def restore_state(self, state: dict[str, Any]) -> None:
        """Write the file as it was: lines of epochs that are run again are not in it."""
        self._columns = state["columns"]
        with open(self.filename, "w", newline="", encoding="utf-8") as file:
            file.write(state["text"])

    def _write(self, rows: list[list[Any]], mode: str = "w") -> None:
        # Opened for each line, so that an interrupted training leaves a whole file and nothing open.
        with open(self.filename, mode, newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=self.sep, lineterminator="\n").writerows(rows)

    def _old_columns(self) -> list[str] | None:
        """The heading of the file to go on with."""
        if not os.path.exists(self.filename):
            return None
        with open(self.filename, newline="", encoding="utf-8") as file:
            return next(csv.reader(file, delimiter=self.sep), None)


def _with_validation(names: list[str]) -> list[str]:
    if any(name.startswith("val_") for name in names):
        return names
    return names + [f"val_{name}" for name in names if name != "learning_rate"]


def _plain(value: Any) -> Any:
    """A number as it is; several as `[a, b]`."""
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value.item()
    if isinstance(value, Iterable):
        return f"[{', '.join(map(str, value))}]"
    return value
