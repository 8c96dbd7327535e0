"""Layers of functions and modules written for the engine's own library, and what the other engines say to them."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.core.errors import EngineError

NAME = engine.current().name
on_jax = pytest.mark.skipif(NAME != "jax", reason="JaxLayer runs on jax")
on_torch = pytest.mark.skipif(NAME != "torch", reason="TorchModuleWrapper runs on torch")


def wave(*shape):
    return np.sin(np.arange(np.prod(shape), dtype="float32") * 0.7 + 0.3).reshape(shape)


def init(rng, inputs):
    import jax

    return {"w": jax.random.normal(rng, (inputs.shape[-1], 2)), "b": jax.numpy.zeros(2)}


@keras.saving.register_keras_serializable("native")
def dense(params, inputs):
    import jax.numpy as jnp

    return jnp.tanh(inputs @ params["w"] + params["b"])


keras.saving.register_keras_serializable("native")(init)


@on_jax
def test_a_function_of_jax(tmp_path):
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.JaxLayer(dense, init, seed=3), keras.layers.Dense(1)]
    )
    x = wave(8, 3)
    layer = model.layers[0]
    b, w = layer.get_weights()
    np.testing.assert_allclose(layer(x), np.tanh(x @ w + b), rtol=1e-5)
    with tf.GradientTape() as tape:  # outside of compiled code too
        loss = tf.reduce_sum(layer(x))
    np.testing.assert_allclose(
        tape.gradient(loss, layer.trainable_weights)[1], x.T @ (1 - np.tanh(x @ w + b) ** 2), rtol=1e-4
    )
    model.compile("sgd", "mse")
    model.fit(x, wave(8, 1), verbose=0)
    assert not np.allclose(layer.get_weights()[1], w)
    assert model.output_shape == (None, 1)
    assert all(v.dtype == "float32" for v in model.weights)
    model.save(tmp_path / "m.keras")
    np.testing.assert_allclose(keras.models.load_model(tmp_path / "m.keras")(x), model(x), rtol=1e-6)


@on_jax
def test_a_function_with_state_and_noise():
    def counted(params, state, rng, inputs, training):
        import jax

        y = inputs * params["by"]
        noise = jax.random.normal(rng, y.shape) if training else 0.0
        return [y + noise, {"twice": 2 * y}], {"n": state["n"] + 1}

    layer = keras.layers.JaxLayer(counted, params={"by": 3.0}, state={"n": np.int32(0)}, seed=1)
    x = tf.ones((2, 3))
    plain, rest = layer(x)
    np.testing.assert_allclose(plain, np.full((2, 3), 3.0))
    np.testing.assert_allclose(rest["twice"], np.full((2, 3), 6.0))
    first, second = layer(x, training=True)[0], layer(x, training=True)[0]
    assert not np.allclose(first, second)
    assert [int(v) for v in layer.non_trainable_weights if v.dtype == "int32"] == [3]


@on_jax
@pytest.mark.parametrize(
    ("functions", "message"),
    [
        ((lambda p, x: x, None), "must have the argument 'inputs'"),
        ((lambda params, inputs, more: inputs, None), "has the argument 'more'"),
        ((lambda params, inputs: inputs, None), "give `init_fn`, or `params`"),
    ],
)
def test_what_a_function_of_jax_must_be(functions, message):
    with pytest.raises(ValueError, match=message):
        keras.layers.JaxLayer(*functions)


def test_flax_must_be_installed():
    with pytest.raises(ImportError, match="pip install flax"):
        keras.layers.FlaxLayer(object())


@on_torch
def test_a_module_of_torch():
    import torch

    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2))
    layer = keras.layers.TorchModuleWrapper(module)
    assert [tuple(v.shape) for v in layer.trainable_weights] == [(4, 3), (4,), (4,), (4,), (2, 4), (2,)]
    x = wave(5, 3)
    with torch.no_grad():
        expected = module.eval()(torch.tensor(x))
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5, atol=1e-6)
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    assert model.output_shape == (None, 1)
    model.compile("sgd", "mse")
    before = layer.get_weights()
    model.fit(x, wave(5, 1), verbose=0)
    changed = [not np.allclose(a, b) for a, b in zip(before, layer.get_weights(), strict=True)]
    assert changed[0]
    assert changed[-3:] == [True, True, True]  # moving averages and the count of batches
    with torch.no_grad():
        trained = layer.module.eval()(torch.tensor(x))
    np.testing.assert_allclose(layer(x), trained, rtol=1e-5, atol=1e-6)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(x))
    assert all(g is not None for g in tape.gradient(loss, layer.trainable_weights))


@on_torch
def test_what_a_module_of_torch_must_be():
    import torch

    with pytest.raises(TypeError, match=r"expected a torch\.nn\.Module"):
        keras.layers.TorchModuleWrapper(3)
    with pytest.raises(ValueError, match="lazy"):
        keras.layers.TorchModuleWrapper(torch.nn.LazyLinear(3))
    with pytest.raises(NotImplementedError, match="save its weights"):
        keras.layers.TorchModuleWrapper(torch.nn.Linear(2, 2)).get_config()


def test_other_engines_say_which_one_it_takes():
    if NAME != "jax":
        with pytest.raises(EngineError, match="KERAS_BACKEND=jax"):
            keras.layers.JaxLayer(dense, params={"w": np.ones((3, 2)), "b": np.ones(2)})
    if NAME != "torch":
        torch = pytest.importorskip("torch")
        with pytest.raises(EngineError, match="KERAS_BACKEND=torch"):
            keras.layers.TorchModuleWrapper(torch.nn.Linear(2, 2))
