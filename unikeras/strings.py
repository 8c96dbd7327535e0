"""`tf.strings`: strings taken apart, put together, changed, read as numbers. They are on the host, whatever the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops.strings_edit import string_length as length
from unikeras.ops.strings_edit import string_lower as lower
from unikeras.ops.strings_edit import string_strip as strip
from unikeras.ops.strings_edit import string_upper as upper
from unikeras.ops.strings_edit import substr
from unikeras.ops.strings_format import string_format as format
from unikeras.ops.strings_hash import string_to_hash_bucket as to_hash_bucket
from unikeras.ops.strings_hash import string_to_hash_bucket_fast as to_hash_bucket_fast
from unikeras.ops.strings_hash import string_to_hash_bucket_strong as to_hash_bucket_strong
from unikeras.ops.strings_join import reduce_join, unsorted_segment_join
from unikeras.ops.strings_join import string_join as join
from unikeras.ops.strings_numbers import as_string
from unikeras.ops.strings_numbers import string_to_number as to_number
from unikeras.ops.strings_regex import regex_full_match, regex_replace
from unikeras.ops.strings_split import ngrams
from unikeras.ops.strings_split import string_bytes_split as bytes_split
from unikeras.ops.strings_split import string_split as split
from unikeras.ops.strings_unicode import (
    unicode_decode,
    unicode_decode_with_offsets,
    unicode_encode,
    unicode_script,
    unicode_split,
    unicode_split_with_offsets,
    unicode_transcode,
)

__all__ = [
    "as_string",
    "bytes_split",
    "format",
    "join",
    "length",
    "lower",
    "ngrams",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "split",
    "strip",
    "substr",
    "to_hash_bucket",
    "to_hash_bucket_fast",
    "to_hash_bucket_strong",
    "to_number",
    "unicode_decode",
    "unicode_decode_with_offsets",
    "unicode_encode",
    "unicode_script",
    "unicode_split",
    "unicode_split_with_offsets",
    "unicode_transcode",
    "unsorted_segment_join",
    "upper",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.strings", name, __all__)
