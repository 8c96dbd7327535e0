"""What `compile` takes, and what the logs are called."""

from __future__ import annotations

import numpy as np
import pytest

from unikeras import keras

layers = keras.layers
losses = keras.losses
metrics = keras.metrics


@pytest.fixture
def regression(rng):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="out")])
    return model, rng.normal(size=(20, 3)).astype("float32"), rng.normal(size=(20, 2)).astype("float32")


@pytest.fixture
def two(rng):
    keras.utils.set_random_seed(0)
    x = keras.Input((3,), name="x")
    model = keras.Model(x, [layers.Dense(2, name="p")(x), layers.Dense(1, name="q")(x)])
    data = rng.normal(size=(20, 3)).astype("float32")
    return model, data, [data[:, :2], data[:, 2:]]


@pytest.mark.parametrize(
    "loss",
    [
        "mse",
        "mean_squared_error",
        "MeanSquaredError",
        losses.mean_squared_error,
        losses.MeanSquaredError(),
        losses.MeanSquaredError,
        ["mse"],
        {"out": "mse"},
        lambda t, p: keras.ops.mean((t - p) ** 2, axis=-1),
        lambda t, p: keras.ops.mean((t - p) ** 2),
    ],
)
@pytest.mark.no_gradients
def test_every_form_of_a_loss(regression, loss):
    model, x, y = regression
    model.compile("sgd", loss)
    expected = np.mean((model.predict(x, verbose=0) - y) ** 2)
    assert model.evaluate(x, y, batch_size=7, verbose=0) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (["mae"], "mae"),
        (("mae",), "mae"),
        ("mae", "mae"),
        (["mean_absolute_error"], "mean_absolute_error"),
        ([metrics.MeanAbsoluteError(name="error")], "error"),
        ([metrics.MeanAbsoluteError], "mean_absolute_error"),
        ([losses.mean_absolute_error], "mean_absolute_error"),
        ([["mae"]], "mae"),
        ({"out": "mae"}, "mae"),
        ({"out": ["mae"]}, "mae"),
    ],
)
@pytest.mark.no_gradients
def test_every_form_of_a_metric(regression, given, name):
    model, x, y = regression
    model.compile("sgd", "mse", metrics=given)
    expected = np.mean(np.abs(model.predict(x, verbose=0) - y))
    logs = model.evaluate(x, y, batch_size=7, verbose=0, return_dict=True)
    assert list(logs) == ["loss", name]
    assert logs[name] == pytest.approx(expected, rel=1e-4)
    assert model.evaluate(x, y, verbose=0)[1] == pytest.approx(expected, rel=1e-4)


@pytest.mark.no_gradients
def test_metrics_names_are_known_after_the_first_data(two):
    model, x, y = two
    model.compile("sgd", "mse", metrics=[["mae"], [metrics.RootMeanSquaredError()]])
    model.evaluate(x, y, verbose=0)
    assert model.metrics_names == ["loss", "p_loss", "q_loss", "p_mae", "q_root_mean_squared_error"]
    model.compile("sgd", "mse")
    model.evaluate(x, y, verbose=0)
    assert model.metrics_names == ["loss", "p_loss", "q_loss"]


@pytest.mark.no_gradients
def test_the_same_metric_object_in_a_second_compile_keeps_its_name(two):
    model, x, y = two
    metric = metrics.MeanAbsoluteError(name="m")
    for _ in range(2):
        model.compile("sgd", "mse", metrics=[[metric], []])
        assert list(model.evaluate(x, y, verbose=0, return_dict=True))[3:] == ["p_m"]


@pytest.mark.no_gradients
def test_metrics_by_name_do_not_count_up(regression):
    model, x, y = regression
    for _ in range(2):
        keras.backend.clear_session()
        model.compile("sgd", "mse", metrics=["MeanAbsoluteError"])
        assert list(model.evaluate(x, y, verbose=0, return_dict=True)) == ["loss", "mean_absolute_error"]


@pytest.mark.parametrize("weights", [[1.0, 0.5], {"p": 1.0, "q": 0.5}])
@pytest.mark.no_gradients
def test_loss_weights(two, weights):
    model, x, y = two
    model.compile("sgd", "mse", loss_weights=weights)
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(logs["p_loss"] + 0.5 * logs["q_loss"], rel=1e-5)


@pytest.mark.no_gradients
def test_an_output_without_a_loss(two):
    model, x, y = two
    model.compile("sgd", {"p": "mse"})
    assert list(model.evaluate(x, {"p": y[0]}, verbose=0, return_dict=True)) == ["loss", "p_loss"]
    model.compile("sgd", ["mse", None])
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert logs["loss"] == logs["p_loss"]


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
@pytest.mark.no_gradients
def test_accuracy_is_chosen_by_the_shapes(rng, activation):
    units = 1 if activation == "sigmoid" else 3
    model = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation=activation)])
    loss = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    model.compile("sgd", loss, metrics=["accuracy", "acc"])
    x, y = rng.normal(size=(30, 4)), rng.integers(0, 2, 30)
    scores = model.predict(x, verbose=0)
    expected = np.mean((scores[:, 0] > 0.5) == y) if units == 1 else np.mean(scores.argmax(-1) == y)
    if units == 1:
        y = y[:, None]
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert logs["accuracy"] == logs["acc"] == pytest.approx(expected)


