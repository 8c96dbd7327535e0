"""Strings taken apart into ragged rows of parts, and runs of such parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from unikeras.core.composite import CompositeTensor
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import counts_between, host_value, host_values, tensor_of
from unikeras.core.symbolic import is_symbolic
from unikeras.ops.strings_join import as_text_bytes

if TYPE_CHECKING:
    from unikeras.composites.ragged_tensor import RaggedTensor

__all__ = ["ngrams", "ragged_rows", "split_at_once", "string_bytes_split", "string_split"]


def ragged_rows(input: Any, rows: Any, where: str) -> Any:
    """Every string as a row of parts: a tensor of parts for a scalar, else a ragged tensor of one more dimension.

    Args:
        input: strings [...], also ragged.
        rows: function of a list of bytes that gives the parts of all texts as an array (or several such) and their numbers.
        where: who asks, for messages.

    Returns:
        The result, or a tuple of as many as `rows` gives arrays.
    """
    from unikeras.composites.ragged_tensor import RaggedTensor
    from unikeras.composites.row_partition import RowPartition

    if is_symbolic(input):
        raise NotImplementedError(
            f"{where} gives a ragged tensor, and symbolic ragged tensors are not available: put the call into a Lambda layer or a layer of "
            "your own that returns a dense tensor, such as the result's to_tensor()."
        )
    if isinstance(input, RaggedTensor):
        parts = ragged_rows(input.values, rows, where)
        several = isinstance(parts, tuple)
        made = tuple(input.with_values(part) for part in (parts if several else (parts,)))
        return made if several else made[0]
    if isinstance(input, CompositeTensor):
        raise TypeError(f"{where}: not available for a {type(input).__name__}.")
    texts = host_value(input, where, "string")
    *values, lengths = rows(texts.ravel().tolist())
    results = []
    for value in values:
        result: Any = tensor_of(value)
        if texts.ndim:
            result = RaggedTensor(result, RowPartition.of_lengths(np.asarray(lengths, np.int64)))
            for size, inner in zip(texts.shape[:0:-1], np.cumprod(texts.shape[:0:-1]), strict=True):
                count = texts.size // int(inner) if inner else int(np.prod(texts.shape[:-1]))
                result = RaggedTensor(result, RowPartition.of_lengths(np.full(count, size, np.int64), size))
        results.append(result)
    return results[0] if len(results) == 1 else tuple(results)


def _flat(rows: list[Any]) -> tuple[np.ndarray, Any]:
    values = list(chain.from_iterable(rows))
    return host_values(values, (len(values),)), np.fromiter(map(len, rows), np.int64, len(rows))


def string_split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The words of each string, or its parts between separators (mirrors `tf.strings.split`).

    Args:
        input: strings [...], also ragged.
        sep: what stands between the parts; white space (of ASCII, any amount of it, none at the ends) if `None` or ''.
        maxsplit: at most so many cuts; all if negative.
        name: ignored.

    Returns:
        A ragged tensor [..., (parts)]; a tensor [parts] for a scalar.

    Raises:
        TypeError: something else than strings.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.split(["hello world", "a b c"])
        <tf.RaggedTensor [[b'hello', b'world'], [b'a', b'b', b'c']]>
        >>> tf.strings.split("1,,2", sep=",").numpy().tolist()
        [b'1', b'', b'2']
    """
    between = None if sep is None else as_text_bytes(sep) or None
    most = int(maxsplit)

    def rows(texts: list[bytes]) -> tuple[np.ndarray, Any]:
        if most < 0:
            return _flat(
                list(map(bytes.split, texts)) if between is None else [t.split(between) for t in texts]
            )
        if most == 0:
            return _flat([[text] for text in texts])
        parts = [text.split(between, most) for text in texts]
        if between is None:  # behind the last cut there is a part, as in TensorFlow, also an empty one
            parts = [[*words, b""] if len(words) == most else words for words in parts]
        return _flat(parts)

    return ragged_rows(input, rows, "string_split")


_IS_WHITE = np.isin(np.arange(256), list(b" \t\n\v\f\r"))


def split_at_once(texts: list[bytes], between: bytes | None) -> tuple[np.ndarray, Any]:
    """The parts of all texts, cut as one text, and how many each has: faster than a list for every text."""
    if between is not None:
        values = between.join(texts).split(between)
        return host_values(values, (len(values),)), [text.count(between) + 1 for text in texts]
    joined = b" ".join([*texts, b""])
    white = _IS_WHITE[np.frombuffer(joined, np.uint8)]
    ends = white & ~np.append(True, white[:-1])  # where white space follows a word
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    values = joined.split()
    return host_values(values, (len(values),)), counts_between(ends, np.append(0, np.cumsum(sizes)))


_SINGLE = np.array([*(bytes([i]) for i in range(256)), None], object)[:-1]


