"""Blocks of space as more of the batch, and back (`tf.space_to_batch`, `tf.batch_to_space`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.op import op
from unikeras.core.tensor import Tensor, as_array
from unikeras.ops.array import pad

__all__ = ["batch_to_space", "required_space_to_batch_paddings", "space_to_batch", "space_to_batch_nd"]


@op
def _space_to_batch(F, x, *, block, paddings):
    count = len(block)
    x = pad.body(F, x, paddings=[(0, 0), *paddings, *((0, 0) for _ in x.shape[1 + count :])])
    sizes, rest = x.shape[1 : 1 + count], x.shape[1 + count :]
    if any(s % b for s, b in zip(sizes, block, strict=True)):
        raise ValueError(f"the padded sizes {sizes} must be divisible by block_shape {block}")
    split = [d for s, b in zip(sizes, block, strict=True) for d in (s // b, b)]
    x = F.reshape(x, (x.shape[0], *split, *rest))
    inner, outer = [2 + 2 * i for i in range(count)], [1 + 2 * i for i in range(count)]
    x = F.permute_dims(x, (*inner, 0, *outer, *range(1 + 2 * count, x.ndim)))
    return F.reshape(x, (-1, *(s // b for s, b in zip(sizes, block, strict=True)), *rest))


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Any:
    """Blocks of space as more of the batch (mirrors `tf.space_to_batch`, `tf.space_to_batch_nd`).

    Args:
        input: [batch, *space, ...].
        block_shape: the block's size along each axis of space.
        paddings: [axes of space, 2]: zeros put before and after first.
        name: ignored.

    Raises:
        InvalidArgumentError: sizes that the blocks do not divide.

    Example:
        >>> import unikeras as tf
        >>> tf.space_to_batch(tf.zeros([1, 4, 6, 3]), [2, 3], [[0, 0], [0, 0]]).shape
        TensorShape([6, 2, 2, 3])
    """
    block = [int(b) for b in np.asarray(block_shape).ravel()]
    pads = [(int(a), int(b)) for a, b in np.asarray(paddings)]
    return _space_to_batch(input, block=block, paddings=pads)


space_to_batch_nd = space_to_batch


@op
def _batch_to_space(F, x, *, block, crops):
    count = len(block)
    sizes, rest = x.shape[1 : 1 + count], x.shape[1 + count :]
    total = int(np.prod(block))
    if x.shape[0] % total:
        raise ValueError(f"the batch of {x.shape[0]} must be divisible by the product of block_shape {block}")
    x = F.reshape(x, (*block, x.shape[0] // total, *sizes, *rest))
    order = [count]
    for i in range(count):
        order += [count + 1 + i, i]
    x = F.permute_dims(x, (*order, *range(2 * count + 1, x.ndim)))
    x = F.reshape(x, (x.shape[0], *(s * b for s, b in zip(sizes, block, strict=True)), *rest))
    for axis, (before, after) in enumerate(crops, start=1):
        x = x[(np.s_[:],) * axis + (np.s_[before : x.shape[axis] - after],)]
    return x


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Any:
    """The reverse of `space_to_batch` (mirrors `tf.batch_to_space`).

    Args:
        input: [batch, *space, ...].
        block_shape: the block's size along each axis of space.
        crops: [axes of space, 2]: what is cut off before and after.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.batch_to_space(tf.zeros([6, 2, 2, 3]), [2, 3], [[0, 0], [0, 1]]).shape
        TensorShape([1, 4, 5, 3])
    """
    block = [int(b) for b in np.asarray(block_shape).ravel()]
    return _batch_to_space(input, block=block, crops=[(int(a), int(b)) for a, b in np.asarray(crops)])


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> Any:
    """The paddings and crops that make sizes divisible by blocks (mirrors `tf.required_space_to_batch_paddings`).

    Args:
        input_shape: the sizes of space.
        block_shape: the block's.
        base_paddings: paddings that there are in any case, [axes, 2].
        name: ignored.

    Returns:
        (paddings, crops), each int32 [axes, 2].

    Example:
        >>> import unikeras as tf
        >>> [t.numpy().tolist() for t in tf.required_space_to_batch_paddings([5], [2])]
        [[[0, 1]], [[0, 1]]]
    """
    sizes, block = np.asarray(input_shape), np.asarray(block_shape)
    base = np.zeros((len(sizes), 2), np.int64) if base_paddings is None else np.asarray(base_paddings)
    whole = sizes + base.sum(axis=1)
    extra = -whole % block
    pads = np.stack([base[:, 0], base[:, 1] + extra], axis=1)
    crops = np.stack([np.zeros_like(extra), extra], axis=1)
    return Tensor(as_array(pads.astype(np.int32))), Tensor(as_array(crops.astype(np.int32)))
