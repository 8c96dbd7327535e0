"""Metrics: state, weights, masks, users' own, names, shapes and configs.

Values: tests/golden/test_metrics.py."""

from __future__ import annotations

import copy
import os
import pickle

import numpy as np
import pytest

from unikeras import losses, metrics, ops
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.function import function
from unikeras.core.tape import GradientTape
from unikeras.core.tensor import convert_to_tensor

COMPILES = os.environ.get("KERAS_BACKEND", "jax") == "jax"
Y = np.array([[0.0], [1.0], [1.0]], "float32")
P = np.array([[0.2], [0.9], [0.4]], "float32")
MADE = {
    "IoU": {"num_classes": 2, "target_class_ids": [0]},
    "OneHotIoU": {"num_classes": 2, "target_class_ids": [0]},
    "MeanIoU": {"num_classes": 2},
    "OneHotMeanIoU": {"num_classes": 2},
    "MeanRelativeError": {"normalizer": [1.0]},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "MeanMetricWrapper": {"fn": losses.huber},
}
CLASSES = sorted(n for n in metrics.__all__ if isinstance(getattr(metrics, n), type) and n != "Metric")


@pytest.mark.parametrize("name", CLASSES)
def test_config_round_trip(name):
    metric = getattr(metrics, name)(**MADE.get(name, {}), name="mine")
    again = metrics.deserialize(metrics.serialize(metric))
    assert type(again) is type(metric)
    assert again.get_config() == metric.get_config()
    assert again.name == "mine"


@pytest.mark.parametrize("name", CLASSES)
def test_reset_empties_every_variable(name):
    metric = getattr(metrics, name)(**MADE.get(name, {}))
    for variable in metric.variables:
        variable.assign(np.ones(tuple(variable.shape), "float32"))
    metric.reset_state()
    assert all(not v.numpy().any() and not v.trainable for v in metric.variables)


@pytest.mark.parametrize(
    "make",
    [
        metrics.MeanSquaredError,
        metrics.BinaryAccuracy,
        metrics.RootMeanSquaredError,
        metrics.Precision,
        lambda: metrics.AUC(num_thresholds=20),
        metrics.R2Score,
        lambda: metrics.AUC(num_thresholds=20, multi_label=True),
    ],
)
def test_traced_and_eager_agree(make):
    eager, traced = make(), make()
    step = function(lambda y, p, w: traced.update_state(y, p, w))
    for weight in ([1.0, 2.0, 3.0], [0.5, 0.0, 1.0]):
        eager.update_state(Y, P, weight)
        step(convert_to_tensor(Y), convert_to_tensor(P), convert_to_tensor(weight))
    np.testing.assert_allclose(traced.result().numpy(), eager.result().numpy(), rtol=1e-6)
    if COMPILES:
        step = function(lambda y, p, w: traced.update_state(y, p, w) or traced.result())
        assert np.isfinite(
            step(convert_to_tensor(Y), convert_to_tensor(P), convert_to_tensor(weight)).numpy()
        ).all()


def test_weights_count_as_often_as_they_say():
    weighted, repeated = metrics.BinaryAccuracy(), metrics.BinaryAccuracy()
    weighted.update_state(Y, P, [1.0, 3.0, 0.0])
    repeated.update_state(Y[[0, 1, 1, 1]], P[[0, 1, 1, 1]])
    np.testing.assert_allclose(weighted.result().numpy(), repeated.result().numpy())


@pytest.mark.parametrize("make", [metrics.MeanAbsoluteError, metrics.Precision, metrics.RootMeanSquaredError])
def test_mask_hides_samples(make):
    hidden, short = make(), make()
    p = convert_to_tensor(P)
    p._keras_mask = convert_to_tensor(np.array([True, True, False]))
    hidden.update_state(Y, p)
    short.update_state(Y[:2], P[:2])
    np.testing.assert_allclose(hidden.result().numpy(), short.result().numpy())


def test_flat_predictions_count_sample_by_sample():
    metric = metrics.MeanSquaredError()
    metric.update_state([0.0, 0.0], [1.0, 1.0])
    metric.update_state([0.0], [4.0])
    assert float(metric.result()) == 6


def test_values_and_results_before_any():
    assert (
        float(metrics.Mean().result())
        == float(metrics.AUC().result())
        == float(metrics.Precision().result())
        == 0
    )
    with pytest.raises(ValueError, match="before the first update_state"):
        metrics.F1Score().result()


