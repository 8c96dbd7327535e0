"""Labels looked at before training: inside a compiled step nothing can be raised."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.strict import report

__all__ = ["check_labels"]


def check_labels(y_true: Any, num_classes: int, loss: Any) -> None:
    """Check that class numbers are in [0, num_classes), and labels of a binary loss in [0, 1].

    Args:
        y_true: labels on the host (NumPy); others are not looked at.
        num_classes: the size of the axis of classes of the predictions.
        loss: a loss, its function or its name; any other than these kinds passes.

    Raises:
        InvalidArgumentError: a class number out of range, not whole, or nan.

    Example:
        >>> import numpy as np
        >>> check_labels(np.array([0, 9, 10]), 10, "sparse_categorical_crossentropy")
        Traceback (most recent call last):
        ...
        unikeras.core.errors.InvalidArgumentError: sparse_categorical_crossentropy: found the label
        10, but the model has 10 ...
    """
    name = (
        loss
        if isinstance(loss, str)
        else getattr(getattr(loss, "fn", loss), "__name__", getattr(loss, "name", ""))
    )
    y = np.asarray(y_true) if isinstance(y_true, (np.ndarray, list, tuple)) else None
    if y is None or y.size == 0 or y.dtype.kind not in "biuf":
        return
    if name in (
        "binary_crossentropy",
        "binary_focal_crossentropy",
        "BinaryCrossentropy",
        "BinaryFocalCrossentropy",
    ):
        low, high = y.min(), y.max()
        if low < 0 or high > 1:
            report(
                f"{name}: the labels reach from {low} to {high}, but they are probabilities in "
                f"[0, 1]; the loss would be negative or "
                "meaningless. Map them to 0 and 1 (or scale images by 1/255)."
            )
        return
    if name not in (
        "sparse_categorical_crossentropy",
        "SparseCategoricalCrossentropy",
        "categorical_generalized_cross_entropy",
    ):
        return
    ignored = getattr(loss, "settings", {}).get("ignore_class")
    if ignored is not None:
        y = y[y != ignored]
        if y.size == 0:
            return
    if y.dtype.kind == "f":
        odd = y[y != np.floor(y)]  # nan too
        if odd.size:
            raise InvalidArgumentError(
                f"{name}: labels must be class numbers 0, 1, ...; found {odd.flat[0]}."
            )
    low, high = y.min(), y.max()
    if low >= 0 and high < num_classes:
        return
    reach = f"labels must be in [0, {num_classes}), but they reach from {low:g} to {high:g}"
    if low < 0:
        raise InvalidArgumentError(
            f"{name}: found the label {low:g}; {reach}. Number the classes from 0, or name the label in ignore_class."
        )
    raise InvalidArgumentError(
        f"{name}: found the label {high:g}, but the model has {num_classes} outputs; {reach}. "
        f"Give the last layer {int(high) + 1} units, or number the classes from 0."
    )
