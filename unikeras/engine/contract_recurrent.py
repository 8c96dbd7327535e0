"""The part of the engine contract about recurrences: `scan`, and the recurrent networks as formulas over it.

The networks take whole sequences, time first: x [T, B, D], states [B, H], a mask [T, B] of booleans (a step that is false
leaves the state as it is) or `None`, and `keep` [B, H], what the state is multiplied by where it enters the recurrent product
(recurrent dropout), or `None`. They return the states after every step [T, B, H], in the order of x also if they run in
`reverse`, and the last states. An engine may override a formula by something faster of the same value and gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras.core import nest

__all__ = ["RecurrentEngine"]

Array = Any


class RecurrentEngine:
    """`scan` and the networks; see the module's docstring."""

    xp: Any
    sigmoid: Callable[[Array], Array]

    def scan(
        self,
        body: Callable[[Any, Any], tuple[Any, Any]],
        init: Any,
        xs: Any,
        length: int | None = None,
        reverse: bool = False,
        unroll: int = 1,
    ) -> tuple[Any, Any]:
        """`carry, y = body(carry, x)` over the leading axis of the arrays in `xs`.

        Args:
            body: takes the carry (a structure of arrays) and one row of `xs`; returns the new carry, of the same structure, and
                a structure of arrays.
            init: the first carry.
            xs: a structure of arrays (`None` for no array), or `None`.
            length: the number of steps, needed where `xs` has no array.
            reverse: whether to go from the last row to the first; the results stay in the order of the rows.
            unroll: how many steps a compiled loop may do in one turn.

        Returns:
            The last carry, and the results of all steps, stacked.
        """
        leaves = nest.flatten(xs)
        steps = next((len(leaf) for leaf in leaves if leaf is not None), length)
        if steps is None:
            raise ValueError("scan: without arrays to go over, `length` must be given.")
        carry, found = init, []
        for t in range(steps - 1, -1, -1) if reverse else range(steps):
            row = nest.pack_as(xs, [None if leaf is None else leaf[t] for leaf in leaves])
            carry, y = body(carry, row)
            found.append(y)
        if reverse:
            found.reverse()
        if not found:
            return carry, None
        columns = zip(*(nest.flatten(y) for y in found), strict=True)
        stacked = [None if column[0] is None else self.xp.stack(column) for column in columns]
        return carry, nest.pack_as(found[0], stacked)

    def closed(
        self, function: Callable[..., list[Array]], *arrays: Array
    ) -> tuple[Callable[..., list[Array]], list[Array]]:
        """`function(*arrays)` as a function of the arrays and of all arrays it captures from outside, and these.

        That function takes `quiet=True` to leave out what calls back to Python.
        Only engines that compile have it: elsewhere a tape sees what a function does.
        """
        raise NotImplementedError("this engine does not stage functions")

    def simple_rnn(
        self,
        x: Array,
        h: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        mask: Array | None,
        keep: Array | None,
        reverse: bool,
    ) -> tuple[Array, Array]:
        """h' = tanh(x W + h U + b) (Elman, 1990): (all h, the last h)."""
        F = self.xp

        def step(h: Array, inputs: Any) -> Any:
            z, m = inputs
            new = F.tanh(z + F.matmul(_kept(h, keep), recurrent_kernel))
            new = _masked(F, m, new, h)
            return new, new

        last, every = self.scan(step, h, (_affine(F, x, kernel, bias), mask), reverse=reverse)
        return every, last

    def lstm(
        self,
        x: Array,
        h: Array,
        c: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        mask: Array | None,
        keep: Array | None,
        reverse: bool,
    ) -> tuple[Array, Array, Array]:
        """Long short-term memory (Hochreiter and Schmidhuber, 1997): (all h, the last h, the last c).

        The kernels hold input gate, forget gate, candidate and output gate side by side: [D, 4 H], [H, 4 H].
        """
        F, units = self.xp, h.shape[-1]

        def step(state: Any, inputs: Any) -> Any:
            h, c = state
            z, m = inputs
            z = z + F.matmul(_kept(h, keep), recurrent_kernel)
            i, f, g, o = (z[..., k * units : (k + 1) * units] for k in range(4))
            new_c = self.sigmoid(f) * c + self.sigmoid(i) * F.tanh(g)
            new_h = self.sigmoid(o) * F.tanh(new_c)
            new_h, new_c = _masked(F, m, new_h, h), _masked(F, m, new_c, c)
            return (new_h, new_c), new_h

        (h, c), every = self.scan(step, (h, c), (_affine(F, x, kernel, bias), mask), reverse=reverse)
        return every, h, c

    def gru(
        self,
        x: Array,
        h: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None,
        recurrent_bias: Array | None,
        mask: Array | None,
        keep: Array | None,
        reverse: bool,
    ) -> tuple[Array, Array]:
        """Gated recurrent unit (Cho et al., 2014), its reset gate after the product: (all h, the last h).

        The kernels hold update gate, reset gate and candidate side by side: [D, 3 H], [H, 3 H].
        """
        F, units = self.xp, h.shape[-1]

        def step(h: Array, inputs: Any) -> Any:
            a, m = inputs
            b = _affine(F, _kept(h, keep), recurrent_kernel, recurrent_bias)
            z = self.sigmoid(a[..., :units] + b[..., :units])
            r = self.sigmoid(a[..., units : 2 * units] + b[..., units : 2 * units])
            g = F.tanh(a[..., 2 * units :] + r * b[..., 2 * units :])
            new = _masked(F, m, z * h + (1 - z) * g, h)
            return new, new

        last, every = self.scan(step, h, (_affine(F, x, kernel, bias), mask), reverse=reverse)
        return every, last


def _affine(F: Any, x: Array, kernel: Array, bias: Array | None) -> Array:
    y = F.matmul(x, kernel)
    return y if bias is None else y + bias


def _kept(h: Array, keep: Array | None) -> Array:
    return h if keep is None else h * keep


def _masked(F: Any, mask: Array | None, new: Array, old: Array) -> Array:
    return new if mask is None else F.where(mask[..., None], new, old)
