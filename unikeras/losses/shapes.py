"""Which shapes of labels and predictions a loss takes, and what to say of the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.shape import TensorShape
from unikeras.core.strict import report

__all__ = [
    "Check",
    "align",
    "any_shapes",
    "one_label_each",
    "same_classes",
    "same_or_broadcast",
    "same_shape",
]

Shape = tuple[int | None, ...]
Check = Callable[
    [str, Shape, Shape, int], None
]  # (name, labels' shape, predictions' shape, axis of the classes)


def align(F: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """(n,) beside (n, 1) becomes (n, 1): for bodies of formulas."""
    if a.ndim == b.ndim + 1 and a.shape[-1] == 1:
        return a, F.expand_dims(b, axis=-1)
    if b.ndim == a.ndim + 1 and b.shape[-1] == 1:
        return F.expand_dims(a, axis=-1), b
    return a, b


def static_shape(value: Any) -> Shape | None:
    """The shape of a tensor as a tuple, or `None` if even the rank is unknown."""
    shape = value.shape
    if isinstance(shape, TensorShape) and shape.rank is None:
        return None
    return tuple(shape)


def _aligned(a: Shape, b: Shape) -> tuple[Shape, Shape]:
    if len(a) == len(b) + 1 and a[-1] == 1:
        return a, (*b, 1)
    if len(b) == len(a) + 1 and b[-1] == 1:
        return (*a, 1), b
    return a, b


def _agree(a: Shape, b: Shape) -> bool:
    return len(a) == len(b) and all(x == y or x is None or y is None for x, y in zip(a, b, strict=True))


def _broadcast(a: Shape, b: Shape) -> Shape | None:
    """The shape NumPy broadcasts both to, or `None`."""
    rank = max(len(a), len(b))
    a, b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    if any(x not in (1, None, y) and y not in (1, None) for x, y in zip(a, b, strict=True)):
        return None
    return tuple(y if x == 1 else x for x, y in zip(a, b, strict=True))


def _text(shape: Shape) -> str:
    return (
        "(" + ", ".join("n" if d is None else str(d) for d in shape) + ("," if len(shape) == 1 else "") + ")"
    )


def _labels_for(prediction: Shape, axis: int) -> Shape:
    axis = axis % len(prediction) if prediction else 0
    return prediction[:axis] + prediction[axis + 1 :]


def _differ(name: str, labels: Shape, predictions: Shape) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{name}: y_true of shape {_text(labels)} does not fit y_pred of shape "
        f"{_text(predictions)}. They must have one "
        "shape: give the last layer as many units as y_true has columns, or reshape y_true."
    )


def any_shapes(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    """No rule: the formula itself sees to it."""


def same_shape(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    """Labels and predictions have one shape."""
    if not _agree(*_aligned(labels, predictions)):
        raise _differ(name, labels, predictions)


def same_or_broadcast(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    """Labels and predictions have one shape; shapes that broadcast are reported: that is seldom meant."""
    labels_, predictions_ = _aligned(labels, predictions)
    if _agree(labels_, predictions_):
        return
    wide = _broadcast(labels_, predictions_)
    if wide is None:
        raise _differ(name, labels, predictions)
    report(
        f"{name}: y_true of shape {_text(labels)} and y_pred of shape {_text(predictions)} are "
        f"broadcast to {_text(wide)}, "
        "so that labels are compared with predictions of other places. Give both one shape: "
        "change the number of units "
        "of the last layer, or reshape y_true."
    )


def _classes(name: str, predictions: Shape, axis: int) -> int | None:
    if not -len(predictions) <= axis < len(predictions):
        raise InvalidArgumentError(
            f"{name}: y_pred of shape {_text(predictions)} has no axis {axis} for the classes; "
            f"it must have a dimension of scores, one per class."
        )
    count = predictions[axis]
    if count == 1 and "entropy" in name:
        report(
            f"{name}: y_pred of shape {_text(predictions)} has one class, so its probability is "
            f"always 1 and nothing is "
            "learned. Use binary_crossentropy with a sigmoid, or as many units as there are classes."
        )
    return count


def same_classes(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    """Labels are one-hot (or probabilities): one shape."""
    count = _classes(name, predictions, axis)
    if _agree(labels, predictions) or (count == 1 and _agree(*_aligned(labels, predictions))):
        return
    wanted = _labels_for(predictions, axis)
    if _agree(labels, wanted) or _agree(labels, (*wanted, 1)):
        raise InvalidArgumentError(
            f"{name}: y_true of shape {_text(labels)} looks like class numbers beside y_pred of "
            f"shape {_text(predictions)}. Use "
            f"'{_sparse_name(name)}', or make the labels one-hot: keras.utils.to_categorical(y, {count})."
        )
    raise _differ(name, labels, predictions)


def _sparse_name(name: str) -> str:
    return (
        f"sparse_{name}"
        if name in ("categorical_crossentropy", "categorical_accuracy", "top_k_categorical_accuracy")
        else "sparse_categorical_crossentropy"
    )


def one_label_each(name: str, labels: Shape, predictions: Shape, axis: int) -> None:
    """Labels are class numbers: the shape of the predictions without the classes."""
    count = _classes(name, predictions, axis)
    wanted = _labels_for(predictions, axis)
    if _agree(labels, wanted) or _agree(labels, (*wanted, 1)):
        return
    if _agree(labels, predictions) and (count is None or count > 1):
        other = name.removeprefix("sparse_") if name.startswith("sparse_") else "categorical_crossentropy"
        raise InvalidArgumentError(
            f"{name}: y_true of shape {_text(labels)} looks one-hot beside y_pred of shape "
            f"{_text(predictions)}, but class numbers of "
            f"shape {_text(wanted)} are needed. Use '{other}', or class numbers: y.argmax(-1)."
        )
    raise InvalidArgumentError(
        f"{name}: y_true of shape {_text(labels)} does not fit y_pred of shape "
        f"{_text(predictions)}. Class numbers of shape "
        f"{_text(wanted)} or {_text((*wanted, 1))} are needed."
    )
