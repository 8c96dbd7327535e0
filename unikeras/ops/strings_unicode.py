"""Texts in Unicode's encodings: taken apart into characters, put together, brought from one encoding into another."""

from __future__ import annotations

import codecs
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import counts_between, host_op, host_value, host_values, tensor_of
from unikeras.core.state import thread
from unikeras.ops.strings_edit import one_of
from unikeras.ops.strings_split import ragged_rows
from unikeras.utils.unicode_scripts import script_codes

__all__ = [
    "unicode_decode",
    "unicode_decode_with_offsets",
    "unicode_encode",
    "unicode_script",
    "unicode_split",
    "unicode_split_with_offsets",
    "unicode_transcode",
]

_OUTPUT = ("UTF-8", "UTF-16-BE", "UTF-32-BE")
_ERRORS = ("strict", "replace", "ignore")
_INVALID = -1  # in place of a character


@cache
def _codec(encoding: str, where: str) -> codecs.CodecInfo:
    name = encoding.replace(" ", "-")
    try:
        found = codecs.lookup(name)
    except LookupError:
        found = None
    if found is None or not found._is_text_encoding or name.lower().startswith(("idna", "punycode")):
        raise InvalidArgumentError(
            f"{where}: could not create a converter for the input encoding {encoding!r}."
        )
    return found


