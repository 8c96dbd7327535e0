"""Where the boxes of a graph go: a layered layout.

The method is that of Sugiyama, Tagawa and Toda (1981): nodes are put in layers by their longest way from a source, long
edges get a bend in every layer they pass, the order inside the layers is chosen to have few crossings, and then the places across.
The coordinates here are (across, along); `along` is the direction in which the edges run.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Layout", "Link", "layered"]

Point = tuple[float, float]
_NODE_GAP, _BEND_GAP, _LAYER_GAP = 22.0, 13.0, 30.0
_STRAIGHT = 20.0  # the weight of edges that should be straight
_ORDER_SWEEPS, _PLACE_SWEEPS, _SETTLE_SWEEPS = 12, 16, 40


@dataclass(frozen=True)
class Link:
    """An edge between nodes, with where it leaves and enters them, counted across from their middles."""

    tail: int
    head: int
    tail_offset: float = 0.0
    head_offset: float = 0.0


@dataclass
class Layout:
    """The result: the nodes' middles, the edges' points from tail to head, and the size of all."""

    middles: list[Point]
    routes: list[list[Point]]
    across: float
    along: float


@dataclass
class _Cell:
    """A node (`node` is its number) or a bend (`node` is -1) in a layer."""

    node: int
    layer: int
    width: float
    place: float = 0.0


def layered(sizes: list[tuple[float, float]], links: list[Link], first: set[int], last: set[int]) -> Layout:
    """Lay out an acyclic graph.

    Args:
        sizes: of each node: (across, along), in points.
        links: the edges; every tail is listed in `sizes` before its head can be reached.
        first: nodes that must be in a layer before all others.
        last: nodes that must be in a layer after all others.

    Example:
        >>> found = layered([(40, 20), (40, 20)], [Link(0, 1)], set(), set())
        >>> found.middles, found.across, found.along
        ([(20.0, 10.0), (20.0, 60.0)], 40.0, 70.0)
    """
    if not sizes:
        return Layout([], [], 0.0, 0.0)
    layer_of = _layers(len(sizes), links, first, last)
    cells, edges, chains = _with_bends(sizes, links, layer_of)
    layers: list[list[int]] = [[] for _ in range(max(layer_of) + 1)]
    for number, cell in enumerate(cells):
        layers[cell.layer].append(number)
    layers = _ordered(layers, edges, cells)
    _place(layers, edges, cells)
    return _finish(sizes, links, cells, layers, chains)


def _layers(count: int, links: list[Link], first: set[int], last: set[int]) -> list[int]:
    """The layer of each node; sources go as near to what they feed as they can."""
    heads: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for link in links:
        heads[link.tail].append(link.head)
        waiting[link.head] += 1
    sources = [n for n in range(count) if not waiting[n]]
    layer = [0] * count
    ready, order = list(sources), []
    while ready:
        node = ready.pop()
        order.append(node)
        for head in heads[node]:
            layer[head] = max(layer[head], layer[node] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    if len(order) != count:
        raise ValueError("The graph has a cycle, so it has no layers.")
    if first and len(first) < count:
        for node in range(count):
            if node not in first:
                layer[node] = max(layer[node], 1)
        for node in order:  # what was moved moves what follows
            for head in heads[node]:
                layer[head] = max(layer[head], layer[node] + 1)
    for node in sources:
        if node not in first and heads[node]:
            layer[node] = min(layer[head] for head in heads[node]) - 1
    end = max(layer) + (1 if any(layer[n] == max(layer) for n in range(count) if n not in last) else 0)
    for node in last:
        layer[node] = end
    return layer


def _with_bends(
    sizes: list[tuple[float, float]], links: list[Link], layer_of: list[int]
) -> tuple[list[_Cell], list[tuple[int, int, float, float, float]], list[list[int]]]:
    """Cells (nodes, then bends), edges between neighbouring layers (tail, head, offsets, weight), and each link's cells."""
    cells = [_Cell(n, layer_of[n], size[0]) for n, size in enumerate(sizes)]
    edges: list[tuple[int, int, float, float, float]] = []
    leaving, entering = Counter(link.tail for link in links), Counter(link.head for link in links)
    chains = []
    for link in links:
        only = leaving[link.tail] == entering[link.head] == 1
        chain = [link.tail]
        for layer in range(layer_of[link.tail] + 1, layer_of[link.head]):
            chain.append(len(cells))
            cells.append(_Cell(-1, layer, 0.0))
        chain.append(link.head)
        for at, (a, b) in enumerate(itertools.pairwise(chain)):
            bends = (cells[a].node < 0) + (cells[b].node < 0)
            start = link.tail_offset if at == 0 else 0.0
            stop = link.head_offset if at == len(chain) - 2 else 0.0
            # long edges should be straight, and ways without branches
            edges.append((a, b, start, stop, _STRAIGHT if only or bends == 2 else 1.0 + bends))
        chains.append(chain)
    return cells, edges, chains


