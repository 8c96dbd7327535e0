"""`CheckpointManager`: keeps the newest checkpoints of a folder and deletes the others."""

from __future__ import annotations

import collections
import os
import time
from collections.abc import Callable
from typing import Any

from unikeras.checkpoint.bundle import remove_checkpoint
from unikeras.checkpoint.checkpoint import Checkpoint
from unikeras.checkpoint.save import save_objects
from unikeras.checkpoint.state import checkpoint_exists, get_checkpoint_state, update_checkpoint_state

__all__ = ["CheckpointManager"]


class CheckpointManager:
    """Saves checkpoints under growing numbers and deletes old ones (mirrors `tf.train.CheckpointManager`).

    Args:
        checkpoint: the `tf.train.Checkpoint`.
        directory: the folder; it is made if need be.
        max_to_keep: how many are kept; all if `None`.
        keep_checkpoint_every_n_hours: one that is deleted is kept for good if so many hours are past since the last that was.
        checkpoint_name: the beginning of the files' names.
        step_counter: a variable that counts steps, for `checkpoint_interval`.
        checkpoint_interval: `save` does nothing until so many steps are past.
        init_fn: called by `restore_or_initialize` if there is no checkpoint.

    Raises:
        ValueError: `max_to_keep` is no positive number; one of `step_counter` and `checkpoint_interval` without the other.

    Example:
        >>> import tempfile, unikeras as tf
        >>> v = tf.Variable(0)
        >>> manager = tf.train.CheckpointManager(tf.train.Checkpoint(v=v), tempfile.mkdtemp(), max_to_keep=2)
        >>> for i in range(3):
        ...     _ = v.assign(i); _ = manager.save()
        >>> [path.rsplit("/", 1)[1] for path in manager.checkpoints]
        ['ckpt-2', 'ckpt-3']
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}.")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not `None`.")
        self.checkpoint = checkpoint
        self._directory = os.fspath(directory)
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._name = checkpoint_name
        self._step_counter = step_counter
        self._interval = checkpoint_interval
        self._last_step: int | None = None
        self._init_fn = init_fn
        os.makedirs(self._directory, exist_ok=True)
        self._kept: collections.OrderedDict[str, float] = collections.OrderedDict()
        self._preserved = time.time()
        state = get_checkpoint_state(self._directory)
        if state is not None:
            times = state.all_model_checkpoint_timestamps
            paths = state.all_model_checkpoint_paths
            for index, path in enumerate(paths):
                if checkpoint_exists(path):
                    self._kept[path] = times[index] if len(times) == len(paths) else time.time()
            self._preserved = state.last_preserved_timestamp or self._preserved
        self._latest = next(reversed(self._kept), None)

    @property
    def directory(self) -> str:
        """The folder."""
        return self._directory

    @property
    def checkpoint_interval(self) -> int | None:
        """How many steps are between two checkpoints."""
        return self._interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The newest checkpoint's path, `None` if there is none."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The paths of those that are kept, the oldest first; without those kept for good."""
        return list(self._kept)

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None
    ) -> str | None:
        """Save, and delete what is too old.

        Args:
            checkpoint_number: the number in the name, instead of how often it was saved.
            check_interval: whether `checkpoint_interval` counts.
            options: accepted.

        Returns:
            The checkpoint's path; `None` if it is too early for one.
        """
        if self._interval is not None and check_interval:
            step = int(self._step_counter)
            if self._last_step is not None and step - self._last_step < self._interval:
                return None
            self._last_step = step
        counter = self.checkpoint.save_counter
        counter.assign_add(1)
        number = int(counter) if checkpoint_number is None else int(checkpoint_number)
        prefix = os.path.join(self._directory, f"{self._name}-{number}")
        save_objects(self.checkpoint, prefix)
        self._kept.pop(prefix, None)
        self._kept[prefix] = time.time()
        self._latest = prefix
        self._sweep()
        update_checkpoint_state(
            self._directory, prefix, list(self._kept), None, list(self._kept.values()), self._preserved
        )
        return prefix

    def _sweep(self) -> None:
        while self._max_to_keep is not None and len(self._kept) > self._max_to_keep:
            path, written = self._kept.popitem(last=False)
            if self._hours is not None and written - self._preserved >= 3600 * self._hours:
                self._preserved = written
            else:
                remove_checkpoint(path)

    def restore_or_initialize(self) -> str | None:
        """Restore the newest checkpoint; without one, call `init_fn`.

        Returns:
            The path of what was restored, or `None`.
        """
        if self._latest is not None:
            self.checkpoint.restore(self._latest)
            if self._step_counter is not None:
                self._last_step = int(self._step_counter)
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
        return None

    def sync(self) -> None:
        """Nothing: saving is not asynchronous."""
