"""Text as words, and words as numbers by hashing (mirrors `keras.preprocessing.text`'s functions)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

__all__ = ["FILTERS", "hashing_trick", "one_hot", "text_to_word_sequence"]

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text.

    Args:
        input_text: the text.
        filters: characters that are no part of words.
        lower: whether capitals become small letters.
        split: what is between words.

    Example:
        >>> text_to_word_sequence("The cat sat, didn't it?")
        ['the', 'cat', 'sat', "didn't", 'it']
    """
    if lower:
        input_text = input_text.lower()
    table: dict[str, str | int | None] = dict.fromkeys(filters, split)
    separated = input_text.translate(str.maketrans(table))
    return [word for word in separated.split(split) if word]


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers from 1 to n - 1 by Python's `hash`, which differs from run to run.

    The arguments are those of `hashing_trick`.

    Example:
        >>> len(one_hot("a rose is a rose", 50))
        5
    """
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


def hashing_trick(
    text: str,
    n: int,
    hash_function: Any = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers from 1 to n - 1 by a hash of the word; different words may share one.

    Args:
        text: the text.
        n: one more than the largest number.
        hash_function: 'md5' (the same in every run), a function from words to integers, or `None` for Python's `hash`
            (which differs from run to run).
        filters: see `text_to_word_sequence`.
        lower: see `text_to_word_sequence`.
        split: see `text_to_word_sequence`.
        analyzer: a function from the text to its words, instead of the three.

    Example:
        >>> hashing_trick("a rose is a rose", 100, "md5")
        [92, 58, 66, 92, 58]
    """
    if hash_function is None:
        hash_function = hash
    elif hash_function == "md5":
        hash_function = _md5
    words = text_to_word_sequence(text, filters, lower, split) if analyzer is None else analyzer(text)
    return [int(hash_function(word) % (n - 1)) + 1 for word in words]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode(), usedforsecurity=False).hexdigest(), 16)
