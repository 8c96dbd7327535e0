"""Write what happens during training for TensorBoard to show."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from unikeras.callbacks.callback import Callback, Logs
from unikeras.callbacks.learning_rate import get_learning_rate, has_learning_rate
from unikeras.callbacks.tensorboard_events import EventFile, weight_pictures
from unikeras.core.strict import report

_FORMER = ("write_grads", "batch_size", "embeddings_layer_names", "embeddings_data")


class TensorBoard(Callback):
    """Writes logs, weights and the model's graph as TensorBoard event files.

    Needs the tensorboard package: `pip install "unikeras[tensorboard]"`.

    Two runs are written, `train` and `validation`, with Keras's tags: `epoch_loss`, `epoch_<metric>`,
    `epoch_learning_rate`, `evaluation_loss_vs_iterations`, `batch_loss`, `<weight>/histogram`,
    `<weight>/image`, `keras`. Look at them with `tensorboard --logdir <log_dir>`.

    Args:
        log_dir: local folder.
        histogram_freq: every how many epochs the weights' distributions are written; 0: never.
        write_graph: write the model's structure (subclassed models, which have no configuration, are left
            out).
        write_images: with `histogram_freq`, also write the weights as pictures.
        write_steps_per_second: write the speed.
        update_freq: `"epoch"`; or `"batch"` or a number of batches, after which values of the running epoch
            are written too. The latter makes the training loop stop after every batch.
        profile_batch: not supported; anything but 0 gets a warning.
        embeddings_freq: every how many epochs the matrices of Embedding layers are written for the
            projector; 0: never.
        embeddings_metadata: path of a file with a label for each row, or a dict from layer names to paths.

    Raises:
        ImportError: the tensorboard package is not installed.
        ValueError: `update_freq` is none of these, or `log_dir` is not local.
        TypeError: an unknown argument.

    Example:
        >>> import os, tempfile
        >>> from types import SimpleNamespace
        >>> folder = tempfile.TemporaryDirectory()
        >>> board = TensorBoard(folder.name, write_graph=False)
        >>> board.set_model(SimpleNamespace(layers=[]))
        >>> board.on_train_begin()
        >>> board.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.6})
        >>> board.on_train_end()
        >>> sorted(os.listdir(folder.name))
        ['train', 'validation']
        >>> folder.cleanup()

    Source: `keras.callbacks.TensorBoard`.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: str | dict[str, str] | None = None,
        **former: Any,
    ) -> None:
        self.log_dir = os.fspath(log_dir)
        if "://" in self.log_dir:
            raise ValueError(f"TensorBoard: log_dir must be a local folder, got {self.log_dir!r}.")
        if update_freq not in ("epoch", "batch") and not (isinstance(update_freq, int) and update_freq > 0):
            raise ValueError(
                "TensorBoard: update_freq must be 'epoch', 'batch' or a positive number of batches, "
                f"got {update_freq!r}."
            )
        for name in former:
            if name not in _FORMER:
                raise TypeError(f"TensorBoard: unknown argument {name!r}.")
            report(f"TensorBoard: {name} has had no effect since tf.keras 2.0; leave it out.")
        if profile_batch not in (0, None, (0, 0), [0, 0], "0", ""):
            report(
                f"TensorBoard: profile_batch={profile_batch!r} is ignored: profiling is not supported. "
                "Pass profile_batch=0, or use your engine's own profiler."
            )
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq: str | int = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self.needs_every_batch = False if update_freq == "epoch" else None
        self._train = EventFile(os.path.join(self.log_dir, "train"))
        self._validation = EventFile(os.path.join(self.log_dir, "validation"))
        self._in_fit = False
        self._step = 0  # training batches so far in this fit
        self._batches_this_epoch = 0
        self._epoch_start = self._batch_start = 0.0

    # -- hooks

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Write the model's graph, and what the projector needs."""
        self._in_fit = True
        self._step = 0
        if self.write_graph:
            self._write_graph()
        if self.embeddings_freq:
            self._configure_projector()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the files."""
        self._in_fit = False
        self._train.close()
        self._validation.close()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the time."""
        self._batches_this_epoch = 0
        self._epoch_start = time.perf_counter()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Note the time."""
        self._batch_start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Count the batches; write the values if `update_freq` says so."""
        self._step += batch + 1 - self._batches_this_epoch
        self._batches_this_epoch = batch + 1
        if isinstance(self.update_freq, str):
            return
        if self._step % self.update_freq == 0:
            if self.write_steps_per_second:
                speed = 1.0 / max(time.perf_counter() - self._batch_start, 1e-9)
                self._train.scalar("batch_steps_per_second", speed, self._step)
            for name, value in (logs or {}).items():
                self._train.scalar(f"batch_{name}", float(value), self._step)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write the evaluation against the number of training steps."""
        iterations = getattr(getattr(self.model, "optimizer", None), "iterations", None)
        if iterations is not None:
            step = int(np.asarray(iterations))
            for name, value in (logs or {}).items():
                self._validation.scalar(f"evaluation_{name}_vs_iterations", float(value), step)
        if not self._in_fit:
            self._validation.close()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the logs, and the weights if it is their turn."""
        values = dict(logs or {})
        if has_learning_rate(self.model):
            values["learning_rate"] = get_learning_rate(self.model, "TensorBoard")
        if self.write_steps_per_second:
            seconds = max(time.perf_counter() - self._epoch_start, 1e-9)
            values["steps_per_second"] = self._batches_this_epoch / seconds
        for name, value in values.items():
            file = self._validation if name.startswith("val_") else self._train
            file.scalar(f"epoch_{name.removeprefix('val_')}", float(value), epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings()
        self._train.flush()
        self._validation.flush()

    # -- parts

    def _write_graph(self) -> None:
        try:
            config = self.model.to_json()
        except NotImplementedError:  # a subclassed model: there is no configuration to draw
            return
        self._train.keras_model(config)

    def _write_weights(self, epoch: int) -> None:
        for name, weight in _named_weights(self.model):
            value = np.asarray(weight).astype(np.float64)
            self._train.histogram(f"{name}/histogram", value, epoch)
            pictures = weight_pictures(value) if self.write_images else None
            if pictures is not None:
                self._train.image(f"{name}/image", pictures, epoch)

    def _embeddings(self) -> list[Any]:
        return [layer for layer in self.model.layers if type(layer).__name__ == "Embedding"]

    def _configure_projector(self) -> None:
        """Tell the projector where the matrices and their labels are."""
        projector = importlib.import_module("tensorboard.plugins.projector.projector_config_pb2")
        text_format = importlib.import_module("google.protobuf.text_format")
        layers = self._embeddings()
        labels = self.embeddings_metadata or {}
        if isinstance(labels, str):
            labels = {layer.name: labels for layer in layers}
        unknown = sorted(set(labels) - {layer.name for layer in layers})
        if unknown:
            raise ValueError(
                f"TensorBoard: embeddings_metadata names {', '.join(unknown)}, which are no Embedding layers "
                f"of the model. There are: {', '.join(layer.name for layer in layers) or 'none'}."
            )
        config = projector.ProjectorConfig()
        for layer in layers:
            entry = config.embeddings.add(tensor_name=layer.name, tensor_path=_matrix_file(layer))
            if layer.name in labels:
                entry.metadata_path = labels[layer.name]
        os.makedirs(self.log_dir, exist_ok=True)
        with open(os.path.join(self.log_dir, "projector_config.pbtxt"), "w", encoding="utf-8") as file:
            file.write(text_format.MessageToString(config))

    def _write_embeddings(self) -> None:
        for layer in self._embeddings():
            matrix = np.asarray(layer.get_weights()[0], np.float64)
            np.savetxt(os.path.join(self.log_dir, _matrix_file(layer)), matrix, fmt="%.7g", delimiter="\t")


def _matrix_file(layer: Any) -> str:
    return f"{layer.name.replace('/', '_')}_embedding.tsv"


def _named_weights(model: Any) -> Iterator[tuple[str, Any]]:
    """Every weight once, with its path as a tag."""
    seen = set()
    for layer in model.layers:
        for weight in layer.weights:
            if id(weight) not in seen:
                seen.add(id(weight))
                yield str(getattr(weight, "path", None) or weight.name).replace(":", "_"), weight
