"""More programs that train a small model on Keras 3, tf_keras and unikeras: see scenarios.py.

A scenario may name the frameworks that it is for: what only one of them has is compared with that one.
"""

from __future__ import annotations

import numpy as np

SCENARIOS = {}


def scenario(*frameworks):
    def register(function):
        SCENARIOS[function.__name__] = function
        function.frameworks = frameworks or ("keras3", "tf_keras")
        return function

    return register


def three_headed(lab):
    x = lab.keras.Input((5,), name="x")
    hidden = lab.layers.Dense(4, activation="tanh")(x)
    a = lab.layers.Dense(3, activation="softmax", name="a")(hidden)
    b = lab.layers.Dense(1, activation="sigmoid", name="b")(hidden)
    c = lab.layers.Dense(2, name="c")(hidden)
    return lab.start(lab.keras.Model(x, [a, b, c]))


def three_targets(lab, n):
    return lab.labels(n, 3), lab.labels(n, 2).astype("float32")[:, None], lab.normal(n, 2)


def stack(lab, *layers, shape=(4,)):
    return lab.start(lab.keras.Sequential([lab.keras.Input(shape), *layers]))


@scenario()
def short_names_of_metrics(lab):
    model = stack(lab, lab.layers.Dense(3, activation="softmax"))
    model.compile(
        "sgd", "sparse_categorical_crossentropy", metrics=["acc", "sparse_categorical_crossentropy"]
    )
    x, y = lab.normal(20, 4), lab.labels(20, 3)
    history = model.fit(
        x, y, batch_size=8, epochs=2, shuffle=False, verbose=0, validation_data=(x[:9], y[:9])
    )
    return lab.report(model, history, x, y)


@scenario("tf_keras")
def dictionaries_for_everything(lab):
    model = three_headed(lab)
    model.compile(
        lab.keras.optimizers.SGD(0.1),
        loss={"a": "sparse_categorical_crossentropy", "b": "binary_crossentropy", "c": "mse"},
        loss_weights={"a": 0.5, "c": 2.0},
        metrics={"a": ["accuracy"], "c": ["mae", "mse"]},
        weighted_metrics={"a": ["accuracy"], "b": ["mae"]},
    )
    x = lab.normal(20, 5)
    a, b, c = three_targets(lab, 20)
    weights = {"a": np.linspace(0.5, 1.5, 20), "c": np.linspace(2.0, 0.1, 20)}
    targets = {"c": c, "a": a, "b": b}
    history = model.fit(
        {"x": x}, targets, batch_size=8, epochs=2, shuffle=False, verbose=0, sample_weight=weights
    )
    return lab.report(model, history, {"x": x}, targets)


@scenario()
def lists_for_everything(lab):
    model = three_headed(lab)
    model.compile(
        lab.keras.optimizers.SGD(0.1),
        loss=["sparse_categorical_crossentropy", "binary_crossentropy", "mse"],
        loss_weights=[0.5, 1.0, 2.0],
        metrics=[["accuracy"], ["accuracy"], ["mae"]],
    )
    x = lab.normal(20, 5)
    targets = list(three_targets(lab, 20))
    weights = [np.linspace(0.5, 1.5, 20), np.ones(20), np.linspace(2.0, 0.1, 20)]
    history = model.fit(
        x, targets, batch_size=8, epochs=2, shuffle=False, verbose=0, sample_weight=weights,
        validation_data=(x[:7], [t[:7] for t in targets], [w[:7] for w in weights]),
    )  # fmt: skip
    return lab.report(model, history, x, targets)


@scenario("tf_keras")
def an_output_without_a_loss(lab):
    model = three_headed(lab)
    model.compile("sgd", loss={"a": "sparse_categorical_crossentropy", "c": "mse"}, metrics={"a": "accuracy"})
    x = lab.normal(20, 5)
    a, _, c = three_targets(lab, 20)
    history = model.fit(x, {"a": a, "c": c}, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return {
        "history": {k: [float(v) for v in h] for k, h in history.history.items()},
        "weights": lab.arrays(model),
    }


@scenario()
def weights_of_time_steps(lab):
    model = stack(lab, lab.layers.Dense(3, activation="softmax"), shape=(5, 4))
    model.compile(
        "sgd", "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"]
    )
    x, y = lab.normal(12, 5, 4), lab.rng.integers(0, 3, (12, 5))
    weights = lab.rng.random((12, 5)).astype("float32")
    history = model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0, sample_weight=weights)
    return lab.report(model, history, x, y, sample_weight=weights)


