"""`tf.data.experimental.SqlDataset`: the rows of a query to a database."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import InvalidArgumentError, UnknownError
from unikeras.core.nest import flatten, map_structure
from unikeras.core.spec import TensorSpec
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import ElementIterator
from unikeras.io.paths import local_path

__all__ = ["SqlDatasetV2"]

_TYPES = frozenset(("string", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool", "float64"))


class SqlDatasetV2(Dataset):
    """The rows of a query (mirrors `tf.data.experimental.SqlDataset`).

    Args:
        driver_name: "sqlite".
        data_source_name: the database's file.
        query: the query.
        output_types: the columns' types, a tuple: string, bool, float64 or integers. Nothing (NULL) is 0 or "".

    Raises:
        InvalidArgumentError: another driver or type; when it runs: the query has another number of columns.
        UnknownError: when it runs: the database refuses the query.

    Example:
        >>> import sqlite3
        >>> import unikeras as tf
        >>> path = str(getfixture("tmp_path") / "a.db")
        >>> with sqlite3.connect(path) as database:
        ...     _ = database.execute("create table people(name text, age int)")
        ...     _ = database.execute("insert into people values ('ann', 3)")
        >>> database.close()
        >>> dataset = tf.data.experimental.SqlDataset("sqlite", path, "select name, age from people", (tf.string, tf.int32))
        >>> list(dataset.as_numpy_iterator())
        [(b'ann', np.int32(3))]
    """

    def __init__(self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any) -> None:
        super().__init__()
        if _text(driver_name) != "sqlite":
            raise InvalidArgumentError(
                f"The database type, {_text(driver_name)}, is not supported by SqlDataset. The set of supported databases is: {{'sqlite'}}."
            )
        self._path, self._query = local_path(data_source_name), _text(query)
        self._types = map_structure(
            as_dtype, tuple(output_types) if isinstance(output_types, list) else output_types
        )
        for dtype in flatten(self._types):
            if dtype.name not in _TYPES:
                raise InvalidArgumentError(
                    f"Each element of `output_types` must be one of: {', '.join(sorted(_TYPES))}; not {dtype.name}"
                )

    def _make_spec(self) -> Any:
        return map_structure(lambda dtype: TensorSpec((), dtype), self._types)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _SqlIterator(self._path, self._query, flatten(self._types))


def _text(value: Any) -> str:
    value = value.numpy() if hasattr(value, "numpy") else value
    return value.decode() if isinstance(value, bytes) else str(value)


class _SqlIterator(ElementIterator):
    def __init__(self, path: str, query: str, types: list[DType]) -> None:
        self._path, self._query, self._types = path, query, types
        self._database: Any = None
        self._rows: Any = None
        self._at = 0

    def _open(self) -> Any:
        import pathlib
        import sqlite3

        try:
            uri = f"{pathlib.Path(self._path).absolute().as_uri()}?mode=ro"
            self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
            self._database.text_factory = bytes
            self._rows = self._database.execute(self._query)
        except sqlite3.Error as error:
            raise UnknownError(f"{self._path}: {error}: {self._query}") from None
        columns = len(self._rows.description or ())
        if columns != len(self._types):
            raise InvalidArgumentError(
                f"The number of columns in query ({columns}) must match the number of elements in output_types ({len(self._types)})."
            )

    def __next__(self) -> list[Any]:
        if self._rows is None:
            self._open()
        import sqlite3

        try:
            row = next(self._rows)
        except sqlite3.Error as error:
            raise UnknownError(f"{self._path}: {error}: {self._query}") from None
        self._at += 1
        return [_value(value, dtype) for value, dtype in zip(row, self._types, strict=True)]

    def save(self) -> dict[str, Any]:
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        self.close()
        self._at = 0
        self.skip(int(state["at"]))

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
        self._database = self._rows = None


_LEADING = re.compile(rb"\s*([+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?))")


def _value(value: Any, dtype: DType) -> np.ndarray:
    """A value of the database as SQLite itself turns it into another type."""
    if dtype.name == "string":
        if value is None:
            value = b""
        return np.array(value if isinstance(value, bytes) else str(value).encode(), object)
    if value is None:
        value = 0
    if isinstance(value, bytes):
        found = _LEADING.match(value)
        value = 0 if found is None else float(found[1])
    if dtype.is_bool:
        return np.array(bool(int(value)))
    if dtype.is_integer:
        return np.array(int(value), np.int64).astype(dtype.np_dtype)
    return np.array(value, dtype.np_dtype)
