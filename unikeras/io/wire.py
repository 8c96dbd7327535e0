"""The values of features as they lie in serialized Examples, read in bulk.

Protobuf's C code finds the features, which it is told are plain bytes; their values are then read here, a whole batch at once:
element by element, protobuf's lists would cost more than all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.io.example_messages import message
from unikeras.io.messages import messages
from unikeras.io.varint import read_varint, varint

__all__ = ["Column", "column", "empty", "parsed"]

# As in example_messages.py, but a Feature is its bytes.
_RAW = """
message Features { map<string, bytes> feature = 1; }
message Example { Features features = 1; }
message FeatureList { repeated bytes feature = 1; }
message FeatureLists { map<string, FeatureList> feature_list = 1; }
message SequenceExample { Features context = 1; FeatureLists feature_lists = 2; }
"""
_TAGS = {"string": 0x0A, "float32": 0x12, "int64": 0x1A}  # the field of Feature that holds the list of a type
_NAMES = {"string": "string", "float32": "float", "int64": "int64"}
_FEW = 64  # bytes of integers up to which a Python loop is faster than NumPy


class Column(NamedTuple):
    """The values of a feature of several examples, one after the other.

    Attributes:
        values: the values, [n].
        counts: how many there are of each example.
    """

    values: np.ndarray
    counts: np.ndarray


class _WrongType(Exception):
    def __init__(self, found: str) -> None:
        self.found = found


def parsed(kind: str, texts: Sequence[bytes]) -> list[Any]:
    """Serialized messages as messages whose features are bytes.

    Args:
        kind: "Example" or "SequenceExample".
        texts: the serialized messages.

    Raises:
        InvalidArgumentError: one is damaged.
    """
    from google.protobuf.message import DecodeError

    read = messages(_RAW, "unikeras.raw")[kind].FromString
    found = []
    try:
        for text in texts:
            found.append(read(text))
    except DecodeError:
        text = texts[len(found)]
        shown = repr(text if len(text) < 60 else text[:57])[1:]
        raise InvalidArgumentError(
            f"Could not parse example input, value: {shown} (example {len(found)} of {len(texts)}): it is no {kind}, or damaged"
        ) from None
    return found


def empty(dtype: str) -> np.ndarray:
    """No values."""
    return np.empty(0, object if dtype == "string" else dtype)


def column(raws: Sequence[bytes | None], dtype: str, error: str) -> Column:
    """The values of features.

    Args:
        raws: a Feature of every example as bytes; `None` or empty: it has none.
        dtype: "string", "float32" or "int64".
        error: how messages begin.

    Raises:
        InvalidArgumentError: a feature has values of another type, or is damaged.
    """
    try:
        if dtype == "float32" and len(raws) > 1:
            found = _equal_floats(raws)
            if found is not None:
                return found
        if dtype == "string":
            return _strings(raws)
        tag = _TAGS[dtype]
        payloads = [_payload(raw, tag) if raw else b"" for raw in raws]
        return _floats(payloads) if dtype == "float32" else _integers(payloads)
    except _WrongType as wrong:
        raise InvalidArgumentError(
            f"{error}.  Data types don't match. Data type: {wrong.found} but expected type: {_NAMES[dtype]}"
        ) from None
    except (IndexError, ValueError):
        raise InvalidArgumentError(f"{error}.  Can't parse serialized Example: it is damaged") from None


def _inside(data: bytes, tag: int) -> bytes | None:
    """What is in the one field that `data` consists of; `None` if it does not consist of that field alone."""
    size = len(data)
    if size < 2 or data[0] != tag:
        return None
    length, at = (data[1], 2) if data[1] < 128 else read_varint(data, 1)
    return data[at:] if at + length == size else None


def _list(raw: bytes, tag: int) -> bytes:
    """The list of a Feature, which must be of the type that the tag says, as it would be if it were written by protobuf."""
    inside = _inside(raw, tag)
    if inside is None:
        inside = _inside(_canonical(raw, tag), tag)
        if inside is None:
            return b""
    return inside


def _canonical(raw: bytes, tag: int) -> bytes:
    from google.protobuf.message import DecodeError

    try:
        feature = message("Feature").FromString(raw)
    except DecodeError:
        raise ValueError from None
    kind = feature.WhichOneof("kind")
    if kind is None:
        return b""
    found = {"bytes_list": "string", "float_list": "float32", "int64_list": "int64"}[kind]
    if _TAGS[found] != tag:
        raise _WrongType(_NAMES[found])
    feature.DiscardUnknownFields()
    return feature.SerializeToString()


def _payload(raw: bytes, tag: int) -> bytes:
    """The packed numbers of a Feature."""
    values = _list(raw, tag)
    if not values:
        return b""
    packed = _inside(values, 0x0A)
    if packed is None:
        packed = _inside(_list(_canonical(raw, tag), tag), 0x0A)
    return packed or b""


def _equal_floats(raws: Sequence[bytes | None]) -> Column | None:
    """If all features have as many floats and the same head, their values at once."""
    first = raws[0]
    if not first:
        return None
    size = len(first)
    for raw in raws:
        if raw is None or len(raw) != size:
            return None
    payload = len(_payload(first, _TAGS["float32"]))
    head = size - payload
    if (
        not payload
        or payload % 4
        or first
        != b"\x12" + varint(len(varint(payload)) + 1 + payload) + b"\x0a" + varint(payload) + first[head:]
    ):
        return None
    block = np.frombuffer(b"".join(raws), np.uint8).reshape(len(raws), size)  # type: ignore[arg-type]
    if not (block[:, :head] == block[0, :head]).all():
        return None
    values = np.ascontiguousarray(block[:, head:]).reshape(-1).view("<f4")
    return Column(values, np.full(len(raws), payload // 4))


def _floats(payloads: list[bytes]) -> Column:
    sizes = np.fromiter(map(len, payloads), np.int64, len(payloads))
    if (sizes % 4).any():
        raise ValueError
    data = payloads[0] if len(payloads) == 1 else b"".join(payloads)
    return Column(np.frombuffer(data, "<f4").astype(np.float32), sizes // 4)


def _integers(payloads: list[bytes]) -> Column:
    data = payloads[0] if len(payloads) == 1 else b"".join(payloads)
    if len(data) <= _FEW:
        numbers: list[int] = []
        found = []
        for payload in payloads:
            at, end, had = 0, len(payload), len(numbers)
            while at < end:
                byte = payload[at]
                if byte < 128:
                    numbers.append(byte)
                    at += 1
                else:
                    number, at = read_varint(payload, at)
                    numbers.append(number - (1 << 64) if number >> 63 else number)
            found.append(len(numbers) - had)
        return Column(np.array(numbers, np.int64), np.array(found, np.int64))
    stream = np.frombuffer(data, np.uint8)
    last = stream < 128  # the last byte of a number
    before = np.zeros(len(stream) + 1, np.int64)  # how many numbers end in front of a byte
    np.cumsum(last, out=before[1:])
    edges = np.zeros(len(payloads) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, payloads), np.int64, len(payloads)), out=edges[1:])
    if not last[edges[1:][np.diff(edges) > 0] - 1].all():
        raise ValueError  # a feature ends in a number
    ends = np.flatnonzero(last)
    lengths = np.diff(ends, prepend=-1)
    longest = int(lengths.max())
    if longest > 10:
        raise ValueError
    starts = ends - lengths + 1
    values = (stream[starts] & 127).astype(np.uint64)
    for i in range(1, longest):
        longer = lengths > i
        values[longer] |= (stream[starts[longer] + i] & 127).astype(np.uint64) << np.uint64(7 * i)
    return Column(values.view(np.int64), np.diff(before[edges]))


def _strings(raws: Sequence[bytes | None]) -> Column:
    values: list[bytes] = []
    counts = np.zeros(len(raws), np.int64)
    for i, raw in enumerate(raws):
        if not raw:
            continue
        items = _list(raw, 0x0A)
        one = _inside(items, 0x0A)
        if one is not None:  # a single string, as most have
            values.append(one)
            counts[i] = 1
            continue
        found = _items(items)
        if found is None:
            found = list(message("Feature").FromString(raw).bytes_list.value)
        values += found
        counts[i] = len(found)
    array = np.empty(len(values), object)
    array[:] = values
    return Column(array, counts)


def _items(data: bytes) -> list[bytes] | None:
    """The strings of a list; `None` if there is something else in it."""
    at, end, found = 0, len(data), []
    while at < end:
        if data[at] != 0x0A:
            return None
        length, at = read_varint(data, at + 1)
        if at + length > end:
            raise ValueError
        found.append(data[at : at + length])
        at += length
    return found
