"""`Embedding`: a learned vector for each integer."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import constraints, initializers, ops, regularizers
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.state import thread
from unikeras.layers.core.lora import AdaptedMatrix, LoRA, check_rank
from unikeras.layers.layer import Layer

__all__ = ["Embedding"]


class Embedding(LoRA, Layer):
    """The rows of a learned matrix at integer ids (mirrors `keras.layers.Embedding`).

    An id out of range is an error; inside a compiled function (`fit`, `tf.function`), where values are not
    known, its row is nan. It is never replaced by another.

    Args:
        input_dim: the number of ids, which are 0 ... input_dim - 1.
        output_dim: the length of the vectors.
        embeddings_initializer: initializer of the matrix [input_dim, output_dim].
        embeddings_regularizer: its regularizer.
        activity_regularizer: regularizer of the output.
        embeddings_constraint: its constraint.
        mask_zero: whether the id 0 is padding, masked in what follows.
        input_length: the length of the sequences, if fixed; tf.keras 2's.
        lora_rank: the rank of low-rank adaptation, if it is wanted; see `enable_lora`.
        lora_alpha: see `enable_lora`.
        sparse: not available: gradients are dense.
        **kwargs: as for `Layer`; `weights=[matrix]` or `weights=matrix` gives the matrix.

    Raises:
        ValueError: input_dim or output_dim is not a positive integer.
        InvalidArgumentError: (from a call) an id out of range.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Embedding(2, 3, embeddings_initializer="ones")
        >>> layer(tf.constant([[0, 1]])).shape
        TensorShape([1, 2, 3])
    """

    _lora_matrix = "embeddings"
    embeddings = AdaptedMatrix()

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        activity_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        input_length: Any = None,
        sparse: bool = False,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        if "input_shape" not in kwargs and "batch_input_shape" not in kwargs and input_length is not None:
            kwargs["input_shape"] = (input_length,) if isinstance(input_length, int) else tuple(input_length)
        matrix = kwargs.get("weights")
        if matrix is not None and not isinstance(matrix, (list, tuple)):
            kwargs["weights"] = [matrix]
        kwargs.setdefault("autocast", False)  # ids may be floats; casting them could change large ones
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if sparse:
            raise NotImplementedError(
                "Embedding: sparse=True is not available; see docs/compatibility.md. Leave it out: the result is the same."
            )
        for name, value in (("input_dim", input_dim), ("output_dim", output_dim)):
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value <= 0:
                raise ValueError(f"Embedding: {name} must be a positive integer, not {value!r}.")
        self.input_dim = int(input_dim)
        self.output_dim = int(output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.input_length = input_length
        self.lora_rank = check_rank("Embedding", lora_rank)
        self.lora_alpha = lora_alpha
        self.supports_masking = mask_zero

    def build(self, input_shape: Any = None) -> None:
        self.embeddings = self.add_weight(
            name="embeddings", shape=(self.input_dim, self.output_dim), initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer, constraint=self.embeddings_constraint,
        )  # fmt: skip
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def call(self, inputs: Any) -> Any:
        if inputs.dtype not in ("int32", "int64"):
            inputs = ops.cast(inputs, "int32")
        if not thread.tracing:
            self._check_range(inputs.numpy())
        return ops.embedding_lookup(self.embeddings, inputs)

    def _check_range(self, ids: np.ndarray) -> None:
        outside = (ids < 0) | (ids >= self.input_dim)
        if np.any(outside):
            where = tuple(int(i) for i in np.argwhere(outside)[0])
            raise InvalidArgumentError(
                f"Embedding {self.name!r}: the id {ids[where]} at {list(where)} is not in [0, {self.input_dim}). "
                f"input_dim={self.input_dim} must be the largest id + 1."
            )

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
            **self._lora_config(),
        }
