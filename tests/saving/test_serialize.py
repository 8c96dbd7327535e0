"""Objects as configs, in Keras 3's form, and configs that are broken or ask for code."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras
from unikeras.saving.errors import ModelFileError, UnsafeError
from unikeras.saving.registry import custom_object_scope
from unikeras.saving.safe_mode import in_safe_mode, safe_mode_scope
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

serialize, deserialize = serialize_keras_object, deserialize_keras_object


# As Keras 3.15.1 writes them.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        ((1, "a", None), (1, "a", None)),
        (np.float32(3), 3.0),
        (np.zeros(2), {"class_name": "__numpy__", "config": {"value": [0.0, 0.0], "dtype": "float64"}}),
        (slice(1, 2), {"class_name": "__slice__", "config": {"start": 1, "stop": 2, "step": None}}),
        (b"q", {"class_name": "__bytes__", "config": {"value": "q"}}),
        (..., {"class_name": "__ellipsis__", "config": {}}),
        (
            keras.DTypePolicy("float32"),
            {
                "module": "keras",
                "class_name": "DTypePolicy",
                "config": {"name": "float32"},
                "registered_name": None,
            },
        ),
        (
            keras.activations.relu,
            {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"},
        ),
        (
            keras.constraints.MaxNorm(2),
            {
                "module": "keras.constraints",
                "class_name": "MaxNorm",
                "config": {"max_value": 2, "axis": 0},
                "registered_name": None,
            },
        ),
        (
            keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9),
            {
                "module": "keras.optimizers.schedules",
                "class_name": "ExponentialDecay",
                "config": {
                    "initial_learning_rate": 0.1,
                    "decay_steps": 10,
                    "decay_rate": 0.9,
                    "staircase": False,
                    "name": "ExponentialDecay",
                },
                "registered_name": None,
            },
        ),
    ],
)
def test_as_keras_writes_it(value, expected):
    assert serialize(value) == expected


@pytest.mark.parametrize(
    "module", ["keras.layers", "keras.src.layers.core.dense", "tf_keras.src.layers", None]
)
def test_modules_of_all_versions_are_read(module):
    layer = deserialize({"module": module, "class_name": "Dense", "config": {"units": 2}})
    assert type(layer) is keras.layers.Dense


def test_losses_and_metrics_of_the_same_name_are_told_apart():
    for thing in (keras.losses.MeanSquaredError(), keras.metrics.MeanSquaredError()):
        assert type(deserialize(serialize(thing))) is type(thing)


@pytest.mark.parametrize(
    "value",
    [
        [1, {"a": (2.5, None)}, "x"],
        slice(1, None, 2),
        b"\x00\xff",
        keras.layers.Dense,
        keras.activations.softmax,
        keras.losses.mean_squared_error,
    ],
)
def test_round_trip(value):
    assert deserialize(serialize(value)) == value


def test_round_trip_of_arrays():
    for value in (np.arange(6, dtype="int16").reshape(2, 3), tf.constant([[1.5, 2.0]])):
        back = deserialize(serialize(value))
        assert type(back) is type(value)
        np.testing.assert_array_equal(np.asarray(back), np.asarray(value))


def test_users_objects():
    @keras.saving.register_keras_serializable(package="tests_serialize")
    def twice(x):
        return 2 * x

    def plain(x):
        return x

    assert serialize(twice)["config"] == "tests_serialize>twice"
    assert deserialize(serialize(twice)) is twice
    with pytest.raises(ModelFileError, match="custom_objects"):
        deserialize(serialize(plain))
    assert deserialize(serialize(plain), custom_objects={"plain": plain}) is plain
    with custom_object_scope({"plain": plain}):
        assert deserialize(serialize(plain)) is plain


def test_objects_without_config():
    with pytest.raises(TypeError, match="get_config"):
        serialize(object())
    with pytest.raises(TypeError, match="weights"):
        serialize(tf.Variable(1.0))


def test_lambdas():
    with pytest.warns(UserWarning, match="byte code"):
        config = serialize(lambda x, y=2: x + y)
    with pytest.raises(UnsafeError, match="safe_mode"):
        deserialize(config)
    assert deserialize(config, safe_mode=False)(1) == 3
    assert in_safe_mode()
    with safe_mode_scope(False):
        assert not in_safe_mode()
        assert deserialize(config)(1) == 3


@pytest.mark.parametrize(
    "config",
    [
        {"module": "os", "class_name": "system", "config": {}},
        {"module": "os", "class_name": "system", "config": "true", "registered_name": "os>system"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "builtins", "class_name": "function", "config": "__import__"},
        {"module": "subprocess", "class_name": "Popen", "config": {"args": "true"}},
        {"module": "keras.layers", "class_name": "Nonsense", "config": {}},
        {"module": "keras.src.utils", "class_name": "get_file", "config": {"origin": "http://localhost"}},
        {"class_name": 3, "config": {}},
        {"class_name": "__numpy__", "config": {"value": [1, [2]], "dtype": "float32"}},
        {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}},
        {"class_name": "__slice__", "config": {}},
        {"class_name": "__bytes__", "config": None},
        {"class_name": "function", "config": {"a": 1}},
    ],
)
def test_hostile_configs(config):
    with pytest.raises(ModelFileError):
        deserialize(config)


def test_no_module_is_imported():
    import sys

    with pytest.raises(ModelFileError):
        deserialize({"module": "antigravity", "class_name": "geohash", "config": {}})
    assert "antigravity" not in sys.modules
