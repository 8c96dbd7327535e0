"""What is saved comes back: predictions, the next training step, the architecture."""

import io
import pathlib

import numpy as np
import pytest

from unikeras import engine, keras
from unikeras.saving.errors import ModelFileError, UnsafeError

from .conftest import Tower, data, functional, sequential, subclassed

layers = keras.layers
# the numpy engine cannot train; what it saves is compared all the same
trains = engine.current().name != "numpy"


def equal(a, b):
    for one, other in _pairs(a, b):
        np.testing.assert_array_equal(one, other)


def _pairs(a, b):
    if isinstance(a, dict):
        assert set(a) == set(b)
        return [(a[k], b[k]) for k in a]
    return [(a, b)]


def test_keras_file(model, tmp_path):
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.models.load_model(path)
    assert type(loaded) is type(model)
    if not isinstance(model, Tower):  # which names its layers itself, anew
        assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    equal(model.predict(data(model), verbose=0), loaded.predict(data(model), verbose=0))
    assert list(tmp_path.iterdir()) == [path]  # nothing temporary is left


def test_json_and_clone_have_the_same_architecture(model):
    for copy in (keras.models.model_from_json(model.to_json()), keras.models.clone_model(model)):
        if not copy.weights:
            copy.build((None, 4))
        assert [tuple(v.shape) for v in copy.weights] == [tuple(v.shape) for v in model.weights]
        copy.set_weights(model.get_weights())
        equal(model.predict(data(model), verbose=0), copy.predict(data(model), verbose=0))


def test_weights_file(model, tmp_path):
    path = tmp_path / "w.weights.h5"
    before = model.get_weights()
    model.save_weights(path)
    for variable in model.weights:
        variable.assign(np.full(tuple(variable.shape), 7, "float32"))
    model.load_weights(str(path))
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_weights_of_a_keras_file(tmp_path):
    one, other = sequential(), sequential()
    one.save(tmp_path / "m.keras")
    other.load_weights(tmp_path / "m.keras")
    np.testing.assert_array_equal(one.get_weights()[0], other.get_weights()[0])


@pytest.mark.skipif(not trains, reason="the numpy engine does not train")
@pytest.mark.parametrize(
    "optimizer",
    [
        "adam",
        "rmsprop",
        lambda: keras.optimizers.SGD(0.001, momentum=0.9, nesterov=True),
        lambda: keras.optimizers.Adam(
            keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5), weight_decay=0.01
        ),
    ],
)
def test_the_next_training_step_is_the_same(optimizer, tmp_path):
    keras.utils.set_random_seed(0)
    model = subclassed()
    x = data(model)
    y = x[:, :1]
    model.compile(optimizer() if callable(optimizer) else optimizer, "mse", metrics=["mae"])
    model.fit(x, y, epochs=2, verbose=0, shuffle=False)
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert int(loaded.optimizer.iterations) == 2
    for _ in range(3):
        assert model.train_on_batch(x, y) == pytest.approx(loaded.train_on_batch(x, y), rel=1e-6)
    equal(model.predict(x, verbose=0), loaded.predict(x, verbose=0))


def test_compile_settings_come_back(tmp_path):
    model = functional()
    model.compile(
        keras.optimizers.SGD(0.5),
        loss={"x": "mse", "y": keras.losses.Huber(delta=2.0)},
        metrics={"x": ["mae", keras.metrics.RootMeanSquaredError()]},
        loss_weights={"x": 1.0, "y": 0.5},
    )
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.get_compile_config() == model.get_compile_config()
    assert keras.models.load_model(tmp_path / "m.keras", compile=False).compiled is False


def test_frozen_layers_stay_frozen(tmp_path):
    model = sequential()
    model.layers[0].trainable = False
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert [layer.trainable for layer in loaded.layers] == [False, True, True, True]


