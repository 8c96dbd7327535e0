"""Cross-entropies: losses of predicted probabilities."""

from __future__ import annotations

from typing import Any

from unikeras.losses.formula import EPSILON, formula, typed, within
from unikeras.losses.shapes import one_label_each, same_classes, same_shape
from unikeras.ops import log_softmax, softmax
from unikeras.ops.elementwise import to_float

__all__ = [
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "sparse_categorical_crossentropy",
]


def _bits(
    F: Any, y_true: Any, y_pred: Any, from_logits: bool, label_smoothing: float
) -> tuple[Any, Any, Any]:
    """Smoothed labels, probabilities, and the cross-entropy of each."""
    y_true, y_pred = typed(F, y_true, y_pred)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        up = y_pred >= 0  # where() rather than maximum() and abs(): exact gradients at 0 too
        tail = F.log1p(F.exp(F.where(up, -y_pred, y_pred)))
        return y_true, F.sigmoid(y_pred), F.where(up, y_pred, F.zeros_like(y_pred)) - y_pred * y_true + tail
    p = within(F, y_pred, EPSILON, 1.0 - EPSILON)
    return y_true, y_pred, -(y_true * F.log(p) + (1.0 - y_true) * F.log(1.0 - p))


@formula(same_shape, per_value=True)
def binary_crossentropy(F, y_true, y_pred, *, from_logits=False, label_smoothing=0.0, axis=-1):
    """The mean of -y_true log(p) - (1 - y_true) log(1 - p) (mirrors `keras.losses.binary_crossentropy`).

    Args:
        y_true: 0 or 1 (or between), of shape (n, ..., d).
        y_pred: probabilities of the same shape, kept 1e-7 from 0 and 1; or logits.
        from_logits: whether `y_pred` are logits; then nothing is cut off and the loss is exact for any size.
        label_smoothing: how far labels are moved to 1/2, in [0, 1].
        axis: the axis to average over.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes differ.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.binary_crossentropy([[1.0, 0.0]], [[0.5, 0.5]])[0]), 4)
        0.6931
    """
    return F.mean(_bits(F, y_true, y_pred, from_logits, label_smoothing)[2], axis=axis)


@formula(same_shape, per_value=True)
def binary_focal_crossentropy(
    F,
    y_true,
    y_pred,
    *,
    apply_class_balancing=False,
    alpha=0.25,
    gamma=2.0,
    from_logits=False,
    label_smoothing=0.0,
    axis=-1,
):
    """Binary cross-entropy times (1 - p of the label)^gamma (Lin et al., "Focal loss", 2017).

    Mirrors `keras.losses.binary_focal_crossentropy`.

    Args:
        y_true: 0 or 1, of shape (n, ..., d).
        y_pred: probabilities of the same shape, or logits.
        apply_class_balancing: whether positives are weighted by `alpha` and negatives by 1 - `alpha`.
        alpha: the weight of positives.
        gamma: how much easy samples are played down.
        from_logits: whether `y_pred` are logits.
        label_smoothing: how far labels are moved to 1/2.
        axis: the axis to average over.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes differ.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.binary_focal_crossentropy([[1.0]], [[0.5]])[0]), 4)
        0.1733
    """
    y_true, p, loss = _bits(F, y_true, y_pred, from_logits, label_smoothing)
    agreement = y_true * p + (1.0 - y_true) * (1.0 - p)
    loss = (1.0 - agreement) ** gamma * loss
    if apply_class_balancing:
        loss = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * loss
    return F.mean(loss, axis=axis)


def _smoothed(F: Any, y_true: Any, label_smoothing: float, axis: int) -> Any:
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[axis]


