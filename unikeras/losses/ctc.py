"""Connectionist temporal classification."""

from __future__ import annotations

from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.losses.formula import formula
from unikeras.losses.shapes import Shape
from unikeras.ops import log_softmax
from unikeras.ops.elementwise import to_float

__all__ = ["ctc"]

_NEVER = -1e30  # the log-probability of what cannot happen; finite, so that gradients are


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
    logs = log_softmax.body(F, to_float(F, y_pred), axis=-1)
    batch, length = labels.shape
    states = 2 * length + 1
    # blank, label, blank, label ... blank
    path = F.reshape(F.stack([F.zeros_like(labels), labels], axis=2), (batch, 2 * length))
    path = F.concat([path, F.zeros_like(labels[:, :1])], axis=1)
    real = F.sum(F.astype(labels != 0, F.dtype("int64")), axis=1)
    scores = F.take_along_axis(
        logs, F.broadcast_to(F.expand_dims(path, axis=1), (batch, logs.shape[1], states)), axis=2
    )
    # A blank may be left out between two labels that differ.
    skips = F.concat([F.zeros_like(path[:, :2]), path[:, :-2]], axis=1)
    may_skip = (path != 0) & (path != skips)
    never = F.full_like(scores[:, 0], _NEVER)
    place = F.expand_dims(F.arange(states, dtype=F.dtype("int64")), axis=0)
    first = F.where(place < 2, scores[:, 0], never)

    def step(time: Any, reached: Any) -> Any:
        stay = F.logaddexp(reached, F.concat([never[:, :1], reached[:, :-1]], axis=1))
        skip = F.where(may_skip, F.concat([never[:, :2], reached[:, :-2]], axis=1), never)
        index = F.reshape(F.asarray(time, dtype=F.dtype("int64")), (1,))
        return F.logaddexp(stay, skip) + F.reshape(F.take(scores, index, axis=1), (batch, states))

    last = F.fori_loop(1, logs.shape[1], step, first)
    end = F.expand_dims(2 * real, axis=1)
    ends = (place == end) | ((place == end - 1) & (end > 0))
    return -F.logsumexp(F.where(ends, last, never), axis=1)
