"""tf.keras 2's HDF5 files: written and read back, by order and by name; what does not fit is said."""

import io
import json
import warnings

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import unikeras as tf
from unikeras import engine, keras
from unikeras.saving.errors import ModelFileError, UnsafeError
from unikeras.saving.keras2_write import model_config

from .conftest import MODELS, data, functional, sequential, subclassed, with_ops

layers = keras.layers
trains = engine.current().name != "numpy"


def saved(model, **kwargs):
    file = io.BytesIO()
    keras.models.save_model(model, file, save_format="h5", **kwargs)
    file.seek(0)
    return file


def load(file, **kwargs):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "given file has no compile settings|.*has no compile settings")
        return keras.models.load_model(file, **kwargs)


def flat(value):
    return [value[k] for k in sorted(value)] if isinstance(value, dict) else [value]


@pytest.mark.parametrize("name", [name for name in MODELS if name != "subclassed"])
def test_round_trip(name, tmp_path):
    model = MODELS[name]()
    model.save(tmp_path / "m.h5")
    loaded = load(tmp_path / "m.h5")
    for a, b in zip(flat(model(data(model))), flat(loaded(data(model))), strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    assert list(tmp_path.iterdir()) == [tmp_path / "m.h5"]


def test_the_layout_is_that_of_tf_keras():
    model = sequential()
    model.compile("adam", "mse", metrics=["mae"])
    with h5py.File(saved(model), "r") as file:
        assert set(file.attrs) == {"backend", "keras_version", "model_config", "training_config"}
        group = file["model_weights"]
        assert [n.decode() for n in group.attrs["layer_names"]] == [layer.name for layer in model.layers]
        dense = model.layers[0].name
        assert [n.decode() for n in group[dense].attrs["weight_names"]] == [
            f"{dense}/kernel:0",
            f"{dense}/bias:0",
        ]
        assert group[dense][f"{dense}/kernel:0"].shape == (4, 3)
        assert group[model.layers[2].name].attrs["weight_names"].size == 0
        config = file.attrs["model_config"]
        assert '"batch_input_shape": [null, 4]' in config
        assert "registered_name" not in config
        assert '"Custom>Adam"' in file.attrs["training_config"]


@pytest.mark.skipif(not trains, reason="the numpy engine does not train")
@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)),
        lambda: keras.optimizers.Adam(0.01, amsgrad=True),
        lambda: keras.optimizers.Adam(0.01, decay=0.5),
        lambda: keras.optimizers.legacy.RMSprop(0.01, momentum=0.5, centered=True),
        lambda: keras.optimizers.legacy.Nadam(0.01),
    ],
)
def test_the_next_training_step_is_the_same(make):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    x = data(model)
    model.compile(make(), "mse", run_eagerly=True)
    model.train_on_batch(x, x[:, :1])
    loaded = load(saved(model))
    assert type(loaded.optimizer) is type(model.optimizer)
    assert int(loaded.optimizer.iterations) == 1
    loaded.run_eagerly = True
    for _ in range(2):
        model.train_on_batch(x, x[:, :1])
        loaded.train_on_batch(x, x[:, :1])
    for a, b in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)
    assert load(saved(model, include_optimizer=False)).optimizer is None


def test_metrics_and_losses_of_several_outputs():
    x = keras.Input((2,))
    model = keras.Model(x, [layers.Dense(1, name="a")(x), layers.Dense(2, activation="softmax", name="b")(x)])
    model.compile(
        "sgd", {"a": "mse", "b": keras.losses.CategoricalCrossentropy(label_smoothing=0.1)},
        metrics={"a": ["mae"], "b": [keras.metrics.CategoricalAccuracy(name="acc")]}, loss_weights={"a": 1.0, "b": 0.5},
    )  # fmt: skip
    loaded = load(saved(model))
    rows, y = np.ones((2, 2), "float32"), [np.ones((2, 1), "float32"), np.eye(2, dtype="float32")]
    loaded.set_weights(model.get_weights())
    assert model.evaluate(rows, y, verbose=0) == pytest.approx(loaded.evaluate(rows, y, verbose=0))
    assert loaded.metrics_names == model.metrics_names


