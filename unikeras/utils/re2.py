"""Regular expressions in RE2's syntax and with its meaning, on Python's `re`.

`compile_re2` reads a pattern by RE2's published grammar and writes it in Python's, with everything that the two read differently made
explicit: character classes as ranges, flags at every place they act on, anchors. What RE2 refuses (look-around, back references, possessive
repetition) is refused. RE2 works on UTF-8; Python here on bytes for ASCII texts, else on decoded ones, where bytes that are no UTF-8 become
lone surrogates that no class matches.

What stays different: RE2 takes time linear in the text, Python's engine tries alternatives one by one, so that patterns such as (a+)+b can
take exponential time. What a group captured within a repetition of something that can be empty, as in (a*|b)+, can be other text. \\B looks at
characters, where RE2 looks at their bytes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from unikeras.utils.code_points import Points, category, complement, cut, folded, merged, named
from unikeras.utils.unicode_scripts import script_ranges

__all__ = ["PatternError", "Regex", "compile_re2"]

_MOST = 1000  # repetitions
_PERL: dict[str, Points] = {
    "d": [(48, 57)],
    "s": [(9, 10), (12, 13), (32, 32)],
    "w": [(48, 57), (65, 90), (95, 95), (97, 122)],
}
_CONTROL = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_ANY: Points = [(0, 0x10FFFF)]


class PatternError(ValueError):
    """A pattern that RE2 refuses."""


class Regex:
    """A compiled pattern; made by `compile_re2`."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        parsed = _Parser(pattern, 0x7F, False)
        self._bytes = _compiled(parsed.text.encode("ascii"), pattern)
        self.may_be_empty = parsed.may_be_empty
        self.groups = parsed.groups

    @functools.cached_property
    def _text(self) -> re.Pattern[str]:
        return _compiled(_Parser(self._pattern, 0x10FFFF, False).text, self._pattern)

    @functools.cached_property
    def _broken(self) -> re.Pattern[str]:
        return _compiled(_Parser(self._pattern, 0x10FFFF, True).text, self._pattern)

    def _decoded(self, text: bytes) -> tuple[re.Pattern[str], str]:
        try:
            return self._text, text.decode()
        except UnicodeDecodeError:
            return self._broken, text.decode(errors="surrogateescape")

    def full_match(self, texts: list[bytes]) -> list[bool]:
        """Whether each text matches as a whole."""
        match = self._bytes.fullmatch

        def other(text: bytes) -> bool:
            pattern, decoded = self._decoded(text)
            return pattern.fullmatch(decoded) is not None

        if b"".join(texts).isascii():
            return [match(text) is not None for text in texts]
        return [match(text) is not None if text.isascii() else other(text) for text in texts]

    def replace(self, texts: list[bytes], rewrite: bytes, everywhere: bool) -> list[bytes]:
        r"""The texts with the first match, or all, replaced.

        Args:
            texts: the texts.
            rewrite: what takes the place; \\0 to \\9 stand for the match and its groups. One that RE2 refuses leaves texts as they are.
            everywhere: whether all matches are replaced.
        """
        parts = _parts(rewrite, self.groups)
        if parts is None:
            return list(texts)
        on_bytes = self._replacer(self._bytes, parts, everywhere, b"")
        if b"".join(texts).isascii() and rewrite.isascii():
            return [on_bytes(text) for text in texts]
        decoded_parts = [p.decode(errors="surrogateescape") if isinstance(p, bytes) else p for p in parts]
        replacers: dict[Any, Callable[[Any], Any]] = {}

        def other(text: bytes) -> bytes:
            pattern, decoded = self._decoded(text)
            if pattern not in replacers:
                replacers[pattern] = self._replacer(pattern, decoded_parts, everywhere, "")
            return replacers[pattern](decoded).encode(errors="surrogateescape")

        return [on_bytes(text) if text.isascii() else other(text) for text in texts]

    def _replacer(
        self, pattern: re.Pattern[Any], parts: list[Any], everywhere: bool, empty: Any
    ) -> Callable[[Any], Any]:
        if not self.may_be_empty:
            template = empty.join(_template(p, empty) for p in parts)
            return functools.partial(pattern.sub, template, count=0 if everywhere else 1)

        def replaced(text: Any) -> Any:
            made, at, last = [], 0, -1
            while at <= len(text) and (match := pattern.search(text, at)):
                start, end = match.span()
                made.append(text[at:start])
                if start == end == last:  # no empty match behind a match: RE2 goes on by a character
                    made.append(text[start : start + 1])
                    at = start + 1
                    continue
                made.extend((match[p] or empty) if isinstance(p, int) else p for p in parts)
                at = last = end
                if not everywhere:
                    break
            made.append(text[at:])
            return empty.join(made)

        return replaced


