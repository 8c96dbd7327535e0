"""Strings as numbers, numbers as strings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_op, host_values
from unikeras.core.state import thread

__all__ = ["as_string", "string_to_number"]

_TO = ("float32", "float64", "int32", "int64", "uint32", "uint64")
_INTEGER = re.compile(rb"[ \t\n\v\f\r]*[+-]?[0-9]+[ \t\n\v\f\r]*")
_NAN = re.compile(rb"[ \t\n\v\f\r]*([+-]?)nan\(\w*\)[ \t\n\v\f\r]*", re.IGNORECASE)


@host_op(aliases={"string_tensor": "input"})
def string_to_number(np: Any, input: Any, *, out_type: Any = "float32") -> Any:
    """The numbers that the strings spell (mirrors `tf.strings.to_number`).

    Args:
        input: strings [...], also ragged: decimal numbers, for fractions also '1e3', 'inf', 'nan' and hexadecimal ones; white space around
            them does not matter.
        out_type: float32, float64, int32, int64, uint32 or uint64.

    Returns:
        Numbers of that type [...].

    Raises:
        InvalidArgumentError: a string spells no number of the type, or another type.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.to_number(["1.5", " -2e3"]).numpy().tolist()
        [1.5, -2000.0]
        >>> tf.strings.to_number("x", tf.int32)
        Traceback (most recent call last):
            ...
        unikeras.core.errors.InvalidArgumentError: StringToNumberOp could not correctly convert string: x
    """
    dtype = as_dtype(out_type)
    if dtype.name not in _TO:
        raise InvalidArgumentError(
            f"string_to_number: out_type must be one of {', '.join(_TO)}, not {dtype.name}."
        )
    texts = input.ravel().tolist()
    if thread.symbolic:  # only shapes are asked for, of strings that stand for others
        return np.zeros(input.shape, dtype.np_dtype)
    if dtype.is_floating:
        with np.errstate(over="ignore"):
            return np.array(_fractions(texts), np.float64).astype(dtype.np_dtype).reshape(input.shape)
    return np.array(_integers(texts, dtype), dtype.np_dtype).reshape(input.shape)


def _no_number(text: bytes) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"StringToNumberOp could not correctly convert string: {text.decode(errors='replace')}"
    )


def _fractions(texts: list[bytes]) -> list[float]:
    try:
        if b"_" not in b"".join(texts):  # which Python takes within numbers
            return list(map(float, texts))
    except ValueError:
        pass
    return list(map(_fraction, texts))


def _fraction(text: bytes) -> float:
    if b"_" not in text:
        try:
            return float(text)
        except ValueError:
            pass
        if b"x" in text.lower():
            try:
                return float.fromhex(text.decode("ascii"))
            except (ValueError, OverflowError):
                pass
        if _NAN.fullmatch(text):
            return math.nan
    raise _no_number(text)


def _integers(texts: list[bytes], dtype: Any) -> list[int]:
    try:
        made = list(map(int, texts))
    except ValueError:
        made = []
    low, high = dtype.min, dtype.max
    if not made or b"_" in b"".join(texts) or not low <= min(made) <= max(made) <= high:
        made = []
        for text in texts:
            if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
                raise _no_number(text)
            made.append(int(text))
    return made


@host_op(strings=())
def as_string(
    np: Any,
    input: Any,
    *,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
) -> Any:
    """Values as texts (mirrors `tf.strings.as_string`).

    Args:
        input: numbers, booleans or strings [...], also ragged.
        precision: for fractions, how many digits follow the point; 6 by default.
        scientific: for fractions, whether they are written as in 1.5e+00.
        shortest: for fractions, whether the shorter of the two spellings is taken, without zeros at the end.
        width: the least number of characters; filled up with spaces at the left.
        fill: '0' fills with zeros, '-' fills at the right, '+' and ' ' put that sign in front of what is not negative.

    Raises:
        InvalidArgumentError: settings that the values' type does not have, another `fill`.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.as_string([3.1415926, 2.72], precision=2).numpy().tolist()
        [b'3.14', b'2.72']
        >>> tf.strings.as_string([7, -7], width=4, fill="0").numpy().tolist()
        [b'0007', b'-007']
    """
    kind = as_dtype("string" if input.dtype == object else input.dtype)
    if fill not in ("", "0", "-", "+", " "):
        raise InvalidArgumentError(f"as_string: fill must be '', '0', '-', '+' or ' ', not {fill!r}.")
    fractions = kind.is_floating or kind.is_complex
    if not fractions and kind.name != "string":
        if precision > -1:
            raise InvalidArgumentError(f"as_string: precision is not supported for dtype {kind.name}.")
        if scientific or shortest:
            raise InvalidArgumentError(
                f"as_string: scientific and shortest are not supported for dtype {kind.name}."
            )
    if scientific and shortest:
        raise InvalidArgumentError("as_string: give one of scientific and shortest, not both.")
    size = str(width) if width > 0 else ""
    values = input.ravel()
    if kind.is_bool:
        made = [b"true" if v else b"false" for v in values.tolist()]
    elif kind.name == "string":
        text = f"%{'-' if fill == '-' else ''}{size}b".encode()
        made = [text % v for v in values.tolist()]
    elif not fractions:
        sign = "" if kind.name.startswith("u") and fill in "+ " else fill
        text = f"%{sign}{size}d".encode()
        made = [text % v for v in values.tolist()]
    else:
        letter = "e" if scientific else "g" if shortest else "f"
        digits = f".{precision}" if precision > -1 else ""
        spell = _speller(f"%{fill}{size}{digits}{letter}", fill, size)
        if kind.is_complex:
            made = [b"(%b,%b)" % (spell(v.real), spell(v.imag)) for v in values.tolist()]
        else:
            made = list(map(spell, values.astype(np.float64).tolist()))
    return host_values(made, input.shape)


def _speller(text: str, fill: str, size: str) -> Callable[[float], bytes]:
    """C's spelling of a fraction; Python fills what is no number with zeros, and drops its sign."""
    pattern = text.encode()
    other = f"%{'-' if fill == '-' else ''}{size}b".encode()
    plus = {"+": b"+", " ": b" "}.get(fill, b"")

    def spell(value: float) -> bytes:
        if math.isfinite(value):
            return pattern % value
        name = b"nan" if math.isnan(value) else b"inf"
        return other % ((b"-" if math.copysign(1.0, value) < 0 else plus) + name)

    return spell
