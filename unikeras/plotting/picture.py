"""A sketch as shapes with places: sizes of boxes from their text, groups laid out from the inside."""

from __future__ import annotations

from dataclasses import dataclass, field

from unikeras.plotting.boxes import Box, Group, Sketch
from unikeras.plotting.layout import Link, layered
from unikeras.plotting.text_width import text_width

__all__ = ["HEADER", "NAME_SIZE", "ROW", "ROW_SIZE", "TITLE_SIZE", "Frame", "Picture", "PlacedBox", "picture"]

TITLE_SIZE, NAME_SIZE, ROW_SIZE = 10.5, 8.5, 8.5
HEADER, HEADER_SLIM, ROW = 31.0, 21.0, 14.0  # heights: with a name below the title, without, and a row
_PADDING, _MARGIN, _GROUP_PADDING, _GROUP_TITLE = 10.0, 12.0, 12.0, 18.0

Point = tuple[float, float]


@dataclass
class PlacedBox:
    """A box with its left upper corner and size; `label_width` is that of its first column."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    header: float
    label_width: float


@dataclass
class Frame:
    """A frame around the boxes of a nested model."""

    title: str
    x: float
    y: float
    width: float
    height: float
    depth: int


@dataclass
class Picture:
    """All shapes, in points; `routes` are the arrows' points, `sideways` whether they run to the right."""

    width: float
    height: float
    sideways: bool
    boxes: list[PlacedBox] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    routes: list[list[Point]] = field(default_factory=list)


@dataclass
class _Block:
    """A laid out group: (across, along) sizes and its shapes, relative to its left upper corner.

    `entries` and `exits` say, for a box inside, where across the arrows from outside come in and those to the outside leave,
    and the way between the frame and the box.
    """

    across: float
    along: float
    boxes: list[tuple[Box, Point]] = field(default_factory=list)  # with their middles
    frames: list[tuple[Group, Point, Point, int]] = field(default_factory=list)  # corners, depth
    routes: list[list[Point]] = field(default_factory=list)
    entries: dict[int, list[Point]] = field(default_factory=dict)
    exits: dict[int, list[Point]] = field(default_factory=dict)


def picture(sketch: Sketch, rankdir: str = "TB") -> Picture:
    """Lay out a sketch.

    Args:
        sketch: what to draw.
        rankdir: 'TB' (top to bottom) or 'LR' (left to right).

    Raises:
        ValueError: another `rankdir`.
    """
    if rankdir not in ("TB", "LR"):
        raise ValueError(f"rankdir must be 'TB' (top to bottom) or 'LR' (left to right), not {rankdir!r}.")
    sideways = rankdir == "LR"
    named = sketch.options.show_layer_names
    measured = {box.number: _measure(box, named) for box in sketch.root.boxes()}
    block = _Arranger(measured, sideways, sketch.arrows).block(sketch.root, 0)

    def turn(point: Point) -> Point:
        x, y = (point[1], point[0]) if sideways else point
        return x + _MARGIN, y + _MARGIN

    width, height = turn((block.across + _MARGIN, block.along + _MARGIN))
    result = Picture(width, height, sideways)
    for box, middle in block.boxes:
        w, h, header, label = measured[box.number]
        x, y = turn(middle)
        result.boxes.append(PlacedBox(box, x - w / 2, y - h / 2, w, h, header, label))
    for group, start, stop, depth in block.frames:
        (x, y), (right, bottom) = turn(start), turn(stop)
        result.frames.append(Frame(group.title, x, y, right - x, bottom - y, depth))
    result.frames.sort(key=lambda frame: frame.depth)
    result.routes = [[turn(point) for point in route] for route in block.routes]
    return result


def _measure(box: Box, named: bool) -> tuple[float, float, float, float]:
    """Width, height, the header's height, the width of the column of labels."""
    header = HEADER if named else HEADER_SLIM
    label = max((text_width(what, ROW_SIZE) for what, _ in box.rows), default=0.0) + 8.0
    widths = [text_width(box.title, TITLE_SIZE, bold=True)]
    if named:
        widths.append(text_width(box.name, NAME_SIZE))
    widths += [label + text_width(value, ROW_SIZE) for _, value in box.rows]
    body = len(box.rows) * ROW + 6.0 if box.rows else 0.0
    return max(46.0, max(widths) + 2 * _PADDING), header + body, header, label


