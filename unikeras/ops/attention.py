"""Attention: how alike queries and keys are, and the values' average by it (Vaswani et al., 2017).

Queries, keys and values come as [batch, positions, heads, features]. Products are taken with the heads beside the batch,
[batch, heads, positions, features]: matrix products of that form are the fast ones everywhere.
"""

from __future__ import annotations

from math import prod
from typing import Any

from unikeras.core.dtypes import as_dtype
from unikeras.core.op import op
from unikeras.ops.promotion import promoted

__all__ = [
    "additive_scores",
    "attend",
    "attention_average",
    "attention_scores",
    "attention_weights",
    "causal_mask",
    "dot_product_attention",
    "logit_cap",
    "window_mask",
]


def _heads_first(F: Any, x: Any, axes: tuple[int, ...]) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """x [..., heads, features] as [rest, heads, positions, features], and the sizes of the rest and of the positions."""
    rank = x.ndim
    axes = tuple(a % (rank - 1) for a in axes)  # counted as in the tensor before it had heads
    rest = tuple(a for a in range(rank - 2) if a not in axes)
    others, positions = tuple(x.shape[a] for a in rest), tuple(x.shape[a] for a in axes)
    x = F.permute_dims(x, (*rest, rank - 2, *axes, rank - 1))
    return (
        F.reshape(x, (prod(others), x.shape[len(rest)], prod(positions), x.shape[-1])),
        others,
        positions,
    )


@op
def attention_scores(F, query, key, *, scale=None, axes=(1,)):
    """The products of every query with every key, [..., heads, query positions, key positions].

    Args:
        query: [batch, positions, heads, features].
        key: likewise; the number of positions may be another.
        scale: what they are multiplied by; 1 / sqrt(features) if `None`.
        axes: the axes of the positions, if there are more than one; all others belong to the batch.

    Example:
        >>> from unikeras import ops
        >>> ops.attention_scores([[[[1.0, 2.0]]]], [[[[3.0, 4.0]], [[1.0, 1.0]]]], scale=1.0).numpy().tolist()
        [[[[11.0, 3.0]]]]
    """
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    query, key = promoted(F, query, key)
    query, others, targets = _heads_first(F, query * scale, axes)
    key, _, sources = _heads_first(F, key, axes)
    scores = F.matmul(query, F.permute_dims(key, (0, 1, 3, 2)))
    return F.reshape(scores, (*others, query.shape[1], *targets, *sources))


@op
def attention_average(F, weights, value, *, axes=(1,)):
    """The averages of the values by weights [..., heads, query positions, key positions]: [..., heads, features].

    Args:
        weights: as `attention_scores` has them.
        value: [batch, key positions, heads, features].
        axes: as for `attention_scores`.

    Example:
        >>> from unikeras import ops
        >>> ops.attention_average([[[[0.5, 0.5]]]], [[[[3.0, 4.0]], [[1.0, 1.0]]]]).numpy().tolist()
        [[[[2.0, 2.5]]]]
    """
    return _average(F, weights, value, axes)


def _average(F: Any, weights: Any, value: Any, axes: tuple[int, ...], factor: Any = None) -> Any:
    """`attention_average`, each query's average multiplied by its `factor` [..., heads, query positions]."""
    rank = value.ndim
    weights, value = promoted(F, weights, value)
    axes = tuple(a % (rank - 1) for a in axes)
    value, others, sources = _heads_first(F, value, axes)
    targets = weights.shape[len(others) + 1 : len(others) + 1 + len(axes)]
    weights = F.reshape(weights, (value.shape[0], value.shape[1], prod(targets), prod(sources)))
    average = F.matmul(weights, value)
    if factor is not None:
        average = average * F.reshape(factor, (*average.shape[:3], 1))
    average = F.reshape(average, (*others, value.shape[1], *targets, value.shape[-1]))
    # [*others, heads, *targets, features] back in the order of the tensor
    order = (*(a for a in range(rank - 2) if a not in axes), rank - 2, *axes, rank - 1)
    return F.permute_dims(average, tuple(order.index(a) for a in range(rank)))


@op
def attention_weights(F, scores, mask=None, *, count=1):
    """The softmax of scores over their last `count` axes, without what is masked.

    Args:
        scores: [..., query positions, key positions].
        mask: booleans that broadcast to the scores, false where a score does not count. Where all are false, the weights
            are those without the mask.
        count: how many axes the key positions have.

    Example:
        >>> from unikeras import ops
        >>> ops.attention_weights([[0.0, 5.0, 0.0]], [[True, False, True]]).numpy().tolist()
        [[0.5, 0.0, 0.5]]
    """
    e, total = _exponentials(F, scores, mask, count)
    return e * (1 / total)  # one division a row


def _exponentials(F: Any, scores: Any, mask: Any, count: int) -> tuple[Any, Any]:
    """The numerators of the softmax, at most 1, and their sums over the last `count` axes, which are kept."""
    axis = tuple(range(-count, 0)) if count > 1 else -1
    if mask is not None:
        scores = scores + masked_out(F, mask, scores.dtype)
    e = F.exp(scores - F.stop_gradient(F.max(scores, axis=axis, keepdims=True)))
    return e, F.sum(e, axis=axis, keepdims=True)


