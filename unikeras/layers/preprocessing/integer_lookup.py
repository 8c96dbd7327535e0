"""`IntegerLookup`: whole numbers to indices by a vocabulary, and back."""

from __future__ import annotations

from typing import Any

from unikeras.layers.preprocessing.index_lookup import IndexLookup

__all__ = ["IntegerLookup"]


class IntegerLookup(IndexLookup):
    """The index of each whole number in a vocabulary (mirrors `keras.layers.IntegerLookup`).

    The vocabulary is given, or learned from data by `adapt`. It begins with the mask token, if there is one, and the token
    for unknown numbers. The layer works on the host.

    Args:
        max_tokens: how many tokens the vocabulary may have, special ones included.
        num_oov_indices: how many indices unknown numbers share; with more than one their remainder decides. With 0 an
            unknown number is an error.
        mask_token: the number that stands for padding, with the index 0; `None` for none.
        oov_token: the number that stands for unknown ones in the vocabulary.
        vocabulary: a list or array of whole numbers, or the path of a text file with one a line.
        vocabulary_dtype: 'int64'.
        idf_weights: for 'tf_idf', the inverse document frequency of each number given.
        invert: whether to map indices to numbers instead.
        output_mode: 'int' (indices), 'one_hot' (a vector a number), or a vector for all numbers along the last axis:
            'multi_hot', 'count', 'tf_idf' (counts times inverse document frequencies).
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        pad_to_max_tokens: whether those vectors have `max_tokens` elements, whatever the vocabulary's size.
        oov_method: how unknown numbers share several indices: 'floormod' (their remainder) or 'farmhash' (the hash of their
            decimal digits).
        salt: for 'farmhash', one or two integers; SipHash under this key is then taken instead.
        name: the layer's name.
        **kwargs: as for `Layer`; an integer `dtype` is that of the indices.

    Raises:
        ValueError: settings that contradict each other, or an unusable vocabulary.
        FailedPreconditionError: (from a call) there is no vocabulary yet.
        InvalidArgumentError: (from a call) an unknown number, with `num_oov_indices=0`.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.IntegerLookup(vocabulary=[12, 36], output_mode="count")
        >>> layer(tf.constant([[12, 12, 1]])).numpy().tolist()
        [[1.0, 2.0, 0.0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if vocabulary_dtype != "int64":
            raise ValueError(f"IntegerLookup: vocabulary_dtype must be 'int64', not {vocabulary_dtype!r}.")
        if salt is not None and oov_method != "farmhash":
            raise ValueError(f"IntegerLookup: salt needs oov_method='farmhash', not {oov_method!r}.")
        super().__init__(
            max_tokens, num_oov_indices, mask_token, oov_token, vocabulary, idf_weights, invert, output_mode,
            pad_to_max_tokens, sparse, vocabulary_dtype, oov_method, salt, name=name, **kwargs,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "vocabulary_dtype": self.vocabulary_dtype}
