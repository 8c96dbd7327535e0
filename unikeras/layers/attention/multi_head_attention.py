"""`MultiHeadAttention`: several attentions side by side, each with its own view of queries, keys and values."""

from __future__ import annotations

import string
from math import sqrt
from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.core.random import SeedGenerator
from unikeras.layers.core.einsum_dense import EinsumDense
from unikeras.layers.layer import Layer
from unikeras.layers.regularization.dropout import check_rate
from unikeras.ops import random
from unikeras.ops.attention import (
    attend,
    attention_average,
    attention_scores,
    attention_weights,
    causal_mask,
    window_mask,
)

__all__ = ["MultiHeadAttention"]


class MultiHeadAttention(Layer):
    """Attention of several heads (Vaswani et al., 2017; mirrors `keras.layers.MultiHeadAttention`).

    Called with a query [batch, query positions, features], a value [batch, positions, features] and a key like it, which is the
    value if not given. `attention_mask` [batch, query positions, positions] says which positions a query sees;
    `use_causal_mask=True` lets it see those up to its own; masks that query, value and key carry, or `query_mask`, `value_mask`,
    `key_mask` [batch, positions] are taken into account. The result is [batch, query positions, features of the query], or of
    `output_shape`; with `return_attention_scores=True`, also the weights [batch, heads, query positions, positions].

    Args:
        num_heads: the number of heads.
        key_dim: the size of each head's queries and keys.
        value_dim: the size of each head's values; key_dim if `None`.
        dropout: the fraction of the weights that is dropped while training.
        use_bias: whether the projections have biases.
        output_shape: the shape of the result's features; the query's if `None`.
        attention_axes: the axes over which attention goes; all but the first and the last if `None`.
        sliding_window: let a query see only the positions less than so many away from its own, if given.
        flash_attention: accepted: how it is computed is the engine's choice.
        kernel_initializer: initializer of the projections' kernels.
        bias_initializer: initializer of the projections' biases.
        kernel_regularizer: regularizer of the kernels.
        bias_regularizer: regularizer of the biases.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernels.
        bias_constraint: constraint of the biases.
        use_gate: whether the heads' results are multiplied by a sigmoid of another projection of the query.
        seed: of the dropout, an int; `None` for one from the global stream.
        **kwargs: as for `Layer`; `softmax_robust_masking`, which is tf.keras 2's, is accepted and changes nothing.

    Raises:
        ValueError: sizes that are not positive, or a key that does not fit the value.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
        >>> y, weights = layer(tf.ones([1, 5, 4]), tf.ones([1, 6, 4]), return_attention_scores=True)
        >>> y.shape, weights.shape
        (TensorShape([1, 5, 4]), TensorShape([1, 2, 5, 6]))
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
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
        kwargs.pop("softmax_robust_masking", None)
        shapes = {
            n: kwargs.pop(n, None) for n in ("query_shape", "value_shape", "key_shape")
        }  # tf.keras 2's configs
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        value_dim = key_dim if value_dim is None else value_dim
        for name, value in (("num_heads", num_heads), ("key_dim", key_dim), ("value_dim", value_dim)):
            if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
                raise ValueError(f"{type(self).__name__}: {name} must be a positive integer, not {value!r}.")
        if sliding_window is not None and sliding_window <= 0:
            raise ValueError(
                f"{type(self).__name__}: sliding_window must be a positive integer, not {sliding_window!r}."
            )
        self.num_heads = num_heads
        self.key_dim = key_dim
        self.value_dim = value_dim
        self.dropout = check_rate(type(self).__name__, dropout, below_one=True)
        self.use_bias = use_bias
        self.use_gate = use_gate
        self.sliding_window = sliding_window
        self._output_features = (output_shape,) if isinstance(output_shape, int) else output_shape
        self.attention_axes = (attention_axes,) if isinstance(attention_axes, int) else attention_axes
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.seed = seed
        if self.dropout > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        if shapes["query_shape"] is not None:
            self.build(**{name: shape for name, shape in shapes.items() if shape is not None})

    # Building.

    def build(self, query_shape: Any, value_shape: Any = None, key_shape: Any = None) -> None:
        value_shape = query_shape if value_shape is None else value_shape
        key_shape = value_shape if key_shape is None else key_shape
        self._shapes = {"query_shape": query_shape, "value_shape": value_shape, "key_shape": key_shape}
        rank = len(query_shape)
        if self.attention_axes is None:
            self.attention_axes = tuple(range(1, rank - 1))
        self.attention_axes = tuple(axis % rank for axis in self.attention_axes)
        for name, shape in self._shapes.items():
            if len(shape) != rank:
                raise ValueError(
                    f"{type(self).__name__} {self.name!r}: query, value and key must have the same number of axes, but {name} is "
                    f"{tuple(shape)} and query_shape {tuple(query_shape)}."
                )
        if tuple(value_shape)[1:-1] != tuple(key_shape)[1:-1]:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: every value needs its key, but the shapes are {tuple(value_shape)} and "
                f"{tuple(key_shape)}."
            )
        self._hold("query", self._projection("query", query_shape, self.num_heads, self.key_dim))
        self._hold("key", self._projection("key", key_shape, self._key_heads, self.key_dim))
        if self.use_gate:
            self._hold("gate", self._projection("gate", query_shape, self.num_heads, self.value_dim))
        self._hold("value", self._projection("value", value_shape, self._key_heads, self.value_dim))
        features = self._output_features or (query_shape[-1],)
        letters = string.ascii_lowercase
        free, heads, made = letters[: rank - 1], letters[rank - 1 : rank + 1], letters[rank + 1 :]
        made = made[: len(features)]
        output = self._dense(
            "attention_output", f"{free}{heads},{heads}{made}->{free}{made}",
            (*(None for _ in free[1:]), *features), made, (*query_shape[:-1], self.num_heads, self.value_dim),
        )  # fmt: skip
        self._hold("output", output)

    _held_as = "{}_dense"  # the attributes that hold the projections; files have their names

    def _hold(self, name: str, layer: EinsumDense) -> None:
        setattr(self, self._held_as.format(name), layer)

    def _project(self, name: str, x: Any) -> Any:
        return getattr(self, self._held_as.format(name))(x)

    @property
    def _key_heads(self) -> int:
        return self.num_heads

    def _projection(self, name: str, shape: Any, heads: int, size: int) -> EinsumDense:
        """A dense layer from the features to heads of `size` features each."""
        letters = string.ascii_lowercase
        free, features, made = letters[: len(shape) - 1], letters[len(shape) - 1], letters[len(shape) :][:2]
        output = (*(None for _ in free[1:]), heads, size)
        return self._dense(name, f"{free}{features},{features}{made}->{free}{made}", output, made, shape)

    def _dense(self, name: str, equation: str, output: Any, bias_axes: str, shape: Any) -> EinsumDense:
        def own(initializer: Any) -> Any:  # each kernel has values of its own
            return (
                type(initializer).from_config(initializer.get_config())
                if hasattr(initializer, "get_config")
                else initializer
            )

        layer = EinsumDense(
            equation, output, bias_axes=bias_axes if self.use_bias else None, name=name, dtype=self.dtype_policy,
            kernel_initializer=own(self.kernel_initializer), bias_initializer=own(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer, bias_regularizer=self.bias_regularizer,
            kernel_constraint=self.kernel_constraint, bias_constraint=self.bias_constraint,
        )  # fmt: skip
        layer.build(shape)
        return layer

    # Calling.

    def call(  # type: ignore[override]
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        key = value if key is None else key
        seen = self._seen(query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask)
        average, weights = self._attend(
            self._project("query", query),
            self._project("key", key),
            self._project("value", value),
            seen,
            training,
            return_attention_scores,
        )
        if self.use_gate:
            average = average * ops.sigmoid(self._project("gate", query))
        y = self._project("output", average)
        return (y, weights) if return_attention_scores else y

    def _attend(
        self, query: Any, key: Any, value: Any, seen: Any, training: Any, wanted: bool
    ) -> tuple[Any, Any]:
        """The heads' averages of the values, and the weights if they are wanted, from the projections."""
        axes = self.attention_axes
        dropping = training and self.dropout > 0
        scores = attention_scores(query, key, scale=1.0 / sqrt(self.key_dim), axes=axes)
        if not (wanted or dropping):
            return attend(scores, value, seen, axes=axes), None
        weights = attention_weights(scores, seen, count=len(axes))
        dropped = random.dropout(weights, self.dropout, seed=self.seed_generator) if dropping else weights
        return attention_average(dropped, value, axes=axes), weights

    def _seen(
        self,
        query: Any,
        value: Any,
        query_mask: Any,
        value_mask: Any,
        key_mask: Any,
        given: Any,
        causal: bool,
    ) -> Any:
        """All masks as one, that broadcasts to the scores [..., heads, query positions, positions]; or `None`."""
        parts = []
        if query_mask is not None:
            parts.append(ops.expand_dims(ops.cast(query_mask, "bool"), -1))
        parts += [ops.expand_dims(ops.cast(m, "bool"), -2) for m in (value_mask, key_mask) if m is not None]
        axis = self.attention_axes[0] if len(self.attention_axes) == 1 else 1
        if causal:
            parts.append(causal_mask(query, value, axis=axis))
        if self.sliding_window:
            parts.append(window_mask(query, value, window=self.sliding_window, axis=axis))
        if given is not None:
            parts.append(ops.cast(given, "bool"))
        if not parts:
            return None
        seen = parts[0]
        for part in parts[1:]:
            seen = ops.logical_and(seen, part)
        positions = 2 * len(self.attention_axes)
        rank = len(query.shape) - len(self.attention_axes) + positions
        while (
            positions < len(seen.shape) < rank
        ):  # an axis of the heads, and those of the batch that are missing
            seen = ops.expand_dims(seen, -positions - 1)
        return seen

    def compute_output_shape(self, query_shape: Any, value_shape: Any = None, key_shape: Any = None) -> Any:
        return (*query_shape[:-1], *(self._output_features or query_shape[-1:]))

    # Saving.

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes it was built with, as Keras 3 writes them."""
        shapes = self.__dict__.get("_shapes")
        return shapes and {"shapes_dict": {name: list(shape) for name, shape in shapes.items()}}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with saved shapes, of Keras 3 or tf.keras 2."""
        if self.built:
            return
        if config.get("shapes_dict"):
            self.build(**config["shapes_dict"])
        else:
            super().build_from_config(config)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "key_dim": self.key_dim,
            "value_dim": self.value_dim,
            **self._common_config(),
            "output_shape": self._output_features,
            "attention_axes": self.attention_axes,
        }

    def _common_config(self) -> dict[str, Any]:
        return {
            "dropout": self.dropout,
            "use_bias": self.use_bias,
            "use_gate": self.use_gate,
            "sliding_window": self.sliding_window,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "seed": self.seed,
        }
