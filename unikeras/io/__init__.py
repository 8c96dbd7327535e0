"""`tf.io`: files, records, and parsing. This module only gives names; each is defined in a file of its own beside it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "RaggedFeature",
    "SparseFeature",
    "TFRecordOptions",
    "TFRecordWriter",
    "VarLenFeature",
    "gfile",
    "matching_files",
    "parse_example",
    "parse_sequence_example",
    "parse_single_example",
    "parse_single_sequence_example",
    "read_file",
    "write_file",
]

if TYPE_CHECKING:
    from unikeras.io import gfile as gfile
    from unikeras.io.features import FixedLenFeature as FixedLenFeature
    from unikeras.io.features import FixedLenSequenceFeature as FixedLenSequenceFeature
    from unikeras.io.features import RaggedFeature as RaggedFeature
    from unikeras.io.features import SparseFeature as SparseFeature
    from unikeras.io.features import VarLenFeature as VarLenFeature
    from unikeras.io.files import matching_files as matching_files
    from unikeras.io.files import read_file as read_file
    from unikeras.io.files import write_file as write_file
    from unikeras.io.parse import parse_example as parse_example
    from unikeras.io.parse import parse_single_example as parse_single_example
    from unikeras.io.parse_sequence import parse_sequence_example as parse_sequence_example
    from unikeras.io.parse_sequence import parse_single_sequence_example as parse_single_sequence_example
    from unikeras.io.record_writer import TFRecordOptions as TFRecordOptions
    from unikeras.io.record_writer import TFRecordWriter as TFRecordWriter
else:
    # Names -> the module that defines them, imported when they are first used.
    _LAZY = {
        "FixedLenFeature": "io.features",
        "FixedLenSequenceFeature": "io.features",
        "RaggedFeature": "io.features",
        "SparseFeature": "io.features",
        "TFRecordOptions": "io.record_writer",
        "TFRecordWriter": "io.record_writer",
        "VarLenFeature": "io.features",
        "matching_files": "io.files",
        "parse_example": "io.parse",
        "parse_sequence_example": "io.parse_sequence",
        "parse_single_example": "io.parse",
        "parse_single_sequence_example": "io.parse_sequence",
        "read_file": "io.files",
        "write_file": "io.files",
    }

    def __getattr__(name: str) -> Any:
        if name == "gfile":
            return importlib.import_module("unikeras.io.gfile")
        if name in _LAZY:
            found = globals()[name] = getattr(importlib.import_module(f"unikeras.{_LAZY[name]}"), name)
            return found
        raise missing("tf.io", name, __all__)
