"""`model.summary()`: the layers, their outputs' shapes and numbers of parameters as a table, as Keras 3 draws it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unikeras.core import nest
from unikeras.core.operation import Operation
from unikeras.layers.layer import Layer
from unikeras.models.order import Place, places
from unikeras.models.shapes import output_shapes

__all__ = ["print_summary"]

_LINE = 76
_POSITIONS = {
    False: (0.45, 0.80, 1.0),
    True: (0.30, 0.56, 0.74, 1.0),
}  # where columns end; with 'Connected to' or not
_ASCII = str.maketrans("┏━┳┓┃┡╇┩│├─┼┤└┴┘…", "+=++|+++|+-++`++.")


@dataclass
class _Row:
    cells: list[str]
    name: str


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Any = None,
    print_fn: Callable[[str], Any] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Any = None,
) -> None:
    """Print a model's layers as a table; see `Model.summary`.

    Args:
        model: the model.
        line_length: characters a line; 76 if `None`.
        positions: where the columns end: fractions of the line, or characters.
        print_fn: called with the whole text instead of `print`.
        expand_nested: whether layers of nested models are shown.
        show_trainable: whether a column tells which layers are trained.
        layer_range: two layer names or patterns; only the layers from the first to the second are shown.

    Raises:
        ValueError: `layer_range` names no layers, or there are as many positions as columns not.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="d")], name="m")
        >>> model.summary(print_fn=lambda text: print(text.split(chr(10))[0]))
        Model: "m"
    """
    text = "\n".join(
        [
            f'Model: "{model.name}"',
            *_table(model, line_length or _LINE, positions, expand_nested, show_trainable, layer_range),
            *_totals(model),
        ]
    )
    if print_fn is not None:
        print_fn(text + "\n")
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        text = text.translate(_ASCII).encode("ascii", "replace").decode("ascii")
    print(text)


# The rows.


def _table(
    model: Any, line: int, positions: Any, expand: bool, show_trainable: bool, layer_range: Any
) -> list[str]:
    found = places(model._graph) if _shows_graph(model) else None
    connected = found is not None and not _is_chain(found)
    headers = ["Layer (type)", "Output Shape", "Param #"]
    align = ["left", "left", "right"]
    if connected:
        headers.append("Connected to")
        align.append("left")
    ends = list(_POSITIONS[connected]) if positions is None else list(positions)
    if show_trainable:
        headers.append("Trainable")
        align.append("center")
        if positions is None:
            ends = [end * 0.9 for end in ends] + [1.0]
    if len(ends) != len(headers):
        raise ValueError(
            f"summary: the table has {len(headers)} columns ({', '.join(headers)}), but {len(ends)} positions are given."
        )
    widths = _widths(ends, line)
    top = _in_range(_rows(model, found, connected, show_trainable), layer_range)
    rows = []
    for row, layer in top:
        rows.append(row.cells)
        if expand and layer is not None:
            rows.extend(_nested(layer, connected, show_trainable, 1))
    return _draw(headers, rows, widths, align)


def _shows_graph(model: Any) -> bool:
    from unikeras.models.sequential import Sequential

    return model._graph is not None and not isinstance(model, Sequential)


def _rows(
    model: Any, found: list[Place] | None, connected: bool, show_trainable: bool
) -> list[tuple[_Row, Any]]:
    """Of each layer: its row, and the layer."""
    rows: list[tuple[_Row, Any]] = []
    if found is not None:
        ways = _connections(found)
        for place in found:
            layer = place.operation if place.is_layer else None
            kind = "InputLayer" if place.operation is None else _kind(place.operation)
            extra = [ways[id(place)]] if connected else []
            shape = _shape([tuple(t.shape) for t in place.outputs])
            rows.append((_row(place.name, kind, shape, layer, extra, show_trainable), layer))
        return rows
    shapes = output_shapes(model)
    extra = ["-"] if connected else []
    for layer in model.layers:
        known = shapes.get(id(layer))
        rows.append(
            (
                _row(
                    layer.name,
                    _kind(layer),
                    "?" if known is None else _shape(known),
                    layer,
                    extra,
                    show_trainable,
                ),
                layer,
            )
        )
    return rows


def _nested(layer: Any, connected: bool, show_trainable: bool, depth: int) -> list[list[str]]:
    from unikeras.models.model import Model

    if not isinstance(layer, Model):
        return []
    found = places(layer._graph) if _shows_graph(layer) else None
    rows = []
    for row, inner in _rows(layer, found, connected, show_trainable):
        rows.append(["   " * depth + "└ " + row.cells[0], *row.cells[1:]])
        rows.extend(_nested(inner, connected, show_trainable, depth + 1))
    return rows


def _row(name: str, kind: str, shape: str, layer: Any, extra: list[str], show_trainable: bool) -> _Row:
    cells = [f"{name} ({kind})", shape, _parameters(layer), *extra]
    if show_trainable:
        cells.append("-" if layer is None or not layer.weights else "Y" if layer.trainable_weights else "N")
    return _Row(cells, name)


def _kind(operation: Any) -> str:
    if isinstance(operation, Operation):
        return type(operation).__name__
    return "".join(part.capitalize() for part in operation.__name__.split("_"))


def _parameters(layer: Any) -> str:
    if layer is None:
        return "0"
    weights = layer.weights
    if not layer.built and not weights and type(layer).build is not Layer.build:
        return "0 (unbuilt)"
    return f"{sum(_size(v) for v in weights):,}"


def _shape(shapes: Any) -> str:
    return str(shapes[0]) if len(shapes) == 1 else str(list(shapes))


def _connections(found: list[Place]) -> dict[int, str]:
    """Of each place: where its inputs come from."""
    made_by: dict[int, str] = {}
    for place in found:
        if place.input is not None:
            made_by[id(place.input)] = f"{place.name}[0][0]"
        for number, node in enumerate(place.nodes):
            for index, tensor in enumerate(nest.flatten(node.outputs)):
                made_by[id(tensor)] = f"{place.name}[{number}][{index}]"
    return {
        id(place): ", ".join(made_by[id(t)] for node in place.nodes for t in node.inputs) or "-"
        for place in found
    }


def _is_chain(found: list[Place]) -> bool:
    """Whether one call follows the other."""
    nodes = [node for place in found for node in place.nodes]
    entries = [place for place in found if place.input is not None]
    if (
        len(entries) > 1
        or any(len(place.nodes) > 1 for place in found)
        or any(len(node.inputs) != 1 for node in nodes)
    ):
        return False
    readers = [
        id(node.inputs[0].node) if node.inputs[0].node is not None else id(node.inputs[0]) for node in nodes
    ]
    return len(set(readers)) == len(readers)


def _in_range(rows: list[tuple[_Row, Any]], layer_range: Any) -> list[tuple[_Row, Any]]:
    if layer_range is None:
        return rows
    if len(layer_range) != 2 or not all(isinstance(name, str) for name in layer_range):
        raise ValueError(f"summary: layer_range must be two layer names, not {layer_range!r}.")
    names = [row.name for row, _ in rows]
    matching = [
        [i for i, name in enumerate(names) if name == p or re.fullmatch(p, name)] for p in layer_range
    ]
    for pattern, found in zip(layer_range, matching, strict=True):
        if not found:
            raise ValueError(
                f"summary: layer_range {layer_range!r}: no layer is called {pattern!r}; the layers are {names}."
            )
    first, last = sorted((matching[0][0], matching[1][-1]))
    return rows[first : last + 1]


# The totals.


def _size(variable: Any) -> int:
    count = 1
    for dimension in variable.shape:
        count *= dimension
    return count


def _totals(model: Any) -> list[str]:
    optimizer = getattr(model, "optimizer", None)
    kept = list(optimizer._variables) if optimizer is not None and getattr(optimizer, "built", False) else []
    lines = [
        _total("Total", [*model.weights, *kept]),
        _total("Trainable", model.trainable_weights),
        _total("Non-trainable", model.non_trainable_weights),
    ]
    return [*lines, _total("Optimizer", kept)] if kept else lines


def _total(what: str, variables: list[Any]) -> str:
    count = sum(_size(v) for v in variables)
    return f" {what} params: {count:,} ({_bytes(sum(_size(v) * v.dtype.size for v in variables))})"


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if count < 1024 or unit == "TB":
            return f"{count:.2f} {unit}"
        count /= 1024
    raise AssertionError


# Drawing.


def _widths(ends: list[float], line: int) -> list[int]:
    """The characters that each column has for text."""
    places_ = [int(end * line) if end <= 1 else int(end) for end in ends]
    sizes = [end - start for start, end in zip([0, *places_[:-1]], places_, strict=True)]
    # beside the text a column has two spaces and a border; the last but one has the table's second border
    return [max(1, size - (4 if i == len(sizes) - 2 else 3)) for i, size in enumerate(sizes)]


def _wrap(text: str, width: int) -> list[str]:
    """Text in lines at its spaces; a longer word is cut, and ends with an ellipsis."""
    lines: list[str] = []
    line = ""
    for word in re.findall(r"\s*\S+", text):
        if line and len(line + word) > width:
            lines.append(line)
            word = word.lstrip()
            line = ""
        line += word
    return [part if len(part) <= width else part[: width - 1] + "…" for part in [*lines, line]]


def _draw(headers: list[str], rows: list[list[str]], widths: list[int], align: list[str]) -> list[str]:
    place = {"left": str.ljust, "right": str.rjust, "center": str.center}

    def rule(left: str, fill: str, middle: str, right: str) -> str:
        return left + middle.join(fill * (w + 2) for w in widths) + right

    def lines(cells: list[str], border: str, bottom: bool) -> list[str]:
        wrapped = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
        height = max(map(len, wrapped))
        padded = [[""] * (height - len(w)) + w if bottom else w + [""] * (height - len(w)) for w in wrapped]
        drawn = []
        for parts in zip(*padded, strict=True):
            texts = [place[a](part, width) for a, part, width in zip(align, parts, widths, strict=True)]
            drawn.append(border + border.join(f" {text} " for text in texts) + border)
        return drawn

    result = [rule("┏", "━", "┳", "┓"), *lines(headers, "┃", True), rule("┡", "━", "╇", "┩")]
    for index, cells in enumerate(rows):
        if index:
            result.append(rule("├", "─", "┼", "┤"))
        result.extend(lines(cells, "│", False))
    return [*result, rule("└", "─", "┴", "┘")]
