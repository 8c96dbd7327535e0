"""Mistakes in what is given to models: each an error or a warning that says what to do."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .conftest import ENGINE

layers = keras.layers


@pytest.fixture
def pair(data):
    """A compiled functional model of two inputs and two outputs."""
    a, b = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    h = layers.Concatenate()([a, b])
    model = keras.Model([a, b], [layers.Dense(1, name="p")(h), layers.Dense(2, name="q")(h)])
    model.compile("sgd", "mse")
    return model, [data[0][:, :2], data[0][:, 2:]], [data[0][:, :1], data[0][:, :2]]


# Shapes.


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict", "call"])
@pytest.mark.no_gradients
def test_wrong_number_of_features(make, data, method):
    if method == "fit" and ENGINE == "numpy":
        pytest.skip("the numpy engine does not train")
    model = make()
    x = data[0][:, :3]
    calls = {
        "call": lambda: model(x),
        "predict": lambda: model.predict(x, verbose=0),
        "evaluate": lambda: model.evaluate(x, data[1], verbose=0),
        "fit": lambda: model.fit(x, data[1], verbose=0),
    }
    with pytest.raises(ValueError, match=r"expected shape=\(None, 4\), found shape=\((None|42), 3\)"):
        calls[method]()


@pytest.mark.no_gradients
def test_missing_batch_dimension(make, data):
    with pytest.raises(ValueError, match=r"expected shape=\(None, 4\).*Did you forget the batch dimension\?"):
        make().predict(data[0][0], verbose=0)
    images = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(
        ValueError, match=r"Did you forget the batch dimension\? For one sample x, pass x\[None\]"
    ):
        images(np.zeros((28, 28)))


@pytest.mark.no_gradients
def test_missing_channel(data):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ValueError, match=r"lacks the last dimension of 1: pass x\[\.\.\., None\]"):
        model.predict(np.zeros((5, 8, 8)), verbose=0)


@pytest.mark.no_gradients
def test_a_layer_names_itself_and_the_shape(data):
    model = keras.Sequential([layers.Dense(3, name="first")])
    model(data[0])
    with pytest.raises(ValueError, match=r'layer "first".*expected axis -1 .* value 4, .*\(42, 3\)'):
        model.layers[0](data[0][:, :3])


@pytest.mark.no_gradients
def test_a_model_of_data_without_samples_dimension(make):
    with pytest.raises(ValueError, match=r"cannot use a float as data"):
        make().predict(3.0, verbose=0)
    with pytest.raises(ValueError, match=r"a single number came"):
        make().predict(np.float32(3.0), verbose=0)


# Targets.


def test_targets_of_another_rank(rng):
    """(n,) against (n, 1): the same numbers; (n, k) against (n, 1): an error."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = rng.normal(size=(12, 4)), rng.normal(size=12)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(
        model.evaluate(x, y[:, None], verbose=0), rel=1e-6
    )
    expected = np.mean((model.predict(x, verbose=0)[:, 0] - y) ** 2)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)
    with pytest.warns(
        UserWarning, match=r"y_true of shape \(12, 3\) and y_pred of shape \(12, 1\) are broadcast"
    ):
        model.fit(x, rng.normal(size=(12, 3)), verbose=0)
    model.compile("sgd", "mse")
    keras.config.strict(True)
    try:
        with pytest.raises(ValueError, match=r"y_true of shape \(12, 3\) and y_pred of shape \(12, 1\)"):
            model.fit(x, rng.normal(size=(12, 3)), verbose=0)
    finally:
        keras.config.strict(False)


def test_one_hot_targets_for_a_sparse_loss_and_the_reverse(make, data):
    x, y = data
    with pytest.raises(ValueError, match=r"sparse_categorical_crossentropy|categorical_crossentropy"):
        make().fit(x, np.eye(3)[y], verbose=0)
    with pytest.raises(ValueError, match=r"categorical_crossentropy"):
        make(loss="categorical_crossentropy").fit(x, y, verbose=0)


@pytest.mark.parametrize("label", [3, -1, 250])
@pytest.mark.parametrize("subclassed", [False, True])
@pytest.mark.no_gradients
def test_labels_out_of_range(make, data, label, subclassed):
    x, y = data[0], data[1].copy()
    y[17] = label
    model = make()
    if subclassed:

        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(3)

            def call(self, inputs):
                return self.dense(inputs)

        model = Own()
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match=rf"found the label {label}.*\[0, 3\)"):
        model.evaluate(x, y, verbose=0)
    if ENGINE != "numpy":
        with pytest.raises(ValueError, match=rf"found the label {label}"):
            model.fit(x, y, verbose=0)
        with pytest.raises(ValueError, match=rf"found the label {label}"):
            model.train_on_batch(x, y)
        with pytest.raises(ValueError, match=rf"found the label {label}"):
            model.fit(*data, validation_data=(x, y), verbose=0)


