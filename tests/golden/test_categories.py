"""Preprocessing layers for categories, hashes, bins and text against the answers of Keras 3 and tf_keras."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .reader import check, entries, keyword_arguments, to_numpy


def strings(value):
    """An array of strings as lists of strings."""
    if isinstance(value, list):
        return [strings(v) for v in value]
    return value.decode() if isinstance(value, bytes) else value


@pytest.mark.parametrize("entry", entries("categories", "call"))
def test_call(entry):
    def compute():
        layer = getattr(keras.layers, entry["name"])(**keyword_arguments(entry))
        if entry["adapt"] is not None:
            layer.adapt(entry["adapt"])
        given = tuple(map(tf.constant, entry["x"])) if entry["several"] else tf.constant(entry["x"])
        out = to_numpy(layer(given))
        found = {"output": strings(out.tolist()) if out.dtype == object else out}
        if hasattr(layer, "get_vocabulary"):
            found |= {"vocabulary": layer.get_vocabulary(), "size": layer.vocabulary_size()}
        if hasattr(layer, "bin_boundaries"):
            found["boundaries"] = layer.bin_boundaries
        return found

    if all("FailedPrecondition" in str(a.get("error")) for a in entry["answers"].values()):
        with pytest.raises(tf.errors.FailedPreconditionError, match="no vocabulary yet"):
            compute()
        return
    # Boundaries are interpolated in float32 by Keras, in float64 here.
    check(entry, compute, tolerance=1e-4 if entry["name"] == "Discretization" else 2e-5)


# Quantiles of batches are quantiles of summaries.
ADAPTED = [
    e
    for e in entries("categories", "call")
    if e.values[0]["adapt"] is not None
    and e.values[0]["name"] != "Discretization"
    and not all("error" in a for a in e.values[0]["answers"].values())
]


@pytest.mark.parametrize("entry", ADAPTED)
def test_adapting_batch_by_batch(entry):
    """The vocabulary does not depend on how the data come."""
    data = entry["adapt"]
    whole = getattr(keras.layers, entry["name"])(**keyword_arguments(entry))
    parts = getattr(keras.layers, entry["name"])(**keyword_arguments(entry))
    whole.adapt(np.array(data))
    parts.adapt(np.array(data[i : i + 2]) for i in range(0, len(data), 2))
    assert parts.get_vocabulary() == whole.get_vocabulary()
