"""What the data sets from folders have in common: which files there are, their labels, and the split."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec

__all__ = ["LabelledFiles"]


class LabelledFiles:
    """The files of a folder in order, and a data set of what is in them.

    Args:
        directory: the folder; with inferred labels, each folder in it is a class.
        endings: the files' names end with one of these.
        labels: 'inferred', `None`, or whole numbers in the order of the files' sorted paths.
        label_mode: 'int' (int32 []), 'binary' (float32 [1]), 'categorical' (float32 [classes]) or `None`.
        class_names: the folders to take, in the order of their labels; all, sorted, if `None`.
        batch_size: files a batch; `None`: no batches.
        shuffle: whether the order is random.
        seed: of the order.
        validation_split: the fraction of the files that are for validation: the last ones of the order.
        subset: 'training', 'validation' or 'both', with a split.
        follow_links: whether links to folders are followed.
        verbose: whether the numbers of files are printed.
        noun: what the files are, for messages.

    Raises:
        ValueError: arguments that do not fit each other.
        FileNotFoundError: there is no such folder.
    """

    def __init__(
        self,
        directory: Any,
        endings: tuple[str, ...],
        *,
        labels: Any,
        label_mode: str | None,
        class_names: Any,
        batch_size: int | None,
        shuffle: bool,
        seed: int | None,
        validation_split: float | None,
        subset: str | None,
        follow_links: bool,
        verbose: bool,
        noun: str,
    ) -> None:
        self.directory = os.fspath(directory)
        given = labels not in ("inferred", None) if isinstance(labels, (str, type(None))) else True
        if given and not isinstance(labels, (list, tuple)):
            raise ValueError(
                f'labels must be "inferred", None or a list of whole numbers, one for each {noun} file, not {labels!r}.'
            )
        if class_names and labels != "inferred":
            raise ValueError(f'class_names can only be given with labels="inferred", not {labels!r}.')
        if label_mode not in ("int", "binary", "categorical", None):
            raise ValueError(
                f'label_mode must be "int", "binary", "categorical" or None, not {label_mode!r}.'
            )
        if not isinstance(shuffle, (bool, np.bool_)):
            raise ValueError(f"shuffle must be True or False, not {shuffle!r}.")
        check_split(validation_split, subset, bool(shuffle), seed)
        self.label_mode = None if labels is None else label_mode
        self.batch_size = batch_size
        self.shuffle = bool(shuffle)
        self.seed = int(np.random.randint(1_000_000)) if seed is None else seed
        self.fraction, self.subset, self.verbose = validation_split, subset, verbose
        self.class_names: list[str] | None = None
        paths, numbers = self._inferred(endings, class_names, follow_links, labels)
        if self.label_mode == "binary" and len(self.class_names or ()) != 2:
            raise ValueError(
                f'label_mode="binary" needs exactly 2 classes; the classes are {self.class_names}.'
            )
        if verbose:
            classes = "" if labels is None else f" belonging to {len(self.class_names or ())} classes"
            print(f"Found {len(paths)} files{classes}.")
        if not paths:
            raise ValueError(
                f"No {noun} files in {self.directory!r}. Their names end with {', '.join(endings)}."
            )
        if self.shuffle:  # the order that Keras splits in, too
            order = np.arange(len(paths))
            np.random.RandomState(self.seed).shuffle(order)
            paths, numbers = [paths[i] for i in order], [numbers[i] for i in order]
        self.paths, self.numbers = paths, numbers

    def _inferred(
        self, endings: tuple[str, ...], class_names: Any, follow_links: bool, labels: Any
    ) -> tuple[list[str], list[int]]:
        """The paths and labels, in the order of the paths."""
        inferred = labels == "inferred"
        folders = [""]
        if inferred:
            present = sorted(
                name
                for name in os.listdir(self.directory)
                if os.path.isdir(os.path.join(self.directory, name))
            )
            folders = list(class_names) if class_names else present
            missing = sorted(set(folders) - set(present))
            if missing:
                raise ValueError(
                    f"class_names: there are no folders {missing} in {self.directory!r}, only {present}."
                )
            self.class_names = folders
        elif not os.path.isdir(self.directory):
            raise FileNotFoundError(f"There is no folder {self.directory!r}.")
        paths: list[str] = []
        numbers: list[int] = []
        for folder in sorted(folders):
            number = folders.index(folder)
            for at, _, names in sorted(
                os.walk(os.path.join(self.directory, folder), followlinks=follow_links)
            ):
                chosen = [os.path.join(at, name) for name in sorted(names) if name.lower().endswith(endings)]
                paths += chosen
                numbers += [number] * len(chosen)
        if not inferred and labels is not None:
            if len(labels) != len(paths):
                raise ValueError(
                    f"labels: there are {len(labels)}, but {len(paths)} files in {self.directory!r}."
                )
            numbers = list(labels)
            self.class_names = [str(label) for label in sorted(set(labels))]
        return paths, numbers

    def datasets(
        self, load: Callable[[Any], Any], spec: TensorSpec, ragged: bool = False, padded: bool = False
    ) -> Any:
        """The data set of the chosen files, or the two of 'both'.

        Args:
            load: what is in a file, from its path.
            spec: what `load` gives.
            ragged: whether batches are of rows of different lengths.
            padded: whether shorter ones of a batch are filled up with zeros.
        """
        together = "ragged_batch" if ragged else "padded_batch" if padded else "batch"
        if self.subset is None:
            return self._dataset(slice(None), load, spec, together, self.shuffle)
        at = len(self.paths) - int((self.fraction or 0) * len(self.paths))
        parts = {"training": slice(0, at), "validation": slice(at, None)}
        chosen = ("training", "validation") if self.subset == "both" else (self.subset,)
        if self.verbose:
            for name in chosen:
                print(f"Using {len(self.paths[parts[name]])} files for {name}.")
        # Of 'both', only the training files come in another order each time.
        made = [
            self._dataset(
                parts[name], load, spec, together, self.shuffle and (name == "training" or len(chosen) == 1)
            )
            for name in chosen
        ]
        return made[0] if len(made) == 1 else tuple(made)

    def _dataset(self, part: slice, load: Any, spec: TensorSpec, together: str, shuffle: bool) -> Any:
        from unikeras.data.constants import AUTOTUNE
        from unikeras.data.dataset import Dataset
        from unikeras.utils.host_map import HostMap

        paths = np.array([path.encode() for path in self.paths[part]], object)
        columns: Any = (paths, self._labels(self.numbers[part])) if self.label_mode else paths
        dataset: Any = Dataset.from_tensor_slices(columns)
        if shuffle and len(paths):  # paths, not what is in the files: cheap, so all of them
            dataset = dataset.shuffle(len(paths), seed=self.seed)
        if self.label_mode:
            dataset = HostMap(
                dataset, lambda path, label: (load(path), label), (spec, dataset.element_spec[1])
            )
        else:
            dataset = HostMap(dataset, load, spec)
        if self.batch_size is not None:
            dataset = getattr(dataset, together)(self.batch_size)
        dataset = dataset.prefetch(AUTOTUNE)
        dataset.class_names = self.class_names
        dataset.file_paths = list(self.paths[part])
        return dataset

    def _labels(self, numbers: list[int]) -> np.ndarray:
        column = np.asarray(numbers, np.int32)
        if self.label_mode == "binary":
            return column.astype(np.float32)[:, None]
        if self.label_mode == "categorical":
            return np.eye(len(self.class_names or ()), dtype=np.float32)[column]
        return column


def check_split(fraction: float | None, subset: str | None, shuffle: bool, seed: int | None) -> None:
    """Refuse a split that is none.

    Raises:
        ValueError: see the messages.
    """
    if fraction is not None and not 0 < fraction < 1:
        raise ValueError(f"validation_split must be between 0 and 1, not {fraction}.")
    if (fraction is None) != (subset is None):
        raise ValueError(f"validation_split={fraction} and subset={subset!r}: give both or none.")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(f'subset must be "training", "validation" or "both", not {subset!r}.')
    if fraction is not None and shuffle and seed is None:
        raise ValueError(
            "validation_split with shuffle=True needs a seed, so that the two parts do not overlap."
        )


def check_format(format: str) -> None:
    """Refuse Keras 3's other kind of data set.

    Raises:
        NotImplementedError: 'grain'.
        ValueError: none of Keras's.
    """
    if format == "grain":
        raise NotImplementedError("format='grain' is not supported; the data set is a tf.data.Dataset.")
    if format != "tf":
        raise ValueError(f'format must be "tf" or "grain", not {format!r}.')
