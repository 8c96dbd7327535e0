"""What an engine must provide for convolutions and pooling: a part of the contract.

Arrays are channels-last, `[batch, *spatial, channels]`, with one to three spatial axes; every option is given for
each spatial axis, and `padding` as pairs (before, after) of zeros, so that no engine has a padding rule of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

__all__ = ["ConvEngine", "Geometry", "Pairs", "Sizes"]

Array = Any
Sizes = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


class Geometry(NamedTuple):
    """The shape of a convolution along its spatial axes, as numbers.

    Attributes:
        size: the input's spatial shape.
        window: the kernel's.
        strides: the steps between windows.
        padding: zeros before and after the input, per axis.
        dilation: the steps within a window.
    """

    size: Sizes
    window: Sizes
    strides: Sizes
    padding: Pairs
    dilation: Sizes

    @property
    def extent(self) -> Sizes:
        """How many elements a window reaches over, holes included."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.window, self.dilation, strict=True))

    @property
    def output(self) -> Sizes:
        """The output's spatial shape."""
        return tuple(
            (n + before + after - e) // s + 1
            for n, (before, after), e, s in zip(
                self.size, self.padding, self.extent, self.strides, strict=True
            )
        )

    @property
    def reached(self) -> Sizes:
        """How many elements of the padded input the windows reach together."""
        return tuple((o - 1) * s + e for o, s, e in zip(self.output, self.strides, self.extent, strict=True))

    def slices(self, offset: Sizes) -> tuple[slice, ...]:
        """What of the padded input meets the kernel's element at `offset`: a slice for each spatial axis."""
        return tuple(
            slice(i * d, i * d + (o - 1) * s + 1, s)
            for i, d, o, s in zip(offset, self.dilation, self.output, self.strides, strict=True)
        )


class ConvEngine(ABC):
    """Convolutions and pooling by windows."""

    @abstractmethod
    def conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes, groups: int = 1
    ) -> Array:
        """Cross-correlation of `x` with `kernel` [*window, channels / groups, filters]."""

    @abstractmethod
    def conv_transpose(
        self, x: Array, kernel: Array, *, size: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        """The transpose of `conv`: from `x` in the shape of its output to the shape of its input, spatially `size`.

        `kernel` is that of `conv`: [*window, channels of the result, channels of x].
        """

    @abstractmethod
    def depthwise_conv(
        self, x: Array, kernel: Array, *, strides: Sizes, padding: Pairs, dilation: Sizes
    ) -> Array:
        """Each channel with its own filters, `kernel` [*window, channels, multiplier]; channel c makes c * multiplier ..."""

    @abstractmethod
    def max_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        """The largest element of each window; padding is never chosen. The gradient goes to the first of equals."""

    @abstractmethod
    def sum_pool(self, x: Array, *, window: Sizes, strides: Sizes, padding: Pairs, dilation: Sizes) -> Array:
        """The sum of each window."""
