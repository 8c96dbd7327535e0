"""Activations and the other formulas of neural networks."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

from unikeras.core.op import op
from unikeras.ops.elementwise import to_float

_TF = {"features": "x", "logits": "x", "input": "x"}


@op(aliases=_TF)
def relu(F, x):
    """max(x, 0), elementwise."""
    return F.maximum(x, F.zeros_like(x))


@op(aliases=_TF)
def relu6(F, x):
    """min(max(x, 0), 6), elementwise."""
    return F.minimum(F.maximum(x, F.zeros_like(x)), F.full_like(x, 6))


@op(aliases={**_TF, "alpha": "negative_slope"})
def leaky_relu(F, x, *, negative_slope=0.2):
    """x where positive, else negative_slope * x."""
    return F.where(x > 0, x, x * negative_slope)


@op(aliases=_TF)
def elu(F, x, *, alpha=1.0):
    """x where positive, else alpha * (exp(x) - 1) (Clevert et al., 2016)."""
    return F.where(x > 0, x, alpha * F.expm1(F.where(x > 0, F.zeros_like(x), x)))


@op(aliases=_TF)
def selu(F, x):
    """The self-normalising elu: scale * elu(x, alpha) with fixed constants (Klambauer et al., 2017)."""
    return 1.0507009873554805 * elu.body(F, x, alpha=1.6732632423543772)


@op(aliases=_TF)
def celu(F, x, *, alpha=1.0):
    """x where positive, else alpha * (exp(x / alpha) - 1) (Barron, 2017)."""
    return F.maximum(x, F.zeros_like(x)) + alpha * F.expm1(F.minimum(x, F.zeros_like(x)) / alpha)


@op(aliases=_TF)
def gelu(F, x, *, approximate=True):
    """x times the normal distribution's probability below x (Hendrycks and Gimpel, 2016), exact or by tanh."""
    if approximate:
        return 0.5 * x * (1 + F.tanh(sqrt(2 / pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1 + F.erf(x / sqrt(2)))


@op(aliases=_TF)
def sigmoid(F, x):
    """1 / (1 + exp(-x)), elementwise."""
    return F.sigmoid(to_float(F, x))


@op(aliases=_TF)
def hard_sigmoid(F, x):
    """A piecewise linear sigmoid: min(max(x / 6 + 1/2, 0), 1), as Keras 3 has it."""
    return F.clip(x / 6 + 0.5, 0, 1)


@op(aliases=_TF)
def silu(F, x):
    """x * sigmoid(x), also called swish (Ramachandran et al., 2017)."""
    return x * F.sigmoid(x)


@op(aliases=_TF)
def hard_silu(F, x):
    """x * hard_sigmoid(x) (Howard et al., 2019)."""
    return x * hard_sigmoid.body(F, x)


@op(aliases=_TF)
def softplus(F, x):
    """log(exp(x) + 1), without overflow."""
    x = to_float(F, x)
    return F.logaddexp(x, F.zeros_like(x))


@op(aliases=_TF)
def log_sigmoid(F, x):
    """log(sigmoid(x)), without overflow."""
    x = to_float(F, x)
    return -F.logaddexp(-x, F.zeros_like(x))


@op(aliases=_TF)
def softsign(F, x):
    """x / (1 + |x|), elementwise."""
    return x / (1 + F.abs(x))


@op(aliases=_TF)
def mish(F, x):
    """x * tanh(softplus(x)) (Misra, 2019)."""
    return x * F.tanh(softplus.body(F, x))


@op(aliases=_TF)
def softmax(F, x, *, axis=-1):
    """exp(x) divided by its sum over `axis`: probabilities."""
    x = to_float(F, x)
    e = F.exp(x - F.stop_gradient(F.max(x, axis=axis, keepdims=True)))
    return e / F.sum(e, axis=axis, keepdims=True)


@op(aliases=_TF)
def log_softmax(F, x, *, axis=-1):
    """log(softmax(x)), without underflow."""
    x = to_float(F, x)
    shifted = x - F.stop_gradient(F.max(x, axis=axis, keepdims=True))
    return shifted - F.log(F.sum(F.exp(shifted), axis=axis, keepdims=True))


@op(aliases={"x": "x"})
def l2_normalize(F, x, *, axis=None, epsilon=1e-12):
    """x divided by its Euclidean norm over `axis` (`tf.math.l2_normalize`)."""
    return x / F.sqrt(F.maximum(F.sum(x * x, axis=axis, keepdims=True), F.asarray(epsilon, dtype=x.dtype)))


@op
def bias_add(F, x, bias, *, data_format=None):
    """x plus a vector along the channels (`tf.nn.bias_add`)."""
    if data_format is not None and data_format.startswith("NC"):
        bias = F.reshape(bias, (-1,) + (1,) * (x.ndim - 2))
    return x + bias


@op
def sigmoid_cross_entropy_with_logits(F, labels=None, logits=None):
    """-labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits)), without overflow, elementwise."""
    zero = F.zeros_like(logits)
    return F.maximum(logits, zero) - logits * labels + F.log1p(F.exp(-F.abs(logits)))


@op
def softmax_cross_entropy_with_logits(F, labels, logits, *, axis=-1):
    """-sum(labels * log_softmax(logits)) over `axis`."""
    return -F.sum(labels * log_softmax.body(F, logits, axis=axis), axis=axis)


@op
def sparse_softmax_cross_entropy_with_logits(F, labels, logits):
    """-log_softmax(logits) at the labels' classes, on the last axis; nan where a label is out of range."""
    labels = F.astype(labels, F.dtype("int32"))
    classes = logits.shape[-1]
    inside = (labels >= 0) & (labels < classes)
    picked = F.take_along_axis(log_softmax.body(F, logits, axis=-1), F.expand_dims(F.astype(F.where(inside, labels, F.zeros_like(labels)), F.dtype("int64")), axis=-1), axis=-1)
    return F.where(inside, -picked[..., 0], F.full_like(picked[..., 0], float("nan")))


def mean_over(F: Any, x: Any, axes: tuple[int, ...]) -> Any:
    """The mean over `axes`, kept, in x's dtype: for bodies of normalisations."""
    return F.mean(x, axis=axes, keepdims=True)


@op
def dense(F, x, kernel, bias=None):
    """x @ kernel + bias over the last axis."""
    y = F.matmul(x, kernel) if x.ndim > 1 else F.reshape(F.matmul(F.reshape(x, (1, -1)), kernel), (-1,))
    return y if bias is None else y + bias


@op
def batch_normalization(F, x, mean, variance, offset=None, scale=None, *, variance_epsilon=1e-3):
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset (`tf.nn.batch_normalization`)."""
    factor = 1 / F.sqrt(variance + variance_epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor
    if offset is not None:
        shift = shift + offset
    return x * factor + shift
