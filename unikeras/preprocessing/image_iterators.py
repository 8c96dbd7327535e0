"""Batches of images of arrays, of folders and of pandas tables, as `ImageDataGenerator` makes them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator as Iterates
from typing import Any

import numpy as np

from unikeras.core.dtypes import floatx
from unikeras.core.settings import image_data_format
from unikeras.core.strict import report
from unikeras.utils.images import array_to_img, img_to_array, load_img
from unikeras.utils.py_dataset import PyDataset

__all__ = ["BatchFromFiles", "DirectoryIterator", "Iterator", "NumpyArrayIterator"]


class Iterator(PyDataset):
    """Batches by index and one after the other without end (mirrors `keras.preprocessing.image.Iterator`).

    Subclasses define `_get_batches_of_transformed_samples(index_array)`.

    Args:
        n: the number of samples.
        batch_size: samples a batch.
        shuffle: whether the order changes every epoch.
        seed: of NumPy's global generator, which is seeded anew before every batch; `None` leaves it alone.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        super().__init__()
        self.n = n
        self.batch_size = batch_size
        self.seed = seed
        self.shuffle = shuffle
        self.batch_index = 0
        self.total_batches_seen = 0
        self.lock = threading.RLock()
        self.index_array: np.ndarray | None = None

    def _order(self) -> np.ndarray:
        return np.random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _seed_batch(self) -> None:
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, idx: int) -> Any:
        if not 0 <= idx < len(self):
            # IndexError ends a plain loop over the batches; Keras raises ValueError
            raise _NoBatch(f"There is no batch {idx}: there are {len(self)}.")
        with self.lock:
            self._seed_batch()
            if self.index_array is None:
                self.index_array = self._order()
            chosen = self.index_array[self.batch_size * idx : self.batch_size * (idx + 1)]
            return self._get_batches_of_transformed_samples(chosen)

    def on_epoch_end(self) -> None:
        """Take another order, if shuffling."""
        self.index_array = self._order()

    def reset(self) -> None:
        """Begin with the first batch again."""
        self.batch_index = 0

    def __iter__(self) -> Iterates[Any]:
        return self

    def __next__(self) -> Any:
        with self.lock:
            # the order is drawn with the batch's seed
            self._seed_batch()
            if self.batch_index == 0 or self.index_array is None:
                self.index_array = self._order()
            start = self.batch_index * self.batch_size % max(1, self.n)
            self.batch_index = self.batch_index + 1 if start + self.batch_size < self.n else 0
            chosen = self.index_array[start : start + self.batch_size]
            return self._get_batches_of_transformed_samples(chosen)

    def next(self) -> Any:
        """The next batch."""
        return self.__next__()

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} needs a method _get_batches_of_transformed_samples(index_array) that returns a batch."
        )


class _NoBatch(IndexError, ValueError):
    """There is no batch of that number."""


class _Saving:
    """Writes the images of batches to a folder, to look at them."""

    save_to_dir: Any
    save_prefix: str
    save_format: str
    data_format: str

    def _save(self, batch: np.ndarray, index_array: Any) -> None:
        if not self.save_to_dir:
            return
        for index, image in zip(index_array, batch, strict=True):
            name = f"{self.save_prefix}_{index}_{np.random.randint(10**7)}.{self.save_format}"
            array_to_img(image, self.data_format, scale=True).save(os.path.join(self.save_to_dir, name))


