"""A picture as PNG (or PDF, JPEG ...), drawn by matplotlib."""

from __future__ import annotations

import io
from typing import Any

from unikeras.plotting.picture import NAME_SIZE, Picture
from unikeras.plotting.style import ARROW, COLOURS, FRAME_FILLS, FRAME_LINE, TEXT_LIGHT
from unikeras.plotting.svg import ARROW_HEAD, curves, texts
from unikeras.plotting.text_width import text_width

__all__ = ["to_image"]


def to_image(picture: Picture, kind: str = "png", dpi: float = 96) -> bytes:
    """The picture as the bytes of an image file.

    Args:
        picture: what to draw.
        kind: a format that matplotlib writes: 'png', 'pdf', 'jpg' ...
        dpi: pixels an inch.

    Raises:
        ImportError: matplotlib is not installed.
        ValueError: a format that matplotlib does not write.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(
            f"Drawing a model as {kind} needs matplotlib: pip install 'unikeras[plot]'. SVG and DOT need nothing: to_file='model.svg'."
        ) from None
    figure = Figure(figsize=(picture.width / 72, picture.height / 72), facecolor="white")
    canvas = FigureCanvasAgg(figure)
    known = canvas.get_supported_filetypes()
    if kind not in known:
        raise ValueError(
            f"plot_model: cannot write {kind!r}; the formats are dot, {', '.join(sorted(known))}."
        )
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, picture.width)
    axes.set_ylim(picture.height, 0)
    axes.axis("off")
    _draw(axes, picture)
    file = io.BytesIO()
    canvas.print_figure(file, format=kind, dpi=dpi)
    return file.getvalue()


def _draw(axes: Any, picture: Picture) -> None:
    from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
    from matplotlib.path import Path

    def round_box(x: float, y: float, w: float, h: float, radius: float, **style: Any) -> Any:
        shape = FancyBboxPatch((x, y), w, h, boxstyle=f"round,pad=0,rounding_size={radius}", **style)
        return axes.add_patch(shape)

    def text(x: float, y: float, value: str, size: float, colour: str, bold: bool, middle: bool) -> None:
        axes.text(
            x,
            y,
            value.replace("$", r"\$"),  # no formulas
            fontsize=size,
            color=colour,
            fontweight="bold" if bold else "normal",
            ha="center" if middle else "left",
            va="baseline",
            family="DejaVu Sans",
        )

    for frame in picture.frames:
        style = {
            "facecolor": FRAME_FILLS[(frame.depth - 1) % 2],
            "edgecolor": FRAME_LINE,
            "linestyle": (0, (4, 3)),
        }
        round_box(frame.x, frame.y, frame.width, frame.height, 7, linewidth=1.0, **style)
    for route in picture.routes:
        vertices, codes = [route[0]], [Path.MOVETO]
        for _, a, b, end in curves(route, picture.sideways):
            vertices += [a, b, end]
            codes += [Path.CURVE4] * 3
        axes.add_patch(PathPatch(Path(vertices, codes), facecolor="none", edgecolor=ARROW, linewidth=1.1))
        (x, y), (length, half) = route[-1], ARROW_HEAD
        corners = [(x - length, y - half), (x - length, y + half)] if picture.sideways else []
        corners = corners or [(x - half, y - length), (x + half, y - length)]
        axes.add_patch(Polygon([(x, y), *corners], facecolor=ARROW, linewidth=0))
    for frame in picture.frames:  # above arrows that come in there
        width = text_width(frame.title, NAME_SIZE, bold=True) + 4
        fill = FRAME_FILLS[(frame.depth - 1) % 2]
        axes.add_patch(Rectangle((frame.x + 8, frame.y + 6), width, 14, facecolor=fill, linewidth=0))
        text(frame.x + 10, frame.y + 16, frame.title, NAME_SIZE, TEXT_LIGHT, True, False)
    for placed in picture.boxes:
        fill, line = COLOURS[placed.box.family]
        x, y, w, h = placed.x, placed.y, placed.width, placed.height
        outline = round_box(x, y, w, h, 4, facecolor="white" if placed.box.rows else fill, edgecolor="none")
        if placed.box.rows:
            header = axes.add_patch(Rectangle((x, y), w, placed.header, facecolor=fill, edgecolor="none"))
            header.set_clip_path(outline)
            bottom = y + placed.header
            axes.plot([x, x + w], [bottom, bottom], color=line, linewidth=0.8, solid_capstyle="butt")
        round_box(x, y, w, h, 4, facecolor="none", edgecolor=line, linewidth=1.2)
        for entry in texts(placed):
            text(*entry)
