"""`Dot`: a model's graph as DOT text, with its own drawing to SVG and PNG: graphviz is not needed."""

from __future__ import annotations

import os
from typing import Any

from unikeras.plotting.boxes import Box, Group, Sketch
from unikeras.plotting.matplotlib_image import to_image
from unikeras.plotting.picture import picture
from unikeras.plotting.style import COLOURS
from unikeras.plotting.svg import to_svg

__all__ = ["Dot", "ModelImage"]


class Dot:
    """The graph of a model, as `model_to_dot` returns it; the methods are named as pydot's.

    Args:
        sketch: the boxes and arrows.
        rankdir: 'TB' or 'LR'.
        dpi: pixels an inch of images.
        name: the graph's name in the DOT text.
        subgraph: whether the DOT text is that of a cluster, to be put into another graph.
    """

    def __init__(
        self, sketch: Sketch, rankdir: str, dpi: float, name: str = "model", subgraph: bool = False
    ) -> None:
        self._sketch = sketch
        self._picture = picture(sketch, rankdir)
        self._rankdir = rankdir
        self._dpi = dpi
        self._name = name
        self._subgraph = subgraph

    def to_string(self) -> str:
        """DOT text, which graphviz and other programs read."""
        kind = "subgraph" if self._subgraph else "digraph"
        name = f"cluster_{self._name}" if self._subgraph else self._name
        lines = [f"{kind} {_quoted(name)} {{"]
        if not self._subgraph:
            lines.append(f"  graph [rankdir={self._rankdir}, dpi={self._dpi:g}];")
        lines.append('  node [shape=record, style=filled, fontname="Helvetica", fontsize=10];')
        _write_items(self._sketch.root, self._sketch.options.show_layer_names, lines, "  ")
        lines += [f"  n{a} -> n{b};" for a, b in self._sketch.arrows]
        return "\n".join([*lines, "}\n"])

    def create(self, prog: Any = None, format: str = "ps", encoding: str | None = None) -> bytes:
        """The graph in a format: 'svg', 'png', 'dot', or another that matplotlib writes.

        Args:
            prog: accepted for pydot's programs; the drawing is unikeras's own.
            format: the format.
            encoding: of text.

        Raises:
            ValueError: an unknown format.
            ImportError: the format needs matplotlib, which is not installed.
        """
        if format in ("dot", "raw", "gv"):
            return self.to_string().encode(encoding or "utf-8")
        if format == "svg":
            return to_svg(self._picture).encode("utf-8")
        return to_image(self._picture, format, self._dpi)

    def write(self, path: Any, prog: Any = None, format: str = "raw", encoding: str | None = None) -> bool:
        """Write the graph to a file; see `create`."""
        content = self.create(prog, format, encoding)
        with open(os.fspath(path), "wb") as file:
            file.write(content)
        return True

    def create_svg(self, prog: Any = None) -> bytes:
        """The graph as SVG."""
        return self.create(prog, "svg")

    def create_png(self, prog: Any = None) -> bytes:
        """The graph as PNG."""
        return self.create(prog, "png")

    def create_dot(self, prog: Any = None) -> bytes:
        """The graph as DOT text."""
        return self.create(prog, "dot")

    def write_svg(self, path: Any, prog: Any = None) -> bool:
        """Write the graph as SVG."""
        return self.write(path, prog, "svg")

    def write_png(self, path: Any, prog: Any = None) -> bool:
        """Write the graph as PNG."""
        return self.write(path, prog, "png")

    def write_dot(self, path: Any, prog: Any = None) -> bool:
        """Write the graph as DOT text."""
        return self.write(path, prog, "dot")

    def _repr_svg_(self) -> str:
        return to_svg(self._picture)

    def __str__(self) -> str:
        return self.to_string()


class ModelImage:
    """The picture of a model, as `plot_model` returns it: notebooks show it.

    Attributes:
        data: the bytes of the file that was written.
        format: their format.
    """

    def __init__(self, dot: Dot, data: bytes, format: str) -> None:
        self._dot = dot
        self.data = data
        self.format = format

    def _repr_svg_(self) -> str:
        return self._dot._repr_svg_()

    def _repr_png_(self) -> bytes | None:
        if self.format == "png":
            return self.data
        try:
            return self._dot.create_png()
        except ImportError:
            return None


def _write_items(group: Group, named: bool, lines: list[str], indent: str) -> None:
    for item in group.items:
        if isinstance(item, Box):
            fill, line = COLOURS[item.family]
            label = _label(item, named)
            lines.append(f'{indent}n{item.number} [label="{label}", fillcolor="{fill}", color="{line}"];')
        else:
            first = next(item.boxes(), None)
            number = "" if first is None else first.number
            lines.append(f"{indent}subgraph {_quoted(f'cluster_{number}')} {{")
            lines.append(f"{indent}  label={_quoted(item.title)}; style=dashed;")
            _write_items(item, named, lines, indent + "  ")
            lines.append(f"{indent}}}")


def _label(box: Box, named: bool) -> str:
    """A record's label: title and name, then the rows."""
    head = _escaped(box.title) + (rf"\n{_escaped(box.name)}" if named else "")
    rows = [rf"{_escaped(what)}: {_escaped(value)}" for what, value in box.rows]
    return "{" + "|".join([head, *rows]) + "}"


def _escaped(text: str) -> str:
    """Text inside a record's label."""
    text = text.replace("\n", " ")
    return "".join("\\" + c if c in '\\{}|<>" ' and c != " " else c for c in text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
