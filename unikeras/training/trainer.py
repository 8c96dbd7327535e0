"""`Trainer`: compile, fit, evaluate, predict and the steps they run; `Model` derives from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unikeras import engine, losses, metrics, ops
from unikeras.core import nest
from unikeras.core.dtypes import floatx
from unikeras.core.gradient import value_and_gradient
from unikeras.core.program import Spec, specs_of
from unikeras.core.strict import report
from unikeras.core.symbolic import SymbolicTensor, infer
from unikeras.core.tensor import Tensor, as_array, is_tensor
from unikeras.core.variable import init_scope
from unikeras.training.compile import CompiledLoss, CompiledMetrics, match_outputs, rows_of
from unikeras.training.data import (
    ArraySource,
    IterableSource,
    Prefetch,
    as_source,
    class_weights,
    split,
    to_device,
    unpack_x_y_sample_weight,
    whole_number,
)
from unikeras.training.pace import Pace
from unikeras.training.step import CompiledStep, EagerStep

__all__ = ["Trainer"]

_METHODS = {"train": "fit", "test": "evaluate", "predict": "predict"}


class Trainer:
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
            auto_scale_loss: accepted.
            **kwargs: `sample_weight_mode`, `target_tensors` of earlier years are refused.

        Raises:
            ValueError: an unknown name.
            TypeError: an unknown keyword.
        """
        from unikeras import optimizers

        if kwargs:
            raise TypeError(f"compile: unknown arguments {sorted(kwargs)}.")
        self.optimizer = optimizers.get(optimizer)
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
        if not self.compiled and not _overridden(self, "train_step"):
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

    # Metrics.

    @property
    def metrics(self) -> list[Any]:
        """The metrics: the loss, the outputs' losses, the compiled metrics, those of layers and attributes."""
        found: list[Any] = []
        if self._loss_tracker is not None:
            found.append(self._loss_tracker)
        if self._compiled_loss is not None:
            found.extend(self._compiled_loss.metrics)
        if self._compiled_metrics is not None:
            found.extend(self._compiled_metrics.metrics)
        seen = {id(m) for m in found}
        for layer in self._flatten_layers():  # type: ignore[attr-defined]
            for _, child in layer._children():
                if isinstance(child, metrics.Metric) and id(child) not in seen:
                    seen.add(id(child))
                    found.append(child)
        return found

    @property
    def metrics_names(self) -> list[str]:
        """The names of the metrics, 'loss' first."""
        return [m.name for m in self.metrics]

    def reset_metrics(self) -> None:
        """Let all metrics start over."""
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The metrics' present values by name."""
        logs: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            if isinstance(result, dict):
                logs.update(result)
            else:
                logs[metric.name] = result
        return logs

    # The steps, to be overridden.

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of a batch: the compiled losses plus what layers and regularizers add.

        Args:
            x: the inputs.
            y: the targets.
            y_pred: the outputs.
            sample_weight: weights of the samples.
            training: accepted.

        Raises:
            ValueError: there is nothing to minimise.
        """
        added = self.losses  # type: ignore[attr-defined]
        if self._compiled_loss is None:
            if not added:
                raise ValueError(
                    "No loss to compute. Provide a `loss` argument in `compile()`, or use `self.add_loss()` in a layer."
                )
            total = added[0]
            for value in added[1:]:
                total = total + value
            return total
        self._build_compiled(y, y_pred)
        total = self._compiled_loss(y, y_pred, sample_weight, added)
        return ops.constant(0.0) if total is None else total

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Let the compiled metrics take in a batch; their values."""
        self._update_metrics(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def _update_metrics(self, y: Any, y_pred: Any, sample_weight: Any) -> None:
        if self._compiled_metrics is not None and y is not None:
            self._build_compiled(y, y_pred)
            self._compiled_metrics.update_state(y, y_pred, sample_weight)

    def _build_compiled(self, y: Any, y_pred: Any) -> None:
        names = self._output_names(y_pred)
        if self._compiled_loss is not None:
            self._compiled_loss.build(y_pred, names)
        if self._compiled_metrics is not None and y is not None:
            self._compiled_metrics.build(y_pred, y, names)

    def _output_names(self, y_pred: Any) -> list[str]:
        names = list(getattr(self, "output_names", []) or [])
        count = len(nest.flatten(y_pred))
        return names if len(names) == count else [f"output_{i + 1}" for i in range(count)]

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training on a batch; may be overridden.

        Args:
            data: (x, y) or (x, y, sample_weight), tensors.

        Returns:
            What to report, by name.
        """
        logs = self._train(data)
        return self.get_metrics_result() if logs is None else logs

    def _train(self, data: Any) -> dict[str, Any] | None:
        x, y, sample_weight = unpack_x_y_sample_weight(data)

        def forward() -> tuple[Any, Any]:
            y_pred = self(x, training=True)  # type: ignore[operator]
            return self._loss_of(x, y, y_pred, sample_weight, True), y_pred

        variables = self.trainable_weights  # type: ignore[attr-defined]
        if variables:
            loss, y_pred, gradients = value_and_gradient(forward, variables)
            self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        else:
            loss, y_pred = forward()
            report("The model does not have any trainable weights, so training changes nothing.")
        self._track_loss(loss, x)
        return self._metrics_of(x, y, y_pred, sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation on a batch; may be overridden."""
        logs = self._test(data)
        return self.get_metrics_result() if logs is None else logs

    def _test(self, data: Any) -> dict[str, Any] | None:
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)  # type: ignore[operator]
        if self._compiled_loss is not None or self.losses or _overridden(self, "compute_loss"):  # type: ignore[attr-defined]
            self._track_loss(self._loss_of(x, y, y_pred, sample_weight, False), x)
        return self._metrics_of(x, y, y_pred, sample_weight)

    def predict_step(self, data: Any) -> Any:
        """One step of prediction on a batch; may be overridden."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, training=False)  # type: ignore[operator]

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        import inspect

        if "training" in inspect.signature(self.compute_loss).parameters:
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)
        return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)

    def _track_loss(self, loss: Any, x: Any) -> None:
        first = next((leaf for leaf in nest.flatten(x) if is_tensor(leaf)), None)
        self._loss_tracker.update_state(loss, sample_weight=rows_of(first))

    def _metrics_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any) -> dict[str, Any] | None:
        """Update the metrics; the logs, if they are the user's own."""
        if _overridden(self, "compute_metrics"):
            return self.compute_metrics(x, y, y_pred, sample_weight)
        self._update_metrics(y, y_pred, sample_weight)
        return None

    # Making a step ready.

    def _function(self, mode: str, batch: Any, specs: list[Spec]) -> Any:
        """The step of a mode for batches of a structure and specs, compiled where the engine compiles."""
        F = engine.current()
        eager = self.run_eagerly or not F.compiles
        structure = nest.map_structure(lambda leaf: None if leaf is None else 0, batch)
        key = (
            mode,
            repr(structure),
            tuple(specs),
            tuple(id(v) for v in self.trainable_weights) if mode == "train" else None,  # type: ignore[attr-defined]
            eager,
        )
        found = self._functions.get(key)
        if found is not None:
            return found
        body, results = self._body(mode)
        if eager:
            step: Any = EagerStep(body, structure, mode == "train")
        else:
            known = list(self.weights)  # type: ignore[attr-defined]
            if mode != "predict":
                known += [v for metric in self.metrics for v in metric.variables]
            if mode == "train" and self.optimizer is not None:
                known += list(self.optimizer.variables)
            unique = list({id(v): v for v in known}.values())
            step = CompiledStep(body, structure, specs, unique, results)
        if len(self._functions) >= 64:
            self._functions.pop(next(iter(self._functions)))
        self._functions[key] = step
        return step

    def _body(self, mode: str) -> tuple[Any, Any]:
        """The function of a batch that a mode runs, and that of the logs if they need not be carried from step to step."""
        if mode == "predict":
            return self.predict_step, None
        name = f"{mode}_step"
        if (
            _overridden(self, name)
            or _overridden(self, "get_metrics_result")
            or _overridden(self, "compute_metrics")
        ):
            return getattr(self, name), None
        update = self._train if mode == "train" else self._test

        def body(batch: Any) -> Any:
            update(batch)
            return self.get_metrics_result()

        return body, self.get_metrics_result

    def _prepare(self, mode: str, batch: Any) -> None:
        """Build what is not built yet for a batch like this one: the model, the metrics, the optimizer."""
        x, y, _ = unpack_x_y_sample_weight(batch)
        if self._graph is not None:  # type: ignore[attr-defined]
            self._check_inputs(nest.map_structure(_symbol, x))  # type: ignore[attr-defined]
        if not self._is_built():
            try:
                y_pred = self._outputs_for(x)
            except NotImplementedError:
                if not _overridden(self, f"{mode}_step"):
                    raise
                return
        if mode == "predict" or not self.compiled:
            return
        if self._compiled_metrics is not None and (
            self._compiled_metrics._built is None
            or (self._compiled_loss and self._compiled_loss._built is None)
        ):
            custom = _overridden(self, f"{mode}_step")
            try:
                y_pred = self._outputs_for(x)
                if y is not None:
                    self._build_compiled(nest.map_structure(_symbol, y), y_pred)
            except Exception:
                if not custom:  # a step of the user's may do without the model's call, or feed it otherwise
                    raise
        if mode == "train" and self.optimizer is not None and not _overridden(self, "train_step"):
            self.optimizer.build(self.trainable_weights)  # type: ignore[attr-defined]

    def _outputs_for(self, x: Any) -> Any:
        """The outputs for a batch: symbolic ones, or real ones where steps run as plain Python."""
        if self.run_eagerly:
            return self(nest.map_structure(lambda leaf: None if leaf is None else Tensor(as_array(leaf)), x))  # type: ignore[operator]
        return infer(lambda v: self(v), (nest.map_structure(_symbol, x),), {})  # type: ignore[operator]

    def _is_built(self) -> bool:
        return bool(self.built) and all(layer.built for layer in self._flatten_layers())  # type: ignore[attr-defined]

    def _check_targets(self, source: Any) -> None:
        """Refuse labels that no class has: of resident arrays once, of others batch by batch."""
        if isinstance(source, ArraySource) and source.resident:
            self._check_labels(source.structure)

    def _check_labels(self, data: Any) -> None:
        """Look at labels on the host: inside a compiled step nothing can be raised."""
        compiled = self._compiled_loss
        _, y, _ = unpack_x_y_sample_weight(data)
        if y is None or compiled is None or compiled._built is None or _overridden(self, "train_step"):
            return
        targets = match_outputs(y, compiled.outputs, compiled.names, "y")
        for (_, loss, _), shape, target in zip(
            compiled._built, nest.flatten(compiled.outputs), targets, strict=True
        ):
            if loss is not None and isinstance(target, np.ndarray) and len(shape) and shape[-1]:
                losses.check_labels(target, shape[-1], loss)

    # fit

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
        from unikeras import callbacks as callbacks_module

        _accept(kwargs, "fit")
        self._must_be_compiled("fit")
        if not engine.current().gradients:
            from unikeras.core.errors import EngineError

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
        self._prepare("train", source.first())
        self._check_targets(source)
        steps = source.steps
        if steps_per_epoch is not None:
            steps = steps_per_epoch = _limited(steps_per_epoch, source, "fit: steps_per_epoch")
        if validation is not None and validation_steps is not None:
            validation_steps = _limited(validation_steps, validation, "fit: validation_steps")
        verbose = _verbosity(verbose)
        if not isinstance(callbacks, callbacks_module.CallbackList):
            callbacks = callbacks_module.CallbackList(
                callbacks,
                add_history=True,
                add_progbar=verbose != 0,
                model=self,
                verbose=verbose,
                epochs=epochs,
                steps=steps,
            )
        callbacks.on_train_begin()
        logs: dict[str, Any] = {}
        warned = False
        try:
            for epoch in range(initial_epoch, epochs):
                self.reset_metrics()
                callbacks.on_epoch_begin(epoch)
                if isinstance(source, IterableSource):
                    source.epoch_begin()
                logs = {}
                for logs in self._run("train", source, callbacks, steps_per_epoch):  # noqa: B007
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
                if isinstance(source, IterableSource):
                    source.epoch_end()
                if self.stop_training:
                    break
        finally:
            self._close(source)
            if validation is not None:
                self._close(validation)
        callbacks.on_train_end(logs)
        return self.history

    def _run(self, mode: str, source: Any, callbacks: Any, limit: int | None) -> Iterator[dict[str, Any]]:
        """Run an epoch; yields the logs after every chunk."""
        begin, end = getattr(callbacks, f"on_{mode}_batch_begin"), getattr(callbacks, f"on_{mode}_batch_end")
        if isinstance(source, ArraySource) and source.resident:
            every = getattr(callbacks, f"wants_{mode}_batches")
            chunks = self._chunks(mode, source, limit, every, begin)
        else:
            chunks = self._stream(mode, source, limit, begin)
        for last, result in chunks:
            logs = _as_logs(result)
            end(last, logs)
            yield logs

    def _chunks(
        self, mode: str, source: ArraySource, limit: int | None, every: bool, begin: Callable[[int], None]
    ) -> Iterator[tuple[int, Any]]:
        """Batches of resident arrays, as many at once as take a tenth of a second; yields (last batch, result).

        With a limit, an epoch goes on where the last one stopped.
        """
        data = source.device()
        size = source.batch_size
        full = source.size // size
        steps = source.steps if limit is None else min(limit, source.steps)
        pace = source.__dict__.setdefault(f"_pace_{mode}", Pace(every))
        pace.single = every
        shuffled = mode == "train"
        goes_on = shuffled and limit is not None
        at, order, places = source.__dict__.pop("_place", (source.steps, None, None))
        if full:
            specs = [((size, *shape[1:]), dtype) for shape, dtype in specs_of(data)]
            step = self._function(mode, source.structure, specs)
        done = 0
        while done < steps:
            if at == source.steps:
                at, order = 0, source.order() if shuffled else None
                places = None if order is None else as_array(order)
            begin(done)
            if at < full:
                count = min(pace.next(), full - at, steps - done)
                result = _as_logs(step.run(data, places, at, count, size))
                pace.done(count)
            else:
                count = 1
                rest = [as_array(rows) for rows in source.rows(at * size, source.size, order)]
                result = self._function(mode, source.structure, specs_of(rest))(rest)
            at += count
            done += count
            if goes_on:
                source.__dict__["_place"] = (at, order, places)
            yield done - 1, result

    def _stream(
        self, mode: str, source: Any, limit: int | None, begin: Callable[[int], None]
    ) -> Iterator[tuple[int, Any]]:
        """Batches from the host one by one, made ready ahead in a thread; yields (batch, result)."""
        one_pass = isinstance(source, IterableSource) and source.one_pass
        # With a limit, an epoch of a generator, of arrays or of an iterable of unknown length goes on where the last one stopped.
        goes_on = limit is not None and (
            one_pass or (mode == "train" and (isinstance(source, ArraySource) or source.steps is None))
        )
        batches = self._open(source)
        count = 0
        try:
            while limit is None or count < limit:
                item = next(batches, None)
                if item is None and goes_on and not one_pass:
                    self._close(source)
                    batches = self._open(source)
                    item = next(batches, None)
                if item is None:
                    self._close(source)
                    self._ran_out(mode, count, limit)
                    return
                begin(count)
                batch, leaves = item
                if mode != "predict":
                    self._check_labels(batch)
                result = self._function(mode, batch, specs_of(leaves))(leaves)
                count += 1
                yield count - 1, result
        finally:
            if not goes_on:
                self._close(source)

    @staticmethod
    def _open(source: Any) -> Iterator[Any]:
        if "_stream" not in source.__dict__:
            source.__dict__["_stream"] = Prefetch(to_device(batch) for batch in source.batches())
        return iter(source.__dict__["_stream"])

    @staticmethod
    def _close(source: Any) -> None:
        stream = source.__dict__.pop("_stream", None)
        if stream is not None:
            stream.close()

    def _ran_out(self, mode: str, count: int, limit: int | None) -> None:
        """Say that there were fewer batches than asked for, or none."""
        if limit is None and count:
            return
        if limit is not None:
            message = f"the data ran out after {count} of {limit} batches"
            advice = "Give a dataset or generator that makes as many batches as all epochs ask for"
        else:
            message = "the generator is exhausted: it gave no batch this time"
            advice = "Give a generator that goes on and the number of steps, or data that can be iterated over again"
        if mode == "train":
            self.stop_training = True
            message += ", so the training stops here"
        report(f"{_METHODS[mode]}: {message}. {advice}.")

    # evaluate and predict

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
        from unikeras import callbacks as callbacks_module

        source = kwargs.pop("_source", None)
        _accept(kwargs, "evaluate")
        self._must_be_compiled("evaluate")
        own = source is None
        if own:
            source = as_source(x, y, sample_weight, batch_size, False)
            if steps is not None:
                steps = _limited(steps, source, "evaluate: steps")
        if source.__dict__.get("_prepared") is not self._functions:
            self._prepare("test", source.first())
            self._check_targets(source)
            source.__dict__["_prepared"] = self._functions
        verbose = _verbosity(verbose)
        if not isinstance(callbacks, callbacks_module.CallbackList):
            callbacks = callbacks_module.CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                model=self,
                verbose=verbose,
                epochs=1,
                steps=steps or source.steps,
            )
        callbacks.on_test_begin()
        logs: dict[str, Any] = {}
        self.reset_metrics()
        try:
            for logs in self._run("test", source, callbacks, steps):  # noqa: B007
                pass
        finally:
            if own:
                self._close(source)
        callbacks.on_test_end(logs)
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

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
        from unikeras import callbacks as callbacks_module

        _accept(kwargs, "predict")
        if (
            verbose == 0
            and callbacks is None
            and steps is None
            and type(x) is np.ndarray
            and 0 < len(x) <= (batch_size or 32)
        ):
            fast = self._predict_at_once(x)
            if fast is not None:
                return fast
        source = as_source(x, None, None, batch_size, False)
        if steps is not None:
            steps = _limited(steps, source, "predict: steps")
        self._prepare("predict", source.first())
        verbose = _verbosity(verbose)
        if not isinstance(callbacks, callbacks_module.CallbackList):
            callbacks = callbacks_module.CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                model=self,
                verbose=verbose,
                epochs=1,
                steps=steps or source.steps,
            )
        callbacks.on_predict_begin()
        outputs: list[Any] = []
        streaming = not (isinstance(source, ArraySource) and source.resident)
        run: Any = self._stream if streaming else self._predict_batches
        for index, result in run("predict", source, steps, callbacks.on_predict_batch_begin):
            outputs.append(result)
            callbacks.on_predict_batch_end(index, {"outputs": result})
        callbacks.on_predict_end()
        self._close(source)
        columns = zip(*(nest.flatten(o) for o in outputs), strict=True)
        return nest.pack_as(outputs[0], [_join(column) for column in columns])

    def _predict_batches(
        self, mode: str, source: ArraySource, limit: int | None, begin: Callable[[int], None]
    ) -> Iterator[tuple[int, Any]]:
        size = source.batch_size
        for i in range(source.steps if limit is None else min(limit, source.steps)):
            begin(i)
            rows = [as_array(r) for r in source.rows(i * size, min((i + 1) * size, source.size), None)]
            yield i, self._function(mode, source.structure, specs_of(rows))(rows)

    def _predict_at_once(self, x: np.ndarray) -> Any:
        """One small array straight through the compiled step."""
        key = ("at once", x.shape, x.dtype)
        step = self._functions.get(key)
        if step is None:
            source = as_source(x, None, None, len(x), False)
            assert isinstance(source, ArraySource)
            self._prepare("predict", source.first())
            step = self._function("predict", source.structure, specs_of(source.device()))
            if not isinstance(step, CompiledStep) or step.writes:
                return None
            self._functions[key] = step
        if x.dtype == np.float64:
            x = x.astype(floatx())
        return step.host_result([x])

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> Any:
        """One step of training.

        Args:
            x: inputs of the batch.
            y: targets.
            sample_weight: a weight a sample.
            class_weight: class -> weight.
            reset_metrics: whether metrics are of this batch alone, as in tf.keras 2.
            return_dict: return a dict by name instead of a list.

        Returns:
            The loss, a list [loss, metric, ...], or a dict.
        """
        self._must_be_compiled("train_on_batch")
        if class_weight is not None:
            sample_weight = class_weights(y, sample_weight, class_weight)
        return self._on_batch("train", x, y, sample_weight, reset_metrics, return_dict)

    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics on a batch; arguments as for `train_on_batch`."""
        self._must_be_compiled("test_on_batch")
        return self._on_batch("test", x, y, sample_weight, reset_metrics, return_dict)

    def _on_batch(self, mode: str, x: Any, y: Any, sample_weight: Any, reset: bool, return_dict: bool) -> Any:
        if reset:
            self.reset_metrics()
        batch, leaves = self._batch(mode, x, y, sample_weight)
        logs = _as_logs(self._function(mode, batch, specs_of(leaves))(leaves))
        if return_dict:
            return logs
        values = list(logs.values())
        return values[0] if len(values) == 1 else values

    def _batch(self, mode: str, x: Any, y: Any, sample_weight: Any) -> tuple[Any, list[Any]]:
        source = as_source(x, y, sample_weight, None, False)
        if not isinstance(source, ArraySource):
            raise ValueError(f"{mode}_on_batch takes arrays, not a {type(x).__name__}.")
        source.batch_size = source.size
        self._prepare(mode, source.first())
        if mode != "predict":
            self._check_targets(source)
        return source.structure, source.device()

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for a batch, as NumPy arrays."""
        batch, leaves = self._batch("predict", x, None, None)
        return _to_numpy_structure(self._function("predict", batch, specs_of(leaves))(leaves))

    # What tf.keras 2's subclasses call to get the functions of a step.

    def make_train_function(self, force: bool = False) -> Any:
        """A function of an iterator that trains on its next batch (tf.keras 2)."""
        return lambda iterator: self.train_step(next(iterator))

    def make_test_function(self, force: bool = False) -> Any:
        """A function of an iterator that evaluates its next batch (tf.keras 2)."""
        return lambda iterator: self.test_step(next(iterator))

    def make_predict_function(self, force: bool = False) -> Any:
        """A function of an iterator that predicts its next batch (tf.keras 2)."""
        return lambda iterator: self.predict_step(next(iterator))


