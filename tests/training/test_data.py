"""Every kind of data that `fit`, `evaluate` and `predict` take."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import unikeras as tf
from unikeras import keras

layers = keras.layers
SETTINGS = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0}


class Batches(keras.utils.PyDataset):
    """The data in batches of 8; notes what it is asked for."""

    def __init__(self, x, y, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y, self.asked, self.ends = x, y, [], 0

    def __len__(self):
        return -(-len(self.x) // 8)

    def __getitem__(self, i):
        self.asked.append(i)
        return self.x[i * 8 : i * 8 + 8], self.y[i * 8 : i * 8 + 8]

    def on_epoch_end(self):
        self.ends += 1


class Loader:
    """Like a torch DataLoader: sized, can be iterated over again, gives lists of torch tensors."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return -(-len(self.x) // 8)

    def __iter__(self):
        torch = pytest.importorskip("torch")
        for at in range(0, len(self.x), 8):
            yield [torch.tensor(self.x[at : at + 8]), torch.tensor(self.y[at : at + 8])]


class Again:
    """Not sized, but can be iterated over again."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __iter__(self):
        for at in range(0, len(self.x), 8):
            yield self.x[at : at + 8], self.y[at : at + 8]


def expected(make, data):
    model = make()
    return model, model.fit(*data, **SETTINGS, validation_data=data).history


ARRAYS = {
    "float64": lambda x, y: (x.astype("float64"), y),
    "labels as column": lambda x, y: (x, y[:, None]),
    "labels as int32": lambda x, y: (x, y.astype("int32")),
    "labels as uint8": lambda x, y: (x, y.astype("uint8")),
    "labels as floats": lambda x, y: (x, y.astype("float32")),
    "lists": lambda x, y: (x.tolist(), y.tolist()),
    "list of one array": lambda x, y: ([x], [y]),
    "tensors": lambda x, y: (tf.constant(x), tf.constant(y)),
    "frame and series": lambda x, y: (pd.DataFrame(x, columns=list("abcd")), pd.Series(y)),
    "frame with odd index": lambda x, y: (
        pd.DataFrame(x, index=np.arange(42) * 2 + 5),
        pd.Series(y, index=np.arange(42) + 9),
    ),
    "frame of labels": lambda x, y: (x, pd.DataFrame({"y": y})),
    "dict by input name": lambda x, y: ({"entry": x}, y),
    "fortran order": lambda x, y: (np.asfortranarray(x), y),
    "read only view": lambda x, y: (np.broadcast_to(x, x.shape), y),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_kinds_of_arrays(data, kind, same_weights):
    def make():
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((4,), name="entry"), layers.Dense(3, activation="softmax")])
        model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    first, history = expected(make, data)
    given = ARRAYS[kind](*data)
    second = make()
    found = second.fit(*given, **SETTINGS, validation_data=given).history
    for name in history:
        np.testing.assert_allclose(found[name], history[name], rtol=1e-5)
    same_weights(first, second)


ITERABLES = {
    "PyDataset": lambda x, y: Batches(x, y),
    "torch loader": lambda x, y: Loader(x, y),
    "iterable": lambda x, y: Again(x, y),
}


@pytest.mark.parametrize("kind", ITERABLES)
def test_kinds_of_iterables(make, data, kind, same_weights):
    first, history = expected(make, data)
    second = make()
    given, held = ITERABLES[kind](*data), ITERABLES[kind](*data)
    found = second.fit(given, epochs=2, shuffle=False, verbose=0, validation_data=held).history
    for name in history:
        np.testing.assert_allclose(found[name], history[name], rtol=1e-5)
    same_weights(first, second)
    np.testing.assert_allclose(second.evaluate(held, verbose=0), first.evaluate(*data, verbose=0), rtol=1e-5)


def test_a_generator(make, data, same_weights):
    def forever():
        while True:
            yield from Again(*data)

    first, history = expected(make, data)
    second = make()
    found = second.fit(
        forever(), steps_per_epoch=6, epochs=2, verbose=0, validation_data=forever(), validation_steps=6
    ).history
    for name in history:
        np.testing.assert_allclose(found[name], history[name], rtol=1e-5)
    same_weights(first, second)
    assert second.evaluate(forever(), steps=6, verbose=0)[0] == pytest.approx(
        history["val_loss"][-1], rel=1e-5
    )
    assert second.predict(forever(), steps=2, verbose=0).shape == (16, 3)


def test_pydataset_epochs_and_shuffling(make, data):
    dataset = Batches(*data)
    make().fit(dataset, epochs=3, shuffle=True, verbose=0)
    assert dataset.ends == 3
    epochs = [dataset.asked[-18 + 6 * i :][:6] for i in range(3)]
    assert all(sorted(epoch) == list(range(6)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_generators_with_sample_weights_and_class_weights(make, data, same_weights):
    x, y = data
    weights = np.linspace(0.1, 2, 42).astype("float32")

    class Weighted(Batches):
        def __getitem__(self, i):
            at = slice(i * 8, i * 8 + 8)
            return self.x[at], self.y[at], weights[at]

    a, b, c = make(), make(), make()
    classes = {0: 1.0, 1: 2.0, 2: 0.5}
    a.fit(x, y, sample_weight=weights, class_weight=classes, **SETTINGS)
    b.fit(Weighted(x, y), class_weight=classes, epochs=2, shuffle=False, verbose=0)
    same_weights(a, b)
    c.fit(x, y, sample_weight=weights * np.array([1, 2, 0.5])[y], **SETTINGS)
    same_weights(a, c)


def test_one_hot_labels_with_class_weights(make, data, same_weights):
    a, b = make(), make(loss="categorical_crossentropy")
    classes = {0: 1.0, 1: 2.0, 2: 0.5}
    a.fit(*data, class_weight=classes, **SETTINGS)
    b.fit(data[0], np.eye(3)[data[1]], class_weight=classes, **SETTINGS)
    same_weights(a, b)


def test_exhausted_generator(make, data):
    model = make()
    with pytest.warns(
        UserWarning, match="fit: the data ran out after 2 of 4 batches, so the training stops here"
    ):
        history = model.fit(iter(list(Again(*data))), steps_per_epoch=4, epochs=5, verbose=0)
    assert history.epoch == [0, 1]
    with pytest.warns(UserWarning, match="fit: the generator is exhausted: it gave no batch"):
        history = model.fit(iter(list(Again(*data))), epochs=3, verbose=0)
    assert history.epoch == [0, 1]
    with pytest.warns(UserWarning, match="evaluate: the data ran out after 6 of 9 batches"):
        model.evaluate(iter(list(Again(*data))), steps=9, verbose=0)


def test_validation_with_an_exhausted_generator(make, data):
    model = make()
    with pytest.warns(UserWarning, match="evaluate: the data ran out after 2 of 4 batches"):
        history = model.fit(
            *data, epochs=2, validation_data=iter(list(Again(*data))), validation_steps=4, verbose=0
        ).history
    assert len(history["loss"]) == 2


def test_an_error_in_a_generator_is_the_users_own(make, data):
    def broken():
        yield data
        raise ZeroDivisionError("mine")

    model = make()
    with pytest.raises(ZeroDivisionError, match="mine"):
        model.fit(broken(), epochs=2, verbose=0)
    model.fit(*data, verbose=0)


def test_validation_split_takes_the_last_samples(make, data, same_weights):
    a, b = make(), make()
    keras.utils.set_random_seed(9)
    first = a.fit(*data, batch_size=8, epochs=2, validation_split=0.25, verbose=0).history
    at = int(42 * 0.75)
    keras.utils.set_random_seed(9)
    held = data[0][at:], data[1][at:]
    second = b.fit(
        data[0][:at], data[1][:at], batch_size=8, epochs=2, validation_data=held, verbose=0
    ).history
    for name in first:
        np.testing.assert_allclose(first[name], second[name], rtol=1e-5)
    same_weights(a, b)


def test_validation_split_of_dicts_and_weights(data):
    x = {"a": data[0][:, :2], "b": data[0][:, 2:]}
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    model = keras.Model({"a": a, "b": b}, layers.Dense(1)(layers.Concatenate()([a, b])))
    model.compile("sgd", "mse")
    history = model.fit(
        x, data[0][:, :1], sample_weight=np.ones(42), validation_split=0.5, batch_size=5, verbose=0
    ).history
    assert list(history) == ["loss", "val_loss"]


@pytest.mark.parametrize("form", ["tuple", "list", "weights", "dataset", "tensors"])
def test_forms_of_validation_data(make, data, form):
    x, y = data
    given = {
        "tuple": (x, y),
        "list": [x, y],
        "weights": (x, y, np.ones(42)),
        "dataset": Batches(x, y),
        "tensors": (tf.constant(x), tf.constant(y)),
    }[form]
    model = make()
    history = model.fit(x, y, validation_data=given, verbose=0).history
    assert history["val_loss"][0] == pytest.approx(model.evaluate(x, y, verbose=0)[0], rel=1e-5)


@pytest.mark.parametrize(("freq", "count"), [(1, 4), (2, 2), (3, 1), ([1, 4], 2)])
def test_validation_freq(make, data, freq, count):
    history = make().fit(*data, epochs=4, validation_data=data, validation_freq=freq, verbose=0).history
    assert len(history["loss"]) == 4
    assert len(history["val_loss"]) == count


def test_shuffling_makes_another_order_each_epoch(data):
    seen = []

    class Note(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, inputs):
            seen.append(np.asarray(inputs)[:, 0].tolist())
            return self.dense(inputs)

    model = Note()
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.arange(20, dtype="float32").reshape(-1, 1) / 20
    model.fit(x, x, batch_size=20, epochs=1, verbose=0)
    seen.clear()
    model.fit(x, x, batch_size=20, epochs=2, verbose=0)
    assert seen[-1] != seen[-2]
    assert sorted(seen[-1]) == pytest.approx(x[:, 0].tolist())
    seen.clear()
    model.fit(x, x, batch_size=20, epochs=1, shuffle=False, verbose=0)
    assert seen[-1] == x[:, 0].tolist()


def test_integers_stay_integers(rng):
    seen = []

    class Note(layers.Layer):
        def call(self, inputs):
            seen.append(inputs.dtype.name)
            return keras.ops.cast(inputs, "float32") / 255.0

    model = keras.Sequential([keras.Input((4, 4), dtype="uint8"), Note(), layers.Flatten(), layers.Dense(2)])
    model.compile("sgd", "mse")
    images = rng.integers(0, 256, (10, 4, 4)).astype("uint8")
    model.fit(images, np.zeros((10, 2)), verbose=0)
    assert set(seen) == {"uint8"}


def test_history(make, data):
    history = make().fit(*data, epochs=5, initial_epoch=3, validation_data=data, verbose=0)
    assert history.epoch == [3, 4]
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(type(v) is float for values in history.history.values() for v in values)
    assert history.params["epochs"] == 5
    assert history.params["steps"] == 2
    assert history.model is not None


def test_no_warnings_about_tensors_that_require_gradients(make, data):
    torch = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = torch.tensor(data[0], requires_grad=True)
        assert make().predict(x, verbose=0).shape == (42, 3)


def test_arrays_of_arrays(make, data):
    rows = np.empty(42, dtype=object)
    rows[:] = list(data[0])
    np.testing.assert_allclose(make().predict(rows, verbose=0), make().predict(data[0], verbose=0))


def test_integers_for_an_input_of_fractions(rng):
    """As in tf.keras: 2.5 times a whole number is no whole number."""
    x = keras.Input((3,))
    model = keras.Model(x, x * 2.5)
    whole = rng.integers(0, 9, (4, 3))
    np.testing.assert_allclose(model.predict(whole, verbose=0), whole * 2.5)
    np.testing.assert_allclose(model(whole), whole * 2.5)
