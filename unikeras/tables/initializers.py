"""Where the entries of a lookup table come from: two tensors, or a text file."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import InvalidArgumentError, NotFoundError
from unikeras.core.tensor import convert_to_tensor

__all__ = ["KeyValueTensorInitializer", "TextFileIndex", "TextFileInitializer"]


class KeyValueTensorInitializer:
    """Entries from a tensor of keys and one of values (mirrors `tf.lookup.KeyValueTensorInitializer`).

    Args:
        keys: [entries].
        values: [entries].
        key_dtype: the keys' type; their own by default.
        value_dtype: the values' type; their own by default.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> entries = tf.lookup.KeyValueTensorInitializer(["emerson", "lake"], [1, 2])
        >>> tf.lookup.StaticHashTable(entries, default_value=-1).lookup(tf.constant(["lake", "palmer"])).numpy().tolist()
        [2, -1]
    """

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None
    ) -> None:
        self._keys = convert_to_tensor(keys, key_dtype)
        self._values = convert_to_tensor(values, value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The keys' type."""
        return self._keys.dtype

    @property
    def value_dtype(self) -> DType:
        """The values' type."""
        return self._values.dtype

    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        """The keys and the values.

        Raises:
            InvalidArgumentError: there are more of the ones than of the others.
        """
        keys, values = np.asarray(self._keys), np.asarray(self._values)
        if keys.shape != values.shape:
            raise InvalidArgumentError(
                f"KeyValueTensorInitializer: keys and values must have one shape, not {keys.shape} and {values.shape}."
            )
        return keys.ravel(), values.ravel()


class TextFileIndex:
    """What of a line is taken, beside a column's number (mirrors `tf.lookup.TextFileIndex`)."""

    WHOLE_LINE = -2
    """The whole line, a string."""
    LINE_NUMBER = -1
    """The line's number from 0 on, int64."""


class TextFileInitializer:
    """Entries from the lines of a text file (mirrors `tf.lookup.TextFileInitializer`).

    Args:
        filename: the file's path.
        key_dtype: the keys' type: string or int64.
        key_index: what of a line the key is: a column's number, or one of `tf.lookup.TextFileIndex`.
        value_dtype: the values' type: string, int64 or another type of whole numbers.
        value_index: what of a line the value is.
        vocab_size: how many lines are read; all by default.
        delimiter: the character between columns.
        name: ignored.
        value_index_offset: added to line numbers that are values.

    Raises:
        ValueError: an index below -2, or a type that it cannot have.

    Example:
        >>> import os, tempfile
        >>> import unikeras as tf
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = os.path.join(folder.name, "words.txt")
        >>> with open(path, "w") as file:
        ...     _ = file.write("the\\ncat\\n")
        >>> index = tf.lookup.TextFileIndex
        >>> words = tf.lookup.TextFileInitializer(path, tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER)
        >>> tf.lookup.StaticHashTable(words, -1).lookup(tf.constant(["cat", "dog"])).numpy().tolist()
        [1, -1]
        >>> folder.cleanup()
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        self._filename = filename.numpy().decode() if hasattr(filename, "numpy") else os.fspath(filename)
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        self._key_index, self._value_index = int(key_index), int(value_index)
        for what, index, dtype in (
            ("key", key_index, self._key_dtype),
            ("value", value_index, self._value_dtype),
        ):
            if index < -2:
                raise ValueError(f"TextFileInitializer: invalid {what} index {index}.")
            if index == TextFileIndex.LINE_NUMBER and dtype.name != "int64":
                raise ValueError(
                    f"TextFileInitializer: line numbers are int64, but {what}_dtype is {dtype.name}."
                )
            if index == TextFileIndex.WHOLE_LINE and dtype.name not in ("string", "int32", "int64"):
                raise ValueError(
                    f"TextFileInitializer: a whole line is a string or a whole number, but {what}_dtype is {dtype.name}."
                )
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"TextFileInitializer: vocab_size must be positive, but it is {vocab_size}.")
        self._vocab_size = vocab_size
        self._delimiter = delimiter.encode() if isinstance(delimiter, str) else delimiter
        self._offset = value_index_offset

    @property
    def key_dtype(self) -> DType:
        """The keys' type."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The values' type."""
        return self._value_dtype

    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        """The keys and the values.

        Raises:
            NotFoundError: there is no such file.
            InvalidArgumentError: a line without the column, or with something that is no number there; fewer lines than `vocab_size`.
        """
        if len(self._delimiter) != 1:
            raise InvalidArgumentError(
                f"TextFileInitializer: delimiter must be one character, not {self._delimiter!r}."
            )
        try:
            with open(self._filename, "rb") as file:
                lines = [line.removesuffix(b"\r") for line in file.read().split(b"\n")]
        except FileNotFoundError:
            raise NotFoundError(f"{self._filename}; No such file or directory") from None
        if lines[-1] == b"":
            lines.pop()
        if self._vocab_size is not None:
            if len(lines) < self._vocab_size:
                raise InvalidArgumentError(
                    f"{self._filename} has {len(lines)} lines, but vocab_size is {self._vocab_size}."
                )
            lines = lines[: self._vocab_size]
        keys = self._column(lines, self._key_index, self._key_dtype, 0)
        return keys, self._column(lines, self._value_index, self._value_dtype, self._offset)

    def _column(self, lines: list[bytes], index: int, dtype: DType, offset: int) -> np.ndarray:
        if index == TextFileIndex.LINE_NUMBER:
            return np.arange(len(lines), dtype=np.int64) + offset
        if dtype.name not in ("string", "int32", "int64"):
            raise InvalidArgumentError(f"{self._filename}: columns of dtype {dtype.name} are not supported.")
        if index == TextFileIndex.WHOLE_LINE:
            if dtype.name != "string":
                raise InvalidArgumentError(
                    f"{self._filename}: a whole line is a string, but dtype {dtype.name} was asked for."
                )
            texts = lines
        else:
            texts = []
            for number, line in enumerate(lines):
                columns = line.split(self._delimiter)
                if index >= len(columns):
                    raise InvalidArgumentError(
                        f"{self._filename}: line {number} has {len(columns)} columns, but column {index} was asked for: {line!r}."
                    )
                texts.append(columns[index])
        if dtype.name == "string":
            column = np.empty(len(texts), object)
            column[:] = texts
            return column
        try:
            return np.array([int(text) for text in texts], dtype.np_dtype)
        except ValueError as error:
            raise InvalidArgumentError(
                f"{self._filename}: column {index} is not {dtype.name}: {error}"
            ) from None
