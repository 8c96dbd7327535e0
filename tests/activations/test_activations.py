"""Activations by name, their configs, and where the corners and the versions differ."""

import numpy as np
import pytest

from unikeras import activations, engine, ops
from unikeras.core.tape import GradientTape
from unikeras.saving.registry import register_keras_serializable

NAMES = [n for n in activations.__all__ if n not in ("get", "serialize", "deserialize", "keras3_names")]
NEEDS_ARGUMENTS = {"threshold": {"threshold": 0.5, "default_value": 0.0}}
X = np.array([[-3.0, -0.5, 0.0, 0.5, 1.0, 10.0]], np.float32)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_keeps_dtype_and_nan(name, dtype):
    if dtype == "bfloat16" and engine.current().name == "numpy":
        pytest.skip("NumPy computes bfloat16 beside Python numbers in float32")
    function = getattr(activations, name)
    x = ops.cast(ops.constant(X), dtype)
    y = function(x, **NEEDS_ARGUMENTS.get(name, {}))
    assert y.dtype == dtype
    assert np.isfinite(np.asarray(y.numpy(), np.float64)).all()
    lost = function(ops.cast(ops.constant([[1.0, np.nan]]), dtype), **NEEDS_ARGUMENTS.get(name, {}))
    assert np.isnan(np.asarray(lost.numpy(), np.float64)).any(), "nan was swallowed"


@pytest.mark.parametrize("name", NAMES)
def test_survives_serialization(name):
    function = getattr(activations, name)
    text = activations.serialize(function)
    assert isinstance(text, str)
    again = activations.deserialize(text)
    assert again is function
    assert (
        activations.get(
            {"module": "builtins", "class_name": "function", "config": text, "registered_name": "function"}
        )
        is function
    )


def test_names_without_arguments():
    assert activations.get(None) is activations.linear
    assert activations.get("swish") is activations.silu
    assert activations.get("hard_swish") is activations.hard_silu


def test_unknown_names():
    with pytest.raises(ValueError, match=r"Unknown activation 'rleu'.*'relu'"):
        activations.get("rleu")
    with pytest.raises(ValueError, match="Cannot use 3"):
        activations.get(3)
    with pytest.raises(ValueError, match="takes an activation"):
        activations.serialize(3)


def test_callables():
    def double(x):
        return x * 2

    assert activations.get(double) is double
    config = activations.serialize(double)
    assert config == {
        "module": "builtins",
        "class_name": "function",
        "config": "double",
        "registered_name": "function",
    }
    assert activations.deserialize(config, custom_objects={"double": double}) is double
    with pytest.raises(ValueError, match="Unknown activation"):
        activations.deserialize(config)
    nameless = lambda x: x  # noqa: E731
    assert activations.get(activations.serialize(nameless)) is nameless


def test_registered_functions():
    @register_keras_serializable(package="test_activations")
    def triple(x):
        return x * 3

    config = activations.serialize(triple)
    assert config["config"] == "test_activations>triple"
    assert activations.deserialize(config) is triple


def test_the_two_hard_sigmoids():
    x = ops.constant([-3.0, -2.5, 0.0, 1.0, 3.0])
    np.testing.assert_allclose(activations.hard_sigmoid(x).numpy(), [0, 0, 0.5, 0.7, 1], atol=1e-6)
    np.testing.assert_allclose(ops.hard_sigmoid(x).numpy(), [0, 0.5 - 2.5 / 6, 0.5, 4 / 6, 1], atol=1e-6)
    assert activations.get("hard_sigmoid") is activations.hard_sigmoid
    with activations.keras3_names():
        assert activations.get("hard_sigmoid") is ops.hard_sigmoid
        assert activations.serialize(ops.hard_sigmoid) == "hard_sigmoid"
        config = activations.serialize(activations.hard_sigmoid)
        assert isinstance(config, dict)  # Keras 3 must refuse it
        assert activations.deserialize(config) is activations.hard_sigmoid
    assert activations.serialize(activations.hard_sigmoid) == "hard_sigmoid"


def test_both_spellings_of_relu():
    x = ops.constant(X)
    assert np.array_equal(
        activations.relu(x, alpha=0.1).numpy(), activations.relu(x, negative_slope=0.1).numpy()
    )


def test_softmax_needs_an_axis():
    for function in (activations.softmax, activations.log_softmax, activations.sparsemax):
        with pytest.raises(ValueError, match="scalar"):
            function(ops.constant(1.0))
    assert activations.softmax(ops.constant([1.0, 1.0])).numpy().tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="even length"):
        activations.glu(ops.constant([1.0, 2.0, 3.0]))


def test_integers():
    whole = ops.constant([-1, 2])
    assert activations.relu(whole).dtype == "int32"
    assert activations.sigmoid(whole).dtype == activations.elu(whole).dtype == "float32"


@pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")
@pytest.mark.parametrize(
    ("name", "at", "slope"),
    [
        ("relu", 0.0, 0.0),  # TensorFlow gives a corner the slope of one side, and engines differ in the side
        ("relu6", 6.0, 0.0),
        ("leaky_relu", 0.0, 0.2),
        ("selu", 0.0, 1.0507009873554805),
        ("hard_tanh", 1.0, 1.0),
        ("hard_sigmoid", 2.5, 0.2),
        ("elu", 1000.0, 1.0),
        ("elu", -1000.0, 0.0),
        ("softplus", 1000.0, 1.0),
        ("log_sigmoid", -1000.0, 1.0),
    ],
)
def test_slopes_at_corners_and_extremes(name, at, slope):
    x = ops.constant([at])
    with GradientTape() as tape:
        tape.watch(x)
        y = getattr(activations, name)(x)
    np.testing.assert_allclose(tape.gradient(y, x).numpy(), [slope], rtol=1e-6)
