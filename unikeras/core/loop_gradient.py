"""The gradient of a loop whose number of steps is known only when it runs.

Such a loop cannot keep what every step computed. Its backward pass counts the steps, runs again keeping the states at evenly
spaced steps, and goes back from one to the one before, running each stretch again in the same manner: recomputation from
checkpoints (Griewank, "Achieving logarithmic growth of temporal and spatial complexity in reverse automatic differentiation", 1992).
With two levels of `_SLOTS` states it costs about four times the loop for up to `_SLOTS` ** 2 steps, more for longer ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

__all__ = ["while_with_gradient"]

_SLOTS = 64
_LEVELS = 2

Arrays = list[Any]


def while_with_gradient(
    F: Any,
    going: Callable[..., Any],
    turn: Callable[..., Arrays],
    state: Arrays,
    captured: Arrays,
    limit: int | None = None,
) -> Arrays:
    """`state = turn(state, captured)` while `going(state, captured)`, at most `limit` times; differentiable any number of times.

    Args:
        F: the engine.
        going: (state, captured, quiet=False): whether to go on, a boolean scalar; quiet: without calling Python.
        turn: (state, captured, quiet=False): one step, of the same shapes and dtypes.
        state: the first state.
        captured: what the functions use beside it.
        limit: the largest number of steps.
    """
    count = len(state)

    def run(state: Arrays, captured: Arrays, quiet: bool = False) -> tuple[Any, Arrays]:
        """The number of steps, and the last state."""

        def on(loop: Any) -> Any:
            steps, now = loop
            more = going(now, captured, quiet=True) if quiet else going(now, captured)
            return more if limit is None else (steps < limit) & more

        step = partial(turn, quiet=True) if quiet else turn
        start = (F.asarray(0, dtype=F.dtype("int32")), state)
        return F.while_loop(on, lambda loop: (loop[0] + 1, step(loop[1], captured)), start)

    def forward(*every: Any) -> tuple[tuple[Any, ...], Any]:
        return tuple(run(list(every[:count]), list(every[count:]))[1]), None

    def pullback(every: Any, *gradients: Any) -> tuple[Any, ...]:
        first, outside = list(every[:count]), list(every[count:])
        steps, _ = run(first, outside, quiet=True)
        return _Backward(F, turn, outside).run(first, steps, list(gradients))

    if not any(_has_gradient(F, a) for a in state):
        return list(run(state, captured)[1])
    return list(F.custom_gradient(forward, pullback)(*state, *captured))


def _has_gradient(F: Any, array: Any) -> bool:
    return F.isdtype(array.dtype, ("real floating", "complex floating"))


def _repeat(F: Any, steps: Any, body: Callable[[Any, Arrays], Arrays], state: Arrays) -> Arrays:
    """`state = body(i, state)` for i in [0, steps), differentiable; what the body uses from outside is an input of the loop."""
    start = F.asarray(0, dtype=F.dtype("int32"))
    pure, captured = F.closed(lambda i, *now: body(i, list(now)), start, *state)

    def going(now: Sequence[Any], outside: Sequence[Any], quiet: bool = False) -> Any:
        return now[0] < outside[0]

    def turn(now: Sequence[Any], outside: Sequence[Any], quiet: bool = False) -> Arrays:
        return [now[0] + 1, *pure(*now, *outside[1:])]

    return while_with_gradient(F, going, turn, [start, *state], [steps, *captured])[1:]


class _Backward:
    """The backward pass of a loop: what `run` returns are the gradients of the first state and of the captured arrays."""

    def __init__(self, F: Any, turn: Callable[..., Arrays], captured: Arrays) -> None:
        self._F = F
        self._turn = turn
        self._captured = captured

    def run(self, state: Arrays, steps: Any, gradients: Arrays) -> tuple[Any, ...]:
        F = self._F
        state_gradients = [
            g if _has_gradient(F, a) else F.zeros((), dtype=F.dtype("float32"))
            for g, a in zip(gradients, state, strict=True)
        ]
        zeros = [
            F.zeros_like(c) if _has_gradient(F, c) else F.zeros((), dtype=F.dtype("float32"))
            for c in self._captured
        ]
        found, outside = self._sweep(_LEVELS, state, steps, (state_gradients, zeros))
        return tuple(
            g if _has_gradient(F, a) else F.zeros_like(a)
            for g, a in zip([*found, *outside], [*state, *self._captured], strict=True)
        )

    def _advance(self, state: Arrays, steps: Any) -> Arrays:
        return _repeat(self._F, steps, lambda _, now: self._turn(now, self._captured, quiet=True), state)

    def _pull(self, state: Arrays, gradients: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
        """Through one step from `state`."""
        F = self._F
        inputs = [*state, *self._captured]
        places = [i for i, a in enumerate(inputs) if _has_gradient(F, a)]
        results = [i for i, a in enumerate(state) if _has_gradient(F, a)]

        def step(*given: Any) -> list[Any]:
            every = list(inputs)
            for place, array in zip(places, given, strict=True):
                every[place] = array
            made = self._turn(every[: len(state)], every[len(state) :], quiet=True)
            return [made[i] for i in results]

        after, outside = gradients
        _, pull = F.vjp(step, *(inputs[i] for i in places))
        found = dict(zip(places, pull([after[i] for i in results]), strict=True))
        before = [found.get(i, g) for i, g in enumerate(after)]
        summed = [g + found[len(state) + i] if len(state) + i in found else g for i, g in enumerate(outside)]
        return before, summed

    def _sweep(self, level: int, state: Arrays, steps: Any, gradients: tuple[Arrays, Arrays]) -> Any:
        """Back through `steps` steps from `state`."""
        F = self._F
        count, size = len(state), len(gradients[0])

        def back_by(body: Callable[[Any, Any], Any], times: Any) -> Any:
            def flat(i: Any, both: Arrays) -> Arrays:
                before, outside = body(i, (both[:size], both[size:]))
                return [*before, *outside]

            both = _repeat(F, times, flat, [*gradients[0], *gradients[1]])
            return both[:size], both[size:]

        if not level:
            return back_by(lambda i, g: self._pull(self._advance(state, steps - 1 - i), g), steps)
        stride = F.maximum((steps + _SLOTS - 1) // _SLOTS, 1)
        stretches = (steps + stride - 1) // stride

        def length(j: Any) -> Any:
            return F.minimum(stride, steps - j * stride)

        def keep(j: Any, both: Arrays) -> Arrays:
            now, kept = both[:count], both[count:]
            kept = [F.scatter(k, j, a) for k, a in zip(kept, now, strict=True)]
            return [*self._advance(now, F.where(j + 1 < stretches, length(j), 0)), *kept]

        room = [F.zeros((_SLOTS, *a.shape), dtype=a.dtype) for a in state]
        kept = _repeat(F, stretches, keep, [*state, *room])[count:]

        def back(i: Any, gradients: tuple[Arrays, Arrays]) -> tuple[Arrays, Arrays]:
            j = stretches - 1 - i
            return self._sweep(level - 1, [k[j] for k in kept], length(j), gradients)

        return back_by(back, stretches)
