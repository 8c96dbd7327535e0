"""Keras 3's wrappers: `SKLearnClassifier`, `SKLearnRegressor`, `SKLearnTransformer`."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from unikeras.utils.numerical import to_categorical
from unikeras.wrappers.pickling import PicklesModels

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer"]


class _Wrapper(PicklesModels, BaseEstimator):
    """What the wrappers share.

    Attributes:
        model_: the trained model.
        history_: what its `fit` returned.
        n_features_in_: the number of columns of X.
    """

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Any:
        """Train a new model on data (with `warm_start` the one there is, further).

        Args:
            X: [samples, features].
            y: the targets.
            **kwargs: of the model's `fit`, beside and before `fit_kwargs`.

        Returns:
            The estimator.

        Raises:
            ValueError: data that scikit-learn does not take.
            RuntimeError: the model is not compiled.
        """
        X, y = self._checked(X, y)
        y = self._encoded(y)
        if not self.warm_start or not hasattr(self, "model_"):
            self.model_ = self._new_model(X, y)
        self.history_ = self.model_.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        return self

    def _checked(self, X: Any, y: Any) -> tuple[Any, Any]:
        return validate_data(self, X, y)

    def _encoded(self, y: Any) -> Any:
        return y

    def _new_model(self, X: Any, y: Any) -> Any:
        """A model of one's own: of the function, or a copy of the given model with its weights."""
        from unikeras.models.model import Model

        if isinstance(self.model, Model):
            model = copy.deepcopy(self.model)
        else:
            model = self.model(X, y, **(self.model_kwargs or {}))
        if not model.compiled:
            raise RuntimeError(
                f"{type(self).__name__} needs a compiled model: call `compile` on it, or in the function that makes it."
            )
        return model

    def _outputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return self.model_.predict(X, verbose=0)

    def predict(self, X: Any) -> Any:
        """The model's outputs for samples."""
        return self._outputs(X)

    @property
    def epoch_(self) -> int:
        """How many epochs the last `fit` had."""
        return len(self.history_.epoch) if hasattr(self, "history_") else 0


class SKLearnClassifier(ClassifierMixin, _Wrapper):
    """A model as a scikit-learn classifier (mirrors `keras.wrappers.SKLearnClassifier`).

    The model has an output a class and a loss for targets that are rows with a 1 (such as 'categorical_crossentropy').

    Args:
        model: a function `(X, y, **model_kwargs)` that returns a compiled model (`y` are rows with a 1), or a compiled model, of which a copy
            is trained.
        warm_start: whether another `fit` goes on with the trained model.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Attributes:
        classes_: the classes, in the order of the model's outputs.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> def make(X, y, units=3):
        ...     model = keras.Sequential([keras.Input(X.shape[1:]), keras.layers.Dense(units), keras.layers.Dense(y.shape[1], "softmax")])
        ...     model.compile("sgd", "categorical_crossentropy")
        ...     return model
        >>> classifier = keras.wrappers.SKLearnClassifier(make, model_kwargs={"units": 5}, fit_kwargs={"epochs": 2, "verbose": 0})
        >>> classifier.get_params()["model_kwargs"]
        {'units': 5}
    """

    def _encoded(self, y: Any) -> np.ndarray:
        check_classification_targets(y)
        known = getattr(self, "classes_", None) if self.warm_start else None
        if known is None:
            self.classes_ = np.unique(y)
        elif not np.isin(y, known).all():
            raise ValueError(
                f"SKLearnClassifier: y has classes that the trained model (warm_start=True) does not have; it has {known.tolist()}."
            )
        return to_categorical(np.searchsorted(self.classes_, y), len(self.classes_))

    def predict_proba(self, X: Any) -> np.ndarray:
        """The model's outputs: [samples, classes]."""
        return self._outputs(X)

    def decision_function(self, X: Any) -> np.ndarray:
        """The model's outputs: [samples, classes]."""
        return self._outputs(X)

    def predict(self, X: Any) -> np.ndarray:
        """The class with the largest output of each sample."""
        outputs = self._outputs(X)
        return self.classes_[outputs.argmax(axis=-1)]


class SKLearnRegressor(RegressorMixin, _Wrapper):
    """A model as a scikit-learn regressor (mirrors `keras.wrappers.SKLearnRegressor`).

    Args:
        model: a function `(X, y, **model_kwargs)` that returns a compiled model (`y` has rank 2), or a compiled model, of which a copy is trained.
        warm_start: whether another `fit` goes on with the trained model.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Example:
        >>> import numpy as np
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> regressor = keras.wrappers.SKLearnRegressor(model, fit_kwargs={"verbose": 0})
        >>> regressor.get_params()["model"] is model
        True
    """

    def _checked(self, X: Any, y: Any) -> tuple[Any, Any]:
        # several targets a sample are taken, which Keras refuses
        return validate_data(self, X, y, multi_output=True, y_numeric=True)

    def _encoded(self, y: Any) -> np.ndarray:
        return y.reshape(-1, 1) if y.ndim == 1 else y

    def predict(self, X: Any) -> np.ndarray:
        """[samples]: the model's output of each sample; [samples, targets] for several targets."""
        found = self._outputs(X)
        return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


class SKLearnTransformer(TransformerMixin, _Wrapper):
    """A model as a scikit-learn transformer: samples become the model's outputs (mirrors `keras.wrappers.SKLearnTransformer`).

    Args:
        model: a function `(X, y, **model_kwargs)` that returns a compiled model, or a compiled model, of which a copy is trained.
        warm_start: whether another `fit` goes on with the trained model.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of the model's `fit`, such as `epochs`.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> model.compile("sgd", "mse")
        >>> keras.wrappers.SKLearnTransformer(model).get_params()["warm_start"]
        False
    """

    def _checked(self, X: Any, y: Any) -> tuple[Any, Any]:
        if y is None:
            return validate_data(self, X), None
        return validate_data(self, X, y, multi_output=True)

    def fit(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        """Train a model on data; see the other wrappers. Without `y` the targets are `X`, as for an autoencoder."""
        return super().fit(X, X if y is None else y, **kwargs)

    def transform(self, X: Any) -> np.ndarray:
        """The model's outputs for samples."""
        return self._outputs(X)