class _Arranger:
    def __init__(
        self,
        measured: dict[int, tuple[float, float, float, float]],
        sideways: bool,
        arrows: list[tuple[int, int]],
    ) -> None:
        self.measured = measured
        self.sideways = sideways
        self.arrows = arrows

    def block(self, group: Group, depth: int) -> _Block:
        """A group laid out: first the groups inside it, then all as nodes of one graph."""
        blocks = {
            i: self.block(item, depth + 1) for i, item in enumerate(group.items) if isinstance(item, Group)
        }
        owner: dict[int, int] = {}
        sizes: list[Point] = []
        for i, item in enumerate(group.items):
            if isinstance(item, Group):
                owner.update((box.number, i) for box in item.boxes())
                sizes.append((blocks[i].across, blocks[i].along))
            else:
                owner[item.number] = i
                w, h = self.measured[item.number][:2]
                sizes.append((h, w) if self.sideways else (w, h))
        inner = [(a, b) for a, b in self.arrows if a in owner and b in owner and owner[a] != owner[b]]
        # a port, a node without a size, stands for what lies outside
        incoming = list(dict.fromkeys(b for a, b in self.arrows if b in owner and a not in owner))
        outgoing = list(dict.fromkeys(a for a, b in self.arrows if a in owner and b not in owner))
        ports = len(sizes)
        sizes += [(0.0, 0.0)] * (len(incoming) + len(outgoing))

        def offset(box: int, ways: str) -> float:
            i = owner[box]
            if i not in blocks:
                return 0.0
            way = getattr(blocks[i], ways)[box]
            return (way[0] if ways == "entries" else way[-1])[0] - blocks[i].across / 2

        links = [Link(owner[a], owner[b], offset(a, "exits"), offset(b, "entries")) for a, b in inner]
        links += [Link(ports + i, owner[box], 0.0, offset(box, "entries")) for i, box in enumerate(incoming)]
        leave = ports + len(incoming)
        links += [Link(owner[box], leave + i, offset(box, "exits"), 0.0) for i, box in enumerate(outgoing)]
        found = layered(sizes, links, set(range(ports, leave)), set(range(leave, len(sizes))))

        result = _Block(found.across, found.along)
        corner: dict[int, Point] = {}
        for i, item in enumerate(group.items):
            a, d = found.middles[i]
            if isinstance(item, Group):
                corner[i] = (a - blocks[i].across / 2, d - blocks[i].along / 2)
                _include(result, blocks[i], corner[i])
            else:
                result.boxes.append((item, (a, d)))

        def whole(start: int | None, route: list[Point], stop: int | None) -> list[Point]:
            """A route with the ways inside the groups at its ends."""
            before: list[Point] = []
            after: list[Point] = []
            if start is not None and owner[start] in blocks:
                before = _moved(blocks[owner[start]].exits[start], corner[owner[start]])
            if stop is not None and owner[stop] in blocks:
                after = _moved(blocks[owner[stop]].entries[stop], corner[owner[stop]])
            points = [*before, *route, *after]
            return [p for i, p in enumerate(points) if not i or p != points[i - 1]]

        routes = iter(found.routes)
        result.routes += [whole(a, next(routes), b) for a, b in inner]
        result.entries = {box: whole(None, next(routes), box) for box in incoming}
        result.exits = {box: whole(box, next(routes), None) for box in outgoing}
        return _framed(result, group, depth, self.sideways) if group.title else result


def _moved(points: list[Point], by: Point) -> list[Point]:
    return [(a + by[0], d + by[1]) for a, d in points]


def _include(outer: _Block, block: _Block, by: Point) -> None:
    outer.boxes += [(box, _moved([middle], by)[0]) for box, middle in block.boxes]
    for group, start, stop, depth in block.frames:
        start, stop = _moved([start, stop], by)
        outer.frames.append((group, start, stop, depth))
    outer.routes += [_moved(route, by) for route in block.routes]


def _framed(block: _Block, group: Group, depth: int, sideways: bool) -> _Block:
    """The block with room around it for a frame and its title, which is above the boxes also when arrows run sideways."""
    side, top = _GROUP_PADDING, _GROUP_PADDING + _GROUP_TITLE
    before_across, before_along = (top, side) if sideways else (side, top)
    title = text_width(group.title, NAME_SIZE, bold=True) + 2 * side
    across, along = before_across + block.across + side, before_along + block.along + side
    if sideways:
        along = max(along, title)
    else:
        before_across += max(0.0, title - across) / 2
        across = max(across, title)
    result = _Block(across, along)
    _include(result, block, (before_across, before_along))
    by = (before_across, before_along)
    result.entries = {box: [(w[0][0] + by[0], 0.0), *_moved(w, by)] for box, w in block.entries.items()}
    result.exits = {box: [*_moved(w, by), (w[-1][0] + by[0], along)] for box, w in block.exits.items()}
    result.frames.append((group, (0.0, 0.0), (across, along), depth))
    return result
