"""`smart_resize`: an image cut to an aspect ratio, then scaled."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["smart_resize"]


def smart_resize(
    x: Any,
    size: Any,
    interpolation: str = "bilinear",
    data_format: str | None = "channels_last",
    **kwargs: Any,
) -> Any:
    """Images of a size without distortion: the middle is cut out first (mirrors `keras.preprocessing.image.smart_resize`).

    Args:
        x: [..., height, width, channels], or channels first.
        size: the new (height, width).
        interpolation: see `keras.ops.image.resize`.
        data_format: 'channels_last' or 'channels_first'.
        **kwargs: Keras 3's `backend_module` is accepted.

    Returns:
        A NumPy array for one, a tensor for a tensor.

    Raises:
        ValueError: `size` is not a pair, or another rank.

    Example:
        >>> smart_resize(np.arange(8.0).reshape(2, 4, 1), (2, 2))[..., 0].tolist()
        [[1.0, 2.0], [5.0, 6.0]]
    """
    from unikeras.ops.image_resize import resize

    kwargs.pop("backend_module", None)
    if kwargs:
        raise TypeError(f"smart_resize: unknown arguments {sorted(kwargs)}.")
    if len(size) != 2:
        raise ValueError(f"smart_resize: size must be (height, width), not {size!r}.")
    given = x.astype("float32") if isinstance(x, np.ndarray) and x.dtype.kind in "iub" else x
    found = resize(
        given, tuple(size), interpolation=interpolation, crop_to_aspect_ratio=True, data_format=data_format
    )
    return np.asarray(found) if isinstance(x, np.ndarray) else found
