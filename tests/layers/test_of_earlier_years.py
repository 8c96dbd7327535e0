"""Layers, schedules and optimizers of earlier years: what real TensorFlow answers once and for all, and what it refuses."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

# The output and the state of TensorFlow's cell.
H = [[-0.09459113, 0.04599765, 0.11697181], [-0.06156204, -0.4046382, -0.11317915]]
C = [[-0.26915473, 0.06716326, 0.1509384], [-0.36971736, -0.7529016, -0.22503653]]


def wave(*shape, k=0.7):
    return np.sin(np.arange(np.prod(shape), dtype="float32") * k + 0.3).reshape(shape).astype("float32")


@pytest.mark.parametrize(
    ("periods", "alpha", "beta", "rates"),
    [
        (0.5, 0.0, 0.001, [0.5005, 0.2783624, 0.0314161, 0.0005, 0.0005]),
        (2.0, 0.1, 0.2, [0.65, 0.1381966, 0.1190983, 0.15, 0.15]),
    ],
)
def test_linear_cosine_decay(periods, alpha, beta, rates):
    """Rates of tf.compat.v1.train.linear_cosine_decay."""
    schedule = keras.experimental.LinearCosineDecay(0.5, 10, periods, alpha, beta)
    np.testing.assert_allclose([schedule(s) for s in (0, 3, 7, 10, 15)], rates, rtol=1e-5)
    again = keras.optimizers.schedules.deserialize(keras.optimizers.schedules.serialize(schedule))
    assert again.get_config() == schedule.get_config()


def test_noisy_linear_cosine_decay():
    smooth = keras.experimental.LinearCosineDecay(1.0, 1000, beta=0.0)
    noisy = keras.experimental.NoisyLinearCosineDecay(1.0, 1000, 4.0, 0.5, beta=0.0, seed=3)
    steps = np.arange(0, 400)
    apart = np.array([float(noisy(s)) - float(smooth(s)) for s in steps])
    wave_height = 0.5 * (1 + np.cos(np.pi * steps / 1000))
    noise = apart / wave_height * (1 + steps) ** 0.25 / 2.0
    assert abs(noise.mean()) < 0.15
    assert abs(noise.std() - 1.0) < 0.15
    assert float(noisy(7)) == float(
        keras.experimental.NoisyLinearCosineDecay(1.0, 1000, 4.0, 0.5, beta=0.0, seed=3)(7)
    )


def test_a_cell_with_peepholes():
    """A step of tf.compat.v1.nn.rnn_cell.LSTMCell(use_peepholes=True), whose kernel has the gates in another order."""
    cell = keras.experimental.PeepholeLSTMCell(3)
    cell.build((2, 4))
    kernel, bias = wave(7, 12, k=0.3), wave(12, k=1.3)
    order = np.concatenate(
        [np.arange(3), np.arange(6, 9), np.arange(3, 6), np.arange(9, 12)]
    )  # i, j, f, o -> i, f, c, o
    peepholes = {"forget": wave(3, k=2.3), "input": wave(3, k=3.3), "output": wave(3, k=4.3)}
    cell.kernel.assign(kernel[:4, order])
    cell.recurrent_kernel.assign(kernel[4:, order])
    cell.bias.assign(bias[order])
    for gate, value in peepholes.items():
        getattr(cell, f"{gate}_gate_peephole_weights").assign(value)
    h, (_, c) = cell(wave(2, 4), [wave(2, 3, k=0.4), wave(2, 3, k=0.9)])
    np.testing.assert_allclose(h, H, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(c, C, rtol=1e-4, atol=1e-6)
    again = keras.experimental.PeepholeLSTMCell.from_config(cell.get_config())
    assert again.units == 3


def test_three_optimizers_are_refused():
    model = keras.experimental.WideDeepModel(
        keras.experimental.LinearModel(), keras.Sequential([keras.layers.Dense(1)])
    )
    with pytest.raises(ValueError, match="one optimizer, or two"):
        model.compile(["sgd"] * 3, "mse")
    linear = keras.experimental.LinearModel()
    linear(wave(2, 3))
    with pytest.raises(ValueError, match="built for 1 inputs, but 2 came"):
        linear([wave(2, 3), wave(2, 3)])


def test_saved_linear_model(tmp_path):
    model = keras.experimental.LinearModel(kernel_initializer="ones")
    model([wave(2, 3), wave(2, 4)])
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    x = [wave(3, 3), wave(3, 4)]
    np.testing.assert_allclose(again(x), model(x))


def test_transformed_gradients_of_an_older_optimizer():
    class Descent(keras.optimizers.legacy.Optimizer):
        def __init__(self, **kwargs):
            super().__init__("Descent", **kwargs)
            self._set_hyper("learning_rate", 0.5)

        def _resource_apply_dense(self, grad, var, apply_state=None):
            coefficients = (apply_state or {}).get((var.device, var.dtype)) or self._fallback_apply_state(
                var.device, var.dtype
            )
            return var.assign_sub(coefficients["lr_t"] * grad)

    double = Descent(gradient_transformers=[lambda pairs: [(2.0 * g, v) for g, v in pairs]])
    w = tf.Variable([1.0, 2.0])
    double.apply_gradients([(tf.constant([1.0, 1.0]), w)])
    assert w.numpy().tolist() == [0.0, 1.0]
    double.lr = 0.25
    double.apply_gradients([(tf.constant([1.0, 1.0]), w)])
    assert w.numpy().tolist() == [-0.5, 0.5]
    with pytest.raises(NotImplementedError, match="shape of its variable"):
        double.add_slot(w, "m", shape=(3,))
