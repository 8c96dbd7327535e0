"""`kept`: values that XLA:CPU computes and keeps in memory before what uses them.

XLA:CPU drops `optimization_barrier` before it fuses, and then computes a cheap value anew wherever it is used: inside a loop the gradient of a
pooling takes up to ten times as long so. A call that is not inlined is a border to fusion; it copies nothing.
"""

from __future__ import annotations

from typing import Any

import jax
from jax import lax
from jax.experimental.xla_metadata import set_xla_metadata

__all__ = ["kept"]


@jax.jit
def _same(values: Any) -> Any:
    return lax.optimization_barrier(values)


def kept(values: Any) -> Any:
    """The same array or structure of arrays; differentiable."""
    with set_xla_metadata(inlineable="false"):
        return _same(values)
