"""What is Python in a notebook's code cell, and what is IPython's."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass, field

BODY_RUNS = frozenset({"capture", "memit", "prun", "time", "timeit"})
"""Cell magics that run the Python below them; those that hand it to another program are skipped with it."""

STATEMENT_RUNS = frozenset({"memit", "prun", "time"})
"""Line magics that run the statement after them, in the notebook's own names."""

_SHELL = re.compile(r"\s*!")
_MAGIC = re.compile(r"\s*%(?!%)\s*(?P<name>[A-Za-z_]\w*)\s?(?P<rest>.*)$")
_HELP = re.compile(r"\s*(\?{1,2}\s*%{0,2}[\w.*]+|%{0,2}[\w.*]+(\[\w+\])?\?{1,2})\s*;?\s*$")
_ASSIGNED = re.compile(r"\s*[A-Za-z_][\w.\[\]'\", ]*=\s*(?P<magic>!|%(?=[A-Za-z_]))")
_CELL_MAGIC = re.compile(r"\s*%%\s*(?P<name>!|[A-Za-z_]\w*)")


@dataclass
class Cell:
    """A code cell, made ready for Python.

    Attributes:
        source: the Python in it; each line is at the number it has in the notebook.
        skipped: the lines that were left out, as they are written in the notebook.
    """

    source: str
    skipped: list[str] = field(default_factory=list)


def read_cell(source: str) -> Cell:
    """Take shell lines, magics and help requests out of a code cell.

    A line that is left out becomes `pass`, so that an `if` above it keeps its body and tracebacks their line
    numbers. `%time f()` becomes `f()`. A line inside a string or a bracket is Python's, whatever it looks
    like.

    Args:
        source: the text of the cell.

    Example:
        >>> cell = read_cell("%matplotlib inline\\nif True:\\n    !pip install keras\\nx = (10\\n %3)")
        >>> print(cell.source)
        pass
        if True:
            pass
        x = (10
         %3)
        >>> cell.skipped
        ['%matplotlib inline', '!pip install keras']
        >>> read_cell("%%time\\nx = 1").source
        '\\nx = 1'
        >>> read_cell("%%bash\\nls").source
        ''
    """
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    skipped: list[str] = []
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        skipped.append(lines[first].strip())
        if magic["name"] not in BODY_RUNS:
            return Cell("", [f"{skipped[0]} and what is below it"])
        lines[first] = ""

    number = first
    while number < len(lines):
        line = lines[number]
        if _is_ipythons(line) and not _is_open("\n".join(lines[:number])):
            written = [line.strip()]
            while lines[number].endswith("\\") and number + 1 < len(lines):
                number += 1
                written.append(lines[number].strip())
                lines[number] = ""
            replacement, note = _in_python(line)
            lines[number - len(written) + 1] = replacement
            if note:
                skipped.append(" ".join(part.rstrip("\\ ") for part in written))
        number += 1
    return Cell("\n".join(lines), skipped)


def _is_ipythons(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_SHELL, _MAGIC, _HELP, _ASSIGNED))


def _in_python(line: str) -> tuple[str, bool]:
    """What stands in for one of IPython's lines, and whether anything is lost by it."""
    indent = line[: len(line) - len(line.lstrip())]
    magic = _MAGIC.match(line)
    if magic is not None and magic["name"] in STATEMENT_RUNS and magic["rest"].strip():
        return indent + magic["rest"].strip(), False
    return indent + "pass", True


def _is_open(text: str) -> bool:
    """Whether a string, a bracket or a continued line is still open at the end of `text`."""
    if text.endswith("\\"):
        return True
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
            continue
    except IndentationError:
        return False
    except (tokenize.TokenError, SyntaxError):
        return True
    return False
