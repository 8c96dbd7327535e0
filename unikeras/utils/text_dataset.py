"""`text_dataset_from_directory`: folders of text files as a data set."""

from __future__ import annotations

from typing import Any

from unikeras.core.spec import TensorSpec
from unikeras.utils.labelled_files import LabelledFiles, check_format

__all__ = ["text_dataset_from_directory"]


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Texts (.txt) in folders, a folder a class (mirrors `keras.utils.text_dataset_from_directory`).

    Args:
        directory: the folder.
        labels: 'inferred' (from the folders' names), `None`, or whole numbers in the order of the sorted paths.
        label_mode: 'int', 'binary', 'categorical' or `None` (no labels).
        class_names: the folders to take, in the order of their labels.
        batch_size: texts a batch; `None`: one by one.
        max_length: bytes after which a text is cut off.
        shuffle: whether the order is random, another one in each epoch.
        seed: of the order and the split.
        validation_split: the fraction of the files that are for validation.
        subset: 'training', 'validation' or 'both' (a pair), with `validation_split`.
        follow_links: whether links to folders are followed.
        format: 'tf'.
        verbose: whether the numbers of files are printed.

    Returns:
        A `tf.data.Dataset` of strings [batch], or of pairs of that and the labels, with `class_names` and `file_paths`.
        Files are read in parallel and ahead.

    Raises:
        ValueError: arguments that do not fit each other, or no files.
        FileNotFoundError: there is no such folder.

    Example:
        >>> import os, tempfile
        >>> import unikeras as tf
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("bad", "good"):
        ...         os.mkdir(os.path.join(folder, name))
        ...         tf.io.write_file(os.path.join(folder, name, "1.txt"), f"It was {name}.")
        ...     dataset = text_dataset_from_directory(folder, shuffle=False)
        ...     [(x.tolist(), y.tolist()) for x, y in dataset.as_numpy_iterator()]
        Found 2 files belonging to 2 classes.
        [([b'It was bad.', b'It was good.'], [0, 1])]
    """
    check_format(format)
    files = LabelledFiles(
        directory,
        (".txt",),
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
        noun="text",
    )

    def load(path: Any) -> Any:
        from unikeras.core.tensor import convert_to_tensor
        from unikeras.io.files import read_file

        text = read_file(path)
        return text if max_length is None else convert_to_tensor(text.numpy()[:max_length])

    return files.datasets(load, TensorSpec((), "string"))
