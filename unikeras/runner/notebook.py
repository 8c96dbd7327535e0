"""`unikeras run notebook.ipynb`: the code cells of a notebook, in order, without Jupyter."""

from __future__ import annotations
import __future__

import ast
import asyncio
import base64
import inspect
import json
import linecache
import os
import sys
import traceback
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from unikeras.runner import children, display, hook
from unikeras.runner.cells import read_cell
from unikeras.runner.frames import users_part
from unikeras.runner.outputs import Recorder, Tee, mime_bundle
from unikeras.runner.shell import Shell

_FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


def run_notebook(
    path: str,
    arguments: list[str],
    output: str | None = None,
    figures: str | None = None,
    package: str = "unikeras",
) -> None:
    """Run the code cells of a notebook in order, with `tensorflow` and `keras` mapped.

    As in Jupyter the cells share the names of one `__main__`, the working directory is the notebook's folder,
    the value of a cell's last expression is displayed, `await` works, and `display()` is there. Shell lines
    and magics are skipped with a note on stderr (`cells.read_cell` says which of them run what they are
    given). Figures are saved as PNG files.

    Args:
        path: the `.ipynb` file.
        arguments: `sys.argv[1:]` for the cells.
        output: where to write an executed copy, with outputs; it is rewritten after every cell. None writes
            none.
        figures: the folder for the figures; None means `<name>-figures`, next to `output` or else in the
            current folder.
        package: what `tensorflow` is mapped to.

    Raises:
        SystemExit: with code 1 after an exception in a cell (printed; it names the cell), with 2 if the file
            is not a Python notebook, or as the cells raise it.
        KeyboardInterrupt: on Ctrl-C.
    """
    notebook = _read(path)
    written = Path(output or Path(path).name)
    folder = Path(figures) if figures is not None else written.with_name(f"{written.stem}-figures")
    target = written.absolute() if output is not None else None

    sys.argv = [path, *arguments]
    home = os.path.dirname(os.path.realpath(path))
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = home
    hook.install_for(package)
    children.inherit_hook(package)
    session = _Session(os.path.basename(path), display.FigureFolder(folder))
    os.chdir(home)
    session.run(notebook, target)
    if output is not None:
        print(f"[executed copy: {output}]", file=sys.stderr)


