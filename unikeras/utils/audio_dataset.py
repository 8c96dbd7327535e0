"""`audio_dataset_from_directory`: folders of sounds as a data set."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.spec import TensorSpec
from unikeras.utils.labelled_files import LabelledFiles

__all__ = ["audio_dataset_from_directory"]


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """Sounds (.wav) in folders, a folder a class (mirrors `keras.utils.audio_dataset_from_directory`).

    Args:
        directory: the folder.
        labels: 'inferred' (from the folders' names), `None`, or whole numbers in the order of the sorted paths.
        label_mode: 'int', 'binary', 'categorical' or `None` (no labels).
        class_names: the folders to take, in the order of their labels.
        batch_size: sounds a batch; `None`: one by one.
        sampling_rate: in Hz, to resample to; needs tensorflow-io in Keras, and is not supported here.
        output_sequence_length: samples of each sound: longer ones are cut off, shorter ones end in silence.
            If `None`, a batch is as long as its longest sound.
        ragged: whether a batch is a ragged tensor instead.
        shuffle: whether the order is random, another one in each epoch.
        seed: of the order and the split.
        validation_split: the fraction of the files that are for validation.
        subset: 'training', 'validation' or 'both' (a pair), with `validation_split`.
        follow_links: whether links to folders are followed.
        verbose: whether the numbers of files are printed.

    Returns:
        A `tf.data.Dataset` of float32 [batch, samples, channels] from -1 to 1, or of pairs of that and the labels, with `class_names` and `file_paths`.
        Files are read in parallel and ahead.

    Raises:
        ValueError: arguments that do not fit each other, or no files.
        FileNotFoundError: there is no such folder.
        NotImplementedError: `sampling_rate`.

    Example:
        >>> import os, tempfile
        >>> import unikeras as tf
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("high", "low"):
        ...         os.mkdir(os.path.join(folder, name))
        ...         tf.io.write_file(os.path.join(folder, name, "1.wav"), tf.audio.encode_wav([[0.0], [0.5]], 8000))
        ...     dataset = audio_dataset_from_directory(folder, output_sequence_length=3, shuffle=False)
        ...     [x[0].tolist() for x, _ in dataset.as_numpy_iterator()]
        Found 2 files belonging to 2 classes.
        [[[0.0], [0.5], [0.0]]]
    """
    if ragged and output_sequence_length is not None:
        raise ValueError("ragged=True and output_sequence_length exclude each other; give one of them.")
    if sampling_rate is not None:
        if not isinstance(sampling_rate, (int, np.integer)) or sampling_rate <= 0:
            raise ValueError(f"sampling_rate must be a positive whole number, not {sampling_rate!r}.")
        raise NotImplementedError(
            "audio_dataset_from_directory: sampling_rate (resampling) is not supported; leave it out."
        )
    files = LabelledFiles(
        directory,
        (".wav",),
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
        noun="audio",
    )

    def load(path: Any) -> Any:
        from unikeras.io.files import read_file
        from unikeras.ops.audio import decode_wav

        samples = -1 if output_sequence_length is None else output_sequence_length
        return decode_wav(read_file(path), desired_samples=samples).audio

    pad = output_sequence_length is None and not ragged
    return files.datasets(
        load, TensorSpec((output_sequence_length, None), "float32"), ragged=ragged, padded=pad
    )
