"""Lookup tables that do not change."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import FailedPreconditionError, NotFoundError
from unikeras.core.host_op import host_op, tensor_of
from unikeras.core.op import op
from unikeras.ops import constant
from unikeras.ops.array import gather
from unikeras.tables.table import Table
from unikeras.utils.string_hashes import fingerprint64

__all__ = ["StaticHashTable", "StaticVocabularyTable"]


@op(no_gradient=True)
def _table_find(F: Any, keys: Any, sorted_keys: Any, values: Any, default: Any) -> Any:
    """The values of numbers in a table of numbers, as operations on arrays."""
    places = F.searchsorted(sorted_keys, keys)
    last = sorted_keys.shape[0] - 1
    places = F.where(places > last, last, places)
    found = gather.body(F, sorted_keys, places, axis=0) == keys
    return F.where(found, gather.body(F, values, places, axis=0), default)


class StaticHashTable(Table):
    """A table whose entries are given once (mirrors `tf.lookup.StaticHashTable`).

    Tables from numbers to numbers are looked up within compiled functions too; others on the host.

    Args:
        initializer: the entries.
        default_value: the value of keys that are not there.
        name: its name.
        experimental_is_anonymous: accepted.

    Raises:
        FailedPreconditionError: a key twice, with different values.
        InvalidArgumentError: not as many keys as values.
        NotFoundError: types of keys that no table has (fractions).
        TypeError: a default of another type.

    Example:
        >>> import unikeras as tf
        >>> table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [7, 8]), default_value=-1)
        >>> table[tf.constant([["b"], ["z"]])].numpy().tolist(), int(table.size())
        ([[8], [-1]], 2)
    """

    def __init__(
        self,
        initializer: Any,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(initializer.key_dtype, initializer.value_dtype, default_value, name or "hash_table")
        if self._key_dtype.name not in ("string", "int32", "int64"):
            raise NotFoundError(
                f"StaticHashTable: there is no table from {self._key_dtype.name} to {self._value_dtype.name}."
            )
        self._keys, self._values = initializer.entries()
        keys = self._keys.tolist()
        self._index = {key: place for place, key in enumerate(keys)}
        if len(self._index) < len(keys):
            self._drop_doubles(keys)
        self._with_default = np.append(self._values, np.asarray(self._default, self._values.dtype))
        self._sorted: Any = None

    def _drop_doubles(self, keys: list[Any]) -> None:
        values = self._values.tolist()
        first: dict[Any, int] = {}
        for place, key in enumerate(keys):
            if values[first.setdefault(key, place)] != values[place]:
                raise FailedPreconditionError(
                    f"StaticHashTable: the key {key!r} comes twice, with the values {values[first[key]]!r} and {values[place]!r}."
                )
        places = list(first.values())
        self._keys, self._values = self._keys[places], self._values[places]
        self._index = {key: place for place, key in enumerate(first)}

    def _count(self) -> int:
        return len(self._index)

    def _places(self, keys: list[Any]) -> np.ndarray:
        """Where the entries of keys are, -1 for keys that are not there."""
        return np.fromiter(map(self._index.get, keys, repeat(-1)), np.int64, len(keys))

    def _lookup(self, keys: Any) -> Any:
        if "string" in (self._key_dtype.name, self._value_dtype.name) or not self._index:
            return _static_lookup(keys, table=self)
        if self._sorted is None:
            order = np.argsort(self._keys)
            self._sorted = self._keys[order], self._values[order]
        return _table_find(keys, *map(constant, self._sorted), self._default)

    def export(self, name: str | None = None) -> Any:
        """All keys and all values, two tensors."""
        return tensor_of(self._keys), tensor_of(self._values)


class StaticVocabularyTable(Table):
    """Words to their ids, and other words to buckets by their hash (mirrors `tf.lookup.StaticVocabularyTable`).

    Args:
        initializer: the words and their ids, int64; `None` for buckets alone.
        num_oov_buckets: how many ids there are for words that are not there: from the number of words on, by FarmHash's fingerprint,
            as TensorFlow has them.
        lookup_key_dtype: the type of the keys that are looked up, if it differs: int32 for a table of int64; string by default
            without an initializer.
        name: its name.
        experimental_is_anonymous: accepted.

    Raises:
        ValueError: `num_oov_buckets` is not positive.
        TypeError: ids of another type than int64, keys of another type.

    Example:
        >>> import unikeras as tf
        >>> words = tf.lookup.KeyValueTensorInitializer(["emerson", "lake"], tf.constant([0, 1], tf.int64))
        >>> table = tf.lookup.StaticVocabularyTable(words, num_oov_buckets=2)
        >>> table.lookup(tf.constant(["lake", "palmer"])).numpy().tolist(), int(table.size())
        ([1, 3], 4)
    """

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError(
                f"StaticVocabularyTable: num_oov_buckets must be positive, not {num_oov_buckets}."
            )
        if initializer is not None and initializer.value_dtype != "int64":
            raise TypeError(
                f"StaticVocabularyTable: the ids must be int64, not {as_dtype(initializer.value_dtype).name}: tf.constant(ids, tf.int64)."
            )
        stored = "string" if initializer is None else initializer.key_dtype
        dtype = as_dtype(stored if lookup_key_dtype is None else lookup_key_dtype)
        if dtype.name not in ("string", "int32", "int64"):
            raise TypeError(
                f"StaticVocabularyTable: keys must be strings or whole numbers, not {dtype.name}."
            )
        if initializer is not None and (dtype.name == "string") != (as_dtype(stored).name == "string"):
            raise TypeError(
                f"StaticVocabularyTable: lookup_key_dtype {dtype.name} does not fit keys of {as_dtype(stored).name}."
            )
        super().__init__(dtype, "int64", np.int64(-1), name or "vocabulary_table")
        self._buckets = int(num_oov_buckets)
        self._table = None if initializer is None else StaticHashTable(initializer, -1)

    def _count(self) -> int:
        return self._buckets + (0 if self._table is None else self._table._count())

    def _lookup(self, keys: Any) -> Any:
        return _vocabulary_lookup(keys, table=self)

    def _ids(self, keys: np.ndarray) -> np.ndarray:
        flat = keys.ravel()
        start = 0
        ids = np.full(flat.size, -1, np.int64)
        known = np.zeros(flat.size, bool)
        if self._table is not None:
            start = self._table._count()
            places = self._table._places(flat.tolist())
            known = places >= 0
            ids[known] = self._table._values[places[known]]
        if not known.all():
            others = flat[~known]
            if others.dtype != object:
                texts = np.empty(others.size, object)
                texts[:] = [b"%d" % key for key in others.tolist()]
                others = texts
            ids[~known] = (fingerprint64(others) % np.uint64(self._buckets)).astype(np.int64) + start
        return ids.reshape(keys.shape)


@host_op(strings=())
def _static_lookup(np: Any, keys: Any, *, table: Any) -> Any:
    return table._with_default[table._places(keys.ravel().tolist())].reshape(keys.shape)


@host_op(strings=())
def _vocabulary_lookup(np: Any, keys: Any, *, table: Any) -> Any:
    return table._ids(keys)
