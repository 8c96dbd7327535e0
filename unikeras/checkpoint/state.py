"""The file `checkpoint` of a folder: which checkpoints there are, the newest one last."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from unikeras.core.errors import DataLossError

__all__ = [
    "CheckpointState",
    "checkpoint_exists",
    "get_checkpoint_state",
    "latest_checkpoint",
    "update_checkpoint_state",
]

_LINE = re.compile(r'^\s*(\w+)\s*:\s*("(?:[^"\\]|\\.)*"|[-+.\w]+)\s*$')


@dataclass
class CheckpointState:
    """What the file says (mirrors the message of that name).

    Attributes:
        model_checkpoint_path: the newest checkpoint.
        all_model_checkpoint_paths: all that are kept, the oldest first.
        all_model_checkpoint_timestamps: when they were written, seconds since 1970.
        last_preserved_timestamp: when the last one was kept for good.
    """

    model_checkpoint_path: str = ""
    all_model_checkpoint_paths: list[str] = field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = field(default_factory=list)
    last_preserved_timestamp: float = 0.0


def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> None:
    """Write the file; paths inside the folder relative to it, so that it can be moved.

    Args:
        save_dir: the folder.
        model_checkpoint_path: the newest checkpoint.
        all_model_checkpoint_paths: all of them, the oldest first.
        latest_filename: the file's name, `checkpoint` by default.
        all_model_checkpoint_timestamps: when they were written, seconds since 1970.
        last_preserved_timestamp: when the last one was kept for good.
    """
    folder = os.path.abspath(save_dir)

    def shown(path: str) -> str:
        full = os.path.abspath(path)
        return os.path.relpath(full, folder) if full.startswith(folder + os.sep) else full

    paths = [shown(p) for p in all_model_checkpoint_paths or [model_checkpoint_path]]
    lines = [f"model_checkpoint_path: {json.dumps(shown(model_checkpoint_path))}"]
    lines += [f"all_model_checkpoint_paths: {json.dumps(path)}" for path in paths]
    lines += [f"all_model_checkpoint_timestamps: {time!r}" for time in all_model_checkpoint_timestamps or ()]
    if last_preserved_timestamp is not None:
        lines.append(f"last_preserved_timestamp: {last_preserved_timestamp!r}")
    path = os.path.join(folder, latest_filename or "checkpoint")
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    os.replace(f"{path}.tmp", path)


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> CheckpointState | None:
    """What the file says, or `None` if there is none (mirrors `tf.train.get_checkpoint_state`).

    Args:
        checkpoint_dir: the folder.
        latest_filename: the file's name, `checkpoint` by default.

    Raises:
        DataLossError: the file says something else.
    """
    folder = os.fspath(checkpoint_dir)
    path = os.path.join(folder, latest_filename or "checkpoint")
    if not os.path.isfile(path):
        return None
    state = CheckpointState()
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in filter(str.strip, file):
            match = _LINE.match(line)
            if match is None or match[1] not in state.__dataclass_fields__:
                raise DataLossError(f"{path}: cannot make sense of the line {line.strip()[:80]!r}.")
            name, text = match[1], match[2]
            kind = str if "path" in name else float
            try:
                value: Any = json.loads(text) if kind is str else float(text)
            except ValueError:
                raise DataLossError(f"{path}: cannot make sense of the line {line.strip()[:80]!r}.") from None
            if kind is str and not os.path.isabs(value):
                value = os.path.join(folder, value)
            if isinstance(getattr(state, name), list):
                getattr(state, name).append(value)
            else:
                setattr(state, name, value)
    return state


def checkpoint_exists(prefix: Any) -> bool:
    """Whether there is a checkpoint of this name.

    Args:
        prefix: its path without an ending.
    """
    return os.path.isfile(f"{os.fspath(prefix)}.index")


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The path (without an ending) of the newest checkpoint of a folder, `None` if there is none (mirrors `tf.train.latest_checkpoint`).

    Args:
        checkpoint_dir: the folder.
        latest_filename: the name of the file that lists them, `checkpoint` by default.

    Example:
        >>> import tempfile, unikeras as tf
        >>> folder = tempfile.mkdtemp()
        >>> path = tf.train.Checkpoint(v=tf.Variable(1.0)).save(folder + "/ckpt")
        >>> tf.train.latest_checkpoint(folder) == path == folder + "/ckpt-1"
        True
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None or not state.model_checkpoint_path:
        return None
    return state.model_checkpoint_path if checkpoint_exists(state.model_checkpoint_path) else None