@pytest.mark.no_gradients
def test_only_weighted_metrics_see_the_weights(regression):
    model, x, y = regression
    weights = np.linspace(0, 1, 20)
    model.compile(
        "sgd", "mse", metrics=["mae"], weighted_metrics=[metrics.MeanAbsoluteError(name="weighted")]
    )
    errors = np.abs(model.predict(x, verbose=0) - y).mean(axis=1)
    logs = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
    assert logs["mae"] == pytest.approx(errors.mean(), rel=1e-4)
    assert logs["weighted"] == pytest.approx(np.average(errors, weights=weights), rel=1e-4)


def test_regularizers_and_added_losses_are_in_the_loss(rng):
    class Pull(layers.Layer):
        def call(self, inputs):
            self.add_loss(keras.ops.sum(inputs**2))
            return inputs

    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(2, kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1(0.5)),
            Pull(),
        ]
    )
    model.compile(keras.optimizers.SGD(0.0), "mse")
    x = rng.normal(size=(6, 3)).astype("float32")
    output = model.predict(x, verbose=0)
    kernel = np.asarray(model.layers[0].kernel)
    parts = [np.mean(output**2), 0.01 * np.sum(kernel**2), 0.5 * np.abs(output).sum() / 6, np.sum(output**2)]
    assert model.evaluate(x, np.zeros((6, 2)), batch_size=6, verbose=0) == pytest.approx(sum(parts), rel=1e-4)
    logs = model.fit(x, np.zeros((6, 2)), batch_size=6, verbose=0).history
    assert logs["loss"][0] == pytest.approx(sum(parts), rel=1e-4)
    model(x)
    assert [float(v) for v in model.losses] == pytest.approx([parts[2], parts[3], parts[1]], rel=1e-4)


def test_a_model_with_only_added_losses(rng):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, inputs):
            outputs = self.dense(inputs)
            self.add_loss(keras.ops.mean((outputs - 3.0) ** 2))
            return outputs

    model = Own()
    model.compile(keras.optimizers.SGD(0.1))
    values = model.fit(rng.normal(size=(32, 2)), epochs=20, verbose=0).history["loss"]
    assert values[-1] < 0.05 * values[0]


def test_steps_per_execution_and_jit_compile_are_accepted(regression):
    model, x, y = regression
    for jit in (True, False, "auto"):
        model.compile("sgd", "mse", steps_per_execution=4, jit_compile=jit)
        assert len(model.fit(x, y, verbose=0).history["loss"]) == 1
    with pytest.raises(TypeError, match="unknown arguments \\['metric'\\]"):
        model.compile("sgd", "mse", metric=["mae"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizer": "adamm"}, "Unknown optimizer 'adamm'. Did you mean 'adam'"),
        ({"loss": "categorical_crossentropi"}, "Unknown loss .* Did you mean 'categorical_crossentropy'"),
        ({"loss": "mse", "metrics": ["acuracy"]}, "Unknown metric 'acuracy'. Did you mean .*'accuracy'"),
        ({"loss": "mse", "weighted_metrics": ["maee"]}, "Unknown metric 'maee'. Did you mean 'mae'"),
        ({"loss": {"p": "mse", "q": "mses"}}, "Unknown loss 'mses'. Did you mean 'mse'"),
        ({"loss": 3}, "Cannot use 3 .*as loss"),
        ({"optimizer": 3}, "3"),
    ],
    ids=lambda v: str(v)[:30],
)
@pytest.mark.no_gradients
def test_unknown_names_are_refused_at_once(two, arguments, message):
    with pytest.raises(ValueError, match=message):
        two[0].compile(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": ["mse", "mse", "mse"]}, "loss is a list of 3, but the model has 2 outputs"),
        (
            {"loss": {"p": "mse", "r": "mse"}},
            "loss is given for 'r', which is no output of the model. Did you|Known",
        ),
        ({"loss": "mse", "loss_weights": [1.0]}, "loss_weights is a list of 1, but the model has 2 outputs"),
        ({"loss": "mse", "metrics": {"pp": "mae"}}, "metrics is given for 'pp', which is no output"),
        ({"loss": "mse", "metrics": [["mae"]]}, "metrics is a list of 1, but the model has 2 outputs"),
        ({"loss": "mse", "metrics": [["mae", "mae"], []]}, "two metrics are called 'p_mae'"),
    ],
    ids=lambda v: str(v)[:40],
)
@pytest.mark.no_gradients
def test_what_does_not_fit_the_outputs(two, arguments, message):
    model, x, y = two
    model.compile("sgd", **arguments)
    with pytest.raises(ValueError, match=message):
        model.evaluate(x, y, verbose=0)