def test_open_files_and_overwrite(tmp_path):
    file = io.BytesIO()
    model = sequential()
    keras.models.save_model(model, file)
    assert keras.models.load_model(io.BytesIO(file.getvalue())).count_params() == model.count_params()
    path = pathlib.Path(tmp_path, "m.keras")
    model.save(path)
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.save(path, overwrite=False)
    path.rename(tmp_path / "m.weights.h5")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.save_weights(tmp_path / "m.weights.h5", overwrite=False)


def test_an_interrupted_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.keras"
    model = sequential()
    model.save(path)
    old = path.read_bytes()

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("unikeras.saving.keras_file.write_weights", fail)
    with pytest.raises(KeyboardInterrupt):
        model.save(path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m, d: m.save(d / "m"), ValueError, r"must end with '\.keras'"),
        (lambda m, d: m.save(d / "m.h5", save_format="keras"), ValueError, "does not fit the ending"),
        (lambda m, d: m.save(d / "m.keras", save_format="h5"), ValueError, "does not fit the ending"),
        (lambda m, d: m.save(d / "m.keras", save_format="jpeg"), ValueError, "jpeg"),
        (lambda m, d: subclassed().save(d / "m.h5"), NotImplementedError, "subclassed"),
        (lambda m, d: m.save(d / "missing" / "m.keras"), FileNotFoundError, "does not exist"),
        (lambda m, d: m.save(d / "m.keras", save_format="tf"), NotImplementedError, "SavedModel"),
        (lambda m, d: m.save(d / "m.keras", color="red"), TypeError, "color"),
        (lambda m, d: m.save_weights(d / "m.keras"), ValueError, r"\.weights\.h5"),
        (lambda m, d: m.load_weights(d / "none.weights.h5"), FileNotFoundError, "none.weights.h5"),
        (lambda m, d: m.load_weights(d / "x.weights.h5", by_name=True), FileNotFoundError, "x.weights.h5"),
        (lambda m, d: keras.models.load_model(d / "none.keras"), FileNotFoundError, "none.keras"),
        (lambda m, d: keras.models.load_model(d), NotImplementedError, "SavedModel"),
        (lambda m, d: keras.models.load_model(3), TypeError, "path"),
        (lambda m, d: keras.models.model_from_json("{"), ModelFileError, "JSON"),
        (lambda m, d: keras.models.model_from_json("[1]"), ModelFileError, "no model"),
    ],
)
def test_clear_errors(call, error, message, tmp_path):
    with pytest.raises(error, match=message):
        call(sequential(), tmp_path)


def test_weights_that_do_not_fit(tmp_path):
    path = tmp_path / "m.weights.h5"
    keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, name="one"), layers.Dense(2, name="two")]
    ).save_weights(path)
    other = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="one"), layers.Dense(5, name="two")])
    before = other.get_weights()
    with pytest.raises(ModelFileError, match=r"'two' .*shape \(3, 5\), but the file has \(3, 2\)") as caught:
        other.load_weights(path)
    assert "'one'" not in str(caught.value)
    for old, new in zip(before, other.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)  # nothing was loaded
    with pytest.warns(UserWarning, match="'two'"):
        other.load_weights(path, skip_mismatch=True)
    assert not np.array_equal(before[0], other.get_weights()[0])
    np.testing.assert_array_equal(before[2], other.get_weights()[2])
    fewer = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    with pytest.raises(ModelFileError, match=r"'layers/dense_1' in the file: 2 variables"):
        fewer.load_weights(path)
    more = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3), layers.Dense(2), layers.Dense(1, name="third")]
    )
    with pytest.raises(ModelFileError, match=r"'third'.* nothing for its 2 variables"):
        more.load_weights(path)
    unbuilt = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    with pytest.raises(ModelFileError, match="not built yet"):
        unbuilt.load_weights(path)


def test_bfloat16_weights(tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, dtype="bfloat16")])
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.weights[0].dtype.name == "bfloat16"
    np.testing.assert_array_equal(
        np.asarray(model.weights[0]).astype("float32"), np.asarray(loaded.weights[0]).astype("float32")
    )


