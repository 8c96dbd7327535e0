"""`ImageDataGenerator`: batches of images, changed at random and normalised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.dtypes import floatx
from unikeras.core.settings import image_data_format
from unikeras.core.strict import report
from unikeras.preprocessing.affine import apply_affine_transform
from unikeras.preprocessing.augment import apply_brightness_shift, apply_channel_shift
from unikeras.preprocessing.dataframe_iterator import DataFrameIterator
from unikeras.preprocessing.image_iterators import DirectoryIterator, NumpyArrayIterator

__all__ = ["ImageDataGenerator"]

_TINY = 1e-6  # keeps the deviation of a flat image from being 0


class ImageDataGenerator:
    """Batches of images, changed at random and normalised (mirrors `keras.preprocessing.image.ImageDataGenerator`).

    Random draws are from NumPy's global generator in Keras's order: with the same `seed` the same numbers are drawn. In two things
    later versions of tf.keras 2 do otherwise than documented: there `height_shift_range` moves images to the side and `width_shift_range` up and
    down, and oblong images turn about a point that is not their middle. Here it is as documented.

    Args:
        featurewise_center: subtract the mean image value of the data; needs `fit`.
        samplewise_center: subtract each image's own mean.
        featurewise_std_normalization: divide by the data's deviation; needs `fit`.
        samplewise_std_normalization: divide by each image's own deviation.
        zca_whitening: decorrelate the pixels; needs `fit`.
        zca_epsilon: keeps the whitening of directions without variance finite.
        rotation_range: rotate by up to so many degrees.
        width_shift_range: shift by up to this fraction of the width (below 1) or so many pixels; or a list of pixels to choose from.
        height_shift_range: likewise.
        brightness_range: a pair: the factors between which the brightness is drawn.
        shear_range: shear by up to so many degrees.
        zoom_range: a pair of factors, or z for (1 - z, 1 + z).
        channel_shift_range: add up to this to all values.
        fill_mode: what lies outside the image: 'nearest', 'constant', 'reflect' or 'wrap'.
        cval: the value outside for 'constant'.
        horizontal_flip: mirror half of the images left to right.
        vertical_flip: mirror half of the images top to bottom.
        rescale: a factor, applied before the normalisations.
        preprocessing_function: called with each image (rank 3) after the random changes; returns one of that shape.
        data_format: 'channels_last' or 'channels_first'; the global setting if `None`.
        validation_split: the fraction of the images that is for validation.
        interpolation_order: of the resampling: 0 or 1 (2 to 5 need scipy).
        dtype: of the batches; floatx if `None`.

    Raises:
        ValueError: an argument that cannot be used.

    Example:
        >>> images = np.arange(4 * 6 * 6 * 1.0).reshape(4, 6, 6, 1)
        >>> generator = ImageDataGenerator(rescale=1 / 255, rotation_range=20, horizontal_flip=True)
        >>> batch, labels = next(generator.flow(images, [0, 1, 0, 1], batch_size=2, seed=1))
        >>> batch.shape, labels.shape
        ((2, 6, 6, 1), (2,))
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Any], Any] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self.featurewise_center = featurewise_center
        self.samplewise_center = samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening = zca_whitening
        self.zca_epsilon = zca_epsilon
        self.rotation_range = rotation_range
        self.width_shift_range = width_shift_range
        self.height_shift_range = height_shift_range
        self.shear_range = shear_range
        self.channel_shift_range = channel_shift_range
        self.fill_mode = fill_mode
        self.cval = cval
        self.horizontal_flip = horizontal_flip
        self.vertical_flip = vertical_flip
        self.rescale = rescale
        self.preprocessing_function = preprocessing_function
        self.interpolation_order = interpolation_order
        self.dtype = floatx() if dtype is None else dtype
        self.data_format = image_data_format() if data_format is None else data_format
        if self.data_format not in ("channels_last", "channels_first"):
            raise ValueError(
                f"data_format must be 'channels_last' or 'channels_first', not {self.data_format!r}."
            )
        first = self.data_format == "channels_first"
        self.channel_axis, self.row_axis, self.col_axis = (1, 2, 3) if first else (3, 1, 2)
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(f"validation_split must be between 0 and 1, not {validation_split}.")
        self._validation_split = validation_split
        self.mean: Any = None
        self.std: Any = None
        self.zca_whitening_matrix: Any = None
        self.zoom_range = _zoom_range(zoom_range)
        if brightness_range is not None and (
            not isinstance(brightness_range, (tuple, list)) or len(brightness_range) != 2
        ):
            raise ValueError(f"brightness_range must be a pair of numbers, not {brightness_range!r}.")
        self.brightness_range = brightness_range
        if zca_whitening and not featurewise_center:
            self.featurewise_center = True
            report("ImageDataGenerator: zca_whitening needs featurewise_center=True, which is set.")
        if zca_whitening and featurewise_std_normalization:
            self.featurewise_std_normalization = False
            report(
                "ImageDataGenerator: zca_whitening overrides featurewise_std_normalization, which is not used."
            )
        if featurewise_std_normalization and not self.featurewise_center:
            self.featurewise_center = True
            report(
                "ImageDataGenerator: featurewise_std_normalization needs featurewise_center=True, which is set."
            )
        if samplewise_std_normalization and not samplewise_center:
            self.samplewise_center = True
            report(
                "ImageDataGenerator: samplewise_std_normalization needs samplewise_center=True, which is set."
            )

    # Where images come from.

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: Any = None,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of arrays; see `NumpyArrayIterator`."""
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            ignore_class_split=ignore_class_split,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of image files in a folder for each class; see `DirectoryIterator`."""
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Any,
        directory: Any = None,
        x_col: str = "filename",
        y_col: Any = "class",
        weight_col: str | None = None,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: Any,
    ) -> DataFrameIterator:
        """Batches of image files that a pandas DataFrame names; see `DataFrameIterator`."""
        for old in ("has_ext", "sort", "drop_duplicates"):
            if kwargs.pop(old, None) is not None:
                report(f"flow_from_dataframe: {old} has no effect any more.", DeprecationWarning)
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            validate_filenames=validate_filenames,
            dtype=self.dtype,
            **kwargs,
        )

    # What is done to an image.

    def get_random_transform(self, img_shape: Any, seed: int | None = None) -> dict[str, Any]:
        """Draw a change for an image.

        Args:
            img_shape: the image's shape, of rank 3.
            seed: of NumPy's generator; `None` goes on with it.

        Returns:
            The arguments of `apply_affine_transform` that were drawn, 'flip_horizontal', 'flip_vertical', 'channel_shift_intensity' and 'brightness'.
        """
        if seed is not None:
            np.random.seed(seed)
        theta = np.random.uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        ty = _shift(self.height_shift_range, img_shape[self.row_axis - 1])
        tx = _shift(self.width_shift_range, img_shape[self.col_axis - 1])
        shear = np.random.uniform(-self.shear_range, self.shear_range) if self.shear_range else 0
        low, high = self.zoom_range
        zx, zy = (1, 1) if low == high == 1 else np.random.uniform(low, high, 2)
        horizontal = bool((np.random.random() < 0.5) * self.horizontal_flip)
        vertical = bool((np.random.random() < 0.5) * self.vertical_flip)
        intensity = brightness = None
        if self.channel_shift_range != 0:
            intensity = np.random.uniform(-self.channel_shift_range, self.channel_shift_range)
        if self.brightness_range is not None:
            brightness = np.random.uniform(*self.brightness_range)
        return {
            "theta": theta,
            "tx": tx,
            "ty": ty,
            "shear": shear,
            "zx": zx,
            "zy": zy,
            "flip_horizontal": horizontal,
            "flip_vertical": vertical,
            "channel_shift_intensity": intensity,
            "brightness": brightness,
        }

    def apply_transform(self, x: Any, transform_parameters: dict[str, Any]) -> np.ndarray:
        """Change an image as told.

        Args:
            x: an image of rank 3.
            transform_parameters: as `get_random_transform` returns them; what is missing does nothing.
        """
        given: Callable[..., Any] = transform_parameters.get
        row, col, channel = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        x = apply_affine_transform(
            x,
            given("theta", 0),
            given("tx", 0),
            given("ty", 0),
            given("shear", 0),
            given("zx", 1),
            given("zy", 1),
            row_axis=row,
            col_axis=col,
            channel_axis=channel,
            fill_mode=self.fill_mode,
            cval=self.cval,
            order=self.interpolation_order,
        )
        if given("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, given("channel_shift_intensity"), channel)
        if given("flip_horizontal", False):
            x = np.flip(x, col)
        if given("flip_vertical", False):
            x = np.flip(x, row)
        if given("brightness") is not None:
            x = apply_brightness_shift(x, given("brightness"), False)
        return x

    def random_transform(self, x: Any, seed: int | None = None) -> np.ndarray:
        """Change an image (rank 3) at random."""
        return self.apply_transform(x, self.get_random_transform(np.shape(x), seed))

    def standardize(self, x: Any) -> np.ndarray:
        """Normalise an image, or a batch of images, as the settings say.

        Warns:
            A setting needs `fit`, which was not called.
        """
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        x = np.asarray(x)
        if x.dtype.kind != "f":
            x = x.astype(self.dtype)
        if self.rescale:
            x = x * np.asarray(self.rescale, x.dtype)
        if self.samplewise_center:
            x = x - x.mean(keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (x.std(keepdims=True) + _TINY)
        if self.featurewise_center and self._fitted("featurewise_center", self.mean):
            x = x - self.mean
        if self.featurewise_std_normalization and self._fitted("featurewise_std_normalization", self.std):
            x = x / (self.std + _TINY)
        if self.zca_whitening and self._fitted("zca_whitening", self.zca_whitening_matrix):
            x = (x.reshape(-1, self.zca_whitening_matrix.shape[0]) @ self.zca_whitening_matrix).reshape(
                x.shape
            )
        return x

    def _fitted(self, setting: str, value: Any) -> bool:
        if value is None:
            report(
                f"ImageDataGenerator: {setting} is set, but the generator has not been fit on data, so it does nothing. "
                "Call `.fit(images)` first."
            )
        return value is not None

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Measure images for the normalisations over the data.

        Args:
            x: [images, ...] as `data_format` says; 1, 3 or 4 channels.
            augment: whether the images are changed at random first.
            rounds: how many times, if so.
            seed: of NumPy's generator.

        Raises:
            ValueError: another rank.
        """
        x = np.array(x, dtype=self.dtype)
        if x.ndim != 4:
            raise ValueError(f"ImageDataGenerator.fit: expected images of rank 4, got shape {x.shape}.")
        if x.shape[self.channel_axis] not in (1, 3, 4):
            report(
                f"ImageDataGenerator.fit: expected 1, 3 or 4 channels on axis {self.channel_axis} ({self.data_format}); the data "
                f"of shape {x.shape} have {x.shape[self.channel_axis]}."
            )
        if seed is not None:
            np.random.seed(seed)
        if augment:
            x = np.stack([self.random_transform(image) for _ in range(rounds) for image in x]).astype(
                self.dtype
            )
        shape = [1, 1, 1]
        shape[self.channel_axis - 1] = x.shape[self.channel_axis]
        if self.featurewise_center:
            self.mean = x.mean(axis=(0, self.row_axis, self.col_axis)).reshape(shape)
            x -= self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(axis=(0, self.row_axis, self.col_axis)).reshape(shape)
            x /= self.std + _TINY
        if self.zca_whitening:
            flat = x.reshape(len(x), -1)
            u, s, _ = np.linalg.svd(flat.T, full_matrices=False)
            self.zca_whitening_matrix = (u * (np.sqrt(len(x)) / (s + self.zca_epsilon))) @ u.T


def _zoom_range(zoom_range: Any) -> list[Any]:
    if isinstance(zoom_range, (int, float)):
        return [1 - zoom_range, 1 + zoom_range]
    if len(zoom_range) == 2 and all(isinstance(z, (int, float)) for z in zoom_range):
        return list(zoom_range)
    raise ValueError(f"zoom_range must be a number or a pair of numbers, not {zoom_range!r}.")


def _shift(given: Any, size: int) -> float:
    """A shift in pixels: of a list one of its members, of a whole number one below it, either way; of a fraction up to it."""
    if not np.ndim(given) and not given:
        return 0
    if np.ndim(given) or isinstance(given, (int, np.integer)):
        shift = float(np.random.choice(given))
        shift *= np.random.choice([-1, 1])
    else:
        shift = np.random.uniform(-given, given)
    return shift * size if np.max(given) < 1 else shift
