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
    "decode_and_crop_jpeg",
    "decode_base64",
    "decode_bmp",
    "decode_compressed",
    "decode_csv",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_json_example",
    "decode_png",
    "decode_raw",
    "deserialize_many_sparse",
    "encode_base64",
    "encode_jpeg",
    "encode_png",
    "extract_jpeg_shape",
    "gfile",
    "is_jpeg",
    "matching_files",
    "parse_example",
    "parse_sequence_example",
    "parse_single_example",
    "parse_single_sequence_example",
    "parse_tensor",
    "read_file",
    "serialize_many_sparse",
    "serialize_sparse",
    "serialize_tensor",
    "write_file",
]

if TYPE_CHECKING:
    from unikeras.io import gfile as gfile
    from unikeras.io.csv import decode_csv as decode_csv
    from unikeras.io.example_messages import decode_json_example as decode_json_example
    from unikeras.io.features import FixedLenFeature as FixedLenFeature
    from unikeras.io.features import FixedLenSequenceFeature as FixedLenSequenceFeature
    from unikeras.io.features import RaggedFeature as RaggedFeature
    from unikeras.io.features import SparseFeature as SparseFeature
    from unikeras.io.features import VarLenFeature as VarLenFeature
    from unikeras.io.files import matching_files as matching_files
    from unikeras.io.files import read_file as read_file
    from unikeras.io.files import write_file as write_file
    from unikeras.io.images import decode_and_crop_jpeg as decode_and_crop_jpeg
    from unikeras.io.images import decode_bmp as decode_bmp
    from unikeras.io.images import decode_gif as decode_gif
    from unikeras.io.images import decode_image as decode_image
    from unikeras.io.images import decode_jpeg as decode_jpeg
    from unikeras.io.images import decode_png as decode_png
    from unikeras.io.images import encode_jpeg as encode_jpeg
    from unikeras.io.images import encode_png as encode_png
    from unikeras.io.images import extract_jpeg_shape as extract_jpeg_shape
    from unikeras.io.images import is_jpeg as is_jpeg
    from unikeras.io.parse import parse_example as parse_example
    from unikeras.io.parse import parse_single_example as parse_single_example
    from unikeras.io.parse_sequence import parse_sequence_example as parse_sequence_example
    from unikeras.io.parse_sequence import parse_single_sequence_example as parse_single_sequence_example
    from unikeras.io.raw import decode_base64 as decode_base64
    from unikeras.io.raw import decode_compressed as decode_compressed
    from unikeras.io.raw import decode_raw as decode_raw
    from unikeras.io.raw import encode_base64 as encode_base64
    from unikeras.io.record_writer import TFRecordOptions as TFRecordOptions
    from unikeras.io.record_writer import TFRecordWriter as TFRecordWriter
    from unikeras.io.sparse_strings import deserialize_many_sparse as deserialize_many_sparse
    from unikeras.io.sparse_strings import serialize_many_sparse as serialize_many_sparse
    from unikeras.io.sparse_strings import serialize_sparse as serialize_sparse
    from unikeras.io.tensor_proto import parse_tensor as parse_tensor
    from unikeras.io.tensor_proto import serialize_tensor as serialize_tensor
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
        "decode_and_crop_jpeg": "io.images",
        "decode_base64": "io.raw",
        "decode_bmp": "io.images",
        "decode_compressed": "io.raw",
        "decode_csv": "io.csv",
        "decode_gif": "io.images",
        "decode_image": "io.images",
        "decode_jpeg": "io.images",
        "decode_json_example": "io.example_messages",
        "decode_png": "io.images",
        "decode_raw": "io.raw",
        "deserialize_many_sparse": "io.sparse_strings",
        "encode_base64": "io.raw",
        "encode_jpeg": "io.images",
        "encode_png": "io.images",
        "extract_jpeg_shape": "io.images",
        "is_jpeg": "io.images",
        "matching_files": "io.files",
        "parse_example": "io.parse",
        "parse_sequence_example": "io.parse_sequence",
        "parse_single_example": "io.parse",
        "parse_single_sequence_example": "io.parse_sequence",
        "parse_tensor": "io.tensor_proto",
        "read_file": "io.files",
        "serialize_many_sparse": "io.sparse_strings",
        "serialize_sparse": "io.sparse_strings",
        "serialize_tensor": "io.tensor_proto",
        "write_file": "io.files",
    }

    def __getattr__(name: str) -> Any:
        if name == "gfile":
            return importlib.import_module("unikeras.io.gfile")
        if name in _LAZY:
            found = globals()[name] = getattr(importlib.import_module(f"unikeras.{_LAZY[name]}"), name)
            return found
        raise missing("tf.io", name, __all__)
