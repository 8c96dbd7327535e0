"""Programs that train a small model, written once and run on Keras 3, tf_keras and unikeras.

Each takes a `Lab` (the framework's `keras` and its `tf`) and returns what it saw. Nothing here is random: data and
initial weights come from NumPy, `shuffle=False`, and dropout has rate 0.
"""

from __future__ import annotations

import numpy as np

SCENARIOS = {}


class Lab:
    """A framework, and the numbers to work with."""

    def __init__(self, keras, tf):
        self.keras, self.layers, self.tf = keras, keras.layers, tf
        self.rng = np.random.default_rng(3)

    def normal(self, *shape):
        return self.rng.normal(size=shape).astype("float32")

    def labels(self, n, classes):
        return self.rng.integers(0, classes, n)

    def start(self, model):
        """Give the trainable weights values that depend on nothing but their order and shapes."""
        rng = np.random.default_rng(7)
        for weight in model.trainable_weights:
            weight.assign(rng.normal(size=tuple(weight.shape)).astype("float32") * 0.4)
        return model

    def report(self, model, history, x, *args, **kwargs):
        """What a trained model shows."""
        evaluated = model.evaluate(x, *args, verbose=0, **kwargs)
        return {
            "order": list(history.history),
            "history": {k: [float(v) for v in values] for k, values in history.history.items()},
            "epochs": list(history.epoch),
            "evaluate": [float(v) for v in np.ravel(evaluated)],
            "evaluate_dict": {
                k: float(v)
                for k, v in model.evaluate(x, *args, verbose=0, return_dict=True, **kwargs).items()
            },
            "metrics_names": list(model.metrics_names),
            "predict": arrays(model.predict(x, verbose=0, batch_size=7)),
            "weights": [np.asarray(w) for w in model.get_weights()],
        }


def arrays(value):
    """The arrays of an output structure, dicts by sorted key."""
    if isinstance(value, dict):
        return [a for k in sorted(value) for a in arrays(value[k])]
    if isinstance(value, (list, tuple)):
        return [a for v in value for a in arrays(v)]
    return [np.asarray(value)]


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


def classifier(lab, **last):
    return lab.start(
        lab.keras.Sequential(
            [
                lab.keras.Input((5,)),
                lab.layers.Dense(6, activation="tanh", name="hidden"),
                lab.layers.Dense(3, activation="softmax", name="out", **last),
            ]
        )
    )


@scenario
def sgd_with_a_smaller_last_batch_and_validation(lab):
    model = classifier(lab)
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = lab.normal(50, 5), lab.labels(50, 3)
    vx, vy = lab.normal(21, 5), lab.labels(21, 3)
    history = model.fit(
        x,
        y,
        batch_size=8,
        epochs=3,
        shuffle=False,
        validation_data=(vx, vy),
        validation_batch_size=6,
        verbose=0,
    )
    return lab.report(model, history, vx, vy)


@scenario
def adam_batch_normalization_validation_split(lab):
    layers = lab.layers
    model = lab.start(
        lab.keras.Sequential(
            [
                lab.keras.Input((5,)),
                layers.Dense(6),
                layers.BatchNormalization(momentum=0.8),
                layers.ReLU(),
                layers.Dropout(0.0),
                layers.Dense(3, activation="softmax"),
            ]
        )
    )
    model.compile("adam", "categorical_crossentropy", metrics=["acc", "AUC"])
    x, y = lab.normal(47, 5), np.eye(3, dtype="float32")[lab.labels(47, 3)]
    history = model.fit(x, y, batch_size=10, epochs=3, shuffle=False, validation_split=0.25, verbose=0)
    return lab.report(model, history, x, y)


def two_headed(lab):
    keras, layers = lab.keras, lab.layers
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    h = layers.Dense(5, activation="relu", name="h")(layers.Concatenate()([a, b]))
    price = layers.Dense(1, name="price")(h)
    kind = layers.Dense(3, activation="softmax", name="kind")(h)
    return lab.start(keras.Model([a, b], [price, kind]))


@scenario
def two_outputs_by_dict(lab):
    model = two_headed(lab)
    model.compile(
        lab.keras.optimizers.SGD(0.05, momentum=0.9),
        loss={"price": "mse", "kind": "sparse_categorical_crossentropy"},
        loss_weights={"price": 0.3, "kind": 2.0},
        metrics={"price": ["mae"], "kind": "accuracy"},
    )
    x = {"a": lab.normal(22, 4), "b": lab.normal(22, 2)}
    y = {"price": lab.normal(22, 1), "kind": lab.labels(22, 3)}
    history = model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0, validation_data=(x, y))
    return lab.report(model, history, x, y)


