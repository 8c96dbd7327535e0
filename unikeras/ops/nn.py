"""Formulas of neural networks besides activations: normalisations, cross-entropies, the dense product."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.ops.activation import log_softmax


@op(aliases={"dim": "axis"})
def l2_normalize(F, x, *, axis=None, epsilon=1e-12):
    """x divided by its Euclidean norm over `axis` (`tf.math.l2_normalize`).

    Example:
        >>> from unikeras import ops
        >>> ops.l2_normalize([0.0, 5.0]).numpy().tolist()
        [0.0, 1.0]
    """
    return x / F.sqrt(F.maximum(F.sum(x * x, axis=axis, keepdims=True), F.asarray(epsilon, dtype=x.dtype)))


@op
def bias_add(F, x, bias, *, data_format=None):
    """x plus a vector along the channels (`tf.nn.bias_add`).

    Example:
        >>> from unikeras import ops
        >>> ops.bias_add([[1.0, 2.0]], [10.0, 20.0]).numpy().tolist()
        [[11.0, 22.0]]
    """
    if data_format is not None and data_format.startswith(("NC", "channels_first")):
        bias = F.reshape(bias, (-1,) + (1,) * (x.ndim - 2))
    return x + bias


@op
def sigmoid_cross_entropy_with_logits(F, labels=None, logits=None):
    """-labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits)), without overflow,
    elementwise.

    Example:
        >>> from unikeras import ops
        >>> ops.sigmoid_cross_entropy_with_logits([1.0], [1000.0]).numpy().tolist()
        [0.0]
    """
    zero = F.zeros_like(logits)
    positive = logits >= 0  # chosen by where: the slope at 0 is then that of the formula
    return (
        F.where(positive, logits, zero) - logits * labels + F.log1p(F.exp(F.where(positive, -logits, logits)))
    )


@op
def softmax_cross_entropy_with_logits(F, labels, logits, *, axis=-1):
    """-sum(labels * log_softmax(logits)) over `axis`.

    Example:
        >>> from unikeras import ops
        >>> ops.softmax_cross_entropy_with_logits([[0.0, 1.0]], [[0.0, 1000.0]]).numpy().tolist()
        [-0.0]
    """
    return -F.sum(labels * log_softmax.body(F, logits, axis=axis), axis=axis)


@op
def sparse_softmax_cross_entropy_with_logits(F, labels, logits):
    """-log_softmax(logits) at the labels' classes, on the last axis; nan where a label is out of range.

    Example:
        >>> from unikeras import ops
        >>> ops.sparse_softmax_cross_entropy_with_logits([1], [[0.0, 1000.0]]).numpy().tolist()
        [-0.0]
    """
    labels = F.astype(labels, F.dtype("int32"))
    classes = logits.shape[-1]
    inside = (labels >= 0) & (labels < classes)
    picked = F.take_along_axis(
        log_softmax.body(F, logits, axis=-1),
        F.expand_dims(F.astype(F.where(inside, labels, F.zeros_like(labels)), F.dtype("int64")), axis=-1),
        axis=-1,
    )
    return F.where(inside, -picked[..., 0], F.full_like(picked[..., 0], float("nan")))


def mean_over(F: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """The mean over `axes`, kept, in x's dtype: for bodies of normalisations."""
    return F.mean(x, axis=axes, keepdims=True)


@op
def dense(F, x, kernel, bias=None):
    """x @ kernel + bias over the last axis.

    Example:
        >>> from unikeras import ops
        >>> ops.dense([[1.0, 2.0]], [[3.0], [4.0]], [0.5]).numpy().tolist()
        [[11.5]]
    """
    y = F.matmul(x, kernel) if x.ndim > 1 else F.reshape(F.matmul(F.reshape(x, (1, -1)), kernel), (-1,))
    return y if bias is None else y + bias


@op
def batch_normalization(F, x, mean, variance, offset=None, scale=None, *, variance_epsilon=1e-3):
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset (`tf.nn.batch_normalization`).

    Example:
        >>> from unikeras import ops
        >>> ops.batch_normalization([[3.0]], [1.0], [4.0], variance_epsilon=0.0).numpy().tolist()
        [[1.0]]
    """
    factor = 1 / F.sqrt(variance + variance_epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor
    if offset is not None:
        shift = shift + offset
    return x * factor + shift
