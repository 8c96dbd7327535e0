"""`GroupedQueryAttention`: attention whose heads share keys and values in groups."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.attention.multi_head_attention import MultiHeadAttention

__all__ = ["GroupQueryAttention", "GroupedQueryAttention"]


class GroupedQueryAttention(MultiHeadAttention):
    """Attention of several heads, where groups of them share one key and value (Ainslie et al., 2023).

    Mirrors `keras.layers.GroupQueryAttention`. Called as `MultiHeadAttention` is, with
    [batch, positions, features].

    Args:
        head_dim: the size of each head's queries, keys and values.
        num_query_heads: the number of heads; a multiple of
        num_key_value_heads: the number of groups.
        dropout: the fraction of the weights that is dropped while training.
        use_bias: whether the projections have biases.
        sliding_window: as for `MultiHeadAttention`.
        flash_attention: accepted: how it is computed is the engine's choice.
        kernel_initializer: initializer of the projections' kernels.
        bias_initializer: initializer of the projections' biases.
        kernel_regularizer: regularizer of the kernels.
        bias_regularizer: regularizer of the biases.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernels.
        bias_constraint: constraint of the biases.
        use_gate: as for `MultiHeadAttention`.
        seed: of the dropout, an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: num_query_heads is not a multiple of num_key_value_heads, or a size is not positive.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.GroupQueryAttention(head_dim=3, num_query_heads=4, num_key_value_heads=2)
        >>> layer(tf.ones([1, 5, 8]), tf.ones([1, 5, 8])).shape
        TensorShape([1, 5, 8])
    """

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if num_key_value_heads <= 0 or num_query_heads % num_key_value_heads:
            raise ValueError(
                f"GroupQueryAttention: num_query_heads, {num_query_heads}, must be a multiple of num_key_value_heads, "
                f"{num_key_value_heads}."
            )
        super().__init__(
            num_query_heads, head_dim, dropout=dropout, use_bias=use_bias, sliding_window=sliding_window,
            kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer, kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint, use_gate=use_gate, seed=seed, **kwargs,
        )  # fmt: skip
        self.head_dim = head_dim
        self.num_query_heads = num_query_heads
        self.num_key_value_heads = num_key_value_heads

    _public_name = "GroupQueryAttention"  # in files; there, too, layers are called 'grouped_query_attention'
    _held_as = "_{}_dense"

    @property
    def _key_heads(self) -> int:
        return self.num_key_value_heads

    def build(self, query_shape: Any, value_shape: Any = None, key_shape: Any = None) -> None:
        if len(query_shape) != 3:
            raise ValueError(
                f"GroupQueryAttention {self.name!r} takes [batch, positions, features], not a query of shape {tuple(query_shape)}."
            )
        super().build(query_shape, value_shape, key_shape)

    def _attend(
        self, query: Any, key: Any, value: Any, seen: Any, training: Any, wanted: bool
    ) -> tuple[Any, Any]:
        repeats = self.num_query_heads // self.num_key_value_heads
        if repeats > 1:
            key, value = ops.repeat(key, repeats, axis=2), ops.repeat(value, repeats, axis=2)
        return super()._attend(query, key, value, seen, training, wanted)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        for name in ("num_heads", "key_dim", "value_dim", "output_shape", "attention_axes"):
            config.pop(name)
        return {
            **config,
            "head_dim": self.head_dim,
            "num_query_heads": self.num_query_heads,
            "num_key_value_heads": self.num_key_value_heads,
        }


GroupQueryAttention = GroupedQueryAttention
