"""Lookup tables whose entries change."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError, NeedsValues
from unikeras.core.host_op import host_op, host_value, host_values, tensor_of
from unikeras.core.state import thread
from unikeras.core.strict import user_line
from unikeras.core.tensor import convert_to_tensor
from unikeras.tables.table import Table, map_keys

__all__ = ["DenseHashTable", "MutableHashTable"]


def _now(what: str) -> None:
    """Refuse to read or change a table while a function is traced: it would happen once, and not on every call."""
    if thread.tracing and not thread.symbolic:
        raise NeedsValues(
            f"{user_line()}: {what}: a table that changes cannot be part of a compiled function: it would be read or changed once, when the "
            "function is traced, and not on every call. A tf.function runs op by op then; in fit, compile(run_eagerly=True)."
        )


class MutableHashTable(Table):
    """A table whose entries are put in and removed one by one (mirrors `tf.lookup.experimental.MutableHashTable`).

    It is on the host. A function that uses it is not compiled, but runs op by op.

    Args:
        key_dtype: the keys' type.
        value_dtype: the values' type.
        default_value: the value of keys that are not there; values have its shape.
        name: its name.
        checkpoint: whether a `tf.train.Checkpoint` keeps the entries.
        experimental_is_anonymous: accepted.

    Example:
        >>> import unikeras as tf
        >>> table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, default_value=-1)
        >>> table.insert(tf.constant(["a", "b"]), tf.constant([10, 20], tf.int64))
        >>> table.remove(tf.constant(["a"]))
        >>> table.lookup(tf.constant(["a", "b"])).numpy().tolist(), int(table.size())
        ([-1, 20], 1)
    """

    _kept_as = ""  # what the keys in a checkpoint begin with

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value, name)
        self._checkpoint = checkpoint
        self._entries: dict[Any, Any] = {}
        self._fallback = np.asarray(self._default).tolist()

    def _count(self) -> int:
        _now("size of a table")
        return len(self._entries)

    def _find(self, keys: list[Any]) -> list[Any]:
        return list(map(self._entries.get, keys, repeat(self._fallback)))

    def _lookup(self, keys: Any) -> Any:
        return _mutable_lookup(keys, table=self)

    def _check(self, keys: np.ndarray) -> None:
        """Refuse keys that cannot be in the table: here none."""

    def lookup(  # type: ignore[override]
        self, keys: Any, dynamic_default_values: Any = None, name: str | None = None
    ) -> Any:
        """The values of keys [...], the default for those that are not there.

        Args:
            keys: a tensor, ragged or sparse too, of the keys' type.
            dynamic_default_values: a default for each key, of its own.
            name: ignored.

        Raises:
            ValueError: keys of another type.
        """
        _now("looking up")
        where = f"{type(self).__name__}.lookup"
        found = map_keys(self._lookup, keys, self._key_dtype, where, ValueError)
        if dynamic_default_values is None:
            return found
        host = host_value(keys, where)
        known = np.array([key in self._entries for key in host.ravel().tolist()], bool).reshape(host.shape)
        defaults = np.asarray(convert_to_tensor(dynamic_default_values, self._value_dtype))
        known = known.reshape(known.shape + (1,) * (defaults.ndim - known.ndim))
        return tensor_of(np.where(known, np.asarray(found), defaults))

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Put entries in, in place of those of the same keys.

        Args:
            keys: [...], of the keys' type.
            values: their values, in the shape of `keys` and of one value.
            name: ignored.

        Raises:
            ValueError: keys or values of other types.
            InvalidArgumentError: not as many values as keys.
        """
        _now("insert")
        names = self._host(keys, ValueError, "insert")
        given = convert_to_tensor(values, None if hasattr(values, "dtype") else self._value_dtype)
        if given.dtype != self._value_dtype:
            raise ValueError(
                f"{type(self).__name__}.insert: expected values of dtype {self._value_dtype.name}, got {given.dtype.name}."
            )
        host = np.asarray(given)
        shape = np.asarray(self._default).shape
        if host.shape != names.shape + shape:
            raise InvalidArgumentError(
                f"{type(self).__name__}.insert: expected values of the shape {names.shape + shape}, got {host.shape}."
            )
        rows = host.reshape((names.size, *shape)).tolist()
        self._entries.update(zip(names.ravel().tolist(), rows, strict=True))

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Remove the entries of keys; keys that are not there do not matter.

        Raises:
            TypeError: keys of another type.
        """
        _now("remove")
        for key in self._host(keys, TypeError, "remove").ravel().tolist():
            self._entries.pop(key, None)

    def export(self, name: str | None = None) -> Any:
        """All keys and all values, two tensors, in the order in which they were put in (TensorFlow's has none)."""
        _now("export")
        return self._as_array(list(self._entries), self._key_dtype, ()), self._as_array(
            list(self._entries.values()), self._value_dtype, np.asarray(self._default).shape
        )

    # In a checkpoint, under TensorFlow's names.

    def _checkpoint_values(self) -> dict[str, dict[str, Any]]:
        if not self._checkpoint:
            return {}
        keys, values = self.export()
        return {
            "table": {
                f"{self._kept_as}-keys": np.asarray(keys),
                f"{self._kept_as}-values": np.asarray(values),
            }
        }

    def _checkpoint_restore(self, values: Any) -> None:
        entries = values["table"]
        shape = np.asarray(self._default).shape
        keys = np.asarray(entries[f"{self._kept_as}-keys"]).ravel().tolist()
        rows = np.asarray(entries[f"{self._kept_as}-values"]).reshape((len(keys), *shape)).tolist()
        self._entries = dict(zip(keys, rows, strict=True))

    def _as_array(self, values: list[Any], dtype: Any, shape: tuple[int, ...]) -> Any:
        if dtype.name == "string":
            flat = np.array([*values, None], object)[:-1].reshape(-1).tolist() if shape else values
            return tensor_of(host_values(flat, (len(values), *shape)))
        return tensor_of(np.array(values, dtype.np_dtype).reshape((len(values), *shape)))

    def _host(self, keys: Any, kind: type, what: str) -> np.ndarray:
        where = f"{type(self).__name__}.{what}"
        found: np.ndarray = map_keys(lambda k: host_value(k, where), keys, self._key_dtype, where, kind)
        return found


class DenseHashTable(MutableHashTable):
    """A table whose entries are put in and removed, with two keys set apart (mirrors `tf.lookup.experimental.DenseHashTable`).

    Args:
        key_dtype: the keys' type.
        value_dtype: the values' type.
        default_value: the value of keys that are not there; values have its shape.
        empty_key: a key that is never used.
        deleted_key: another one.
        initial_num_buckets: a power of 2; accepted.
        name: its name.
        checkpoint: whether a `tf.train.Checkpoint` keeps the entries, under a name that TensorFlow's checkpoints do not have for them.
        experimental_is_anonymous: accepted.

    Raises:
        InvalidArgumentError: the two keys are one, or another `initial_num_buckets`.

    Example:
        >>> import unikeras as tf
        >>> table = tf.lookup.experimental.DenseHashTable(tf.string, tf.int64, -1, empty_key="", deleted_key="$")
        >>> table.insert(tf.constant(["a"]), tf.constant([1], tf.int64))
        >>> table[tf.constant(["a", "b"])].numpy().tolist()
        [1, -1]
    """

    _kept_as = (
        "-entries"  # TensorFlow keeps the places of its memory; it crashes where it reads anything else
    )

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value, name, checkpoint)
        self._set_apart = [
            np.asarray(convert_to_tensor(key, self._key_dtype)) for key in (empty_key, deleted_key)
        ]
        if any(key.ndim for key in self._set_apart):
            raise NotImplementedError("DenseHashTable: keys of several numbers are not available.")
        if self._set_apart[0] == self._set_apart[1]:
            raise InvalidArgumentError("DenseHashTable: empty_key and deleted_key must differ.")
        if initial_num_buckets is not None and (
            initial_num_buckets < 4 or initial_num_buckets & (initial_num_buckets - 1)
        ):
            raise InvalidArgumentError(
                f"DenseHashTable: initial_num_buckets must be a power of 2 and at least 4, not {initial_num_buckets}."
            )

    def _host(self, keys: Any, kind: type, what: str) -> np.ndarray:
        host = super()._host(keys, kind, what)
        self._check(host)
        return host

    def _check(self, keys: np.ndarray) -> None:
        for key, what in zip(self._set_apart, ("empty_key", "deleted_key"), strict=True):
            if not thread.symbolic and (keys == key.item()).any():
                raise InvalidArgumentError(
                    f"{type(self).__name__}: the {what} {key.item()!r} cannot be used as a key of the table."
                )

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Same as `insert`."""
        self.insert(keys, values)

    def erase(self, keys: Any, name: str | None = None) -> None:
        """Same as `remove`."""
        self.remove(keys)


@host_op(strings=())
def _mutable_lookup(np: Any, keys: Any, *, table: Any) -> Any:
    table._check(keys)
    found = table._find(keys.ravel().tolist())
    if table._value_dtype.name == "string":
        return host_values(found, keys.shape)
    shape = np.asarray(table._default).shape
    return np.array(found, table._value_dtype.np_dtype).reshape((*keys.shape, *shape))
