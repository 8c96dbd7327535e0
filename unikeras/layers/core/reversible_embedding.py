"""`ReversibleEmbedding`: an embedding that also gives scores of the ids for vectors."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.core.embedding import Embedding

__all__ = ["ReversibleEmbedding"]


class ReversibleEmbedding(Embedding):
    """The rows of a learned matrix at integer ids, or, in reverse, the products of vectors with all rows.

    Mirrors `keras.layers.ReversibleEmbedding` (Press and Wolf, 2017). Called with ids [...], the result is
    [..., output_dim]; with `reverse=True` and vectors [..., output_dim], it is [..., input_dim].

    Args:
        input_dim: the number of ids, which are 0 ... input_dim - 1.
        output_dim: the length of the vectors.
        tie_weights: whether both directions use the same matrix.
        embeddings_initializer: initializer of the matrix or matrices.
        embeddings_regularizer: their regularizer.
        embeddings_constraint: their constraint.
        mask_zero: whether the id 0 is padding, masked in what follows.
        reverse_dtype: the dtype of scores; that of the layer if `None`.
        logit_soft_cap: scores stay below it: cap * tanh(scores / cap).
        **kwargs: as for `Layer`.

    Raises:
        ValueError: input_dim or output_dim is not a positive integer.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.ReversibleEmbedding(5, 3)
        >>> vectors = layer(tf.constant([[1, 2]]))
        >>> vectors.shape, layer(vectors, reverse=True).shape
        (TensorShape([1, 2, 3]), TensorShape([1, 2, 5]))
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim, output_dim, embeddings_initializer=embeddings_initializer, mask_zero=mask_zero,
            embeddings_regularizer=embeddings_regularizer, embeddings_constraint=embeddings_constraint, **kwargs,
        )  # fmt: skip
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings", shape=(self.output_dim, self.input_dim), initializer=self.embeddings_initializer,
                regularizer=self.embeddings_regularizer, constraint=self.embeddings_constraint,
            )  # fmt: skip

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        if not reverse:
            return super().call(inputs)
        matrix = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        dtype = self.reverse_dtype or self.compute_dtype
        scores = ops.matmul(ops.cast(inputs, dtype), ops.cast(matrix, dtype))
        cap = self.logit_soft_cap
        return scores if cap is None else cap * ops.tanh(scores / cap)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        ids = inputs.dtype.is_integer  # vectors have no padding id
        return super().compute_mask(inputs, previous_mask) if ids else None

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "tie_weights": self.tie_weights,
            "reverse_dtype": self.reverse_dtype,
            "logit_soft_cap": self.logit_soft_cap,
        }
