"""Keras 3's stateless API: training loops of pure functions, eager and traced by the engine's own transformations."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

X = np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(4, 3)
Y = np.stack([X.sum(-1), X[:, 0]], -1)


def net(dropout: float = 0.0) -> keras.Sequential:
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(2, kernel_regularizer="l2", name="dense"),
            keras.layers.BatchNormalization(name="norm"),
        ],
        name="net",
    )
    model.layers[1].kernel.assign(np.arange(6.0).reshape(3, 2) / 10)
    return model


def values(variables):
    return [np.array(v) for v in variables]


def test_the_call_is_pure_and_says_what_it_would_have_changed():
    model = net()
    before = values(model.variables)
    outputs, after, losses = model.stateless_call(
        model.trainable_variables, model.non_trainable_variables, X, training=True, return_losses=True
    )
    for old, new in zip(before, values(model.variables), strict=True):
        np.testing.assert_array_equal(old, new)
    expected = model(X, training=True)
    np.testing.assert_allclose(outputs, expected, rtol=1e-6)
    np.testing.assert_allclose(after[0], model.layers[2].moving_mean, rtol=1e-6)
    np.testing.assert_allclose(losses[0], 0.01 * 0.55, rtol=1e-5)


def test_values_that_are_given_take_the_place_of_the_variables():
    layer = keras.layers.Dense(1)
    layer.build((None, 2))
    y, _ = layer.stateless_call([np.ones((2, 1)), np.full(1, 0.5)], [], X[:1, :2])
    np.testing.assert_allclose(y, X[:1, :2].sum(keepdims=True) + 0.5, rtol=1e-6)


def test_the_state_of_random_numbers_goes_on():
    model = net(0.5)
    tv, ntv = model.trainable_variables, model.non_trainable_variables
    assert len(ntv) == 3
    assert len(model.non_trainable_weights) == 2  # the seed's state is no weight
    first, ntv = model.stateless_call(tv, ntv, np.ones((4, 3), np.float32), training=True)
    second, _ = model.stateless_call(tv, ntv, np.ones((4, 3), np.float32), training=True)
    assert not np.allclose(first, second)


def test_wrong_values_are_refused():
    model = net()
    with pytest.raises(ValueError, match="one value for each of the 4 variables"):
        model.stateless_call([], model.non_trainable_variables, X)
    with pytest.raises(ValueError, match=r"dense/kernel.* has shape \(3, 2\)"):
        model.stateless_call([np.ones(2), *model.trainable_variables[1:]], model.non_trainable_variables, X)
    with pytest.raises(ValueError, match="has no variables yet"):
        keras.layers.Dense(2).stateless_call([], [], X)


def test_the_loss_and_the_metrics_of_given_values():
    model = net()
    model.compile("sgd", "mse", metrics=["mae"])
    given = model.trainable_variables, model.non_trainable_variables, model.metrics_variables
    loss, parts = model.stateless_compute_loss(*given, y=Y, y_pred=Y + 2.0)
    np.testing.assert_allclose(loss, 4.0 + 0.01 * 0.55, rtol=1e-5)
    assert [len(part) for part in parts] == [4, 2, len(given[2])]
    metric = keras.metrics.MeanAbsoluteError()
    taken = metric.stateless_update_state(metric.stateless_reset_state(), Y, Y + 2.0)
    np.testing.assert_allclose(metric.stateless_result(taken), 2.0, rtol=1e-6)
    assert float(metric.result()) == 0.0


def test_a_loop_of_ones_own_in_the_engines_transformations():
    if not engine.current().compiles:
        pytest.skip("an engine without transformations of whole programs")
    import jax

    keras.utils.set_random_seed(1)
    model = net(0.2)
    optimizer = keras.optimizers.Adam(0.05)
    optimizer.build(model.trainable_variables)
    loss_of, metric = keras.losses.MeanSquaredError(), keras.metrics.MeanAbsoluteError()

    def losses(trained, others, seen, x, y):
        outputs, others, added = model.stateless_call(trained, others, x, training=True, return_losses=True)
        loss = loss_of(y, outputs) + sum(added)
        return loss, (others, metric.stateless_update_state(seen, y, outputs))

    differentiate = jax.value_and_grad(losses, has_aux=True)

    @jax.jit
    def step(state, x, y):
        trained, others, own, seen = state
        (loss, (others, seen)), gradients = differentiate(trained, others, seen, x, y)
        trained, own = optimizer.stateless_apply(own, gradients, trained)
        return loss, (trained, others, own, seen)

    state = (model.trainable_variables, model.non_trainable_variables, optimizer.variables, metric.variables)
    history = []
    for _ in range(60):
        loss, state = step(state, X, Y)
        history.append(float(loss))
    assert np.mean(history[-10:]) < np.mean(history[:10])
    assert len(set(history[:5])) == 5
    assert isinstance(state[0][0], jax.Array)
    assert int(state[2][0]) == 60
    assert int(optimizer.iterations) == 0
    for variable, value in zip(model.trainable_variables, state[0], strict=True):
        variable.assign(value)
    for variable, value in zip(model.non_trainable_variables, state[1], strict=True):
        variable.assign(value)
    model(X)  # nothing of the trace was left in the layers
    assert all(np.isfinite(v).all() for v in model.get_weights())
    gradients = jax.grad(lambda tv: loss_of(Y, model.stateless_call(tv, state[1], X)[0]))(state[0])
    with tf.GradientTape() as tape:
        loss = loss_of(Y, model(X))
    eager = tape.gradient(loss, model.trainable_variables)
    for ours, theirs in zip(eager, gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)


def test_the_scope_redirects_and_collects():
    layer = keras.layers.Dense(2, activity_regularizer="l2")
    layer.build((None, 3))
    kernel = layer.kernel.numpy()
    with keras.StatelessScope([(layer.kernel, np.ones((3, 2)))], collect_losses=True) as scope:
        y = layer(X)
        layer.bias.assign([1.0, 2.0])
        assert len(scope.losses) == 1
        np.testing.assert_allclose(y, X.sum(-1, keepdims=True) * np.ones(2), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(scope.get_current_value(layer.bias), [1.0, 2.0])
    np.testing.assert_array_equal(layer.kernel, kernel)
    np.testing.assert_array_equal(layer.bias, [0.0, 0.0])
    assert scope.get_current_value(keras.Variable(1.0)) is None
    with pytest.raises(ValueError, match="has shape"):
        keras.StatelessScope([(layer.kernel, np.ones(3))])
    with pytest.raises(ValueError, match="are variables"):
        keras.StatelessScope([(1, 2)])


def test_the_state_as_a_tree_goes_there_and_back():
    if not engine.current().gradients:
        pytest.skip("an engine that does not train")
    model = net()
    model.compile("adam", "mse")
    model.train_on_batch(X, Y)
    tree = model.get_state_tree("numpy_array")
    assert list(tree) == [
        "trainable_variables", "non_trainable_variables", "optimizer_variables", "metrics_variables",
    ]  # fmt: skip
    assert set(tree["trainable_variables"]["net"]) == {"dense", "norm"}
    assert set(tree["metrics_variables"]["loss"]) == {"total", "count"}
    kept = values(model.variables)
    model.train_on_batch(X, Y)
    assert not np.allclose(kept[0], model.variables[0])
    model.set_state_tree(tree)
    for old, new in zip(kept, values(model.variables), strict=True):
        np.testing.assert_array_equal(old, new)
    assert int(model.optimizer.iterations) == 1
    with pytest.raises(ValueError, match="Did you mean"):
        model.set_state_tree({"trainable_variables": {"net": {"dense": {"kernl": 1.0}}}})
    with pytest.raises(ValueError, match="unknown group"):
        model.set_state_tree({"variables": {}})
