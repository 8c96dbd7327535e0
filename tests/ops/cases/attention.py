"""Attention and normalisations of keras.ops and tf.nn."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.ops.attention import attend, causal_mask, window_mask

from .case import RNG, case

Q, K, V = (RNG.normal(size=(2, t, 2, 3)) for t in (3, 4, 4))
ONE = RNG.normal(size=(2, 4, 1, 3))
FLAT_Q, FLAT_K = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(2, 5, 4))
SEEN = np.array([[[[True, False, True, True]]]])
GAMMA, BETA = RNG.normal(size=(4,)), RNG.normal(size=(4,))


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attention(q: Any, k: Any, v: Any, *, seen: Any = True, cap: float | None = None, bias: Any = 0.0) -> Any:
    k, v = (np.repeat(a, q.shape[2] // k.shape[2], axis=2) for a in (k, v))
    scores = np.einsum("btnd,bsnd->bnts", q, k) / np.sqrt(q.shape[-1])
    scores = scores if cap is None else cap * np.tanh(scores / cap)
    return np.einsum("bnts,bsnd->btnd", softmax(np.where(seen, scores + bias, -1e9)), v)


def normalized(x: Any, axis: Any, epsilon: float) -> Any:
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + epsilon)


def grouped(x: Any, groups: int) -> Any:
    parts = x.reshape(*x.shape[:-1], groups, -1)
    return normalized(parts, (1, 3), 1e-3).reshape(x.shape)


def response(x: Any) -> Any:
    squares = np.pad(x * x, ((0, 0), (0, 0), (1, 1)))
    total = squares[..., :-2] + squares[..., 1:-1] + squares[..., 2:]
    return x / (2.0 + 0.5 * total) ** 0.75


BIAS = RNG.normal(size=(1, 2, 3, 4))

CASES = [
    case("attention_scores", lambda q, k: ops.attention_scores(q, k, scale=0.5),
         lambda q, k: 0.5 * np.einsum("btnd,bsnd->bnts", q, k), Q, K),
    case("attention_average", ops.attention_average, lambda w, v: np.einsum("bnts,bsnd->btnd", w, v), BIAS.repeat(2, 0), V),
    case("attention_weights", lambda x: ops.attention_weights(x, SEEN),
         lambda x: softmax(np.where(SEEN, x, -1e9)), BIAS),
    case("attend", lambda x, v: attend(x, v, SEEN),
         lambda x, v: np.einsum("bnts,bsnd->btnd", softmax(np.where(SEEN, x, -1e9)), v), BIAS.repeat(2, 0), V),
    case("additive_scores", ops.additive_scores,
         lambda q, k, s: (s * np.tanh(q[:, :, None] + k[:, None])).sum(-1), FLAT_Q, FLAT_K, GAMMA),
    case("dot_product_attention", ops.dot_product_attention, attention, Q, K, V),
    case("dot_product_attention of groups", ops.dot_product_attention, attention, Q, ONE, ONE),
    case("dot_product_attention, causal", lambda q, k, v: ops.dot_product_attention(q, k, v, is_causal=True),
         lambda q, k, v: attention(q, k, v, seen=np.tri(3, 4, dtype=bool)), Q, K, V),
    case("dot_product_attention, masked and capped",
         lambda q, k, v: ops.dot_product_attention(q, k, v, mask=SEEN, attn_logits_soft_cap=0.7),
         lambda q, k, v: attention(q, k, v, seen=SEEN, cap=0.7), Q, K, V),
    case("dot_product_attention with a bias", ops.dot_product_attention,
         lambda q, k, v, b: attention(q, k, v, bias=b), Q, K, V, BIAS),
    case("causal_mask", causal_mask, lambda q, k: np.tri(3, 4, dtype=bool), Q, K, gradient=False),
    case("window_mask", lambda q, k: window_mask(q, k, window=2),
         lambda q, k: np.tri(3, 4, 1, dtype=bool) & ~np.tri(3, 4, -2, dtype=bool), Q, K, gradient=False),
    case("layer_normalization", lambda x, g, b: ops.layer_normalization(x, g, b, epsilon=0.1),
         lambda x, g, b: normalized(x, -1, 0.1) * g + b, FLAT_Q, GAMMA, BETA),
    case("group_normalization", lambda x, g, b: ops.group_normalization(x, g, b, groups=2),
         lambda x, g, b: grouped(x, 2) * g + b, FLAT_Q, GAMMA, BETA),
    case("rms_normalization", lambda x, s: ops.rms_normalization(x, s, epsilon=0.1),
         lambda x, s: x / np.sqrt((x * x).mean(-1, keepdims=True) + 0.1) * s, FLAT_Q, GAMMA),
    case("normalize", ops.normalize, lambda x: x / np.sqrt((x * x).sum(-1, keepdims=True)), FLAT_Q),
    case("normalize by absolute values", lambda x: ops.normalize(x, order=1, axis=1),
         lambda x: x / np.abs(x).sum(1, keepdims=True), FLAT_Q),
    case("normalize of order 3", lambda x: ops.normalize(x, order=3),
         lambda x: x / (np.abs(x) ** 3).sum(-1, keepdims=True) ** (1 / 3), FLAT_Q),
    case("local_response_normalization",
         lambda x: ops.local_response_normalization(x, depth_radius=1, bias=2.0, alpha=0.5, beta=0.75), response, FLAT_Q),
]  # fmt: skip
