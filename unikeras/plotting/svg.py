"""A picture as SVG text."""

from __future__ import annotations

import itertools
from xml.sax.saxutils import escape

from unikeras.plotting.picture import (
    NAME_SIZE,
    ROW,
    ROW_SIZE,
    TITLE_SIZE,
    Picture,
    PlacedBox,
    Point,
)
from unikeras.plotting.style import ARROW, COLOURS, FRAME_FILLS, FRAME_LINE, TEXT, TEXT_LIGHT
from unikeras.plotting.text_width import text_width

__all__ = ["ARROW_HEAD", "curves", "texts", "to_svg"]

ARROW_HEAD = (6.0, 3.0)  # length and half the width
_FONTS = "Helvetica, Arial, 'DejaVu Sans', sans-serif"


def to_svg(picture: Picture) -> str:
    """The picture as an SVG document; a unit is a point.

    Example:
        >>> to_svg(Picture(10.0, 20.0, False)).startswith('<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="20pt"')
        True
    """
    w, h = f"{picture.width:.0f}", f"{picture.height:.0f}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}pt" height="{h}pt" viewBox="0 0 {w} {h}" font-family="{_FONTS}">',
        f'<rect width="{w}" height="{h}" fill="white"/>',
    ]
    for frame in picture.frames:
        lines.append(
            f'<rect x="{frame.x:.1f}" y="{frame.y:.1f}" width="{frame.width:.1f}" height="{frame.height:.1f}" rx="7" '
            f'fill="{FRAME_FILLS[(frame.depth - 1) % 2]}" stroke="{FRAME_LINE}" stroke-dasharray="4 3"/>'
        )
    lines.append(f'<g fill="none" stroke="{ARROW}" stroke-width="1.1">')
    lines += [f'<path d="{_path(route, picture.sideways)}"/>' for route in picture.routes]
    lines.append(f'</g><g fill="{ARROW}">')
    lines += [f'<path d="{_head(route, picture.sideways)}"/>' for route in picture.routes]
    lines.append("</g>")
    for frame in picture.frames:  # above arrows that come in there
        width = text_width(frame.title, NAME_SIZE, bold=True) + 4
        lines.append(
            f'<rect x="{frame.x + 8:.1f}" y="{frame.y + 6:.1f}" width="{width:.1f}" height="14" '
            f'fill="{FRAME_FILLS[(frame.depth - 1) % 2]}"/>'
        )
        lines.append(_text(frame.x + 10, frame.y + 16, frame.title, NAME_SIZE, TEXT_LIGHT, bold=True))
    for box in picture.boxes:
        lines += _box(box)
    return "\n".join([*lines, "</svg>\n"])


def curves(route: list[Point], sideways: bool) -> list[tuple[Point, Point, Point, Point]]:
    """A route as Bezier curves (start, two control points, end) that run along at both ends; it ends at the arrow's head."""
    (x, y), length = route[-1], ARROW_HEAD[0] - 0.5
    points = [*route[:-1], (x - length, y) if sideways else (x, y - length)]
    found = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if sideways:
            found.append(((x0, y0), ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1), (x1, y1)))
        else:
            found.append(((x0, y0), (x0, (y0 + y1) / 2), (x1, (y0 + y1) / 2), (x1, y1)))
    return found


def _path(route: list[Point], sideways: bool) -> str:
    parts = [f"M{route[0][0]:.1f} {route[0][1]:.1f}"]
    for (x0, y0), (ax, ay), (bx, by), (x1, y1) in curves(route, sideways):
        straight = abs(y1 - y0) < 0.05 if sideways else abs(x1 - x0) < 0.05
        parts.append(
            f"L{x1:.1f} {y1:.1f}" if straight else f"C{ax:.1f} {ay:.1f} {bx:.1f} {by:.1f} {x1:.1f} {y1:.1f}"
        )
    return " ".join(parts)


def _head(route: list[Point], sideways: bool) -> str:
    (x, y), (length, half) = route[-1], ARROW_HEAD
    if sideways:
        return f"M{x:.1f} {y:.1f} l{-length} {-half} v{2 * half} z"
    return f"M{x:.1f} {y:.1f} l{-half} {-length} h{2 * half} z"


def _text(
    x: float, y: float, text: str, size: float, colour: str, bold: bool = False, middle: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"{weight}{anchor}>{escape(text)}</text>'


def _box(placed: PlacedBox) -> list[str]:
    fill, line = COLOURS[placed.box.family]
    x, y, w, h, header = placed.x, placed.y, placed.width, placed.height, placed.header
    size = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="4"'
    lines = [f'<rect {size} fill="white"/>']
    if placed.box.rows:  # the header has round corners above only
        lines.append(
            f'<path d="M{x:.1f} {y + header:.1f} v{4 - header:.1f} q0 -4 4 -4 h{w - 8:.1f} q4 0 4 4 v{header - 4:.1f} z" fill="{fill}"/>'
            f'<path d="M{x:.1f} {y + header:.1f} h{w:.1f}" stroke="{line}" stroke-width="0.8"/>'
        )
    else:
        lines[0] = f'<rect {size} fill="{fill}"/>'
    lines.append(f'<rect {size} fill="none" stroke="{line}" stroke-width="1.2"/>')
    for text in texts(placed):
        lines.append(_text(*text))
    return lines


def texts(placed: PlacedBox) -> list[tuple[float, float, str, float, str, bool, bool]]:
    """A box's texts: x, baseline, text, size, colour, bold, whether x is the middle."""
    x, y, w = placed.x, placed.y, placed.width
    found: list[tuple[float, float, str, float, str, bool, bool]] = [
        (x + w / 2, y + 14.0, placed.box.title, TITLE_SIZE, TEXT, True, True)
    ]
    if placed.header > 25:
        found.append((x + w / 2, y + 25.5, placed.box.name, NAME_SIZE, TEXT_LIGHT, False, True))
    for number, (what, value) in enumerate(placed.box.rows):
        base = y + placed.header + 3.0 + ROW * number + 10.0
        found.append((x + 10.0, base, what, ROW_SIZE, TEXT_LIGHT, False, False))
        found.append((x + 10.0 + placed.label_width, base, value, ROW_SIZE, TEXT, False, False))
    return found