@scenario
def two_outputs_by_list(lab):
    model = two_headed(lab)
    model.compile(
        lab.keras.optimizers.RMSprop(0.01),
        loss=["mae", lab.keras.losses.SparseCategoricalCrossentropy()],
        metrics=[["mse", "mae"], ["accuracy"]],
    )
    x, y = [lab.normal(22, 4), lab.normal(22, 2)], [lab.normal(22, 1), lab.labels(22, 3)]
    history = model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def one_loss_for_two_outputs(lab):
    keras = lab.keras
    x = keras.Input((3,))
    model = lab.start(keras.Model(x, [lab.layers.Dense(2, name="p")(x), lab.layers.Dense(2, name="q")(x)]))
    model.compile("sgd", "mse")
    data, y = lab.normal(11, 3), [lab.normal(11, 2), lab.normal(11, 2)]
    history = model.fit(data, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, data, y)


@scenario
def sample_weights_and_weighted_metrics(lab):
    model = lab.start(lab.keras.Sequential([lab.keras.Input((3,)), lab.layers.Dense(1)]))
    model.compile(lab.keras.optimizers.SGD(0.1), "mse", metrics=["mae"], weighted_metrics=["mse"])
    x, y, w = lab.normal(20, 3), lab.normal(20, 1), np.abs(lab.normal(20))
    history = model.fit(
        x, y, sample_weight=w, batch_size=8, epochs=2, shuffle=False, validation_data=(x, y, w), verbose=0
    )
    return lab.report(model, history, x, y, sample_weight=w)


@scenario
def class_weights(lab):
    model = classifier(lab)
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    x, y = lab.normal(30, 5), lab.labels(30, 3)
    history = model.fit(
        x, y, class_weight={0: 1.0, 1: 3.0, 2: 0.2}, batch_size=8, epochs=2, shuffle=False, verbose=0
    )
    return lab.report(model, history, x, y)