class NumpyArrayIterator(_Saving, Iterator):
    """Batches of arrays of images (mirrors `keras.preprocessing.image.NumpyArrayIterator`).

    Args:
        x: [images, ...] of rank 4; or a pair of them and a list of further arrays, whose rows come along unchanged.
        y: labels, if there are any.
        image_data_generator: what changes and normalises.
        batch_size: images a batch.
        shuffle: whether the order changes every epoch.
        sample_weight: a weight an image.
        seed: of NumPy's generator.
        data_format: 'channels_last' or 'channels_first'; the global setting if `None`.
        save_to_dir: a folder to write the changed images to.
        save_prefix: what their names begin with.
        save_format: their format.
        subset: 'training' or 'validation' of the generator's `validation_split`: the first images are for validation.
        ignore_class_split: accept subsets that do not have the same classes.
        dtype: of the batches; floatx if `None`.

    Raises:
        ValueError: lengths that differ, another rank, a subset of another name or that lacks classes.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: Any = None,
    ) -> None:
        self.dtype = floatx() if dtype is None else dtype
        self.data_format = image_data_format() if data_format is None else data_format
        misc: list[np.ndarray] = []
        if (
            isinstance(x, (tuple, list))
            and len(x) == 2
            and isinstance(x[1], (tuple, list, np.ndarray))
            and np.ndim(x[0]) == 4
        ):
            misc = [np.asarray(v) for v in (x[1] if isinstance(x[1], (tuple, list)) else [x[1]])]
            x = x[0]
        for what, other in (
            ("y", y),
            ("sample_weight", sample_weight),
            *(("a further input", m) for m in misc),
        ):
            if other is not None and len(other) != len(x):
                raise ValueError(
                    f"NumpyArrayIterator: x has {len(x)} images, but {what} has length {len(other)}; they must be equally long."
                )
        x = np.asarray(x)
        y = None if y is None else np.asarray(y)
        sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        if subset is not None:
            part = _subset(subset, len(x), image_data_generator._validation_split)
            if y is not None and not ignore_class_split:
                at = int(len(x) * image_data_generator._validation_split)
                if not np.array_equal(np.unique(y[:at]), np.unique(y[at:])):
                    raise ValueError(
                        "NumpyArrayIterator: after the split the training and validation subsets have different classes. Shuffle the "
                        "data before (labels of a kind may lie together), or pass ignore_class_split=True if the labels are no classes."
                    )
            x, misc = x[part], [m[part] for m in misc]
            y = None if y is None else y[part]
            sample_weight = None if sample_weight is None else sample_weight[part]
        self.x = np.asarray(x, dtype=self.dtype)
        self.x_misc = misc
        if self.x.ndim != 4:
            raise ValueError(f"NumpyArrayIterator: expected images of rank 4, got shape {self.x.shape}.")
        channels = self.x.shape[3 if self.data_format == "channels_last" else 1]
        if channels not in (1, 3, 4):
            report(
                f"NumpyArrayIterator: expected 1, 3 or 4 channels ({self.data_format}); the images of shape {self.x.shape} have {channels}."
            )
        self.y = y
        self.sample_weight = sample_weight
        self.image_data_generator = image_data_generator
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        generator = self.image_data_generator
        images = []
        for index in index_array:
            image = self.x[index]
            drawn = generator.get_random_transform(image.shape)
            images.append(generator.standardize(generator.apply_transform(image.astype(self.dtype), drawn)))
        batch = np.stack(images).astype(self.dtype) if images else self.x[:0]
        self._save(batch, index_array)
        x = [batch, *(m[index_array] for m in self.x_misc)] if self.x_misc else batch
        if self.y is None:
            return (x,) if self.x_misc else x
        if self.sample_weight is None:
            return x, self.y[index_array]
        return x, self.y[index_array], self.sample_weight[index_array]


def _subset(subset: str, count: int, split: float) -> slice:
    """Which of `count` samples a subset has: the first are for validation."""
    if subset not in ("training", "validation"):
        raise ValueError(f"subset must be 'training' or 'validation', not {subset!r}.")
    at = int(split * count)
    return slice(0, at) if subset == "validation" else slice(at, count)


class BatchFromFiles(_Saving, Iterator):
    """What iterators over image files share: subclasses have `filepaths`, `labels`, `sample_weight` and `class_mode`."""

    filepaths: list[str]
    labels: Any
    sample_weight: Any
    class_mode: str | None
    class_indices: dict[str, int]
    dtype: Any

    def set_processing_attrs(
        self,
        image_data_generator: Any,
        target_size: Any,
        color_mode: str,
        data_format: str | None,
        save_to_dir: Any,
        save_prefix: str,
        save_format: str,
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
    ) -> None:
        """Set how files become images; the arguments are those of `DirectoryIterator`."""
        self.image_data_generator = image_data_generator
        self.target_size = tuple(target_size)
        self.keep_aspect_ratio = keep_aspect_ratio
        if color_mode not in ("rgb", "rgba", "grayscale"):
            raise ValueError(f"color_mode must be 'rgb', 'rgba' or 'grayscale', not {color_mode!r}.")
        self.color_mode = color_mode
        self.data_format = image_data_format() if data_format is None else data_format
        channels = {"rgb": 3, "rgba": 4, "grayscale": 1}[color_mode]
        last = self.data_format == "channels_last"
        self.image_shape = (*self.target_size, channels) if last else (channels, *self.target_size)
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        self.interpolation = interpolation
        if subset not in (None, "training", "validation"):
            raise ValueError(f"subset must be 'training' or 'validation', not {subset!r}.")
        self.subset = subset

    def _part(self, count: int) -> slice:
        """Which of `count` files belong to the subset."""
        if self.subset is None or self.image_data_generator is None:
            return slice(0, count)
        return _subset(self.subset, count, self.image_data_generator._validation_split)

    def _image(self, path: str) -> np.ndarray:
        image = load_img(
            path,
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        x = img_to_array(image, data_format=self.data_format)
        image.close()
        generator = self.image_data_generator
        if generator is None:
            return x
        return generator.standardize(generator.apply_transform(x, generator.get_random_transform(x.shape)))

    def _get_batches_of_transformed_samples(self, index_array: Any) -> Any:
        batch = np.zeros((len(index_array), *self.image_shape), dtype=self.dtype)
        for row, index in enumerate(index_array):
            batch[row] = self._image(self.filepaths[index])
        self._save(batch, index_array)
        if self.class_mode is None:
            return batch
        y = self._targets(batch, index_array)
        if self.sample_weight is None:
            return batch, y
        return batch, y, np.asarray(self.sample_weight)[index_array]

    def _targets(self, batch: np.ndarray, index_array: Any) -> Any:
        if self.class_mode == "input":
            return batch.copy()
        if self.class_mode in ("binary", "sparse"):
            return np.asarray(self.labels)[index_array].astype(self.dtype)
        if self.class_mode == "multi_output":
            return [output[index_array] for output in self.labels]
        if self.class_mode == "raw":
            return self.labels[index_array]
        y = np.zeros((len(batch), len(self.class_indices)), dtype=self.dtype)
        for row, index in enumerate(index_array):
            y[row, self.labels[index]] = 1
        return y


class DirectoryIterator(BatchFromFiles):
    """Batches of the image files in a folder that has a folder for each class (mirrors `keras.preprocessing.image.DirectoryIterator`).

    Args:
        directory: the folder.
        image_data_generator: what changes and normalises; `None` for nothing.
        target_size: (height, width) that all images are scaled to.
        color_mode: 'rgb', 'rgba' or 'grayscale'.
        classes: the names of the classes' folders in the order of their numbers; all folders by name if `None`.
        class_mode: the labels: 'categorical' (rows with a 1), 'binary' or 'sparse' (numbers), 'input' (the images themselves) or `None`.
        batch_size: images a batch.
        shuffle: whether the order changes every epoch.
        seed: of NumPy's generator.
        data_format: 'channels_last' or 'channels_first'; the global setting if `None`.
        save_to_dir: a folder to write the changed images to.
        save_prefix: what their names begin with.
        save_format: their format.
        follow_links: whether links to folders are followed.
        subset: 'training' or 'validation' of the generator's `validation_split`; the first files of each class are for validation.
        interpolation: of the scaling; see `load_img`.
        keep_aspect_ratio: whether images are cut to the target's proportions before scaling.
        dtype: of the batches; floatx if `None`.

    Raises:
        ValueError: an unknown mode or subset.
        FileNotFoundError: the folder is not there.
    """

    allowed_class_modes = {"categorical", "binary", "sparse", "input", None}

    def __init__(
        self,
        directory: Any,
        image_data_generator: Any,
        target_size: Any = (256, 256),
        color_mode: str = "rgb",
        classes: Any = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
    ) -> None:
        self.set_processing_attrs(
            image_data_generator,
            target_size,
            color_mode,
            data_format,
            save_to_dir,
            save_prefix,
            save_format,
            subset,
            interpolation,
            keep_aspect_ratio,
        )
        if class_mode not in self.allowed_class_modes:
            raise ValueError(
                f"class_mode must be 'categorical', 'binary', 'sparse', 'input' or None, not {class_mode!r}."
            )
        self.directory = os.fspath(directory)
        self.class_mode = class_mode
        self.dtype = floatx() if dtype is None else dtype
        if not classes:
            classes = sorted(
                name
                for name in os.listdir(self.directory)
                if os.path.isdir(os.path.join(self.directory, name))
            )
        self.num_classes = len(classes)
        self.class_indices = {name: number for number, name in enumerate(classes)}
        self.filenames: list[str] = []
        numbers: list[int] = []
        for name, number in self.class_indices.items():
            files = self._files(name, follow_links)
            files = files[self._part(len(files))]
            self.filenames += files
            numbers += [number] * len(files)
        self.samples = len(self.filenames)
        self.classes = np.array(numbers, dtype="int32")
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _files(self, name: str, follow_links: bool) -> list[str]:
        """The image files of a class, relative to the folder, in order."""
        found = []
        walk = os.walk(os.path.join(self.directory, name), followlinks=follow_links)
        for folder, _, names in sorted(walk):
            for file in sorted(names):
                if file.lower().endswith(tuple(f".{ending}" for ending in self.white_list_formats)):
                    found.append(os.path.relpath(os.path.join(folder, file), self.directory))
        return found

    @property
    def filepaths(self) -> list[str]:  # type: ignore[override]
        """The files' paths."""
        return self._filepaths

    @property
    def labels(self) -> np.ndarray:
        """The files' classes, as numbers."""
        return self.classes

    @property
    def sample_weight(self) -> None:
        """Files in folders have no weights."""
        return None
