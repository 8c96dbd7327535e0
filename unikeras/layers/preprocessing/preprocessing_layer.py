"""`PreprocessingLayer`: the base that layers which learn from data before training may have."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.state import thread
from unikeras.core.tensor import is_tensor
from unikeras.layers.layer import Layer

__all__ = ["PreprocessingLayer"]


class PreprocessingLayer(Layer):
    """The base of layers with a state learned by `adapt` (mirrors `tf.keras.layers.experimental.preprocessing.PreprocessingLayer`).

    A subclass defines `update_state(data)` and `reset_state()`, and perhaps `finalize_state()`.

    Args:
        **kwargs: as for `Layer`.

    Example:
        >>> import unikeras as tf
        >>> class Largest(tf.keras.layers.experimental.preprocessing.PreprocessingLayer):
        ...     def build(self, input_shape):
        ...         self.top = self.add_weight(name="top", shape=(), initializer="zeros", trainable=False)
        ...     def update_state(self, data):
        ...         self.top.assign(tf.maximum(self.top, tf.reduce_max(data)))
        ...     def reset_state(self):
        ...         self.top.assign(0.0)
        ...     def call(self, inputs):
        ...         return inputs / self.top
        >>> layer = Largest()
        >>> layer.adapt([[1.0], [4.0]])
        >>> layer(tf.constant([[2.0]])).numpy().tolist()
        [[0.5]]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._is_adapted = False

    @property
    def is_adapted(self) -> bool:
        """Whether `adapt` has been called."""
        return self._is_adapted

    def compile(self, run_eagerly: bool | None = None, steps_per_execution: int | None = None) -> None:
        """Accepted, without effect: `adapt` runs as plain Python, batch by batch.

        Args:
            run_eagerly: accepted.
            steps_per_execution: accepted.
        """

    def update_state(self, data: Any) -> None:
        """Take a batch in; subclasses override it."""
        raise NotImplementedError(f"{type(self).__name__} must have a method update_state(data).")

    def reset_state(self) -> None:
        """Forget what was learned; subclasses override it."""
        raise NotImplementedError(f"{type(self).__name__} must have a method reset_state().")

    def finalize_state(self) -> None:
        """Called after the last batch; subclasses may override it."""

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn from data, forgetting what was learned before.

        Args:
            data: an array, a tensor or nested lists, of several samples; or an iterable of such batches.
            batch_size: samples a batch of an array; 32 if `None`.
            steps: how many batches; all if `None`.

        Raises:
            RuntimeError: inside of a compiled function.
        """
        if thread.tracing:
            raise RuntimeError(
                f"adapt of the layer {self.name!r} cannot be called inside of a compiled function."
            )
        if self.built:
            self.reset_state()
        for batch in islice(_batches(data, batch_size or 32), steps):
            tensor = batch if is_tensor(batch) else ops.constant(batch)
            if len(tensor.shape) == 1:  # one column
                tensor = ops.expand_dims(tensor, -1)
            if not self.built:
                self.build(tensor.shape)
                self.built = True
            self.update_state(tensor)
        self.finalize_state()
        self._is_adapted = True


def _batches(data: Any, size: int) -> Any:
    if isinstance(data, (list, tuple)) and not any(hasattr(item, "shape") for item in data):
        data = np.asarray(data)
    if not hasattr(data, "shape"):
        return iter(data)
    values = data if is_tensor(data) else np.asarray(data)
    if not is_tensor(values) and values.dtype == np.float64:
        values = values.astype(np.float32)
    return (values[start : start + size] for start in range(0, int(values.shape[0]), size))
