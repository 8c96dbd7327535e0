"""`HashedCrossing`: combinations of features as the bins their hashes fall in."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.tensor import Tensor, as_array, is_tensor
from unikeras.layers.preprocessing.host_layer import (
    HostLayer,
    allowed,
    check_sparse,
    perhaps_sparse,
    tensor_of,
)
from unikeras.layers.preprocessing.indicators import indicators
from unikeras.utils.string_hashes import combine_fingerprints, fingerprint64

__all__ = ["HashedCrossing"]

_START = np.uint64(0xDECAFCAFFE)


class HashedCrossing(HostLayer):
    """Combinations of the values of several features as the bins their hashes fall in (mirrors `keras.layers.HashedCrossing`).

    The bins are TensorFlow's. The layer works on the host. It is called on a list or tuple of features, strings or whole numbers
    of shape [], [samples] or [samples, 1].

    Args:
        num_bins: how many bins there are.
        output_mode: 'int' (the bin) or 'one_hot'.
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        name: the layer's name.
        dtype: 'int64' (or 'int32') for bins, a float for vectors.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: another output mode; (from a call) fewer than two features, fractions, or another shape.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.HashedCrossing(num_bins=5)
        >>> layer((tf.constant(["A", "B"]), tf.constant([101, 101]))).numpy().tolist()
        [1, 4]
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        if output_mode == "int" and (dtype is None or str(getattr(dtype, "name", dtype)).startswith("float")):
            dtype = "int64"
        super().__init__(name=name, dtype=dtype, **kwargs)
        if num_bins < 1:
            raise ValueError(f"HashedCrossing: num_bins must be positive, not {num_bins}.")
        self.num_bins = int(num_bins)
        self.output_mode = allowed("HashedCrossing", "output_mode", output_mode, ("int", "one_hot"))
        self.sparse = check_sparse("HashedCrossing", sparse, output_mode)
        self.built = True

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The bins of the combinations; lists of features become tensors one by one."""
        if isinstance(inputs, (list, tuple)):
            inputs = [v if is_tensor(v) else Tensor(as_array(v)) for v in inputs]
        return super().__call__(inputs, *args, **kwargs)

    def call(self, inputs: Any) -> Any:
        where = f"HashedCrossing {self.name!r}"
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(
                f"{where} must be called on a list or tuple of at least two features, not on {inputs!r}."
            )
        values = [self._value(v) for v in inputs]
        shape = values[0].shape
        for value in values:
            if value.dtype != object and value.dtype.kind not in "iu":
                raise ValueError(
                    f"{where}: features must be strings or whole numbers, not of dtype {value.dtype}."
                )
            if value.shape != shape or value.ndim > 2 or (value.ndim == 2 and shape[1] != 1):
                raise ValueError(
                    f"{where}: features must have one shape, (), (samples,) or (samples, 1); given: {[v.shape for v in values]}."
                )
        combined = np.full(shape, _START)
        for value in values:
            print_ = fingerprint64(value) if value.dtype == object else value.astype(np.int64).view(np.uint64)
            combined = combine_fingerprints(combined, print_)
        bins = (combined % np.uint64(self.num_bins)).astype(np.int64)
        if self.output_mode == "int":
            return tensor_of(bins.astype(self.compute_dtype))
        made = tensor_of(indicators(bins, "one_hot", self.num_bins, self.compute_dtype))
        return perhaps_sparse(made, self.sparse)

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "dtype": self.dtype_policy.name,
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
        }
