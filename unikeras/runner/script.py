"""`unikeras run script.py` and `unikeras run -m module`: what `python` does, and the import hook."""

from __future__ import annotations

import builtins
import os
import pkgutil
import runpy
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType, TracebackType

from unikeras.runner import children, display, hook
from unikeras.runner.frames import users_part


def run_script(
    path: str, arguments: list[str], figures: str | None = None, package: str = "unikeras"
) -> None:
    """Run a Python file as `python path arguments...` would, with `tensorflow` and `keras` mapped.

    `sys.argv`, `sys.path[0]`, `__main__`, the encoding of the source, exit codes, signals, `atexit` and what
    is printed for an uncaught exception are Python's own. A folder or a zip file with a `__main__.py` works
    too.

    Args:
        path: the file.
        arguments: what follows it on the command line.
        figures: a folder where the figures that `plt.show()` shows are saved; None saves none.
        package: what `tensorflow` is mapped to.

    Raises:
        SystemExit: with code 2 if the file cannot be read; else whatever the program raises.
    """
    sys.argv = [path, *arguments]
    full = os.path.abspath(path)
    if os.path.isdir(full) or _is_archive(full):
        _prepare(full, figures, package)
        _new_main()
        _run(lambda: runpy._run_module_as_main("__main__", False))  # type: ignore[attr-defined]
        return
    try:
        with open(full, "rb") as file:
            code: CodeType | None = pkgutil.read_code(file)  # a .pyc
            file.seek(0)
            source = file.read()
    except OSError as error:
        print(
            f"unikeras run: can't open file {full!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr
        )
        sys.exit(2)
    _prepare(os.path.dirname(os.path.realpath(full)), figures, package)
    main = _new_main()
    main.__file__ = full
    main.__loader__ = SourceFileLoader("__main__", full)
    main.__dict__["__cached__"] = None

    def execute() -> None:
        exec(code or compile(source, full, "exec", dont_inherit=True), main.__dict__)

    _run(execute)


def run_module(
    name: str, arguments: list[str], figures: str | None = None, package: str = "unikeras"
) -> None:
    """Run a module as `python -m name arguments...` would, with `tensorflow` and `keras` mapped.

    Args:
        name: the dotted name of a module, or of a package with a `__main__`.
        arguments: what follows it on the command line.
        figures: a folder where the figures that `plt.show()` shows are saved; None saves none.
        package: what `tensorflow` is mapped to.

    Raises:
        SystemExit: if there is no such module; else whatever the program raises.
    """
    sys.argv = ["-m", *arguments]
    _prepare(os.getcwd(), figures, package)
    _new_main()
    _run(lambda: runpy._run_module_as_main(name))  # type: ignore[attr-defined]


def _prepare(folder: str, figures: str | None, package: str) -> None:
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = folder  # in the place of the folder that this command itself was started from
    hook.install_for(package)
    children.inherit_hook(package)
    display.choose(figures)


_starters: list[ModuleType] = []


def _new_main() -> ModuleType:
    main = ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __annotations__={})
    # The module that started this process must outlive the program: its frames are still running.
    _starters.append(sys.modules["__main__"])
    sys.modules["__main__"] = main
    return main


def _run(execute: Callable[[], None]) -> None:
    """Run the program; let what it raises reach the interpreter, which alone can end a process properly.

    The interpreter then prints it through `sys.excepthook`, so that is where the frames of the runner are
    taken off. The program may have put its own hook there, which is the one to call.
    """
    try:
        execute()
    except BaseException:
        show = sys.excepthook

        def show_users_part(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            part = users_part(trace, execute.__code__)
            show(kind, error.with_traceback(part), part)

        sys.excepthook = show_users_part
        raise


def _is_archive(path: str) -> bool:
    """Whether Python would look for a `__main__` inside this file."""
    import zipimport

    try:
        zipimport.zipimporter(path)
    except zipimport.ZipImportError:
        return False
    return True