def test_a_frozen_nested_model_keeps_its_order():
    def make():
        inner = keras.Sequential(
            [keras.Input((4,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(3)], name="inner"
        )
        return keras.Sequential([keras.Input((4,)), inner, layers.Dense(1)])

    model = make()
    model.layers[0].layers[0].trainable = False
    loaded = load(saved(model))
    for a, b in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_names_too_long_for_one_attribute(tmp_path):
    model = keras.Sequential(
        [keras.Input((1,)), *(layers.Dense(1, name=f"{i}{'n' * 9000}") for i in range(8))]
    )
    model.save_weights(tmp_path / "w.h5")
    with h5py.File(tmp_path / "w.h5") as file:
        assert {"layer_names0", "layer_names1"} <= set(file.attrs)
    before = model.get_weights()
    model.set_weights([np.zeros_like(w) for w in before])
    model.load_weights(tmp_path / "w.h5")
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


GRAPH = with_ops()


# Weights.


def two(first=3, second=2, names=("one", "two")):
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(first, name=names[0]), layers.Dense(second, name=names[1])]
    )


def test_weights_in_order(tmp_path):
    model, other = two(), two(names=("x", "y"))
    model.save_weights(tmp_path / "w.h5")
    other.load_weights(tmp_path / "w.h5")
    np.testing.assert_array_equal(other.get_weights()[2], model.get_weights()[2])
    subclass = subclassed()
    subclass.save_weights(tmp_path / "s.hdf5")
    again = subclassed()
    again.load_weights(tmp_path / "s.hdf5")
    for a, b in zip(subclass.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_that_do_not_fit(tmp_path):
    path = tmp_path / "w.h5"
    two().save_weights(path)
    other = two(second=5, names=("x", "y"))
    before = other.get_weights()
    with pytest.raises(
        ModelFileError, match=r"'y' \(in the file 'two'\).*shape \(3, 5\), but the file has \(3, 2\)"
    ):
        other.load_weights(path)
    np.testing.assert_array_equal(before[0], other.get_weights()[0])
    with pytest.warns(UserWarning, match="'two'"):
        other.load_weights(path, skip_mismatch=True)
    assert not np.array_equal(before[0], other.get_weights()[0])
    np.testing.assert_array_equal(before[2], other.get_weights()[2])
    fewer = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    with pytest.raises(ModelFileError, match="1 layers with variables, but the file has 2: one, two"):
        fewer.load_weights(path)
    with pytest.raises(ModelFileError, match="not built"):
        keras.Sequential([layers.Dense(3)]).load_weights(path)


def test_weights_by_name(tmp_path):
    path, model = tmp_path / "w.h5", two()
    model.save_weights(path)
    other = keras.Sequential([keras.Input((3,)), layers.Dense(2, name="two"), layers.Dense(1, name="head")])
    head = other.layers[1].get_weights()
    with pytest.warns(UserWarning, match="nothing for the layers head; the model has no layers one"):
        other.load_weights(path, by_name=True)
    np.testing.assert_array_equal(other.layers[0].get_weights()[0], model.layers[1].get_weights()[0])
    np.testing.assert_array_equal(other.layers[1].get_weights()[0], head[0])
    wrong = keras.Sequential([keras.Input((3,)), layers.Dense(5, name="two")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ModelFileError, match=r"'two': variable 0 .*shape \(3, 5\)"):
            wrong.load_weights(path, by_name=True)
        wrong.load_weights(path, by_name=True, skip_mismatch=True)
    with pytest.warns(UserWarning, match="nothing was loaded"):
        two(names=("x", "y")).load_weights(path, by_name=True)
    model.save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(ValueError, match="Keras 3's layout"):
        model.load_weights(tmp_path / "w.weights.h5", by_name=True)


def test_weights_of_a_whole_model_and_of_an_optimizer_that_differs(tmp_path):
    model = two()
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    model.save(tmp_path / "m.h5")
    model.save_weights(tmp_path / "m.weights.h5")
    other = two()
    other.compile("sgd", "mse")
    other.load_weights(tmp_path / "m.h5")
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    with pytest.warns(UserWarning, match="state of the optimizer 'sgd.*was not loaded"):
        other.load_weights(tmp_path / "m.weights.h5")
    two().save_weights(tmp_path / "w.h5")
    with pytest.raises(ModelFileError, match="holds weights, but no model"):
        keras.models.load_model(tmp_path / "w.h5")


# What tf.keras 2 does not have.


def test_what_the_format_cannot_hold(tmp_path):
    with pytest.raises(NotImplementedError, match="subclassed"):
        subclassed().save(tmp_path / "m.h5")
    words = layers.TextVectorization()
    words.adapt(["a b", "c"])
    with pytest.raises(NotImplementedError, match="vocabulary"):
        saved(keras.Sequential([keras.Input((1,), dtype="string"), words, layers.Embedding(9, 2)]))
    x = keras.Input((2,))
    inside = keras.Model(x, layers.Lambda(lambda t: t * 2.0)(x))
    with pytest.warns(UserWarning, match="byte code"):
        file = saved(inside)
    with pytest.raises(UnsafeError, match="safe_mode=False"):
        keras.models.load_model(file)
    file.seek(0)
    assert load(file, safe_mode=False)(np.ones((1, 2), "float32")).numpy().tolist() == [[2.0, 2.0]]
    with pytest.raises(NotImplementedError, match=r"tf\.keras 2"):
        saved(keras.Model(x, keras.ops.nan_to_num(keras.ops.heaviside(x, 0.5))))


def test_what_only_tf_keras_lacks_is_said():
    model = keras.Sequential(
        [keras.Input((2,)), layers.RMSNormalization(), layers.BatchNormalization(synchronized=True)]
    )
    with pytest.warns(UserWarning, match="RMSNormalization .* only unikeras opens it"):
        file = saved(model)
    assert type(load(file).layers[0]) is layers.RMSNormalization
    with pytest.raises(NotImplementedError, match="rms_scaling"):
        saved(keras.Sequential([keras.Input((2,)), layers.LayerNormalization(rms_scaling=True)]))


def test_users_classes(tmp_path):
    @keras.saving.register_keras_serializable("tests_legacy")
    class Twice(keras.layers.Layer):
        def call(self, x):
            return 2 * x

    model = keras.Sequential([keras.Input((2,)), Twice(), layers.Dense(1, activation=keras.activations.relu)])
    file = saved(model)
    with h5py.File(file, "r") as opened:
        assert '"tests_legacy>Twice"' in opened.attrs["model_config"]
    file.seek(0)
    assert type(load(file).layers[0]) is Twice


def test_functions_of_tensorflow_in_a_model():
    x = keras.Input((4,), name="x")
    y = tf.concat([x * 2.0, 1.0 - x], axis=-1)[:, tf.newaxis, ::2]
    y = tf.reduce_sum(tf.nn.leaky_relu(tf.cast(y > 0.5, "float32") + y, alpha=0.1), axis=1)
    model = keras.Model(x, [y, tf.reshape(x, [-1, 2, 2])[..., 0]])
    loaded = load(saved(model))
    rows = data(model)
    for a, b in zip(model(rows), loaded(rows), strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


# Broken and hostile files.


@pytest.fixture(scope="module")
def content():
    model = sequential()
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    return saved(model).getvalue()


def changed(content, change):
    file = io.BytesIO(content)
    with h5py.File(file, "r+") as opened:
        change(opened)
    file.seek(0)
    return file


def kernel(file):
    name = file["model_weights"].attrs["layer_names"][0].decode()
    return file["model_weights"][name], f"{name}/kernel:0"


def replace(file, value=None, **kwargs):
    group, name = kernel(file)
    del group[name]
    if isinstance(value, (h5py.ExternalLink, h5py.SoftLink)):
        group[name] = value
    else:
        group.create_dataset(name, data=value, **kwargs)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: replace(f, shape=(1 << 40, 1 << 20), dtype="float64", chunks=(1, 1)), "shape"),
        (lambda f: replace(f, np.zeros((4, 3, 1))), "shape"),
        (lambda f: replace(f, np.full((4, 3), b"text")), "no numbers"),
        (lambda f: replace(f, h5py.Empty("f4")), "empty"),
        (lambda f: replace(f, shape=(4, 3), dtype="float32", external=[("/etc/passwd", 0, 48)]), "another file"),
        (lambda f: replace(f, h5py.ExternalLink("/etc/other.h5", "x")), "link"),
        (lambda f: replace(f, h5py.SoftLink("/model_weights")), "link"),
        (lambda f: f.pop("model_weights"), "no group 'model_weights'"),
        (lambda f: f["model_weights"].attrs.pop("layer_names"), "layer_names"),
        (lambda f: f["model_weights"].attrs.__setitem__("layer_names", np.array([b"a", b"b"])), "no group"),
        (lambda f: f["model_weights"].attrs.__setitem__("layer_names", 3), "no list"),
        (lambda f: f.attrs.modify("model_config", "{"), "model_config"),
        (lambda f: f.attrs.modify("model_config", "[]"), "no object"),
        (lambda f: f.attrs.modify("model_config", '{"a": ' + 100_000 * "["), "model_config"),
        (lambda f: f.attrs.modify("model_config", '{"class_name": "Popen", "config": {}}'), "Popen"),
        (lambda f: f.attrs.__setitem__("model_config", 3), "no text"),
        (lambda f: f.attrs.modify("training_config", '{"optimizer_config": {"class_name": "os", "config": {}}}'), "compile=False"),
        (lambda f: f.attrs.modify("model_config", f.attrs["model_config"].replace('"units": 3', '"units": 99999999999')), "only"),
    ],
)  # fmt: skip
def test_hostile_files(content, change, message):
    with pytest.raises(ModelFileError, match=message):
        keras.models.load_model(changed(content, change))