class _Decoder:
    """Texts of an encoding as code points; what is invalid is replaced, dropped, or an error.

    Args:
        where: who asks, for messages.
        encoding: the texts' encoding, by any common name.
        errors: 'strict', 'replace' or 'ignore'.
        replacement: the code point that takes the place of what is invalid.
        controls: whether control characters (below 32) count as invalid.
    """

    def __init__(self, where: str, encoding: Any, errors: Any, replacement: int, controls: bool) -> None:
        text = encoding.decode() if isinstance(encoding, bytes) else str(encoding)
        self.errors = one_of(where, "errors", errors, _ERRORS)
        if not 0 <= replacement <= 0x10FFFF:
            raise InvalidArgumentError(f"{where}: replacement_char {replacement} is out of Unicode's range.")
        self.where, self.controls = where, controls
        self.replacement = 0xFFFD if 0xD800 <= replacement < 0xE000 else replacement
        codec = _codec(text, where)
        self.marked = codec.name in ("utf-16", "utf-32")  # a byte order mark may tell
        self.codec = codec.name

    def rows(self, texts: list[bytes]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The code points of all texts, where each begins in its text (in bytes), and how many each text has."""
        fast = self._fast(texts)
        if fast is not None:
            return fast
        pairs = [self.points(text) for text in texts]
        points = [p for row, _ in pairs for p in row]
        places = [p for _, row in pairs for p in row]
        return (
            np.array(points, np.int32),
            np.array(places, np.int64),
            np.array([len(row) for row, _ in pairs], np.int64),
        )

    def _fast(self, texts: list[bytes]) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """All at once, if all are valid UTF-8 without control characters that are to be replaced."""
        if self.codec != "utf-8" or self.controls:
            return None
        joined = b"\n".join([*texts, b""])  # a line break separates, so that halves of characters do not join
        try:
            points = np.frombuffer(joined.decode().encode("utf-32-le"), np.int32)
        except UnicodeDecodeError:
            return None
        sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        firsts = np.cumsum(sizes) - sizes
        begins = np.frombuffer(joined, np.int8) >= -64  # the bytes that begin a character
        counts = counts_between(begins, np.append(firsts, len(joined)))
        places = np.flatnonzero(begins) - np.repeat(firsts, counts)
        kept = np.ones(len(points), bool)
        kept[np.cumsum(counts) - 1] = False  # the line breaks
        return points[kept], places[kept], counts - 1

    def text(self, text: bytes) -> str:
        """A text, decoded."""
        if not self.controls and not self.marked:
            try:
                return text.decode(self.codec)
            except UnicodeDecodeError:
                pass
        return "".join(map(chr, self.points(text)[0]))

    def points(self, text: bytes) -> tuple[list[int], list[int]]:
        """The code points of a text, and where each begins in it."""
        codec = self.codec
        start = 0
        if self.marked:
            wide = codec == "utf-32"
            big, little = (
                (codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)
                if wide
                else (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)
            )
            codec += "-le" if text.startswith(little) else "-be"
            start = len(big) if text.startswith((big, little)) else 0
        points: list[int] = []
        places: list[int] = []
        while start < len(text):
            broken = None
            try:
                valid = text[start:].decode(codec)
            except UnicodeDecodeError as error:
                broken = error
                valid = text[start : start + error.start].decode(codec)
            for c in valid:
                bad = self.controls and ord(c) < 0x20
                self._put(points, places, _INVALID if bad else ord(c), start)
                start += _size(c, codec)
            if broken is None:
                break
            self._put(points, places, _INVALID, start)
            start += broken.end - broken.start
        return points, places

    def _put(self, points: list[int], places: list[int], point: int, place: int) -> None:
        if point == _INVALID:
            if thread.symbolic or self.errors == "ignore":
                return
            if self.errors == "strict":
                raise InvalidArgumentError(
                    f"{self.where}: invalid formatting on input string: errors='strict'."
                )
            point = self.replacement
        points.append(point)
        places.append(place)


def _size(c: str, codec: str) -> int:
    """How many bytes a character takes."""
    if codec == "utf-8":
        point = ord(c)
        return 1 if point < 0x80 else 2 if point < 0x800 else 3 if point < 0x10000 else 4
    return len(c.encode(codec))


def _output(where: str, encoding: Any) -> str:
    return one_of(where, "output_encoding", encoding, _OUTPUT).lower()


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of each text (mirrors `tf.strings.unicode_decode`).

    Args:
        input: strings [...], also ragged.
        input_encoding: their encoding: 'UTF-8', 'UTF-16-BE', 'UTF-32-BE', or another that Python knows.
        errors: what is done about invalid bytes: 'replace', 'ignore', or 'strict' for an error.
        replacement_char: the code point that takes the place of each invalid sequence.
        replace_control_characters: whether control characters (below 32) count as invalid.
        name: ignored.

    Returns:
        A ragged tensor of int32 [..., (characters)]; a tensor [characters] for a scalar.

    Raises:
        InvalidArgumentError: invalid bytes under 'strict', an unknown encoding, other settings.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_decode(["aé", "日"], "UTF-8")
        <tf.RaggedTensor [[97, 233], [26085]]>
    """
    decoder = _Decoder("unicode_decode", input_encoding, errors, replacement_char, replace_control_characters)

    def rows(texts: list[bytes]) -> Any:
        points, _, lengths = decoder.rows(texts)
        return points, lengths

    return ragged_rows(input, rows, "unicode_decode")


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of each text, and the byte where each begins (mirrors `tf.strings.unicode_decode_with_offsets`).

    The arguments are `tf.strings.unicode_decode`'s.

    Returns:
        A pair: code points (int32) and offsets (int64), both as there.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_decode_with_offsets(["éa"], "UTF-8")
        (<tf.RaggedTensor [[233, 97]]>, <tf.RaggedTensor [[0, 2]]>)
    """
    where = "unicode_decode_with_offsets"
    decoder = _Decoder(where, input_encoding, errors, replacement_char, replace_control_characters)
    return ragged_rows(input, decoder.rows, where)


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    name: str | None = None,
) -> Any:
    """The characters of each text, as strings of the same encoding (mirrors `tf.strings.unicode_split`).

    Args:
        input: strings [...], also ragged.
        input_encoding: 'UTF-8', 'UTF-16-BE' or 'UTF-32-BE'.
        errors: see `tf.strings.unicode_decode`.
        replacement_char: likewise.
        name: ignored.

    Returns:
        A ragged tensor of strings [..., (characters)]; a tensor [characters] for a scalar.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_split(["hé"], "UTF-8").to_list()[0][1].decode()
        'é'
    """
    return _split("unicode_split", input, input_encoding, errors, replacement_char)[0]


def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    name: str | None = None,
) -> Any:
    """The characters of each text, and the byte where each begins (mirrors `tf.strings.unicode_split_with_offsets`).

    The arguments are `tf.strings.unicode_split`'s.

    Returns:
        A pair: strings and offsets (int64), both as there.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_split_with_offsets(["ab"], "UTF-8")[1]
        <tf.RaggedTensor [[0, 1]]>
    """
    return _split("unicode_split_with_offsets", input, input_encoding, errors, replacement_char)


def _split(where: str, input: Any, encoding: Any, errors: Any, replacement: int) -> Any:
    decoder = _Decoder(where, encoding, errors, replacement, False)
    codec = _output(where, encoding)

    def rows(texts: list[bytes]) -> Any:
        points, places, lengths = decoder.rows(texts)
        known = {p: chr(p).encode(codec) for p in set(points.tolist())}
        characters = [known[p] for p in points.tolist()]
        return host_values(characters, (len(characters),)), places, lengths

    return ragged_rows(input, rows, where)


def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    name: str | None = None,
) -> Any:
    """Rows of code points as texts (mirrors `tf.strings.unicode_encode`).

    Args:
        input: int32 [..., characters], also ragged.
        output_encoding: 'UTF-8', 'UTF-16-BE' or 'UTF-32-BE'.
        errors: what is done about numbers that are no characters: 'replace', 'ignore', or 'strict' for an error.
        replacement_char: the code point that takes their place.
        name: ignored.

    Returns:
        Strings [...].

    Raises:
        InvalidArgumentError: no characters under 'strict', another dtype, other settings.
        ValueError: a scalar.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_encode(tf.ragged.constant([[72, 105], [33]]), "UTF-8").numpy().tolist()
        [b'Hi', b'!']
    """
    from unikeras.composites.ragged_tensor import RaggedTensor

    if isinstance(input, RaggedTensor):
        values = input.values
        if isinstance(values, RaggedTensor) or len(values.shape) > 1:
            return input.with_values(unicode_encode(values, output_encoding, errors, replacement_char))
        flat = host_value(values, "unicode_encode", "int32")
        splits = input._rows.host.tolist()
        made = _encoded(flat, splits, output_encoding, errors, replacement_char)
        return tensor_of(host_values(made, (len(made),)))
    points = host_value(input, "unicode_encode", None)
    if not points.ndim:
        raise ValueError("unicode_encode: input must have a dimension at least.")
    if points.dtype != np.int32:
        raise InvalidArgumentError(f"unicode_encode: input must be int32, not {points.dtype}.")
    shape = points.shape[:-1]
    splits = [points.shape[-1] * i for i in range(int(np.prod(shape)) + 1)]
    made = _encoded(points.ravel(), splits, output_encoding, errors, replacement_char)
    return tensor_of(host_values(made, shape) if shape else made[0])


def _encoded(
    points: np.ndarray, splits: list[int], encoding: Any, errors: Any, replacement: int
) -> list[bytes]:
    codec = _output("unicode_encode", encoding)
    one_of("unicode_encode", "errors", errors, _ERRORS)
    if not 0 <= replacement <= 0x10FFFF:
        raise InvalidArgumentError(
            f"unicode_encode: replacement_char {replacement} is out of Unicode's range."
        )
    invalid = (points < 0) | (points > 0x10FFFF) | ((points >= 0xD800) & (points < 0xE000))
    if invalid.any():
        if errors == "strict":
            raise InvalidArgumentError(
                f"unicode_encode: {points[invalid][0]} is no character, and errors='strict'."
            )
        points = np.where(invalid, replacement, points)
    made = []
    for start, end in pairwise(splits):
        row = points[start:end]
        if errors == "ignore":
            row = row[~invalid[start:end]]
        made.append(row.astype("<u4").tobytes().decode("utf-32-le").encode(codec))
    return made


@host_op
def unicode_transcode(
    np: Any,
    input: Any,
    *,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 0xFFFD,
    replace_control_characters: bool = False,
) -> Any:
    """The texts in another encoding (mirrors `tf.strings.unicode_transcode`).

    Args:
        input: strings [...], also ragged.
        input_encoding: their encoding: 'UTF-8', 'UTF-16-BE', 'UTF-32-BE', or another that Python knows.
        output_encoding: 'UTF-8', 'UTF-16-BE' or 'UTF-32-BE'.
        errors: what is done about invalid bytes: 'replace', 'ignore', or 'strict' for an error.
        replacement_char: the code point that takes the place of each invalid sequence.
        replace_control_characters: whether control characters (below 32) count as invalid.

    Raises:
        InvalidArgumentError: invalid bytes under 'strict', an unknown encoding, other settings.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_transcode(["Hi"], "UTF-8", "UTF-16-BE").numpy().tolist()
        [b'\\x00H\\x00i']
    """
    codec = _output("unicode_transcode", output_encoding)
    decoder = _Decoder(
        "unicode_transcode", input_encoding, errors, replacement_char, replace_control_characters
    )
    made = []
    for text in input.ravel().tolist():
        made.append(decoder.text(text).encode(codec))
    return host_values(made, input.shape)


@host_op(strings=(), numbers={"input": "int32"})
def unicode_script(np: Any, input: Any) -> Any:
    """The script of each code point, as ICU numbers them (mirrors `tf.strings.unicode_script`).

    Args:
        input: int32 [...], also ragged.

    Returns:
        int32 [...]: 25 for Latin, 14 for Greek, 17 for Han ..., 103 where there is none, -1 for what is no code point.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.unicode_script([ord("a"), ord("π")]).numpy().tolist()
        [25, 14]
    """
    return script_codes(input)
