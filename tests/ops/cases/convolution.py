"""Convolutions and pooling, against plain loops over the output's elements."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from unikeras import ops

from .case import RNG, Case, case

SEQUENCES = RNG.normal(size=(2, 7, 4))
IMAGES = RNG.normal(size=(2, 6, 5, 4))
VOLUMES = RNG.normal(size=(1, 4, 3, 4, 2))


def _pairs(x: Any, window: Any, strides: Any, padding: str, dilation: Any) -> Any:
    """The padding of TensorFlow's rules."""
    pairs = []
    for n, k, s, d in zip(x.shape[1:-1], window, strides, dilation, strict=True):
        extent = (k - 1) * d + 1
        total = {"valid": 0, "same": max((-(-n // s) - 1) * s + extent - n, 0), "causal": extent - 1}[padding]
        before = total if padding == "causal" else total // 2
        pairs.append((before, total - before))
    return pairs


def windows(x: Any, window: Any, strides: Any, padding: str, dilation: Any, fill: float) -> Any:
    """[batch, *outputs, *window, channels], element by element."""
    pairs = _pairs(x, window, strides, padding, dilation)
    x = np.pad(x, [(0, 0), *pairs, (0, 0)], constant_values=fill)
    counts = [
        (n - (k - 1) * d - 1) // s + 1
        for n, k, s, d in zip(x.shape[1:-1], window, strides, dilation, strict=True)
    ]
    result = np.empty((len(x), *counts, *window, x.shape[-1]), x.dtype)
    for place in product(*map(range, counts)):
        for offset in product(*map(range, window)):
            at = tuple(p * s + o * d for p, s, o, d in zip(place, strides, offset, dilation, strict=True))
            result[(slice(None), *place, *offset)] = x[(slice(None), *at)]
    return result


def conv(x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", dilation_rate: Any = 1) -> Any:
    rank = x.ndim - 2
    spread = (strides,) * rank, padding, (dilation_rate,) * rank
    seen = windows(x, kernel.shape[:-2], *spread, 0.0)
    groups = x.shape[-1] // kernel.shape[-2]
    parts = zip(np.split(seen, groups, -1), np.split(kernel, groups, -1), strict=True)
    over = (list(range(rank + 1, 2 * rank + 2)), list(range(rank + 1)))
    return np.concatenate([np.tensordot(a, b, axes=over) for a, b in parts], -1)


def depthwise(x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", dilation_rate: Any = 1) -> Any:
    rank = x.ndim - 2
    spread = (strides,) * rank, padding, (dilation_rate,) * rank
    seen = windows(x, kernel.shape[:-2], *spread, 0.0)
    summed = (seen[..., None] * kernel).sum(axis=tuple(range(rank + 1, 2 * rank + 1)))
    return summed.reshape(*summed.shape[:-2], -1)


def transposed(x: Any, kernel: Any, strides: Any = 1) -> Any:
    """Padding 'valid', kernels no smaller than strides: each input adds its kernel."""
    rank = x.ndim - 2
    size = [(n - 1) * strides + k for n, k in zip(x.shape[1:-1], kernel.shape, strict=False)]
    result = np.zeros((len(x), *size, kernel.shape[-2]), x.dtype)
    for place in product(*map(range, x.shape[1:-1])):
        at = tuple(
            slice(p * strides, p * strides + k) for p, k in zip(place, kernel.shape[:rank], strict=True)
        )
        result[(slice(None), *at)] += np.moveaxis(
            np.tensordot(kernel, x[(slice(None), *place)], axes=(-1, -1)), -1, 0
        )
    return result


def pooled(x: Any, reduce: Any, size: Any, strides: Any, padding: str) -> Any:
    rank = x.ndim - 2
    seen = windows(x, (size,) * rank, (strides,) * rank, padding, (1,) * rank, np.nan)
    return reduce(seen, axis=tuple(range(rank + 1, 2 * rank + 1)))


def _conv(name: str, x: Any, *kernel: int, **options: Any) -> Case:
    w = RNG.normal(size=kernel)
    return case(
        f"conv {name}", lambda x, w: ops.conv(x, w, **options), lambda x, w: conv(x, w, **options), x, w
    )


def _first(x: Any) -> Any:
    return np.moveaxis(x, -1, 1)


def _times_seen(size: Any) -> Any:
    """In how many windows of 2 x 2, dilation 2, padding 1, each pixel is."""
    counts = np.zeros([n + 2 for n in size])
    for i, j in product(range(size[0]), range(size[1])):
        counts[i : i + 3 : 2, j : j + 3 : 2] += 1
    return counts[1:-1, 1:-1]


def _local(x: Any, kernel: Any) -> Any:
    """Windows of 2 x 2 at strides (2, 1), each with a kernel of its own."""
    found = windows(x, (2, 2), (2, 1), "valid", (1, 1), 0.0)
    flat = found.reshape(len(x), kernel.shape[0], kernel.shape[1])
    return np.einsum("bpk,pkf->bpf", flat, kernel).reshape(*found.shape[:3], -1)


def _local_case() -> Case:
    kernel = RNG.normal(size=(12, 16, 3))
    options = {"kernel_size": (2, 2), "strides": (2, 1), "output_shape": (3, 4)}
    return case("local_conv", lambda x, k: ops.local_conv(x, k, **options), _local, IMAGES, kernel)


CASES = [
    _local_case(),
    _conv("1D causal", SEQUENCES, 3, 4, 3, padding="causal", dilation_rate=2),
    _conv("2D", IMAGES, 3, 2, 4, 3),
    _conv("2D same, strided", IMAGES, 3, 3, 4, 3, padding="same", strides=2),
    _conv("1x1 strided", IMAGES, 1, 1, 4, 3, strides=2),
    _conv("groups", IMAGES, 3, 3, 2, 6, padding="same"),
    _conv("3D", VOLUMES, 2, 2, 2, 2, 3, padding="same"),
    case("conv channels first", lambda x, w: ops.conv(x, w, data_format="channels_first"),
         lambda x, w: _first(conv(np.moveaxis(x, 1, -1), w)), _first(IMAGES), RNG.normal(size=(3, 2, 4, 3))),
    case("conv explicit padding", lambda x, w: ops.conv(x, w, padding=((1, 2), (0, 1))),
         lambda x, w: conv(np.pad(x, ((0, 0), (1, 2), (0, 1), (0, 0))), w), IMAGES, RNG.normal(size=(3, 2, 4, 3))),
    case("depthwise_conv 1D", lambda x, w: ops.depthwise_conv(x, w), depthwise, SEQUENCES, RNG.normal(size=(3, 4, 2))),
    case("depthwise_conv 2D", lambda x, w: ops.depthwise_conv(x, w, padding="same", strides=2),
         lambda x, w: depthwise(x, w, 2, "same"), IMAGES, RNG.normal(size=(3, 3, 4, 1))),
    case("separable_conv", lambda x, d, p: ops.separable_conv(x, d, p), lambda x, d, p: conv(depthwise(x, d), p),
         IMAGES, RNG.normal(size=(3, 3, 4, 2)), RNG.normal(size=(1, 1, 8, 3))),
    case("conv_transpose 1D", lambda x, w: ops.conv_transpose(x, w, strides=2), lambda x, w: transposed(x, w, 2),
         SEQUENCES, RNG.normal(size=(3, 2, 4))),
    case("conv_transpose 2D", lambda x, w: ops.conv_transpose(x, w, strides=2), lambda x, w: transposed(x, w, 2),
         IMAGES, RNG.normal(size=(3, 2, 3, 4))),
    case("conv_transpose same", lambda x, w: ops.conv_transpose(x, w, padding="same"),
         lambda x, w: transposed(x, w)[:, 1:-1, 1:-1], IMAGES, RNG.normal(size=(3, 3, 2, 4))),
    case("max_pool 1D", lambda x: ops.max_pool(x, 2), lambda x: pooled(x, np.nanmax, 2, 2, "valid"), SEQUENCES),
    case("max_pool 2D", lambda x: ops.max_pool(x, 3, 2, "same"), lambda x: pooled(x, np.nanmax, 3, 2, "same"), IMAGES),
    case("max_pool long", lambda x: ops.max_pool(x, (40, 1)), lambda x: x.max(axis=1, keepdims=True), RNG.normal(size=(2, 40, 2, 2))),
    case("max_pool of integers", lambda x: ops.max_pool(x, 2), lambda x: pooled(x.astype(float), np.max, 2, 2, "valid").astype(np.int32),
         np.arange(40, dtype=np.int32)[::-1].reshape(2, 5, 4, 1)),
    case("average_pool 2D", lambda x: ops.average_pool(x, 2, 1, "same"), lambda x: pooled(x, np.nanmean, 2, 1, "same"), IMAGES),
    case("average_pool 3D", lambda x: ops.average_pool(x, 2), lambda x: pooled(x, np.mean, 2, 2, "valid"), VOLUMES),
    case("average_pool long", lambda x: ops.average_pool(x, (40, 1)), lambda x: x.mean(axis=1, keepdims=True), RNG.normal(size=(2, 40, 2, 2))),
    case("adaptive_max_pool", lambda x: ops.adaptive_max_pool(x, (4, 5)),
         lambda x: np.stack([x[:, 0:2].max(1), x[:, 1:3].max(1), x[:, 3:5].max(1), x[:, 4:6].max(1)], 1), IMAGES),
    case("adaptive_average_pool", lambda x: ops.adaptive_average_pool(x, (3, 1)),
         lambda x: x.reshape(2, 3, 2, 5, 4).mean(axis=(2, 3))[:, :, None], IMAGES),
    case("upsample", lambda x: ops.upsample(x, (2, 1)), lambda x: x.repeat(2, axis=1), IMAGES),
    case("space_to_depth", lambda x: ops.space_to_depth(x, 2),
         lambda x: np.concatenate([x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)], -1), IMAGES[:, :, :4]),
    case("depth_to_space", lambda x: ops.space_to_depth(ops.depth_to_space(x, 2), 2), lambda x: x, IMAGES),
    case("unfold", lambda x: ops.unfold(x, (2, 3), stride=2),
         lambda x: windows(np.moveaxis(x, 1, -1), (2, 3), (2, 2), "valid", (1, 1), 0).transpose(0, 5, 3, 4, 1, 2).reshape(2, -1, 6),
         _first(IMAGES)),
    case("fold", lambda x: ops.fold(ops.unfold(x, 2, padding=1, dilation=2), (6, 5), 2, padding=1, dilation=2),
         lambda x: x * _times_seen((6, 5)), _first(IMAGES)),
]  # fmt: skip