fuzz = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@fuzz
@given(draw=st.data())
def test_changed_files_load_or_say_what_is_wrong(content, draw):
    bad = bytearray(content)
    end = draw.draw(st.one_of(st.just(len(bad)), st.integers(0, len(bad))))
    for _ in range(draw.draw(st.integers(1, 8))):
        bad[draw.draw(st.integers(0, len(bad) - 1))] = draw.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = keras.models.load_model(io.BytesIO(bytes(bad[:end])))
        except (ModelFileError, NotImplementedError):
            return
    assert isinstance(model, keras.Model)


@fuzz
@given(draw=st.data())
def test_changed_configs_load_or_say_what_is_wrong(draw):
    config = json.loads(GRAPH.to_json())
    key = draw.draw(st.sampled_from(["model_config", "keras3"]))
    config = json.loads(json.dumps(model_config(GRAPH))) if key == "model_config" else config
    places = []

    def walk(value):
        for key in range(len(value)) if isinstance(value, list) else list(value):
            places.append((value, key))
            if isinstance(value[key], (list, dict)):
                walk(value[key])

    walk(config)
    value, key = draw.draw(st.sampled_from(places))
    value[key] = draw.draw(
        st.sampled_from(
            [
                None,
                -1,
                0,
                3,
                "x",
                [],
                {},
                [None, -3],
                ["x", 0, 0],
                1.5,
                True,
                {"class_name": "Add", "config": {}},
            ]
        )
    )
    try:
        model = keras.models.model_from_json(json.dumps(config))
    except (ValueError, TypeError, NotImplementedError, KeyError, AttributeError, IndexError):
        return
    assert isinstance(model, keras.Model)


def test_an_optimizer_state_that_does_not_fit_is_said(content):
    def drop(file):
        group = file["optimizer_weights"]
        group.attrs["weight_names"] = group.attrs["weight_names"][:-1]

    with pytest.warns(UserWarning, match="state of the optimizer"):
        keras.models.load_model(changed(content, drop))


def test_functional_models_of_everything(tmp_path):
    model = functional()
    model.save(tmp_path / "m.h5")
    assert load(tmp_path / "m.h5").count_params() == model.count_params()
