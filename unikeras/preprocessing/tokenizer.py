"""`Tokenizer`: texts as lists of word numbers, or as rows of counts."""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from unikeras.core.strict import report
from unikeras.preprocessing.text import FILTERS, text_to_word_sequence

__all__ = ["Tokenizer", "tokenizer_from_json"]


class Tokenizer:
    """Gives words numbers by how often they occur (mirrors `keras.preprocessing.text.Tokenizer`).

    Number 0 is no word's, so it is free for padding.

    Args:
        num_words: only words with smaller numbers are used: the `num_words - 1` most frequent; all if `None`.
        filters: characters that are no part of words.
        lower: whether capitals become small letters.
        split: what is between words.
        char_level: whether characters are the words.
        oov_token: a word that stands for those without a number; it gets number 1. If `None`, they are left out.
        analyzer: a function from a text to its words, instead of the three before.
        **kwargs: `document_count`, and `nb_words`, the old spelling of `num_words`.

    Raises:
        TypeError: other keywords.

    Example:
        >>> tokenizer = Tokenizer(num_words=3)
        >>> tokenizer.fit_on_texts(["the cat sat", "the dog", "the cat"])
        >>> tokenizer.word_index
        {'the': 1, 'cat': 2, 'sat': 3, 'dog': 4}
        >>> tokenizer.texts_to_sequences(["the dog and the cat"])
        [[1, 1, 2]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            report("Tokenizer: nb_words is called num_words since Keras 2.", DeprecationWarning)
            num_words = kwargs.pop("nb_words")
        document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Tokenizer: unknown keyword arguments {sorted(kwargs)}.")
        self.word_counts: OrderedDict[str, int] = OrderedDict()
        self.word_docs: dict[str, int] = defaultdict(int)
        self.filters = filters
        self.split = split
        self.lower = lower
        self.num_words = num_words
        self.document_count = document_count
        self.char_level = char_level
        self.oov_token = oov_token
        self.index_docs: dict[int, int] = defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}
        self.analyzer = analyzer

    def _words(self, text: Any) -> list[str]:
        """The words of a text; one that is already a list of words is taken so."""
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return text
            return [word.lower() for word in text] if isinstance(text, list) else text.lower()
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, filters=self.filters, lower=self.lower, split=self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Learn the words of texts; may be called several times.

        Args:
            texts: strings, or lists of words.
        """
        if isinstance(texts, str):
            report("fit_on_texts takes a list of texts; a single string is taken as a list of characters.")
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in dict.fromkeys(words):  # each once, in an order that is the same in every run
                self.word_docs[word] += 1
        by_count = sorted(self.word_counts, key=self.word_counts.__getitem__, reverse=True)
        vocabulary = by_count if self.oov_token is None else [self.oov_token, *by_count]
        self.word_index = dict(zip(vocabulary, range(1, len(vocabulary) + 1), strict=True))
        self.index_word = {number: word for word, number in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Iterable[int]]) -> None:
        """Learn, of lists of word numbers, in how many each occurs; needed for 'tfidf' without `fit_on_texts`."""
        for sequence in sequences:
            self.document_count += 1
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """Texts as lists of word numbers."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """`texts_to_sequences`, one after the other."""
        unknown = None if self.oov_token is None else self.word_index.get(self.oov_token)
        for text in texts:
            numbers = []
            for word in self._words(text):
                number = self.word_index.get(word)
                if number is None or (self.num_words and number >= self.num_words):
                    number = unknown
                if number is not None:
                    numbers.append(number)
            yield numbers

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """Lists of word numbers as texts, the words with spaces between them."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """`sequences_to_texts`, one after the other."""
        for sequence in sequences:
            words = []
            for number in sequence:
                word = self.index_word.get(number)
                if word is None or (self.num_words and number >= self.num_words):
                    word = self.oov_token
                    if word is not None and self.word_index.get(word) is None:
                        word = None
                if word is not None:
                    words.append(word)
            yield " ".join(words)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """Texts as rows with a column for each word number; see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences: list[list[int]], mode: str = "binary") -> np.ndarray:
        """Lists of word numbers as rows with a column for each word number.

        Args:
            sequences: the lists.
            mode: what a column holds: 'binary' (1 if the word is there), 'count', 'freq' (the count as a fraction of the length)
                or 'tfidf' ((1 + log count) * log(1 + documents / (1 + documents with the word))).

        Returns:
            [sequences, num_words]; without `num_words` one more than there are words.

        Raises:
            ValueError: another mode, nothing is fitted, or 'tfidf' without documents.

        Example:
            >>> tokenizer = Tokenizer()
            >>> tokenizer.fit_on_texts(["a b a"])
            >>> tokenizer.texts_to_matrix(["a a", "b"], mode="count").tolist()
            [[0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]
        """
        if mode not in ("binary", "count", "tfidf", "freq"):
            raise ValueError(f"Tokenizer: mode must be 'binary', 'count', 'tfidf' or 'freq', not {mode!r}.")
        if not self.num_words and not self.word_index:
            raise ValueError("Tokenizer: give num_words, or fit on texts before.")
        width = self.num_words or len(self.word_index) + 1
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Tokenizer: fit on some texts before using mode='tfidf'.")
        x = np.zeros((len(sequences), width))
        for row, sequence in enumerate(sequences):
            for number, count in Counter(n for n in sequence if n < width).items():
                if mode == "binary":
                    x[row, number] = 1
                elif mode == "count":
                    x[row, number] = count
                elif mode == "freq":
                    x[row, number] = count / len(sequence)
                else:
                    rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
                    x[row, number] = (1 + np.log(count)) * rarity
        return x

    def get_config(self) -> dict[str, Any]:
        """The settings and what was learnt; tables are JSON text, as in Keras's files."""
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            "word_counts": json.dumps(self.word_counts),
            "word_docs": json.dumps(self.word_docs),
            "index_docs": json.dumps(self.index_docs),
            "index_word": json.dumps(self.index_word),
            "word_index": json.dumps(self.word_index),
        }

    def to_json(self, **kwargs: Any) -> str:
        """The tokenizer as JSON text, which `tokenizer_from_json` reads; `kwargs` go to `json.dumps`."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """A tokenizer from `to_json`'s text, also from Keras's (mirrors `keras.preprocessing.text.tokenizer_from_json`).

    Example:
        >>> tokenizer = Tokenizer()
        >>> tokenizer.fit_on_texts(["a b a"])
        >>> tokenizer_from_json(tokenizer.to_json()).texts_to_sequences(["b a"])
        [[2, 1]]
    """
    config = json.loads(json_string)["config"]

    def table(name: str) -> dict[str, Any]:
        return json.loads(config.pop(name))

    word_counts, word_docs, word_index = table("word_counts"), table("word_docs"), table("word_index")
    index_docs = {int(number): count for number, count in table("index_docs").items()}
    index_word = {int(number): word for number, word in table("index_word").items()}
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts = OrderedDict(word_counts)
    tokenizer.word_docs = defaultdict(int, word_docs)
    tokenizer.index_docs = defaultdict(int, index_docs)
    tokenizer.word_index = word_index
    tokenizer.index_word = index_word
    return tokenizer