class _Session:
    """What a kernel is: the names that the cells share, and what they have shown.

    Args:
        name: the notebook's file name, for messages and tracebacks.
        figures: where figures are saved.
    """

    def __init__(self, name: str, figures: display.FigureFolder) -> None:
        self.name = name
        self.count = 0
        self.recorder = Recorder()
        self.figures = figures
        self.figures_of_cell = 0
        self.futures = 0
        self.loop: asyncio.Runner | None = None
        self.shell = Shell(self.note)
        self.main = ModuleType("__main__")
        self.main.__dict__.update(display=self.display, get_ipython=lambda: self.shell)
        self.starter = sys.modules["__main__"]  # must outlive the cells: its frames are still running
        display.capture(self.figure)

    def run(self, notebook: dict[str, Any], target: Path | None) -> None:
        """Run all code cells; write the executed copy to `target` after each."""
        sys.modules["__main__"] = self.main
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell in cells:
            cell["outputs"], cell["execution_count"] = [], None
        streams = sys.stdout, sys.stderr
        sys.stdout = Tee(sys.stdout, "stdout", self.recorder)
        sys.stderr = Tee(sys.stderr, "stderr", self.recorder)
        try:
            for cell in cells:
                if not "".join(cell["source"]).strip():
                    continue
                self.count += 1
                cell["execution_count"] = self.count
                try:
                    self.run_cell("".join(cell["source"]))
                except BaseException as error:
                    if not self.survives(error, cell):
                        raise
                finally:
                    cell["outputs"] = self.recorder.take()
                    if target is not None:
                        _write(notebook, target)
        finally:
            sys.stdout, sys.stderr = streams
            if self.loop is not None:
                self.loop.close()

    def run_cell(self, text: str) -> None:
        """Run one cell, display its last expression and its figures."""
        label = f"{self.name}[cell {self.count}]"
        cell = read_cell(text)
        for line in cell.skipped:
            self.note(f"skipped {line}")
        # With no modification time linecache keeps the lines; tracebacks and inspect.getsource find them.
        linecache.cache[label] = (
            len(cell.source),
            None,
            cell.source.splitlines(keepends=True) or [""],
            label,
        )
        self.figures_of_cell = 0
        statements, expression = self.compile(cell.source, label)
        self.evaluate(statements)
        if expression is not None:
            value = self.evaluate(expression)
            if value is not None:
                self.main.__dict__["_"] = value
                self.show(value, self.count)
        backend = sys.modules.get("unikeras.runner.figures")
        if backend is not None:
            backend.show_open()

    def compile(self, source: str, label: str) -> tuple[CodeType, CodeType | None]:
        """The cell's statements, and its last expression if it is to be displayed."""
        flags = self.futures | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(source, label, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        expression = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
            last = ast.Expression(tree.body.pop().value)
            expression = compile(last, label, "eval", flags, dont_inherit=True)
        statements = compile(tree, label, "exec", flags, dont_inherit=True)
        self.futures |= statements.co_flags & _FUTURES
        return statements, expression

    def evaluate(self, code: CodeType) -> Any:
        """Run code in the shared names; await it if it contains an `await`."""
        value = eval(code, self.main.__dict__)
        if code.co_flags & inspect.CO_COROUTINE:
            self.loop = self.loop or asyncio.Runner()
            value = self.loop.run(value)
        return value

    def survives(self, error: BaseException, cell: dict[str, Any]) -> bool:
        """Report what a cell raised, and say whether to go on with the next one.

        Only Jupyter's tag `raises-exception` does that; otherwise the process ends as Python would end it.
        """
        if isinstance(error, SystemExit):
            return False
        part = users_part(error.__traceback__, _Session.evaluate.__code__)
        if isinstance(error, SyntaxError) and not _lines(part, self.name):
            part = None
        lines = traceback.format_exception(error.with_traceback(part))
        place = f"cell {self.count}"
        at = error.lineno if isinstance(error, SyntaxError) and part is None else _lines(part, self.name)
        if at:
            place += f", line {at}"
        sys.stdout.flush()
        self.note("", place)
        print("".join(lines), end="", file=sys.__stderr__, flush=True)
        self.recorder.error(error, lines)
        if isinstance(error, KeyboardInterrupt):
            sys.excepthook = lambda kind, value, trace: None  # it is printed; Python still dies of the signal
            return False
        if "raises-exception" in cell.get("metadata", {}).get("tags", ()):
            return True
        sys.exit(1)

    def display(self, *values: Any) -> None:
        """IPython's `display`: show values in the forms that they have."""
        for value in values:
            self.show(value)

    def show(self, value: Any, count: int | None = None) -> None:
        """Show a value: its text on the terminal, all its forms in the executed copy."""
        data = mime_bundle(value)
        sys.stdout.flush()
        print(data["text/plain"], file=sys.__stdout__, flush=True)
        self.recorder.show(data, count)

    def figure(self, figure: Any) -> None:
        """Save a figure that is shown, and embed it."""
        self.figures_of_cell += 1
        data = display.png(figure)
        self.figures.write(f"cell-{self.count:02d}-{self.figures_of_cell}.png", data)
        self.recorder.show({"text/plain": repr(figure), "image/png": base64.b64encode(data).decode()})

    def note(self, text: str, place: str = "") -> None:
        """Say something about the current cell on the terminal; it is not part of the notebook's output."""
        place = place or f"cell {self.count}"
        message = f"[{self.name}, {place}] {text}" if text else f"\n{self.name}, {place}:"
        print(message, file=sys.__stderr__, flush=True)


def _lines(trace: TracebackType | None, name: str) -> int | None:
    """The line of the first frame that is in a cell of the notebook."""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(f"{name}[cell "):
            return trace.tb_lineno
        trace = trace.tb_next
    return None


def _read(path: str) -> dict[str, Any]:
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        _refuse(f"can't open notebook {path!r}: [Errno {error.errno}] {error.strerror}")
    except ValueError as error:
        _refuse(f"{path!r} is not a notebook: its JSON is broken ({error})")
    if isinstance(notebook, dict) and notebook.get("nbformat", 0) in (1, 2, 3):
        notebook = _upgrade(path)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        _refuse(f"{path!r} is not a notebook: it has no list of cells")
    metadata = notebook.get("metadata", {})
    language = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    if language not in (None, "python"):
        _refuse(f"{path!r} is a notebook in {language}; only Python is run")
    return notebook


def _upgrade(path: str) -> dict[str, Any]:
    try:
        import nbformat
    except ImportError:
        _refuse(f'{path!r} has a format from before 2015; to read it: pip install "unikeras[notebook]"')
    return json.loads(nbformat.writes(nbformat.read(path, as_version=4)))


def _refuse(message: str) -> Any:
    print(f"unikeras run: {message}", file=sys.stderr)
    sys.exit(2)


def _write(notebook: dict[str, Any], target: Path) -> None:
    """Write the copy in one move, so that a reader never meets half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    partial.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(target)
