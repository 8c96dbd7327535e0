"""Connectionist temporal classification."""

from __future__ import annotations

from unikeras.core.errors import InvalidArgumentError
from unikeras.losses.formula import formula
from unikeras.losses.shapes import Shape
from unikeras.ops.ctc import ctc_loss

__all__ = ["ctc"]


def _sequences(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    if len(labels) != 2 or len(predictions) != 3 or labels[0] not in (None, predictions[0]):
        raise InvalidArgumentError(
            f"{name}: y_true must be class numbers of shape (n, length) and y_pred logits of "
            f"shape (n, time, classes); got "
            f"y_true of shape {labels} and y_pred of shape {predictions}."
        )


@formula(_sequences)
def ctc(F, y_true, y_pred):
    """-log p(labels) of unaligned sequences (Graves et al., 2006; mirrors `keras.losses.ctc`).

    Args:
        y_true: class numbers of shape (n, length), filled up with 0, the blank.
        y_pred: logits of shape (n, time, classes).

    Returns:
        A tensor of shape (n,).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.ctc([[1]], [[[0.0, 0.0]]])[0]), 4)
        0.6931
    """
    labels = F.astype(y_true, F.dtype("int64"))
    real = F.sum(F.astype(labels != 0, F.dtype("int64")), axis=1)
    steps = F.full(real.shape, y_pred.shape[1], dtype=F.dtype("int64"))
    return ctc_loss.body(F, labels, y_pred, real, steps)
