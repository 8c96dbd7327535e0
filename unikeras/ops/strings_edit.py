"""Strings changed one by one: case, white space, parts; and their lengths."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import counts_between, host_op, host_values
from unikeras.core.state import thread

__all__ = ["string_length", "string_lower", "string_strip", "string_upper", "substr"]

_WHITE = b" \t\n\v\f\r"


def one_of(where: str, argument: str, value: Any, choices: tuple[str, ...]) -> str:
    """`value` as text, if it is one of the choices.

    Raises:
        InvalidArgumentError: it is not.
    """
    text = value.decode() if isinstance(value, bytes) else value
    if text not in choices:
        raise InvalidArgumentError(
            f"{where}: {argument} must be one of {', '.join(map(repr, choices))}, not {text!r}."
        )
    return text


def _cased(input: np.ndarray, encoding: str, of_bytes: Any, of_text: Any, where: str) -> np.ndarray:
    if encoding not in ("", "utf-8"):
        raise InvalidArgumentError(
            f"{where}: only encoding='utf-8' or '' is supported, received {encoding!r}."
        )
    texts = input.ravel().tolist()
    if encoding:
        made = [of_bytes(t) if t.isascii() else of_text(t.decode(errors="replace")).encode() for t in texts]
    else:
        made = list(map(of_bytes, texts))
    return host_values(made, input.shape)


@host_op
def string_lower(np: Any, input: Any, *, encoding: str = "") -> Any:
    """The strings in lower case (mirrors `tf.strings.lower`).

    Args:
        input: strings [...], also ragged.
        encoding: '' changes ASCII letters alone; 'utf-8' all letters.

    Raises:
        InvalidArgumentError: another encoding.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.lower(["CamelCase", "ÄB"]).numpy()[0], tf.strings.lower("ÄB", encoding="utf-8").numpy().decode()
        (b'camelcase', 'äb')
    """
    return _cased(input, encoding, bytes.lower, str.lower, "string_lower")


@host_op
def string_upper(np: Any, input: Any, *, encoding: str = "") -> Any:
    """The strings in upper case (mirrors `tf.strings.upper`); see `tf.strings.lower`.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.upper("ab").numpy()
        b'AB'
    """
    return _cased(input, encoding, bytes.upper, str.upper, "string_upper")


@host_op
def string_strip(np: Any, input: Any) -> Any:
    """The strings without white space (of ASCII) at both ends (mirrors `tf.strings.strip`).

    Example:
        >>> import unikeras as tf
        >>> tf.strings.strip(["  two words ", "x\\n"]).numpy().tolist()
        [b'two words', b'x']
    """
    return host_values([text.strip(_WHITE) for text in input.ravel().tolist()], input.shape)


@host_op
def string_length(np: Any, input: Any, *, unit: str = "BYTE") -> Any:
    """How long the strings are (mirrors `tf.strings.length`).

    Args:
        input: strings [...], also ragged.
        unit: 'BYTE', or 'UTF8_CHAR' for characters: the bytes that begin one are counted.

    Returns:
        int32 [...].

    Raises:
        InvalidArgumentError: another unit.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.length(["Hello", "é"]).numpy().tolist(), tf.strings.length("é", unit="UTF8_CHAR").numpy()
        ([5, 2], np.int32(1))
    """
    unit = one_of("string_length", "unit", unit, ("BYTE", "UTF8_CHAR"))
    texts = input.ravel().tolist()
    lengths = np.fromiter(map(len, texts), np.int32, len(texts))
    if unit == "UTF8_CHAR" and texts:
        begins = np.frombuffer(b"".join(texts), np.int8) >= -64  # the bytes that begin a character
        bounds = np.append(0, np.cumsum(lengths, dtype=np.int64))
        lengths = counts_between(begins, bounds).astype(np.int32)
    return lengths.reshape(input.shape)


@host_op(numbers={"pos": None, "len": None})
def substr(np: Any, input: Any, pos: Any, len: Any, *, unit: str = "BYTE") -> Any:
    """Parts of the strings (mirrors `tf.strings.substr`).

    Args:
        input: strings [...], also ragged.
        pos: integers: where the parts begin, negative ones counted from the end. They broadcast with `input`.
        len: integers of the same shape and dtype: how many bytes or characters they have, at most.
        unit: 'BYTE' or 'UTF8_CHAR': what is counted.

    Raises:
        InvalidArgumentError: a place outside of its string, shapes that do not fit, no integers, another unit.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.substr(["Hello", "World"], [1, -2], [3, 2]).numpy().tolist()
        [b'ell', b'ld']
    """
    unit = one_of("substr", "unit", unit, ("BYTE", "UTF8_CHAR"))
    if pos.dtype.kind != "i" or len.dtype.kind != "i":
        raise InvalidArgumentError(
            f"substr: pos and len must be int32 or int64, not {pos.dtype} and {len.dtype}."
        )
    if pos.shape != len.shape:
        raise InvalidArgumentError(
            f"substr: pos and len must have one shape, not {pos.shape} and {len.shape}."
        )
    try:
        texts, starts, sizes = np.broadcast_arrays(input, pos, len)
    except ValueError:
        raise InvalidArgumentError(
            f"substr: the shapes of input {input.shape} and pos {pos.shape} do not broadcast."
        ) from None
    part = _bytes_part if unit == "BYTE" else _characters_part
    given = texts.ravel().tolist()
    first, size = int(pos.flat[0]) if pos.size else 0, int(len.flat[0]) if len.size else 0
    if (
        unit == "BYTE"
        and not pos.ndim
        and first >= 0 <= size
        and given
        and min(map(builtins.len, given)) >= first
    ):
        return host_values([text[first : first + size] for text in given], texts.shape)
    made = map(part, given, starts.ravel().tolist(), sizes.ravel().tolist())
    return host_values(list(made), texts.shape)


def _outside(text: bytes, start: int) -> bytes:
    if thread.symbolic:  # only shapes are asked for, of strings that stand for others
        return b""
    raise InvalidArgumentError(f"substr: pos {start} is out of range for the string {text!r}.")


def _bytes_part(text: bytes, start: int, size: int) -> bytes:
    count = len(text)
    first = start + count if start < 0 else start
    if not 0 <= first <= count:
        return _outside(text, start)
    return text[first : first + size] if size >= 0 else text[first:]


def _characters_part(text: bytes, start: int, size: int) -> bytes:
    try:
        characters = text.decode()
    except UnicodeDecodeError:
        return _invalid_part(text, start, size)
    count = len(characters)
    first = start + count if start < 0 else start
    if not 0 <= first <= count:
        return _outside(text, start)
    return characters[first : first + max(size, 0)].encode()


def _invalid_part(text: bytes, start: int, size: int) -> bytes:
    """Of a text that is not all UTF-8: every byte that continues no character counts as one."""
    places = [i for i, byte in enumerate(text) if byte & 0xC0 != 0x80]
    first = start + len(places) if start < 0 else start
    if not 0 <= first <= len(places):
        return _outside(text, start)
    last = min(first + max(size, 0), len(places))
    places.append(len(text))
    return text[places[first] : places[last]]
