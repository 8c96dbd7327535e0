"""Strings as the numbers of the buckets that their hashes fall in."""

from __future__ import annotations

from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_op
from unikeras.utils.string_hashes import fingerprint64, hash64, siphash64

__all__ = ["string_to_hash_bucket", "string_to_hash_bucket_fast", "string_to_hash_bucket_strong"]


def _buckets(np: Any, hashes: Any, count: int, where: str) -> Any:
    if count < 1:
        raise InvalidArgumentError(f"{where}: num_buckets must be at least 1, not {count}.")
    return (hashes % np.uint64(count)).astype(np.int64)


@host_op
def string_to_hash_bucket_fast(np: Any, input: Any, *, num_buckets: int) -> Any:
    """The bucket of each string by FarmHash's Fingerprint64 (mirrors `tf.strings.to_hash_bucket_fast`).

    Args:
        input: strings [...], also ragged.
        num_buckets: how many buckets there are.

    Returns:
        int64 [...], from 0 to num_buckets - 1, as TensorFlow's.

    Raises:
        InvalidArgumentError: `num_buckets` is not positive.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.to_hash_bucket_fast(["Hello", "TensorFlow", "2.x"], 3).numpy().tolist()
        [0, 2, 2]
    """
    return _buckets(np, fingerprint64(input), num_buckets, "string_to_hash_bucket_fast")


@host_op
def string_to_hash_bucket_strong(np: Any, input: Any, *, num_buckets: int, key: Any) -> Any:
    """The bucket of each string by SipHash-2-4 under a key, so that nobody can choose strings of one bucket (mirrors
    `tf.strings.to_hash_bucket_strong`).

    Args:
        input: strings [...], also ragged.
        num_buckets: how many buckets there are.
        key: two integers.

    Raises:
        InvalidArgumentError: `num_buckets` is not positive, or the key is not two integers.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.to_hash_bucket_strong(["Hello", "TF"], 3, [1, 2]).numpy().tolist()
        [2, 0]
    """
    if len(key) != 2:
        raise InvalidArgumentError(f"string_to_hash_bucket_strong: key must be two integers, not {key}.")
    return _buckets(np, siphash64(input, (key[0], key[1])), num_buckets, "string_to_hash_bucket_strong")


@host_op
def string_to_hash_bucket(np: Any, input: Any, *, num_buckets: int) -> Any:
    """The bucket of each string by TensorFlow's first hash (mirrors `tf.strings.to_hash_bucket`); see `to_hash_bucket_fast`.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.to_hash_bucket(["a", "b"], 10).shape
        TensorShape([2])
    """
    return _buckets(np, hash64(input), num_buckets, "string_to_hash_bucket")
