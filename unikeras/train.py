"""`tf.train`: checkpoints, and the messages of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.checkpoint.bundle import CheckpointReader, list_variables, load_checkpoint, load_variable
from unikeras.checkpoint.checkpoint import Checkpoint, CheckpointOptions, checkpoints_iterator
from unikeras.checkpoint.manager import CheckpointManager
from unikeras.checkpoint.state import CheckpointState, get_checkpoint_state, latest_checkpoint
from unikeras.core.absent import missing

__all__ = [
    "BytesList",
    "Checkpoint",
    "CheckpointManager",
    "CheckpointOptions",
    "CheckpointReader",
    "CheckpointState",
    "Example",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
    "SequenceExample",
    "checkpoints_iterator",
    "get_checkpoint_state",
    "latest_checkpoint",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]

# Protobuf's classes, made when they are first used.
_MESSAGES = frozenset(
    (
        "BytesList", "Example", "Feature", "FeatureList", "FeatureLists", "Features", "FloatList", "Int64List", "SequenceExample",
    )
)  # fmt: skip

if TYPE_CHECKING:
    BytesList: Any
    Example: Any
    Feature: Any
    FeatureList: Any
    FeatureLists: Any
    Features: Any
    FloatList: Any
    Int64List: Any
    SequenceExample: Any
else:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        if name in _MESSAGES:
            from unikeras.io.example_messages import message

            found = globals()[name] = message(name)
            return found
        raise missing("tf.train", name, __all__)