# The order inside the layers.


def _ordered(
    layers: list[list[int]], edges: list[tuple[int, int, float, float, float]], cells: list[_Cell]
) -> list[list[int]]:
    """The layers with few crossings: sorted by the mean place of the neighbours, down and up in turn."""
    before: dict[int, list[tuple[int, float]]] = {}
    after: dict[int, list[tuple[int, float]]] = {}
    between: list[list[tuple[int, int, float, float]]] = [[] for _ in layers]
    for a, b, start, stop, _ in edges:
        # where an edge enters a wide node counts as a fraction of a place
        before.setdefault(b, []).append((a, start / (cells[a].width + 1)))
        after.setdefault(a, []).append((b, stop / (cells[b].width + 1)))
        between[cells[a].layer].append((a, b, start / (cells[a].width + 1), stop / (cells[b].width + 1)))
    place = {cell: float(i) for layer in layers for i, cell in enumerate(layer)}
    best, fewest = [list(layer) for layer in layers], _crossings(between, place)
    for sweep in range(_ORDER_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        neighbours = before if down else after
        for layer in layers if down else reversed(layers):
            means = {
                cell: (
                    sum(place[n] + shift for n, shift in neighbours[cell]) / len(neighbours[cell])
                    if cell in neighbours
                    else place[cell]
                )
                for cell in layer
            }
            layer.sort(key=means.__getitem__)
            for i, cell in enumerate(layer):
                place[cell] = float(i)
        crossings = _crossings(between, place)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best


def _crossings(between: list[list[tuple[int, int, float, float]]], place: dict[int, float]) -> int:
    count = 0
    for pairs in between:
        ends: list[float] = []
        for _, stop in sorted((place[a] + s, place[b] + t) for a, b, s, t in pairs):
            count += len(ends) - bisect_right(ends, stop)
            insort(ends, stop)
    return count


# The places across.


def _place(
    layers: list[list[int]], edges: list[tuple[int, int, float, float, float]], cells: list[_Cell]
) -> None:
    """Set the cells' places: as near to their neighbours as the order and the widths allow."""
    before: dict[int, list[tuple[int, float, float]]] = {}
    after: dict[int, list[tuple[int, float, float]]] = {}
    for a, b, start, stop, weight in edges:
        before.setdefault(b, []).append((a, start - stop, weight))
        after.setdefault(a, []).append((b, stop - start, weight))
    gaps = [[_apart(cells[a], cells[b]) for a, b in itertools.pairwise(layer)] for layer in layers]
    for layer, gap in zip(layers, gaps, strict=True):
        at = -sum(gap) / 2
        for cell, step in zip(layer, [*gap, 0.0], strict=True):
            cells[cell].place = at
            at += step
    for sweep in range(_PLACE_SWEEPS + _SETTLE_SWEEPS):
        both = sweep >= _PLACE_SWEEPS
        down = sweep % 2 == 0
        numbers: Iterable[int] = range(len(layers)) if down else range(len(layers) - 1, -1, -1)
        for number in numbers:
            wanted, weights = [], []
            for cell in layers[number]:
                near = list(before.get(cell, ())) if down or both else []
                near += after.get(cell, ()) if not down or both else []
                total = sum(w for _, _, w in near)
                wanted.append(
                    sum((cells[n].place + shift) * w for n, shift, w in near) / total
                    if near
                    else cells[cell].place
                )
                weights.append(total or 0.01)
            for cell, place in zip(layers[number], _spread(wanted, weights, gaps[number]), strict=True):
                cells[cell].place = place
    _straighten(layers, edges, cells, gaps)


def _straighten(
    layers: list[list[int]],
    edges: list[tuple[int, int, float, float, float]],
    cells: list[_Cell],
    gaps: list[list[float]],
) -> None:
    """Put ways without branches, and the bends of long edges, in one line wherever there is room."""
    line = {cell: [cell] for layer in layers for cell in layer}
    for a, b, start, stop, weight in edges:
        if weight == _STRAIGHT and start == stop == 0 and line[a] is not line[b]:
            line[a] += line[b]
            for cell in line[b]:
                line[cell] = line[a]
    order = {cell: i for layer in layers for i, cell in enumerate(layer)}

    def fits(cell: int, place: float) -> bool:
        layer, gap, i = layers[cells[cell].layer], gaps[cells[cell].layer], order[cell]
        left = i == 0 or cells[layer[i - 1]].place + gap[i - 1] <= place
        return left and (i == len(gap) or place + gap[i] <= cells[layer[i + 1]].place)

    for members in {id(found): found for found in line.values()}.values():
        places = sorted(cells[cell].place for cell in members)
        for place in (places[len(places) // 2], places[0], places[-1], sum(places) / len(places)):
            if all(fits(cell, place) for cell in members):
                for cell in members:
                    cells[cell].place = place
                break


def _apart(a: _Cell, b: _Cell) -> float:
    gap = _BEND_GAP if a.node < 0 and b.node < 0 else _NODE_GAP
    return (a.width + b.width) / 2 + gap


def _spread(wanted: list[float], weights: list[float], gaps: list[float]) -> list[float]:
    """The places nearest to the wanted ones (weighted least squares) that keep the order and the gaps.

    With the gaps taken off this is isotonic regression: neighbours out of order are pooled.

    Example:
        >>> _spread([0.0, 0.0], [1.0, 1.0], [10.0])
        [-5.0, 5.0]
    """
    shifts = [0.0]
    for gap in gaps:
        shifts.append(shifts[-1] + gap)
    blocks: list[list[float]] = []  # value, weight, members
    for want, weight, shift in zip(wanted, weights, shifts, strict=True):
        blocks.append([want - shift, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            value, w, members = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + value * w) / (last[1] + w)
            last[1] += w
            last[2] += members
    values = [value for value, _, members in blocks for _ in range(int(members))]
    return [value + shift for value, shift in zip(values, shifts, strict=True)]


def _finish(
    sizes: list[tuple[float, float]],
    links: list[Link],
    cells: list[_Cell],
    layers: list[list[int]],
    chains: list[list[int]],
) -> Layout:
    """The depths of the layers, the routes, and everything moved so that it begins at 0."""
    low = min(cell.place - cell.width / 2 for cell in cells)
    for cell in cells:
        cell.place -= low
    bands: list[tuple[float, float]] = []
    depth = 0.0
    shift = [0.0] * len(layers)  # how far across edges go after each layer: they need room to turn
    for link, chain in zip(links, chains, strict=True):
        for at, (a, b) in enumerate(itertools.pairwise(chain)):
            start = cells[a].place + (link.tail_offset if at == 0 else 0)
            stop = cells[b].place + (link.head_offset if at == len(chain) - 2 else 0)
            shift[cells[a].layer] = max(shift[cells[a].layer], abs(stop - start))
    for number, layer in enumerate(layers):
        high = max((sizes[cells[c].node][1] for c in layer if cells[c].node >= 0), default=0.0)
        bands.append((depth, depth + high))
        depth += high + (_LAYER_GAP + min(40.0, shift[number] * 0.08) if high else 0.4 * _LAYER_GAP)
    middles = [(cells[n].place, sum(bands[cells[n].layer]) / 2) for n in range(len(sizes))]
    routes = []
    for link, chain in zip(links, chains, strict=True):
        start = cells[link.tail].place + link.tail_offset
        stop = cells[link.head].place + link.head_offset
        band = bands[cells[link.tail].layer]
        route = [(start, middles[link.tail][1] + sizes[link.tail][1] / 2), (start, band[1])]
        for bend in chain[1:-1]:
            route += [(cells[bend].place, edge) for edge in bands[cells[bend].layer]]
        band = bands[cells[link.head].layer]
        route += [(stop, band[0]), (stop, middles[link.head][1] - sizes[link.head][1] / 2)]
        routes.append(
            [
                p
                for i, p in enumerate(route)
                if not i or abs(p[0] - route[i - 1][0]) + abs(p[1] - route[i - 1][1]) > 1e-6
            ]
        )
    across = max(cell.place + cell.width / 2 for cell in cells)
    return Layout(middles, routes, across, bands[-1][1])
