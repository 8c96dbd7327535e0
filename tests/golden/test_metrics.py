"""Metrics against the answers of Keras 3 and tf_keras."""

import numpy as np
import pytest

from unikeras import keras

from .reader import check, entries, keyword_arguments, member, to_numpy

LATER = frozenset({"MeanRelativeError"})


@pytest.mark.parametrize("entry", entries("metrics", "class"))
def test_over_batches(entry):
    made = member(keras.metrics, entry["name"], LATER)

    def compute():
        metric = made(**keyword_arguments(entry))
        results = []
        for batch, weight in zip(entry["batches"], entry["sample_weights"], strict=True):
            metric.update_state(*batch, **({} if weight is None else {"sample_weight": weight}))
            results.append(to_numpy(metric.result()))
        metric.reset_state()
        metric.update_state(*entry["batches"][0])
        return {"results": results, "after_reset": to_numpy(metric.result()), "metric_name": metric.name}

    # several instances in one process number their names; the frameworks' numbers are of their process
    check(entry, compute, ignore=("metric_name",))


@pytest.mark.parametrize("entry", entries("metrics", "function"))
def test_function(entry):
    function = getattr(keras.metrics, entry["name"])
    check(entry, lambda: {"value": to_numpy(function(entry["y_true"], entry["y_pred"]))})


# resolved by compile from the output's shape; metrics.get itself need not know them
BY_SHAPE = {"acc", "ce", "crossentropy"}
# tf_keras's get answers these with a function or a module of that name, Keras 3 with a Metric
STRINGS = [p for p in entries("metrics", "alias") if p.values[0]["name"] not in BY_SHAPE]


@pytest.mark.parametrize("entry", STRINGS)
def test_string(entry):
    accepted = any("error" not in a for a in entry["answers"].values())
    if accepted:
        assert callable(keras.metrics.get(entry["name"]))
    else:
        with pytest.raises(ValueError, match=entry["name"]):
            keras.metrics.get(entry["name"])


# tf_keras broadcasts labels (n,) against (n, classes) in these; unikeras does not broadcast silently
BROADCAST = {
    "compile:softmax, sparse labels:mse+mae",
    "compile:softmax, sparse labels:mean_squared_error",
    "compile:softmax, sparse column:mse+mae",
    "compile:softmax, sparse column:mean_squared_error",
}
COMPILED = [p for p in entries("metrics", "compile") if p.values[0]["id"] not in BROADCAST]


@pytest.mark.parametrize("entry", COMPILED)
def test_string_in_compile(entry):
    def compute():
        x, y = entry["x"], entry["y"]
        layer = keras.layers.Dense(entry["units"], activation=entry["activation"])
        model = keras.Sequential([keras.Input((3,)), layer])
        model.set_weights(entry["weights"])
        kind = "weighted_metrics" if entry["weighted"] else "metrics"
        model.compile(loss=entry["loss"], optimizer="sgd", **{kind: entry["metrics"]})
        more = {"sample_weight": entry["sample_weight"]} if entry["weighted"] else {}
        found = model.evaluate(x, y, batch_size=entry["batch_size"], verbose=0, return_dict=True, **more)
        return {"evaluate": {k: float(v) for k, v in found.items()}}

    check(entry, compute, tolerance=1e-4)


@pytest.mark.parametrize("entry", entries("metrics", "config"))
def test_config_rebuilds_the_metric(entry):
    metric = member(keras.metrics, entry["name"], LATER)(**keyword_arguments(entry))
    config = metric.get_config()
    again = type(metric).from_config(config).get_config()
    assert again.keys() == config.keys()
    assert again["name"] == config["name"]
    for key, value in entry["kwargs"].items():
        assert np.array_equal(again[key], value)
