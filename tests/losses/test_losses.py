"""Losses: what they refuse, weights, masks, reductions, names and configs.

Values: tests/golden/test_losses.py."""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

from unikeras import losses, ops
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.strict import strict
from unikeras.core.tape import GradientTape
from unikeras.core.tensor import convert_to_tensor

GRADIENTS = os.environ.get("KERAS_BACKEND", "jax") != "numpy"
P = np.array([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1]], "float32")
Y = np.arange(12, dtype="float32").reshape(2, 3, 2)
Q = Y + np.array([1.0, 2.0, 3.0], "float32")[:, None]  # squared errors 1, 4, 9 at the three steps
NAMES = [
    "mse",
    "MSE",
    "mae",
    "MAE",
    "mape",
    "MAPE",
    "msle",
    "MSLE",
    "kld",
    "KLD",
    "bce",
    "BCE",
    "logcosh",
    "huber_loss",
    "kullback_leibler_divergence",
    "mean_squared_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "poisson",
    "log_cosh",
    "huber",
    "cosine_similarity",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "dice",
    "tversky",
    "circle",
    "ctc",
]


def masked(values, mask):
    tensor = convert_to_tensor(values)
    tensor._keras_mask = convert_to_tensor(np.array(mask))
    return tensor


@pytest.mark.parametrize(
    ("reduction", "weight", "expected"),
    [
        ("sum_over_batch_size", None, 28 / 6),
        ("mean", None, 28 / 6),
        ("auto", None, 28 / 6),
        (losses.Reduction.SUM, None, 28.0),
        ("sum_over_batch_size", [1.0, 3.0], 56 / 6),
        ("sum", [1.0, 3.0], 56.0),
        ("mean_with_sample_weight", [1.0, 3.0], 56 / 12),
        ("sum", [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], 5.0),
        ("none", [1.0, 3.0], [[1, 4, 9], [3, 12, 27]]),
        (None, [[1.0], [3.0]], [[1, 4, 9], [3, 12, 27]]),
        ("sum", 2.0, 56.0),
    ],
)
def test_reduction_and_weight(reduction, weight, expected):
    got = losses.MeanSquaredError(reduction=reduction)(Y, Q, sample_weight=weight)
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("reduction", "weight", "expected"),
    [
        ("sum_over_batch_size", None, 6 / 3),
        ("sum", None, 6.0),
        ("none", None, [[1, 4, 0], [1, 0, 0]]),
        ("mean_with_sample_weight", [[1.0], [4.0]], 9 / 6),
        ("sum_over_batch_size", [[1.0], [4.0]], 9 / 3),
    ],
)
def test_mask(reduction, weight, expected):
    got = losses.MeanSquaredError(reduction=reduction)(
        Y, masked(Q, [[True, True, False], [True, False, False]]), weight
    )
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


def test_everything_masked_gives_zero():
    assert float(losses.MeanSquaredError()(Y, masked(Q, np.zeros((2, 3), bool)))) == 0


def test_flat_labels_meet_a_column_sample_by_sample():
    column = np.array([[1.0], [2.0], [4.0]], "float32")
    assert float(losses.MeanSquaredError()(np.zeros(3, "float32"), column)) == 7
    weighted = losses.MeanSquaredError()(np.zeros(3, "float32"), column[:, 0], sample_weight=[1.0, 0.0, 0.0])
    np.testing.assert_allclose(float(weighted), 1 / 3, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "labels", "predictions", "words"),
    [
        ("mean_squared_error", (4, 2), (4, 3), ["mean_squared_error", "(4, 2)", "(4, 3)", "reshape"]),
        ("binary_crossentropy", (4, 1), (4, 3), ["binary_crossentropy", "(4, 1)", "(4, 3)"]),
        (
            "categorical_crossentropy",
            (4,),
            (4, 3),
            ["sparse_categorical_crossentropy", "to_categorical(y, 3)"],
        ),
        ("categorical_crossentropy", (4, 1), (4, 3), ["sparse_categorical_crossentropy"]),
        ("sparse_categorical_crossentropy", (4, 3), (4, 3), ["'categorical_crossentropy'", "argmax"]),
        ("sparse_categorical_crossentropy", (5,), (4, 3), ["(5,)", "(4, 3)"]),
        ("ctc", (4,), (4, 3), ["(4,)", "time"]),
        ("circle", (4,), (4, 3, 2), ["embeddings"]),
    ],
)
def test_shapes_that_do_not_fit(name, labels, predictions, words):
    for loss in (losses.get(name), losses.LossFunctionWrapper(losses.get(name))):
        with pytest.raises(InvalidArgumentError) as caught:
            loss(np.ones(labels, "float32"), np.full(predictions, 0.5, "float32"))
        assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(("labels", "shape"), [((4, 1), (4, 3)), ((3,), (4, 3)), ((3,), (3, 3))])
def test_broadcasting_is_reported_and_an_error_in_strict_mode(labels, shape):
    y, p = np.ones(labels, "float32"), np.zeros(shape, "float32")
    for loss in (losses.mean_squared_error, losses.MeanSquaredError()):
        with pytest.warns(UserWarning, match="broadcast"):
            assert float(np.mean(loss(y, p).numpy())) == 1
    strict(True)
    try:
        with pytest.raises(ValueError, match="broadcast"):
            losses.MeanSquaredError()(y, p)
    finally:
        strict(False)


