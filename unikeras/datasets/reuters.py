"""Reuters: 11,228 newswires of 46 topics."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.datasets import _text
from unikeras.datasets._cache import GOOGLE, Source
from unikeras.datasets._readers import read_npz
from unikeras.datasets._split import check_test_split

__all__ = ["get_label_names", "get_word_index", "load_data"]

Array = np.ndarray[Any, Any]

SOURCE = Source(
    "reuters.npz",
    (GOOGLE + "reuters.npz", "https://s3.amazonaws.com/text-datasets/reuters.npz"),
    "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
)
WORD_INDEX = Source(
    "reuters_word_index.json",
    (
        GOOGLE + "reuters_word_index.json",
        "https://s3.amazonaws.com/text-datasets/reuters_word_index.json",
    ),
    "4d44cc38712099c9e383dc6e5f11a921",
)
TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton "
    "carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal "
    "livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi "
    "hog lead"
)


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    cache_dir: str | os.PathLike[str] | None = None,
    **kwargs: Any,
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load the Reuters newswires as lists of word indices, with their topics.

    Words are numbered by how frequent they are. 0 is free for padding.

    Args:
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.
        num_words: int; words with this index or a higher one are out of vocabulary. `None` or 0 means the
            highest index there is (so that one word is out, as in Keras).
        skip_top: int; words with a lower index are out of vocabulary.
        maxlen: int; only newswires shorter than this are kept, the start mark counted. `None` keeps all.
        test_split: float, the fraction kept for testing, `0 <= test_split < 1`.
        seed: int, of the order before the split.
        start_char: int put in front of each newswire, `None` for nothing.
        oov_char: int put for words out of vocabulary, `None` to drop them.
        index_from: int added to each word's index, to make room for the marks.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.
        **kwargs: `nb_words`, the older name of `num_words`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: 1-D object arrays of lists of int, and int64 topics, 0 to 45.

    Raises:
        ValueError: for another `test_split`, or if `maxlen` keeps no newswire.
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.
        DataFileError: a `ValueError`, if the file is damaged.

    Example:
        >>> from unikeras.datasets import reuters
        >>> if reuters.SOURCE.is_cached():  # else the first call downloads 2 MB
        ...     (x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=10000)
        ...     assert len(x_train) == 8982 and len(x_test) == 2246

    Lewis, Reuters-21578; mirrors `keras.datasets.reuters`.
    """
    num_words = _text.take_nb_words(num_words, kwargs, "reuters.load_data")
    check_test_split(test_split, "reuters.load_data")
    x, y = read_npz(SOURCE.get(path, cache_dir), ("x", "y"), lists=True)

    x, y = _text.shuffle_together(np.random.RandomState(seed), x, y)
    marked = _text.mark_start(x, start_char, index_from)
    if maxlen:
        marked, y = _text.keep_short(marked, y, maxlen)
    x = _text.limit_vocabulary(marked, num_words, skip_top, oov_char)
    end = int(len(x) * (1 - test_split))
    return (x[:end], y[:end]), (x[end:], y[end:])


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """The dictionary word: index of the Reuters newswires, before `load_data` adds its `index_from`.

    Args:
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.

    Returns:
        dict of str: int; 1 is the most frequent word.

    Raises:
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.

    Example:
        >>> from unikeras.datasets import reuters
        >>> if reuters.WORD_INDEX.is_cached():  # else the first call downloads 0.6 MB
        ...     assert reuters.get_word_index()["the"] == 1

    Mirrors `keras.datasets.reuters.get_word_index`.
    """
    return _text.read_word_index(WORD_INDEX.get(path))


def get_label_names() -> tuple[str, ...]:
    """The names of the 46 topics, in the order of their labels.

    Example:
        >>> from unikeras.datasets import reuters
        >>> reuters.get_label_names()[:4]
        ('cocoa', 'grain', 'veg-oil', 'earn')

    Mirrors `keras.datasets.reuters.get_label_names`.
    """
    return tuple(TOPICS.split())
