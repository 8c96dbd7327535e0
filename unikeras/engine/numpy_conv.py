"""Convolutions and pooling in NumPy: a sum (or maximum) over the elements of the window."""

# ruff: noqa: D102 - the contract says what each does.

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from unikeras.engine.contract_conv import Array, ConvEngine, Geometry, Pairs, Sizes

__all__ = ["NumpyConv"]

_ALL = slice(None)


class NumpyConv(ConvEngine):
    """The reference: each element of the window meets a slice of the input."""

    def conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes, groups: int = 1
    ) -> Array:
        geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
        x = _padded(x, padding).reshape(len(x), *_padded_size(geometry), groups, -1)
        kernel = np.moveaxis(
            kernel.reshape(*kernel.shape[:-1], groups, -1), -2, -3
        )  # [*window, groups, in, out]
        total: Any = 0
        for offset in _offsets(geometry):
            total = total + np.matmul(x[(_ALL, *geometry.slices(offset))][..., None, :], kernel[offset])
        return total.reshape(len(x), *geometry.output, -1)

    def conv_transpose(
        self, x: Array, kernel: Array, *, size: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        geometry = Geometry(size, kernel.shape[:-2], strides, padding, dilation)
        result = np.zeros((len(x), *_padded_size(geometry), kernel.shape[-2]), x.dtype)
        for offset in _offsets(geometry):
            result[(_ALL, *geometry.slices(offset))] += np.matmul(x, kernel[offset].T)
        inner = (slice(before, before + n) for n, (before, _) in zip(size, padding, strict=True))
        return result[(_ALL, *inner)]

    def depthwise_conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        geometry = Geometry(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
        x = _padded(x, padding)
        total: Any = 0
        for offset in _offsets(geometry):
            total = total + x[(_ALL, *geometry.slices(offset))][..., None] * kernel[offset]
        return total.reshape(len(x), *geometry.output, -1)

    def max_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        lowest = -np.inf if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min
        return self._pool(x, np.maximum, lowest, Geometry(x.shape[1:-1], window, strides, padding, dilation))

    def sum_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        return self._pool(x, np.add, 0, Geometry(x.shape[1:-1], window, strides, padding, dilation))

    @staticmethod
    def _pool(x: Array, combine: Any, neutral: Any, geometry: Geometry) -> Array:
        x = _padded(x, geometry.padding, neutral)
        result = None
        for offset in _offsets(geometry):
            part = x[(_ALL, *geometry.slices(offset))]
            result = part if result is None else combine(result, part)
        return np.array(result)


def _offsets(geometry: Geometry) -> Any:
    return product(*map(range, geometry.window))


def _padded(x: Array, padding: Pairs, value: Any = 0) -> Array:
    pairs = ((0, 0), *padding, (0, 0))
    return np.pad(x, pairs, constant_values=value) if any(map(any, padding)) else x


def _padded_size(geometry: Geometry) -> Sizes:
    return tuple(
        n + before + after for n, (before, after) in zip(geometry.size, geometry.padding, strict=True)
    )