def test_one_class_is_reported():
    with pytest.warns(UserWarning, match="binary_crossentropy"):
        losses.sparse_categorical_crossentropy(np.zeros(2, int), np.ones((2, 1), "float32"))


def test_weights_that_do_not_fit():
    with pytest.raises(InvalidArgumentError, match="sample_weight of shape"):
        losses.MeanSquaredError()(Y, Q, sample_weight=np.ones(3, "float32"))


def test_a_label_out_of_range_gives_nan_in_its_place():
    got = losses.sparse_categorical_crossentropy([1, 3], P).numpy()
    assert np.isfinite(got[0])
    assert np.isnan(got[1])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 3], "label 3.*3 outputs.*4 units"),
        ([-1, 0], "label -1"),
        ([0.5], "found 0.5"),
        ([np.nan], "found nan"),
    ],
)
def test_check_labels(labels, message):
    for loss in ("sparse_categorical_crossentropy", losses.SparseCategoricalCrossentropy()):
        with pytest.raises(InvalidArgumentError, match=message):
            losses.check_labels(np.array(labels), 3, loss)


def test_check_labels_lets_good_ones_pass():
    losses.check_labels(np.array([0, 2]), 3, losses.sparse_categorical_crossentropy)
    losses.check_labels(np.array([0, -1]), 3, losses.SparseCategoricalCrossentropy(ignore_class=-1))
    losses.check_labels(np.array([7.5]), 1, "mse")
    with pytest.warns(UserWarning, match="probabilities"):
        losses.check_labels(np.array([0, 255]), 1, "binary_crossentropy")


def test_ignored_class_counts_nothing():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    alone = losses.SparseCategoricalCrossentropy()([1], P[:1])
    np.testing.assert_allclose(float(loss([1, -1], P)), float(alone), rtol=1e-6)


def test_ctc_sums_over_alignments():
    logits = np.random.default_rng(0).normal(size=(1, 3, 3)).astype("float32")
    p = np.exp(logits[0]) / np.exp(logits[0]).sum(-1, keepdims=True)
    paths = [(1, 2, 0), (1, 0, 2), (0, 1, 2), (1, 1, 2), (1, 2, 2)]
    likelihood = sum(p[0, a] * p[1, b] * p[2, c] for a, b, c in paths)
    np.testing.assert_allclose(losses.ctc([[1, 2]], logits).numpy(), [-np.log(likelihood)], rtol=1e-5)


@pytest.mark.skipif(not GRADIENTS, reason="numpy has no gradients")
@pytest.mark.parametrize("logit", [-1000.0, 0.0, 1000.0])
def test_logits_of_any_size_have_gradients(logit):
    x = convert_to_tensor(np.array([[logit, 0.0]], "float32"))
    for loss, y in (
        (losses.categorical_crossentropy, [[0.0, 1.0]]),
        (losses.binary_crossentropy, [[0.0, 1.0]]),
    ):
        with GradientTape() as tape:
            tape.watch(x)
            value = loss(y, x, from_logits=True)
        assert np.isfinite(value.numpy()).all()
        assert np.isfinite(tape.gradient(value, x).numpy()).all()


def test_a_subclass_and_a_function_of_the_users():
    class Cubed(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.mean((y_pred - y_true) ** 3, axis=-1)

    assert float(Cubed()([[0], [0]], [[1.0], [2.0]])) == 4.5
    assert Cubed().name.startswith("cubed")
    wrapped = losses.LossFunctionWrapper(lambda y, p: ops.sum(ops.absolute(y["a"] - p["a"]), axis=-1))
    assert float(wrapped({"a": np.zeros((2, 2))}, {"a": np.ones((2, 2))})) == 2


@pytest.mark.parametrize("name", NAMES)
def test_names(name):
    assert callable(losses.get(name))


def test_unknown_names_tell_the_close_ones():
    with pytest.raises(ValueError, match="mean_squared_error"):
        losses.get("mean_square_error")
    with pytest.raises(ValueError, match="'sum'"):
        losses.MeanSquaredError(reduction="summ")


@pytest.mark.parametrize("name", sorted(n for n in losses.__all__ if isinstance(getattr(losses, n), type)))
def test_config_round_trip(name):
    made = getattr(losses, name)
    if name in ("Loss", "LossFunctionWrapper", "Reduction"):
        return
    loss = made(reduction="sum", name="mine", dtype="float64")
    again = losses.deserialize(losses.serialize(loss))
    assert type(again) is made
    assert again.get_config() == loss.get_config()
    assert again.reduction == "sum"


def test_function_wrapper_round_trip():
    loss = losses.LossFunctionWrapper(losses.huber, delta=2.0)
    again = losses.deserialize(losses.serialize(loss))
    assert float(again([[0.0]], [[3.0]])) == float(loss([[0.0]], [[3.0]])) == 4


def test_dtype():
    assert losses.MeanSquaredError()(Y, Q.astype("float64")).dtype.name == "float32"
    assert losses.MeanSquaredError(dtype="float64")(Y, Q).dtype.name == "float64"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert losses.mean_squared_error([1, 2], [1, 4]).numpy() == 2
