"""IMDB: 50,000 film reviews, each liked it or did not."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.datasets import _text
from unikeras.datasets._cache import GOOGLE, Source
from unikeras.datasets._readers import read_npz

__all__ = ["get_word_index", "load_data"]

Array = np.ndarray[Any, Any]

SOURCE = Source(
    "imdb.npz",
    (GOOGLE + "imdb.npz", "https://s3.amazonaws.com/text-datasets/imdb.npz"),
    "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
)
WORD_INDEX = Source(
    "imdb_word_index.json",
    (
        GOOGLE + "imdb_word_index.json",
        "https://s3.amazonaws.com/text-datasets/imdb_word_index.json",
    ),
    "bfafd718b763782e994055a2d397834f",
)


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    cache_dir: str | os.PathLike[str] | None = None,
    **kwargs: Any,
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load the IMDB reviews: 25,000 for training, 25,000 for testing, as lists of word indices.

    Words are numbered by how frequent they are. 0 is free for padding.

    Args:
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.
        num_words: int; words with this index or a higher one are out of vocabulary. `None` or 0 means the
            highest index there is (so that one word is out, as in Keras).
        skip_top: int; words with a lower index are out of vocabulary.
        maxlen: int; only reviews shorter than this are kept, the start mark counted. `None` keeps all.
        seed: int, of the order.
        start_char: int put in front of each review, `None` for nothing.
        oov_char: int put for words out of vocabulary, `None` to drop them.
        index_from: int added to each word's index, to make room for the marks.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.
        **kwargs: `nb_words`, the older name of `num_words`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: 1-D object arrays of lists of int, and int64 labels, 1 for
        "liked it".

    Raises:
        ValueError: if `maxlen` keeps no review.
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.
        DataFileError: a `ValueError`, if the file is damaged.

    Example:
        >>> from unikeras.datasets import imdb
        >>> if imdb.SOURCE.is_cached():  # else the first call downloads 17 MB
        ...     (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10000)
        ...     assert len(x_train) == 25000 and max(map(max, x_train)) < 10000

    Maas et al. 2011, https://aclanthology.org/P11-1015; mirrors `keras.datasets.imdb`.
    """
    num_words = _text.take_nb_words(num_words, kwargs, "imdb.load_data")
    names = ("x_train", "y_train", "x_test", "y_test")
    x_train, y_train, x_test, y_test = read_npz(SOURCE.get(path, cache_dir), names, lists=True)

    rng = np.random.RandomState(seed)
    x_train, y_train = _text.shuffle_together(rng, x_train, y_train)
    x_test, y_test = _text.shuffle_together(rng, x_test, y_test)
    train = _text.mark_start(x_train, start_char, index_from)
    test = _text.mark_start(x_test, start_char, index_from)
    if maxlen:
        train, y_train = _text.keep_short(train, y_train, maxlen)
        test, y_test = _text.keep_short(test, y_test, maxlen)
    x = _text.limit_vocabulary(train + test, num_words, skip_top, oov_char)
    return (x[: len(train)], y_train), (x[len(train) :], y_test)


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """The dictionary word: index of the IMDB reviews, before `load_data` adds its `index_from`.

    Args:
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.

    Returns:
        dict of str: int; 1 is the most frequent word.

    Raises:
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.

    Example:
        >>> from unikeras.datasets import imdb
        >>> if imdb.WORD_INDEX.is_cached():  # else the first call downloads 1.6 MB
        ...     assert imdb.get_word_index()["the"] == 1

    Mirrors `keras.datasets.imdb.get_word_index`.
    """
    return _text.read_word_index(WORD_INDEX.get(path))
