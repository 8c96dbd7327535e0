"""Where a training is, in full: variables, random numbers, the place in the data, the callbacks' states."""

from __future__ import annotations

import random as python_random
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from unikeras.callbacks.plain_state import LEFT_OUT, changes, decode, encode, plain_attributes
from unikeras.core import random as core_random
from unikeras.core.variable import Variable
from unikeras.training.data import ArraySource, IterableSource

__all__ = ["Place", "Run"]


class Place(NamedTuple):
    """Where to go on: the epoch (from 0), the batches done in it, its logs so far, whether training had been stopped."""

    epoch: int
    batch: int
    logs: dict[str, Any]
    stopped: bool


class Run:
    """A call of `fit` under way, to be captured and restored.

    Args:
        model: the model in training; built, with its optimizer and metrics.
        source: what it is trained on.
        validation: what it is validated on, or `None`.
        callbacks: all callbacks but those that make backups; their `on_train_begin` has run.
        initial_epoch: the epoch (from 0) the run begins with.
    """

    def __init__(
        self, model: Any, source: Any, validation: Any, callbacks: Iterable[Any], initial_epoch: int
    ) -> None:
        self._model = model
        self._sources = {"source": source, "validation": validation}
        self._callbacks = list(callbacks)
        self._initial_epoch = initial_epoch
        self._before = [plain_attributes(c) for c in self._callbacks]

    # Capturing.

    def capture(
        self, epoch: int, batch: int, logs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """The state as (what JSON holds, arrays).

        Args:
            epoch: the epoch (from 0) to go on with.
            batch: how many batches of it are done.
            logs: what they gave.
        """
        arrays: dict[str, np.ndarray] = {}
        variables = self._variables()
        for i, variable in enumerate(variables):
            arrays[f"v{i}"] = _storable(np.array(variable))
        document = {
            "epoch": epoch,
            "batch": batch,
            "logs": encode({k: v for k, v in logs.items() if encode(v, {}) is not LEFT_OUT}, arrays),
            "stopped": bool(self._model.stop_training),
            "variables": [[str(v.path), list(v.shape), v.dtype.name] for v in variables],
            "random": encode(_random_state(), arrays),
            "data": {name: encode(_place(one), arrays) for name, one in self._sources.items()},
            "callbacks": [
                {"class": type(c).__name__, "state": encode(_state(c, before), arrays)}
                for c, before in zip(self._callbacks, self._before, strict=True)
            ],
        }
        return document, arrays

    def _variables(self) -> list[Variable]:
        """Every variable that a step reads or writes, once, in an order that depends on the program alone."""
        found = [v for module in self._model._walk() for v in module._own_variables()]
        found += list(self._model.weights)
        found += [v for metric in self._model.metrics for v in metric.variables]
        found += list(getattr(self._model.optimizer, "variables", ()))
        return list({id(v): v for v in found}.values())

    # Restoring.

    def restore(self, document: dict[str, Any], arrays: Any) -> Place:
        """Make everything as it was when `capture` gave this.

        Raises:
            ValueError: it is of another model or data; nothing is changed then.
        """
        variables = self._variables()
        stored, mine = document["variables"], [[list(v.shape), v.dtype.name] for v in variables]
        if [[shape, dtype] for _, shape, dtype in stored] != mine:
            names = [path for path, _, _ in stored]
            raise ValueError(
                f"The backup is of another model, optimizer or metrics: it has {len(stored)} variables ({', '.join(names[:5])} ...), "
                f"this training {len(mine)} ({', '.join(str(v.path) for v in variables[:5])} ...). Give an empty backup_dir to start anew."
            )
        places = {name: decode(place, arrays) for name, place in document["data"].items()}
        epoch, batch = int(document["epoch"]), int(document["batch"])
        for name, one in self._sources.items():
            _go_to(one, places[name], name)
        if isinstance(self._sources["source"], IterableSource):
            self._sources["source"].replay(epoch - self._initial_epoch, begun=batch > 0)
        for i, variable in enumerate(variables):
            variable.assign(_of_dtype(np.asarray(arrays[f"v{i}"]), variable))
        states: dict[
            str, list[Any]
        ] = {}  # callbacks may have been added or left out: the n-th of a class is the n-th
        for entry in document["callbacks"]:
            states.setdefault(entry["class"], []).append(entry["state"])
        for callback in self._callbacks:
            if waiting := states.get(type(callback).__name__):
                _set_state(callback, decode(waiting.pop(0), arrays))
        # What a generator draws from NumPy's or Python's global numbers it draws again while it is skipped.
        drawn_again = (
            isinstance(self._sources["source"], IterableSource) and not self._sources["source"].indexed
        )
        _set_random_state(decode(document["random"], arrays), program=not drawn_again)
        return Place(epoch, batch, decode(document["logs"], arrays), bool(document["stopped"]))


def _state(callback: Any, before: dict[str, Any]) -> dict[str, Any]:
    own = getattr(callback, "backup_state", None)
    return own() if own is not None else changes(before, plain_attributes(callback))


def _set_state(callback: Any, state: dict[str, Any]) -> None:
    own = getattr(callback, "restore_state", None)
    if own is not None:
        own(state)
        return
    for name, value in state.items():
        held = getattr(callback, name, None)
        if isinstance(held, dict) and isinstance(value, dict):  # others may hold it, and its type stays
            held.clear()
            held.update(value)
        elif isinstance(held, list) and isinstance(value, list):
            held[:] = value
        else:
            setattr(callback, name, value)


def _place(source: Any) -> dict[str, Any] | None:
    """Where the batches of a source are: what comes next, and the order of the pass under way."""
    if source is None:
        return None
    size = source.size if isinstance(source, ArraySource) else source.steps
    return {"kind": type(source).__name__, "size": size, "progress": source.__dict__.get("_progress")}


def _go_to(source: Any, place: dict[str, Any] | None, name: str) -> None:
    if source is None or place is None:
        return
    mine = _place(source)
    assert mine is not None
    if (mine["kind"], mine["size"]) != (place["kind"], place["size"]):
        raise ValueError(
            f"The backup is of other data: its {name} is {place['size']} ({place['kind']}) long, this one {mine['size']} ({mine['kind']}). "
            "Give an empty backup_dir to start anew."
        )
    if place["progress"] is not None:
        source.__dict__["_place"] = place["progress"]


def _random_state() -> dict[str, Any]:
    version, words, gauss = python_random.getstate()
    kind, key, *rest = np.random.get_state()
    return {
        "unikeras": core_random.get_state(),
        "python": (version, np.array(words, np.uint64), gauss),
        "numpy": (kind, np.asarray(key), *rest),
    }


def _set_random_state(state: dict[str, Any], program: bool) -> None:
    core_random.set_state(state["unikeras"])
    if program:
        version, words, gauss = state["python"]
        python_random.setstate((version, tuple(int(w) for w in words), gauss))
        np.random.set_state(state["numpy"])


def _storable(array: np.ndarray) -> np.ndarray:
    """bfloat16 and float8, which .npz does not know, as the bytes they are."""
    return (
        array.view(np.uint8 if array.dtype.itemsize == 1 else np.uint16) if array.dtype.kind == "V" else array
    )


def _of_dtype(array: np.ndarray, variable: Variable) -> np.ndarray:
    wanted = variable.dtype.np_dtype
    return array.view(wanted) if np.dtype(wanted).kind == "V" else array
