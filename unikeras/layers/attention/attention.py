"""`Attention`: averages of values by the products of queries and keys."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.random import SeedGenerator
from unikeras.layers.layer import Layer
from unikeras.layers.regularization.dropout import check_rate
from unikeras.ops import random
from unikeras.ops.attention import (
    additive_scores,
    attention_average,
    attention_scores,
    attention_weights,
    causal_mask,
)

__all__ = ["Attention"]


class Attention(Layer):
    """For each query, the average of the values, weighted by how alike its key is (Luong et al., 2015).

    Mirrors `keras.layers.Attention`. Called with a list [query, value] or [query, value, key], of shapes
    [batch, query positions, features], [batch, positions, features] and [batch, positions, features]; without a key, the
    values are the keys. With masks of query and value, given as the list `mask` or carried by the inputs, values that are masked
    do not count, and results for queries that are masked are 0. The result is [batch, query positions, features]; with
    `return_attention_scores=True`, also the weights [batch, query positions, positions].

    Args:
        use_scale: whether scores are multiplied by a learned number.
        score_mode: 'dot', the products, or 'concat', the sums of tanh(query + key), times a learned number.
        dropout: the fraction of the weights that is dropped while training.
        seed: of the dropout, an int; `None` for one from the global stream.
        **kwargs: as for `Layer`; `causal=True`, which is tf.keras 2's, makes every call use a causal mask.

    Raises:
        ValueError: an unknown score_mode, or inputs that are not 2 or 3 tensors.

    Example:
        >>> import unikeras as tf
        >>> query, value = tf.constant([[[5.0]]]), tf.constant([[[1.0], [9.0]]])
        >>> tf.keras.layers.Attention()([query, value]).numpy().tolist()
        [[[9.0]]]
    """

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        self.causal = bool(kwargs.pop("causal", False))
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise ValueError(
                f"{type(self).__name__}: score_mode must be 'dot' or 'concat', not {score_mode!r}."
            )
        self.use_scale = use_scale
        self.score_mode = score_mode
        self.dropout = check_rate(type(self).__name__, dropout, below_one=True)
        self.seed = seed
        if self.dropout > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        self._checked(input_shape)
        self.scale = self.concat_score_weight = None
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(
                name="concat_score_weight", shape=(), initializer="ones"
            )

    def _checked(self, inputs: Any, mask: Any = None) -> list[Any]:
        """The inputs (or their shapes) as [query, value, key]."""
        several = isinstance(inputs, (list, tuple)) and not hasattr(inputs, "rank")
        if not several or len(inputs) not in (2, 3):
            raise ValueError(
                f"{type(self).__name__} {self.name!r} takes a list of 2 or 3 tensors, [query, value] or [query, value, key], but "
                f"received {len(inputs) if several else inputs!r}."
            )
        if mask is not None and (not isinstance(mask, (list, tuple)) or not 2 <= len(mask) <= len(inputs)):
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: mask must be a list of those of query and value (or None), not {mask!r}."
            )
        return [*inputs, inputs[1]][:3]

    def _scores(self, query: Any, key: Any) -> Any:
        """[batch, query positions, positions]."""
        if self.score_mode == "dot":
            heads = [ops.expand_dims(x, 2) for x in (query, key)]
            scores = ops.squeeze(attention_scores(*heads, scale=1.0), 1)
            return scores if self.scale is None else scores * self.scale
        if self.scale is not None:
            query, key = query * self.scale, key * self.scale
        return additive_scores(query, key) * self.concat_score_weight

    def call(
        self,
        inputs: Any,
        mask: Any = None,
        training: Any = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        query, value, key = self._checked(inputs, mask)
        seen = None if mask is None or mask[1] is None else ops.expand_dims(mask[1], 1)
        if use_causal_mask or self.causal:
            causal = causal_mask(query, key)
            seen = causal if seen is None else ops.logical_and(seen, causal)
        weights = attention_weights(self._scores(query, key), seen)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        result = ops.squeeze(attention_average(ops.expand_dims(weights, 1), ops.expand_dims(value, 2)), 2)
        if mask is not None and mask[0] is not None:
            result = result * ops.cast(ops.expand_dims(mask[0], -1), result.dtype)
        return (result, weights) if return_attention_scores else result

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return None if previous_mask is None else previous_mask[0]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "use_scale": self.use_scale,
            "score_mode": self.score_mode,
            "dropout": self.dropout,
            "seed": self.seed,
            **({"causal": True} if self.causal else {}),
        }
