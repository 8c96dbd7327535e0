"""The gradient of what a tape recorded: the part between sources and targets as one pure function, differentiated."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from unikeras import engine
from unikeras.core import operators
from unikeras.core.dtypes import as_dtype
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, as_array

__all__ = ["Graph"]


class Graph:
    """The part of a record between sources and targets, as one pure function.

    `wiring` says for every call where its inputs come from: ("c", i, j), output j of call i, or ("l", k), leaf k.
    """

    def __init__(self, tape: Any, targets: list[Any], sources: list[Any]) -> None:
        resolve = tape._aliases
        targets = [resolve.get(id(t), t) for t in targets]
        wanted = {id(t) for t in targets}
        source_ids = {id(s): i for i, s in enumerate(sources) if id(s) in tape._active}
        for source in sources:
            if id(source) not in source_ids:
                continue
            if id(source) in resolve:
                source_ids.setdefault(id(resolve[id(source)]), source_ids[id(source)])
        # What depends on a source ...
        depends = set(source_ids)
        forward = []
        for entry in tape._entries:
            if entry.op.no_gradient:
                continue
            if any(id(v) in depends or id(resolve.get(id(v), v)) in depends for v in entry.inputs):
                forward.append(entry)
                depends.update(id(t) for t in entry.outputs if _differentiable(t))
        # ... and leads to a target.
        kept = []
        for entry in reversed(forward):
            if any(id(t) in wanted for t in entry.outputs):
                kept.append(entry)
                wanted.update(id(resolve.get(id(v), v)) for v in entry.inputs)
        kept.reverse()

        self.leaves: list[Any] = []  # raw arrays
        self.leaf_objects: list[Any] = []
        places: dict[int, tuple[Any, ...]] = {}
        leaf_of: dict[tuple[int, int], int] = {}
        self.source_leaves: list[list[int]] = [[] for _ in sources]

        def leaf(value: Any, array: Any) -> tuple[Any, ...]:
            key = (id(value), id(array))
            if key not in leaf_of:
                leaf_of[key] = len(self.leaves)
                self.leaves.append(array)
                self.leaf_objects.append(value)
                if id(value) in source_ids:
                    self.source_leaves[source_ids[id(value)]].append(leaf_of[key])
            return ("l", leaf_of[key])

        self.calls: list[tuple[Any, ...]] = []
        self._alive = kept, targets, sources  # ids stay taken as long as these live
        for entry in kept:
            wires: list[tuple[Any, ...] | None] = []
            for value, array in zip(entry.inputs, entry.arrays, strict=True):
                value = resolve.get(id(value), value)
                if array is None:
                    wires.append(None)
                else:
                    wires.append(places.get(id(value)) or leaf(value, array))
            call = len(self.calls)
            self.calls.append((entry.op, entry.attributes, tuple(wires)))
            for j, tensor in enumerate(entry.outputs):
                places[id(tensor)] = ("c", call, j)
                if id(tensor) in source_ids:
                    # A source that another one leads to: its gradient is that of something added to it.
                    place = self._add_zero(tensor, places[id(tensor)], source_ids[id(tensor)])
                    places[id(tensor)] = place
        self.targets: list[tuple[Any, ...] | None] = []
        for target in targets:
            if not isinstance(target, Operators):
                raise TypeError(f"gradient: a target must be a tensor, not {type(target).__name__}.")
            if id(target) in source_ids and id(target) not in places:
                self.targets.append(leaf(target, as_array(target)))
            else:
                self.targets.append(places.get(id(target)))
        self.target_objects = targets
        self.sources = sources

    def _add_zero(self, tensor: Tensor, place: tuple[Any, ...], source: int) -> tuple[Any, ...]:
        zero = engine.current().zeros_like(tensor._array)
        self.source_leaves[source].append(len(self.leaves))
        self.calls.append((operators.ops.add, (), (place, ("l", len(self.leaves)))))
        self.leaves.append(zero)
        self.leaf_objects.append(Tensor(zero))
        return ("c", len(self.calls) - 1, 0)

    def differentiate(self, kind: str, weights: list[Any]) -> list[Any]:
        """The gradients with respect to the sources, `None` where no target depends on one."""
        connected = [
            i for i, t in enumerate(self.targets) if t is not None and _differentiable(self.target_objects[i])
        ]
        reached = self._reached([self.targets[i] for i in connected])
        primal = [
            k
            for i, ks in enumerate(self.source_leaves)
            if _differentiable(self.sources[i])
            for k in ks
            if k in reached
        ]
        if not connected or not primal:
            return [None] * len(self.sources)
        given = [weights[i] for i in connected]
        structure = (
            kind,
            tuple(self.calls),
            tuple(self.targets[i] for i in connected),
            tuple(primal),
            tuple(w is not None for w in given),
        )
        # What holds a call that is made once only is not worth compiling or keeping.
        once = any(call[0].once or call[0].data_dependent_shape for call in self.calls)
        op = _GradientOp(structure) if once else _gradient_op(structure)
        objects = [*self.leaf_objects, *(w for w in given if w is not None)]
        arrays = [*self.leaves, *(as_array(w) for w in given if w is not None)]
        F = engine.current()
        if thread.tracing or op.once:
            results = op.apply(F, arrays, ())
        else:
            results = F.run(op, arrays, ())
        outputs = tuple(Tensor(r) for r in results)
        for tape in thread.tapes:
            tape.record(op, (), tuple(objects), arrays, outputs)
        by_leaf = dict(zip(primal, outputs, strict=True))
        gradients: list[Any] = []
        for leaves in self.source_leaves:
            parts = [by_leaf[k] for k in leaves if k in by_leaf]
            total = parts[0] if parts else None
            for part in parts[1:]:
                total = total + part
            gradients.append(total)
        first = {
            id(s): g
            for s, g in zip(reversed(self.sources), reversed(gradients), strict=True)
            if g is not None
        }
        return [
            g if g is not None else first.get(id(s)) for s, g in zip(self.sources, gradients, strict=True)
        ]

    def _reached(self, targets: list[Any]) -> set[int]:
        calls: set[int] = set()
        leaves: set[int] = set()
        stack = list(targets)
        while stack:
            wire = stack.pop()
            if wire is None:
                continue
            if wire[0] == "l":
                leaves.add(wire[1])
            elif wire[1] not in calls:
                calls.add(wire[1])
                stack.extend(self.calls[wire[1]][2])
        return leaves


_known: dict[
    Any, bool
] = {}  # dtype, the engine's or ours -> whether it has gradients: asked for every recorded tensor


def _differentiable(value: Any) -> bool:
    native = value._array.dtype if type(value) is Tensor else value.dtype
    found = _known.get(native)
    if found is None:
        dtype = as_dtype(native)
        found = _known[native] = dtype.is_floating or dtype.is_complex
    return found


class _GradientOp:
    """The gradient of a recorded structure; one object a structure, so that the engine compiles it once."""

    static: tuple[str, ...] = ()
    shape_only = False
    data_dependent_shape = False
    no_gradient = False

    def __init__(self, structure: tuple[Any, ...]) -> None:
        self.kind, self.calls, self.targets, self.primal, self.weighted = structure
        self.once = any(call[0].once or call[0].data_dependent_shape for call in self.calls)
        self.__name__ = f"{self.kind}_of_{len(self.calls)}_ops"

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        weights = iter(arrays[len(arrays) - sum(self.weighted) :])
        leaves = list(arrays[: len(arrays) - sum(self.weighted)])

        def forward(*primals: Any) -> tuple[Any, ...]:
            values = list(leaves)
            for place, primal in zip(self.primal, primals, strict=True):
                values[place] = primal
            made: list[tuple[Any, ...]] = []
            for op, attributes, wires in self.calls:
                inputs = [
                    None if w is None else values[w[1]] if w[0] == "l" else made[w[1]][w[2]] for w in wires
                ]
                result = op.apply(F, inputs, attributes)
                made.append(tuple(result) if isinstance(result, (tuple, list)) else (result,))
            return tuple(values[t[1]] if t[0] == "l" else made[t[1]][t[2]] for t in self.targets)

        primals = [leaves[k] for k in self.primal]
        if self.kind == "jacobian":
            return tuple(F.jacobian(lambda *p: forward(*p)[0], *primals))
        values, pull = F.vjp(forward, *primals)
        if self.kind == "batch_jacobian":
            return self._batch_jacobian(F, values[0], pull)
        cotangents = []
        for value, weighted in zip(values, self.weighted, strict=True):
            if weighted:
                weight = F.astype(next(weights), value.dtype)
                cotangents.append(F.broadcast_to(weight, value.shape))
            else:
                cotangents.append(F.ones_like(value))
        return tuple(pull(tuple(cotangents)))

    def _batch_jacobian(self, F: Any, value: Any, pull: Any) -> tuple[Any, ...]:
        row = tuple(value.shape[1:])
        size = 1
        for d in row:
            size *= d
        basis = F.reshape(F.eye(size, dtype=value.dtype), (size, 1, *row))
        basis = F.broadcast_to(basis, (size, *value.shape))
        found = F.vmap(lambda g: pull((g,)))(basis)
        return tuple(F.reshape(F.moveaxis(f, 0, 1), (value.shape[0], *row, *f.shape[2:])) for f in found)


# Bounded: a program whose every gradient is of another structure must not keep them all.
_gradient_op = lru_cache(maxsize=1024)(_GradientOp)
