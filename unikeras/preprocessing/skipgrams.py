"""Pairs of words near each other, for word2vec (mirrors `keras.preprocessing.sequence.skipgrams`)."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

__all__ = ["make_sampling_table", "skipgrams"]


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """How likely the word of each rank is kept, so that frequent words are drawn less often (mirrors
    `keras.preprocessing.sequence.make_sampling_table`).

    Words are taken to follow Zipf's law: the frequency of rank r is about 1 / (r (log r + gamma) + 1/2 - 1 / (12 r)), gamma Euler's constant (to
    three places). A word of frequency f is kept with probability min(1, sqrt(factor / f)) (Mikolov et al., 2013).

    Args:
        size: the number of ranks.
        sampling_factor: the larger, the more is kept.

    Returns:
        [size]: probabilities.

    Example:
        >>> make_sampling_table(4).round(5).tolist()
        [0.00315, 0.00315, 0.00548, 0.00742]
    """
    rank = np.arange(size, dtype=float)
    rank[:1] = 1
    inverse_frequency = rank * (np.log(rank) + 0.577) + 0.5 - 1 / (12 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * inverse_frequency))


def skipgrams(
    sequence: Any,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Pairs (word, word near it) with label 1 and pairs with random words with label 0.

    The draws are from Python's `random`, in Keras's order; `seed` is for the shuffling only, as in Keras.

    Args:
        sequence: word numbers; 0 stands for no word.
        vocabulary_size: one more than the largest number.
        window_size: how many words before and after a word count as near.
        negative_samples: how many random pairs come with each true one.
        shuffle: whether the pairs are shuffled.
        categorical: whether labels are [0, 1] and [1, 0].
        sampling_table: how likely each word is kept; see `make_sampling_table`.
        seed: of the shuffling.

    Returns:
        The pairs, and their labels.

    Example:
        >>> skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
        ([[1, 2], [2, 1], [2, 3], [3, 2]], [1, 1, 1, 1])
    """
    pairs: list[list[int]] = []
    yes, no = ([0, 1], [1, 0]) if categorical else (1, 0)
    for at, word in enumerate(sequence):
        if not word:
            continue
        if sampling_table is not None and sampling_table[word] < random.random():
            continue
        for near in range(max(0, at - window_size), min(len(sequence), at + window_size + 1)):
            if near != at and sequence[near]:
                pairs.append([word, sequence[near]])
    labels: list[Any] = [yes for _ in pairs]
    if negative_samples > 0:
        words = [word for word, _ in pairs]
        random.shuffle(words)
        count = int(len(labels) * negative_samples)
        pairs += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
        labels += [no] * count
    if shuffle:
        if seed is None:
            seed = random.randint(0, 10**7)
        for values in (pairs, labels):
            random.seed(seed)
            random.shuffle(values)
    return pairs, labels
