"""`Checkpoint`: saves and restores the objects that it is given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from unikeras.checkpoint.bundle import CheckpointReader
from unikeras.checkpoint.graph import children_of, is_trackable
from unikeras.checkpoint.restore import LoadStatus, restore
from unikeras.checkpoint.save import save_objects
from unikeras.checkpoint.state import latest_checkpoint, update_checkpoint_state
from unikeras.core import deferred
from unikeras.core.variable import Variable, init_scope

__all__ = ["Checkpoint", "CheckpointOptions", "checkpoints_iterator"]


class CheckpointOptions:
    """How to save and restore (mirrors `tf.train.CheckpointOptions`); accepted, there is nothing to choose.

    Args:
        **options: TensorFlow's, such as `experimental_io_device`.
    """

    def __init__(self, **options: Any) -> None:
        self.__dict__.update(options)


class Checkpoint:
    """A group of objects that are saved and restored together (mirrors `tf.train.Checkpoint`).

    The files are TensorFlow's: what it wrote is read, and what is written here it reads. Objects are found by the names under
    which they are reached, so that the program may make them in another order; what is made after `restore` gets its values then.

    Args:
        root: an object whose parts are saved as if they were this one's.
        **kwargs: objects by name: variables, modules, layers, models, optimizers, iterators of data sets, lists and dictionaries of them.

    Raises:
        ValueError: an object that nothing can be saved of.

    Example:
        >>> import tempfile, unikeras as tf
        >>> step = tf.Variable(3)
        >>> checkpoint = tf.train.Checkpoint(step=step)
        >>> path = checkpoint.save(tempfile.mkdtemp() + "/ckpt")
        >>> _ = step.assign(0)
        >>> _ = checkpoint.restore(path).assert_consumed()
        >>> int(step), path.rsplit("/", 1)[1]
        (3, 'ckpt-1')
    """

    _parts: dict[str, Any]
    _root: Any
    _counter: Variable | None

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self.__dict__["_parts"] = {}
        self.__dict__["_root"] = root
        self.__dict__["_counter"] = None
        if root is not None and not is_trackable(root) and not isinstance(root, Checkpoint):
            raise ValueError(f"tf.train.Checkpoint: `root` must be an object with variables, not {root!r}.")
        for name, value in kwargs.items():
            setattr(self, name, value)
        if root is not None:
            for name in kwargs:
                held = children_of(root).get(name)
                if held is not None and held is not kwargs[name]:
                    raise ValueError(f"tf.train.Checkpoint: root has another object named {name!r}.")

    def __setattr__(self, name: str, value: Any) -> None:
        if is_trackable(value) or isinstance(value, Checkpoint):
            self._parts[name] = value
        elif not name.startswith("_") and name not in self._parts:
            raise ValueError(
                f"tf.train.Checkpoint was expecting {name} to be an object with variables (a variable, module, layer, model, optimizer, "
                f"iterator, or a list or dictionary of them), but got {value!r}."
            )
        self.__dict__[name] = value
        if deferred.expected:
            deferred.arrived(self)

    def _checkpoint_children(self) -> dict[str, Any]:
        found = {} if self._root is None else dict(children_of(self._root))
        found |= self._parts
        if self._counter is not None:
            found["save_counter"] = self._counter
        return found

    @property
    def save_counter(self) -> Variable:
        """How often `save` was called, an int64 variable."""
        if self._counter is None:
            with init_scope():
                self.__dict__["_counter"] = Variable(0, dtype="int64", trainable=False, name="save_counter")
            if deferred.expected:
                deferred.arrived(self)
        assert self._counter is not None
        return self._counter

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write the objects, without counting.

        Args:
            file_prefix: the files' path without their endings.
            options: accepted.

        Returns:
            The path, for `read`.
        """
        prefix = os.fspath(file_prefix)
        save_objects(self, prefix)
        return prefix

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write the objects under `file_prefix` and a number, and note in the folder's file `checkpoint` that this is the newest.

        Args:
            file_prefix: the beginning of the files' path: 'folder/ckpt' makes 'folder/ckpt-1' and so on.
            options: accepted.

        Returns:
            The path, for `restore`.
        """
        self.save_counter.assign_add(1)
        prefix = f"{os.fspath(file_prefix)}-{int(self.save_counter)}"
        save_objects(self, prefix)
        update_checkpoint_state(os.path.dirname(os.path.abspath(prefix)), prefix)
        return prefix

    def read(self, save_path: Any, options: Any = None) -> LoadStatus:
        """Restore what `write` wrote.

        Args:
            save_path: its path without an ending.
            options: accepted.

        Returns:
            A status whose `assert_consumed()` says whether all of it was found.

        Raises:
            NotFoundError: there is no such checkpoint.
            DataLossError: it is damaged.
            ValueError: a variable has another shape.
        """
        return restore(CheckpointReader(save_path), self)

    def restore(self, save_path: Any, options: Any = None) -> Any:
        """Restore what `save` wrote; nothing for `None`, as `tf.train.latest_checkpoint` returns it of an empty folder.

        Args:
            save_path: its path without an ending, or `None`.
            options: accepted.

        Returns:
            A status whose `assert_consumed()` says whether all of it was found.

        Raises:
            NotFoundError: there is no such checkpoint.
            DataLossError: it is damaged.
            ValueError: a variable has another shape.
        """
        if save_path is None:
            return NothingRestored(self)
        path = os.fspath(save_path)
        if os.path.isdir(path) and not os.path.exists(f"{path}.index"):
            path = latest_checkpoint(path) or path
        reader = CheckpointReader(path)
        if reader.graph is not None and any(name == "save_counter" for name, _ in reader.graph[0].children):
            _ = self.save_counter
        return restore(reader, self)

    def sync(self) -> None:
        """Nothing: saving is not asynchronous."""


class NothingRestored:
    """The status of `restore(None)`.

    Args:
        checkpoint: what was not restored.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint

    def assert_consumed(self) -> Any:
        """Raise, since there is no checkpoint.

        Raises:
            AssertionError: always.
        """
        raise AssertionError("No checkpoint specified (save_path=None): nothing is being restored.")

    assert_existing_objects_matched = assert_nontrivial_match = assert_consumed

    def expect_partial(self) -> Any:
        """Itself."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Raise, since there is no checkpoint.

        Raises:
            AssertionError: always.
        """
        self.assert_consumed()

    def initialize_or_restore(self, session: Any = None) -> None:
        """Nothing: variables have their initial values."""


def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Any = None,
) -> Iterator[str]:
    """Every new checkpoint of a folder, waiting for the next (mirrors `tf.train.checkpoints_iterator`).

    Args:
        checkpoint_dir: the folder.
        min_interval_secs: the shortest time between two, in seconds.
        timeout: the longest time to wait for one, in seconds; any if `None`.
        timeout_fn: called when that is over; the end if it returns true. Without it that is the end.
    """
    import time

    before = None
    while True:
        deadline = None if timeout is None else time.monotonic() + timeout
        found = latest_checkpoint(checkpoint_dir)
        while found is None or found == before:
            if deadline is not None and time.monotonic() + min(1.0, timeout or 0) > deadline:
                found = None
                break
            time.sleep(min(1.0, timeout or 1.0))
            found = latest_checkpoint(checkpoint_dir)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        start = time.monotonic()
        before = found
        yield found
        time.sleep(max(0.0, start + min_interval_secs - time.monotonic()))
