"""A GradientTape loop on the seed's model, seconds a step. Arguments: framework; "eager" or "function"."""

import sys
import time

import numpy as np
import worker
from frameworks import load

framework, mode = sys.argv[1:]
tf, keras = load(framework)
x, y, _, _ = worker.data()
STEPS = 100
BATCH = 32

model = keras.models.Sequential(
    [
        keras.Input(shape=[28, 28]),
        keras.layers.Flatten(),
        keras.layers.Dense(300, activation="relu"),
        keras.layers.Dense(100, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
optimizer = keras.optimizers.SGD(learning_rate=0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy()
metric = keras.metrics.SparseCategoricalAccuracy()


def step(xb, yb):
    with tf.GradientTape() as tape:
        p = model(xb, training=True)
        loss = loss_fn(yb, p)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))  # noqa: B905
    metric.update_state(yb, p)
    return loss


if mode == "function":
    step = tf.function(step)
rng = np.random.default_rng(1)


def measure(steps: int = STEPS) -> dict:
    metric.reset_state()
    start = time.perf_counter()
    for _ in range(steps):
        rows = rng.integers(0, len(x), BATCH)
        loss = step(tf.constant(x[rows]), tf.constant(y[rows]))
    last = float(loss)
    accuracy = float(metric.result())
    return {"seconds": (time.perf_counter() - start) / steps, "loss": last, "accuracy": accuracy}


measure(20)
worker.serve(measure)
