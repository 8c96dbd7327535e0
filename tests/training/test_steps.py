"""Steps of the user's own, custom losses and metrics, and running eagerly."""

from __future__ import annotations

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

layers = keras.layers


def inputs_and_outputs():
    x = keras.Input((4,))
    return x, layers.Dense(3, activation="softmax")(x)


def test_a_train_step_in_the_style_of_tf_keras_2(data, same_weights):
    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

        def test_step(self, data):
            x, y = data
            y_pred = self(x, training=False)
            self.compiled_loss(y, y_pred)
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    histories, models = [], []
    for kind in (Custom, keras.Model):
        keras.utils.set_random_seed(0)
        model = kind(*inputs_and_outputs())
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
        fitted = model.fit(*data, batch_size=8, epochs=2, shuffle=False, validation_data=data, verbose=0)
        histories.append(fitted.history)
        models.append(model)
    assert list(histories[0]) == list(histories[1]) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    for name in histories[1]:
        np.testing.assert_allclose(histories[0][name], histories[1][name], rtol=1e-5)
    same_weights(*models, 1e-5)


def test_a_train_step_in_the_style_of_keras_3(data):
    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    model = Custom(*inputs_and_outputs())
    model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(*data, epochs=30, verbose=0).history
    assert list(history) == ["loss", "accuracy"]
    assert history["loss"][-1] < 0.8 * history["loss"][0]


def test_own_metrics_as_attributes(data):
    class Custom(keras.Model):
        def __init__(self, *args):
            super().__init__(*args)
            self.tracker = keras.metrics.Mean(name="size")

        @property
        def metrics(self):
            return [self.tracker]

        def train_step(self, data):
            x, _ = data
            self.tracker.update_state(tf.reduce_mean(tf.abs(x)))
            return {"size": self.tracker.result(), "constant": 7.0}

    model = Custom(*inputs_and_outputs())
    model.compile("sgd", "mse")
    history = model.fit(*data, batch_size=42, epochs=3, verbose=0).history
    expected = float(np.abs(data[0]).mean())
    assert history["size"] == pytest.approx([expected] * 3)  # the metric starts over in every epoch
    assert history["constant"] == [7.0] * 3


