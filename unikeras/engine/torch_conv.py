"""Convolutions and pooling in PyTorch: its own functions, which take channels-last memory as it is."""

# ruff: noqa: D102 - the contract says what each does.

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from unikeras.engine.contract_conv import Array, ConvEngine, Geometry, Pairs, Sizes

__all__ = ["TorchConv"]

_CONV: dict[int, Any] = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
_TRANSPOSE: dict[int, Any] = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}
_MAX_POOL: dict[int, Any] = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
_AVERAGE_POOL: dict[int, Any] = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}


class TorchConv(ConvEngine):
    """torch.nn.functional's convolutions on views whose second axis is that of the channels."""

    def conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes, groups: int = 1
    ) -> Array:
        x, even = _padded(_channels_second(x), padding)
        weight = torch.movedim(kernel, (-1, -2), (0, 1))
        return _channels_last(_CONV[len(strides)](x, weight, None, strides, even, dilation, groups))

    def conv_transpose(
        self, x: Array, kernel: Array, *, size: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        geometry = Geometry(size, tuple(kernel.shape[:-2]), strides, padding, dilation)
        weight = torch.movedim(kernel, (-1, -2), (0, 1))
        # Uncropped; then the padding is cut off, and where the last windows did not reach there is nothing but zeros.
        full = _TRANSPOSE[len(strides)](_channels_second(x), weight, None, strides, 0, 0, 1, dilation)
        crop = [
            (-before, n + before - reached)
            for n, (before, _), reached in zip(size, padding, geometry.reached, strict=True)
        ]
        return _channels_last(functional.pad(full, _pairs(crop)))

    def depthwise_conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        channels, multiplier = kernel.shape[-2:]
        kernel = kernel.reshape(*kernel.shape[:-2], 1, channels * multiplier)
        return self.conv(x, kernel, strides=strides, padding=padding, dilation=dilation, groups=channels)

    def max_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        lowest = float("-inf") if x.dtype.is_floating_point else torch.iinfo(x.dtype).min
        x = functional.pad(_channels_second(x), _pairs(padding), value=lowest)
        if not x.dtype.is_floating_point:  # torch pools floats only; float64 holds 32-bit integers exactly
            y = _MAX_POOL[len(window)](x.to(torch.float64), window, strides, 0, dilation)
            return _channels_last(y.to(x.dtype))
        return _channels_last(_MAX_POOL[len(window)](x, window, strides, 0, dilation))

    def sum_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        if any(d > 1 for d in dilation):
            ones = torch.ones((*window, x.shape[-1], 1), dtype=x.dtype, device=x.device)
            return self.depthwise_conv(x, ones, strides=strides, padding=padding, dilation=dilation)
        narrow = (
            x.dtype if x.dtype in (torch.float16, torch.bfloat16) else None
        )  # torch sums volumes of wider floats only
        x = functional.pad(_channels_second(x if narrow is None else x.to(torch.float32)), _pairs(padding))
        if len(window) == 1:  # the only one that cannot leave out the division
            y = functional.avg_pool1d(x, window, strides) * window[0]
        else:
            y = _AVERAGE_POOL[len(window)](x, window, strides, divisor_override=1)
        return _channels_last(y if narrow is None else y.to(narrow))


def _channels_second(x: Array) -> Array:
    return torch.movedim(x, -1, 1)


def _channels_last(x: Array) -> Array:
    return torch.movedim(x, 1, -1)


def _pairs(padding: Any) -> list[int]:
    """Pairs per axis as torch's pad takes them: the last axis first."""
    return [n for pair in reversed(list(padding)) for n in pair]


def _padded(x: Array, padding: Pairs) -> tuple[Array, Sizes]:
    """`x`, padded if the two sides differ, and the padding that is left to the convolution."""
    if all(before == after for before, after in padding):
        return x, tuple(before for before, _ in padding)
    return functional.pad(x, _pairs(padding)), (0,) * len(padding)
