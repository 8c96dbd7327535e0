"""`tf.train`: checkpoints, and the messages of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.checkpoint.bundle import CheckpointReader, list_variables, load_checkpoint, load_variable
from unikeras.checkpoint.checkpoint import Checkpoint, CheckpointOptions, checkpoints_iterator
from unikeras.checkpoint.manager import CheckpointManager
from unikeras.checkpoint.state import CheckpointState, get_checkpoint_state, latest_checkpoint
from unikeras.core.absent import missing

__all__ = [
    "Checkpoint",
    "CheckpointManager",
    "CheckpointOptions",
    "CheckpointReader",
    "CheckpointState",
    "checkpoints_iterator",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.train", name, __all__)
