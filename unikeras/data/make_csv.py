"""`tf.data.experimental.make_csv_dataset`: batches of CSV files by the names of their columns, of types that are found out."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.data.csv import CsvDatasetV2
from unikeras.data.dataset import Dataset
from unikeras.data.file_pattern import matching_files, shuffled_and_repeated
from unikeras.data.renamed import renamed
from unikeras.io.csv import fields_of
from unikeras.io.readers import CsvReader
from unikeras.io.stream import Stream, compression_of

__all__ = ["make_csv_dataset"]


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """Batches of the records of CSV files: dictionaries of columns (mirrors `tf.data.experimental.make_csv_dataset`).

    Args:
        file_pattern: a pattern or several (`*`, `?`).
        batch_size: records in a batch.
        column_names: the columns' names; the first line of the files says them, if `None`.
        column_defaults: for each column (each selected one) a dtype, or a value that says the dtype and what an empty field is.
            If `None` the types are found out (int32, int64, float32, float64, string), and an empty field is 0 or "".
        label_name: the column that is the label: elements are then (dictionary, label).
        select_columns: names or numbers of the columns to take.
        field_delim: the character between fields.
        use_quote_delim: whether fields may be in double quotes.
        na_value: a field that counts as empty.
        header: whether the files' first lines say the columns' names.
        num_epochs: how often the files are read; without end if `None`, and then every batch is full.
        shuffle: whether files and records come in a random order.
        shuffle_buffer_size: how many records are shuffled at a time.
        shuffle_seed: makes the order the same in every run.
        prefetch_buffer_size: how many batches are made ahead; a few if `None`.
        num_parallel_reads: how many files are read in turn.
        sloppy: accepted: the order is always kept.
        num_rows_for_inference: how many records are looked at to find out the types; all if `None`.
        compression_type: "GZIP", "ZLIB", or "" for none.
        ignore_errors: whether records that are wrong are left out.
        encoding: of the columns' names.

    Raises:
        ValueError: no file matches; names that are not there, or twice; no names at all.
        InvalidArgumentError: when it runs: a field that is not of its column's type.

    Example:
        >>> import unikeras as tf
        >>> path = getfixture("tmp_path") / "a.csv"
        >>> _ = path.write_text("name,age\\nann,3\\nbob,4\\n")
        >>> dataset = tf.data.experimental.make_csv_dataset(str(path), 2, label_name="age", num_epochs=1, shuffle=False)
        >>> for features, label in dataset.as_numpy_iterator():
        ...     print(features["name"].tolist(), label.tolist())
        [b'ann', b'bob'] [3, 4]
    """
    files = matching_files(file_pattern)
    options = _Options(field_delim, use_quote_delim, compression_of(compression_type), encoding)
    if column_names is None:
        if not header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        column_names = options.header(files)
    names = list(column_names)
    if len(set(names)) != len(names):
        twice = {name for name in names if names.count(name) > 1}
        raise ValueError(
            f"Either `column_names` argument or CSV header row contains duplicate column names: {twice}."
        )
    chosen = None if select_columns is None else sorted({_number(column, names) for column in select_columns})
    if column_defaults is None:
        found = options.infer(files, names, chosen, na_value, bool(header), num_rows_for_inference)
        defaults: list[Any] = [
            [b"" if dtype == "string" else as_dtype(dtype).np_dtype.type(0)] for dtype in found
        ]
    else:
        defaults = list(column_defaults)
    if chosen is not None:
        names = [names[i] for i in chosen]
    if len(defaults) != len(names):
        raise InvalidArgumentError(
            f"column_defaults has {len(defaults)} entries, but there are {len(names)} columns"
        )
    if label_name is not None and label_name not in names:
        raise ValueError(
            f"`label_name` provided must be one of the columns: {names}. Received: {label_name}."
        )
    source = Dataset.from_tensor_slices(files)
    if shuffle:
        source = source.shuffle(len(files), shuffle_seed)
    rows: Dataset = CsvDatasetV2(
        source,
        defaults,
        compression_type,
        None,
        header,
        field_delim,
        use_quote_delim,
        na_value,
        chosen,
        num_parallel_reads=num_parallel_reads,
    )
    if ignore_errors:
        rows = rows.ignore_errors()
    rows = shuffled_and_repeated(rows, num_epochs, shuffle_buffer_size if shuffle else None, shuffle_seed)
    batches = rows.batch(batch_size, drop_remainder=num_epochs is None)

    def by_name(columns: tuple[Any, ...]) -> Any:
        named = OrderedDict(zip(names, columns, strict=True))
        if label_name is None:
            return named
        label = named.pop(label_name)
        return named, label

    return renamed(batches, by_name).prefetch(-1 if prefetch_buffer_size is None else prefetch_buffer_size)


def _number(column: Any, names: list[str]) -> int:
    """The number of a column that is given by its name or number."""
    if isinstance(column, int):
        if not 0 <= column < len(names):
            raise ValueError(
                f"Column {column} specified in `select_columns` is none of the {len(names)} columns."
            )
        return column
    if column not in names:
        raise ValueError(
            f"Column {column} specified in `select_columns` must be of one of the columns: {names}."
        )
    return names.index(column)


class _Options:
    """How the files are read."""

    def __init__(self, delimiter: str, quotes: bool, compression: str, encoding: str) -> None:
        self._delimiter, self._quotes = delimiter.encode(), quotes
        self._compression, self._encoding = compression, encoding

    def rows(self, name: str, header: bool = False) -> Iterable[list[bytes]]:
        """The records of a file."""
        reader = CsvReader(Stream(name, self._compression), 0, self._quotes, header)
        try:
            while records := reader.read():
                for record in records:
                    yield fields_of(record, self._delimiter, self._quotes) or [b""]
        finally:
            reader.close()

    def header(self, files: list[str]) -> list[str]:
        """The names of the columns, which all files must have."""
        names = None
        for name in files:
            fields = next(iter(self.rows(name)), None)
            if fields is None:
                raise ValueError(f"Failed when reading the header line of {name}. Is it an empty file?")
            found = [field.decode(self._encoding) for field in fields]
            if names is not None and found != names:
                raise ValueError(
                    f"All input CSV files should have the same column names in the header row. File {name} has different column names."
                )
            names = found
        assert names is not None
        return names

    def infer(
        self,
        files: list[str],
        names: list[str],
        chosen: list[int] | None,
        missing: str,
        header: bool,
        most: int | None,
    ) -> list[str]:
        """The types of the columns, of the first records of all files."""
        columns = range(len(names)) if chosen is None else chosen
        kinds = dict.fromkeys(columns, -1)
        rows = itertools.chain.from_iterable(self.rows(name, header) for name in files)
        for row in itertools.islice(rows, most):
            if len(row) != len(names):
                raise ValueError(
                    f"Problem inferring types: CSV row has {len(row)} number of fields. Expected: {len(names)}."
                )
            for column in columns:
                kinds[column] = _kind(row[column], kinds[column], missing.encode())
        return [_KINDS[kind] for kind in kinds.values()]


_KINDS = (
    "int32",
    "int64",
    "float32",
    "float64",
    "string",
)  # of those that hold all fields, the first; without any, the last


def _kind(field: bytes, kind: int, missing: bytes) -> int:
    """The number of the first type that holds a field and those before, whose type is `kind` (-1: there were none)."""
    if field in (b"", missing) or kind == len(_KINDS) - 1:
        return kind
    for number in range(max(kind, 0), len(_KINDS) - 1):
        dtype = as_dtype(_KINDS[number])
        try:
            value: float = int(field) if number < 2 else float(field)
        except ValueError:
            continue
        low, high = (dtype.min, dtype.max) if number < 2 else (float(dtype.min), float(dtype.max))
        if b"_" not in field and low <= value <= high:
            return number
    return len(_KINDS) - 1
