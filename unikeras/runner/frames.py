"""Tracebacks without the runner's own frames."""

from __future__ import annotations

from types import CodeType, TracebackType

from unikeras.runner import hook


def users_part(trace: TracebackType | None, entry: CodeType) -> TracebackType | None:
    """The part of a traceback that the user's program is responsible for.

    Args:
        trace: the traceback of an exception that left the program.
        entry: the code of the function that started the program: frames up to it are dropped, and so are
            those of the import hook at the other end.

    Returns:
        The traceback from the program's first frame on; None if it never reached the program (a syntax
        error).
    """
    part = trace
    while part is not None and part.tb_frame.f_code is not entry:
        part = part.tb_next
    part = part.tb_next if part is not None else trace
    if part is not None and _is_machinery(part):
        return None
    last = part
    while last is not None and last.tb_next is not None:
        if _is_machinery(last.tb_next):
            last.tb_next = None
        else:
            last = last.tb_next
    return part


def _is_machinery(trace: TracebackType | None) -> bool:
    """Whether every frame from here on is the import hook's or the import system's."""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name != hook.__file__ and not name.startswith("<frozen importlib"):
            return False
        trace = trace.tb_next
    return True
