"""Activations: the nonlinear functions of neural networks.

Where a formula has a corner, the gradient there is TensorFlow's, and nan stays nan; so the pieces are chosen
by
comparisons rather than by `maximum`, whose gradient at a tie every engine splits in its own way.
"""

from __future__ import annotations

from math import pi, sqrt

from unikeras.core.op import op
from unikeras.ops.elementwise import to_float

_TF = {"features": "x", "logits": "x", "input": "x"}


@op(aliases={**_TF, "alpha": "negative_slope"})
def relu(F, x, *, negative_slope=0.0, max_value=None, threshold=0.0):
    """max(x, 0), elementwise; with its arguments, the general rectifier.

    Mirrors `tf.nn.relu`, `keras.ops.relu` and, with arguments, `keras.activations.relu`.

    Args:
        x: a tensor of real numbers; the result has its dtype.
        negative_slope: the slope below the threshold (tf.keras 2 calls it `alpha`).
        max_value: the largest value of the result; `None` for no limit.
        threshold: up to it, the result is negative_slope * (x - threshold).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.relu([-2.0, 0.5, 3.0]).numpy().tolist()
        [0.0, 0.5, 3.0]
        >>> tf.keras.activations.relu([-2.0, 0.5, 3.0], negative_slope=0.5, max_value=2.0).numpy().tolist()
        [-1.0, 0.5, 2.0]
    """
    x = to_float(F, x) if negative_slope or threshold or max_value is not None else x
    below = F.zeros_like(x) if not negative_slope else negative_slope * (x - threshold)
    y = F.where(x <= threshold, below, x)
    return y if max_value is None else F.where(x > max_value, F.full_like(y, max_value), y)


@op(aliases=_TF)
def relu6(F, x):
    """min(max(x, 0), 6), elementwise (Krizhevsky, 2010; `tf.nn.relu6`).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.relu6([-2.0, 3.0, 9.0]).numpy().tolist()
        [0.0, 3.0, 6.0]
    """
    return F.where(x <= 0, F.zeros_like(x), F.where(x >= 6, F.full_like(x, 6), x))


@op(aliases={**_TF, "alpha": "negative_slope"})
def leaky_relu(F, x, *, negative_slope=0.2):
    """x where positive, else negative_slope * x (Maas et al., 2013; `tf.nn.leaky_relu`).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.leaky_relu([-2.0, 3.0], alpha=0.5).numpy().tolist()
        [-1.0, 3.0]
    """
    x = to_float(F, x)
    return F.where(x > 0, x, x * negative_slope)


@op(aliases=_TF)
def elu(F, x, *, alpha=1.0):
    """x where positive, else alpha * (exp(x) - 1) (Clevert et al., 2016; `tf.nn.elu`).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.elu([-100.0, 3.0]).numpy().tolist()
        [-1.0, 3.0]
    """
    x = to_float(F, x)
    # The inner choice keeps exp from overflowing where it is not used: inf * 0 would make the gradient nan.
    return F.where(x > 0, x, alpha * F.expm1(F.where(x > 0, F.zeros_like(x), x)))


@op(aliases=_TF)
def selu(F, x):
    """The self-normalising elu: scale * elu(x, alpha) with fixed constants (Klambauer et al., 2017;
    `tf.nn.selu`).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.selu([0.0, 1.0]).numpy().round(4).tolist()
        [0.0, 1.0506999492645264]
    """
    x = to_float(F, x)
    below = 1.6732632423543772 * F.expm1(F.where(x < 0, x, F.zeros_like(x)))
    return 1.0507009873554805 * F.where(x < 0, below, x)


@op(aliases=_TF)
def celu(F, x, *, alpha=1.0):
    """x where positive, else alpha * (exp(x / alpha) - 1) (Barron, 2017; `keras.activations.celu`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.celu([-100.0, 3.0], alpha=2.0).numpy().tolist()
        [-2.0, 3.0]
    """
    x = to_float(F, x)
    return F.where(x > 0, x, alpha * F.expm1(F.where(x > 0, F.zeros_like(x), x) / alpha))


