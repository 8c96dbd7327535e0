"""Axes in another order, joined and divided, told by a pattern such as "b h w c -> b (h w) c"."""

from __future__ import annotations

import math
from typing import Any

from unikeras.core.tensor import convert_to_tensor
from unikeras.ops import array

__all__ = ["rearrange"]


def _parsed(side: str) -> list[list[str]]:
    """The names of each axis of one side of a pattern: "b (h w)" is [["b"], ["h", "w"]]."""
    groups: list[list[str]] = []
    inside = False
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word in "()":
            if (word == "(") == inside:
                raise ValueError(f"rearrange: the parentheses of {side!r} do not match.")
            inside = word == "("
            if inside:
                groups.append([])
        elif not word.isidentifier():
            raise ValueError(f"rearrange: {word!r} in {side!r} is not a name of an axis.")
        elif inside:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """A tensor with its axes in another order, joined or divided (mirrors `keras.ops.rearrange`).

    Args:
        tensor: a tensor.
        pattern: names of the axes before and after, such as "b h w c -> b (h w) c"; names in parentheses share an axis.
        **axes_lengths: the lengths of axes that share one; one of each may be left out.

    Raises:
        ValueError: names or lengths that do not fit.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.rearrange(keras.ops.ones((2, 6)), "a (b c) -> b a c", b=3).shape
        TensorShape([3, 2, 2])
    """
    before, arrow, after = pattern.partition("->")
    if not arrow:
        raise ValueError(f"rearrange: expected 'before -> after', got {pattern!r}.")
    left, right = _parsed(before), _parsed(after)
    names, wanted = [n for g in left for n in g], [n for g in right for n in g]
    if sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise ValueError(f"rearrange: both sides of {pattern!r} must have the same names, each once.")
    tensor = convert_to_tensor(tensor)
    if len(tensor.shape) != len(left):
        raise ValueError(
            f"rearrange: {before.strip()!r} names {len(left)} axes, but the tensor has {len(tensor.shape)}."
        )
    lengths: dict[str, Any] = {}
    for group, size in zip(left, tensor.shape, strict=True):
        unknown = [n for n in group if n not in axes_lengths]
        if len(unknown) > 1 and size != 1:
            raise ValueError(f"rearrange: give the lengths of all but one of {', '.join(group)}.")
        known = math.prod(int(axes_lengths[n]) for n in group if n in axes_lengths)
        if size is not None and (known == 0 or size % known or (not unknown and size != known)):
            raise ValueError(
                f"rearrange: an axis of {size} cannot be {' * '.join(group)} with the lengths {axes_lengths}."
            )
        lengths |= {n: int(axes_lengths[n]) for n in group if n in axes_lengths}
        for n in unknown:
            lengths[n] = None if size is None else size // known
    divided = array.reshape(tensor, _shape([lengths[n] for n in names]))
    moved = array.transpose(divided, axes=[names.index(n) for n in wanted])
    joined = [None if any(lengths[n] is None for n in g) else math.prod(lengths[n] for n in g) for g in right]
    return array.reshape(moved, _shape(joined))


def _shape(sizes: list[Any]) -> tuple[int, ...]:
    """With -1 for the one length that is not known yet."""
    if sum(s is None for s in sizes) > 1:
        raise ValueError("rearrange: only one axis may have a length that is not known yet.")
    return tuple(-1 if s is None else s for s in sizes)
