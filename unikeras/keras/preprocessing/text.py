"""`keras.preprocessing.text`: texts as numbers, as in tf.keras 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.preprocessing.text import hashing_trick, one_hot, text_to_word_sequence
from unikeras.preprocessing.tokenizer import Tokenizer, tokenizer_from_json

__all__ = ["Tokenizer", "hashing_trick", "one_hot", "text_to_word_sequence", "tokenizer_from_json"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.preprocessing.text", name, __all__)
