"""Symbolic tensors and the graph they form; shapes come from evaluating abstractly, never from a rule."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.dtypes import DType, as_dtype
from unikeras.core.errors import OperatorNotAllowedInGraphError
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape, as_shape
from unikeras.core.state import StateScope, tracing
from unikeras.core.tensor import Tensor, as_array

__all__ = ["Node", "SymbolicTensor", "apply_symbolically", "infer", "is_symbolic"]

# Two sizes to put in place of an unknown dimension. Highly composite, so that reshapes divide.
_SIZES = (840, 1680)
_SIZES_OF_STRINGS = (120, 240)  # where strings are evaluated, really: on the host, one by one
_counters: dict[str, Any] = defaultdict(itertools.count)


def stands_for_unknown(size: int) -> bool:
    """Whether a size that a layer meets while shapes are inferred is one in place of an unknown dimension.

    Example:
        >>> stands_for_unknown(840), stands_for_unknown(32)
        (True, False)
    """
    return size in _SIZES


def without_sizes(message: str) -> str:
    """A message with `None` for the sizes that stand for unknown dimensions.

    Example:
        >>> without_sizes("float32[840, 3]")
        'float32[None, 3]'
    """
    return re.sub(rf"\b({'|'.join(map(str, _SIZES))})\b", "None", message)


class SymbolicTensor(Operators):
    """A tensor without data: what `keras.Input` and layers called on it return (Keras's `KerasTensor`).

    Args:
        shape: dimensions, `None` where unknown.
        dtype: the elements' type.
        name: a name for messages and `summary()`.

    Example:
        >>> from unikeras import keras
        >>> x = keras.Input((3,))
        >>> (x * 2.0).shape
        TensorShape([None, 3])
    """

    sparse = False  # whether a sparse tensor is expected
    ragged = False  # whether a ragged one is

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        name: str | None = None,
        node: Node | None = None,
        index: int = 0,
    ) -> None:
        self._shape = as_shape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name
        self.node = node  # the call that made it; None for a free-standing one
        self.index = index  # which of the node's outputs

    @property
    def shape(self) -> TensorShape:
        """The dimensions, `None` where unknown."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self._dtype

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._shape)

    @property
    def name(self) -> str:
        """Its name; made up when first asked for."""
        if self._name is None:
            count = next(_counters["keras_tensor"])
            self._name = f"keras_tensor_{count}" if count else "keras_tensor"
        return self._name

    @property
    def _keras_history(self) -> tuple[Any, int, int]:
        if self.node is None:
            raise AttributeError(f"{self!r} was made by no layer.")
        return self.node.operation, self.node.number, self.index

    def get_shape(self) -> TensorShape:
        """Same as `shape`."""
        return self._shape

    def set_shape(self, shape: Any) -> None:
        """Fill in dimensions that were unknown."""
        self._shape = self._shape.merge_with(shape)

    def _no_value(self, use: str) -> OperatorNotAllowedInGraphError:
        return OperatorNotAllowedInGraphError(
            f"A symbolic tensor {self!r} was used as {use}, but it has no value: it is a placeholder in a functional "
            "model. Put the code in a Lambda layer or in the call method of a Layer, or use ops (tf.*, keras.ops.*) on it."
        )

    def numpy(self) -> Any:
        """Raises: a symbolic tensor has no value."""
        raise AttributeError(str(self._no_value("a NumPy array")))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise self._no_value("a NumPy array (a NumPy function was called on it?)")

    def __bool__(self) -> bool:
        raise self._no_value("a Python bool")

    def __int__(self) -> int:
        raise self._no_value("a Python int")

    def __float__(self) -> float:
        raise self._no_value("a Python float")

    def __len__(self) -> int:
        if not self._shape or self._shape[0] is None:
            raise TypeError(f"The length of {self!r} is not known.")
        return self._shape[0]

    def __iter__(self) -> Any:
        if not self._shape or self._shape[0] is None:
            raise OperatorNotAllowedInGraphError(
                f"Cannot iterate over {self!r}: its first dimension is unknown."
            )
        return iter([self[i] for i in range(self._shape[0])])

    def __repr__(self) -> str:
        return f"<KerasTensor shape={tuple(self._shape)}, dtype={self._dtype.name}, sparse={self.sparse}, ragged={self.ragged}, name={self.name}>"

    def __copy__(self) -> SymbolicTensor:
        return self

    def __deepcopy__(self, memo: Any) -> SymbolicTensor:
        return self


class Node:
    """One call of a layer or op on symbolic tensors."""

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.inputs: list[SymbolicTensor] = [
            leaf for leaf in nest.flatten((args, kwargs)) if is_symbolic(leaf)
        ]
        self.outputs = outputs
        for index, tensor in enumerate(nest.flatten(outputs)):
            tensor.node = self
            tensor.index = index
        nodes = operation.__dict__.setdefault("_nodes", []) if hasattr(operation, "_nodes") else []
        self.number = len(nodes)  # which call of that layer
        nodes.append(self)

    def __repr__(self) -> str:
        return f"<Node of {self.operation!r}: {self.inputs} -> {self.outputs}>"


