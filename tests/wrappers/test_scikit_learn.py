"""Models as scikit-learn estimators: tf.keras 2's wrappers and Keras 3's, in scikit-learn's own tools."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn")
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from unikeras import keras

if os.environ.get("KERAS_BACKEND", "jax") == "numpy":
    pytest.skip("this engine does not train", allow_module_level=True)

KerasClassifier = keras.wrappers.scikit_learn.KerasClassifier
KerasRegressor = keras.wrappers.scikit_learn.KerasRegressor
RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 2)).astype("float32")
BINARY = (X[:, 0] > 0).astype(int)
NAMES = np.array(["low", "middle", "top"])[np.digitize(X[:, 0], [-0.5, 0.5])]
LINEAR = X @ np.array([1.0, -2.0], "float32") + 1


def dense(outputs, activation=None, loss="mse", learning_rate=0.1, metrics=()):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(outputs, activation)])
    model.compile(keras.optimizers.SGD(learning_rate), loss, metrics=list(metrics))
    return model


def binary(learning_rate=0.5):
    return dense(1, "sigmoid", "binary_crossentropy", learning_rate, ["accuracy"])


def three(learning_rate=0.5, loss="categorical_crossentropy"):
    return dense(3, "softmax", loss, learning_rate, ["accuracy"])


def line(learning_rate=0.1):
    return dense(1, learning_rate=learning_rate)


# tf.keras 2's wrappers


def test_binary_classifier():
    classifier = KerasClassifier(build_fn=binary, epochs=15, batch_size=20, verbose=0)
    assert is_classifier(classifier)
    history = classifier.fit(X, BINARY)
    assert len(history.history["loss"]) == 15
    assert classifier.model.optimizer.iterations.numpy() == 15 * 3
    predicted = classifier.predict(X)
    assert predicted.shape == (60, 1)
    probabilities = classifier.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    np.testing.assert_array_equal(predicted[:, 0], probabilities.argmax(1))
    assert classifier.score(X, BINARY) == pytest.approx((predicted[:, 0] == BINARY).mean())
    assert classifier.score(X, BINARY) > 0.8


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_classes_of_any_labels(loss):
    classifier = KerasClassifier(three, loss=loss, epochs=15, batch_size=20, verbose=0)
    classifier.fit(X, NAMES)
    assert classifier.classes_.tolist() == ["low", "middle", "top"]
    predicted = classifier.predict(X)
    assert set(predicted) <= set(NAMES)
    assert classifier.score(X, NAMES) == pytest.approx((predicted == NAMES).mean())
    assert classifier.predict_proba(X).shape == (60, 3)


def test_one_hot_targets():
    classifier = KerasClassifier(three, epochs=1, verbose=0)
    classifier.fit(X, keras.utils.to_categorical(np.digitize(X[:, 0], [-0.5, 0.5])))
    assert classifier.classes_.tolist() == [0, 1, 2]
    assert 0 <= classifier.score(X, keras.utils.to_categorical(np.digitize(X[:, 0], [-0.5, 0.5]))) <= 1
    with pytest.raises(ValueError, match="its shape is"):
        classifier.fit(X, np.zeros((60, 2, 2)))


def test_regressor():
    regressor = KerasRegressor(line, epochs=30, batch_size=20, verbose=0)
    assert is_regressor(regressor)
    regressor.fit(X, LINEAR)
    predicted = regressor.predict(X)
    assert predicted.shape == (60,)
    assert regressor.score(X, LINEAR) == pytest.approx(-np.mean((predicted - LINEAR) ** 2), rel=1e-3)
    regressor.fit(X, LINEAR, epochs=1)  # fit's own arguments come first, and a new model is made
    assert regressor.model.optimizer.iterations.numpy() == 3


def test_parameters():
    classifier = KerasClassifier(binary, epochs=2, learning_rate=0.1)
    copied = clone(classifier)
    assert (
        copied.get_params()
        == classifier.get_params()
        == {"build_fn": binary, "epochs": 2, "learning_rate": 0.1}
    )
    assert copied.set_params(epochs=5, learning_rate=0.2) is copied
    assert copied.get_params()["epochs"] == 5
    assert classifier.get_params()["epochs"] == 2
    assert KerasClassifier(model=binary).get_params()["build_fn"] is binary
    layers = [8, 8]  # a list is the same object in the clone's parameters, which scikit-learn looks at
    assert clone(KerasClassifier(lambda layers: None, layers=layers)).get_params()["layers"] == layers
    for bad in ({"epoch": 3}, {"units": 1}):
        with pytest.raises(ValueError, match="is not a legal parameter"):
            KerasClassifier(binary, **bad)
        with pytest.raises(ValueError, match="is not a legal parameter"):
            KerasClassifier(binary).set_params(**bad)
    with pytest.raises(ValueError, match="needs build_fn"):
        KerasRegressor()
    with pytest.raises(NotFittedError):
        KerasRegressor(line).predict(X)


def test_own_call_and_keywords():
    class Own(KerasRegressor):
        def __call__(self, learning_rate=0.1):
            return line(learning_rate)

    own = Own(learning_rate=0.2, epochs=1, verbose=0)
    own.fit(X, LINEAR)
    assert float(own.model.optimizer.learning_rate) == pytest.approx(0.2)

    def anything(**kwargs):
        return line(**kwargs)

    regressor = KerasRegressor(anything, learning_rate=0.3, epochs=1, verbose=0)
    regressor.fit(X, LINEAR)
    assert float(regressor.model.optimizer.learning_rate) == pytest.approx(0.3)


def test_score_needs_accuracy():
    classifier = KerasClassifier(lambda: dense(1, "sigmoid", "binary_crossentropy"), epochs=1, verbose=0)
    classifier.fit(X, BINARY)
    with pytest.raises(ValueError, match="accuracy"):
        classifier.score(X, BINARY)


def test_searches():
    grid = GridSearchCV(
        KerasClassifier(binary, epochs=8, batch_size=20, verbose=0),
        {"learning_rate": [0.0, 1.0]},
        cv=2,
        error_score="raise",
    )
    grid.fit(X, BINARY)
    assert grid.best_params_ == {"learning_rate": 1.0}
    assert grid.best_estimator_.model.built
    assert grid.predict(X).shape == (60, 1)
    search = RandomizedSearchCV(
        KerasRegressor(line, batch_size=20, verbose=0),
        {"epochs": [1, 2], "learning_rate": [0.1]},
        n_iter=1,
        cv=2,
        error_score="raise",
    )
    search.fit(X, LINEAR)
    assert search.best_params_["epochs"] in (1, 2)
    assert search.best_score_ < 0
    pipeline = Pipeline(
        [("scale", StandardScaler()), ("net", KerasClassifier(binary, epochs=5, batch_size=20, verbose=0))]
    )
    pipeline.fit(X, BINARY)
    assert pipeline.score(X, BINARY) > 0.5
    pipeline.set_params(net__epochs=1)
    assert pipeline.named_steps["net"].get_params()["epochs"] == 1


# Keras 3's wrappers


def of_data(X, y, learning_rate=0.5):
    outputs = y.shape[1]
    classes = outputs > 1
    model = keras.Sequential(
        [keras.Input(X.shape[1:]), keras.layers.Dense(outputs, "softmax" if classes else None)]
    )
    model.compile(keras.optimizers.SGD(learning_rate), "categorical_crossentropy" if classes else "mse")
    return model


FIT = {"epochs": 15, "batch_size": 20, "verbose": 0}


def test_sklearn_classifier():
    classifier = keras.wrappers.SKLearnClassifier(
        of_data, model_kwargs={"learning_rate": 1.0}, fit_kwargs=FIT
    )
    assert is_classifier(classifier)
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.fit(X, NAMES) is classifier
    assert (classifier.classes_.tolist(), classifier.n_features_in_) == (["low", "middle", "top"], 2)
    predicted = classifier.predict(X)
    assert classifier.score(X, NAMES) == (predicted == NAMES).mean() > 0.6
    np.testing.assert_allclose(classifier.predict_proba(X).sum(1), 1, rtol=1e-5)
    np.testing.assert_array_equal(classifier.decision_function(X), classifier.predict_proba(X))
    assert len(classifier.history_.history["loss"]) == classifier.epoch_ == 15
    scores = cross_val_score(classifier, X, BINARY, cv=2, error_score="raise")
    assert (scores > 0.6).all()
    with pytest.raises(ValueError, match="2 features"):
        classifier.predict(X[:, :1])
    with pytest.raises(ValueError, match="continuous"):
        classifier.fit(X, LINEAR)
    with pytest.raises(NotFittedError):
        keras.wrappers.SKLearnClassifier(of_data).predict(X)


def test_sklearn_regressor_and_warm_start():
    model = dense(1)
    start = [w.copy() for w in model.get_weights()]
    regressor = keras.wrappers.SKLearnRegressor(model, warm_start=True, fit_kwargs=FIT)
    regressor.fit(X, LINEAR)
    first = regressor.model_
    assert first is not model
    for a, b in zip(model.get_weights(), start, strict=True):
        np.testing.assert_array_equal(a, b)  # a copy was trained
    before = regressor.score(X, LINEAR)
    regressor.fit(X, LINEAR, epochs=3)
    assert regressor.model_ is first
    assert regressor.epoch_ == 3
    assert regressor.score(X, LINEAR) >= before - 1e-3
    assert regressor.predict(X).shape == (60,)
    assert clone(regressor).set_params(warm_start=False).fit(X, LINEAR).score(X, LINEAR) > 0.9
    both = keras.wrappers.SKLearnRegressor(dense(2), fit_kwargs=FIT).fit(X, np.stack([LINEAR, -LINEAR], 1))
    assert both.predict(X).shape == (60, 2)
    with pytest.raises(RuntimeError, match="needs a compiled model"):
        keras.wrappers.SKLearnRegressor(keras.Sequential([keras.layers.Dense(1)])).fit(X, LINEAR)


def test_sklearn_transformer():
    transformer = keras.wrappers.SKLearnTransformer(dense(2, learning_rate=0.01), fit_kwargs={"verbose": 0})
    found = transformer.fit_transform(X, X)
    assert found.shape == (60, 2)
    np.testing.assert_allclose(found, transformer.transform(X))
    transformer = keras.wrappers.SKLearnTransformer(dense(1, learning_rate=0.01), fit_kwargs={"verbose": 0})
    pipeline = make_pipeline(transformer, LinearRegression())
    assert pipeline.fit(X, LINEAR).predict(X).shape == (60,)


def test_pickle():
    regressor = KerasRegressor(line, epochs=1, verbose=0)
    regressor.fit(X, LINEAR)
    again = pickle.loads(pickle.dumps(regressor))
    np.testing.assert_allclose(again.predict(X), regressor.predict(X), rtol=1e-6)
    fitted = keras.wrappers.SKLearnRegressor(dense(1), fit_kwargs={"verbose": 0}).fit(X, LINEAR)
    np.testing.assert_allclose(pickle.loads(pickle.dumps(fitted)).predict(X), fitted.predict(X), rtol=1e-6)


def test_sklearn_is_imported_late():
    code = "import sys; from unikeras import keras; keras.wrappers.scikit_learn; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
