"""`GradientTape`: records ops, and differentiates the record as one compiled function."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from unikeras.core import composite, nest
from unikeras.core.state import thread
from unikeras.core.strict import report
from unikeras.core.tape_graph import Graph
from unikeras.core.tensor import Tensor
from unikeras.core.variable import Variable

__all__ = ["GradientTape", "UnconnectedGradients", "no_tapes"]


class UnconnectedGradients(enum.StrEnum):
    """What the gradient of a target that does not depend on a source is (mirrors `tf.UnconnectedGradients`)."""

    NONE = "none"
    ZERO = "zero"


@contextmanager
def no_tapes() -> Iterator[None]:
    """Let no tape record what happens inside."""
    saved = thread.tapes
    thread.tapes = ()
    try:
        yield
    finally:
        thread.tapes = saved


def _tensors(structure: Any) -> list[Any]:
    """The leaves of a structure; of ragged and sparse tensors what they hold."""
    return [leaf._entries if composite.is_composite(leaf) else leaf for leaf in nest.flatten(structure)]


class _Entry:
    """A recorded call: `op` made `outputs` (a tensor or a tuple of them) of `inputs`."""

    __slots__ = ("arrays", "attributes", "inputs", "op", "outputs")

    def __init__(
        self,
        op: Any,
        attributes: tuple[Any, ...],
        inputs: tuple[Any, ...],
        arrays: list[Any],
        outputs: tuple[Tensor, ...],
    ) -> None:
        self.op = op
        self.attributes = attributes
        self.inputs = inputs
        self.arrays = arrays
        self.outputs = outputs


class GradientTape:
    """Records operations for automatic differentiation (mirrors `tf.GradientTape`).

    Args:
        persistent: whether `gradient` and `jacobian` may be called more than once.
        watch_accessed_variables: whether trainable variables are watched when they are read.

    Example:
        >>> import unikeras as tf
        >>> x = tf.constant(3.0)
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        >>> float(tape.gradient(y, x))
        6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._auto_watch = watch_accessed_variables
        self._entries: list[_Entry] = []
        self._watched: dict[int, Any] = {}  # what was watched by name or by reading
        self._active: set[int] = set()  # ids of everything a gradient may flow through
        self._aliases: dict[int, Tensor] = {}
        self._kept: list[Any] = []
        self._used = False
        self._recording = False

    # Recording.

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError(
                "Tape is still recording. Enter a tape once at a time; a nested block needs a tape of its own."
            )
        self._push()
        return self

    def __exit__(self, *_: object) -> None:
        if self._recording:
            self._pop()

    def _push(self) -> None:
        self._recording = True
        thread.tapes = (*thread.tapes, self)

    def _pop(self) -> None:
        self._recording = False
        thread.tapes = tuple(tape for tape in thread.tapes if tape is not self)

    def watch(self, tensor: Any) -> None:
        """Trace what is computed from `tensor` (a tensor, a variable or a structure of them).

        Raises:
            ValueError: something that is not a tensor.
        """
        for leaf in _tensors(tensor):
            if not isinstance(leaf, (Tensor, Variable)):
                raise ValueError(
                    f"tape.watch takes tensors and variables, not {type(leaf).__name__}; use tf.constant first."
                )
            dtype = leaf.dtype
            if not (dtype.is_floating or dtype.is_complex):
                report(
                    f"tape.watch: the dtype of the watched tensor must be floating (e.g. tf.float32), not {dtype.name}."
                )
            self._watched[id(leaf)] = leaf
            self._active.add(id(leaf))

    def record(
        self, op: Any, attributes: tuple[Any, ...], inputs: tuple[Any, ...], arrays: list[Any], outputs: Any
    ) -> None:
        """Note a call, if a gradient may flow through it. Called by ops."""
        active = self._active
        relevant = False
        for value in inputs:
            if id(value) in active:
                relevant = True
            elif (
                self._auto_watch
                and type(value) is not Tensor
                and isinstance(value, Variable)
                and value.trainable
            ):
                self._watched[id(value)] = value
                active.add(id(value))
                relevant = True
        if not relevant:
            return
        made = (outputs,) if type(outputs) is Tensor else outputs
        self._entries.append(_Entry(op, attributes, inputs, arrays, made))
        for tensor in made:
            active.add(id(tensor))

    def alias(self, tensor: Any, other: Any) -> None:
        """Let `other` stand for the recorded `tensor`."""
        if id(tensor) in self._active:
            self._aliases[id(other)] = tensor
            self._kept.append(other)
            self._active.add(id(other))

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Record nothing inside.

        Raises:
            ValueError: the tape is not recording.
        """
        if not self._recording:
            raise ValueError("Tape is not recording.")
        self._pop()
        try:
            yield
        finally:
            self._push()

    def reset(self) -> None:
        """Forget everything recorded."""
        self.__init__(self._persistent, self._auto_watch) if not self._recording else self._reset_recording()  # type: ignore[misc]

    def _reset_recording(self) -> None:
        self._pop()
        self.reset()
        self._push()

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables watched so far, in the order in which they were created."""
        variables = (v for v in self._watched.values() if isinstance(v, Variable))
        return tuple(sorted(variables, key=lambda v: v.number))

    # Differentiating.

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradient of the sum of `target` with respect to `sources`.

        Args:
            target: a tensor or a structure of tensors; their sum is differentiated.
            sources: tensors and variables, in any structure.
            output_gradients: what each target's gradient is weighted by, in the structure of `target`; ones if `None`.
            unconnected_gradients: 'none' or 'zero': what a source that the target does not depend on gets.

        Returns:
            The gradients, in the structure of `sources`.

        Raises:
            RuntimeError: the tape is not persistent and was used before.
            ValueError: `unconnected_gradients` is neither 'none' nor 'zero'.
            EngineError: the engine has no gradients.
        """
        unconnected = str(getattr(unconnected_gradients, "value", unconnected_gradients)).lower()
        if unconnected not in ("none", "zero"):
            raise ValueError(
                f"unconnected_gradients must be 'none' or 'zero', not {unconnected_gradients!r}."
            )
        self._use("set of gradients (or jacobians)")
        targets = [t for t in _tensors(target) if t is not None]
        weights = [None] * len(targets) if output_gradients is None else _tensors(output_gradients)
        if len(weights) != len(targets):
            raise ValueError(f"gradient: {len(targets)} targets, but {len(weights)} output_gradients.")
        found = self._pullback(targets, _tensors(sources), weights)
        if unconnected == "zero":
            from unikeras.core import operators

            found = [
                operators.ops.zeros_like(s) if g is None else g
                for g, s in zip(found, _tensors(sources), strict=True)
            ]
        pairs = zip(found, nest.flatten(sources), strict=True)
        return nest.pack_as(
            sources,
            [s._with_entries(g) if composite.is_composite(s) and g is not None else g for g, s in pairs],
        )

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: str = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """d target / d sources: for each source a tensor of shape `target.shape + source.shape`.

        Args:
            target: a tensor.
            sources: tensors and variables, in any structure.
            unconnected_gradients: 'none' or 'zero'.
            parallel_iterations: accepted as TensorFlow does.
            experimental_use_pfor: accepted as TensorFlow does.
        """
        self._use("set of gradients (or jacobians)")
        return self._jacobian(target, sources, unconnected_gradients, "jacobian")

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: str = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """For `target` [b, ...] and `source` [b, ...], d target[i] / d source[i], stacked: shape `target.shape + source.shape[1:]`.

        Args:
            target: a tensor whose entries depend only on the source of the same row.
            source: a tensor.
            unconnected_gradients: 'none' or 'zero'.
            parallel_iterations: accepted as TensorFlow does.
            experimental_use_pfor: accepted as TensorFlow does.
        """
        if not target.shape or not source.shape or target.shape[0] != source.shape[0]:
            raise ValueError(
                f"batch_jacobian: the first dimensions of target {target.shape} and source {source.shape} must be equal."
            )
        self._use("set of gradients (or jacobians)")
        return self._jacobian(target, source, unconnected_gradients, "batch_jacobian")

    def _jacobian(self, target: Any, sources: Any, unconnected: str, kind: str) -> Any:
        flat = nest.flatten(sources)
        graph = Graph(self, [target], flat)
        found = graph.differentiate(kind, [None])
        if str(getattr(unconnected, "value", unconnected)).lower() == "zero":
            from unikeras.core import operators

            rows = [tuple(s.shape)[1:] if kind == "batch_jacobian" else tuple(s.shape) for s in flat]
            found = [
                operators.ops.zeros(tuple(target.shape) + row, s.dtype) if g is None else g
                for g, s, row in zip(found, flat, rows, strict=True)
            ]
        return nest.pack_as(sources, found)

    def _use(self, what: str) -> None:
        if self._used and not self._persistent:
            raise RuntimeError(f"A non-persistent GradientTape can only be used to compute one {what}.")
        self._used = True
        if self._recording and not self._persistent:
            self._pop()

    def _pullback(self, targets: list[Any], sources: list[Any], weights: list[Any]) -> list[Any]:
        for source in sources:
            if not isinstance(source, (Tensor, Variable)):
                raise TypeError(
                    f"gradient: a source must be a tensor or variable, not {type(source).__name__}."
                )
        result = Graph(self, targets, sources).differentiate("gradient", weights)
        if not self._persistent:
            self._entries, self._active, self._aliases, self._kept = [], set(), {}, []
        return result
