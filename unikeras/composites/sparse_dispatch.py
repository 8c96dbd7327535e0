"""What ops do with sparse tensors: op's name -> function of (op, arguments, attributes, strict)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import ops

__all__ = ["handlers"]


def _on_values(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    """An op that keeps zero zero, on the entries."""
    return args[0].with_values(op(args[0].values, *args[1:], **attributes))


def _shape(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return ops.cast(args[0].dense_shape, attributes.get("out_type") or "int32")


def _size(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return ops.cast(
        ops.prod(args[0].dense_shape), attributes.get("out_type") or attributes.get("dtype") or "int32"
    )


def _rank(op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
    return ops.constant(int(args[0].dense_shape.shape[0]), "int32")


_KEEP_ZERO = "absolute cast ceil conj erf expm1 floor identity imag log1p negative real round sign sin sqrt square stop_gradient tan tanh"

handlers: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(_KEEP_ZERO.split(), _on_values),
    "rank": _rank,
    "shape": _shape,
    "size": _size,
}