def _log_probabilities(F: Any, y_pred: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        return log_softmax.body(F, y_pred, axis=axis)
    return F.log(within(F, y_pred / F.sum(y_pred, axis=axis, keepdims=True), EPSILON, 1.0 - EPSILON))


@formula(same_classes)
def categorical_crossentropy(F, y_true, y_pred, *, from_logits=False, label_smoothing=0.0, axis=-1):
    """-sum(y_true * log(p)) over the classes (mirrors `keras.losses.categorical_crossentropy`).

    Args:
        y_true: one-hot labels or probabilities, of shape (n, ..., classes).
        y_pred: probabilities of the same shape, scaled to sum to 1 and kept 1e-7 from 0 and 1; or logits.
        from_logits: whether `y_pred` are logits.
        label_smoothing: how much of the labels is spread over all classes, in [0, 1].
        axis: the classes' axis.

    Returns:
        A tensor without that axis.

    Raises:
        InvalidArgumentError: the shapes differ; class numbers were given.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.categorical_crossentropy([[0.0, 1.0]], [[0.75, 0.25]])[0]), 4)
        1.3863
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    y_true = _smoothed(F, y_true, label_smoothing, axis)
    return -F.sum(y_true * _log_probabilities(F, y_pred, from_logits, axis), axis=axis)


@formula(same_classes)
def categorical_focal_crossentropy(
    F, y_true, y_pred, *, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    """Categorical cross-entropy times alpha * (1 - p)^gamma (Lin et al., "Focal loss", 2017).

    Mirrors `keras.losses.categorical_focal_crossentropy`.

    Args:
        y_true: one-hot labels of shape (n, ..., classes).
        y_pred: probabilities of the same shape, or logits.
        alpha: a weight, or one for each class.
        gamma: how much easy samples are played down.
        from_logits: whether `y_pred` are logits.
        label_smoothing: how much of the labels is spread over all classes.
        axis: the classes' axis.

    Returns:
        A tensor without that axis.

    Raises:
        InvalidArgumentError: the shapes differ; class numbers were given.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])[0]), 4)
        0.0433
    """
    y_true, y_pred = typed(F, y_true, y_pred)
    y_true = _smoothed(F, y_true, label_smoothing, axis)
    p = (
        softmax.body(F, y_pred, axis=axis)
        if from_logits
        else y_pred / F.sum(y_pred, axis=axis, keepdims=True)
    )
    p = within(F, p, EPSILON, 1.0 - EPSILON)
    weight = F.asarray(alpha, dtype=p.dtype) if isinstance(alpha, tuple) else alpha
    return F.sum(weight * (1.0 - p) ** gamma * (-y_true * F.log(p)), axis=axis)


def _labels_and_scores(F: Any, y_true: Any, y_pred: Any, axis: int) -> tuple[Any, Any]:
    """Class numbers without a last axis of 1, and the scores with the classes last."""
    y_pred = F.moveaxis(y_pred, axis, -1)
    if y_true.ndim == y_pred.ndim:
        y_true = y_true[..., 0]
    return F.astype(y_true, F.dtype("int64")), y_pred


def _at(F: Any, scores: Any, labels: Any) -> Any:
    """The scores of the labels' classes; nan for a label that is no class, since a compiled step cannot raise."""
    inside = (labels >= 0) & (labels < scores.shape[-1])
    safe = F.where(inside, labels, F.zeros_like(labels))
    picked = F.take_along_axis(scores, F.expand_dims(safe, axis=-1), axis=-1)[..., 0]
    return F.where(inside, picked, F.full_like(picked, float("nan")))


def _not_ignored(F: Any, y_true: Any, y_pred: Any, settings: dict[str, Any]) -> Any:
    if settings.get("ignore_class") is None:
        return None
    return _labels_and_scores(F, y_true, y_pred, settings.get("axis", -1))[0] != settings["ignore_class"]


@formula(one_label_each, valid=_not_ignored)
def sparse_categorical_crossentropy(F, y_true, y_pred, *, from_logits=False, ignore_class=None, axis=-1):
    """-log(p) at the label's class (mirrors `keras.losses.sparse_categorical_crossentropy`).

    Args:
        y_true: class numbers in [0, classes), of shape (n, ...) or (n, ..., 1).
        y_pred: probabilities of shape (n, ..., classes), kept 1e-7 from 0 and 1 and scaled to sum to
            1; or logits.
        from_logits: whether `y_pred` are logits.
        ignore_class: a label whose samples count nothing.
        axis: the classes' axis.

    Returns:
        A tensor of shape (n, ...): 0 where the label is ignored, nan where it is no class.

    Raises:
        InvalidArgumentError: the shapes do not fit; one-hot labels were given.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.sparse_categorical_crossentropy([1], [[0.75, 0.25]])[0]), 4)
        1.3863
    """
    labels, scores = _labels_and_scores(F, y_true, to_float(F, y_pred), axis)
    counts = None if ignore_class is None else labels != ignore_class
    if counts is not None:
        labels = F.where(counts, labels, F.zeros_like(labels))
    if from_logits:
        loss = -_at(F, log_softmax.body(F, scores, axis=-1), labels)
    else:
        p = within(F, scores, EPSILON, 1.0 - EPSILON)
        loss = F.log(F.sum(p, axis=-1)) - F.log(_at(F, p, labels))
    return loss if counts is None else F.where(counts, loss, F.zeros_like(loss))


@formula(one_label_each)
def categorical_generalized_cross_entropy(F, y_true, y_pred, *, q):
    """(1 - p^q) / q at the label's class: robust to wrong labels (Zhang and Sabuncu, 2018).

    Mirrors `keras.losses.categorical_generalized_cross_entropy`.

    Args:
        y_true: class numbers of shape (n, ...) or (n, ..., 1).
        y_pred: probabilities of shape (n, ..., classes).
        q: in (0, 1): near 0 like cross-entropy, at 1 like the mean absolute error.

    Returns:
        A tensor of shape (n, ...).

    Raises:
        InvalidArgumentError: the shapes do not fit; one-hot labels were given.

    Example:
        >>> from unikeras import losses
        >>> losses.categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5).numpy().tolist()
        [1.0]
    """
    labels, p = _labels_and_scores(F, y_true, to_float(F, y_pred), -1)
    return (1.0 - _at(F, within(F, p, EPSILON, 1.0 - EPSILON), labels) ** q) / q
