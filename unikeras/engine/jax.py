"""The default engine: XLA through JAX, on CPU, GPU and TPU."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from unikeras.core.state import thread
from unikeras.engine.contract import Array, Engine
from unikeras.engine.jax_callbacks import without_callbacks
from unikeras.engine.jax_conv import JaxConv, is_slow_on_cpu
from unikeras.engine.jax_numeric import JaxNumeric
from unikeras.engine.jax_products import JaxProducts
from unikeras.engine.jax_recurrent import JaxRecurrent

__all__ = ["JaxEngine"]

_Tracer = jax.core.Tracer
_ALIGNMENT = 64  # bytes


@contextmanager
def _users_errors() -> Iterator[None]:
    """Take jax's note about its traceback off errors of the traced function: they are the user's, not jax's."""
    try:
        yield
    except Exception as error:
        notes = getattr(error, "__notes__", None)
        if notes:
            notes[:] = [note for note in notes if "JAX_TRACEBACK_FILTERING" not in note]
        raise


class JaxEngine(JaxConv, JaxRecurrent, JaxProducts, JaxNumeric, Engine):
    """jax arrays; eager ops run through a `jax.jit` kept per (op, attributes)."""

    name = "jax"
    compiles = True
    leaks = (jax.errors.UnexpectedTracerError,)
    xp = jnp

    def __init__(self) -> None:
        # TensorFlow has int64 and float64 tensors; unikeras chooses every dtype itself, so this only allows them.
        jax.config.update("jax_enable_x64", True)
        # Bounded: ops with ever new attributes (x[i] for every i) must not keep all that was compiled for them.
        self._kernel = lru_cache(maxsize=4096)(self._kernel)  # type: ignore[method-assign]
        self._compiler = ThreadPoolExecutor(1, thread_name_prefix="unikeras-compile")
        self._configure_cache()

    def _configure_cache(self) -> None:
        if self.cache_dir() is None and os.environ.get("UNIKERAS_COMPILATION_CACHE") != "0":
            base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
            jax.config.update("jax_compilation_cache_dir", str(Path(base) / "unikeras" / "xla"))
            jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.1)
            jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)

    def cache_dir(self) -> Path | None:
        folder = jax.config.values["jax_compilation_cache_dir"]
        return Path(folder) if folder else None

    def dtype(self, name: str) -> Any:
        return jnp.dtype(jnp.bfloat16 if name == "bfloat16" else name)

    def from_numpy(self, value: np.ndarray) -> Array:
        # A copy of our own, since the caller may change its array at once: device_put shares aligned memory (whatever
        # may_alias says), and jnp.array copies a large array while the caller goes on.
        value = _own_copy(np.asarray(value))
        if thread.tracing:
            with jax.ensure_compile_time_eval():  # a constant, and so is what is computed from constants
                return jnp.asarray(value)
        return jnp.asarray(value)  # takes half the time of device_put for a small array

    def to_numpy(self, array: Array) -> np.ndarray:
        return np.asarray(array)

    def owns(self, value: Any) -> bool:
        return isinstance(value, jax.Array)

    def is_traced(self, array: Array) -> bool:
        return isinstance(array, _Tracer)

    def devices(self) -> list[str]:
        names = {"cpu": "CPU", "gpu": "GPU", "cuda": "GPU", "rocm": "GPU", "tpu": "TPU"}
        return [f"{names.get(d.platform, d.platform.upper())}:{d.id}" for d in jax.devices()]

    def run(self, op: Any, arrays: Sequence[Array], attributes: tuple[Any, ...]) -> Any:
        if thread.tracing:
            if any(isinstance(a, _Tracer) for a in arrays) and not op.shape_only:
                return op.apply(self, arrays, attributes)
            with jax.ensure_compile_time_eval():  # a constant, such as tf.shape(x), stays one
                return op.apply(self, arrays, attributes)
        if op.data_dependent_shape:
            return op.apply(self, arrays, attributes)
        return self._kernel(op, attributes)(*arrays)

    def _kernel(self, op: Any, attributes: tuple[Any, ...]) -> Callable[..., Any]:
        def body(*arrays: Array) -> Any:
            return op.apply(self, arrays, attributes)

        body.__name__ = op.__name__
        return jax.jit(body)

    def compile(
        self, function: Callable[..., Any], *, donate: tuple[int, ...] = (), static: tuple[int, ...] = ()
    ) -> Callable[..., Any]:
        return jax.jit(function, donate_argnums=donate, static_argnums=static)

    def adopt(self, kind: type, arrays_of: Callable[[Any], Any], made_of: Callable[[Any], Any]) -> None:
        jax.tree_util.register_pytree_node(
            kind, lambda value: (arrays_of(value), None), lambda _, arrays: made_of(arrays)
        )

    def compile_ahead(self, function: Any, *args: Any) -> Any:
        def struct(value: Any) -> Any:
            shape, dtype = value
            return jax.ShapeDtypeStruct(shape, self.dtype(dtype))

        structs = [
            jax.tree.map(struct, arg, is_leaf=_is_spec) if isinstance(arg, list) or _is_spec(arg) else arg
            for arg in args
        ]
        # The compiler works outside Python's lock, one program after the other. What it makes is kept by the function; an
        # error shows when that is called.
        return self._compiler.submit(lambda: function.lower(*structs).compile())

    def concrete(self) -> Any:
        return jax.ensure_compile_time_eval()

    def inference(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()

    def abstract(self, function: Callable[..., Any], specs: Sequence[tuple[tuple[int, ...], str]]) -> Any:
        """`function` of arrays of the given (shape, dtype name)s, evaluated without data: a tree of shape structs."""
        structs = [jax.ShapeDtypeStruct(shape, self.dtype(dtype)) for shape, dtype in specs]
        with _users_errors():
            return jax.eval_shape(function, *structs)

    def trace(
        self, function: Callable[..., list[Array]], specs: Sequence[tuple[tuple[int, ...], str]]
    ) -> _Traced:
        structs = [jax.ShapeDtypeStruct(shape, self.dtype(dtype)) for shape, dtype in specs]
        with _users_errors():
            closed = jax.make_jaxpr(function)(*structs)
        for constant in closed.consts:
            if isinstance(constant, _Tracer):  # of a part of the function whose own trace is over
                raise jax.errors.UnexpectedTracerError(str(constant))
        return _Traced(closed)

    def stop_gradient(self, x: Array) -> Array:
        return jax.lax.stop_gradient(x)

    def vjp(self, function: Callable[..., Any], *primals: Array) -> Any:
        return jax.vjp(function, *primals)

    def value_and_grad(
        self, function: Callable[[list[Array]], tuple[Array, Any]], primals: list[Array]
    ) -> Any:
        (loss, rest), gradients = jax.value_and_grad(function, has_aux=True)(primals)
        return loss, rest, gradients

    def jacobian(self, function: Callable[..., Array], *primals: Array) -> tuple[Array, ...]:
        return jax.jacrev(function, argnums=tuple(range(len(primals))))(*primals)

    def vmap(self, function: Callable[..., Any], in_axes: Any = 0) -> Callable[..., Any]:
        return jax.vmap(function, in_axes=in_axes)

    def custom_gradient(
        self, forward: Callable[..., Any], pullback: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        if pullback is None:

            def pullback(arrays: Sequence[Array], *cotangents: Array) -> Any:
                return forward(*arrays)[1](*cotangents)

        @jax.custom_vjp
        def function(*arrays: Array) -> Any:
            return forward(*arrays)[0]

        # The pullback is made again from the arrays: a closure over tracers must not outlive the forward trace.
        function.defvjp(
            lambda *arrays: (forward(*arrays)[0], arrays),
            lambda arrays, g: tuple(
                map(_cotangent, arrays, pullback(arrays, *(g if isinstance(g, tuple) else (g,))))
            ),
        )
        return function

    def tree_of(self, structure: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
        leaves, kind = jax.tree_util.tree_flatten(structure)
        return leaves, lambda new: jax.tree_util.tree_unflatten(kind, list(new))

    def checkpoint(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return jax.checkpoint(function)

    def cond(
        self, predicate: Array, true: Callable[..., Any], false: Callable[..., Any], *operands: Any
    ) -> Any:
        return jax.lax.cond(predicate, true, false, *operands)

    def while_loop(self, condition: Callable[[Any], Array], body: Callable[[Any], Any], state: Any) -> Any:
        return jax.lax.while_loop(condition, body, state)

    def fori_loop(self, start: Any, stop: Any, body: Callable[[Any, Any], Any], state: Any) -> Any:
        return jax.lax.fori_loop(start, stop, body, state)

    def random_bits(self, key: Array, shape: tuple[int, ...]) -> Array:
        key = jax.random.wrap_key_data(key.astype(jnp.uint32), impl="threefry2x32")
        with jax.threefry_partitionable(True):
            return jax.random.bits(key, shape, jnp.uint32).astype(jnp.int64)

    def copy(self, x: Array) -> Array:
        if jax.default_backend() == "cpu" and not isinstance(x, _Tracer):
            return self.from_numpy(np.asarray(x))  # nothing to compile
        return jnp.array(x, copy=True)

    def slice_rows(self, x: Array, start: Any, count: int) -> Array:
        return jax.lax.dynamic_slice_in_dim(x, start, count, 0)

    def wait(self, arrays: Any) -> None:
        jax.block_until_ready(arrays)

    def call_back(self, function: Callable[..., None], arrays: Sequence[Array]) -> None:
        jax.debug.callback(function, *arrays, ordered=True)

    def wait_for_callbacks(self) -> None:
        jax.effects_barrier()

    def erf(self, x: Array) -> Array:
        return jax.lax.erf(x)

    def erfinv(self, x: Array) -> Array:
        return jax.lax.erf_inv(x)

    def lgamma(self, x: Array) -> Array:
        return jax.lax.lgamma(x)

    def sigmoid(self, x: Array) -> Array:
        return jax.nn.sigmoid(x)

    def logsumexp(self, x: Array, *, axis: Any = None, keepdims: bool = False) -> Array:
        return jax.nn.logsumexp(x, axis=axis, keepdims=keepdims)

    def scatter(self, x: Array, index: Any, updates: Array, *, add: bool = False) -> Array:
        return x.at[index].add(updates) if add else x.at[index].set(updates)

    def top_k(self, x: Array, k: int) -> tuple[Array, Array]:
        values, indices = jax.lax.top_k(x, k)
        return values, indices.astype(jnp.int32)

    def svd(self, x: Array) -> tuple[Array, Array, Array]:
        return tuple(jnp.linalg.svd(x, full_matrices=False))


def _own_copy(value: np.ndarray) -> np.ndarray:
    """A copy; a large one begins where XLA wants its buffers to begin, or it would be copied again."""
    if value.nbytes < 1 << 20 or not value.flags.c_contiguous:
        return np.array(value)
    room = np.empty(value.nbytes + _ALIGNMENT, np.uint8)
    start = -room.ctypes.data % _ALIGNMENT
    copy = room[start : start + value.nbytes].view(value.dtype).reshape(value.shape)
    np.copyto(copy, value)
    return copy


def _is_spec(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], str)


class _Traced:
    """A traced function: calling it repeats its operations without running its Python again."""

    def __init__(self, closed: Any) -> None:
        self._closed = closed
        self.specs = [(tuple(a.shape), a.dtype.name) for a in closed.out_avals]
        self.constants = list(closed.consts)

    def __call__(
        self, *arrays: Array, constants: Sequence[Array] | None = None, quiet: bool = False
    ) -> list[Array]:
        jaxpr = without_callbacks(self._closed.jaxpr) if quiet else self._closed.jaxpr
        return jax.core.eval_jaxpr(jaxpr, constants or self.constants, *arrays)

    @property
    def slow_in_loops(self) -> bool:
        """Whether it holds an operation that XLA:CPU runs far slower inside a loop (jax issue 12868)."""
        return jax.default_backend() == "cpu" and _holds(is_slow_on_cpu, self._closed.jaxpr)


def _cotangent(array: Array, gradient: Array) -> Any:
    """The gradient as jax wants it: that of an integer is an array without values."""
    if jnp.issubdtype(array.dtype, jnp.inexact):
        return gradient
    return np.zeros(array.shape, jax.dtypes.float0)


def _holds(wanted: Callable[[Any], bool], jaxpr: Any) -> bool:
    """Whether an equation of a jaxpr, or of one inside it, is a wanted one."""
    for equation in jaxpr.eqns:
        if wanted(equation):
            return True
        for value in equation.params.values():
            for inner in value if isinstance(value, (tuple, list)) else (value,):
                inner = getattr(inner, "jaxpr", inner)
                if hasattr(inner, "eqns") and _holds(wanted, inner):
                    return True
    return False
