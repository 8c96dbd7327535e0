"""Programs of jax without what they call back to Python: for runs that only repeat another one."""

from __future__ import annotations

from typing import Any

import jax
import jax.extend.core

__all__ = ["without_callbacks"]


def without_callbacks(jaxpr: Any) -> Any:
    """The jaxpr without `debug_callback`, also inside of its loops and branches."""
    if not jaxpr.effects:
        return jaxpr
    equations = [
        e.replace(params={k: _inside(v) for k, v in e.params.items()}, effects=frozenset())
        if e.effects
        else e
        for e in jaxpr.eqns
        if e.primitive.name != "debug_callback"
    ]
    return jaxpr.replace(eqns=equations, effects=frozenset())


def _inside(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(map(_inside, value)) if not hasattr(value, "_fields") else value
    if isinstance(value, jax.extend.core.ClosedJaxpr):
        return value.replace(jaxpr=without_callbacks(value.jaxpr))
    return without_callbacks(value) if isinstance(value, jax.extend.core.Jaxpr) else value