def string_bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string (mirrors `tf.strings.bytes_split`).

    Args:
        input: strings [...], also ragged.
        name: ignored.

    Returns:
        A ragged tensor [..., (bytes)] of strings of one byte; a tensor [bytes] for a scalar.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.bytes_split(["ab", "c"])
        <tf.RaggedTensor [[b'a', b'b'], [b'c']]>
    """

    def rows(texts: list[bytes]) -> tuple[np.ndarray, Any]:
        return _SINGLE[np.frombuffer(b"".join(texts), np.uint8)], list(map(len, texts))

    return ragged_rows(input, rows, "string_bytes_split")


def ngrams(
    data: Any,
    ngram_width: Any,
    separator: Any = " ",
    pad_values: Any = None,
    padding_width: int | None = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """Runs of strings in each row, joined (mirrors `tf.strings.ngrams`).

    Args:
        data: strings [..., words], also ragged.
        ngram_width: how many strings a run has, or several such numbers: their runs come one after the other.
        separator: what stands between the strings of a run.
        pad_values: a string put in front of and behind each row, or a pair of them.
        padding_width: how many are put, at most; one less than the width by default.
        preserve_short_sequences: whether a row that is too short for every width gives one run of what it has.
        name: ignored.

    Returns:
        A ragged tensor [..., (runs)] if `data` is one, else a tensor [..., runs].

    Raises:
        ValueError: a width or a padding width that is not positive, a padding width without values, a scalar.
        TypeError: widths or padding of other types.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.ngrams(tf.ragged.constant([["a", "b", "c"], ["d"]]), 2)
        <tf.RaggedTensor [[b'a b', b'b c'], []]>
    """
    from unikeras.composites.ragged_tensor import RaggedTensor
    from unikeras.composites.row_partition import RowPartition

    widths = _widths(ngram_width)
    pads = _pads(pad_values)
    if padding_width is not None and pads is None:
        raise ValueError("ngrams: pad_values must be given if padding_width is.")
    if padding_width is not None and padding_width < 1:
        raise ValueError(f"ngrams: padding_width must be positive, but it is {padding_width}.")
    between = as_text_bytes(separator)

    def runs(row: list[bytes]) -> list[bytes]:
        made: list[bytes] = []
        for width in widths:
            more = min(width - 1, width - 1 if padding_width is None else padding_width) if pads else 0
            whole = [pads[0]] * more + row + [pads[1]] * more if pads and more else row
            made += map(between.join, zip(*(whole[i:] for i in range(width)), strict=False))
        if not made and row and preserve_short_sequences:
            more = min(min(widths) - 1, padding_width or min(widths) - 1) if pads else 0
            made = [between.join([pads[0]] * more + row + [pads[1]] * more if pads else row)]
        return made

    if isinstance(data, RaggedTensor):
        inner: RaggedTensor = data
        outer = []
        while isinstance(inner.values, RaggedTensor):
            outer.append(inner)
            inner = inner.values
        if inner.dtype != "string":
            raise InvalidArgumentError(
                f"ngrams: expected strings, got a ragged tensor of dtype {inner.dtype.name}."
            )
        if len(inner.values.shape) > 1:
            raise ValueError("ngrams: the innermost dimension of a ragged tensor must be ragged.")
        texts, splits = np.asarray(inner.values).tolist(), inner._rows.host.tolist()
        values, lengths = _flat([runs(texts[a:b]) for a, b in pairwise(splits)])
        result: Any = RaggedTensor(tensor_of(values), RowPartition.of_lengths(lengths))
        for above in reversed(outer):
            result = above.with_values(result)
        return result
    texts = host_value(data, "ngrams", "string")
    if not texts.ndim:
        raise ValueError("ngrams: data must have a dimension at least.")
    flat = texts.reshape(int(np.prod(texts.shape[:-1])), texts.shape[-1]).tolist()
    return _ngrams_of_rows(flat, runs, texts.shape)


def _ngrams_of_rows(rows: list[list[bytes]], runs: Any, shape: tuple[int, ...]) -> Any:
    made = [runs(row) for row in rows]
    count = len(made[0]) if made else len(runs([b""] * shape[-1]))
    return tensor_of(host_values(list(chain.from_iterable(made)), (*shape[:-1], count)))


def _widths(ngram_width: Any) -> list[int]:
    widths = (
        list(ngram_width)
        if isinstance(ngram_width, Sequence) and not isinstance(ngram_width, str)
        else [ngram_width]
    )
    for width in widths:
        if isinstance(width, bool) or not isinstance(width, (int, np.integer)):
            raise TypeError(f"ngrams: ngram_width must be an integer or several, not {ngram_width!r}.")
        if width < 1:
            raise ValueError(f"ngrams: ngram_width must be positive, but it is {ngram_width!r}.")
    return widths


def _pads(pad_values: Any) -> tuple[bytes, bytes] | None:
    if pad_values is None:
        return None
    if isinstance(pad_values, (str, bytes)):
        pad_values = (pad_values, pad_values)
    if not isinstance(pad_values, (tuple, list)) or not all(isinstance(v, (str, bytes)) for v in pad_values):
        raise TypeError(
            f"ngrams: pad_values must be None, a string, or a pair of strings, not {pad_values!r}."
        )
    if len(pad_values) < 2:
        raise IndexError(f"ngrams: pad_values must be a pair of strings, not {pad_values!r}.")
    return as_text_bytes(pad_values[0]), as_text_bytes(pad_values[1])
