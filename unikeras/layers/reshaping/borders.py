"""How many elements at the borders of each spatial axis, as Keras's layers are told."""

from __future__ import annotations

from typing import Any

__all__ = ["border_pairs", "first_spatial_axis"]


def first_spatial_axis(data_format: str) -> int:
    """The first axis after batch and, where they are second, channels."""
    return 1 if data_format == "channels_last" else 2


def border_pairs(value: Any, rank: int, what: str) -> Any:
    """Pairs (before, after) for each axis; for one axis just the pair.

    Args:
        value: an int for all borders; a tuple of `rank` ints, each for both borders of an axis; or a pair for each axis.
        rank: the number of spatial axes.
        what: the argument's name, for messages: "Cropping2D: cropping".

    Raises:
        ValueError: anything else.

    Example:
        >>> border_pairs((1, 2), 2, "padding")
        ((1, 1), (2, 2))
    """
    refusal = ValueError(
        f"{what} must be a non-negative integer"
        f"{f', a tuple of {rank} integers' if rank > 1 else ''} or {'a pair' if rank == 1 else f'{rank} pairs'} "
        f"of integers, not {value!r}."
    )

    def number(n: Any) -> int:
        if isinstance(n, bool) or not hasattr(n, "__index__") or n.__index__() < 0:
            raise refusal
        return n.__index__()

    def pair(both: Any) -> tuple[int, int]:
        if not isinstance(both, (list, tuple)):
            return number(both), number(both)
        if len(both) != 2:
            raise refusal
        return number(both[0]), number(both[1])

    if not isinstance(value, (list, tuple)):
        return (pair(value),) * rank
    if rank == 1 and len(value) == 2 and not isinstance(value[0], (list, tuple)):
        return (pair(value),)
    if len(value) != rank:
        raise refusal
    return tuple(map(pair, value))
