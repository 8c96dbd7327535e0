"""The losses of classes, regions and sequences as classes."""

from __future__ import annotations

from typing import Any

from unikeras.losses.circle import circle
from unikeras.losses.crossentropy import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    sparse_categorical_crossentropy,
)
from unikeras.losses.ctc import ctc
from unikeras.losses.hinge import categorical_hinge
from unikeras.losses.loss import LossFunctionWrapper
from unikeras.losses.overlap import dice, tversky

__all__ = [
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "Dice",
    "SparseCategoricalCrossentropy",
    "Tversky",
]


class BinaryCrossentropy(LossFunctionWrapper):
    """Cross-entropy of labels 0 and 1.

    The formula is `binary_crossentropy`'s; mirrors `keras.losses.BinaryCrossentropy`.

    Args:
        from_logits: whether predictions are logits instead of probabilities.
        label_smoothing: how far labels are moved to the middle, in [0, 1].
        axis: the axis of the classes or vectors.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.BinaryCrossentropy()([[1.0, 0.0]], [[0.5, 0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Binary cross-entropy that plays easy samples down (Lin et al., 2017).

    The formula is `binary_focal_crossentropy`'s; mirrors `keras.losses.BinaryFocalCrossentropy`.

    Args:
        apply_class_balancing: whether positives are weighted by `alpha`, negatives by 1 - `alpha`.
        alpha: the weight of positives, or of the classes.
        gamma: how much easy samples are played down.
        from_logits: whether predictions are logits instead of probabilities.
        label_smoothing: how far labels are moved to the middle, in [0, 1].
        axis: the axis of the classes or vectors.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.BinaryFocalCrossentropy()([[1.0]], [[0.5]])), 4)
        0.1733
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalCrossentropy(LossFunctionWrapper):
    """Cross-entropy of one-hot labels.

    The formula is `categorical_crossentropy`'s; mirrors `keras.losses.CategoricalCrossentropy`.

    Args:
        from_logits: whether predictions are logits instead of probabilities.
        label_smoothing: how far labels are moved to the middle, in [0, 1].
        axis: the axis of the classes or vectors.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.CategoricalCrossentropy()([[0.0, 1.0]], [[0.75, 0.25]])), 4)
        1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Categorical cross-entropy that plays easy samples down (Lin et al., 2017).

    The formula is `categorical_focal_crossentropy`'s; mirrors `keras.losses.CategoricalFocalCrossentropy`.

    Args:
        alpha: the weight of positives, or of the classes.
        gamma: how much easy samples are played down.
        from_logits: whether predictions are logits instead of probabilities.
        label_smoothing: how far labels are moved to the middle, in [0, 1].
        axis: the axis of the classes or vectors.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.0433
    """

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Cross-entropy of class numbers.

    The formula is `sparse_categorical_crossentropy`'s; mirrors `keras.losses.SparseCategoricalCrossentropy`.

    Args:
        from_logits: whether predictions are logits instead of probabilities.
        ignore_class: a label whose samples count nothing.
        axis: the axis of the classes or vectors.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.SparseCategoricalCrossentropy()([1], [[0.75, 0.25]])), 4)
        1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: Any = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Cross-entropy of class numbers that bears wrong labels (Zhang and Sabuncu, 2018).

    The formula is `categorical_generalized_cross_entropy`'s; mirrors `keras.losses.CategoricalGeneralizedCrossEntropy`.

    Args:
        q: in (0, 1): near 0 like cross-entropy, at 1 like the mean absolute error.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.CategoricalGeneralizedCrossEntropy()([1], [[0.75, 0.25]])), 4)
        1.0
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_generalized_cross_entropy, reduction=reduction, name=name, dtype=dtype, q=q
        )


class CategoricalHinge(LossFunctionWrapper):
    """The hinge loss of one-hot labels.

    The formula is `categorical_hinge`'s; mirrors `keras.losses.CategoricalHinge`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.75]])), 4)
        0.75
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction=reduction, name=name, dtype=dtype)


class Dice(LossFunctionWrapper):
    """1 minus the Dice overlap of regions (Milletari et al., 2016).

    The formula is `dice`'s; mirrors `keras.losses.Dice`.

    Args:
        axis: the axes to sum over; all, the batch too, if `None`.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.Dice()([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])), 4)
        0.3333
    """

    def __init__(
        self,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction=reduction, name=name, dtype=dtype, axis=axis)


class Tversky(LossFunctionWrapper):
    """1 minus the Tversky overlap of regions (Salehi et al., 2017).

    The formula is `tversky`'s; mirrors `keras.losses.Tversky`.

    Args:
        alpha: the weight of what labels have and predictions lack.
        beta: the weight of what predictions have and labels lack.
        axis: the axes to sum over; all, the batch too, if `None`.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.Tversky()([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])), 4)
        0.3333
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            tversky, reduction=reduction, name=name, dtype=dtype, alpha=alpha, beta=beta, axis=axis
        )


class Circle(LossFunctionWrapper):
    """The circle loss of embeddings (Sun et al., 2020).

    The formula is `circle`'s; mirrors `keras.losses.Circle`.

    Args:
        gamma: the scale of similarities.
        margin: how far similar and dissimilar pairs are to be apart.
        remove_diagonal: whether a sample is not compared with itself.
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.Circle()([0, 0, 1], [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])), 4)
        12.8
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: Any = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            circle,
            reduction=reduction,
            name=name,
            dtype=dtype,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )


class CTC(LossFunctionWrapper):
    """Connectionist temporal classification (Graves et al., 2006).

    The formula is `ctc`'s; mirrors `keras.losses.CTC`.

    Args:
        reduction: how values of samples become one; see `Loss`.
        name: the loss's name.
        dtype: what it is computed in; floatx if `None`.

    Raises:
        ValueError: an unknown reduction.
        InvalidArgumentError: when called: shapes that do not fit.

    Example:
        >>> from unikeras import losses
        >>> round(float(losses.CTC()([[1]], [[[0.0, 0.0]]])), 4)
        0.6931
    """

    def __init__(
        self, reduction: Any = "sum_over_batch_size", name: str | None = "ctc", dtype: Any = None
    ) -> None:
        super().__init__(ctc, reduction=reduction, name=name, dtype=dtype)
