"""Word indices: what IMDB and Reuters share. The arguments mean what they do in `keras.datasets.imdb`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def shuffle_together(rng: np.random.RandomState, *arrays: Array) -> tuple[Array, ...]:
    """The arrays in one common random order."""
    order = np.arange(len(arrays[0]))
    rng.shuffle(order)
    return tuple(array[order] for array in arrays)


def mark_start(sequences: Array, start_char: int | None, index_from: int | None) -> list[list[int]]:
    """Each sequence, `index_from` added to its indices, `start_char` put in front unless it is `None`."""
    start = [] if start_char is None else [start_char]
    shift = index_from or 0
    return [start + [word + shift for word in sequence] for sequence in sequences]


def keep_short(sequences: list[list[int]], labels: Array, maxlen: int) -> tuple[list[list[int]], Array]:
    """The sequences shorter than `maxlen`, the start mark counted, and their labels.

    Raises:
        ValueError: if none is.
    """
    kept = [index for index, sequence in enumerate(sequences) if len(sequence) < maxlen]
    if not kept:
        shortest = min(map(len, sequences), default=0)
        raise ValueError(
            f"maxlen={maxlen} keeps only sequences shorter than that, and none is: the shortest has "
            f"{shortest} words (the start mark counts). Use maxlen={shortest + 1} or more."
        )
    return [sequences[index] for index in kept], labels[kept]


def limit_vocabulary(
    sequences: list[list[int]], num_words: int | None, skip_top: int, oov_char: int | None
) -> Array:
    """`sequences` with words outside `skip_top <= word < num_words` replaced by `oov_char` (`None`: dropped).

    Without `num_words` it is the largest index there is, as in Keras, so the last word of all is out too.

    Returns:
        1-D object array of lists of int. (Keras makes a 2-D array where all happen to have the same length.)
    """
    lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
    words = np.fromiter(itertools.chain.from_iterable(sequences), np.int64, lengths.sum())
    inside = (words >= skip_top) & (words < (num_words or words.max(initial=0)))
    ends = np.cumsum(lengths)
    if oov_char is None:
        ends = np.concatenate([[0], np.cumsum(inside)])[ends]
        words = words[inside]
    else:
        words = np.where(inside, words, oov_char)
    flat, result = words.tolist(), np.empty(len(sequences), dtype=object)
    for index, (start, end) in enumerate(itertools.pairwise([0, *ends.tolist()])):
        result[index] = flat[start:end]
    return result


def take_nb_words(num_words: int | None, others: dict[str, Any], function: str) -> int | None:
    """`num_words`, or its older spelling `nb_words`, which programs written for Keras 1 use.

    Raises:
        TypeError: for any other keyword.
    """
    if "nb_words" in others:
        num_words = others.pop("nb_words")
    if others:
        raise TypeError(f"{function} got unexpected keyword arguments: {sorted(others)}")
    return num_words


def read_word_index(path: Any) -> dict[str, int]:
    """The dictionary word: index of a JSON file.

    Raises:
        DataFileError: if it is none.
    """
    import json

    from unikeras.datasets._errors import DataFileError

    try:
        with open(path, encoding="utf-8") as file:
            index = json.load(file)
    except (ValueError, RecursionError) as error:
        raise DataFileError(path, f"it is no JSON ({error})") from error
    if not isinstance(index, dict) or not all(type(value) is int for value in index.values()):
        raise DataFileError(path, "it is no dictionary of word: index")
    return index
