"""Intersection over union of classes, for segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import convert_to_tensor
from unikeras.losses.reduction import fit_to
from unikeras.metrics.metric import Metric, advance, combined_weight

__all__ = ["BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"]


@op
def matrix_after(
    F, matrix, y_true, y_pred, sample_weight=None, *, sparse_true, sparse_pred, axis, threshold, ignore_class
):
    """The confusion matrix (labels x predictions) after a batch; labels out of range count nowhere."""
    dtype, count = matrix.dtype, matrix.shape[0]
    if not sparse_true:
        y_true = F.argmax(y_true, axis=axis)
    if not sparse_pred:
        y_pred = F.argmax(y_pred, axis=axis)
    if threshold is not None:
        y_pred = y_pred >= threshold
    y_true, y_pred = F.astype(y_true, F.dtype("int64")), F.astype(y_pred, F.dtype("int64"))
    weight = F.ones_like(F.astype(y_pred, dtype))
    if sample_weight is not None:
        weight = F.broadcast_to(fit_to(F, y_pred, F.astype(sample_weight, dtype)), y_pred.shape)
    y_true, y_pred, weight = (F.reshape(v, (-1,)) for v in (y_true, y_pred, weight))
    if y_true.shape != y_pred.shape:
        raise ValueError(f"{y_true.shape[0]} labels do not fit {y_pred.shape[0]} predictions")
    if ignore_class is not None:
        weight = F.where(y_true == ignore_class, F.zeros_like(weight), weight)
    classes = F.expand_dims(F.arange(count, dtype=F.dtype("int64")), axis=0)
    rows = F.astype(F.expand_dims(y_true, axis=1) == classes, dtype)
    columns = F.astype(F.expand_dims(y_pred, axis=1) == classes, dtype)
    return matrix + F.matmul(F.permute_dims(rows, (1, 0)), columns * F.expand_dims(weight, axis=1))


@op
def mean_overlap(F, matrix, *, classes):
    """The mean over `classes` of the overlaps that exist."""
    hits = F.sum(matrix * F.eye(matrix.shape[0], dtype=matrix.dtype), axis=0)
    union = F.sum(matrix, axis=0) + F.sum(matrix, axis=1) - hits
    chosen = F.asarray(classes, dtype=F.dtype("int64"))
    hits, union = F.take(hits, chosen, axis=0), F.take(union, chosen, axis=0)
    exists = union > 0
    overlap = F.where(exists, hits / F.where(exists, union, F.ones_like(union)), F.zeros_like(hits))
    number = F.sum(F.astype(exists, matrix.dtype))
    return F.where(
        number > 0, F.sum(overlap) / F.where(number > 0, number, F.ones_like(number)), F.zeros_like(number)
    )


class IoU(Metric):
    """The mean intersection over union of some classes (mirrors `keras.metrics.IoU`).

    Args:
        num_classes: how many classes there are.
        target_class_ids: the classes that count.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        ignore_class: a label whose places count nothing.
        sparse_y_true: whether labels are class numbers (else one-hot).
        sparse_y_pred: whether predictions are class numbers (else scores).
        axis: the classes' axis of what is not class numbers.

    Raises:
        ValueError: a target that is no class.

    Example:
        >>> from unikeras import metrics
        >>> metric = metrics.IoU(num_classes=2, target_class_ids=[0])
        >>> metric.update_state([0, 0, 1, 1], [0, 1, 0, 1])
        >>> round(float(metric.result()), 4)
        0.3333
    """

    threshold: float | None = None

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        self.num_classes = num_classes
        self.target_class_ids = tuple(int(c) for c in target_class_ids)
        wrong = [c for c in self.target_class_ids if not 0 <= c < num_classes]
        if wrong:
            raise ValueError(
                f"{type(self).__name__}: target_class_ids {wrong} are not in [0, {num_classes})."
            )
        self.ignore_class, self.sparse_y_true, self.sparse_y_pred, self.axis = (
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )
        self.total_cm = self.add_weight(name="total_confusion_matrix", shape=(num_classes, num_classes))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take a batch in.

        Raises:
            InvalidArgumentError: shapes that do not fit.
        """
        y_true, y_pred = convert_to_tensor(y_true), convert_to_tensor(y_pred)
        weight = combined_weight(y_pred, sample_weight, self.dtype)
        advance(
            matrix_after,
            (self.total_cm,),
            y_true,
            y_pred,
            weight,
            sparse_true=self.sparse_y_true,
            sparse_pred=self.sparse_y_pred,
            axis=self.axis,
            threshold=self.threshold,
            ignore_class=self.ignore_class,
        )

    def result(self) -> Any:
        """The mean overlap, a scalar; classes that never occur are left out."""
        return mean_overlap(self.total_cm, classes=self.target_class_ids)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": list(self.target_class_ids),
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


class MeanIoU(IoU):
    """The mean intersection over union of all classes (mirrors `keras.metrics.MeanIoU`).

    Args:
        num_classes: how many classes there are.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        ignore_class: a label whose places count nothing.
        sparse_y_true: whether labels are class numbers (else one-hot).
        sparse_y_pred: whether predictions are class numbers (else scores).
        axis: the classes' axis of what is not class numbers.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 0, 1, 1]))
        1.0
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        )

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        del config["target_class_ids"]
        return config


class BinaryIoU(IoU):
    """Intersection over union of labels 0 and 1 and probabilities (mirrors `keras.metrics.BinaryIoU`).

    Args:
        target_class_ids: the classes that count: (0,), (1,) or both.
        threshold: probabilities from it on count as 1.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.

    Raises:
        ValueError: a target that is neither 0 nor 1.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.BinaryIoU(target_class_ids=[1])([0, 1], [0.9, 0.8]))
        0.5
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        kept = {"name": self.name, "dtype": self.dtype}
        return {**kept, "target_class_ids": list(self.target_class_ids), "threshold": self.threshold}


class OneHotIoU(IoU):
    """Intersection over union of some classes, of one-hot labels and scores.

    Mirrors `keras.metrics.OneHotIoU`.

    Args:
        num_classes: how many classes there are.
        target_class_ids: the classes that count.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        ignore_class: a label whose places count nothing.
        sparse_y_pred: whether predictions are class numbers (else scores).
        axis: the classes' axis.

    Raises:
        ValueError: a target that is no class.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.OneHotIoU(2, [0])([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]]))
        1.0
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        del config["sparse_y_true"]
        return config


class OneHotMeanIoU(MeanIoU):
    """The mean intersection over union of all classes, of one-hot labels and scores.

    Mirrors `keras.metrics.OneHotMeanIoU`.

    Args:
        num_classes: how many classes there are.
        name: the metric's name.
        dtype: what is computed in; floatx if `None`.
        ignore_class: a label whose places count nothing.
        sparse_y_pred: whether predictions are class numbers (else scores).
        axis: the classes' axis.

    Example:
        >>> from unikeras import metrics
        >>> float(metrics.OneHotMeanIoU(2)([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]]))
        1.0
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        config = super().get_config()
        del config["sparse_y_true"]
        return config
