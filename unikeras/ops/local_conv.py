"""Convolutions whose kernel is another one at every place."""

from __future__ import annotations

from itertools import product
from math import prod

from unikeras.core.op import op

__all__ = ["local_conv"]


@op
def local_conv(F, x, kernel, *, kernel_size, strides, output_shape, data_format="channels_last"):
    """Each window of `x` times the kernel of its place.

    Args:
        x: [batch, *spatial, channels], or [batch, channels, *spatial] with `data_format="channels_first"`.
        kernel: [windows, elements of a window, filters], where elements count offsets first, then channels (channels first: the other way).
        kernel_size: the window in each dimension.
        strides: the steps between windows.
        output_shape: how many windows there are in each dimension.
        data_format: where the channels are.

    Returns:
        [batch, *output_shape, filters], or with the filters second.

    Example:
        >>> from unikeras import ops
        >>> kernel = ops.reshape(ops.range(4.0), (4, 1, 1))
        >>> x = ops.ones((1, 4, 1))
        >>> ops.reshape(ops.local_conv(x, kernel, kernel_size=(1,), strides=(1,), output_shape=(4,)), (-1,)).numpy().tolist()
        [0.0, 1.0, 2.0, 3.0]
    """
    last = data_format == "channels_last"
    rank, windows, batch = len(kernel_size), prod(output_shape), x.shape[0]
    first = 1 if last else 2
    parts = []
    for offset in product(*map(range, kernel_size)):
        place = tuple(
            slice(i, i + (o - 1) * s + 1, s) for i, o, s in zip(offset, output_shape, strides, strict=True)
        )
        part = x[(slice(None),) * first + place]
        if last:
            parts.append(F.reshape(part, (batch, windows, x.shape[-1])))
        else:
            parts.append(F.permute_dims(F.reshape(part, (batch, x.shape[1], windows)), (0, 2, 1)))
    patches = F.reshape(F.stack(parts, axis=2 if last else 3), (batch, windows, kernel.shape[1]))
    result = F.reshape(F.einsum("bpk,pkf->bpf", patches, kernel), (batch, *output_shape, kernel.shape[2]))
    return result if last else F.permute_dims(result, (0, rank + 1, *range(1, rank + 1)))
