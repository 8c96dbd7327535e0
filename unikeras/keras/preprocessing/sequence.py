"""`keras.preprocessing.sequence`: sequences of different lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.preprocessing.skipgrams import make_sampling_table, skipgrams
from unikeras.preprocessing.timeseries_generator import TimeseriesGenerator
from unikeras.utils.pad_sequences import pad_sequences

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.preprocessing.sequence", name, __all__)