def _symbol(leaf: Any) -> Any:
    return None if leaf is None else SymbolicTensor((None, *np.shape(leaf)[1:]), leaf.dtype)


def _metric(kind: str, name: str) -> Any:
    return getattr(metrics, kind)(name=name)


def _check_metric_names(*groups: Any) -> None:
    for name in nest.flatten(groups):
        if isinstance(name, str) and name not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.identify.check_name(name)


def _overridden(model: Any, name: str) -> bool:
    """Whether a subclass of the user's defines a method of `Trainer`'s."""
    return name in model.__dict__ or getattr(type(model), name) is not getattr(Trainer, name)


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


def _verbosity(verbose: Any) -> int:
    if verbose in ("auto", 0, 1, 2):
        return 1 if verbose == "auto" else int(verbose)
    raise ValueError(
        f"verbose must be 0 (silent), 1 (a progress bar), 2 (a line an epoch) or 'auto', not {verbose!r}."
    )


def _due(frequency: Any, epoch: int) -> bool:
    return epoch % frequency == 0 if isinstance(frequency, int) else epoch in frequency


def _validation_parts(data: Any) -> tuple[Any, Any, Any]:
    if isinstance(data, (tuple, list)) and len(data) <= 3:
        return unpack_x_y_sample_weight(tuple(data))
    return data, None, None


def _as_logs(result: Any) -> dict[str, Any]:
    """A step's result as plain numbers by name."""
    if not isinstance(result, dict):
        if result is None:
            return {}
        raise ValueError(f"train_step and test_step must return a dict of logs, not {type(result).__name__}.")
    logs = {}
    for name, value in result.items():
        host = np.asarray(value)
        logs[name] = float(host) if host.ndim == 0 else host
    return logs


def _to_numpy_structure(result: Any) -> Any:
    return nest.map_structure(lambda t: np.array(t), result)


def _join(parts: Any) -> np.ndarray:
    arrays = [np.asarray(p) for p in parts]
    return np.concatenate(arrays) if arrays[0].ndim else np.stack(arrays)
