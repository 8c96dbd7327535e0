"""Strings that hold something else: `tf.io.decode_raw`, `decode_base64`, `encode_base64`, `decode_compressed`."""

from __future__ import annotations

import base64
import re
import zlib
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import DataLossError, InvalidArgumentError
from unikeras.core.host_op import host_op, host_value, host_values
from unikeras.io.values import tensor

__all__ = ["decode_base64", "decode_compressed", "decode_raw", "encode_base64"]

_RAW_TYPES = frozenset(
    (
        "float16", "float32", "float64", "int32", "uint16", "uint8", "int16", "int8", "int64", "complex64", "complex128", "bool",
        "bfloat16",
    )
)  # fmt: skip


def decode_raw(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: int | None = None,
    name: str | None = None,
) -> Any:
    """The bytes of strings as numbers (mirrors `tf.io.decode_raw`).

    Args:
        input_bytes: strings [...], all of one length unless `fixed_length` is given.
        out_type: the numbers' type.
        little_endian: whether a number's first byte is its smallest.
        fixed_length: bytes: longer strings are cut, shorter ones filled with zeros.
        name: ignored.

    Returns:
        A tensor [..., numbers].

    Raises:
        InvalidArgumentError: the lengths differ, or are no whole number of numbers.

    Example:
        >>> import unikeras as tf
        >>> tf.io.decode_raw(b"\\x01\\x00\\x02\\x00", tf.uint16).numpy()
        array([1, 2], dtype=uint16)
    """
    dtype = as_dtype(out_type)
    if dtype.name not in _RAW_TYPES:
        raise InvalidArgumentError(f"decode_raw: out_type must be a type of numbers, not {dtype.name}")
    size = dtype.size
    given = host_value(input_bytes, "decode_raw", "string")
    texts = given.reshape(-1).tolist()
    if fixed_length is not None:
        length = int(fixed_length)
        if length <= 0:
            raise InvalidArgumentError(f"fixed_length ({length}) must be greater than zero.")
        if length % size:
            raise InvalidArgumentError(
                f"fixed_length ({length}) must be a multiple of the size of out_type ({size})"
            )
        texts = [text[:length].ljust(length, b"\0") for text in texts]
    else:
        length = len(texts[0]) if texts else 0
        for i, text in enumerate(texts):
            if len(text) != length:
                raise InvalidArgumentError(
                    f"DecodeRaw requires input strings to all be the same size, but element {i} has size {len(text)} != {length}"
                )
        if length % size:
            raise InvalidArgumentError(
                f"Input to DecodeRaw has length {length} that is not a multiple of {size}, the size of {dtype.name}"
            )
    data = texts[0] if len(texts) == 1 else b"".join(texts)
    numbers = np.frombuffer(data, np.uint8)
    if dtype.is_bool:
        numbers = numbers != 0
    else:
        part = size // 2 if dtype.is_complex else size
        if not little_endian and part > 1:
            numbers = np.ascontiguousarray(numbers.reshape(-1, part)[:, ::-1]).reshape(-1)
        numbers = numbers.view(dtype.np_dtype)
    return tensor(np.array(numbers).reshape(*given.shape, length // size))


_WEB_SAFE = re.compile(rb"[A-Za-z0-9_-]*={0,2}")


@host_op
def encode_base64(np: Any, input: Any, *, pad: bool = False) -> Any:
    """Strings in the web's safe base64, with `-` and `_` (mirrors `tf.io.encode_base64`).

    Args:
        input: strings [...].
        pad: whether they are filled up with `=`.

    Example:
        >>> import unikeras as tf
        >>> tf.io.encode_base64("hello").numpy(), tf.io.encode_base64("hello", pad=True).numpy()
        (b'aGVsbG8', b'aGVsbG8=')
    """
    made = [base64.urlsafe_b64encode(text) for text in input.ravel()]
    return host_values(made if pad else [text.rstrip(b"=") for text in made], input.shape)


@host_op
def decode_base64(np: Any, input: Any) -> Any:
    """What the web's safe base64 stands for (mirrors `tf.io.decode_base64`).

    Args:
        input: strings [...], with or without `=` at the end.

    Raises:
        InvalidArgumentError: a string is not in base64.

    Example:
        >>> import unikeras as tf
        >>> tf.io.decode_base64("aGVsbG8").numpy()
        b'hello'
    """
    return host_values([_decoded(text) for text in input.ravel()], input.shape)


def _decoded(text: bytes) -> bytes:
    plain = text.rstrip(b"=")
    if _WEB_SAFE.fullmatch(text) is None or (plain != text and len(text) % 4):
        raise InvalidArgumentError("Invalid character found in base64.")
    if len(plain) % 4 == 1:
        raise InvalidArgumentError("Base64 string length cannot be 1 modulo 4.")
    return base64.urlsafe_b64decode(plain + b"=" * (-len(plain) % 4))


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Any:
    """Strings decompressed (mirrors `tf.io.decode_compressed`).

    Args:
        bytes: strings [...].
        compression_type: "GZIP", "ZLIB" or "" (nothing is done).
        name: ignored.

    Raises:
        DataLossError: a string is damaged, or ends too early.
        InvalidArgumentError: another compression.

    Example:
        >>> import unikeras as tf, zlib
        >>> tf.io.decode_compressed(zlib.compress(b"text"), "ZLIB").numpy()
        b'text'
    """
    windows = {"": None, "NONE": None, "GZIP": 31, "ZLIB": 15}
    if compression_type not in windows:
        raise InvalidArgumentError(
            f"Only ZLIB, GZIP or NONE are supported compressions, not {compression_type!r}"
        )
    texts = host_value(bytes, "decode_compressed", "string")
    window = windows[compression_type]
    if window is None:
        return tensor(texts)
    return tensor(host_values([_inflated(text, window) for text in texts.ravel().tolist()], texts.shape))


def _inflated(text: bytes, window: int) -> bytes:
    parts = []
    while text:
        inflate = zlib.decompressobj(window)
        try:
            parts.append(inflate.decompress(text))
        except zlib.error as error:
            raise DataLossError(f"decode_compressed: {error}") from None
        if not inflate.eof:
            raise DataLossError("decode_compressed: the data ends too early")
        text = inflate.unused_data
    return b"".join(parts)
