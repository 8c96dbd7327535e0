"""Integers bit by bit (`tf.bitwise`)."""

from __future__ import annotations

from unikeras.core.op import op

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]

_XY = {"x": "x1", "y": "x2"}


@op(aliases=_XY)
def bitwise_and(F, x1, x2):
    """The bits that both have (mirrors `tf.bitwise.bitwise_and`).

    Example:
        >>> import unikeras as tf
        >>> int(tf.bitwise.bitwise_and(6, 3))
        2
    """
    return F.bitwise_and(x1, x2)


@op(aliases=_XY)
def bitwise_or(F, x1, x2):
    """The bits that one or the other has (mirrors `tf.bitwise.bitwise_or`).

    Example:
        >>> import unikeras as tf
        >>> int(tf.bitwise.bitwise_or(6, 3))
        7
    """
    return F.bitwise_or(x1, x2)


@op(aliases=_XY)
def bitwise_xor(F, x1, x2):
    """The bits that only one has (mirrors `tf.bitwise.bitwise_xor`).

    Example:
        >>> import unikeras as tf
        >>> int(tf.bitwise.bitwise_xor(6, 3))
        5
    """
    return F.bitwise_xor(x1, x2)


@op
def invert(F, x):
    """All bits turned (mirrors `tf.bitwise.invert`).

    Example:
        >>> import unikeras as tf
        >>> int(tf.bitwise.invert(0))
        -1
    """
    return F.bitwise_invert(x)


@op(aliases=_XY)
def left_shift(F, x1, x2):
    """The bits moved up by x2 places (mirrors `tf.bitwise.left_shift`).

    Example:
        >>> import unikeras as tf
        >>> int(tf.bitwise.left_shift(3, 2))
        12
    """
    return F.bitwise_left_shift(x1, x2)


@op(aliases=_XY)
def right_shift(F, x1, x2):
    """The bits moved down by x2 places, the sign kept (mirrors `tf.bitwise.right_shift`).

    Example:
        >>> import unikeras as tf
        >>> int(tf.bitwise.right_shift(-8, 1))
        -4
    """
    return F.bitwise_right_shift(x1, x2)
