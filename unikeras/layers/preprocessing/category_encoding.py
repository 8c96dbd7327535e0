"""`CategoryEncoding`: indices of categories as indicator vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.state import thread
from unikeras.layers.layer import Layer
from unikeras.layers.preprocessing.host_layer import allowed, perhaps_sparse
from unikeras.ops.categories import indicate

__all__ = ["CategoryEncoding"]


class CategoryEncoding(Layer):
    """Indices of categories as one-hot, multi-hot or count vectors (mirrors `keras.layers.CategoryEncoding`).

    An index out of range is an error; inside a compiled function (`fit`, `tf.function`), where values are not known, its vector
    is nan.

    Args:
        num_tokens: the number of categories; indices are 0 ... num_tokens - 1. `max_tokens` is an older name.
        output_mode: 'one_hot' (a vector an index; a last axis of length 1 is replaced by the vector), or a vector for all
            indices along the last axis: 'multi_hot' or 'count'. 'binary' is an older name of 'multi_hot'.
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        **kwargs: as for `Layer`.

    Raises:
        ValueError: num_tokens is missing or not positive, or another output mode.
        InvalidArgumentError: (from a call) an index out of range.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.CategoryEncoding(3)([[0, 2], [1, 1]]).numpy().tolist()
        [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        num_tokens = kwargs.pop("max_tokens", num_tokens)
        super().__init__(**kwargs)
        output_mode = "multi_hot" if output_mode == "binary" else output_mode
        self.output_mode = allowed(
            "CategoryEncoding", "output_mode", output_mode, ("multi_hot", "one_hot", "count")
        )
        if num_tokens is None:
            raise ValueError(
                "CategoryEncoding: num_tokens must be given. Where it is not known, use IntegerLookup or StringLookup with an "
                "output mode, which learn it from data."
            )
        if num_tokens < 1:
            raise ValueError(f"CategoryEncoding: num_tokens must be at least 1, not {num_tokens}.")
        self.num_tokens = int(num_tokens)
        self.sparse = bool(sparse)

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                f"CategoryEncoding {self.name!r}: count_weights are for output_mode='count', not {self.output_mode!r}."
            )
        if not hasattr(inputs, "dtype"):
            inputs = ops.constant(inputs)
        ids = inputs if inputs.dtype.is_integer else ops.cast(inputs, "int64")
        dtype = self.compute_dtype
        result = indicate(ids, count_weights, depth=self.num_tokens, mode=self.output_mode, dtype=dtype)
        if thread.tracing:
            return self._spoilt(ids, result)
        self._check_range(ids.numpy())
        return perhaps_sparse(result, self.sparse)

    def _check_range(self, ids: np.ndarray) -> None:
        outside = (ids < 0) | (ids >= self.num_tokens)
        if np.any(outside):
            where = tuple(int(i) for i in np.argwhere(outside)[0])
            raise InvalidArgumentError(
                f"CategoryEncoding {self.name!r}: the index {ids[where]} at {list(where)} is not in [0, {self.num_tokens}). "
                f"num_tokens={self.num_tokens} must be the largest index + 1."
            )

    def _spoilt(self, ids: Any, result: Any) -> Any:
        """The result, nan where an index is out of range: a compiled function cannot raise."""
        if not result.dtype.is_floating:
            return result
        fine = ops.logical_and(ids >= 0, ids < self.num_tokens)
        rank = len(ids.shape)
        if self.output_mode == "one_hot":
            fine = fine if rank > 1 and ids.shape[-1] == 1 else ops.expand_dims(fine, -1)
        elif rank:
            fine = ops.all(fine, axis=-1, keepdims=True)
        return ops.where(fine, result, ops.constant(np.nan, result.dtype))

    def get_config(self) -> dict[str, Any]:
        settings = {"num_tokens": self.num_tokens, "output_mode": self.output_mode, "sparse": self.sparse}
        return {**super().get_config(), **settings}
