"""`tf.gradients` and `tf.hessians`, which TensorFlow has inside of a `tf.function`, by a tape that records all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from unikeras.core import nest
from unikeras.core.state import thread
from unikeras.core.tape import GradientTape, UnconnectedGradients

__all__ = ["NeedsRecord", "gradients", "hessians", "recompute_grad", "recorded"]


class NeedsRecord(Exception):
    """The function asks for gradients of what was not recorded: trace it again, with a record."""


class _All:
    """The set of everything."""

    def __contains__(self, item: Any) -> bool:
        return True

    def add(self, item: Any) -> None:
        """Nothing to do."""


class _Record(GradientTape):
    """A tape that records every operation, whatever it is of."""

    def __init__(self) -> None:
        super().__init__(persistent=True)
        self._active = _All()  # type: ignore[assignment]


@contextmanager
def recorded() -> Iterator[None]:
    """Record everything that the function being traced does."""
    with _Record():
        yield


def _record() -> _Record:
    if not thread.tracing and not thread.function:
        raise RuntimeError(
            "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    for tape in thread.tapes:
        if isinstance(tape, _Record):
            return tape
    raise NeedsRecord


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Any]:
    """The gradients of the sum of `ys` with respect to each of `xs`, inside of a `tf.function` (mirrors `tf.gradients`).

    Args:
        ys: a tensor or list of tensors.
        xs: tensors or variables.
        grad_ys: what each of `ys` is weighted by; ones if `None`.
        name: ignored.
        gate_gradients: accepted.
        aggregation_method: accepted.
        stop_gradients: tensors through which no gradient flows, as if they were constants.
        unconnected_gradients: 'none' or 'zero': what a source that no target depends on gets.

    Raises:
        RuntimeError: outside of a `tf.function`.

    Example:
        >>> import unikeras as tf
        >>> @tf.function
        ... def slope(x):
        ...     return tf.gradients(x**2, x)
        >>> float(slope(tf.constant(3.0))[0])
        6.0
    """
    tape = _record()
    sources = nest.flatten(xs)
    kept = tape._entries
    if stop_gradients is not None:
        cut = {id(t) for t in nest.flatten(stop_gradients)}
        tape._entries = [e for e in kept if not any(id(t) in cut for t in e.outputs)]
    try:
        weights = None if grad_ys is None else nest.flatten(grad_ys)
        with tape.stop_recording() if stop_gradients is not None else _nothing():
            return tape.gradient(nest.flatten(ys), sources, weights, unconnected_gradients)
    finally:
        if stop_gradients is not None:
            tape._entries = kept


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def hessians(
    ys: Any,
    xs: Any,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    name: str = "hessians",
) -> list[Any]:
    """The second derivatives of the sum of `ys` with respect to each of `xs`, inside of a `tf.function` (mirrors `tf.hessians`).

    Args:
        ys: a tensor or list of tensors.
        xs: tensors or variables.
        gate_gradients: accepted.
        aggregation_method: accepted.
        name: ignored.

    Returns:
        For each source of shape s a tensor of shape s + s.
    """
    tape = _record()
    return [
        tape.jacobian(gradient, x) for x, gradient in zip(nest.flatten(xs), gradients(ys, xs), strict=True)
    ]


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose inner values are computed again for its gradient, to save memory (mirrors `tf.recompute_grad`).

    Mirrors Keras's name `keras.remat` too.

    Example:
        >>> import unikeras as tf
        >>> round(float(tf.recompute_grad(lambda x: tf.tanh(tf.tanh(x)))(tf.constant(0.5))), 4)
        0.4318
    """
    from unikeras.core.remat import remat

    return remat(f)
