"""Rematerialisation: what lies inside a function is computed again for its gradient, instead of being kept.

Sublinear memory cost: Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from unikeras import engine
from unikeras.core import nest
from unikeras.core.autograph import when_traced
from unikeras.core.gradient import Overlay
from unikeras.core.state import thread, tracing
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tape import no_tapes
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = ["RematScope", "call_layer", "current_scope", "remat"]

_MODES = ("full", "activations", "larger_than", "list_of_layers", None)


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function's inner values be computed again when its gradient is taken (mirrors `keras.remat`).

    That needs less memory and more time. Results and gradients are the same. On an engine without gradients the function
    runs as it is, and so it does on symbolic tensors: in a functional model use it inside a layer, or make layers in a
    `keras.RematScope`.

    Args:
        f: a function of tensors, or of structures of them; it may read and assign variables, and may run more than once. A
            gradient flows to its arguments and to the variables it reads.

    Returns:
        A function of the same arguments.

    Example:
        >>> from unikeras import keras
        >>> block = keras.remat(lambda x: keras.ops.tanh(keras.ops.tanh(x)))
        >>> round(float(block(0.5)), 4)
        0.4318
    """

    @functools.wraps(f)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        F = engine.current()
        symbolic = thread.symbolic or any(is_symbolic(leaf) for leaf in nest.flatten((args, kwargs)))
        if symbolic or not F.gradients:
            return f(*args, **kwargs)
        call = _Call(f, args, kwargs)
        if thread.tapes:
            return call.record(F)
        return call.run(F) if thread.tracing or not F.compiles else f(*args, **kwargs)

    return wrapped


class _Inside(Overlay):
    """Where the function reads and writes variables; notes what it read first, and the losses that layers add."""

    def __init__(self, known: list[tuple[Variable, Any]] | None = None) -> None:
        super().__init__(known)
        self.first: list[tuple[Variable, Any]] = []
        self.losses: list[tuple[Any, Any]] = []

    def missing(self, variable: Any) -> Any:
        array = super().missing(variable)
        self.first.append((variable, array))
        return array

    def divert_loss(self, layer: Any, loss: Any) -> None:
        """Keep a loss that a layer adds, which is a value of the inside."""
        self.losses.append((layer, loss))


class _Call:
    """One call; for a tape an op over the tensors among the arguments and the variables that the function reads."""

    static: tuple[str, ...] = ()
    shape_only = False
    data_dependent_shape = False
    no_gradient = False
    once = True

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.__name__ = getattr(f, "__name__", "remat")
        self._f = f
        self._given = (args, kwargs)
        self._leaves = nest.flatten(self._given)
        self._sources = [leaf for leaf in self._leaves if type(leaf) is Tensor]
        self._variables: list[Variable] = []
        self._scope = _Inside()
        self._structure: Any = None
        self._masks: list[int] = []
        # what the function finds around it when it runs again
        self._around = thread.scope, thread.call, thread.autocast, thread.path

    # What runs.

    def _inside(self, arrays: Any, known: list[tuple[Variable, Any]] | None = None) -> list[Any]:
        """The arrays of the results, of their masks, of added losses and of assigned variables."""
        found = iter(arrays)
        leaves = [_like(leaf, next(found)) if type(leaf) is Tensor else leaf for leaf in self._leaves]
        args, kwargs = nest.pack_as(self._given, leaves)
        scope = _Inside(known)
        with no_tapes(), scope:
            self._structure = self._f(*args, **kwargs)
            made = nest.flatten(self._structure)
            self._tensors = [isinstance(leaf, (Tensor, Variable)) for leaf in made]
            results = [as_array(leaf) for leaf in made if isinstance(leaf, (Tensor, Variable))]
            masks = [
                getattr(leaf, "_keras_mask", None) for leaf in made if isinstance(leaf, (Tensor, Variable))
            ]
            self._masks = [i for i, mask in enumerate(masks) if mask is not None]
            self._counts = len(results), len(self._masks), len(scope.losses)
            results += [as_array(masks[i]) for i in self._masks]
            results += [as_array(loss) for _, loss in scope.losses]
            results += [scope.value(v) for v in scope.written.values()]
        self._scope = scope
        return results

    def run(self, F: Any) -> Any:
        """The result, where the engine differentiates by itself what it sees."""
        first: list[tuple[Variable, Any]] | None = None

        def inside(*arrays: Any) -> tuple[Any, ...]:
            nonlocal first
            if first is None:
                made = self._inside(arrays)
                first = self._scope.first
                return tuple(made)
            with self._as_before():  # with the values that variables had then
                return tuple(self._inside(arrays, first))

        return self._finish(F.checkpoint(inside)(*(s._array for s in self._sources)))

    def record(self, F: Any) -> Any:
        """The result, recorded on the tapes."""
        arrays = [s._array for s in self._sources]
        made = self._inside(arrays)
        self._variables = [v for v, _ in self._scope.first]
        inputs = (*self._sources, *self._variables)
        arrays += [array for _, array in self._scope.first]
        outputs = tuple(Tensor(a) for a in made)
        for tape in thread.tapes:
            tape.record(self, (), inputs, arrays, outputs)
        return self._finish(outputs)

    def apply(self, F: Any, arrays: Any, attributes: tuple[Any, ...]) -> tuple[Any, ...]:
        """The results from raw arrays, as something that the engine computes again for its gradient."""

        def inside(*arrays: Any) -> tuple[Any, ...]:
            count = len(self._sources)
            known = list(zip(self._variables, arrays[count:], strict=True))
            with self._as_before(), tracing(F) if F.compiles else no_tapes():
                return tuple(self._inside(arrays[:count], known))

        return tuple(F.checkpoint(inside)(*arrays))

    @contextmanager
    def _as_before(self) -> Iterator[None]:
        saved = thread.scope, thread.call, thread.autocast, thread.path
        thread.scope, thread.call, thread.autocast, thread.path = self._around
        try:
            yield
        finally:
            thread.scope, thread.call, thread.autocast, thread.path = saved

    def _finish(self, made: Any) -> Any:
        """The structure of results; variables, losses and masks as the function left them."""
        tensors = [a if isinstance(a, Tensor) else Tensor(a) for a in made]
        results, masks, losses = self._counts
        for place, mask in zip(self._masks, tensors[results : results + masks], strict=True):
            tensors[place]._keras_mask = mask
        start = results + masks
        for (layer, _), loss in zip(self._scope.losses, tensors[start : start + losses], strict=True):
            layer._take_loss(loss)
        for variable, value in zip(self._scope.written.values(), tensors[start + losses :], strict=True):
            variable._write(value._array)
        found = iter(tensors)
        flat = nest.flatten(self._structure)
        return nest.pack_as(
            self._structure,
            [next(found) if is_tensor else leaf for is_tensor, leaf in zip(self._tensors, flat, strict=True)],
        )