def _template(part: Any, empty: Any) -> Any:
    """A part of a rewrite in Python's syntax of templates."""
    if isinstance(part, int):
        return b"\\g<%d>" % part if isinstance(empty, bytes) else f"\\g<{part}>"
    return part.replace(b"\\", b"\\\\") if isinstance(empty, bytes) else part.replace("\\", "\\\\")


def _parts(rewrite: bytes, groups: int) -> list[Any] | None:
    """A rewrite as texts and numbers of groups; `None` if RE2 refuses it."""
    parts: list[Any] = []
    for literal, escape in re.findall(rb"([^\\]+)|\\(.?)", rewrite, re.DOTALL):
        if literal:
            parts.append(literal)
        elif escape == b"\\":
            parts.append(b"\\")
        elif escape.isdigit() and int(escape) <= groups:
            parts.append(int(escape))
        else:
            return None
    return parts


def _compiled(text: Any, pattern: str) -> re.Pattern[Any]:
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"{pattern}: {error}") from None


@functools.lru_cache(256)
def compile_re2(pattern: bytes) -> Regex:
    r"""A pattern in RE2's syntax, ready for use.

    Raises:
        PatternError: RE2 refuses it.

    Example:
        >>> compile_re2(rb"(\pL+)-(\d+)").replace(["né-12 x".encode()], rb"\2", True)
        [b'12 x']
    """
    try:
        text = pattern.decode()
    except UnicodeDecodeError:
        raise PatternError(f"{pattern!r}: invalid UTF-8") from None
    return Regex(text)


class _Flags:
    """What holds from a place on: i (fold case), m (^ and $ at lines), s (. matches line breaks), U (repetition takes little)."""

    def __init__(self, on: frozenset[str] = frozenset()) -> None:
        self.on = on


