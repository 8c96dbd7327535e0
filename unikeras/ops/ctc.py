"""Connectionist temporal classification: the loss, and decoding."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.op import op
from unikeras.core.tensor import Tensor, convert_to_tensor
from unikeras.ops.activation import log_softmax
from unikeras.ops.elementwise import to_float

__all__ = ["beam_search", "ctc_decode", "ctc_loss"]

_NEVER = -1e30  # the log-probability of what cannot happen; finite, so that gradients are


@op(aliases={"labels": "target", "logits": "output"})
def ctc_loss(F, target, output, target_length, output_length, *, mask_index=0):
    """-log p(target) of unaligned sequences (Graves et al., 2006; mirrors `keras.ops.ctc_loss`).

    Args:
        target: class numbers [batch, length].
        output: logits [batch, time, classes].
        target_length: how many of the class numbers count, [batch].
        output_length: how many time steps count, [batch].
        mask_index: the class that is the blank.

    Returns:
        A tensor [batch].

    Example:
        >>> from unikeras import keras
        >>> round(float(keras.ops.ctc_loss([[1]], [[[0.0, 0.0]]], [1], [1])[0]), 4)
        0.6931
    """
    labels = F.astype(target, F.dtype("int64"))
    target_length, output_length = (F.astype(v, F.dtype("int64")) for v in (target_length, output_length))
    logs = log_softmax.body(F, to_float(F, output), axis=-1)
    batch, length = labels.shape
    states = 2 * length + 1
    # blank, label, blank, label ... blank
    blanks = F.full_like(labels, mask_index)
    path = F.reshape(F.stack([blanks, labels], axis=2), (batch, 2 * length))
    path = F.concat([path, blanks[:, :1]], axis=1)
    scores = F.take_along_axis(
        logs, F.broadcast_to(F.expand_dims(path, axis=1), (batch, logs.shape[1], states)), axis=2
    )
    # A blank may be left out between two labels that differ.
    skips = F.concat([F.full_like(path[:, :2], mask_index), path[:, :-2]], axis=1)
    may_skip = (path != mask_index) & (path != skips)
    never = F.full_like(scores[:, 0], _NEVER)
    place = F.expand_dims(F.arange(states, dtype=F.dtype("int64")), axis=0)
    first = F.where(place < 2, scores[:, 0], never)

    def step(time: Any, reached: Any) -> Any:
        stay = F.logaddexp(reached, F.concat([never[:, :1], reached[:, :-1]], axis=1))
        skip = F.where(may_skip, F.concat([never[:, :2], reached[:, :-2]], axis=1), never)
        index = F.reshape(F.asarray(time, dtype=F.dtype("int64")), (1,))
        moved = F.logaddexp(stay, skip) + F.reshape(F.take(scores, index, axis=1), (batch, states))
        return F.where(F.expand_dims(output_length, axis=1) > index, moved, reached)

    last = F.fori_loop(1, logs.shape[1], step, first)
    end = F.expand_dims(2 * target_length, axis=1)
    ends = (place == end) | ((place == end - 1) & (end > 0))
    return -F.logsumexp(F.where(ends, last, never), axis=1)


@op(no_gradient=True)
def _greedy(F, inputs, lengths, *, merge_repeated, mask_index):
    batch, time, _ = inputs.shape
    steps = F.expand_dims(F.arange(time, dtype=F.dtype("int64")), axis=0)
    valid = steps < F.expand_dims(F.astype(lengths, F.dtype("int64")), axis=1)
    best = F.argmax(inputs, axis=-1)
    kept = valid & (best != mask_index)
    if merge_repeated:
        repeated = best[:, 1:] == best[:, :-1]
        kept = kept & F.concat([F.ones((batch, 1), dtype=F.dtype("bool")), ~repeated], axis=1)
    # What is kept moves to the front in its order; the rest is -1.
    order = F.argsort(F.astype(~kept, F.dtype("int32")), axis=1, stable=True)
    moved = F.take_along_axis(F.where(kept, best, F.full_like(best, -1)), order, axis=1)
    peaks = F.max(inputs, axis=-1)
    scores = -F.sum(F.where(valid, peaks, F.zeros_like(peaks)), axis=1, keepdims=True)
    return F.expand_dims(F.astype(moved, F.dtype("int32")), axis=0), scores


def _add(a: float, b: float) -> float:
    """log(exp(a) + exp(b))."""
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))


def beam_search(logs: np.ndarray, width: int, paths: int, blank: int) -> list[tuple[tuple[int, ...], float]]:
    """The most probable label sequences of log-probabilities [time, classes], and their log-probabilities.

    Prefix beam search (Graves, "Supervised sequence labelling with recurrent neural networks", 2012, chapter 7): of every prefix
    the probabilities of ending with a blank and with its last label are kept apart.
    """
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, -math.inf)}
    for row in logs.tolist():
        grown: dict[tuple[int, ...], list[float]] = {}
        for prefix, (blanked, labelled) in beams.items():
            total = _add(blanked, labelled)
            own = grown.setdefault(prefix, [-math.inf, -math.inf])
            own[0] = _add(own[0], total + row[blank])
            if prefix:
                own[1] = _add(own[1], labelled + row[prefix[-1]])
            for label, score in enumerate(row):
                if label != blank:
                    # After its own kind a label needs a blank between.
                    before = blanked if prefix and label == prefix[-1] else total
                    entry = grown.setdefault((*prefix, label), [-math.inf, -math.inf])
                    entry[1] = _add(entry[1], before + score)
        ranked = sorted(grown.items(), key=lambda item: -_add(*item[1]))[:width]
        beams = {prefix: (pair[0], pair[1]) for prefix, pair in ranked}
    best = sorted(beams.items(), key=lambda item: -_add(*item[1]))[:paths]
    return [(prefix, _add(*pair)) for prefix, pair in best]


def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Any, Any]:
    """The labels that logits stand for (mirrors `keras.ops.ctc_decode`).

    Args:
        inputs: logits [batch, time, classes].
        sequence_lengths: how many time steps count, [batch].
        strategy: 'greedy' (the best class of every step) or 'beam_search' (on the host, so not inside compiled functions).
        beam_width: how many prefixes are kept by 'beam_search'.
        top_paths: how many sequences 'beam_search' returns.
        merge_repeated: whether 'greedy' joins repeated labels.
        mask_index: the class that is the blank.

    Returns:
        The labels, int32 [top_paths, batch, time], filled up with -1; and the scores [batch, top_paths]: the sums of the best
        logits times -1 of 'greedy', log-probabilities of 'beam_search'.

    Raises:
        ValueError: another strategy.

    Example:
        >>> from unikeras import keras
        >>> keras.ops.ctc_decode([[[0.0, 5.0], [0.0, 5.0], [5.0, 0.0]]], [3])[0].numpy().tolist()
        [[[1, -1, -1]]]
    """
    inputs = convert_to_tensor(inputs)
    if strategy == "greedy":
        return tuple(
            _greedy(inputs, sequence_lengths, merge_repeated=bool(merge_repeated), mask_index=int(mask_index))
        )
    if strategy != "beam_search":
        raise ValueError(f"ctc_decode: strategy must be 'greedy' or 'beam_search', got {strategy!r}.")
    if not isinstance(inputs, Tensor) or engine.current().is_traced(inputs._array):
        raise NotImplementedError(
            "ctc_decode: 'beam_search' is not available inside a compiled function; 'greedy' is."
        )
    logs = np.asarray(log_softmax(inputs), dtype=np.float64)
    lengths = np.asarray(sequence_lengths)
    labels = np.full((top_paths, *logs.shape[:2]), -1, np.int32)
    scores = np.full((len(logs), top_paths), -np.inf)
    for i, (rows, length) in enumerate(zip(logs, lengths, strict=True)):
        for k, (prefix, score) in enumerate(
            beam_search(rows[: int(length)], int(beam_width), int(top_paths), int(mask_index))
        ):
            labels[k, i, : len(prefix)] = prefix
            scores[i, k] = score
    return convert_to_tensor(labels), convert_to_tensor(scores.astype(np.float32))