def test_labels_that_are_no_probabilities(data):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy")
    with pytest.warns(UserWarning, match=r"labels reach from -1.* to 1"):
        model.fit(data[0], np.where(data[1] > 0, 1.0, -1.0), verbose=0)


# Structures.


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y: (x[:1], y), r"expects 2 input\(s\), but it received 1"),
        (lambda x, y: ([*x, x[0]], y), r"expects 2 input\(s\), but it received 3"),
        (lambda x, y: ({"left": x[0], "rihgt": x[1]}, y), "missing data for input 'right'"),
        (lambda x, y: (x, y[:1]), "y has 1 arrays?, but the model has 2 outputs: .*'p', 'q'"),
        (lambda x, y: (x, {"p": y[0], "qq": y[1]}), "y has the key 'qq', which is no output of the model"),
        (lambda x, y: (x, {"p": y[0]}), "The output 'q' has a loss, but no target was given for it"),
        (lambda x, y: (x, None), "target"),
    ],
    ids=[
        "fewer inputs",
        "more inputs",
        "input name",
        "fewer targets",
        "target name",
        "target missing",
        "no targets",
    ],
)
@pytest.mark.no_gradients
def test_mismatched_structures(pair, change, message):
    model, x, y = pair
    x, y = change(x, y)
    with pytest.raises(ValueError, match=message):
        model.evaluate(x, y, verbose=0)
    if ENGINE != "numpy":
        with pytest.raises(ValueError, match=message):
            model.fit(x, y, verbose=0)


@pytest.mark.no_gradients
def test_different_numbers_of_samples(make, data):
    with pytest.raises(ValueError, match=r"x sizes: 42; y sizes: 41"):
        make().evaluate(data[0], data[1][:-1], verbose=0)
    with pytest.raises(ValueError, match=r"if x is a list of samples, make one array of them: np.stack\(x\)"):
        make().evaluate(list(data[0]), data[1], verbose=0)
    with pytest.raises(ValueError, match=r"x sizes: 42; y sizes: 42; sample_weight sizes: 3"):
        make().evaluate(*data, sample_weight=np.ones(3), verbose=0)


@pytest.mark.parametrize(
    "empty",
    [np.zeros((0, 4)), [], np.zeros((0, 4)).tolist(), iter([])],
    ids=["array", "list", "lists", "iterator"],
)
@pytest.mark.no_gradients
def test_empty_data(make, empty):
    with pytest.raises(ValueError, match=r"The data is empty"):
        make().predict(empty, verbose=0)


def test_empty_training_data(make):
    with pytest.raises(ValueError, match=r"The data is empty"):
        make().fit(np.zeros((0, 4)), np.zeros(0), verbose=0)
    with pytest.raises(ValueError, match=r"The data is empty"):
        make().fit(iter([]), verbose=0)


@pytest.mark.no_gradients
def test_no_data(make):
    with pytest.raises(ValueError, match=r"No data was given: x is None"):
        make().evaluate(verbose=0)
    with pytest.raises(ValueError, match=r"cannot use a object as data"):
        make().predict(object(), verbose=0)
    with pytest.raises(ValueError, match=r"cannot use a function as data"):
        make().predict(lambda: None, verbose=0)


# Kinds of values.


@pytest.mark.parametrize(
    "x",
    [
        np.array([["a", "b", "c", "d"]]),
        np.array([[b"a", b"b", b"c", b"d"]]),
        np.array([["a", 1, None, 2.0]], dtype=object),
        [["1", "2", "3", "4"]],
        np.array([["2020-01-01"] * 4], dtype="datetime64[D]"),
    ],
    ids=["str", "bytes", "object", "list of str", "dates"],
)
@pytest.mark.no_gradients
def test_values_that_are_no_numbers(make, x):
    with pytest.raises(ValueError, match=r"x: .*(strings|objects|datetime64)"):
        make().predict(x, verbose=0)


@pytest.mark.no_gradients
def test_ragged_lists(make):
    with pytest.raises(ValueError, match=r"x: .*one shape"):
        make().predict([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0]], verbose=0)