@scenario()
def class_weights_of_one_hot_labels(lab):
    model = stack(lab, lab.layers.Dense(3, activation="softmax"))
    model.compile("sgd", "categorical_crossentropy", weighted_metrics=["accuracy"])
    x, y = lab.normal(20, 4), np.eye(3, dtype="float32")[lab.labels(20, 3)]
    history = model.fit(
        x, y, batch_size=8, epochs=2, shuffle=False, verbose=0, class_weight={0: 0.5, 1: 2.0, 2: 1.0},
    )  # fmt: skip
    return lab.report(model, history, x, y)


@scenario("tf_keras")
def several_steps_an_execution(lab):
    model = stack(lab, lab.layers.Dense(2))
    model.compile("sgd", "mse", metrics=["mae"], steps_per_execution=3)
    x, y = lab.normal(40, 4), lab.normal(40, 2)
    history = model.fit(
        x, y, batch_size=8, epochs=2, shuffle=False, verbose=0, validation_data=(x, y), validation_steps=2
    )
    return lab.report(model, history, x, y)


@scenario()
def validation_in_listed_epochs(lab):
    model = stack(lab, lab.layers.Dense(2))
    model.compile("sgd", "mse")
    x, y = lab.normal(20, 4), lab.normal(20, 2)
    history = model.fit(
        x, y, batch_size=8, epochs=4, shuffle=False, verbose=0, validation_data=(x[:5], y[:5]),
        validation_freq=[1, 4],
    )  # fmt: skip
    return lab.report(model, history, x, y)


