"""Comma-separated values: `tf.io.decode_csv`, and what the data sets of CSV files are made of."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value, host_values
from unikeras.core.tensor import convert_to_tensor
from unikeras.io.values import tensor

__all__ = ["CsvColumn", "decode_csv", "fields_of", "values_of"]

_TYPES = ("float32", "float64", "int32", "int64", "string")
_NAMES = {"float32": "float", "float64": "double", "int32": "int32", "int64": "int64"}
_NUMBER = re.compile(
    rb"\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)\s*", re.IGNORECASE
)
_WHOLE = re.compile(rb"\s*[+-]?\d+\s*")


class CsvColumn:
    """What the fields of a column become.

    Args:
        dtype: "float32", "float64", "int32", "int64" or "string".
        default: what an empty field is; `None`: it is an error.
    """

    __slots__ = ("default", "dtype")

    def __init__(self, dtype: str, default: Any = None) -> None:
        if dtype not in _TYPES:
            raise InvalidArgumentError(f"CSV: a column is one of {', '.join(_TYPES)}, not {dtype}.")
        self.dtype, self.default = dtype, default

    @classmethod
    def of_default(cls, default: Any, index: int) -> CsvColumn:
        """The column of an entry of `record_defaults`: its type is that of the default; an empty tensor: required.

        Raises:
            InvalidArgumentError: there is more than one default.
        """
        value = np.asarray(convert_to_tensor(default))
        dtype = "string" if value.dtype == object else as_dtype(value.dtype).name
        if value.size > 1:
            raise InvalidArgumentError(
                f"There should only be 1 default per field but field {index} has {value.size}"
            )
        return cls(dtype, value.reshape(-1)[0] if value.size else None)


def fields_of(record: bytes, delimiter: bytes, quotes: bool) -> list[bytes]:
    """The fields of a line, without their quotes.

    Raises:
        InvalidArgumentError: quotes that are not around a whole field, or a line's end outside of quotes.
    """
    if not record:
        return []
    if not (quotes and b'"' in record):
        if b"\n" in record or b"\r" in record:
            raise InvalidArgumentError(_UNQUOTED)
        return record.split(delimiter)
    fields = []
    at, end = 0, len(record)
    while True:
        if record[at : at + 1] != b'"':
            stop = record.find(delimiter, at)
            stop = end if stop < 0 else stop
            field = record[at:stop]
            if b'"' in field or b"\n" in field or b"\r" in field:
                raise InvalidArgumentError(_UNQUOTED)
        else:
            field, stop = _quoted(record, at, delimiter)
        fields.append(field)
        if stop >= end:
            return fields
        at = stop + 1


_UNQUOTED = "Unquoted fields cannot have quotes/CRLFs inside"


def _quoted(record: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    """The content of a quoted field, and where the delimiter behind it is."""
    parts = []
    at += 1
    while True:
        stop = record.find(b'"', at)
        if stop < 0:
            raise InvalidArgumentError("Quoted field has to end with quote followed by delim or end")
        parts.append(record[at:stop])
        behind = record[stop + 1 : stop + 2]
        if behind in (b"", delimiter):
            return b"".join(parts), stop + 1
        if behind != b'"':
            raise InvalidArgumentError("Quote inside a string has to be escaped by another quote")
        parts.append(b'"')
        at = stop + 2


def values_of(
    fields: Sequence[bytes], column: CsvColumn, index: int, missing: bytes, numbered: bool = False
) -> np.ndarray:
    """The values of a column.

    Args:
        fields: the column's fields, one of each record.
        column: what to make of them.
        index: the column's number, for messages.
        missing: a field that counts as empty.
        numbered: whether messages tell which record it is.

    Raises:
        InvalidArgumentError: a field is empty and has no default, or is not of the column's type.
    """
    dtype = column.dtype

    def of(record: int) -> str:
        return f" {record}" if numbered else ""

    if dtype == "string":
        if b"" in fields or missing in fields:
            fields = [
                _default(column, index, of(i)) if f in (b"", missing) else f for i, f in enumerate(fields)
            ]
        return host_values(list(fields), (len(fields),))
    whole = dtype.startswith("int")
    convert: Any = int if whole else float
    try:  # as most columns are: numbers and nothing else
        joined = b"".join(fields)
        if b"_" in joined or not joined.isascii() or (missing and missing in fields):
            raise ValueError
        return np.array([convert(f) for f in fields], dtype)
    except (ValueError, OverflowError):
        pass
    numbers = np.zeros(len(fields), dtype)
    pattern = _WHOLE if whole else _NUMBER
    for i, field in enumerate(fields):
        if field in (b"", missing):
            numbers[i] = _default(column, index, of(i))
            continue
        if pattern.fullmatch(field) is None or (whole and not _fits(int(field), dtype)):
            shown = field.decode(errors="replace")
            raise InvalidArgumentError(
                f"Field {index} in record{of(i)} is not a valid {_NAMES[dtype]}: {shown}"
            )
        numbers[i] = convert(field)
    return numbers


def _fits(value: int, dtype: str) -> bool:
    limits = np.iinfo(dtype)
    return limits.min <= value <= limits.max


def _default(column: CsvColumn, index: int, record: str) -> Any:
    if column.default is None:
        raise InvalidArgumentError(f"Field {index} is required but missing in record{record}!")
    return column.default


def check_options(field_delim: Any, select_cols: Any, columns: int) -> tuple[bytes, list[int] | None]:
    """The delimiter as a byte, and the numbers of the columns to take.

    Raises:
        ValueError: they make no sense.
    """
    delimiter = field_delim.encode() if isinstance(field_delim, str) else bytes(field_delim)
    if len(delimiter) != 1:
        raise InvalidArgumentError("field_delim should be only 1 char")
    if select_cols is None:
        return delimiter, None
    selected = [int(c) for c in select_cols]
    if any(a >= b for a, b in itertools.pairwise(selected)):
        raise ValueError("select_cols is not strictly increasing.")
    if selected and selected[0] < 0:
        raise ValueError("select_cols contains negative values.")
    if len(selected) != columns:
        raise ValueError("Length of select_cols and record_defaults do not match.")
    return delimiter, selected


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[Any]:
    """The fields of lines of comma-separated values as tensors (mirrors `tf.io.decode_csv`).

    Args:
        records: strings [...], a line each.
        record_defaults: a value for each column, which says its type, and what an empty field is; an empty tensor of the
            type instead: an empty field is an error. Types: float32, float64, int32, int64, string.
        field_delim: the character between fields.
        use_quote_delim: whether fields may be in double quotes.
        na_value: a field that counts as empty.
        select_cols: the numbers of the columns to take, in order; all if `None`.
        name: ignored.

    Returns:
        A list of a tensor [...] for each column.

    Raises:
        InvalidArgumentError: a line has another number of fields, or a field is not of its column's type.
        ValueError: `select_cols` is not in order, or does not fit `record_defaults`.

    Example:
        >>> import unikeras as tf
        >>> age, name = tf.io.decode_csv(["3,ann", ",bob"], [[0], [""]])
        >>> age.numpy(), name.numpy().tolist()
        (array([3, 0], dtype=int32), [b'ann', b'bob'])
    """
    columns = [CsvColumn.of_default(default, i) for i, default in enumerate(record_defaults)]
    if not columns:
        raise InvalidArgumentError("decode_csv: record_defaults is empty")
    delimiter, selected = check_options(field_delim, select_cols, len(columns))
    texts = host_value(records, "decode_csv: records", "string")
    missing = na_value.encode() if isinstance(na_value, str) else bytes(na_value)
    rows = []
    for i, record in enumerate(texts.reshape(-1).tolist()):
        fields = fields_of(record, delimiter, use_quote_delim)
        if selected is not None:
            fields = [fields[c] for c in selected if c < len(fields)]
        if len(fields) != len(columns):
            raise InvalidArgumentError(f"Expect {len(columns)} fields but have {len(fields)} in record {i}")
        rows.append(fields)
    found = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return [
        tensor(values_of(found[i], column, i, missing, True).reshape(texts.shape))
        for i, column in enumerate(columns)
    ]
