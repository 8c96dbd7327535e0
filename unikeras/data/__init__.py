"""`tf.data`: input pipelines. This module only gives names; each transformation is defined in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.data import experimental
from unikeras.data.constants import AUTOTUNE
from unikeras.data.constants import INFINITE as INFINITE_CARDINALITY
from unikeras.data.constants import UNKNOWN as UNKNOWN_CARDINALITY
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import Iterator, NumpyIterator
from unikeras.data.options import Options, ThreadingOptions
from unikeras.data.records import FixedLengthRecordDatasetV2 as FixedLengthRecordDataset
from unikeras.data.records import TextLineDatasetV2 as TextLineDataset
from unikeras.data.records import TFRecordDatasetV2 as TFRecordDataset
from unikeras.data.specs import DatasetSpec, IteratorSpec

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "Iterator",
    "IteratorSpec",
    "NumpyIterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "ThreadingOptions",
    "experimental",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.data", name, __all__)
