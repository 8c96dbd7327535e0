"""Shapes in structures: what a layer of several inputs is built with."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.shape import TensorShape
from unikeras.core.symbolic import SymbolicTensor

__all__ = ["as_shapes", "plain_shapes", "symbols_of"]


def as_shapes(value: Any) -> Any:
    """Tuples and lists of numbers as shapes, in any structure."""
    if value is None or isinstance(value, TensorShape):
        return value
    if isinstance(value, dict):
        return {k: as_shapes(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        if all(v is None or isinstance(v, (int, np.integer)) for v in value):
            return TensorShape(value)
        return (
            type(value)(as_shapes(v) for v in value)
            if type(value) in (list, tuple)
            else [as_shapes(v) for v in value]
        )
    return value


def plain_shapes(value: Any) -> Any:
    """The reverse of `as_shapes`: plain lists, as a config holds them."""
    if isinstance(value, TensorShape):
        return list(value)
    if isinstance(value, dict):
        return {k: plain_shapes(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain_shapes(v) for v in value]
    return value


def symbols_of(shapes: Any, dtype: str) -> Any:
    """A symbolic tensor of `dtype` for every shape of a structure of them."""
    shapes = as_shapes(shapes)
    if isinstance(shapes, TensorShape):
        return SymbolicTensor(shapes, dtype)
    if isinstance(shapes, dict):
        return {k: symbols_of(v, dtype) for k, v in shapes.items()}
    return [symbols_of(v, dtype) for v in shapes]
