"""`pad_sequences`: lists of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["pad_sequences"]


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences cut or filled up to one length (mirrors `keras.utils.pad_sequences`).

    Args:
        sequences: a list of lists (of numbers, or of vectors of one size).
        maxlen: the length; that of the longest if `None`.
        dtype: the result's.
        padding: 'pre' or 'post': where to fill up.
        truncating: 'pre' or 'post': where to cut.
        value: what to fill up with.

    Returns:
        [sequences, maxlen, ...].

    Raises:
        ValueError: something that is not a list of sequences, or another word than 'pre' or 'post'.

    Example:
        >>> pad_sequences([[1], [2, 3, 4]], maxlen=2).tolist()
        [[0, 1], [3, 4]]
        >>> pad_sequences([[1], [2, 3]], padding="post").tolist()
        [[1, 0], [2, 3]]
    """
    for name, word in (("padding", padding), ("truncating", truncating)):
        if word not in ("pre", "post"):
            raise ValueError(f"pad_sequences: {name} must be 'pre' or 'post', not {word!r}.")
    if not hasattr(sequences, "__len__"):
        raise ValueError(f"pad_sequences: expected a list of sequences, got {type(sequences).__name__}.")
    rows = []
    for index, sequence in enumerate(sequences):
        if not hasattr(sequence, "__len__"):
            raise ValueError(
                f"pad_sequences: expected a list of sequences, but element {index} is {sequence!r}."
            )
        rows.append(np.asarray(sequence))
    if maxlen is None:
        maxlen = max((len(row) for row in rows), default=0)
    shape = next((row.shape[1:] for row in rows if len(row)), ())
    if np.issubdtype(np.dtype(dtype), np.str_) and dtype is not object and not isinstance(value, str):
        raise ValueError(
            f"pad_sequences: the filling value {value!r} is not a string, but dtype {dtype!r} is of strings; pass value=''."
        )
    result = np.full((len(rows), maxlen, *shape), value, dtype=dtype)
    for index, row in enumerate(rows):
        if not len(row):
            continue
        if row.shape[1:] != shape:
            raise ValueError(
                f"pad_sequences: the elements of sequence {index} have shape {row.shape[1:]}, those before {shape}."
            )
        row = row[len(row) - min(maxlen, len(row)) :] if truncating == "pre" else row[:maxlen]
        start = maxlen - len(row) if padding == "pre" else 0
        result[index, start : start + len(row)] = row
    return result
