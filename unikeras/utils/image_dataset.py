"""`image_dataset_from_directory`: folders of pictures as a data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec
from unikeras.utils.labelled_files import LabelledFiles, check_format

__all__ = ["image_dataset_from_directory"]

_KINDS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
_INTERPOLATIONS = (
    "bilinear",
    "nearest",
    "bicubic",
    "area",
    "lanczos3",
    "lanczos5",
    "gaussian",
    "mitchellcubic",
)


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: Any = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Pictures in folders, a folder a class (mirrors `keras.utils.image_dataset_from_directory`).

    Args:
        directory: the folder.
        labels: 'inferred' (from the folders' names), `None`, or whole numbers in the order of the sorted paths.
        label_mode: 'int', 'binary', 'categorical' or `None` (no labels).
        class_names: the folders to take, in the order of their labels.
        color_mode: 'grayscale', 'rgb' or 'rgba'.
        batch_size: pictures a batch; `None`: one by one.
        image_size: (height, width) in pixels to scale to, or one number for both.
        shuffle: whether the order is random, another one in each epoch.
        seed: of the order and the split.
        validation_split: the fraction of the files that are for validation.
        subset: 'training', 'validation' or 'both' (a pair), with `validation_split`.
        interpolation: how they are scaled, as of `keras.ops.image.resize`, or 'area', 'gaussian', 'mitchellcubic'.
        follow_links: whether links to folders are followed.
        crop_to_aspect_ratio: whether what does not fit is cut off instead of distorted.
        pad_to_aspect_ratio: whether black borders are added instead.
        data_format: 'channels_last' or 'channels_first'; the setting of `keras.config` if `None`.
        format: 'tf'.
        verbose: whether the numbers of files are printed.

    Returns:
        A `tf.data.Dataset` of float32 [batch, height, width, channels] from 0 to 255 (uint8 for 'nearest'), or of pairs of that
        and the labels, with `class_names` and `file_paths`.
        Files are read in parallel and ahead.

    Raises:
        ValueError: arguments that do not fit each other, or no files.
        FileNotFoundError: there is no such folder.

    Example:
        >>> import os, tempfile
        >>> import unikeras as tf
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("cat", "dog"):
        ...         os.mkdir(os.path.join(folder, name))
        ...         tf.io.write_file(os.path.join(folder, name, "1.png"), tf.io.encode_png([[[9], [9]]]))
        ...     dataset = image_dataset_from_directory(folder, image_size=(4, 4), shuffle=False)
        ...     [(x.shape, y.tolist()) for x, y in dataset.as_numpy_iterator()], dataset.class_names
        Found 2 files belonging to 2 classes.
        ([((2, 4, 4, 3), [0, 1])], ['cat', 'dog'])
    """
    from unikeras.core.settings import image_data_format

    check_format(format)
    if color_mode not in _CHANNELS:
        raise ValueError(f"color_mode must be 'grayscale', 'rgb' or 'rgba', not {color_mode!r}.")
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"interpolation must be one of {', '.join(_INTERPOLATIONS)}, not {interpolation!r}.")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError("crop_to_aspect_ratio and pad_to_aspect_ratio exclude each other; set one of them.")
    sides = (image_size, image_size) if isinstance(image_size, (int, np.integer)) else tuple(image_size)
    if len(sides) != 2 or min(sides) < 1:
        raise ValueError(f"image_size must be (height, width) in pixels, not {image_size!r}.")
    first = (data_format or image_data_format()) == "channels_first"
    files = LabelledFiles(
        directory,
        _KINDS,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        verbose=bool(verbose),
        noun="image",
    )
    size = (int(sides[0]), int(sides[1]))
    channels = _CHANNELS[color_mode]
    kind = "uint8" if interpolation == "nearest" else "float32"

    def load(path: Any) -> np.ndarray:
        return _picture(path, size, channels, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, first)

    return files.datasets(load, TensorSpec((channels, *size) if first else (*size, channels), kind))


def _picture(
    path: Any, size: tuple[int, int], channels: int, interpolation: str, crop: bool, pad: bool, first: bool
) -> np.ndarray:
    """A file's pixels, scaled: float32; of 'nearest' uint8."""
    from unikeras.io.files import read_file
    from unikeras.io.images import decode_image
    from unikeras.ops.image_resize import resize

    pixels = np.asarray(decode_image(read_file(path), channels=channels, expand_animations=False))
    if pixels.shape[:2] != size:
        pixels = np.asarray(
            resize(
                pixels.astype(np.float32),
                size,
                interpolation=interpolation,
                crop_to_aspect_ratio=crop,
                pad_to_aspect_ratio=pad,
                data_format="channels_last",
            )
        )
    pixels = pixels.astype(np.uint8 if interpolation == "nearest" else np.float32)
    return pixels.transpose(2, 0, 1) if first else pixels
