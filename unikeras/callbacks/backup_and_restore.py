"""Keep backups of a training, and go on with it exactly after it was interrupted."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from unikeras.callbacks.callback import Callback, Logs
from unikeras.core.strict import report

_FILE, _PREVIOUS, _FORMAT = "backup.npz", "backup.previous.npz", 1


class BackupAndRestore(Callback):
    """Keeps backups in a folder; the same `fit` called again, also in a new process, goes on with the last one.

    An interrupted run that goes on ends with the same weights, bit for bit, and the same history as one that was not
    interrupted, also from the midst of an epoch. Kept are: all variables of the model (weights, statistics, the states of seed
    generators and of metrics), the optimizer's, the place in the data and the order of a shuffled epoch, the random numbers of
    Python, NumPy and unikeras, and what changed in the plain attributes (numbers, strings, lists, dicts, arrays) of the other callbacks,
    the history included. A callback that keeps other things can define `backup_state()`, which returns a dict of plain values,
    and `restore_state(state)`.

    The script must build the same model, data and callbacks again. Arrays and `PyDataset`s go on at their place; a
    `PyDataset`'s `on_epoch_begin` and `on_epoch_end` are called for the epochs that are over. Of generators and other iterables the batches
    that were used are drawn again and thrown away, so a run is repeated exactly if the iterable gives the same batches again. What a data set keeps
    inside itself otherwise, and what worker threads drew ahead from NumPy's global numbers, is not known here.

    Args:
        backup_dir: the folder of the backup; one for each training.
        save_freq: `"epoch"`, or a number of batches: a backup is made at least every so many batches, at the end of a chunk of steps
            (they run many at once), and at the end of each epoch.
        double_checkpoint: keep the backup before the last one too, and use it if the last one cannot be read.
        delete_checkpoint: remove the backup when the training has come to its end.
        save_before_preemption: not available.

    Raises:
        ValueError: `save_freq` is neither; or the backup cannot be read, or is of another model, optimizer or data.
        NotImplementedError: with `save_before_preemption`.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> x = np.arange(8.0).reshape(8, 1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     keep = lambda: BackupAndRestore(folder, delete_checkpoint=False)
        ...     _ = model.fit(x, x, epochs=2, verbose=0, callbacks=[keep()])
        ...     history = model.fit(x, x, epochs=3, verbose=0, callbacks=[keep()])  # the third epoch only
        >>> history.epoch, len(history.history["loss"])
        ([0, 1, 2], 3)

    Source: `keras.callbacks.BackupAndRestore`; exact in the midst of an epoch, which Keras's is not.
    """

    needs_every_batch = False
    runs_last = True  # so that what it keeps has all that the others did

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
        save_before_preemption: bool = False,
    ) -> None:
        if not os.fspath(backup_dir):
            raise ValueError("BackupAndRestore: backup_dir must name a folder.")
        whole = isinstance(save_freq, (int, np.integer)) and not isinstance(save_freq, bool) and save_freq > 0
        if save_freq != "epoch" and not whole:
            raise ValueError(
                f"BackupAndRestore: save_freq must be 'epoch' or a positive number of batches, got {save_freq!r}."
            )
        if save_before_preemption:
            raise NotImplementedError(
                "BackupAndRestore(save_before_preemption=True) is not available; give a number of batches as save_freq."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._run: Any = None
        self._epoch = 0
        self._since_save = 0
        self._seen = 0  # batches of this epoch

    def resume(self, source: Any, validation: Any, others: Sequence[Any], initial_epoch: int) -> Any:
        """Restore the backup if there is one; called by `fit` once training has begun.

        Args:
            source: what the model is trained on.
            validation: what it is validated on, or `None`.
            others: the other callbacks.
            initial_epoch: the epoch (from 0) that `fit` was to begin with.

        Returns:
            Where to go on, or `None`.
        """
        from unikeras.training.snapshot import Run

        self._run = Run(self.model, source, validation, others, initial_epoch)
        found = self._read()
        if found is None:
            return None
        document, arrays = found
        try:
            place = self._run.restore(document, arrays)
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(
                f"BackupAndRestore: the backup in {self.backup_dir!r} is damaged ({error!r}). Remove the folder to start anew."
            ) from error
        self._epoch, self._seen, self._since_save = place.epoch, place.batch, 0
        return place

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Note the epoch."""
        self._epoch, self._seen = epoch, 0

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Keep a backup if `save_freq` batches have passed."""
        if self.save_freq == "epoch":
            return
        self._since_save += batch + 1 - self._seen
        self._seen = batch + 1
        if self._since_save >= int(self.save_freq):
            self._save(self._epoch, batch + 1, logs or {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keep a backup."""
        self._save(epoch + 1, 0, logs or {})

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Remove the backup."""
        if not self.delete_checkpoint:
            return
        for name in (_FILE, _PREVIOUS):
            if os.path.exists(path := os.path.join(self.backup_dir, name)):
                os.remove(path)
        if os.path.isdir(self.backup_dir) and not os.listdir(self.backup_dir):
            os.rmdir(self.backup_dir)

    # The file: the last one stays whole whenever the program dies, since the new one takes its place in one operation.

    def _save(self, epoch: int, batch: int, logs: Logs) -> None:
        document, arrays = self._run.capture(epoch, batch, logs)
        text = json.dumps({"format": _FORMAT, **document})
        os.makedirs(self.backup_dir, exist_ok=True)
        path = os.path.join(self.backup_dir, _FILE)
        new = f"{path}.{os.getpid()}.new"
        with open(new, "wb") as file:
            np.savez(file, document=np.frombuffer(text.encode(), np.uint8), **arrays)
            file.flush()
            os.fsync(file.fileno())
        if self.double_checkpoint and os.path.exists(path):
            os.replace(path, os.path.join(self.backup_dir, _PREVIOUS))
        os.replace(new, path)
        self._since_save = 0

    def _read(self) -> tuple[dict[str, Any], Any] | None:
        problem: Exception | None = None
        for name in (_FILE, _PREVIOUS):
            path = os.path.join(self.backup_dir, name)
            if not os.path.exists(path):
                continue
            try:
                with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
                    arrays = {key: file[key] for key in file.files}
                document = json.loads(arrays.pop("document").tobytes())
                if document["format"] != _FORMAT:
                    raise ValueError(f"format {document['format']} instead of {_FORMAT}")
            except Exception as error:
                problem = problem or error
                continue
            if problem is not None:
                report(
                    f"BackupAndRestore: the last backup in {self.backup_dir!r} is damaged; going on with the one before."
                )
            return document, arrays
        if problem is not None:
            raise ValueError(
                f"BackupAndRestore: the backup in {self.backup_dir!r} cannot be read ({problem}). Remove the folder to start anew."
            ) from problem
        return None