@pytest.mark.no_gradients
def test_a_frame_with_a_column_of_strings(make):
    import pandas as pd

    frame = pd.DataFrame({"a": [1.0], "b": [2.0], "c": [3.0], "d": ["x"]})
    with pytest.raises(ValueError, match=r"x: .*astype"):
        make().predict(frame, verbose=0)


# Calls.


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
@pytest.mark.no_gradients
def test_not_compiled(data, method):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=rf"You must call `compile\(\)` before calling `{method}\(\)`"):
        getattr(model, method)(*data)


@pytest.mark.no_gradients
def test_not_built():
    model = keras.Sequential([layers.Dense(3)])
    with pytest.raises(ValueError, match=r"isn't built|not built|needs an input shape"):
        model.count_params()
    with pytest.raises(ValueError, match=r"needs an input shape"):
        model.build()
    with pytest.raises(
        ValueError, match=r"weight list of length 2, but the layer was expecting 0 weights. .*not built"
    ):
        model.set_weights([np.zeros((4, 3)), np.zeros(3)])
    with pytest.raises(AttributeError, match=r"not built|has no defined"):
        _ = model.input


def test_no_loss(data):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    model.compile("sgd")
    with pytest.raises(ValueError, match=r"No loss to compute"):
        model.fit(*data, verbose=0)


def test_targets_beside_a_generator(make, data):
    with pytest.raises(ValueError, match=r"y must not be given: the batches hold it"):
        make().fit(iter([data]), data[1], verbose=0)
    with pytest.raises(ValueError, match=r"sample_weight must not be given"):
        make().fit(iter([data]), sample_weight=np.ones(42), verbose=0)


def test_validation_split_mistakes(make, data):
    with pytest.raises(ValueError, match=r"only supported for arrays; give `validation_data`"):
        make().fit(iter([data]), validation_split=0.2, verbose=0)
    for fraction in (1.0, 1.5, -0.2, 0.99999):
        with pytest.raises(ValueError, match=r"validation_split"):
            make().fit(*data, validation_split=fraction, verbose=0)


def test_class_weight_mistakes(make, data, pair):
    with pytest.raises(ValueError, match=r"class_weight has no weight for the class 2"):
        make().fit(*data, class_weight={0: 1.0, 1: 2.0}, verbose=0)
    model, x, y = pair
    with pytest.raises(ValueError, match=r"only supported for models with one output"):
        model.fit(x, y, class_weight={0: 1.0}, verbose=0)


def test_steps_per_epoch_too_large(make, data):
    model = make()
    with pytest.warns(UserWarning, match=r"steps_per_epoch is 50, but the data has only 6 batches of 8"):
        model.fit(*data, batch_size=8, steps_per_epoch=50, verbose=0)
    assert int(model.optimizer.iterations) == 6
    with pytest.warns(UserWarning, match=r"fit: validation_steps is 9, but the data has only 2 batches"):
        model.fit(*data, validation_data=data, validation_steps=9, verbose=0)
    with pytest.warns(UserWarning, match=r"evaluate: steps is 9, but the data has only 2 batches"):
        model.evaluate(*data, steps=9, verbose=0)
    with pytest.warns(UserWarning, match=r"predict: steps is 9, but the data has only 2 batches"):
        assert model.predict(data[0], steps=9, verbose=0).shape == (42, 3)


@pytest.mark.parametrize("size", [0, -3])
@pytest.mark.no_gradients
def test_batch_size(make, data, size):
    with pytest.raises(ValueError, match=r"batch_size must be positive"):
        make().evaluate(*data, batch_size=size, verbose=0)


@pytest.mark.no_gradients
def test_unknown_arguments(make, data):
    for method in ("fit", "evaluate", "predict"):
        with pytest.raises(TypeError, match=rf"{method}: unknown arguments \['batchsize'\]"):
            getattr(make(), method)(data[0], batchsize=3)


