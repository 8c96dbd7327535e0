"""`DataFrameIterator`: batches of the image files that a pandas table names."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.core.dtypes import floatx
from unikeras.core.strict import report
from unikeras.preprocessing.image_iterators import BatchFromFiles

__all__ = ["DataFrameIterator"]


class DataFrameIterator(BatchFromFiles):
    """Batches of the image files that a pandas DataFrame names (mirrors `keras.preprocessing.image.DataFrameIterator`).

    Args:
        dataframe: the table.
        directory: the folder that the names are relative to; `None` if they are full paths.
        image_data_generator: what changes and normalises; `None` for nothing.
        x_col: the column of file names.
        y_col: the column, or the list of columns, of labels.
        weight_col: the column of weights.
        target_size: (height, width) that all images are scaled to.
        color_mode: 'rgb', 'rgba' or 'grayscale'.
        classes: the classes in the order of their numbers; all by name if `None`. Rows of others are left out.
        class_mode: the labels: 'categorical' (rows with a 1 for the class, or each of a list of classes), 'binary' or 'sparse'
            (numbers), 'raw' (the columns' values), 'multi_output' (a list of columns), 'input' (the images themselves) or `None`.
        batch_size: images a batch.
        shuffle: whether the order changes every epoch.
        seed: of NumPy's generator.
        data_format: 'channels_last' or 'channels_first'; the global setting if `None`.
        save_to_dir: a folder to write the changed images to.
        save_prefix: what their names begin with.
        save_format: their format.
        subset: 'training' or 'validation' of the generator's `validation_split`; the first rows are for validation.
        interpolation: of the scaling; see `load_img`.
        keep_aspect_ratio: whether images are cut to the target's proportions before scaling.
        dtype: of the batches; floatx if `None`.
        validate_filenames: whether rows whose file is missing or no image are left out, with a warning.

    Raises:
        ValueError: an unknown mode, or labels that do not fit it.
        TypeError: columns of the wrong type.
    """

    allowed_class_modes = {"binary", "categorical", "input", "multi_output", "raw", "sparse", None}

    def __init__(
        self,
        dataframe: Any,
        directory: Any = None,
        image_data_generator: Any = None,
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
        data_format: str | None = "channels_last",
        save_to_dir: Any = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: Any = None,
        validate_filenames: bool = True,
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
        self.directory = "" if directory is None else os.fspath(directory)
        self.class_mode = class_mode
        self.dtype = floatx() if dtype is None else dtype
        table = dataframe.copy()
        self._check(table, x_col, y_col, weight_col, classes)
        if validate_filenames:
            table = self._with_files(table, x_col)
        if class_mode in ("categorical", "binary", "sparse"):
            table, classes = _chosen(table, y_col, weight_col, classes)
            self.class_indices = {name: number for number, name in enumerate(classes)}
            self.num_classes = len(classes)
        table = table[self._part(len(table))]
        if class_mode in ("categorical", "binary", "sparse"):
            self.classes = [
                [self.class_indices[one] for one in label]
                if isinstance(label, (list, tuple))
                else self.class_indices[label]
                for label in table[y_col]
            ]
        self.filenames = table[x_col].tolist()
        self.samples = len(self.filenames)
        self._targets_of_rows: Any = None
        if class_mode == "raw":
            self._targets_of_rows = table[y_col].values
        elif class_mode == "multi_output":
            self._targets_of_rows = [np.array(table[column].tolist()) for column in y_col]
        self._sample_weight = table[weight_col].values if weight_col else None
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        kind = "validated" if validate_filenames else "non-validated"
        tail = f" belonging to {self.num_classes} classes" if hasattr(self, "num_classes") else ""
        print(f"Found {self.samples} {kind} image filenames{tail}.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _check(self, table: Any, x_col: str, y_col: Any, weight_col: str | None, classes: Any) -> None:
        mode = self.class_mode
        if mode not in self.allowed_class_modes:
            names = sorted(str(m) for m in self.allowed_class_modes)
            raise ValueError(f"DataFrameIterator: class_mode must be one of {names}, not {mode!r}.")
        if mode == "multi_output" and not isinstance(y_col, list):
            raise TypeError(
                f"DataFrameIterator: for class_mode='multi_output' y_col must be a list of columns, not {y_col!r}."
            )
        if not all(isinstance(name, str) for name in table[x_col]):
            raise TypeError(f"DataFrameIterator: the column x_col={x_col!r} must hold strings.")
        if weight_col and getattr(table[weight_col].dtype, "kind", "O") not in "iufb":
            raise TypeError(f"DataFrameIterator: the column weight_col={weight_col!r} must hold numbers.")
        if mode in ("binary", "sparse") and not all(isinstance(label, str) for label in table[y_col]):
            raise TypeError(
                f"DataFrameIterator: for class_mode={mode!r} the column y_col={y_col!r} must hold strings."
            )
        if mode == "categorical" and not all(isinstance(label, (str, list, tuple)) for label in table[y_col]):
            raise TypeError(
                f"DataFrameIterator: for class_mode='categorical' the column y_col={y_col!r} must hold strings, or lists of them."
            )
        if mode == "binary":
            count = len(set(classes)) if classes else table[y_col].nunique()
            if count != 2:
                raise ValueError(
                    f"DataFrameIterator: class_mode='binary' needs two classes; there are {count}."
                )
        if classes and mode in ("raw", "multi_output", "input", None):
            report(f"DataFrameIterator: classes has no effect for class_mode={mode!r}.")

    def _with_files(self, table: Any, x_col: str) -> Any:
        endings = tuple(f".{ending}" for ending in self.white_list_formats)
        paths = [os.path.join(self.directory, name) for name in table[x_col]]
        good = np.array([p.lower().endswith(endings) and os.path.isfile(p) for p in paths], dtype=bool)
        if not good.all():
            report(
                f"DataFrameIterator: {int((~good).sum())} of {len(good)} files named in {x_col!r} are missing or no images, and are left out; "
                f"the first is {paths[int(np.argmin(good))]!r}."
            )
        return table[good]

    @property
    def filepaths(self) -> list[str]:  # type: ignore[override]
        """The files' paths."""
        return self._filepaths

    @property
    def labels(self) -> Any:
        """The files' labels: class numbers, or the columns' values."""
        return (
            self.classes if self.class_mode in ("categorical", "binary", "sparse") else self._targets_of_rows
        )

    @property
    def sample_weight(self) -> Any:
        """The files' weights, or `None`."""
        return self._sample_weight


def _chosen(table: Any, y_col: str, weight_col: str | None, classes: Any) -> tuple[Any, list[str]]:
    """The rows with the classes asked for, and the classes."""
    labels = [list(label) if isinstance(label, (list, tuple)) else [label] for label in table[y_col]]
    if not classes:
        return table, sorted({one for label in labels for one in label})
    known = set(classes)
    kept = [[one for one in label if one in known] for label in labels]
    rows = np.array([bool(label) for label in kept], dtype=bool)
    several = [isinstance(label, (list, tuple)) for label in table[y_col]]
    table = table[rows].copy()
    table[y_col] = [
        label if many else label[0] for label, many, row in zip(kept, several, rows, strict=True) if row
    ]
    return table, list(dict.fromkeys(classes))
