"""What a table of op cases is made of, and the data they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from unikeras import ops

RNG = np.random.default_rng(7)
X = RNG.normal(size=(3, 4))
Y = RNG.normal(size=(3, 4))


@dataclass(frozen=True)
class Case:
    """`op(*inputs)` must be `reference(*inputs)`; floats are float32 unless a test asks otherwise."""

    name: str
    op: Callable[..., Any]
    reference: Callable[..., Any]
    inputs: tuple[Any, ...]
    gradient: bool = True  # whether a derivative is to be compared (floats only)
    symbolic: bool = True  # whether the shape is a function of the inputs' shapes


def unary(name: str, reference: Any, x: Any = X, **options: Any) -> Case:
    return Case(name, getattr(ops, name), reference, (x,), **options)


def binary(name: str, reference: Any, x: Any = X, y: Any = Y, **options: Any) -> Case:
    return Case(name, getattr(ops, name), reference, (x, y), **options)


def case(text: str, op: Any, reference: Any, *inputs: Any, **options: Any) -> Case:
    return Case(text, op, reference, inputs, **options)