def test_callbacks_that_are_none(make, data):
    with pytest.raises(TypeError, match=r"EarlyStopping\(\.\.\.\)"):
        make().fit(*data, callbacks=[keras.callbacks.EarlyStopping], verbose=0)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (lambda: layers.Dense(3, activation="reluu"), "Unknown activation.*'reluu'.*'relu'"),
        (
            lambda: layers.Dense(3, kernel_initializer="glorot_unifrom"),
            "Unknown initializer.*'glorot_uniform'",
        ),
        (lambda: layers.Dense(3, kernel_regularizer="l3"), "Unknown regularizer.*'l3'"),
        (lambda: layers.Dense(3, bias_constraint="nonnegg"), "Unknown constraint.*'nonneg'"),
        (lambda: keras.optimizers.get("sdg"), "Unknown optimizer 'sdg'.*'sgd'"),
    ],
    ids=["activation", "initializer", "regularizer", "constraint", "optimizer"],
)
@pytest.mark.no_gradients
def test_unknown_names(program, message):
    with pytest.raises(ValueError, match=message):
        program()


# Numbers that spoil a training.


def test_nan_loss_is_reported_once_with_its_epoch(make, data):
    class Spoil(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                self.model.get_layer("out").bias.assign([np.nan, 0.0, 0.0])

    with pytest.warns(UserWarning, match=r"fit: the loss is nan in epoch 3") as caught:
        history = make().fit(*data, epochs=5, callbacks=[Spoil()], verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert np.isnan(history.history["loss"]).tolist() == [False, False, True, True, True]


def test_nan_loss_in_strict_mode(make, data):
    x = data[0].copy()
    x[3] = np.nan
    keras.config.strict(True)
    try:
        with pytest.raises(ValueError, match=r"the loss is nan in epoch 1"):
            make().fit(x, data[1], verbose=0)
    finally:
        keras.config.strict(False)


@pytest.mark.no_gradients
def test_training_on_the_engine_without_gradients(make, data):
    if ENGINE != "numpy":
        pytest.skip("this engine trains")
    model = make()
    with pytest.raises(RuntimeError, match=r"'numpy' has no gradients.*KERAS_BACKEND=jax"):
        model.fit(*data, verbose=0)
    with pytest.raises(RuntimeError, match=r"'numpy' has no gradients"):
        model.train_on_batch(*data)
    assert len(model.evaluate(*data, verbose=0)) == 2


def test_an_op_names_the_layer_that_failed(data):
    class Broken(layers.Layer):
        def call(self, inputs):
            return inputs @ tf.ones((7, 2))

    model = keras.Sequential([keras.Input((4,)), layers.Dense(5)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"matmul\(.*5.*7, 2"):
        model.add(Broken(name="broken"))


@pytest.mark.no_gradients
def test_labels_out_of_range_in_a_generator(make, data, monkeypatch):
    x, y = data[0], data[1].copy()
    y[40] = 3
    batches = [(x[:20], y[:20]), (x[20:], y[20:])]
    with pytest.raises(ValueError, match=r"found the label 3"):
        make().evaluate(iter(batches), verbose=0)
    monkeypatch.setenv("UNIKERAS_RESIDENT_BYTES", "16")
    with pytest.raises(ValueError, match=r"found the label 3"):
        make().evaluate(x, y, verbose=0)


@pytest.mark.no_gradients
def test_tuples_of_four(make, data):
    with pytest.raises(ValueError, match=r"\(x, y, sample_weight\), but it is a tuple of 4"):
        make().evaluate(iter([(*data, data[1], data[1])]), verbose=0)


def test_settings_that_are_no_numbers(make, data):
    for wrong, message in (
        ({"epochs": 2.5}, "epochs must be a whole number, not 2.5"),
        ({"batch_size": "8"}, "batch_size must be a whole number, not '8'"),
        ({"verbose": "yes"}, "verbose must be 0"),
        ({"class_weight": [1, 2, 3]}, "class_weight must be a dict from class numbers to weights"),
    ):
        with pytest.raises(ValueError, match=message):
            make().fit(*data, **{"verbose": 0, **wrong})


@pytest.mark.no_gradients
def test_a_loss_without_a_return(make, data):
    def forgetful(y_true, y_pred):
        y_pred - y_true

    with pytest.raises(ValueError, match=r"The loss 'forgetful' returned None"):
        make(loss=forgetful).evaluate(data[0], np.zeros((42, 3)), verbose=0)


@pytest.mark.no_gradients
def test_errors_in_a_call_name_the_layer_and_unknown_sizes(data):
    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.dense = layers.Dense(3)

        def call(self, inputs):
            return self.dense(inputs) @ tf.ones((5, 2))

    with pytest.raises(ValueError, match=r"matmul\(float32\[None, 3\], float32\[5, 2\]") as caught:
        Own().predict(data[0], verbose=0)
    assert caught.value.__notes__ == ["In the call of layer 'own' (Own) with inputs of shape (None, 4)."]