@pytest.mark.parametrize(
    ("metric", "y", "p", "words"),
    [
        (metrics.SparseCategoricalAccuracy(), (4, 3), (4, 3), ["categorical_accuracy", "argmax"]),
        (metrics.CategoricalAccuracy(), (4,), (4, 3), ["sparse_categorical_accuracy"]),
        (metrics.MeanSquaredError(), (4, 2), (4, 3), ["(4, 2)", "(4, 3)"]),
        (metrics.AUC(name="area"), (4, 2), (4, 3), ["area", "(4, 2)", "(4, 3)"]),
        (metrics.Precision(), (4,), (5,), ["(4,)", "(5,)"]),
        (metrics.MeanRelativeError([1.0, 2.0]), (3,), (3,), ["normalizer", "(2,)"]),
    ],
)
def test_shapes_that_do_not_fit(metric, y, p, words):
    with pytest.raises(InvalidArgumentError) as caught:
        metric.update_state(np.ones(y, "float32"), np.ones(p, "float32"))
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.AUC(curve="ROCK"), "ROCK"),
        (lambda: metrics.AUC(num_thresholds=1), "at least 2"),
        (lambda: metrics.Precision(thresholds=[0.5, 1.5]), "in \\[0, 1\\]"),
        (lambda: metrics.F1Score(average="mean"), "'macro'"),
        (lambda: metrics.IoU(2, [2]), "target_class_ids"),
        (lambda: metrics.R2Score("mean"), "uniform_average"),
        (lambda: metrics.get("acuracy"), "accuracy"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_update_leaves_no_trace_on_tapes():
    if os.environ.get("KERAS_BACKEND") == "numpy":
        pytest.skip("numpy has no gradients")
    x, metric = convert_to_tensor(P), metrics.MeanSquaredError()
    with GradientTape() as tape:
        tape.watch(x)
        metric.update_state(Y, x)
        total = ops.sum(x)
    assert tape.gradient(total, x).numpy().tolist() == [[1.0]] * 3


class Worst(metrics.Metric):
    def __init__(self, name="worst", **kwargs):
        super().__init__(name=name, **kwargs)
        self.seen = self.add_weight("seen", initializer="zeros")
        self.inner = metrics.Mean()

    def update_state(self, y_true, y_pred, sample_weight=None):
        error = ops.absolute(y_true - y_pred)
        self.seen.assign(ops.maximum(self.seen, ops.max(error)))
        self.inner.update_state(error)

    def result(self):
        return self.seen.value


def test_a_metric_of_the_users():
    metric = Worst()
    metric.update_state(convert_to_tensor(Y), convert_to_tensor(P))
    np.testing.assert_allclose(float(metric.result()), 0.6, rtol=1e-6)
    assert [v.name for v in metric.variables] == ["seen:0", "total:0", "count:0"]
    metric.reset_states()
    assert float(metric.result()) == 0


def test_add_weight_in_both_orders():
    metric = metrics.Metric(name="m")
    assert metric.add_weight("a", (2,), initializer="ones").numpy().tolist() == [1, 1]
    assert metric.add_weight((3,), "ones", name="b").shape == (3,)
    assert metric.add_variable(shape=(), name="c", dtype="int32").dtype == "int32"
    assert len(metric.variables) == 3
    with pytest.raises(TypeError, match="colour"):
        metric.add_weight("d", colour=1)


def test_stateless_functions_change_nothing():
    metric = metrics.Mean()
    state = metric.stateless_update_state(metric.variables, [2.0, 4.0])
    assert float(metric.stateless_result(state)) == 3
    assert float(metric.result()) == 0
    assert [float(v) for v in metric.stateless_reset_state()] == [0, 0]


def test_copies_keep_their_own_state():
    metric = metrics.AUC(num_thresholds=5)
    metric.update_state(Y, P)
    before = float(metric.result())
    for other in (copy.deepcopy(metric), pickle.loads(pickle.dumps(metric))):
        assert float(other.result()) == before
        other.reset_state()
    assert float(metric.result()) == before


@pytest.mark.parametrize(
    ("name", "y", "p", "kind"),
    [
        ("accuracy", (None,), (None, 10), metrics.SparseCategoricalAccuracy),
        ("acc", (None, 1), (None, 10), metrics.SparseCategoricalAccuracy),
        ("accuracy", (None, 10), (None, 10), metrics.CategoricalAccuracy),
        ("accuracy", (None,), (None, 1), metrics.BinaryAccuracy),
        ("acc", (None,), (None,), metrics.BinaryAccuracy),
        ("accuracy", (None, 5), (None, 5, 10), metrics.SparseCategoricalAccuracy),
        ("ce", (None,), (None, 10), metrics.SparseCategoricalCrossentropy),
        ("crossentropy", (None, 1), (None, 1), metrics.BinaryCrossentropy),
        ("crossentropy", (None, 10), (None, 10), metrics.CategoricalCrossentropy),
        ("mse", (None, 1), (None, 1), metrics.MeanSquaredError),
        ("huber", (None, 1), (None, 1), metrics.MeanMetricWrapper),
        ("rmse", (None, 1), (None, 1), metrics.RootMeanSquaredError),
    ],
)
def test_resolve_for(name, y, p, kind):
    metric = metrics.resolve_for(name, y, p)
    assert type(metric) is kind
    assert metric.name == name


def test_resolve_for_objects():
    def closeness(y_true, y_pred):
        return ops.cast(ops.absolute(y_true - y_pred) < 0.5, "float32")

    metric = metrics.resolve_for(closeness, (None, 1), (None, 1))
    assert metric.name == "closeness"
    np.testing.assert_allclose(float(metric(Y, P)), 2 / 3, rtol=1e-6)
    mean = metrics.Mean()
    assert metrics.resolve_for(mean, (1,), (1,)) is mean
    assert isinstance(metrics.resolve_for(metrics.AUC, (1,), (1,)), metrics.AUC)
    with pytest.raises(ValueError, match="loss, not a metric"):
        metrics.resolve_for(losses.MeanSquaredError(), (1,), (1,))
    with pytest.raises(ValueError, match="accuracy"):
        metrics.resolve_for("accurracy", (1,), (1,))
