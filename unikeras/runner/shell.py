"""What `get_ipython()` gives the cells of a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Shell:
    """Stands for IPython's shell: skips magics and shell commands with a note, and does nothing more.

    Notebooks that were exported to Python code spell `%matplotlib inline` as
    `get_ipython().run_line_magic("matplotlib", "inline")`; that is what this is for.

    Args:
        note: called with the note.

    Example:
        >>> Shell(print).run_line_magic("matplotlib", "inline")
        skipped %matplotlib inline
        >>> Shell(print).user_ns
        Traceback (most recent call last):
        ...
        AttributeError: `get_ipython().user_ns` is IPython's own...
    """

    def __init__(self, note: Callable[[str], Any]) -> None:
        self._note = note

    def run_line_magic(self, name: str, line: str = "", *_: Any) -> None:
        """Skip a line magic."""
        self._note(f"skipped %{name} {line}".rstrip())

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Skip a cell magic, and what is in the cell."""
        self._note(f"skipped %%{name} {line}".rstrip())

    def magic(self, line: str) -> None:
        """Skip a line magic, in the older spelling."""
        self._note(f"skipped %{line.lstrip('%')}")

    def system(self, command: str) -> None:
        """Skip a shell command."""
        self._note(f"skipped !{command}")

    getoutput = system

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"`get_ipython().{name}` is IPython's own, and this notebook runs under `unikeras run`, without "
            "IPython. Remove it, or run the notebook in Jupyter, with `unikeras.install()` in its first cell."
        )