@op
def attend(F, scores, value, mask=None, *, axes=(1,)):
    """attention_average(attention_weights(scores, mask), value), where nobody asks for the weights.

    The averages are divided by the sums of the exponentials, instead of the exponentials themselves: they are far fewer.

    Args:
        scores: as `attention_scores` has them.
        value: [batch, key positions, heads, features].
        mask: as for `attention_weights`.
        axes: as for `attention_scores`.

    Example:
        >>> from unikeras import ops
        >>> from unikeras.ops.attention import attend
        >>> attend(ops.zeros((1, 1, 1, 2)), [[[[3.0, 4.0]], [[1.0, 1.0]]]]).numpy().tolist()
        [[[[2.0, 2.5]]]]
    """
    e, total = _exponentials(F, scores, mask, len(axes))
    factor = 1 / total
    if as_dtype(scores.dtype).name == "float16":  # a sum of many values may be too large for it
        return _average(F, e * factor, value, axes)
    return _average(F, e, value, axes, factor)


def masked_out(F: Any, mask: Any, dtype: Any) -> Any:
    """What to add to scores: 0 where `mask` is true, else a number whose exponential is 0."""
    least = -3e4 if as_dtype(dtype).name == "float16" else -1e9
    mask = F.astype(mask, F.dtype("bool"))
    return F.where(mask, F.asarray(0.0, dtype=dtype), F.asarray(least, dtype=dtype))


@op
def additive_scores(F, query, key, scale=None):
    """sum(scale * tanh(query + key)) over the features (Bahdanau et al., 2015), [batch, query positions, key positions].

    Args:
        query: [batch, query positions, features].
        key: [batch, key positions, features].
        scale: [features]; ones if `None`.

    Example:
        >>> from unikeras import ops
        >>> ops.additive_scores([[[9.0, 9.0]]], [[[9.0, 9.0], [9.0, -9.0]]]).numpy().tolist()
        [[[2.0, 1.0]]]
    """
    y = F.tanh(F.expand_dims(query, axis=2) + F.expand_dims(key, axis=1))
    return F.sum(y if scale is None else y * scale, axis=-1)


def logit_cap(F: Any, scores: Any, cap: float | None) -> Any:
    """Scores in (-cap, cap): cap * tanh(scores / cap); as they are without a cap."""
    return scores if cap is None else cap * F.tanh(scores / cap)


@op
def dot_product_attention(
    F,
    query,
    key,
    value,
    bias=None,
    mask=None,
    *,
    scale=None,
    is_causal=False,
    flash_attention=None,
    attn_logits_soft_cap=None,
):
    """softmax(scale * query @ key^T + bias) @ value, head by head (mirrors `keras.ops.dot_product_attention`).

    Args:
        query: [batch, query positions, heads, features].
        key: [batch, key positions, key heads, features]; the number of heads is a multiple of the number of key heads.
        value: like `key`.
        bias: added to the scores; broadcasts to [batch, heads, query positions, key positions].
        mask: booleans that broadcast likewise; false where a key does not count.
        scale: 1 / sqrt(features) if `None`.
        is_causal: whether a query sees only the keys up to its own position.
        flash_attention: accepted: how it is computed is the engine's choice.
        attn_logits_soft_cap: scores stay below it: cap * tanh(scores / cap).

    Example:
        >>> from unikeras import ops
        >>> x = ops.ones((1, 2, 1, 3))
        >>> ops.dot_product_attention(x, x, x, is_causal=True).shape
        TensorShape([1, 2, 1, 3])
    """
    for name, x in (("query", query), ("key", key), ("value", value)):
        if x.ndim != 4:
            raise ValueError(f"{name} must be [batch, positions, heads, features], not {x.ndim}-dimensional")
    repeats = query.shape[2] // key.shape[2]
    if repeats * key.shape[2] != query.shape[2]:
        raise ValueError(
            f"the number of heads, {query.shape[2]}, must be a multiple of the number of key heads, {key.shape[2]}"
        )
    if repeats > 1:
        key, value = F.repeat(key, repeats, axis=2), F.repeat(value, repeats, axis=2)
    scores = logit_cap(F, attention_scores.body(F, query, key, scale=scale), attn_logits_soft_cap)
    if bias is not None:
        scores = scores + F.astype(bias, scores.dtype)
    if is_causal:
        causal = causal_mask.body(F, query, key)
        mask = causal if mask is None else mask & causal
    return attend.body(F, scores, value, mask)


@op(shape_only=True)
def causal_mask(F, query, key, *, axis=1):
    """[query positions, key positions]: true for the keys up to the query's own position.

    Args:
        query: a tensor; only its size along `axis` counts.
        key: likewise.
        axis: the axis of the positions.

    Example:
        >>> from unikeras import ops
        >>> from unikeras.ops.attention import causal_mask
        >>> causal_mask(ops.zeros((1, 2)), ops.zeros((1, 3))).numpy().tolist()
        [[True, False, False], [True, True, False]]
    """
    return F.expand_dims(F.arange(query.shape[axis]), axis=1) >= F.expand_dims(
        F.arange(key.shape[axis]), axis=0
    )


@op(shape_only=True)
def window_mask(F, query, key, *, window, axis=1):
    """[query positions, key positions]: true for the keys less than `window` positions away.

    Args:
        query: a tensor; only its size along `axis` counts.
        key: likewise.
        window: how far, an int.
        axis: the axis of the positions.

    Example:
        >>> from unikeras import ops
        >>> from unikeras.ops.attention import window_mask
        >>> window_mask(ops.zeros((1, 2)), ops.zeros((1, 3)), window=2).numpy().tolist()
        [[True, True, False], [True, True, True]]
    """
    distance = F.expand_dims(F.arange(query.shape[axis]), axis=1) - F.expand_dims(
        F.arange(key.shape[axis]), axis=0
    )
    return F.abs(distance) < window
