"""What goes into models trained on ImageNet and what comes out: pixel values, names of classes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.applications.checkpoints import CLASS_INDEX
from unikeras.core.settings import image_data_format
from unikeras.core.tensor import is_tensor
from unikeras.utils.get_file import get_file

__all__ = ["decode_predictions", "preprocess_input", "preprocessing"]

# Of ImageNet's channels: red, green, blue.
_MEAN = (123.68, 116.779, 103.939)
_UNIT_MEAN, _UNIT_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Scale images with values in [0, 255] as a model was trained to see them (mirrors `keras.applications.imagenet_utils`).

    Args:
        x: array or tensor of images, [height, width, channels] or a batch of them; a NumPy array of floats is changed in
            place, as in Keras.
        data_format: "channels_last" or "channels_first"; the image data format if `None`.
        mode: "caffe": blue, green, red, each less its mean; "tf": to [-1, 1]; "torch": to [0, 1], then standardized.

    Returns:
        What was given, an array or a tensor, scaled.

    Raises:
        ValueError: another mode or data format.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> keras.applications.imagenet_utils.preprocess_input(np.array([[[0.0, 127.5, 255.0]]]), mode="tf").tolist()
        [[[-1.0, 0.0, 1.0]]]
    """
    if mode not in ("caffe", "tf", "torch"):
        raise ValueError(f"preprocess_input: mode must be 'caffe', 'tf' or 'torch', not {mode!r}.")
    data_format = image_data_format() if data_format is None else data_format
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f"preprocess_input: data_format must be 'channels_last' or 'channels_first', not {data_format!r}."
        )
    axis = -1 if data_format == "channels_last" else -3
    if is_tensor(x):
        return _scaled(ops.cast(x, "float32") if not x.dtype.is_floating else x, axis, mode)
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype("float32")
    x[...] = _scaled(x, axis, mode)
    return x


def _scaled(x: Any, axis: int, mode: str) -> Any:
    if mode == "tf":
        return x / 127.5 - 1.0

    def along(values: tuple[float, ...]) -> Any:
        """The values in the dtype of x, along the channels."""
        shape = [1] * len(x.shape)
        shape[axis] = len(values)
        array = np.array(values, x.dtype if isinstance(x, np.ndarray) else "float32").reshape(shape)
        return ops.cast(array, x.dtype) if is_tensor(x) else array

    if mode == "torch":
        return (x / 255.0 - along(_UNIT_MEAN)) / along(_UNIT_DEVIATION)
    flip = ops.flip if is_tensor(x) else np.flip
    return flip(x, axis=axis) - along(_MEAN[::-1])


def preprocessing(mode: str | None, what: str) -> Callable[..., Any]:
    """The `preprocess_input` of one family of models; without a mode, images stay as they are.

    Args:
        mode: as for `preprocess_input`, or `None` where the model itself scales.
        what: the family's name, for the docstring.
    """

    def preprocess(x: Any, data_format: str | None = None) -> Any:
        return x if mode is None else preprocess_input(x, data_format, mode)

    preprocess.__name__ = preprocess.__qualname__ = "preprocess_input"
    does = {
        None: "The images as they are: the model scales them itself",
        "tf": "Scale images from [0, 255] to [-1, 1]",
        "torch": "Scale images from [0, 255] to [0, 1], then standardize each channel",
        "caffe": "Turn images in [0, 255] to blue, green, red, each channel less its mean",
    }[mode]
    preprocess.__doc__ = f"""{does}, as {what} was trained.

    Args:
        x: array or tensor of images, [height, width, channels] or a batch of them.
        data_format: "channels_last" or "channels_first"; the image data format if `None`.

    Returns:
        What was given, an array or a tensor, scaled.
    """
    return preprocess


@cache
def _class_index() -> dict[str, list[str]]:
    origin, digest = CLASS_INDEX
    path = get_file("imagenet_class_index.json", origin, cache_subdir="models", file_hash=digest)
    with open(path) as file:
        return json.load(file)


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """The names of the most probable classes of ImageNet (mirrors `keras.applications.imagenet_utils`).

    Args:
        preds: array or tensor [batch, 1000] of probabilities.
        top: int, how many classes of each sample.

    Returns:
        For each sample a list of (WordNet number, name, probability), the most probable first.

    Raises:
        ValueError: predictions of another shape.
        DownloadError: an `OSError`, if the list of classes is neither in the cache nor to be had; it names the file.

    Example:
        >>> from unikeras import keras
        >>> keras.applications.imagenet_utils.decode_predictions([[0.2, 0.8]])
        Traceback (most recent call last):
        ...
        ValueError: decode_predictions: expected predictions of shape (samples, 1000), got (1, 2).
    """
    preds = np.asarray(preds)
    if preds.ndim != 2 or preds.shape[1] != 1000:
        raise ValueError(
            f"decode_predictions: expected predictions of shape (samples, 1000), got {preds.shape}."
        )
    index = _class_index()
    order = np.argsort(-preds, axis=1, kind="stable")[:, :top]
    return [[(*index[str(i)], row[i]) for i in places] for row, places in zip(preds, order, strict=True)]
