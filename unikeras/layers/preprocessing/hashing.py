"""`Hashing`: strings or whole numbers as the bins their hashes fall in."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.layers.preprocessing.host_layer import (
    HostLayer,
    allowed,
    check_sparse,
    perhaps_sparse,
    tensor_of,
)
from unikeras.layers.preprocessing.indicators import indicators
from unikeras.utils.string_hashes import fingerprint64, siphash64

__all__ = ["Hashing"]


class Hashing(HostLayer):
    """Strings or whole numbers as the bins their hashes fall in (mirrors `keras.layers.Hashing`).

    The hash is FarmHash's Fingerprint64, or SipHash-2-4 where there is a salt; of a number, that of its decimal digits. The bins
    are TensorFlow's. The layer works on the host.

    Args:
        num_bins: how many bins there are, that of the mask value included.
        mask_value: the value that stands for padding; it is in bin 0, and no other value is.
        salt: one or two integers, the key of SipHash.
        output_mode: 'int' (the bin), 'one_hot' (a vector a value; a last axis of length 1 is replaced by the vector), or a vector
            for all values along the last axis: 'multi_hot' or 'count'.
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        **kwargs: as for `Layer`; `dtype` is 'int64' (or 'int32') for bins, a float for vectors.

    Raises:
        ValueError: num_bins is not positive, the salt is not one or two integers, or another output mode.
        TypeError: (from a call) fractions.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.Hashing(num_bins=3)(tf.constant([["A"], ["B"], ["C"]])).numpy().tolist()
        [[1], [0], [1]]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        dtype = kwargs.get("dtype")
        if output_mode == "int" and (dtype is None or str(getattr(dtype, "name", dtype)).startswith("float")):
            kwargs["dtype"] = "int64"
        super().__init__(**kwargs)
        if isinstance(num_bins, bool) or not isinstance(num_bins, (int, np.integer)) or num_bins <= 0:
            raise ValueError(f"Hashing: num_bins must be a positive integer, not {num_bins!r}.")
        self.output_mode = allowed(
            "Hashing", "output_mode", output_mode, ("int", "one_hot", "multi_hot", "count")
        )
        if isinstance(salt, (int, np.integer)) and not isinstance(salt, bool):
            salt = [int(salt)] * 2
        if salt is not None and not (
            isinstance(salt, (list, tuple))
            and len(salt) == 2
            and all(isinstance(s, (int, np.integer)) for s in salt)
        ):
            raise ValueError(f"Hashing: salt must be one or two integers, not {salt!r}.")
        self.num_bins = int(num_bins)
        self.mask_value = mask_value
        self.salt = None if salt is None else [int(s) for s in salt]
        self.sparse = check_sparse("Hashing", sparse, output_mode)
        self.built = True

    def call(self, inputs: Any) -> Any:
        values = self._value(inputs)
        strings = digits(values, f"Hashing {self.name!r}")
        hashes = (
            fingerprint64(strings) if self.salt is None else siphash64(strings, (self.salt[0], self.salt[1]))
        )
        if self.mask_value is None:
            bins = (hashes % np.uint64(self.num_bins)).astype(np.int64)
        else:
            bins = np.zeros(values.shape, np.int64)
            if self.num_bins > 1:
                bins = (hashes % np.uint64(self.num_bins - 1)).astype(np.int64) + 1
            mask = self.mask_value.encode() if isinstance(self.mask_value, str) else self.mask_value
            bins = np.where(values == mask, 0, bins)
        dtype = self.compute_dtype
        if self.output_mode == "int":
            return tensor_of(bins.astype(dtype))
        return perhaps_sparse(
            tensor_of(indicators(bins, self.output_mode, self.num_bins, dtype)), self.sparse
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_bins": self.num_bins,
            "salt": self.salt,
            "mask_value": self.mask_value,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
        }


def digits(values: np.ndarray, where: str) -> np.ndarray:
    """Strings as they are, whole numbers as their decimal digits.

    Raises:
        TypeError: fractions.
    """
    if values.dtype == object:
        return values
    if values.dtype.kind not in "iu":
        raise TypeError(
            f"{where} takes strings or whole numbers, not values of dtype {values.dtype}; convert them, by tf.cast."
        )
    texts = np.empty(values.shape, object)
    texts.ravel()[...] = [b"%d" % v for v in values.ravel().tolist()]
    return texts
