"""Reading the pickles that old data files hold, without trusting them.

A pickle is a program. These files need very little of that language: numbers, strings, lists, dicts, and
NumPy arrays. So the opcodes are checked first (only the admitted ones, bounded in number and in the memory
they can ask for), and then every class they may name is replaced by a stand-in that only stores what it is
given; arrays are built from that afterwards.
"""

from __future__ import annotations

import io
import math
import pickle
import re
from typing import Any

import numpy as np

MAX_OPCODE_BYTES = 32 << 20  # IMDB's 25,000 reviews are about 15 MB of opcodes

# Opcodes without a counted argument. LONG_BINPUT (r) is admitted up to slot 2**21: the unpickler makes room
# for all slots below.
_FIXED = re.compile(
    rb"(?:K.|M..|J....|[(\])}tae.sub0N\x85\x86\x87\x88\x89\x93\x94R]|[qh].|[rj]..[\x00-\x1f]\x00|\x80[\x00-\x05]|\x95.{8}"
    rb"|G.{8}|[IL]-?[0-9]{1,18}L?\n|c[\w.]{1,64}\n[\w.]{1,64}\n){1,65536}",
    re.DOTALL,
)
_COUNTED = {  # opcode: how many bytes its count has
    **dict.fromkeys(b"U\x8cC\x8a", 1),  # short str, unicode, bytes, long
    **dict.fromkeys(b"TXB", 4),  # str, unicode, bytes
    **dict.fromkeys(b"\x8d\x8e", 8),  # unicode, bytes
}


def load(data: bytes) -> Any:
    """The object that a pickle of numbers, strings, lists, dicts and arrays describes.

    Strings of Python 2 come as `bytes`.

    Args:
        data: bytes, the pickle.

    Raises:
        ValueError: if it is damaged, or asks for anything else.

    Example:
        >>> import pickle
        >>> from unikeras.datasets._pickle import load
        >>> load(pickle.dumps({"labels": [1, 2]}))
        {'labels': [1, 2]}
        >>> load(pickle.dumps(print))
        Traceback (most recent call last):
        ...
        ValueError: the pickle names builtins.print, which no data file needs; it was not run
    """
    _check_opcodes(data)
    try:
        return _build(_Unpickler(io.BytesIO(data), encoding="bytes").load())
    except ValueError:
        raise
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise ValueError(f"the pickle is damaged ({type(error).__name__}: {error})") from error


def _check_opcodes(data: bytes) -> None:
    at = plain = 0
    end = len(data)
    while at < end:
        run = _FIXED.match(data, at)
        if run:
            plain += run.end() - at
            at = run.end()
        elif (width := _COUNTED.get(data[at])) is not None:
            count = int.from_bytes(data[at + 1 : at + 1 + width], "little")
            at += 1 + width + count
            plain += 1 + width
            if at > end:
                raise ValueError("the pickle is cut off")
        else:
            raise ValueError(
                f"the pickle has opcode {data[at : at + 1]!r} at byte {at}, which no data file needs"
            )
        if plain > MAX_OPCODE_BYTES:
            raise ValueError(f"the pickle has more than {MAX_OPCODE_BYTES >> 20} MiB of opcodes")


class _Array:
    """Stand-in for an array: its shape, type and content as the pickle tells them."""

    state: tuple[Any, ...] | None = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _DType:
    """Stand-in for a dtype."""

    def __init__(self, code: Any, *flags: Any) -> None:
        self.code = code.decode("ascii") if isinstance(code, bytes) else code
        self.order = "|"

    def __setstate__(self, state: Any) -> None:
        order = state[1]
        self.order = order.decode("ascii") if isinstance(order, bytes) else order

    def dtype(self) -> np.dtype[Any]:
        code = "O" if self.code == "O8" else self.code
        if code not in ("O", "b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"):
            raise ValueError(f"the pickle holds an array of type {self.code!r}, which no data file has")
        if self.order not in ("|", "=", "<", ">"):
            raise ValueError(f"the pickle holds an array of byte order {self.order!r}")
        return np.dtype(code).newbyteorder(self.order)  # type: ignore[arg-type]


def _new_array(*unused: Any) -> _Array:
    return _Array()


def _latin1(text: str, encoding: str) -> bytes:
    """How Python 3 writes bytes in old protocols."""
    if encoding not in ("latin1", b"latin1"):
        raise ValueError(f"the pickle asks for the encoding {encoding!r}")
    return text.encode("latin1")


def _scalar(kind: Any, content: Any) -> Any:
    """A NumPy number, as the Python number it is."""
    if not isinstance(kind, _DType) or not isinstance(content, bytes):
        raise ValueError("the pickle holds a number without content")
    dtype = kind.dtype()
    if dtype.hasobject or len(content) != dtype.itemsize:
        raise ValueError("the pickle holds a number with other content")
    return np.frombuffer(content, dtype)[0].item()


_STAND_INS: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _new_array,
    ("numpy._core.multiarray", "_reconstruct"): _new_array,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _DType,
    ("_codecs", "encode"): _latin1,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise ValueError(
                f"the pickle names {module}.{name}, which no data file needs; it was not run"
            ) from None


def _build(value: Any) -> Any:
    """`value` with its stand-ins replaced by arrays, at the top, in a dict, and as elements of an array."""
    if isinstance(value, _Array):
        return _build_array(value)
    if isinstance(value, dict):
        return {key: _build_array(item) if isinstance(item, _Array) else item for key, item in value.items()}
    return value


def _build_array(stand_in: _Array) -> np.ndarray[Any, Any]:
    state = stand_in.state
    if not isinstance(state, tuple) or len(state) != 5 or not isinstance(state[2], _DType):
        raise ValueError("the pickle holds an array without content")
    _, shape, kind, fortran, content = state
    dtype = kind.dtype()
    if not isinstance(shape, tuple) or not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise ValueError("the pickle holds an array without a proper shape")
    count = math.prod(shape)
    if dtype.hasobject:
        if not isinstance(content, list) or len(content) != count:
            raise ValueError(f"the pickle holds an array of shape {shape} with other content")
        array = np.empty(count, dtype=object)
        for index, item in enumerate(content):
            array[index] = item
    else:
        if not isinstance(content, bytes) or len(content) != count * dtype.itemsize:
            raise ValueError(f"the pickle holds an array of shape {shape} with other content")
        array = np.frombuffer(bytearray(content), dtype)
    return array.reshape(shape, order="F" if fortran else "C")
