"""How windows lie on an input: Keras's and TensorFlow's arguments as numbers for each spatial axis.

`padding` names a rule ("valid", "same", "causal") or is a list of pairs; everything below works with pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unikeras.core.settings import image_data_format

__all__ = [
    "channels_first",
    "channels_last",
    "data_format_of",
    "per_axis",
    "same_padding",
    "transposed_size",
    "window_padding",
]


def data_format_of(value: str | None, who: str) -> str:
    """'channels_last' or 'channels_first', from either name, TensorFlow's ('NHWC') or `None` for the configured one.

    Raises:
        ValueError: another name.

    Example:
        >>> data_format_of("NCHW", "conv2d")
        'channels_first'
    """
    if value is None:
        return image_data_format()
    text = str(value).lower()
    if text in ("channels_last", "channels_first"):
        return text
    if text in ("nwc", "nhwc", "ndhwc"):
        return "channels_last"
    if text in ("ncw", "nchw", "ncdhw"):
        return "channels_first"
    raise ValueError(f"{who}: data_format must be 'channels_last' or 'channels_first', not {value!r}.")


def per_axis(value: Any, rank: int, what: str, *, zero: bool = False) -> tuple[int, ...]:
    """A number, or one for each of `rank` spatial axes, as a tuple of positive integers.

    Args:
        value: an int or a sequence of `rank` (or 1) ints.
        rank: the number of spatial axes.
        what: the argument's name, for messages: "Conv2D: strides".
        zero: whether zeros are allowed.

    Raises:
        ValueError: anything else.

    Example:
        >>> per_axis(3, 2, "strides")
        (3, 3)
    """
    try:
        numbers = (
            tuple(value) if isinstance(value, (Sequence, range)) or hasattr(value, "__iter__") else (value,)
        )
        found = tuple(int(n) for n in numbers)
        whole = all(not isinstance(n, bool) and n == i for n, i in zip(numbers, found, strict=True))
    except (TypeError, ValueError):
        found, whole = (), False
    if len(found) == 1:
        found *= rank
    least = 0 if zero else 1
    if not whole or len(found) != rank or min(found) < least:
        kind = "non-negative" if zero else "positive"
        count = f" or a tuple of {rank}" if rank > 1 else ""
        raise ValueError(f"{what} must be a {kind} integer{count}, not {value!r}.")
    return found


def same_padding(size: int, extent: int, stride: int) -> tuple[int, int]:
    """TensorFlow's 'SAME': so much that there is an output for each `stride` inputs; an odd element goes after."""
    total = max((-(-size // stride) - 1) * stride + extent - size, 0)
    return total // 2, total - total // 2


def window_padding(
    padding: Any, size: Sequence[int], window: Sequence[int], strides: Sequence[int], dilation: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Pairs (before, after) for a rule's name or for explicit pairs.

    Raises:
        ValueError: an unknown rule, a wrong number of pairs, or an input smaller than the window.

    Example:
        >>> window_padding("same", (5,), (3,), (1,), (1,))
        ((1, 1),)
    """
    extent = [d * (k - 1) + 1 for k, d in zip(window, dilation, strict=True)]
    rule = padding.lower() if isinstance(padding, str) else None
    if rule == "valid":
        pairs = tuple((0, 0) for _ in size)
    elif rule == "same":
        pairs = tuple(same_padding(n, e, s) for n, e, s in zip(size, extent, strides, strict=True))
    elif rule == "causal" and len(size) == 1:
        pairs = ((extent[0] - 1, 0),)
    elif rule is None and not isinstance(padding, int) and len(padding) == len(size):
        pairs = tuple((int(before), int(after)) for before, after in padding)
    else:
        raise ValueError(
            f"padding must be 'valid', 'same'{', causal' if len(size) == 1 else ''} or {len(size)} pairs, not {padding!r}."
        )
    for n, e, (before, after) in zip(size, extent, pairs, strict=True):
        if n + before + after < e:
            raise ValueError(
                f"the window reaches over {e} elements, but the input has only {n} (padded: {n + before + after}); "
                f"spatial shape {tuple(size)}, window {tuple(window)}, dilation {tuple(dilation)}. Use a smaller window "
                "or padding='same'."
            )
    return pairs


def transposed_size(size: int, extent: int, stride: int, padding: str, output_padding: int | None) -> int:
    """The length that a transposed convolution makes of `size` elements.

    Example:
        >>> transposed_size(4, 3, 2, "same", None)
        8
    """
    if output_padding is None:
        return size * stride + (max(extent - stride, 0) if padding == "valid" else 0)
    before = extent // 2 if padding == "same" else 0
    return (size - 1) * stride + extent - 2 * before + output_padding


def channels_last(F: Any, x: Any, data_format: str) -> Any:
    """`x` with its channels as the last axis."""
    return F.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def channels_first(F: Any, x: Any, data_format: str) -> Any:
    """The way back from `channels_last`."""
    return F.moveaxis(x, -1, 1) if data_format == "channels_first" else x
