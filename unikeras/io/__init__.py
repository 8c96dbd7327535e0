"""`tf.io`: files, records, and parsing. This module only gives names; each is defined in a file of its own beside it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing

__all__ = [
    "TFRecordOptions",
    "TFRecordWriter",
    "gfile",
    "matching_files",
    "read_file",
    "write_file",
]

if TYPE_CHECKING:
    from unikeras.io import gfile as gfile
    from unikeras.io.files import matching_files as matching_files
    from unikeras.io.files import read_file as read_file
    from unikeras.io.files import write_file as write_file
    from unikeras.io.record_writer import TFRecordOptions as TFRecordOptions
    from unikeras.io.record_writer import TFRecordWriter as TFRecordWriter
else:
    # Names -> the module that defines them, imported when they are first used.
    _LAZY = {
        "TFRecordOptions": "record_writer",
        "TFRecordWriter": "record_writer",
        "matching_files": "files",
        "read_file": "files",
        "write_file": "files",
    }

    def __getattr__(name: str) -> Any:
        if name == "gfile":
            return importlib.import_module("unikeras.io.gfile")
        if name in _LAZY:
            found = globals()[name] = getattr(importlib.import_module(f"unikeras.io.{_LAZY[name]}"), name)
            return found
        raise missing("tf.io", name, __all__)
