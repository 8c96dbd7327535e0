"""Sets of Unicode's code points as sorted ranges: what classes of regular expressions are made of."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from functools import cache

__all__ = ["Points", "category", "complement", "cut", "folded", "merged", "named"]

Points = list[tuple[int, int]]  # ranges (first, last), sorted, apart from each other
_LAST = 0x10FFFF
_ALSO = {"s": 0x17F, "k": 0x212A}  # the long s and the Kelvin sign are equal to ASCII letters

_POSIX: dict[str, Points] = {
    "alnum": [(48, 57), (65, 90), (97, 122)],
    "alpha": [(65, 90), (97, 122)],
    "ascii": [(0, 127)],
    "blank": [(9, 9), (32, 32)],
    "cntrl": [(0, 31), (127, 127)],
    "digit": [(48, 57)],
    "graph": [(33, 126)],
    "lower": [(97, 122)],
    "print": [(32, 126)],
    "punct": [(33, 47), (58, 64), (91, 96), (123, 126)],
    "space": [(9, 13), (32, 32)],
    "upper": [(65, 90)],
    "word": [(48, 57), (65, 90), (95, 95), (97, 122)],
    "xdigit": [(48, 57), (65, 70), (97, 102)],
}


def named(name: str) -> Points | None:
    """The POSIX class of a name such as 'alpha' (of ASCII), or `None`."""
    return _POSIX.get(name)


def merged(points: Points) -> Points:
    """Sorted ranges that do not touch, of any ranges.

    Example:
        >>> merged([(5, 6), (1, 2), (3, 5)])
        [(1, 6)]
    """
    result: Points = []
    for first, last in sorted(points):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def complement(points: Points, highest: int = _LAST) -> Points:
    """All other code points up to a highest.

    Example:
        >>> complement([(10, 10)], 127)
        [(0, 9), (11, 127)]
    """
    result, start = [], 0
    for first, last in points:
        if first > start:
            result.append((start, min(first - 1, highest)))
        start = last + 1
    if start <= highest:
        result.append((start, highest))
    return result


def cut(points: Points, highest: int, without_surrogates: bool) -> Points:
    """What is not above `highest`, perhaps without the surrogates."""
    if without_surrogates:
        points = complement(merged([*complement(points), (0xD800, 0xDFFF)]))
    return [(first, min(last, highest)) for first, last in points if first <= highest]


@cache
def _orbits() -> dict[int, list[int]]:
    """Each code point that has a case -> all that are equal to it where case does not count."""
    same: dict[str, list[int]] = defaultdict(list)
    for point in range(_LAST + 1):
        c = chr(point)
        lower, upper = c.lower(), c.upper()
        if lower == c == upper:
            continue
        key = next((k for k in (c.casefold(), lower) if len(k) == 1), c)
        same[key].append(point)
    for key in list(same):
        if ord(key) not in same[key]:
            same[key].append(ord(key))
    return {point: members for members in same.values() if len(members) > 1 for point in members}


def folded(points: Points) -> Points:
    """The points with those of the other case.

    Example:
        >>> folded([(ord("k"), ord("k"))])  # and the Kelvin sign
        [(75, 75), (107, 107), (8490, 8490)]
    """
    if points and points[-1][1] < 0x80:  # without the large table
        letters = [chr(p) for a, b in points for p in range(a, b + 1) if chr(p).isalpha()]
        others = [ord(c.swapcase()) for c in letters] + [
            _ALSO[c] for c in map(str.lower, letters) if c in _ALSO
        ]
        return merged([*points, *((p, p) for p in others)])
    orbits = _orbits()
    more = [m for p, members in orbits.items() if any(a <= p <= b for a, b in points) for m in members]
    return merged([*points, *((m, m) for m in more)])


@cache
def _categories() -> dict[str, Points]:
    """Every general category and its first letter -> its code points."""
    found: dict[str, Points] = defaultdict(list)
    start, current = 0, unicodedata.category("\0")
    for point in range(1, _LAST + 2):
        kind = unicodedata.category(chr(point)) if point <= _LAST else ""
        if kind != current:
            found[current].append((start, point - 1))
            start, current = point, kind
    del found["Cn"]  # what is not assigned has no class in RE2
    for letter in {name[0] for name in found}:
        found[letter] = merged(
            [r for name, ranges in list(found.items()) if name[0] == letter for r in ranges]
        )
    return dict(found)


def category(name: str) -> Points | None:
    """The code points of a general category such as 'Lu' or 'L', or `None`.

    Example:
        >>> category("Zl")
        [(8232, 8232)]
    """
    return _categories().get(name)
