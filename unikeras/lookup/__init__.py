"""`tf.lookup`: tables from keys to values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.lookup import experimental
from unikeras.tables.initializers import KeyValueTensorInitializer, TextFileIndex, TextFileInitializer
from unikeras.tables.static_tables import StaticHashTable, StaticVocabularyTable

__all__ = [
    "KeyValueTensorInitializer",
    "StaticHashTable",
    "StaticVocabularyTable",
    "TextFileIndex",
    "TextFileInitializer",
    "experimental",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.lookup", name, __all__)