@op(aliases=_TF)
def gelu(F, x, *, approximate=True):
    """x times the normal distribution's probability below x, exact or by tanh (Hendrycks and Gimpel, 2016).

    The default is that of `keras.ops.gelu`; `tf.nn.gelu` and `keras.activations.gelu` are exact by default.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.gelu([-1.0, 0.0, 1.0], approximate=False).numpy().round(3).tolist()
        [-0.1589999943971634, 0.0, 0.8410000205039978]
    """
    x = to_float(F, x)
    if approximate:
        return 0.5 * x * (1 + F.tanh(sqrt(2 / pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1 + F.erf(x / sqrt(2)))


@op(aliases=_TF)
def sigmoid(F, x):
    """1 / (1 + exp(-x)), elementwise (`tf.sigmoid`).

    Example:
        >>> import unikeras as tf
        >>> tf.sigmoid([-1000.0, 0.0, 1000.0]).numpy().tolist()
        [0.0, 0.5, 1.0]
    """
    return F.sigmoid(to_float(F, x))


@op(aliases=_TF)
def hard_sigmoid(F, x):
    """A piecewise linear sigmoid: min(max(x / 6 + 1/2, 0), 1) (`keras.ops.hard_sigmoid`).

    That is Keras 3's; tf.keras 2's, with the slope 0.2, is `keras.activations.hard_sigmoid`.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.hard_sigmoid([-3.0, 0.0, 1.5, 3.0]).numpy().tolist()
        [0.0, 0.5, 0.75, 1.0]
    """
    x = to_float(F, x)
    return F.where(x <= -3, F.zeros_like(x), F.where(x >= 3, F.ones_like(x), x / 6 + 0.5))


@op(aliases=_TF)
def silu(F, x):
    """x * sigmoid(x), also called swish (Ramachandran et al., 2017; `tf.nn.silu`).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.silu([-1000.0, 0.0, 1000.0]).numpy().tolist()
        [-0.0, 0.0, 1000.0]
    """
    x = to_float(F, x)
    return x * F.sigmoid(x)


@op(aliases=_TF)
def hard_silu(F, x):
    """x * min(max(x / 6 + 1/2, 0), 1), also called hard swish (Howard et al., 2019; `keras.ops.hard_silu`).

    Example:
        >>> from unikeras import keras
        >>> keras.ops.hard_silu([-4.0, 0.0, 3.0]).numpy().tolist()
        [-0.0, 0.0, 3.0]
    """
    return to_float(F, x) * hard_sigmoid.body(F, x)


@op(aliases=_TF)
def softplus(F, x):
    """log(exp(x) + 1), without overflow (`tf.math.softplus`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.softplus([-1000.0, 0.0, 1000.0]).numpy().round(4).tolist()
        [0.0, 0.6930999755859375, 1000.0]
    """
    x = to_float(F, x)
    return F.logaddexp(x, F.zeros_like(x))


@op(aliases=_TF)
def log_sigmoid(F, x):
    """log(sigmoid(x)), without overflow (`tf.math.log_sigmoid`).

    Example:
        >>> import unikeras as tf
        >>> tf.math.log_sigmoid([-1000.0, 1000.0]).numpy().tolist()
        [-1000.0, -0.0]
    """
    x = to_float(F, x)
    return -F.logaddexp(-x, F.zeros_like(x))


@op(aliases=_TF)
def softsign(F, x):
    """x / (1 + |x|), elementwise (`tf.nn.softsign`).

    Example:
        >>> import unikeras as tf
        >>> tf.nn.softsign([-1.0, 3.0]).numpy().tolist()
        [-0.5, 0.75]
    """
    x = to_float(F, x)
    return x / (1 + F.abs(x))


@op(aliases=_TF)
def mish(F, x):
    """x * tanh(softplus(x)) (Misra, 2019; `keras.activations.mish`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.mish([0.0, 100.0]).numpy().tolist()
        [0.0, 100.0]
    """
    x = to_float(F, x)
    return x * F.tanh(softplus.body(F, x))


@op(aliases=_TF)
def hard_tanh(F, x):
    """x limited to [-1, 1] (`keras.activations.hard_tanh`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.hard_tanh([-3.0, 0.5, 3.0]).numpy().tolist()
        [-1.0, 0.5, 1.0]
    """
    return F.where(x < -1, F.full_like(x, -1), F.where(x > 1, F.ones_like(x), x))


@op(aliases=_TF)
def hard_shrink(F, x, *, threshold=0.5):
    """x where |x| > threshold, else 0 (`keras.activations.hard_shrink`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.hard_shrink([-3.0, 0.25, 3.0]).numpy().tolist()
        [-3.0, 0.0, 3.0]
    """
    return F.where(F.abs(x) <= threshold, F.zeros_like(x), x)


@op(aliases=_TF)
def soft_shrink(F, x, *, threshold=0.5):
    """x moved towards 0 by `threshold`, and 0 within it (`keras.activations.soft_shrink`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.soft_shrink([-3.0, 0.25, 3.0]).numpy().tolist()
        [-2.5, 0.0, 2.5]
    """
    x = to_float(F, x)
    return F.where(F.abs(x) <= threshold, F.zeros_like(x), F.where(x > 0, x - threshold, x + threshold))


@op(aliases=_TF)
def tanh_shrink(F, x):
    """x - tanh(x), elementwise (`keras.activations.tanh_shrink`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.tanh_shrink([0.0, 100.0]).numpy().tolist()
        [0.0, 99.0]
    """
    x = to_float(F, x)
    return x - F.tanh(x)


@op(aliases=_TF)
def threshold(F, x, *, threshold, default_value):
    """x where x > threshold, else default_value (`keras.activations.threshold`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.threshold([-3.0, 0.5, 3.0], 0.75, -1.0).numpy().tolist()
        [-1.0, -1.0, 3.0]
    """
    return F.where(x <= threshold, F.full_like(x, default_value), x)


@op(aliases=_TF)
def squareplus(F, x, *, b=4):
    """(x + sqrt(x**2 + b)) / 2: a softplus without exponentials (Barron, 2021;
    `keras.activations.squareplus`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.squareplus([0.0, 1.5]).numpy().tolist()
        [1.0, 2.0]
    """
    x = to_float(F, x)
    return (x + F.sqrt(x * x + b)) / 2


@op(aliases=_TF)
def sparse_plus(F, x):
    """0 up to -1, (x + 1)**2 / 4 up to 1, then x (`keras.activations.sparse_plus`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.sparse_plus([-2.0, 0.0, 2.0]).numpy().tolist()
        [0.0, 0.25, 2.0]
    """
    x = to_float(F, x)
    return F.where(x <= -1, F.zeros_like(x), F.where(x < 1, (x + 1) * (x + 1) / 4, x))


@op(aliases=_TF)
def sparse_sigmoid(F, x):
    """0 up to -1, (x + 1) / 2 up to 1, then 1 (`keras.activations.sparse_sigmoid`).

    Example:
        >>> from unikeras import keras
        >>> keras.activations.sparse_sigmoid([-2.0, 0.0, 2.0]).numpy().tolist()
        [0.0, 0.5, 1.0]
    """
    x = to_float(F, x)
    return F.where(x <= -1, F.zeros_like(x), F.where(x >= 1, F.ones_like(x), (x + 1) / 2))


def _needs_axis(name, x):
    if x.ndim == 0:
        raise ValueError(f"{name} needs at least one axis, and the tensor is a scalar")


@op(aliases=_TF)
def softmax(F, x, *, axis=-1):
    """exp(x) divided by its sum over `axis`: probabilities (`tf.nn.softmax`).

    Args:
        x: a tensor of at least one axis; integers become floatx.
        axis: an axis or a tuple of axes.

    Raises:
        InvalidArgumentError: x is a scalar, or has no such axis.

    Example:
        >>> import unikeras as tf
        >>> tf.nn.softmax([[0.0, 0.0], [1000.0, 0.0]]).numpy().tolist()
        [[0.5, 0.5], [1.0, 0.0]]
    """
    x = to_float(F, x)
    _needs_axis("softmax", x)
    e = F.exp(x - F.stop_gradient(F.max(x, axis=axis, keepdims=True)))
    return e / F.sum(e, axis=axis, keepdims=True)


@op(aliases=_TF)
def log_softmax(F, x, *, axis=-1):
    """log(softmax(x)), without underflow (`tf.nn.log_softmax`).

    Args:
        x: a tensor of at least one axis; integers become floatx.
        axis: an axis or a tuple of axes.

    Raises:
        InvalidArgumentError: x is a scalar, or has no such axis.

    Example:
        >>> import unikeras as tf
        >>> tf.nn.log_softmax([1000.0, 0.0]).numpy().tolist()
        [0.0, -1000.0]
    """
    x = to_float(F, x)
    _needs_axis("log_softmax", x)
    shifted = x - F.stop_gradient(F.max(x, axis=axis, keepdims=True))
    return shifted - F.log(F.sum(F.exp(shifted), axis=axis, keepdims=True))


@op(aliases=_TF)
def sparsemax(F, x, *, axis=-1):
    """The point of the probability simplex nearest to x, often with zeros (Martins and Astudillo, 2016).

    Args:
        x: a tensor of at least one axis.
        axis: the axis over which the result sums to 1.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.sparsemax([[2.0, 1.5, -3.0]]).numpy().tolist()
        [[0.75, 0.25, 0.0]]
    """
    x = to_float(F, x)
    _needs_axis("sparsemax", x)
    size = x.shape[axis]
    descending = -F.sort(-x, axis=axis)
    counts = F.reshape(
        F.arange(1, size + 1, dtype=x.dtype), tuple(size if i == axis % x.ndim else 1 for i in range(x.ndim))
    )
    # The largest k entries are kept, for the largest k at which the k-th still stays above the threshold of those k.
    kept = F.astype(1 + counts * descending > F.cumulative_sum(descending, axis=axis, dtype=x.dtype), x.dtype)
    level = (F.sum(kept * descending, axis=axis, keepdims=True) - 1) / F.sum(kept, axis=axis, keepdims=True)
    return F.where(x <= level, F.zeros_like(x), x - level)


@op(aliases=_TF)
def glu(F, x, *, axis=-1):
    """The first half of an axis times the sigmoid of the second (Dauphin et al., 2017;
    `keras.activations.glu`).

    Raises:
        InvalidArgumentError: the axis has an odd length.

    Example:
        >>> from unikeras import keras
        >>> keras.activations.glu([2.0, 4.0, 0.0, 1000.0]).numpy().tolist()
        [1.0, 4.0]
    """
    x = to_float(F, x)
    _needs_axis("glu", x)
    half, odd = divmod(x.shape[axis], 2)
    if odd:
        raise ValueError(f"axis {axis} must have an even length to be halved, not {x.shape[axis]}")
    before = (slice(None),) * (axis % x.ndim)
    return x[(*before, slice(None, half))] * F.sigmoid(x[(*before, slice(half, None))])
