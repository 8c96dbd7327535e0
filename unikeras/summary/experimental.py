"""`tf.summary.experimental`: the step of summaries, and their scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.events.record import summary_scope
from unikeras.events.writer import get_step, set_step

__all__ = ["get_step", "set_step", "summary_scope"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.summary.experimental", name, __all__)
