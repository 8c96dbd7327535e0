"""What a cell shows: on the terminal as it comes, and kept for the executed copy of the notebook."""

from __future__ import annotations

import base64
import re
import sys
from typing import Any, TextIO

Output = dict[str, Any]

_REPRS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_json_": "application/json",
}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Recorder:
    """Collects the outputs of one cell after another, in the form in which a notebook file keeps them."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []

    def stream(self, name: str, text: str) -> None:
        """Add text that was written to `stdout` or `stderr`."""
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def show(self, data: dict[str, Any], count: int | None = None) -> None:
        """Add something displayed: a mime bundle; with `count`, as the result of that execution."""
        if count is None:
            self.outputs.append({"output_type": "display_data", "metadata": {}, "data": data})
        else:
            self.outputs.append(
                {"output_type": "execute_result", "metadata": {}, "data": data, "execution_count": count}
            )

    def error(self, error: BaseException, lines: list[str]) -> None:
        """Add an exception that ended the cell, with its printed traceback."""
        self.outputs.append(
            {
                "output_type": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                "traceback": "".join(lines).splitlines(),
            }
        )

    def take(self) -> list[Output]:
        """The outputs since the last call, ready to be written."""
        taken, self.outputs = self.outputs, []
        for output in taken:
            if output["output_type"] == "stream":
                output["text"] = settle("".join(output["text"])).splitlines(keepends=True)
        return [output for output in taken if output.get("text", True)]


class Tee:
    """A text stream that writes to the terminal's stream and to a recorder.

    What goes to the file descriptor itself, such as the output of a subprocess, is not recorded.

    Args:
        stream: the real stream; everything but writing is left to it.
        name: `stdout` or `stderr`.
        recorder: where the text is kept.
    """

    def __init__(self, stream: TextIO, name: str, recorder: Recorder) -> None:
        self._stream = stream
        self._name = name
        self._recorder = recorder

    def write(self, text: str) -> int:
        """Write to both."""
        self._recorder.stream(self._name, text)
        return self._stream.write(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several strings to both."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def settle(text: str) -> str:
    r"""The text as a terminal would leave it: `\r` and `\b` go back and write over, colours are dropped.

    Example:
        >>> settle("1/2 [==>..]\r2/2 [=====]\nab\b\bxy\n")
        '2/2 [=====]\nxy\n'
    """
    settled = []
    for line in _ANSI.sub("", text).split("\n"):
        if "\r" in line or "\b" in line:
            line = _settle_line(line)
        settled.append(line)
    return "\n".join(settled)


def _settle_line(line: str) -> str:
    cells: list[str] = []
    column = 0
    for run in re.findall(r"\r|\x08+|\x1b\[K|[^\r\x08\x1b]+|\x1b", line):
        if run == "\r":
            column = 0
        elif run[0] == "\b":
            column = max(0, column - len(run))
        elif run == "\x1b[K":
            del cells[column:]
        else:
            cells[column : column + len(run)] = run
            column += len(run)
    return "".join(cells).rstrip() if "\r" in line else "".join(cells)


def mime_bundle(value: Any) -> dict[str, Any]:
    """The forms in which a value can be shown, by mime type; `text/plain` is always there.

    Example:
        >>> mime_bundle([1, 2])
        {'text/plain': '[1, 2]'}
    """
    data: dict[str, Any] = {"text/plain": repr(value)}
    if isinstance(value, type):
        return data  # its methods want an instance
    for method, mime in _REPRS.items():
        shown = getattr(value, method, None)
        result = shown() if callable(shown) else None
        if result is not None:
            data[mime] = base64.b64encode(result).decode() if isinstance(result, bytes) else result
    bundle = getattr(value, "_repr_mimebundle_", None)
    result = bundle() if callable(bundle) else None
    if result is not None:
        data.update(result[0] if isinstance(result, tuple) else result)
    figure = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    if figure is not None and isinstance(value, figure):
        from unikeras.runner.display import png

        data["image/png"] = base64.b64encode(png(value)).decode()
    return data
