"""`StringLookup`: strings to indices by a vocabulary, and back."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.index_lookup import IndexLookup

__all__ = ["StringLookup"]


class StringLookup(IndexLookup):
    """The index of each string in a vocabulary (mirrors `keras.layers.StringLookup`).

    The vocabulary is given, or learned from data by `adapt`. It begins with the mask token, if there is one, and the token
    for unknown strings. The layer works on the host.

    Args:
        max_tokens: how many tokens the vocabulary may have, special ones included.
        num_oov_indices: how many indices unknown strings share; with more than one their hash decides. With 0 an unknown
            string is an error.
        mask_token: the string that stands for padding, with the index 0; `None` for none.
        oov_token: the string that stands for unknown ones in the vocabulary.
        vocabulary: a list or array of strings, or the path of a text file with a string a line.
        idf_weights: for 'tf_idf', the inverse document frequency of each string given.
        invert: whether to map indices to strings instead.
        output_mode: 'int' (indices), 'one_hot' (a vector a string), or a vector for all strings along the last axis:
            'multi_hot', 'count', 'tf_idf' (counts times inverse document frequencies).
        pad_to_max_tokens: whether those vectors have `max_tokens` elements, whatever the vocabulary's size.
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        encoding: 'utf-8'.
        name: the layer's name.
        salt: one or two integers; unknown strings are then hashed by SipHash under this key.
        **kwargs: as for `Layer`; an integer `dtype` is that of the indices.

    Raises:
        ValueError: settings that contradict each other, or an unusable vocabulary.
        FailedPreconditionError: (from a call) there is no vocabulary yet.
        InvalidArgumentError: (from a call) an unknown string, with `num_oov_indices=0`.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.StringLookup(vocabulary=["a", "b"])
        >>> layer(tf.constant(["b", "z"])).numpy().tolist()
        [2, 0]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise NotImplementedError(
                f"StringLookup: encoding={encoding!r} is not available; strings are UTF-8."
            )
        self.encoding = encoding
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary, idf_weights, invert, output_mode,
            pad_to_max_tokens, sparse, "string", salt=salt, name=name, **kwargs,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "encoding": self.encoding}
