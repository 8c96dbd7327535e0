"""Methods and attributes of models that programs for tf.keras 2 use; their numbers are in tests/golden."""

from __future__ import annotations

import os

import numpy as np
import pytest

from unikeras import keras, ops

TRAINS = os.environ.get("KERAS_BACKEND") != "numpy"
X = np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 0.5]], "float32")


def classifier(units, activation):
    return keras.Sequential([keras.layers.Dense(units, activation=activation, input_shape=(2,))])


def test_predict_classes():
    model = classifier(3, "softmax")
    model.set_weights(
        [np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], "float32"), np.array([0, 0, 0.1], "float32")]
    )
    np.testing.assert_array_equal(model.predict_classes(X), [1, 0, 0])
    np.testing.assert_array_equal(model.predict_proba(X), model.predict(X, verbose=0))
    model = classifier(1, "sigmoid")
    model.set_weights([np.array([[1.0], [1.0]], "float32"), np.zeros(1, "float32")])
    classes = model.predict_classes(X)
    assert classes.dtype == np.int32
    np.testing.assert_array_equal(classes, [[1], [0], [1]])


def test_attributes():
    model = classifier(1, None)
    layer = model.layers[0]
    assert model.updates == model.state_updates == layer.updates == layer.get_updates_for(X) == []
    assert (model.stateful, layer.stateful, layer.dynamic, model.run_eagerly) == (False, False, False, False)
    assert keras.layers.Dense(1, dynamic=True).dynamic
    assert layer.get_input_shape_at(0) == (None, 2)
    assert layer.get_output_shape_at(0) == (None, 1)
    assert len(layer.inbound_nodes) == 1
    assert model.get_layer(index=0) is layer
    with pytest.raises(RuntimeError, match="to_json"):
        model.to_yaml()


def test_add_update_calls_functions():
    done = []
    layer = keras.layers.Dense(1)
    layer.add_update([lambda: done.append(1), None])
    assert done == [1]


def test_symbolic_tensors_that_do_not_fit():
    x, other = keras.Input((2,)), keras.Input((2,))
    model = keras.Model(x, keras.layers.Dense(1)(x))
    with pytest.raises(ValueError, match="not among its inputs"):
        model.add_loss(ops.mean(keras.layers.Dense(1)(other)))
    with pytest.raises(ValueError, match="name"):
        model.add_metric(x)
    with pytest.raises(ValueError, match="aggregation"):
        model.add_metric(ops.mean(x), name="x", aggregation="sum")
    with pytest.raises(ValueError, match="only a functional model"):
        keras.layers.Dense(1).add_loss(ops.mean(x))
    assert model.predict(X, verbose=0).shape == (3, 1)  # nothing of it was kept


def test_values_that_no_metric_can_be_made_of():
    layer = keras.layers.Dense(1)
    with pytest.raises(ValueError, match="name"):
        layer.add_metric(ops.ones(()))
    with pytest.raises(ValueError, match="mean"):
        layer.add_metric(ops.ones(()), name="x", aggregation="sum")
    with pytest.raises(TypeError, match="nonsense"):
        layer.add_metric(ops.ones(()), name="x", nonsense=1)


@pytest.mark.skipif(not TRAINS, reason="the engine does not train")
def test_a_loss_by_function_counts_at_every_step():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    kernel = model.layers[0].kernel
    model.add_loss(lambda: ops.sum(kernel * kernel))
    kernel.assign([[1.0], [2.0]])
    model.compile(keras.optimizers.SGD(0.25))
    losses = model.fit(X, batch_size=3, epochs=3, verbose=0).history["loss"]
    np.testing.assert_allclose(losses, [5.0, 1.25, 0.3125])  # each step halves the kernel


@pytest.mark.skipif(not TRAINS, reason="the engine does not train")
def test_losses_added_after_a_fit_count_in_the_next():
    x = keras.Input((2,))
    hidden = keras.layers.Dense(1, kernel_initializer="ones")(x)
    model = keras.Model(x, hidden)
    model.compile(keras.optimizers.SGD(0.0), "mse")
    before = model.evaluate(X, X[:, :1], verbose=0)
    model.add_loss(ops.mean(hidden))
    model.add_metric(hidden, name="hidden")
    after = model.evaluate(X, X[:, :1], verbose=0, return_dict=True)
    assert after["hidden"] == pytest.approx(1.0)  # the mean of 3, -1, 1
    assert after["loss"] == pytest.approx(before + 1.0)
    with pytest.warns(UserWarning, match="not part of its configuration"):
        model.get_config()


def test_class_weights_of_time_steps():
    from unikeras.training.data import class_weights

    labels = np.array([[[0], [1]], [[1], [1]]])
    found = class_weights(labels, np.array([1.0, 2.0]), {0: 0.5, 1: 3.0})
    np.testing.assert_array_equal(found, [[0.5, 3.0], [6.0, 6.0]])
    with pytest.warns(UserWarning, match="one-hot"):
        class_weights(np.array([[0, 2]]), None, {0: 1.0, 1: 1.0, 2: 1.0})


def test_earlier_orders_of_arguments():
    assert keras.metrics.TopKCategoricalAccuracy(3).get_config()["k"] == 3
    assert keras.metrics.SparseTopKCategoricalAccuracy(2, "top2").name == "top2"

    class Own(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return y_pred

    assert (Own("sum", "own").reduction, Own("sum", "own").name) == ("sum", "own")
    assert (Own("own", "sum").reduction, Own("own", "sum").name) == ("sum", "own")


def test_arguments_of_compile_of_earlier_years():
    model = classifier(1, None)
    model.compile("sgd", "mse", sample_weight_mode="temporal", experimental_run_tf_function=False)
    with pytest.raises(TypeError, match="target_tensors"):
        model.compile("sgd", "mse", target_tensors=[1])