def test_an_unbuilt_model(tmp_path):
    model = keras.Sequential([layers.Dense(3)])
    with pytest.warns(UserWarning, match="before it is built"):
        model.save(tmp_path / "m.keras")
    assert keras.models.load_model(tmp_path / "m.keras").built is False


def test_a_class_that_is_not_registered(tmp_path):
    class Mine(keras.layers.Layer):
        def call(self, x):
            return x + 1.0

    model = keras.Sequential([keras.Input((2,)), Mine()])
    model.save(tmp_path / "m.keras")
    with pytest.raises(ModelFileError, match="custom_objects"):
        keras.models.load_model(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras", custom_objects={"Mine": Mine})
    assert type(loaded.layers[0]) is Mine


def test_lambdas_need_trust(tmp_path):
    model = keras.Sequential([keras.Input((2,)), layers.Lambda(lambda x: x * 3.0)])
    with pytest.warns(UserWarning, match="byte code"):
        model.save(tmp_path / "m.keras")
    with pytest.raises(UnsafeError, match="safe_mode=False"):
        keras.models.load_model(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras", safe_mode=False)
    assert loaded.predict(np.ones((1, 2), "float32"), verbose=0).tolist() == [[3.0, 3.0]]


def test_a_layer_with_its_own_way_of_storing(tmp_path):
    class Vocabulary(keras.layers.Layer):
        words = ()

        def call(self, x):
            return x

        def save_own_variables(self, store):
            store["words"] = np.array(self.words)

        def load_own_variables(self, store):
            assert list(store.keys()) == ["words"]
            self.words = tuple(store["words"].tolist())

    layer = Vocabulary(name="v")
    layer.words = (3, 5)
    keras.Sequential([keras.Input((2,)), layer]).save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras", custom_objects={"Vocabulary": Vocabulary})
    assert loaded.layers[0].words == (3, 5)


KERAS_2 = """{"class_name": "Functional", "config": {"name": "old", "trainable": true, "layers": [
 {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "dtype": "float32", "sparse": false,
  "ragged": false, "name": "x"}, "name": "x", "inbound_nodes": []},
 {"class_name": "Dense", "config": {"name": "d", "trainable": true, "dtype": "float32", "units": 2,
  "activation": "relu", "use_bias": true, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
  "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null, "bias_regularizer": null,
  "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null},
  "name": "d", "inbound_nodes": [[["x", 0, 0, {}]], [["d", 0, 0, {}]]]},
 {"class_name": "Concatenate", "config": {"name": "c", "trainable": true, "dtype": "float32", "axis": -1},
  "name": "c", "inbound_nodes": [[["d", 1, 0, {}], ["x", 0, 0, {}]]]}],
 "input_layers": [["x", 0, 0]], "output_layers": [["c", 0, 0]]}, "keras_version": "2.15.0", "backend": "tensorflow"}"""


def test_functional_json_of_keras_2():
    model = keras.models.model_from_json(KERAS_2)
    assert model.output_shape == (None, 4)
    assert model.count_params() == 6
    x = np.ones((1, 2), "float32")
    kernel = model.get_weights()[0]
    hidden = np.maximum(np.maximum(x @ kernel, 0) @ kernel, 0)
    np.testing.assert_allclose(model.predict(x, verbose=0), np.concatenate([hidden, x], -1), rtol=1e-6)


def test_sequential_json_of_keras_2():
    text = """{"class_name": "Sequential", "config": {"name": "s", "layers": [
     {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "dtype": "float32", "sparse": false,
      "ragged": false, "name": "i"}},
     {"class_name": "Dense", "config": {"name": "d", "trainable": false, "batch_input_shape": [null, 2], "dtype": "float32",
      "units": 3, "activation": "linear"}}]}, "keras_version": "2.3.1", "backend": "tensorflow"}"""
    model = keras.models.model_from_json(text)
    assert model.output_shape == (None, 3)
    assert model.layers[0].trainable is False
