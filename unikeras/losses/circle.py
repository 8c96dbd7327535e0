"""The circle loss, of embeddings."""

from __future__ import annotations

from unikeras.core.errors import InvalidArgumentError
from unikeras.losses.formula import at_least, formula, within
from unikeras.losses.shapes import Shape
from unikeras.ops.elementwise import to_float

__all__ = ["circle"]

_NEVER = -1e30  # the logit of a pair that does not count


def _rows(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    fits = len(predictions) == 2 and labels in (predictions[:1], (*predictions[:1], 1))
    if not fits and None not in (*labels, *predictions):
        raise InvalidArgumentError(
            f"{name}: y_pred must be embeddings of shape (n, d) and y_true class numbers of "
            f"shape (n,); got y_pred of shape "
            f"{predictions} and y_true of shape {labels}."
        )


@formula(_rows)
def circle(
    F, y_true, y_pred, ref_labels=None, ref_embeddings=None, *, remove_diagonal=True, gamma=80, margin=0.4
):
    """The circle loss of embeddings (Sun et al., "Circle loss", 2020; mirrors `keras.losses.circle`).

    Args:
        y_true: class numbers of shape (n,) or (n, 1).
        y_pred: embeddings of length 1, of shape (n, d).
        ref_labels: class numbers of the embeddings to compare with; `y_true` if `None`.
        ref_embeddings: the embeddings to compare with, of shape (m, d); `y_pred` if `None`.
        remove_diagonal: whether a sample is not compared with itself.
        gamma: the scale of similarities.
        margin: how far similar and dissimilar pairs are to be apart.

    Returns:
        A tensor of shape (n,).

    Raises:
        InvalidArgumentError: the shapes do not fit.

    Example:
        >>> from unikeras import losses
        >>> losses.circle([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).shape
        TensorShape([3])
    """
    labels, y_pred = F.reshape(y_true, (-1,)), to_float(F, y_pred)
    others = labels if ref_labels is None else F.astype(F.reshape(ref_labels, (-1,)), labels.dtype)
    reference = y_pred if ref_embeddings is None else F.astype(ref_embeddings, y_pred.dtype)
    similarity = within(F, F.matmul(y_pred, F.permute_dims(reference, (1, 0))), -1.0, 1.0)
    same = F.expand_dims(labels, axis=1) == F.expand_dims(others, axis=0)
    alike, different = same, F.logical_not(same)
    if remove_diagonal:
        alike = alike & F.logical_not(F.eye(same.shape[0], same.shape[1], dtype=F.dtype("bool")))
    never = F.full_like(similarity, _NEVER)
    pull = -gamma * at_least(F, 1.0 + margin - similarity, 0.0) * (similarity - (1.0 - margin))
    push = gamma * at_least(F, similarity + margin, 0.0) * (similarity - margin)
    total = F.logsumexp(F.where(alike, pull, never), axis=1) + F.logsumexp(
        F.where(different, push, never), axis=1
    )
    return F.logaddexp(total, F.zeros_like(total))
