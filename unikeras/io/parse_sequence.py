"""`tf.io.parse_sequence_example`, `parse_single_sequence_example`: serialized SequenceExamples as tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.io.features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, VarLenFeature
from unikeras.io.parse import (
    Batch,
    _names,
    _sizes,
    _text,
    check_features,
    dtype_of,
    padded,
    parse_values,
    serialized_texts,
    within,
)
from unikeras.io.parse_ragged import ragged, with_rows
from unikeras.io.values import sparse, tensor
from unikeras.io.wire import Column, column, parsed

__all__ = ["parse_sequence_example", "parse_single_sequence_example"]

_CONTEXT = (FixedLenFeature, RaggedFeature, VarLenFeature)
_LISTS = (FixedLenSequenceFeature, RaggedFeature, VarLenFeature)


def parse_single_sequence_example(
    serialized: Any,
    context_features: Any = None,
    sequence_features: Any = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The features of a serialized `tf.train.SequenceExample` as tensors (mirrors `tf.io.parse_single_sequence_example`).

    Args:
        serialized: a scalar string.
        context_features: name -> `tf.io.FixedLenFeature`, `VarLenFeature` or `RaggedFeature` of the whole.
        sequence_features: name -> `tf.io.FixedLenSequenceFeature`, `VarLenFeature` or `RaggedFeature` of the steps; the tensors
            have a first dimension for the steps.
        example_name: accepted.
        name: ignored.

    Returns:
        Name -> tensor of the context, name -> tensor of the sequences.

    Raises:
        InvalidArgumentError: it is no SequenceExample, something is missing, or has values of another type or another number.
        ValueError: there are no features, or they are not understood.

    Example:
        >>> import unikeras as tf
        >>> step = lambda v: tf.train.Feature(int64_list=tf.train.Int64List(value=[v]))
        >>> lists = tf.train.FeatureLists(feature_list={"x": tf.train.FeatureList(feature=[step(1), step(2)])})
        >>> text = tf.train.SequenceExample(feature_lists=lists).SerializeToString()
        >>> _, found = tf.io.parse_single_sequence_example(text, None, {"x": tf.io.FixedLenSequenceFeature([], tf.int64)})
        >>> found["x"].numpy()
        array([1, 2])
    """
    texts = serialized_texts(serialized, "parse_single_sequence_example")
    if texts.ndim:
        raise ValueError("Input serialized must be a scalar")
    return _parse(texts.reshape(1), context_features, sequence_features, None, True)[:2]


def parse_sequence_example(
    serialized: Any,
    context_features: Any = None,
    sequence_features: Any = None,
    example_names: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The features of serialized `tf.train.SequenceExample`s as tensors of a batch (mirrors `tf.io.parse_sequence_example`).

    Args:
        serialized: strings [batch].
        context_features: name -> `tf.io.FixedLenFeature`, `VarLenFeature` or `RaggedFeature` of the whole.
        sequence_features: name -> `tf.io.FixedLenSequenceFeature`, `VarLenFeature` or `RaggedFeature` of the steps; the tensors
            have two first dimensions, for the examples and their steps. Dense ones are padded.
        example_names: what errors call the examples.
        name: ignored.

    Returns:
        Name -> tensor of the context, name -> tensor of the sequences, name -> how many steps each example has, of dense ones.

    Raises:
        InvalidArgumentError: one is no SequenceExample, something is missing, or has values of another type or another number.
        ValueError: there are no features, or they are not understood.
    """
    texts = serialized_texts(serialized, "parse_sequence_example")
    if texts.ndim > 1:
        raise InvalidArgumentError(
            f"Expected serialized to be a scalar or vector, got shape: {list(texts.shape)}"
        )
    return _parse(
        texts.reshape(-1), context_features, sequence_features, _names(example_names), not texts.ndim
    )


def _parse(
    texts: np.ndarray, context_features: Any, sequence_features: Any, names: Any, single: bool
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    if not context_features and not sequence_features:
        raise ValueError(
            "Both context_features and sequence_features are None, but at least one should have values."
        )
    context = check_features(context_features, _CONTEXT) if context_features else {}
    lists = check_features(sequence_features, _LISTS) if sequence_features else {}
    made = parsed("SequenceExample", texts.tolist())
    parsed_context = parse_values(context, Batch([m.context.feature for m in made], names, single))
    found = _Lists([m.feature_lists.feature_list for m in made], names, single)
    sequences, lengths = {}, {}
    for key, feature in lists.items():
        if isinstance(feature, FixedLenSequenceFeature):
            sequences[key], lengths[key] = found.fixed(_text(key), feature)
        elif isinstance(feature, VarLenFeature):
            sequences[key] = found.variable(_text(key), feature)
        else:
            sequences[key] = found.ragged(_text(key), feature)
    return parsed_context, sequences, lengths


class _Lists:
    """The feature lists of some examples: name -> list of the steps' features, of each."""

    def __init__(self, maps: list[Any], names: Any, single: bool) -> None:
        self._maps, self._names, self._single = maps, names, single

    def _name(self, index: int) -> str:
        return f"Name: {self._names[index] if self._names else '<unknown>'}, "

    def _column(self, key: str, dtype: str) -> tuple[np.ndarray, Column]:
        """How many steps each example has, and the values of all steps."""
        lists = [lists[key].feature if key in lists else () for lists in self._maps]
        steps = np.array([len(one) for one in lists], np.int64)
        return steps, column([raw for one in lists for raw in one], dtype, f"Feature list: {key}")

    def fixed(self, key: str, feature: Any) -> tuple[Any, Any]:
        dtype = dtype_of(feature, key)
        if feature.default_value is not None:
            raise ValueError(f"Value feature_list.dense_defaults[{key}] must be None")
        for index, lists in enumerate(self._maps):
            if key not in lists and not feature.allow_missing:
                raise InvalidArgumentError(
                    f"{self._name(index)}Feature list '{key}' is required but could not be found.  Did you mean allow_missing=True?"
                )
        shape = _sizes(feature.shape)
        size = math.prod(shape)
        steps, (values, counts) = self._column(key, dtype)
        wrong = np.flatnonzero(counts != size)
        if len(wrong):
            at = int(wrong[0])
            raise InvalidArgumentError(
                f"{self._name(int(np.searchsorted(np.cumsum(steps), at, 'right')))}Key: {key}, Index: {within(steps)[at]}.  Number of "
                f"values != expected.  values size: {counts[at]} but output shape: {list(shape)}"
            )
        if self._single:
            return tensor(values.reshape(int(steps[0]), *shape)), tensor(steps[0])
        return tensor(padded(values, steps, shape, dtype)), tensor(steps)

    def variable(self, key: str, feature: Any) -> Any:
        steps, (values, counts) = self._column(key, dtype_of(feature, key))
        indices = [np.repeat(within(steps), counts), within(counts)]
        sizes = [int(steps.max(initial=0)), int(counts.max(initial=0))]
        if not self._single:
            indices.insert(0, np.repeat(np.repeat(np.arange(len(steps)), steps), counts))
            sizes.insert(0, len(steps))
        return sparse(np.stack(indices, 1), values, sizes)

    def ragged(self, key: str, feature: Any) -> Any:
        steps, (values, counts) = self._column(feature.value_key or key, dtype_of(feature, key))
        of_steps = ragged(key, feature, values, counts, lambda name: self._column(name, "int64")[1], False)
        return of_steps if self._single else with_rows(of_steps, steps, feature.row_splits_dtype)
