"""From a value for each sample to the loss: weights, masks, and the ways to reduce."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.losses.formula import columns
from unikeras.utils.identify import close_matches

__all__ = ["REDUCTIONS", "Reduction", "fit_to", "reduce_weighted", "standard_reduction"]

REDUCTIONS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none")


class Reduction:
    """tf.keras's names of reductions (mirrors `tf.keras.losses.Reduction`).

    Example:
        >>> from unikeras import losses
        >>> losses.MeanSquaredError(reduction=losses.Reduction.NONE)([[1.0], [2.0]], [[0.0], [0.0]]).numpy().tolist()
        [1.0, 4.0]
    """

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All names."""
        return cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: str) -> None:
        """Check a name.

        Raises:
            ValueError: it is none.
        """
        standard_reduction(key)


def standard_reduction(reduction: Any) -> str:
    """The reduction's name as Keras 3 has it: 'none' for `None`, 'sum_over_batch_size' for 'auto'.

    Raises:
        ValueError: an unknown name.
    """
    if reduction is None:
        return "none"
    if reduction == "auto":
        return "sum_over_batch_size"
    if reduction not in REDUCTIONS:
        known = (*REDUCTIONS, "auto")
        raise ValueError(f"Unknown reduction {reduction!r}. {close_matches(str(reduction), known)}")
    return reduction


def fit_to(F: Any, values: Any, weight: Any, what: str = "sample_weight") -> Any:
    """A weight with as many dimensions as the values, so that they meet sample by sample: for bodies."""
    given = tuple(weight.shape)
    while weight.ndim > values.ndim and weight.shape[-1] == 1:
        weight = weight[..., 0]
    if (
        values.ndim == 0 and weight.ndim > 0
    ):  # one value for the whole batch: every weight multiplies it, as in Keras
        return weight
    while 0 < weight.ndim < values.ndim:
        weight = F.expand_dims(weight, axis=-1)
    if weight.ndim > values.ndim or any(
        w not in (1, v) for w, v in zip(weight.shape, values.shape, strict=weight.ndim > 0)
    ):
        raise ValueError(
            f"{what} of shape {given} does not fit values of shape {tuple(values.shape)} (one "
            f"value for each sample). "
            f"Give one weight for each sample, of shape {tuple(values.shape[:1])}, or one for each value."
        )
    return weight


@op
def reduce_weighted(
    F, values, sample_weight=None, mask=None, *, reduction="sum_over_batch_size", dtype="float32"
):
    """Values times weights, without those that are masked, reduced.

    'sum_over_batch_size' divides by how many values are not masked, 'mean_with_sample_weight' by the sum
    of their weights.
    """
    dtype = F.dtype(dtype)
    values = F.astype(values, dtype)
    weight = None if sample_weight is None else fit_to(F, values, F.astype(sample_weight, dtype))
    kept = (
        None if mask is None else F.astype(fit_to(F, values, F.astype(mask, F.dtype("bool")), "mask"), dtype)
    )
    total = values if weight is None else values * weight
    if kept is not None:
        total = F.where(kept > 0, total, F.zeros_like(total))
    if reduction == "none":
        return total
    if reduction == "sum":
        return F.sum(total)
    if reduction == "mean_with_sample_weight" and weight is not None:
        counts = weight if kept is None else weight * kept
    else:
        counts = F.ones_like(total) if kept is None else kept
    count = F.sum(F.broadcast_to(counts, total.shape))
    return F.where(
        count == 0, F.zeros_like(count), F.sum(total) / F.where(count == 0, F.ones_like(count), count)
    )


@op
def reduced_formula(
    F,
    y_true,
    y_pred,
    sample_weight=None,
    mask=None,
    *,
    formula,
    settings,
    reduction="sum_over_batch_size",
    dtype="float32",
):
    """A formula and its reduction in one, so that an eager loss is one compiled call."""
    options = dict(settings)
    y_pred = F.astype(y_pred, F.dtype(dtype))
    if sample_weight is not None and sample_weight.ndim > 0:
        y_true, y_pred = columns(F, formula, y_true, y_pred)
    values = formula.body(F, y_true, y_pred, **options)
    if formula.valid is not None:
        valid = formula.valid(F, y_true, y_pred, options)
        if valid is not None:
            mask = valid if mask is None else fit_to(F, valid, mask, "mask") & valid
    return reduce_weighted.body(F, values, sample_weight, mask, reduction=reduction, dtype=dtype)
