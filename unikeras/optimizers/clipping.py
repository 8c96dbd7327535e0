"""Bounds on gradients: by value, by the norm of each, by the norm of all."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.core.tensor import Tensor

__all__ = ["clip_all_by_norm"]


@op
def clip_by_bound(F, g, *, bound):
    """Each element brought into [-bound, bound]."""
    return F.clip(g, -bound, bound)


@op
def clip_by_own_norm(F, g, *, norm):
    """g, scaled down to Euclidean norm `norm` where it is longer."""
    length = F.sqrt(F.sum(g * g))
    return g * (norm / F.maximum(length, F.full_like(length, norm)))


@op
def length_of_all(F, *gradients):
    """The Euclidean norm of all elements of all gradients, at least in float32."""
    dtype = (
        F.dtype("float64") if any(g.dtype == F.dtype("float64") for g in gradients) else F.dtype("float32")
    )
    total = F.zeros((), dtype=dtype)
    for g in gradients:
        total = total + F.sum(F.astype(g, dtype) ** 2)
    return F.sqrt(total)


@op
def shorten(F, g, length, *, norm):
    """g times norm / length, where `length` is more than `norm`."""
    return g * F.astype(norm / F.maximum(length, F.full_like(length, norm)), g.dtype)


def clip_all_by_norm(gradients: list[Tensor], norm: float) -> list[Any]:
    """All gradients scaled by one factor, such that together they have at most Euclidean norm `norm`."""
    length = length_of_all(*gradients)
    return [shorten(g, length, norm=norm) for g in gradients]
