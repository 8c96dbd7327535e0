"""`TextVectorization`: texts to sequences of indices, or to vectors of counts."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.host_op import host_values
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, as_bytes, is_tensor
from unikeras.layers.preprocessing.host_layer import HostLayer, allowed
from unikeras.layers.preprocessing.statistics import batches_of
from unikeras.layers.preprocessing.string_lookup import StringLookup
from unikeras.ops.strings_split import split_at_once

__all__ = ["TextVectorization"]

_PUNCTUATION = string.punctuation.encode()
_STANDARDIZE: dict[str, Callable[[bytes], bytes]] = {
    "lower": bytes.lower,  # ASCII letters only, as in TensorFlow
    "strip_punctuation": lambda text: text.translate(None, _PUNCTUATION),
    "lower_and_strip_punctuation": lambda text: text.lower().translate(None, _PUNCTUATION),
}
_SPLIT: dict[str, Callable[[bytes], list[bytes]]] = {
    "whitespace": bytes.split,
    "character": lambda text: [c.encode() for c in text.decode(errors="replace")],
}
_OLD_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


class TextVectorization(HostLayer):
    """Texts as indices of their words in a vocabulary, or as counts of them (mirrors `keras.layers.TextVectorization`).

    A text is standardized, split into words, its n-grams are made, and they are looked up. The vocabulary is given, or
    learned from texts by `adapt`. The layer works on the host.

    Args:
        max_tokens: how many tokens the vocabulary may have, special ones included.
        standardize: 'lower_and_strip_punctuation' (of ASCII), 'lower', 'strip_punctuation', `None`, or a function from a tensor
            of strings [texts] to one.
        split: 'whitespace', 'character', `None`, or a function from a tensor of strings [texts] to a list of the words of each
            text (or a tensor [texts, words]).
        ngrams: n for all n-grams of up to n words, a tuple for those lengths, `None` for words.
        output_mode: 'int' (indices [texts, words], 0 for padding, 1 for unknown words), or vectors [texts, tokens]:
            'multi_hot', 'count', 'tf_idf' (counts times inverse document frequencies). 'binary' and 'tf-idf' are older names.
        output_sequence_length: for 'int', the length texts are padded or cut to; that of the longest if `None`.
        pad_to_max_tokens: whether vectors have `max_tokens` elements, whatever the vocabulary's size.
        vocabulary: a list or array of strings, or the path of a text file with a string a line.
        idf_weights: for 'tf_idf', the inverse document frequency of each string given.
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        ragged: whether indices come as a ragged tensor, a row for each text.
        encoding: 'utf-8'.
        name: the layer's name.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: settings that contradict each other, an unusable vocabulary, or inputs [texts, more than 1].
        FailedPreconditionError: (from a call) there is no vocabulary yet.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.TextVectorization(output_sequence_length=4)
        >>> layer.adapt(["The cat.", "The dog!", "the end"])
        >>> layer(["The cat and the dog", "end"]).numpy().tolist()
        [[2, 5, 1, 2], [3, 0, 0, 0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        size = kwargs.pop("vocabulary_size", None)  # in a saved config
        super().__init__(name=name, **kwargs)
        where = "TextVectorization"
        for argument, value, choices in (
            ("standardize", standardize, _STANDARDIZE),
            ("split", split, _SPLIT),
        ):
            if not callable(value):
                allowed(where, argument, value, (None, *choices))
        if isinstance(ngrams, list):  # from JSON
            ngrams = tuple(ngrams)
        if not (
            ngrams is None
            or (isinstance(ngrams, int) and ngrams > 0)
            or (isinstance(ngrams, tuple) and ngrams and all(isinstance(n, int) and n > 0 for n in ngrams))
        ):
            raise ValueError(
                f"{where}: ngrams must be a positive integer, a tuple of them, or None, not {ngrams!r}."
            )
        output_mode = _OLD_MODES.get(output_mode, output_mode)
        allowed(where, "output_mode", output_mode, ("int", "multi_hot", "count", "tf_idf"))
        if output_sequence_length is not None and (output_mode != "int" or output_sequence_length < 1):
            raise ValueError(
                f"{where}: output_sequence_length must be a positive integer, and is for output_mode='int' only; given: "
                f"{output_sequence_length} with output_mode={output_mode!r}."
            )
        if ragged and (output_mode != "int" or output_sequence_length is not None):
            raise ValueError(
                f"{where}: ragged=True is for output_mode='int' without output_sequence_length; given: {output_mode!r}, "
                f"{output_sequence_length}."
            )
        self.ragged = bool(ragged)
        self.standardize = standardize
        self.split = split
        self.ngrams = ngrams
        self.output_mode = output_mode
        self.output_sequence_length = output_sequence_length
        # Its place among the attributes is where Keras stores it in files.
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens, mask_token="", vocabulary=vocabulary, idf_weights=idf_weights, output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens, sparse=sparse, encoding=encoding, vocabulary_size=size,
            dtype=None if self.compute_dtype == "string" else self.dtype_policy,
        )  # fmt: skip
        self.built = True

    # The vocabulary.

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take these tokens as the vocabulary; see `StringLookup.set_vocabulary`."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The tokens in the order of their indices; without the special ones if asked."""
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many indices there are, special tokens included."""
        return self._lookup_layer.vocabulary_size()

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the vocabulary from texts, forgetting that of before: the most frequent tokens first.

        Args:
            data: an array, a tensor or a list of texts [texts] or [texts, 1]; or an iterable of such batches.
            batch_size: accepted: the result does not depend on it.
            steps: take only so many batches of an iterable.

        Raises:
            ValueError: the vocabulary was given to the constructor, or there is no token.
        """
        self.reset_state()
        for batch in batches_of(data, steps, f"TextVectorization {self.name!r}", "string"):
            self.update_state(np.atleast_1d(batch))  # a data set without batches gives single texts
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the tokens of a batch of texts; `finalize_state` makes the vocabulary of what was counted."""
        if self._lookup_layer._static:
            raise ValueError(
                f"TextVectorization {self.name!r}: cannot adapt, since the vocabulary was given to the constructor."
            )
        batch = next(batches_of(data, None, f"TextVectorization {self.name!r}", "string"))
        self._lookup_layer._count(self._tokens(batch))

    def finalize_state(self) -> None:
        """Make the vocabulary of the tokens counted so far."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._lookup_layer.reset_state()

    # From texts to indices.

    def _prepared(self, texts: np.ndarray) -> np.ndarray:
        """Texts [texts] or [texts, 1] in one row and standardized; without splitting, in their shape."""
        if self.split is not None and texts.ndim > 1:
            if texts.shape[-1] != 1:
                raise ValueError(
                    f"TextVectorization {self.name!r}: to be split, texts must come as [texts] or [texts, 1], not in the shape "
                    f"{texts.shape}. Join the columns, or give each a layer of its own."
                )
            texts = texts.reshape(-1)
        return self._standardized(texts)

    def _tokens(self, texts: np.ndarray) -> list[list[bytes]]:
        """The tokens of each text; without splitting, of each row."""
        texts = self._prepared(texts)
        if self.split is None:
            rows = texts.reshape(len(texts), -1).tolist()
        elif callable(self.split):
            rows = _rows(self.split(Tensor(texts)), len(texts), self.name)
        else:
            rows = list(map(_SPLIT[self.split], texts))
        return rows if self.ngrams is None else [self._ngrams(row) for row in rows]

    def _flat_tokens(self, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The tokens of all texts, and how many each has."""
        if self.split == "whitespace" and self.ngrams is None and len(texts):
            return split_at_once(self._prepared(texts).tolist(), None)
        rows = self._tokens(texts)
        count = np.array(list(map(len, rows)), np.int64)
        return host_values([token for row in rows for token in row], (int(count.sum()),)), count

    def _standardized(self, texts: np.ndarray) -> np.ndarray:
        if callable(self.standardize):
            texts = _strings(self.standardize(Tensor(texts)))
        elif self.standardize is not None:
            one = _STANDARDIZE[self.standardize]
            texts = host_values(list(map(one, texts.ravel().tolist())), texts.shape)
        return texts

    def _ngrams(self, words: list[bytes]) -> list[bytes]:
        n_of = self.ngrams
        lengths = range(1, n_of + 1) if isinstance(n_of, int) else n_of or ()
        return [b" ".join(words[i : i + n]) for n in lengths for i in range(len(words) - n + 1)]

    def call(self, inputs: Any) -> Any:
        texts = self._value(inputs)
        if texts.dtype != object:
            raise TypeError(
                f"TextVectorization {self.name!r} takes strings, not values of dtype {texts.dtype}."
            )
        lookup = self._lookup_layer
        lookup._check_known()
        if self.split is None and self.ngrams is None:  # the strings are words already
            ids = lookup.find(self._standardized(texts))
            length = self.output_sequence_length
            if length is not None and ids.ndim == 2:
                ids = np.pad(ids[:, :length], ((0, 0), (0, max(length - ids.shape[1], 0))))
            return lookup.encode(ids)
        words, count = self._flat_tokens(texts if texts.ndim else texts[None])
        longest = int(count.max(initial=0))
        length = longest if self.output_sequence_length is None else self.output_sequence_length
        if longest > length:
            place = np.arange(len(words)) - np.repeat(np.cumsum(count) - count, count)
            words, count = words[place < length], np.minimum(count, length)
        ids = np.full((len(count), length), 0 if self.output_mode == "int" else -1, np.int64)
        found = lookup.find(words)
        if self.ragged and not thread.symbolic:
            from unikeras.composites.ragged_tensor import RaggedTensor

            return RaggedTensor.from_row_lengths(lookup.encode(found), count)
        ids[np.arange(length) < count[:, None]] = found
        return lookup.encode(ids if texts.ndim else ids[0])

    # Saving.

    def save_assets(self, folder: str) -> None:
        """Write the vocabulary that was learned into a folder, as Keras does."""
        self._lookup_layer.save_assets(folder)

    def load_assets(self, folder: str) -> None:
        """Read the vocabulary that `save_assets` (or Keras) wrote."""
        self._lookup_layer.load_assets(folder)

    def save_own_variables(self, store: Any) -> None:
        """Put the weights of the tokens into `store`."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of the tokens from `store`."""
        self._lookup_layer.load_own_variables(store)

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: the layer needs no input shape."""
        return {}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Nothing to do."""

    def get_config(self) -> dict[str, Any]:
        lookup = self._lookup_layer
        return {
            **super().get_config(),
            "max_tokens": lookup.max_tokens,
            "standardize": self.standardize,
            "split": self.split,
            "ngrams": self.ngrams,
            "output_mode": self.output_mode,
            "output_sequence_length": self.output_sequence_length,
            "pad_to_max_tokens": lookup.pad_to_max_tokens,
            "sparse": lookup.sparse,
            "ragged": self.ragged,
            "vocabulary": lookup._given,
            "idf_weights": lookup._given_weights,
            "encoding": lookup.encoding,
            "vocabulary_size": lookup.vocabulary_size(),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer from `get_config()`'s result."""
        from unikeras.saving.serialize import deserialize_keras_object

        return cls(
            **{
                k: deserialize_keras_object(v) if k in ("standardize", "split") and isinstance(v, dict) else v
                for k, v in config.items()
            }
        )


def _strings(value: Any) -> np.ndarray:
    """What a user's function returned, as an array of bytes."""
    return as_bytes(
        np.asarray(value if is_tensor(value) or isinstance(value, np.ndarray) else list(value), object)
    )


def _rows(value: Any, count: int, name: str) -> list[list[bytes]]:
    """The words of each text that a user's function returned, as lists of bytes."""
    rows = (
        value.to_list()
        if hasattr(value, "to_list")
        else np.asarray(value).tolist()
        if is_tensor(value)
        else list(value)
    )
    if len(rows) != count:
        raise ValueError(
            f"TextVectorization {name!r}: the split function was given {count} texts, but returned {len(rows)} rows. It must return "
            "the words of each text."
        )
    return [[w.encode() if isinstance(w, str) else w for w in row] for row in rows]
