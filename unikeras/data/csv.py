"""`tf.data.experimental.CsvDataset`: the records of CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.spec import TensorSpec
from unikeras.data.files import FilesDataset
from unikeras.io.csv import CsvColumn, fields_of, values_of
from unikeras.io.readers import CsvReader, Reader
from unikeras.io.stream import Stream

__all__ = ["CsvDatasetV2"]


class CsvDatasetV2(FilesDataset):
    """The records of CSV files, a tuple of scalars each (mirrors `tf.data.experimental.CsvDataset`).

    Args:
        filenames: a name, names, or a data set of names.
        record_defaults: for each column a dtype (an empty field is an error), or a value that says the dtype, and what an empty
            field is. Dtypes: float32, float64, int32, int64, string.
        compression_type: "GZIP", "ZLIB", or "" for none.
        buffer_size: bytes to read at a time.
        header: whether the first line of every file is left out.
        field_delim: the character between fields.
        use_quote_delim: whether fields may be in double quotes, with ends of lines in them.
        na_value: a field that counts as empty.
        select_cols: the numbers of the columns to take, in order; all if `None`.
        exclude_cols: the numbers of the columns to leave out.

    Raises:
        InvalidArgumentError: options that make no sense; when it runs: a record with another number of fields, or a field that is
            not of its column's type.

    Example:
        >>> import unikeras as tf
        >>> path = getfixture("tmp_path") / "a.csv"
        >>> _ = path.write_text('name,age\\nann,3\\n"smith, bob",\\n')
        >>> dataset = tf.data.experimental.CsvDataset(str(path), [tf.string, 0], header=True)
        >>> list(dataset.as_numpy_iterator())
        [(b'ann', np.int32(3)), (b'smith, bob', np.int32(0))]
    """

    def __init__(
        self,
        filenames: Any,
        record_defaults: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Any = None,
        exclude_cols: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)
        self._columns = [_column(default, i) for i, default in enumerate(record_defaults)]
        if not self._columns:
            raise InvalidArgumentError("CsvDataset: record_defaults is empty")
        if select_cols is not None and exclude_cols is not None:
            raise InvalidArgumentError("CsvDataset: give select_cols or exclude_cols, not both")
        self._delimiter = field_delim.encode()
        if len(self._delimiter) != 1:
            raise InvalidArgumentError("field_delim should be only 1 char")
        self._header, self._quotes, self._missing = bool(header), bool(use_quote_delim), na_value.encode()
        self._selected = None if select_cols is None else _increasing(select_cols, "select_cols")
        if self._selected is not None and len(self._selected) != len(self._columns):
            raise InvalidArgumentError("select_cols should match output size")
        self._excluded = (
            None if exclude_cols is None else frozenset(_increasing(exclude_cols, "exclude_cols"))
        )

    def _make_spec(self) -> Any:
        return tuple(TensorSpec((), column.dtype) for column in self._columns)

    def _reader(self, stream: Stream, place: int) -> Reader:
        return CsvReader(stream, place, self._quotes, self._header and not place)

    def _convert(self, items: list[bytes]) -> list[np.ndarray]:
        rows = [fields_of(item, self._delimiter, self._quotes) or [b""] for item in items]
        selected, excluded, wanted = self._selected, self._excluded, len(self._columns)
        if selected is not None:
            rows = [[row[c] for c in selected if c < len(row)] for row in rows]
        elif excluded is not None:
            rows = [[field for c, field in enumerate(row) if c not in excluded] for row in rows]
        for row in rows:
            if len(row) != wanted:
                raise InvalidArgumentError(f"Expect {wanted} fields but have {len(row)} in record")
        columns = zip(*rows, strict=True)
        return [
            values_of(fields, column, i, self._missing)
            for i, (fields, column) in enumerate(zip(columns, self._columns, strict=True))
        ]


def _column(default: Any, index: int) -> CsvColumn:
    if isinstance(default, (DType, type, np.dtype)):
        return CsvColumn(as_dtype(default).name)
    return CsvColumn.of_default(default, index)


def _increasing(numbers: Sequence[int], what: str) -> list[int]:
    found = [int(c) for c in numbers]
    if found != sorted(set(found)) or (found and found[0] < 0):
        raise InvalidArgumentError(f"{what} should be strictly increasing indices")
    return found