def is_symbolic(value: Any) -> bool:
    """Whether `value` is a `SymbolicTensor` (mirrors `keras.backend.is_keras_tensor`)."""
    return isinstance(value, SymbolicTensor)


class _Shapes(StateScope):
    """Variables are zeros of their shape, and keep their values."""

    def missing(self, variable: Any) -> Any:
        F = engine.current()
        return F.zeros(tuple(variable.shape), dtype=F.dtype(variable._dtype.name))


def _only_shapes(value: Any) -> bool:
    """Whether a symbolic tensor depends on the shapes of others alone, as `tf.shape(x)[0]` does."""
    node = value.node if is_symbolic(value) else None
    if node is None or not hasattr(node.operation, "shape_only"):
        return False
    return node.operation.shape_only or (bool(node.inputs) and all(_only_shapes(s) for s in node.inputs))


def _from_shapes(symbol: SymbolicTensor, size: int) -> Tensor:
    """The value of such a tensor when unknown dimensions are `size`."""
    node = symbol.node
    assert node is not None
    F = engine.current()
    if node.operation.shape_only:
        dims = tuple(size if d is None else d for d in node.inputs[0].shape)
        with F.concrete():
            return Tensor(
                node.operation.apply(F, [np.broadcast_to(np.float32(0), dims)], tuple(node.kwargs.values()))
            )
    leaves = [_from_shapes(v, size) if is_symbolic(v) else v for v in nest.flatten((node.args, node.kwargs))]
    args, kwargs = nest.pack_as((node.args, node.kwargs), leaves)
    return nest.flatten(node.operation(*args, **kwargs))[symbol.index]


def infer(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The structure of `SymbolicTensor`s that `function(*args, **kwargs)` returns, without computing anything.

    Evaluates the function abstractly twice, with two sizes in place of each unknown dimension; a dimension of the
    result that differs is unknown.
    """
    leaves = nest.flatten((args, kwargs))
    symbols = [leaf for leaf in leaves if is_symbolic(leaf) and not _only_shapes(leaf)]
    tracer = engine.tracer()
    outputs: Any = None
    texts = [s for s in symbols if s.dtype == "string"]
    sizes = _SIZES_OF_STRINGS if texts else _SIZES
    of_strings: set[int] = set()  # the outputs that are strings

    def evaluate(run: int) -> list[Any]:
        size = sizes[run]

        def dims(symbol: SymbolicTensor) -> tuple[int, ...]:
            return tuple(size if d is None else d for d in symbol.shape)

        def pure(*arrays: Any) -> list[Any]:
            nonlocal outputs
            given = iter(arrays)

            def value(leaf: Any) -> Any:
                if not is_symbolic(leaf):
                    return leaf
                if _only_shapes(leaf):
                    return _from_shapes(leaf, size)
                if (
                    leaf.dtype == "string"
                ):  # strings are never traced: some of another number of words in each run
                    return Tensor(np.full(dims(leaf), b" ".join([b"a"] * (run + 2)), object))
                return Tensor(next(given))

            with _Shapes(), tracing(tracer, symbolic=True):
                new_args, new_kwargs = nest.pack_as((args, kwargs), [value(leaf) for leaf in leaves])
                outputs = function(*new_args, **new_kwargs)
                made = [as_array(leaf) for leaf in nest.flatten(outputs) if leaf is not None]
            of_strings.update(i for i, array in enumerate(made) if array.dtype == object)
            return [np.zeros(a.shape, bool) if i in of_strings else a for i, a in enumerate(made)]

        return tracer.abstract(pure, [(dims(s), s.dtype.name) for s in symbols if s.dtype != "string"])

    runs = [evaluate(0)]
    if texts or any(None in tuple(leaf.shape) or _only_shapes(leaf) for leaf in leaves if is_symbolic(leaf)):
        runs.append(evaluate(1))
    results: list[SymbolicTensor] = []
    for structs in zip(*runs, strict=True):
        if len({len(s.shape) for s in structs}) > 1:
            shape = TensorShape(None)
        else:
            dims = zip(*(s.shape for s in structs), strict=True)
            shape = TensorShape([d[0] if len(set(d)) == 1 else None for d in dims])
        results.append(SymbolicTensor(shape, "string" if len(results) in of_strings else structs[0].dtype))
    found = iter(results)
    return nest.pack_as(outputs, [None if leaf is None else next(found) for leaf in nest.flatten(outputs)])


def apply_symbolically(op: Any, args: tuple[Any, ...], attributes: dict[str, Any]) -> Any:
    """Call an op on symbolic tensors: its outputs, symbolic, joined to the graph."""
    outputs = infer(op, args, attributes)
    Node(op, args, attributes, outputs)
    return outputs
