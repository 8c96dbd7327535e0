"""Norms of lists of tensors, and limits on them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from unikeras.core.op import op

__all__ = ["add_n", "clip_by_global_norm", "clip_by_norm", "global_norm"]


def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of a list of tensors of one shape and dtype (`tf.add_n`).

    Raises:
        ValueError: an empty list.
        InvalidArgumentError: the shapes or dtypes differ.

    Example:
        >>> import unikeras as tf
        >>> tf.add_n([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).numpy().tolist()
        [9.0, 12.0]
    """
    inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    if not inputs:
        raise ValueError("add_n: an empty list has no sum; give at least one tensor.")
    return _add_n.strict(*inputs)


@op
def _add_n(F, *xs):
    shapes = {tuple(x.shape) for x in xs}
    if len(shapes) > 1:
        raise ValueError(f"add_n: the shapes of the tensors differ: {sorted(shapes)}")
    return functools.reduce(lambda total, x: total + x, xs)


@op(aliases={"t": "x"})
def clip_by_norm(F, x, *, clip_norm, axes=None):
    """x, scaled down to Euclidean norm `clip_norm` over `axes` (all if None) where it is longer (`tf.clip_by_norm`).

    Example:
        >>> import unikeras as tf
        >>> tf.clip_by_norm([3.0, 4.0], 1.0).numpy().tolist()
        [0.6000000238418579, 0.800000011920929]
    """
    squares = F.sum(x * x, axis=axes, keepdims=True)
    length = F.sqrt(
        F.where(squares > 0, squares, F.ones_like(squares))
    )  # the root's gradient is infinite at 0
    return x * (clip_norm / F.where(length > clip_norm, length, F.full_like(length, clip_norm)))


@op
def _norm_of_all(F, *xs):
    return F.sqrt(functools.reduce(lambda total, x: total + x, [F.sum(x * x) for x in xs]))


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Any:
    """The Euclidean norm of all elements of all tensors of a list; `None`s are left out (`tf.linalg.global_norm`).

    Raises:
        ValueError: there is no tensor in the list.

    Example:
        >>> import unikeras as tf
        >>> float(tf.linalg.global_norm([[3.0], None, [4.0]]))
        5.0
    """
    given = [t for t in t_list if t is not None]
    if not given:
        raise ValueError("global_norm: the list holds no tensor.")
    return _norm_of_all.strict(*given)


@op
def _shorten(F, x, length, *, clip_norm):
    # Not finite in, not finite out: a gradient that overflowed must not look like one that is short.
    scale = clip_norm / F.where(length > clip_norm, length, F.full_like(length, clip_norm))
    return x * F.astype(F.where(F.isfinite(length), scale, F.full_like(length, float("nan"))), x.dtype)


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> Any:
    """The tensors scaled by one factor, so that together they are at most `clip_norm` long; and their length before.

    Mirrors `tf.clip_by_global_norm` (Pascanu et al., 2012).

    Args:
        t_list: tensors; `None`s stay.
        clip_norm: the largest Euclidean norm of all elements of all tensors.
        use_norm: their norm, if it is known.
        name: ignored.

    Returns:
        (list of tensors, norm). All are nan if the norm is not finite.

    Example:
        >>> import unikeras as tf
        >>> clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), tf.constant([4.0])], 2.5)
        >>> [float(t[0]) for t in clipped], float(norm)
        ([1.5, 2.0], 5.0)
    """
    length = global_norm(t_list) if use_norm is None else use_norm
    return [None if t is None else _shorten(t, length, clip_norm=float(clip_norm)) for t in t_list], length
