"""Sums of losses as distributed and weighted training needs them."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor

__all__ = [
    "compute_average_loss",
    "l2_loss",
    "scale_regularization_loss",
    "weighted_cross_entropy_with_logits",
]


@op(aliases={"t": "x"})
def l2_loss(F, x):
    """Half the sum of squares (`tf.nn.l2_loss`).

    Example:
        >>> import unikeras as tf
        >>> float(tf.nn.l2_loss([1.0, 2.0]))
        2.5
    """
    return F.sum(x * x) / 2


@op
def weighted_cross_entropy_with_logits(F, labels, logits, pos_weight):
    """The binary cross-entropy with positive labels counted `pos_weight` times, elementwise.

    Mirrors `tf.nn.weighted_cross_entropy_with_logits`.

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.nn.weighted_cross_entropy_with_logits(1.0, 0.0, 2.0)), 4)
        1.3863
    """
    # (1 - z) x + (1 + (q - 1) z) log(1 + exp(-x)), written without overflow.
    weight = 1 + (pos_weight - 1) * labels
    zero = F.zeros_like(logits)
    return (1 - labels) * logits + weight * (
        F.log1p(F.exp(F.where(logits >= 0, -logits, logits))) + F.where(logits >= 0, zero, -logits)
    )


@op
def _average(F, loss, weights=None, *, size):
    if weights is not None:
        loss = loss * F.reshape(
            F.astype(weights, loss.dtype), tuple(weights.shape) + (1,) * (loss.ndim - weights.ndim)
        )
    return F.sum(loss) / size


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: int | None = None
) -> Any:
    """The sum of the samples' (weighted) losses by the size of the whole batch (`tf.nn.compute_average_loss`).

    Args:
        per_example_loss: [batch].
        sample_weight: what each counts; 1 if `None`.
        global_batch_size: the size of the batch over all devices; that of `per_example_loss` if `None`.

    Raises:
        ValueError: a single number instead of a loss per sample.

    Example:
        >>> import unikeras as tf
        >>> float(tf.nn.compute_average_loss([1.0, 3.0], global_batch_size=8))
        0.5
    """
    loss = convert_to_tensor(per_example_loss)
    if not loss.ndim:
        raise ValueError("compute_average_loss: expected a loss for each sample, got a single number.")
    size = loss.shape[0] if global_batch_size is None else int(global_batch_size)
    return _average(loss, sample_weight, size=size)


def scale_regularization_loss(regularization_loss: Any) -> Any:
    """The sum of the regularisation losses, divided among the devices, of which there is one.

    Mirrors `tf.nn.scale_regularization_loss`.

    Example:
        >>> import unikeras as tf
        >>> float(tf.nn.scale_regularization_loss([1.0, 2.0]))
        3.0
    """
    return _average(convert_to_tensor(regularization_loss), size=1)
