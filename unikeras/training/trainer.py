"""`Trainer`: compile, fit, evaluate, predict; `Model` derives from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import engine, losses, metrics
from unikeras.core import nest
from unikeras.core.composite import is_composite
from unikeras.core.errors import EngineError
from unikeras.core.strict import report
from unikeras.core.switches import max_epochs, max_steps_per_epoch
from unikeras.core.variable import init_scope
from unikeras.training.ahead import compile_ahead
from unikeras.training.compile import CompiledLoss, CompiledMetrics
from unikeras.training.data import (
    ArraySource,
    IterableSource,
    as_source,
    split,
    unpack_x_y_sample_weight,
    whole_number,
)
from unikeras.training.host import staged
from unikeras.training.legacy import LegacyTrainer
from unikeras.training.logs import returned, with_callbacks
from unikeras.training.loop import close, joined, outputs_at_once, run_epoch, run_prediction
from unikeras.training.on_batch import OnBatch
from unikeras.training.overridable import Overridable, overridden
from unikeras.training.prepare import check_targets, prepare

__all__ = ["Trainer"]


class Trainer(OnBatch, LegacyTrainer, Overridable):
    """What makes layers trainable; see `Model`."""

    def _init_trainer(self) -> None:
        self.stop_training = False
        self.optimizer: Any = None
        self.loss: Any = None
        self.compiled = False
        self.history: Any = None
        self._compiled_loss: CompiledLoss | None = None
        self._compiled_metrics: CompiledMetrics | None = None
        self._loss_tracker: Any = None
        self._compile_arguments: dict[str, Any] | None = None
        self._functions: dict[Any, Any] = {}
        self.run_eagerly = False

    # compile

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool | None = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
        **kwargs: Any,
    ) -> None:
        """Choose how the model is trained.

        Args:
            optimizer: an optimizer or its name.
            loss: a loss, its name or a function `(y_true, y_pred)`; a list or dict of them for several outputs.
            metrics: a list of metrics, names or functions; for several outputs a list of lists or a dict.
            loss_weights: a number an output.
            weighted_metrics: metrics that take sample weights into account.
            run_eagerly: run steps as plain Python, for debugging.
            steps_per_execution: accepted; steps are run many at a time anyway.
            jit_compile: accepted; steps are compiled anyway.
            auto_scale_loss: whether to wrap the optimizer of a model whose dtype policy is 'mixed_float16' in a
                `LossScaleOptimizer`.
            **kwargs: of earlier years: `sample_weight_mode` ('temporal' or `None`, also by output) is accepted: weights of
                samples and of time steps are told apart by their shapes. So are `experimental_run_tf_function` and
                `pss_evaluation_shards`, which mean nothing here. `target_tensors` is refused.

        Raises:
            ValueError: an unknown name.
            TypeError: an unknown keyword.
        """
        from unikeras import optimizers

        for accepted in ("sample_weight_mode", "experimental_run_tf_function", "pss_evaluation_shards"):
            kwargs.pop(accepted, None)
        if kwargs:
            raise TypeError(f"compile: unknown arguments {sorted(kwargs)}.")
        self.optimizer = optimizers.get(optimizer)
        wraps = auto_scale_loss and self.dtype_policy.name == "mixed_float16"  # type: ignore[attr-defined]
        if wraps and not isinstance(self.optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(self.optimizer)
        self.loss = loss
        for one in nest.flatten(loss):  # names are checked now, not in the first step
            if isinstance(one, str) or not (one is None or callable(one)):
                losses.get(one)
        self._compile_arguments = {
            "optimizer": self.optimizer,
            "loss": loss,
            "metrics": metrics,
            "loss_weights": loss_weights,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": bool(run_eagerly),
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile if isinstance(jit_compile, bool) else False,
        }
        self._compiled_loss = None if loss is None else CompiledLoss(loss, loss_weights)
        self._compiled_metrics = CompiledMetrics(metrics, weighted_metrics)
        _check_metric_names(metrics, weighted_metrics)
        with init_scope():
            self._loss_tracker = _metric("Mean", "loss")
        self.run_eagerly = bool(run_eagerly)
        self.steps_per_execution = steps_per_execution
        self.jit_compile = jit_compile
        self.stop_training = False
        self.compiled = True
        self._functions = {}

    def _must_be_compiled(self, method: str) -> None:
        if not self.compiled and not overridden(self, "train_step"):
            raise ValueError(f"You must call `compile()` before calling `{method}()`.")

    @property
    def compiled_loss(self) -> Any:
        """`compiled_loss(y, y_pred, sample_weight, regularization_losses)`: the training loss, as tf.keras 2's train steps use it."""
        assert self._compiled_loss is not None
        compiled = self._compiled_loss

        def total(y: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None) -> Any:
            self._build_compiled(y, y_pred)
            value = compiled(y, y_pred, sample_weight, regularization_losses)
            self._track_loss(value, y_pred)
            return value

        return total

    @property
    def compiled_metrics(self) -> Any:
        """The compiled metrics: has `update_state(y, y_pred, sample_weight)`, as tf.keras 2's train steps use it."""
        trainer = self

        class View:
            metrics = property(lambda _: trainer._compiled_metrics.metrics)  # type: ignore[union-attr]

            @staticmethod
            def update_state(y: Any, y_pred: Any, sample_weight: Any = None) -> None:
                trainer._build_compiled(y, y_pred)
                trainer._compiled_metrics.update_state(y, y_pred, sample_weight)  # type: ignore[union-attr]

        return View()

    # fit, evaluate and predict

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        **kwargs: Any,
    ) -> Any:
        """Train for a number of epochs.

        Args:
            x: inputs: an array, tensor, DataFrame, a list or dict of them for several inputs; or a generator, `PyDataset`
                or other iterable of batches (x, y) or (x, y, sample_weight).
            y: targets, likewise; not with an iterable.
            batch_size: samples a batch; 32 if `None`.
            epochs: the number of the last epoch.
            verbose: 0 (silent), 1 (a progress bar), 2 (a line an epoch) or 'auto' (1).
            callbacks: a list of callbacks.
            validation_split: the fraction of the samples, the last ones, to validate on.
            validation_data: (x, y) or (x, y, sample_weight) or an iterable of batches to validate on.
            shuffle: whether every epoch takes the samples in another order.
            class_weight: class -> weight.
            sample_weight: a weight a sample.
            initial_epoch: the epoch to begin with.
            steps_per_epoch: batches an epoch.
            validation_steps: batches of a validation.
            validation_batch_size: samples a batch of a validation.
            validation_freq: validate every so many epochs, or in the listed ones.
            **kwargs: `workers`, `use_multiprocessing`, `max_queue_size` of tf.keras 2 are accepted.

        Returns:
            A `History`; `.history` maps names to a list with a value an epoch.

        Raises:
            ValueError: not compiled, unusable or inconsistent data.
            EngineError: the engine has no gradients.
        """
        _accept(kwargs, "fit")
        self._must_be_compiled("fit")
        if not engine.current().gradients:
            raise EngineError(
                f"fit: the engine {engine.current().name!r} has no gradients, so models cannot be trained on it, only evaluated and used to predict. "
                "Choose another engine, for example KERAS_BACKEND=jax."
            )
        epochs, initial_epoch = whole_number(epochs, "epochs"), whole_number(initial_epoch, "initial_epoch")
        source = as_source(x, y, sample_weight, batch_size, shuffle, class_weight)
        validation: Any = None
        if validation_split and validation_data is None:
            if not isinstance(source, ArraySource):
                raise ValueError(
                    "`validation_split` is only supported for arrays; give `validation_data` with a dataset or generator."
                )
            train, held = split(source.structure, validation_split)
            source = ArraySource(train, batch_size, shuffle)
            validation = ArraySource(held, validation_batch_size or batch_size, False)
        elif validation_data is not None:
            vx, vy, vw = _validation_parts(validation_data)
            validation = as_source(vx, vy, vw, validation_batch_size or batch_size, False)

        self.stop_training = False
        prepare(self, "train", source.first())
        source = staged(self, source)
        validation = None if validation is None else staged(self, validation)
        check_targets(self, source)
        steps = source.steps
        if steps_per_epoch is not None:
            steps = steps_per_epoch = _limited(steps_per_epoch, source, "fit: steps_per_epoch")
        steps_per_epoch = _capped(steps_per_epoch, source)
        steps = steps_per_epoch or steps
        if validation is not None and validation_steps is not None:
            validation_steps = _limited(validation_steps, validation, "fit: validation_steps")
        validation_steps = _capped(validation_steps, validation)
        epochs = min(epochs, max_epochs() or epochs)
        callbacks = with_callbacks(self, callbacks, verbose, epochs, steps, history=True)
        callbacks.on_train_begin()
        # A run that was interrupted goes on where it was.
        first, done, logs, stopped = callbacks.resume(source, validation, initial_epoch)
        self.stop_training = stopped or self.stop_training
        warned = False
        compile_ahead(self, source, validation)
        try:
            for epoch in range(epochs if stopped else first, epochs):
                if not done:
                    self.reset_metrics()
                    callbacks.on_epoch_begin(epoch)
                    if isinstance(source, IterableSource):
                        source.epoch_begin()
                    logs = {}
                for logs in run_epoch(self, "train", source, callbacks, steps_per_epoch, done):  # noqa: B007
                    if self.stop_training:
                        break
                if validation is not None and _due(validation_freq, epoch + 1):
                    values = self.evaluate(
                        _source=validation,
                        verbose=0,
                        callbacks=callbacks,
                        steps=validation_steps,
                        return_dict=True,
                    )
                    logs = {**logs, **{f"val_{k}": v for k, v in values.items()}}
                if not warned and not self.stop_training and not np.isfinite(logs.get("loss", 0.0)).all():
                    warned = True
                    report(
                        f"fit: the loss is {logs['loss']} in epoch {epoch + 1}; the weights are spoilt from here on. "
                        "Look for nan in the data, scale the inputs, or lower the learning rate; "
                        "keras.callbacks.TerminateOnNaN() stops the training at such a batch."
                    )
                callbacks.on_epoch_end(epoch, logs)
                done = 0
                if isinstance(source, IterableSource):
                    source.epoch_end()
                if self.stop_training:
                    break
        finally:
            close(source)
            if validation is not None:
                close(validation)
        if epochs > first and hasattr(self.optimizer, "finalize_variable_values"):
            self.optimizer.finalize_variable_values(self.trainable_weights)  # type: ignore[attr-defined]  # moving averages take the weights' place
        callbacks.on_train_end(logs)
        return self.history

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The loss and the metrics on data.

        Args:
            x: inputs, as for `fit`.
            y: targets.
            batch_size: samples a batch; 32 if `None`.
            verbose: 0 (silent), 1 (a progress bar), 2 (a line) or 'auto' (1).
            sample_weight: a weight a sample.
            steps: batches to evaluate; all if `None`.
            callbacks: a list of callbacks.
            return_dict: return a dict by name instead of a list.
            **kwargs: `workers`, `use_multiprocessing`, `max_queue_size` of tf.keras 2 are accepted.

        Returns:
            The loss, a list [loss, metric, ...] in the order of `metrics_names`, or a dict.
        """
        source = kwargs.pop("_source", None)
        _accept(kwargs, "evaluate")
        self._must_be_compiled("evaluate")
        own = source is None
        if own:
            source = as_source(x, y, sample_weight, batch_size, False)
            if steps is not None:
                steps = _limited(steps, source, "evaluate: steps")
            steps = _capped(steps, source)
        if source.__dict__.get("_prepared") is not self._functions:
            prepare(self, "test", source.first())
            source = staged(self, source) if own else source
            check_targets(self, source)
            source.__dict__["_prepared"] = self._functions
        callbacks = with_callbacks(self, callbacks, verbose, 1, steps or source.steps)
        callbacks.on_test_begin()
        logs: dict[str, Any] = {}
        self.reset_metrics()
        try:
            for logs in run_epoch(self, "test", source, callbacks, steps):  # noqa: B007
                pass
        finally:
            if own:
                close(source)
        callbacks.on_test_end(logs)
        return returned(logs, return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> Any:
        """The outputs for inputs, computed in batches.

        Args:
            x: inputs, as for `fit`.
            batch_size: samples a batch; 32 if `None`.
            verbose: 0 (silent), 1 (a progress bar), 2 (a line) or 'auto' (1).
            steps: batches to predict; all if `None`.
            callbacks: a list of callbacks.
            **kwargs: `workers`, `use_multiprocessing`, `max_queue_size` of tf.keras 2 are accepted.

        Returns:
            NumPy arrays in the structure of the model's outputs.
        """
        _accept(kwargs, "predict")
        if (
            verbose == 0
            and callbacks is None
            and steps is None
            and type(x) is np.ndarray
            and x.dtype.kind not in "SUOT"
            and 0 < len(x) <= (batch_size or 32)
        ):
            fast = outputs_at_once(self, x)
            if fast is not None:
                return fast
        source = as_source(x, None, None, batch_size, False)
        if steps is not None:
            steps = _limited(steps, source, "predict: steps")
        steps = _capped(steps, source)
        prepare(self, "predict", source.first())
        source = staged(self, source)
        callbacks = with_callbacks(self, callbacks, verbose, 1, steps or source.steps)
        callbacks.on_predict_begin()
        outputs = run_prediction(self, source, callbacks, steps)
        callbacks.on_predict_end()
        close(source)
        made = joined(outputs)
        if any(is_composite(leaf) for leaf in nest.flatten(x)):
            from unikeras.composites.batches import restored

            return restored(self, x, made)
        return made


def _metric(kind: str, name: str) -> Any:
    return getattr(metrics, kind)(name=name)


def _check_metric_names(*groups: Any) -> None:
    for name in nest.flatten(groups):
        if isinstance(name, str) and name not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.identify.check_name(name)


def _accept(kwargs: dict[str, Any], method: str) -> None:
    for key in ("workers", "use_multiprocessing", "max_queue_size"):
        kwargs.pop(key, None)
    if kwargs:
        raise TypeError(f"{method}: unknown arguments {sorted(kwargs)}.")


def _limited(steps: Any, source: Any, what: str) -> int:
    """A number of steps; of arrays no more than there are batches, and then with a warning."""
    steps = whole_number(steps, what)
    if isinstance(source, ArraySource) and steps > source.steps:
        report(
            f"{what} is {steps}, but the data has only {source.steps} batches of {source.batch_size}; "
            f"{source.steps} steps are run."
        )
        return source.steps
    return steps


def _capped(steps: int | None, source: Any) -> int | None:
    """A number of steps, or all, under `keras.config.set_max_steps_per_epoch`.

    Raises:
        ValueError: all of a data set that never ends.
    """
    most = max_steps_per_epoch()
    if steps is None and most is None and getattr(source, "endless", False):
        raise ValueError(
            "The dataset is infinite: give steps_per_epoch (fit), validation_steps or steps, or leave repeat() out."
        )
    if most is None or source is None:
        return steps
    known = steps if steps is not None else source.steps
    return most if known is None or known > most else steps


def _due(frequency: Any, epoch: int) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency


def _validation_parts(data: Any) -> tuple[Any, Any, Any]:
    if isinstance(data, (tuple, list)) and len(data) <= 3:
        return unpack_x_y_sample_weight(tuple(data))
    return data, None, None