def test_a_gan_with_two_optimizers(rng):
    class Gan(keras.Model):
        def __init__(self):
            super().__init__()
            self.generator = keras.Sequential([keras.Input((2,)), layers.Dense(4)])
            self.discriminator = keras.Sequential(
                [keras.Input((4,)), layers.Dense(8, "relu"), layers.Dense(1)]
            )
            self.d_tracker = keras.metrics.Mean(name="d_loss")

        def compile(self, d_optimizer, g_optimizer, loss_fn):
            super().compile()
            self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

        @property
        def metrics(self):
            return [self.d_tracker]

        def train_step(self, real):
            if isinstance(real, tuple):
                real = real[0]
            batch = tf.shape(real)[0]
            noise = tf.random.normal((batch, 2))
            both = tf.concat([self.generator(noise), real], axis=0)
            labels = tf.concat([tf.ones((batch, 1)), tf.zeros((batch, 1))], axis=0)
            with tf.GradientTape() as tape:
                d_loss = self.loss_fn(labels, self.discriminator(both))
            weights = self.discriminator.trainable_weights
            self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))
            with tf.GradientTape() as tape:
                g_loss = self.loss_fn(tf.zeros((batch, 1)), self.discriminator(self.generator(noise)))
            weights = self.generator.trainable_weights
            self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))
            self.d_tracker.update_state(d_loss)
            return {"d_loss": self.d_tracker.result(), "g_loss": g_loss}

    keras.utils.set_random_seed(0)
    gan = Gan()
    gan.compile(
        keras.optimizers.Adam(0.02),
        keras.optimizers.Adam(0.02),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    real = (rng.normal(size=(64, 4)) * 0.1 + 2.0).astype("float32")
    before = gan.get_weights()
    history = gan.fit(real, batch_size=16, epochs=40, verbose=0).history
    assert list(history) == ["d_loss", "g_loss"]
    assert int(gan.d_optimizer.iterations) == int(gan.g_optimizer.iterations) == 40 * 4
    assert all(not np.allclose(a, b) for a, b in zip(before, gan.get_weights(), strict=True))
    made = gan.generator.predict(rng.normal(size=(50, 2)), verbose=0)
    assert made.mean() > 0.5  # on the way from 0 to the data's 2


def test_compute_loss_and_compute_metrics_can_be_overridden(data):
    class Custom(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return 2.0 * super().compute_loss(x, y, y_pred, sample_weight)

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            logs = super().compute_metrics(x, y, y_pred, sample_weight)
            logs["twice"] = 2 * logs["accuracy"]
            return logs

    keras.utils.set_random_seed(0)
    custom = Custom(*inputs_and_outputs())
    plain = keras.Model(*inputs_and_outputs())
    plain.set_weights(custom.get_weights())
    for model in (custom, plain):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    a = custom.evaluate(*data, verbose=0, return_dict=True)
    b = plain.evaluate(*data, verbose=0, return_dict=True)
    assert a["loss"] == pytest.approx(2 * b["loss"], rel=1e-5)
    assert a["twice"] == pytest.approx(2 * b["accuracy"])
    assert custom.fit(*data, verbose=0).history["twice"]


def test_predict_step_can_be_overridden(data):
    class Custom(keras.Model):
        def predict_step(self, data):
            return tf.argmax(super().predict_step(data), axis=-1)

    model = Custom(*inputs_and_outputs())
    found = model.predict(data[0], batch_size=10, verbose=0)
    assert found.shape == (42,)
    assert np.array_equal(found, np.argmax(model(data[0]), axis=-1))


def test_custom_layer_loss_and_metric(rng):
    class Scale(layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")

        def call(self, inputs):
            return inputs * self.factor

    class Distance(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return tf.reduce_sum(tf.abs(y_true - y_pred), axis=-1)

    class Count(keras.metrics.Metric):
        def __init__(self, name="count", **kwargs):
            super().__init__(name=name, **kwargs)
            self.total = self.add_weight(name="total", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.total.assign_add(tf.cast(tf.shape(y_true)[0], "float32"))

        def result(self):
            return self.total

        def reset_state(self):
            self.total.assign(0.0)

    model = keras.Sequential([keras.Input((3,)), Scale()])
    model.compile(keras.optimizers.SGD(0.05), Distance(), metrics=[Count()])
    x = rng.normal(size=(21, 3)).astype("float32")
    history = model.fit(x, 2 * x, batch_size=4, epochs=40, verbose=0, validation_data=(x[:5], x[:5])).history
    assert history["count"] == [21.0] * 40
    assert history["val_count"] == [5.0] * 40
    np.testing.assert_allclose(model.layers[0].factor, [2, 2, 2], atol=0.15)


def test_run_eagerly_sees_values(make, data):
    seen = []

    def loss(y_true, y_pred):
        seen.append(float(tf.reduce_mean(y_pred)))
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred)

    model = make(loss=loss, run_eagerly=True)
    model.fit(*data, batch_size=21, verbose=0)
    assert seen == pytest.approx([1 / 3, 1 / 3])


def test_train_step_sees_sample_weights(data):
    class Custom(keras.Model):
        def train_step(self, data):
            x, _, weight = data
            return {"total": tf.reduce_sum(weight), "rows": tf.shape(x)[0]}

    model = Custom(*inputs_and_outputs())
    model.compile("sgd", "mse")
    history = model.fit(*data, sample_weight=np.full(42, 0.5), batch_size=42, verbose=0).history
    assert history == {"total": [21.0], "rows": [42.0]}


def test_a_step_must_return_logs(data):
    class Custom(keras.Model):
        def train_step(self, data):
            return tf.constant(1.0)

    model = Custom(*inputs_and_outputs())
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="train_step and test_step must return a dict of logs, not"):
        model.fit(*data, verbose=0)


def test_python_if_over_a_tensor_that_is_not_converted_points_at_the_line(make, data):
    if make is None or tf.config.functions_run_eagerly():
        pytest.skip("values are known")

    class Deciding(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        @tf.autograph.experimental.do_not_convert
        def call(self, inputs):
            outputs = self.dense(inputs)
            if tf.reduce_mean(outputs) > 0:  # the line to be pointed at
                return outputs
            return -outputs

    model = Deciding()
    model.compile("sgd", "mse")
    with pytest.raises(Exception, match="run_eagerly") as caught:
        model.fit(*data, verbose=0)
    lines = [str(entry.statement) for entry in caught.traceback]
    assert any("if tf.reduce_mean(outputs) > 0" in line for line in lines)
    assert "run_eagerly=True" in str(caught.value)
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(data[0], np.zeros((42, 3)), verbose=0)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (np.ones((4, 2), "float32"), "Tensor"),
        ({"a": np.ones((4, 2), "float32")}, "dict"),
        ([np.ones((4, 2), "float32")] * 2, "tuple"),
    ],
    ids=["array", "dict", "list"],
)
def test_a_step_of_inputs_alone_is_given_the_inputs(x, expected):
    """As both Kerases do: programs of VAEs and GANs compute with `data` itself."""
    seen = []

    class Own(keras.Model):
        def train_step(self, data):
            seen.append(type(data).__name__)
            return {"loss": tf.constant(0.0)}

    model = Own()
    model.compile("sgd")
    model.fit(x, batch_size=2, verbose=0)
    model.train_on_batch(x)
    assert set(seen) == {expected}
