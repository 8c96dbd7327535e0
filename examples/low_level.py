"""TensorFlow's low-level API on the California housing data: numerical derivatives, a custom loss and layer, a loop written by hand.

    unikeras run examples/low_level.py

The data is downloaded once (1.4 MB) and kept in Keras's cache. Needs pandas and scikit-learn.
"""

import os

import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras

# Derivatives, by differences and by the tape.


def f(x):
    return 3.0 * x**2 + 2.0 * x - 1


def derivative(f, x, eps=1e-3):
    return (f(x + eps) - f(x - eps)) / (2.0 * eps)


def gradient(g, x1, x2, eps=1e-3):
    return derivative(lambda x: g(x, x2), x1, eps), derivative(lambda x: g(x1, x), x2, eps)


def g(x1, x2):
    return (x1 + 5) * (x2**2)


x1, x2 = tf.Variable(2.0, dtype=tf.float64), tf.Variable(3.0, dtype=tf.float64)
with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape(persistent=True) as inner:
        z = g(x1, x2)
    inner_grads = inner.gradient(z, [x1, x2])
second = [outer.gradient(grad, [x1, x2]) for grad in inner_grads]
print("derivative of f at 1: %.4f" % derivative(f, tf.constant(1.0, tf.float64)))
print("gradient of g by differences: %.2f %.2f" % tuple(gradient(g, 2.0, 3.0)))
print("gradient of g by the tape:", [float(v) for v in inner_grads])
print("second derivatives:", [[None if v is None else float(v) for v in row] for row in second])

x = tf.Variable(0.0)
optimizer = keras.optimizers.SGD(learning_rate=0.1)
for _ in range(100):
    with tf.GradientTape() as tape:
        z = f(x)
    optimizer.apply_gradients([(tape.gradient(z, x), x)])
print("f is smallest at %.4f" % float(x))

# The data.

ORIGIN = "https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.csv"
table = pd.read_csv(keras.utils.get_file("housing.csv", origin=ORIGIN)).dropna()
y = table.pop("median_house_value").to_numpy(dtype="float32").reshape(-1, 1) / 100_000
table.pop("ocean_proximity")
data = table.to_numpy(dtype="float32")
x_train, x_test, y_train, y_test = train_test_split(data, y, random_state=7)
scaler = StandardScaler()
x_train, x_test = scaler.fit_transform(x_train), scaler.transform(x_test)

# A loss and a layer of one's own.


def customized_mse(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_pred - y_true), axis=-1)


class CustomizedDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        self.units = units
        self.activation = keras.layers.Activation(activation)
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[1], self.units), initializer="uniform", trainable=True
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros", trainable=True)
        super().build(input_shape)

    def call(self, x):
        return self.activation(x @ self.kernel + self.bias)


customized_softplus = keras.layers.Lambda(lambda x: tf.nn.softplus(x))
keras.utils.set_random_seed(42)
model = keras.models.Sequential(
    [
        CustomizedDense(30, activation="relu", input_shape=x_train.shape[1:]),
        CustomizedDense(1),
        customized_softplus,
    ]
)
model.summary()

# The loop: batches, a tape, an optimizer and a metric.

epochs, batch_size = int(os.environ.get("EPOCHS", "5")), 32
batches = (
    tf.data.Dataset.from_tensor_slices((x_train, y_train))
    .shuffle(10_000, seed=1)
    .batch(batch_size)
    .prefetch(1)
)
optimizer = keras.optimizers.Adam(1e-2)
metric = keras.metrics.MeanSquaredError()


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        prediction = model(x, training=True)
        loss = tf.reduce_mean(customized_mse(y, prediction))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    metric(y, prediction)
    if loss > 100.0:
        tf.print("a large loss:", loss)
    return loss


checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
manager = tf.train.CheckpointManager(checkpoint, "low_level_checkpoints", max_to_keep=2)
for epoch in range(epochs):
    metric.reset_state()
    for x_batch, y_batch in batches:
        step(x_batch, y_batch)
    valid = tf.reduce_mean(customized_mse(y_test, model(x_test)))
    print(f"epoch {epoch}: train mse {float(metric.result()):.3f}, test mse {float(valid):.3f}")
    manager.save()
model.layers[0].kernel.assign(tf.zeros_like(model.layers[0].kernel))
checkpoint.restore(manager.latest_checkpoint)
again = tf.reduce_mean(customized_mse(y_test, model(x_test)))
print("the last checkpoint gives the same:", bool(abs(again - valid) < 1e-6))
