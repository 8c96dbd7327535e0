"""`AdditiveAttention`: averages of values by sums of queries and keys."""

from __future__ import annotations

from typing import Any

from unikeras.layers.attention.attention import Attention
from unikeras.ops.attention import additive_scores

__all__ = ["AdditiveAttention"]


class AdditiveAttention(Attention):
    """For each query, the average of the values, weighted by sum(scale * tanh(query + key)) (Bahdanau et al., 2015).

    Mirrors `keras.layers.AdditiveAttention`. Called as `Attention` is.

    Args:
        use_scale: whether there is a learned scale, one number a feature.
        dropout: the fraction of the weights that is dropped while training.
        seed: of the dropout, an int; `None` for one from the global stream.
        **kwargs: as for `Layer`; `causal=True`, which is tf.keras 2's, makes every call use a causal mask.

    Raises:
        ValueError: inputs that are not 2 or 3 tensors.

    Example:
        >>> import unikeras as tf
        >>> query, value = tf.constant([[[0.0]]]), tf.constant([[[1.0], [1.0]]])
        >>> tf.keras.layers.AdditiveAttention()([query, value]).numpy().tolist()
        [[[1.0]]]
    """

    def __init__(
        self, use_scale: bool = True, dropout: float = 0.0, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, seed=seed, **kwargs)

    def build(self, input_shape: Any) -> None:
        query, _, _ = self._checked(input_shape)
        self.scale = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(query[-1],), initializer="glorot_uniform")

    def _scores(self, query: Any, key: Any) -> Any:
        return additive_scores(query, key, self.scale)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.pop("score_mode")
        return config
