"""`Vocabulary`: tokens and their indices, with places for padding and for tokens that are not in it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from itertools import repeat
from typing import Any

import numpy as np

from unikeras.core.tensor import default_numpy

__all__ = ["TokenCounts", "Vocabulary", "plain_tokens"]


class Vocabulary:
    """A list of tokens: the mask token (if there is one), the out-of-vocabulary token as often as it has indices, the tokens.

    Args:
        special: the tokens at the front, which stand for padding and unknown tokens.
        mask_token: the one for padding, which may be nowhere else; or `None`.
        max_tokens: how many tokens there may be, special ones included.
        where: who asks, for messages.
    """

    def __init__(self, special: list[Any], mask_token: Any, max_tokens: int | None, where: str) -> None:
        self.special = special
        self.mask_token = mask_token
        self.max_tokens = max_tokens
        self.where = where
        self.tokens: list[Any] = []
        self.index: dict[Any, int] = {}
        self.known = False  # whether it was set

    def __len__(self) -> int:
        return len(self.special) + len(self.tokens)

    def set(self, given: list[Any]) -> bool:
        """Take these tokens; whether they began with the special ones.

        Raises:
            ValueError: none, a token twice, the mask token among them, more than allowed.
        """
        if not given:
            raise ValueError(f"{self.where}: the vocabulary must have a token, but it is empty.")
        front = len(self.special)
        with_special = front > 0 and given[:front] == self.special
        tokens = given[front:] if with_special else given
        twice = [token for token, count in Counter(tokens).items() if count > 1]
        if twice:
            raise ValueError(
                f"{self.where}: tokens of a vocabulary must differ, but {twice[:10]} come more than once."
            )
        if self.mask_token is not None and self.mask_token in tokens:
            raise ValueError(
                f"{self.where}: the mask token {self.mask_token!r} is in the vocabulary at {tokens.index(self.mask_token)}. "
                f"The special tokens may be left out, or all stand in front: {self.special}."
            )
        if self.max_tokens is not None and front + len(tokens) > self.max_tokens:
            raise ValueError(
                f"{self.where}: the vocabulary has {front + len(tokens)} tokens with the special ones, but max_tokens is "
                f"{self.max_tokens}."
            )
        self.tokens = tokens
        self.index = {token: place for place, token in enumerate(tokens, front)}
        self.known = True
        return with_special

    def all(self) -> list[Any]:
        """Every token, in the order of the indices."""
        return [*self.special, *self.tokens]

    def find(self, tokens: np.ndarray) -> np.ndarray:
        """The index of each token, -1 for one that is not there."""
        flat = tokens.ravel().tolist()
        return np.fromiter(map(self.index.get, flat, repeat(-1)), np.int64, len(flat)).reshape(tokens.shape)


class TokenCounts:
    """How often each token came, and in how many documents."""

    def __init__(self) -> None:
        self.tokens: Counter[Any] = Counter()
        self.documents: Counter[Any] = Counter()
        self.number = 0  # of documents

    def update(self, documents: Iterable[list[Any]], with_documents: bool) -> None:
        """Count the tokens of some documents."""
        for document in documents:
            self.number += 1
            self.tokens.update(document)
            if with_documents:
                self.documents.update(set(document))

    def ranked(self, without: set[Any], most: int | None) -> list[Any]:
        """The tokens, the most frequent first, of equally frequent ones the greatest first, as Keras has them."""
        kept = [token for token in self.tokens if token not in without]
        kept.sort(reverse=True)
        kept.sort(key=lambda token: -self.tokens[token])
        return kept[:most]

    def inverse_frequencies(self, tokens: list[Any]) -> np.ndarray:
        """log(1 + documents / (1 + documents with the token)) of each token."""
        having = np.array([self.documents[token] for token in tokens], np.float64)
        return np.log(1 + self.number / (1 + having)).astype(np.float32)


def plain_tokens(vocabulary: Any, kind: str, where: str) -> list[Any]:
    """The tokens of a list, an array, a tensor or a text file (a token a line): all `bytes`, or all `int`.

    Args:
        vocabulary: the tokens, or a path.
        kind: 'string' or 'int64'.
        where: who asks, for messages.

    Raises:
        ValueError: there is no such file, or tokens of another kind.
    """
    if isinstance(vocabulary, (str, os.PathLike)):
        path = os.fspath(vocabulary)
        if not os.path.isfile(path):
            raise ValueError(f"{where}: there is no vocabulary file {path}.")
        with open(path, "rb") as file:
            lines = file.read().replace(b"\r\n", b"\n").split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        return lines if kind == "string" else [_number(line, path, where) for line in lines]
    array = np.asarray(vocabulary) if hasattr(vocabulary, "numpy") else default_numpy(vocabulary)
    tokens = array.ravel().tolist()
    fits = bytes if kind == "string" else int
    if array.ndim > 1 or not all(isinstance(token, fits) for token in tokens):
        raise ValueError(
            f"{where}: the vocabulary must be a flat list of {'strings' if kind == 'string' else 'whole numbers'}, "
            f"not {repr(vocabulary)[:200]}."
        )
    return tokens


def _number(line: bytes, path: str, where: str) -> int:
    try:
        return int(line)
    except ValueError:
        raise ValueError(f"{where}: {path} has the line {line!r}, which is no whole number.") from None