def _like(leaf: Tensor, array: Any) -> Tensor:
    tensor = Tensor(array)
    mask = getattr(leaf, "_keras_mask", None)
    if mask is not None:
        tensor._keras_mask = mask
    return tensor


# Layers.


class _Scopes(threading.local):
    stack: tuple[RematScope, ...] = ()


_scopes = _Scopes()


class RematScope:
    """Layers made inside it are rematerialised, see `keras.remat` (mirrors `keras.RematScope`).

    Args:
        mode: 'full' (every layer), 'activations' (layers' activation functions), 'larger_than' (layers whose output has more
            than `output_size_threshold` elements), 'list_of_layers' (those named) or `None` (no layer).
        output_size_threshold: a number of elements.
        layer_names: the names of layers.

    Raises:
        ValueError: an unknown mode.

    Example:
        >>> from unikeras import keras
        >>> with keras.RematScope(mode="list_of_layers", layer_names=["wide"]):
        ...     model = keras.Sequential([keras.layers.Dense(64, name="wide"), keras.layers.Dense(1)])
        >>> model(keras.ops.ones((2, 3))).shape
        TensorShape([2, 1])
    """

    def __init__(
        self, mode: str | None = "full", output_size_threshold: int = 1024, layer_names: Any = None
    ) -> None:
        if mode not in _MODES:
            raise ValueError(f"RematScope: mode must be one of {', '.join(map(repr, _MODES))}, not {mode!r}.")
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = list(layer_names or ())

    def __enter__(self) -> RematScope:
        _scopes.stack = (*_scopes.stack, self)
        return self

    def __exit__(self, *error: object) -> None:
        _scopes.stack = _scopes.stack[:-1]


def current_scope() -> RematScope | None:
    """The innermost scope, if layers made now are to be rematerialised."""
    scope = _scopes.stack[-1] if _scopes.stack else None
    return None if scope is None or scope.mode is None else scope


def call_layer(layer: Any, scope: RematScope, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A layer's `call`, rematerialised as the scope it was made in says."""
    if scope.mode == "activations":
        activation = layer.__dict__.get("activation")
        if not callable(activation):
            return when_traced(layer.call)(*args, **kwargs)
        layer.__dict__["activation"] = remat(activation)
        try:
            return when_traced(layer.call)(*args, **kwargs)
        finally:
            layer.__dict__["activation"] = activation
    if scope.mode == "list_of_layers":
        wanted = layer.name in scope.layer_names
    elif scope.mode == "larger_than":
        wanted = _size(layer, args) > scope.output_size_threshold
    else:
        wanted = True
    return (remat(layer.call) if wanted else layer.call)(*args, **kwargs)


def _size(layer: Any, args: tuple[Any, ...]) -> int:
    """The number of elements of a layer's output, found without computing it."""
    if thread.symbolic:
        return 0
    losses = [(inner, list(inner._losses)) for inner in layer._flatten_layers()]
    outer, thread.call = thread.call, None
    try:
        shapes = layer.compute_output_shape(nest.map_structure(lambda t: tuple(t.shape), args[0]))
    finally:
        thread.call = outer
        for inner, before in losses:  # what was added meanwhile has no values
            inner._losses[:] = before
    flat = shapes if isinstance(shapes, list) else [shapes]
    return sum(math.prod(d or 1 for d in shape) for shape in flat)
