"""Derivatives along tangents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unikeras import engine
from unikeras.core import nest
from unikeras.core.state import tracing
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor

__all__ = ["jvp"]


def jvp(
    fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> Any:
    """A function's value and its derivative along tangents, in forward mode (mirrors `keras.ops.jvp`).

    Args:
        fun: a function of tensors that returns a tensor or a structure of them.
        primals: where it is evaluated, one tensor for each argument.
        tangents: the directions, of the same shapes.
        has_aux: whether `fun` returns (value, auxiliary values); these are returned third.

    Raises:
        ValueError: not as many tangents as primals.
        EngineError: the engine has no gradients.

    Example:
        >>> from unikeras import keras
        >>> [float(t) for t in keras.ops.jvp(lambda x: x * x, (3.0,), (1.0,))]
        [9.0, 6.0]
    """
    if len(primals) != len(tangents):
        raise ValueError(f"jvp: {len(primals)} primals and {len(tangents)} tangents; give as many of both.")
    F = engine.current()
    made: dict[str, Any] = {}

    def flat(*arrays: Any) -> tuple[Any, ...]:
        with tracing(F):
            value = fun(*(Tensor(a) for a in arrays))
            value, aux = value if has_aux else (value, None)
            made["value"], made["aux"] = value, aux
            leaves = [
                convert_to_tensor(t) for t in (*nest.flatten(value), *(nest.flatten(aux) if has_aux else ()))
            ]
            return tuple(as_array(t) for t in leaves)

    values, slopes = F.jvp(flat, [as_array(p) for p in primals], [as_array(t) for t in tangents])
    count = len(nest.flatten(made["value"]))
    value, tangent = (
        nest.pack_as(made["value"], [Tensor(a) for a in part[:count]]) for part in (values, slopes)
    )
    if not has_aux:
        return value, tangent
    return value, tangent, nest.pack_as(made["aux"], [Tensor(a) for a in values[count:]])
