"""tf.keras 2's wrappers: `KerasClassifier` and `KerasRegressor`, of a function that makes a model."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import NotFittedError

from unikeras.models.sequential import Sequential
from unikeras.utils.numerical import to_categorical
from unikeras.wrappers.pickling import PicklesModels

_METHODS = (Sequential.fit, Sequential.predict, Sequential.evaluate)

__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]


class BaseWrapper(PicklesModels, BaseEstimator):
    """What `KerasClassifier` and `KerasRegressor` share.

    Args:
        build_fn: a function, or an object with `__call__`, that returns a compiled model. `None`: the subclass's own `__call__`.
        model: another spelling of `build_fn`.
        **sk_params: arguments of `build_fn` and of the model's `fit`, `predict` and `evaluate`; each goes where it is known.

    Attributes:
        model: the trained model.

    Raises:
        ValueError: an argument that none of them knows.
    """

    def __init__(self, build_fn: Any = None, *, model: Any = None, **sk_params: Any) -> None:
        self.build_fn = model if build_fn is None else build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _maker(self) -> Callable[..., Any]:
        if self.build_fn is not None:
            return self.build_fn
        if callable(self):
            return self
        raise ValueError(
            f"{type(self).__name__} needs build_fn, a function that returns a compiled model (or a subclass with `__call__`)."
        )

    def check_params(self, params: dict[str, Any]) -> None:
        """Whether all arguments are known.

        Raises:
            ValueError: one is not.
        """
        names, takes_all = _arguments(self._maker())
        legal = names.union(*(_arguments(method)[0] for method in _METHODS))
        for name in params:
            if name not in legal and not takes_all:
                raise ValueError(
                    f"{name} is not a legal parameter: neither build_fn nor the model's fit, predict and evaluate have an argument of that name."
                )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments that the wrapper was made with."""
        return {**self.sk_params, "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> Any:
        """Change arguments.

        Raises:
            ValueError: an unknown one.
        """
        params = dict(params)
        for name in ("build_fn", "model"):
            if name in params:
                self.build_fn = params.pop(name)
        self.check_params(params)
        self.sk_params = {**self.sk_params, **params}
        return self

    def filter_sk_params(
        self, fn: Callable[..., Any], override: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The arguments that a function knows.

        Args:
            fn: the function.
            override: further ones, which come before.
        """
        names, takes_all = _arguments(fn)
        if takes_all and fn not in _METHODS:  # what the model's methods do not know is for it
            names = names | (
                set(self.sk_params) - set().union(*(_arguments(method)[0] for method in _METHODS))
            )
        return {name: value for name, value in self.sk_params.items() if name in names} | (override or {})

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Make a new model and train it.

        Args:
            x: [samples, ...].
            y: the targets.
            **kwargs: of the model's `fit`; they come before the wrapper's.

        Returns:
            The model's history, as in tf.keras 2.
        """
        maker = self._maker()
        self.model = maker(**self.filter_sk_params(maker))
        return self.model.fit(x, self._targets(y), **self.filter_sk_params(Sequential.fit, kwargs))

    def _targets(self, y: Any) -> Any:
        """Classes as rows with a 1, if the loss needs them."""
        y = np.asarray(y)
        if _loss_name(self.model.loss) == "categorical_crossentropy" and y.ndim != 2:
            return to_categorical(y)
        return y

    def _fitted(self) -> Any:
        if not hasattr(self, "model"):
            raise NotFittedError(f"This {type(self).__name__} is not fitted yet: call `fit` first.")
        return self.model


class KerasClassifier(ClassifierMixin, BaseWrapper):
    """A classifier of a function that makes a model (mirrors `tf.keras.wrappers.scikit_learn.KerasClassifier`).

    Works with scikit-learn's `cross_val_score`, `GridSearchCV`, `Pipeline` ...

    Args:
        build_fn: see `BaseWrapper`.
        model: see `BaseWrapper`.
        **sk_params: see `BaseWrapper`.

    Attributes:
        classes_: the classes, in order.
        n_classes_: how many there are.

    Example:
        >>> from unikeras import keras
        >>> def make(units=3):
        ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units), keras.layers.Dense(1, "sigmoid")])
        ...     model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
        ...     return model
        >>> classifier = keras.wrappers.scikit_learn.KerasClassifier(make, units=5, epochs=2, verbose=0)
        >>> sorted(classifier.get_params())
        ['build_fn', 'epochs', 'units', 'verbose']
        >>> classifier.set_params(unit=6)
        Traceback (most recent call last):
        ...
        ValueError: unit is not a legal parameter: neither build_fn nor the model's fit, predict and evaluate have an argument of that name.
    """

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Make a new model and train it; `y` are classes (any labels), or rows with a 1."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1):
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise ValueError(f"KerasClassifier: y must be classes or rows with a 1; its shape is {y.shape}.")
        self.n_classes_ = len(self.classes_)
        return super().fit(x, y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The class of each sample: [samples]; [samples, 1] for a model with one output, as in tf.keras 2."""
        outputs = self._fitted().predict(x, **self.filter_sk_params(Sequential.predict, kwargs))
        if outputs.shape[-1] > 1:
            return self.classes_[outputs.argmax(axis=-1)]
        return self.classes_[(outputs > 0.5).astype("int32")]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The probability of each class: [samples, classes]."""
        outputs = self._fitted().predict(x, **self.filter_sk_params(Sequential.predict, kwargs))
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy.

        Raises:
            ValueError: the model is compiled without the metric.
        """
        model = self._fitted()
        y = np.asarray(y)
        if not (y.ndim == 2 and y.shape[1] > 1):
            y = np.searchsorted(self.classes_, y)
            if _loss_name(model.loss) == "categorical_crossentropy":
                y = to_categorical(y, self.n_classes_)
        arguments = self.filter_sk_params(Sequential.evaluate, kwargs) | {"return_dict": True}
        results = model.evaluate(x, y, **arguments)
        for name, value in results.items():
            if name == "acc" or name.endswith("accuracy"):
                return float(value)
        raise ValueError(
            "KerasClassifier.score: the model does not compute its accuracy. Compile it with metrics=['accuracy']."
        )


class KerasRegressor(RegressorMixin, BaseWrapper):
    """A regressor of a function that makes a model (mirrors `tf.keras.wrappers.scikit_learn.KerasRegressor`).

    Args:
        build_fn: see `BaseWrapper`.
        model: see `BaseWrapper`.
        **sk_params: see `BaseWrapper`.

    Example:
        >>> from unikeras import keras
        >>> def make(units=3):
        ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units), keras.layers.Dense(1)])
        ...     model.compile("sgd", "mse")
        ...     return model
        >>> keras.wrappers.scikit_learn.KerasRegressor(build_fn=make, units=2).get_params()["units"]
        2
    """

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """[samples]: the model's output of each sample."""
        outputs = self._fitted().predict(x, **self.filter_sk_params(Sequential.predict, kwargs))
        return np.squeeze(outputs, axis=-1) if outputs.shape[-1] == 1 else outputs

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """Minus the loss, so that more is better, as in tf.keras 2."""
        arguments = self.filter_sk_params(Sequential.evaluate, kwargs) | {"return_dict": True}
        return -float(self._fitted().evaluate(x, y, **arguments)["loss"])


def _arguments(function: Any) -> tuple[set[str], bool]:
    """The names of a function's arguments, and whether it takes any keyword."""
    if not inspect.isfunction(function) and not inspect.ismethod(function) and not isinstance(function, type):
        function = getattr(function, "__call__", function)  # noqa: B004
    found = inspect.signature(function).parameters.values()
    names = {p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)} - {"self"}
    return names, any(p.kind is p.VAR_KEYWORD for p in found)


def _loss_name(loss: Any) -> str:
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    return str(name)
