"""`tf.random.experimental`: the names that were experiments first, and `stateless_shuffle`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.ops.generator import Generator, get_global_generator, set_global_generator
from unikeras.ops.random_tf_style import fold_in as stateless_fold_in
from unikeras.ops.random_tf_style import split as stateless_split
from unikeras.ops.random_tf_style import stateless_shuffle

__all__ = [
    "Generator",
    "get_global_generator",
    "set_global_generator",
    "stateless_fold_in",
    "stateless_shuffle",
    "stateless_split",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.random.experimental", name, __all__)