class _Parser:
    """Reads a pattern, and writes it in Python's syntax for texts whose characters are at most `highest`."""

    def __init__(self, pattern: str, highest: int, broken: bool) -> None:
        self._p = pattern
        self._at = 0
        self._depth = 0
        self._highest = highest
        self._broken = broken
        self.groups = 0
        self.text, self.may_be_empty, _ = self._alternation(_Flags())

    def _refuse(self, what: str, part: str) -> PatternError:
        return PatternError(f"Invalid pattern: {self._p}, error: {what}: {part}")

    def _looking_at(self, text: str) -> bool:
        return self._p.startswith(text, self._at)

    def _alternation(self, flags: _Flags) -> tuple[str, bool, int]:
        """Up to the end of the group: Python's text, whether it can be empty, how often counted repetitions repeat."""
        branches: list[str] = []
        some_empty, most = False, 1
        items: list[tuple[str, bool, int]] = []
        while True:
            if self._at >= len(self._p) or self._p[self._at] in "|)":
                branches.append("".join(text for text, _, _ in items))
                some_empty |= all(can_be_empty for _, can_be_empty, _ in items)
                most = max([most, *(repeats for _, _, repeats in items)])
                if self._looking_at("|"):
                    self._at += 1
                    items = []
                    continue
                if self._looking_at(")") and not self._depth:
                    raise self._refuse("unexpected )", self._p)
                return "|".join(branches), some_empty, most
            made = self._item(flags)
            if not made and items and self._operator():  # flags between an item and its repetition
                text, can_be_empty, repeats = items.pop()
                made = [self._repeated((f"(?:{text})", can_be_empty, repeats), flags)]
            items += made

    def _operator(self) -> bool:
        """Whether a repetition comes next."""
        c = self._p[self._at : self._at + 1]
        return bool(c) and (c in "*+?" or (c == "{" and self._counts() is not None))

    def _item(self, flags: _Flags) -> list[tuple[str, bool, int]]:
        """An atom and its repetition; none for flags; several for a quotation."""
        if self._looking_at("\\Q"):
            end = self._p.find("\\E", self._at + 2)
            quoted = self._p[self._at + 2 : end if end >= 0 else len(self._p)]
            self._at = end + 2 if end >= 0 else len(self._p)
            atoms = [(self._literal(ord(c), flags), False, 1) for c in quoted]
            if atoms:
                atoms[-1] = self._repeated(atoms[-1], flags)
            return atoms
        c = self._p[self._at]
        if self._operator():
            raise self._refuse("no argument for repetition operator", c)
        atom = self._atom(c, flags)
        return [] if atom is None else [self._repeated(atom, flags)]

    def _atom(self, c: str, flags: _Flags) -> tuple[str, bool, int] | None:
        on = flags.on
        if c == "(":
            return self._group(flags)
        if c == "[":
            return self._class(on), False, 1
        if c == "\\":
            return self._escaped(flags)
        self._at += 1
        if c == ".":
            return self._points(_ANY if "s" in on else complement([(10, 10)])), False, 1
        if c == "^":
            return "(?m:^)" if "m" in on else r"\A", True, 1
        if c == "$":
            return "(?m:$)" if "m" in on else r"\Z", True, 1
        return self._literal(ord(c), flags), False, 1

    def _escaped(self, flags: _Flags) -> tuple[str, bool, int]:
        c = self._p[self._at + 1 : self._at + 2]
        if c in ("A", "z", "b", "B"):
            self._at += 2
            word = f"\\{c}" if self._highest == 0x7F else f"(?a:\\{c})"
            return {"A": r"\A", "z": r"\Z"}.get(c, word), True, 1
        if c == "C":
            raise NotImplementedError(
                f"{self._p}: \\C (one byte, also of a longer character) is not available in regular expressions."
            )
        points = self._set(flags.on)
        if points is not None:
            return self._points(points), False, 1
        return self._literal(self._escape(), flags), False, 1

    def _set(self, on: frozenset[str]) -> Points | None:
        """The class of an escape such as \\d or \\p{Greek}; `None` if another escape stands here."""
        c = self._p[self._at + 1 : self._at + 2]
        points: Points | None
        if c.lower() in _PERL and c:
            self._at += 2
            points, negative = _PERL[c.lower()], c.isupper()
        elif c in ("p", "P"):
            start = self._at
            self._at += 3
            name = self._p[start + 2 : start + 3]
            negative = c == "P"
            if name == "{":
                end = self._p.find("}", start)
                if end < 0:
                    raise self._refuse("invalid character class range", self._p[start:])
                name, self._at = self._p[start + 3 : end], end + 1
            if name.startswith("^"):
                name, negative = name[1:], not negative
            points = _ANY if name == "Any" else category(name) or script_ranges(name)
            if points is None:
                raise self._refuse("invalid character class range", self._p[start : self._at])
        else:
            return None
        if "i" in on:
            points = folded(points)
        return complement(points) if negative else points

    def _escape(self) -> int:
        """The character of an escape, as in \\n, \\x{20AC}, \\141, \\*."""
        start = self._at
        self._at += 2
        c = self._p[start + 1 : start + 2]
        if not c:
            raise self._refuse("trailing \\", "\\")
        digits = re.compile("[0-7]{0,2}").match(self._p, self._at)
        assert digits is not None
        if c == "0" or (c in "1234567" and digits[0]):
            self._at = digits.end()
            return int(c + digits[0], 8)
        if c in _CONTROL:
            return _CONTROL[c]
        if c == "x":
            found = re.compile(r"\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})").match(self._p, self._at)
            if found is not None and (value := int(found[1] or found[2], 16)) <= 0x10FFFF:
                self._at = found.end()
                return value
        elif ord(c) < 0x80 and not c.isalnum():
            return ord(c)
        raise self._refuse("invalid escape sequence", self._p[start : self._at])

    def _group(self, flags: _Flags) -> tuple[str, bool, int] | None:
        start = self._at
        opening, inner = "(", _Flags(flags.on)
        self._at += 1
        if self._looking_at("?P<"):
            found = re.compile(r"\?P<(\w+)>", re.ASCII).match(self._p, self._at)
            if found is None:
                raise self._refuse("invalid named capture group", self._p[start:])
            self._at = found.end()
        elif self._looking_at("?"):
            set_flags = re.compile(r"\?([imsU]*)(-[imsU]+)?([:)])").match(self._p, self._at)
            if set_flags is None:
                raise self._refuse("invalid perl operator", self._p[start : start + 3])
            self._at = set_flags.end()
            on = (flags.on | set(set_flags[1])) - set(set_flags[2] or "")
            if set_flags[3] == ")":  # for the rest of the group
                flags.on = on
                return None
            opening, inner = "(?:", _Flags(on)
        if opening == "(":
            self.groups += 1
        self._depth += 1
        text, empty, most = self._alternation(inner)
        if not self._looking_at(")"):
            raise self._refuse("missing )", self._p)
        self._depth -= 1
        self._at += 1
        return f"{opening}{text})", empty, most

    def _counts(self) -> re.Match[str] | None:
        return re.compile(r"\{(\d+)(,?)(\d*)\}", re.ASCII).match(self._p, self._at)

    def _repeated(self, atom: tuple[str, bool, int], flags: _Flags) -> tuple[str, bool, int]:
        """An atom with the repetition that follows it, if any."""
        text, empty, most = atom
        start = self._at
        c = self._p[self._at : self._at + 1]
        counts = self._counts()
        if c and c in "*+?":
            self._at += 1
            operator, empty = c, empty or c != "+"
        elif counts is not None:
            least, comma, limit = counts.groups()
            low = int(least)
            high = int(limit) if limit else low
            most *= max(high, 1)
            if max(low, high) > _MOST or high < low or (limit and not comma) or most > _MOST:
                raise self._refuse("invalid repetition size", counts[0])
            self._at = counts.end()
            operator, empty = counts[0], empty or low == 0
        else:
            return atom
        lazy = self._looking_at("?")
        self._at += lazy
        if self._operator():
            raise self._refuse("bad repetition operator", self._p[start : self._at + 1])
        if "U" in flags.on:
            lazy = not lazy
        if text.startswith(("\\A", "\\Z", "\\b", "\\B", "(?m:", "(?a:")):  # Python repeats no bare anchor
            text = f"(?:{text})"
        return f"{text}{operator}{'?' if lazy else ''}", empty, most

    # Classes.

    def _class(self, on: frozenset[str]) -> str:
        start = self._at
        self._at += 1
        negative = self._looking_at("^")
        self._at += negative
        points: Points = []
        first = True
        while first or not self._looking_at("]"):
            if self._at >= len(self._p):
                raise self._refuse("missing ]", self._p[start:])
            first = False
            points = points + self._member(on)
        self._at += 1
        points = merged(points)
        return self._points(complement(points) if negative else points)

    def _member(self, on: frozenset[str]) -> Points:
        """The next part of a class: a named set, an escape of one, a character, a range."""
        posix = re.compile(r"\[:(\^?)(.*?):\]").match(self._p, self._at)
        if posix is not None:
            found = named(posix[2])
            if found is None:
                raise self._refuse("invalid character class range", posix[0])
            self._at = posix.end()
            found = folded(found) if "i" in on else found
            return complement(found) if posix[1] else found
        if self._looking_at("\\") and (points := self._set(on)) is not None:
            return points
        start = self._at
        low = high = self._character()
        if self._looking_at("-") and not self._looking_at("-]") and self._at + 1 < len(self._p):
            self._at += 1
            high = self._character()
            if high < low:
                raise self._refuse("invalid character class range", self._p[start : self._at])
        return folded([(low, high)]) if "i" in on else [(low, high)]

    def _character(self) -> int:
        if self._at >= len(self._p):
            raise self._refuse("missing ]", self._p)
        if self._looking_at("\\"):
            return self._escape()
        self._at += 1
        return ord(self._p[self._at - 1])

    # Writing.

    def _literal(self, point: int, flags: _Flags) -> str:
        if "i" in flags.on:
            points = folded([(point, point)])
            if points != [(point, point)]:
                return self._points(points)
        return self._points([(point, point)])

    def _points(self, points: Points) -> str:
        """A class in Python's syntax."""
        points = cut(points, self._highest, self._broken)
        rest = complement(points, self._highest)
        if not points:
            return "(?!)"
        if points[0][0] == points[-1][1] < 0x80:
            return re.escape(chr(points[0][0]))
        if not rest:
            return "(?s:.)"
        if rest == [(10, 10)]:
            return "."
        few, sign = (rest, "^") if len(rest) < len(points) else (points, "")
        texts = [self._point(a) + (f"-{self._point(b)}" if b > a else "") for a, b in few]
        return f"[{sign}{''.join(texts)}]"

    @staticmethod
    def _point(point: int) -> str:
        if point < 0x100:
            return f"\\x{point:02x}"
        return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
