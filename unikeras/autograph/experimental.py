"""`tf.autograph.experimental`: features, functions that are not converted, options of loops."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from unikeras.core.autograph import do_not_convert

__all__ = ["Feature", "do_not_convert", "set_loop_options"]


class Feature(Enum):
    """What conversion may include (mirrors `tf.autograph.experimental.Feature`); all of it is always there."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"

    @classmethod
    def all(cls) -> tuple[Feature, ...]:
        """All features."""
        return tuple(cls)

    @classmethod
    def all_but(cls, exclude: Any) -> tuple[Feature, ...]:
        """All features but some."""
        left_out = set(exclude) if isinstance(exclude, (list, tuple, set)) else {exclude}
        return tuple(f for f in cls if f not in left_out and f is not cls.ALL)


if TYPE_CHECKING:

    def set_loop_options(
        parallel_iterations: Any = None,
        swap_memory: Any = None,
        maximum_iterations: Any = None,
        shape_invariants: Any = None,
    ) -> None:
        """Options of the loop in whose body it is called first (mirrors `tf.autograph.experimental.set_loop_options`)."""
else:

    def __getattr__(name: str) -> Any:
        if name == "set_loop_options":
            # The rewriting knows it by identity.
            from malt.lang.directives import set_loop_options

            return set_loop_options
        raise AttributeError(f"tf.autograph.experimental has no attribute {name!r}")
