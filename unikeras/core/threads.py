"""Numbers of threads that programs wish for (mirrors `tf.config.threading`): kept, but the engine has its own pools."""

from __future__ import annotations

__all__ = [
    "get_inter_op_parallelism_threads",
    "get_intra_op_parallelism_threads",
    "set_inter_op_parallelism_threads",
    "set_intra_op_parallelism_threads",
]

_wishes = {"inter": 0, "intra": 0}


def _wish(kind: str, count: int) -> None:
    if not isinstance(count, int) or count < 0:
        raise ValueError(
            f"set_{kind}_op_parallelism_threads: expected a number of threads (0: the engine's choice), got {count!r}."
        )
    _wishes[kind] = count


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Note how many threads one operation should use. The engine sizes its pools itself; `taskset` limits all of them.

    Raises:
        ValueError: not a number of threads.
    """
    _wish("intra", num_threads)


def get_intra_op_parallelism_threads() -> int:
    """What was wished for; 0: the engine's choice."""
    return _wishes["intra"]


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Note how many operations should run at a time. The engine decides; `taskset` limits all of its threads.

    Raises:
        ValueError: not a number of threads.
    """
    _wish("inter", num_threads)


def get_inter_op_parallelism_threads() -> int:
    """What was wished for; 0: the engine's choice."""
    return _wishes["inter"]