@scenario
def weight_regularizers(lab):
    regularizers = lab.keras.regularizers
    model = classifier(lab, kernel_regularizer=regularizers.L2(0.02), bias_regularizer=regularizers.L1(0.03))
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    x, y = lab.normal(30, 5), lab.labels(30, 3)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def activity_regularizer(lab):
    model = classifier(lab, activity_regularizer=lab.keras.regularizers.L2(0.1))
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    x, y = lab.normal(30, 5), lab.labels(30, 3)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def a_layer_that_adds_a_loss(lab):
    class Pull(lab.layers.Layer):
        def call(self, inputs):
            self.add_loss(0.1 * lab.tf.reduce_mean(inputs**2))
            return inputs

    model = lab.start(
        lab.keras.Sequential([lab.keras.Input((3,)), lab.layers.Dense(4), Pull(), lab.layers.Dense(1)])
    )
    model.compile(lab.keras.optimizers.SGD(0.1), "mse")
    x, y = lab.normal(20, 3), lab.normal(20, 1)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def shared_layers_and_a_nested_model(lab):
    keras, layers = lab.keras, lab.layers
    inner = keras.Sequential(
        [keras.Input((3,)), layers.Dense(4, activation="relu"), layers.Dense(2)], name="tower"
    )
    a, b = keras.Input((3,)), keras.Input((3,))
    distance = layers.Subtract()([inner(a), inner(b)])
    model = lab.start(keras.Model([a, b], layers.Dense(1, activation="sigmoid")(distance)))
    model.compile(lab.keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    x, y = [lab.normal(18, 3), lab.normal(18, 3)], lab.labels(18, 2).reshape(-1, 1)
    history = model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def dict_outputs(lab):
    keras, layers = lab.keras, lab.layers
    x = keras.Input((3,), name="x")
    model = lab.start(
        keras.Model({"x": x}, {"u": layers.Dense(2, name="u")(x), "v": layers.Dense(1, name="v")(x)})
    )
    model.compile("sgd", {"u": "mse", "v": "mae"}, metrics={"v": ["mse"]})
    data, y = {"x": lab.normal(11, 3)}, {"u": lab.normal(11, 2), "v": lab.normal(11, 1)}
    history = model.fit(data, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, data, y)


@scenario
def frozen_layers(lab):
    model = classifier(lab)
    model.get_layer("hidden").trainable = False
    model.compile(lab.keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    x, y = lab.normal(20, 5), lab.labels(20, 3)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def subclassed_with_layers_in_lists(lab):
    keras, layers = lab.keras, lab.layers

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [layers.Dense(4, activation="relu") for _ in range(2)]
            self.norm = layers.BatchNormalization()
            self.head = layers.Dense(1)

        def call(self, inputs, training=False):
            for block in self.blocks:
                inputs = block(inputs)
            return self.head(self.norm(inputs, training=training))

    model = Net()
    x, y = lab.normal(20, 3), lab.normal(20, 1)
    model(x[:2])
    lab.start(model)
    model.compile(lab.keras.optimizers.SGD(0.05), "mse", metrics=["mae"])
    history = model.fit(x, y, batch_size=6, epochs=2, shuffle=False, validation_split=0.2, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def train_step_with_a_tape(lab):
    keras, tf = lab.keras, lab.tf

    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"my_loss": loss}

    inputs = keras.Input((3,))
    model = lab.start(Custom(inputs, lab.layers.Dense(1)(inputs)))
    model.compile(lab.keras.optimizers.Adam(0.02), "mse")
    x, y = lab.normal(20, 3), lab.normal(20, 1)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return {
        "order": list(history.history),
        "history": {k: [float(v) for v in values] for k, values in history.history.items()},
        "weights": [np.asarray(w) for w in model.get_weights()],
    }


@scenario
def a_generator_with_steps(lab):
    model = classifier(lab)
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = lab.normal(24, 5), lab.labels(24, 3)

    def forever():
        while True:
            for i in range(0, 24, 6):
                yield x[i : i + 6], y[i : i + 6]

    history = model.fit(forever(), steps_per_epoch=3, epochs=3, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def initial_epoch_and_validation_freq(lab):
    model = classifier(lab)
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    x, y = lab.normal(24, 5), lab.labels(24, 3)
    history = model.fit(
        x, y, batch_size=8, initial_epoch=2, epochs=6, validation_data=(x, y), validation_freq=2,
        validation_steps=1, steps_per_epoch=2, shuffle=False, verbose=0,
    )  # fmt: skip
    return lab.report(model, history, x, y)


@scenario
def learning_rate_schedule_and_clipping(lab):
    model = classifier(lab)
    schedule = lab.keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=3, decay_rate=0.7)
    model.compile(lab.keras.optimizers.SGD(schedule, clipnorm=0.3), "sparse_categorical_crossentropy")
    x, y = lab.normal(30, 5), lab.labels(30, 3)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def integers_into_an_embedding(lab):
    model = lab.start(
        lab.keras.Sequential(
            [
                lab.keras.Input((4,), dtype="int32"),
                lab.layers.Embedding(9, 3),
                lab.layers.Flatten(),
                lab.layers.Dense(1),
            ]
        )
    )
    model.compile(lab.keras.optimizers.Adagrad(0.1), "mse")
    x, y = lab.rng.integers(0, 9, (17, 4)), lab.normal(17, 1)
    history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def function_losses_and_metrics(lab):
    tf = lab.tf

    def half_square(y_true, y_pred):
        return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1) / 2

    def largest(y_true, y_pred):
        return tf.reduce_max(tf.abs(y_true - y_pred), axis=-1)

    model = lab.start(lab.keras.Sequential([lab.keras.Input((3,)), lab.layers.Dense(2)]))
    model.compile(
        lab.keras.optimizers.SGD(0.1),
        half_square,
        metrics=[largest, lab.keras.metrics.RootMeanSquaredError(name="rmse")],
    )
    x, y = lab.normal(20, 3), lab.normal(20, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario
def metrics_named_like_their_outputs(lab):
    """The names of several outputs' metrics: by object, by string and by function."""
    keras = lab.keras
    x = keras.Input((3,))
    model = lab.start(keras.Model(x, [lab.layers.Dense(2, name="p")(x), lab.layers.Dense(2, name="q")(x)]))
    model.compile(
        "sgd", ["mse", "mae"], metrics=[["mse"], [keras.metrics.MeanAbsoluteError(name="err")]],
        weighted_metrics=[["mae"], []],
    )  # fmt: skip
    data, y = lab.normal(11, 3), [lab.normal(11, 2), lab.normal(11, 2)]
    history = model.fit(data, y, batch_size=4, epochs=1, shuffle=False, verbose=0)
    return lab.report(model, history, data, y)


@scenario
def on_batch(lab):
    model = classifier(lab)
    model.compile(lab.keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = lab.normal(8, 5), lab.labels(8, 3)
    first = [float(v) for v in model.train_on_batch(x, y)]
    model.reset_metrics()
    second = model.train_on_batch(x, y, return_dict=True)
    model.reset_metrics()
    tested = [float(v) for v in model.test_on_batch(x, y)]
    return {
        "first": first,
        "second": {k: float(v) for k, v in second.items()},
        "tested": tested,
        "predict": arrays(model.predict_on_batch(x)),
        "weights": [np.asarray(w) for w in model.get_weights()],
    }