@scenario("keras3")
def gradients_accumulated_over_steps(lab):
    model = stack(lab, lab.layers.Dense(2))
    model.compile(lab.keras.optimizers.Adam(0.1, gradient_accumulation_steps=3), "mse")
    x, y = lab.normal(40, 4), lab.normal(40, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario("keras3")
def averaged_weights(lab):
    model = stack(lab, lab.layers.Dense(2))
    optimizer = lab.keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8)
    model.compile(optimizer, "mse")
    x, y = lab.normal(40, 4), lab.normal(40, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario()
def a_schedule_of_the_users(lab):
    class Halving(lab.keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            step = (
                lab.tf.cast(step, "float32") if lab.name != "keras3" else lab.keras.ops.cast(step, "float32")
            )
            return 0.2 * 0.5 ** (step / 4.0)

    model = stack(lab, lab.layers.Dense(2))
    model.compile(lab.keras.optimizers.SGD(Halving(), momentum=0.5), "mse")
    x, y = lab.normal(40, 4), lab.normal(40, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario()
def no_decay_of_biases(lab):
    model = stack(lab, lab.layers.Dense(2))
    optimizer = lab.keras.optimizers.AdamW(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model.compile(optimizer, "mse")
    x, y = lab.normal(40, 4), lab.normal(40, 2)
    history = model.fit(x, y, batch_size=8, epochs=1, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario("keras3")
def several_optimizers(lab):
    optimizers = lab.keras.optimizers
    model = stack(lab, lab.layers.Dense(3, name="body"), lab.layers.Dense(2, name="head"))
    chosen = optimizers.OptimizerMap(optimizers.SGD(0.05, momentum=0.9), {".*head/.*": optimizers.Adam(0.1)})
    model.compile(optimizers.MultiOptimizer(chosen), "mse")
    x, y = lab.normal(40, 4), lab.normal(40, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, x, y)


@scenario("tf_keras")
def losses_and_metrics_of_symbolic_tensors(lab):
    K, layers = lab.keras.backend, lab.layers
    x = lab.keras.Input((4,))
    code = layers.Dense(2, name="code")(x)
    out = layers.Dense(4, name="decoded")(code)
    model = lab.start(lab.keras.Model(x, out))
    model.add_loss(0.1 * K.mean(K.square(code)))
    model.add_metric(K.mean(K.abs(code), axis=-1), name="size", aggregation="mean")
    model.compile("sgd", "mse", metrics=["mae"])
    data = lab.normal(20, 4)
    history = model.fit(data, data, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return lab.report(model, history, data, data)


@scenario("tf_keras")
def an_autoencoder_with_its_own_loss(lab):
    """As the example of a variational autoencoder was written until 2.5: no loss in `compile`, no targets."""
    K, layers = lab.keras.backend, lab.layers
    x = lab.keras.Input((4,))
    hidden = layers.Dense(3, activation="relu")(x)
    mean, log_variance = layers.Dense(2)(hidden), layers.Dense(2)(hidden)
    z = layers.Lambda(lambda p: p[0] + K.exp(0.5 * p[1]) * 0.3)([mean, log_variance])
    decoder_in = lab.keras.Input((2,))
    decoder = lab.keras.Model(decoder_in, layers.Dense(4, activation="sigmoid")(decoder_in), name="decoder")
    out = decoder(z)
    model = lab.start(lab.keras.Model(x, out))
    reconstruction = 4 * lab.keras.losses.binary_crossentropy(x, out)
    divergence = -0.5 * K.sum(1 + log_variance - K.square(mean) - K.exp(log_variance), axis=-1)
    model.add_loss(K.mean(reconstruction + divergence))
    model.compile(optimizer="adam")
    data = lab.rng.random((20, 4)).astype("float32")
    history = model.fit(
        data, batch_size=8, epochs=2, shuffle=False, verbose=0, validation_data=(data[:8], None)
    )
    return {
        "history": {k: [float(v) for v in h] for k, h in history.history.items()},
        "weights": lab.arrays(model),
        "predict": model.predict(data, verbose=0),
    }


@scenario("tf_keras")
def a_layer_that_adds_metrics(lab):
    class Watch(lab.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.largest = lab.keras.metrics.Mean(name="largest")

        def call(self, x):
            self.add_metric(lab.tf.reduce_mean(x), name="middle", aggregation="mean")
            self.add_metric(self.largest(lab.tf.reduce_max(x)))
            self.add_loss(0.01 * lab.tf.reduce_mean(x * x))
            return x

    model = stack(lab, lab.layers.Dense(3), Watch(), lab.layers.Dense(2))
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = lab.normal(20, 4), lab.normal(20, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    report = lab.report(model, history, x, y)
    # In which order tf_keras lists metrics of layers depends on how the attributes were made.
    report.pop("evaluate"), report.pop("order"), report.pop("metrics_names")
    return report


@scenario("tf_keras")
def methods_of_earlier_years(lab):
    class Batches(lab.keras.utils.Sequence):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return x[index * 8 : index * 8 + 8], y[index * 8 : index * 8 + 8]

    x, y = lab.normal(20, 4), lab.labels(20, 3)
    model = stack(lab, lab.layers.Dense(3, activation="softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["acc"])
    history = model.fit_generator(
        Batches(), epochs=2, shuffle=False, verbose=0, validation_data=Batches(), workers=1, max_queue_size=2
    )
    return {
        "history": {k: [float(v) for v in h] for k, h in history.history.items()},
        "evaluated": [float(v) for v in model.evaluate_generator(Batches(), steps=2)],
        "predicted": model.predict_generator(Batches()),
        "weights": lab.arrays(model),
    }


@scenario("tf_keras")
def single_batches_that_add_up(lab):
    model = stack(lab, lab.layers.Dense(3, activation="softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = lab.normal(24, 4), lab.labels(24, 3)
    seen = []
    for i in range(3):
        part = slice(i * 8, i * 8 + 8)
        weight = {0: 1.0, 1: 2.0, 2: 0.5} if i else None
        seen.append(model.train_on_batch(x[part], y[part], class_weight=weight, reset_metrics=i == 2))
    seen.append(model.test_on_batch(x[:8], y[:8], sample_weight=np.linspace(0, 1, 8)))
    return {"seen": [[float(v) for v in values] for values in seen], "weights": lab.arrays(model)}


@scenario("tf_keras")
def a_loss_of_the_models_own(lab):
    class Own(lab.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = lab.layers.Dense(2)

        def call(self, x):
            return self.dense(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, **kwargs):
            loss = super().compute_loss(x, y, y_pred, sample_weight)
            return loss + 0.1 * lab.mean(self.dense.kernel * self.dense.kernel)

    model = Own()
    model.build((None, 4))
    lab.start(model)
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = lab.normal(20, 4), lab.normal(20, 2)
    history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    # tf_keras reports the compiled loss alone; Keras 3 and unikeras what is minimised.
    return {"mae": [float(v) for v in history.history["mae"]], "weights": lab.arrays(model)}
