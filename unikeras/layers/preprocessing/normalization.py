"""`Normalization`: features with mean 0 and variance 1, by statistics of the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer
from unikeras.layers.preprocessing.statistics import RunningStatistics, batches_of

__all__ = ["Normalization"]


class Normalization(Layer):
    """(x - mean) / sqrt(variance) for each feature (mirrors `keras.layers.Normalization`).

    Mean and variance are given, or learned from data by `adapt`; before either, they are 0 and 1.

    Args:
        axis: the axis or axes with statistics of their own, -1 for each feature; `None` for one mean and variance
            of all.
        mean: the mean or means.
        variance: the variance or variances.
        invert: whether to undo it: x * sqrt(variance) + mean.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: only one of mean and variance is given, or they do not fit the input.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Normalization()
        >>> layer.adapt([[1.0, 10.0], [3.0, 30.0]])
        >>> layer(tf.constant([[3.0, 10.0]])).numpy().tolist()
        [[1.0, -1.0]]
    """

    def __init__(
        self, axis: Any = -1, mean: Any = None, variance: Any = None, invert: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if (mean is None) != (variance is None):
            raise ValueError(
                f"Normalization: give both mean and variance, or neither, not mean={mean!r} and variance={variance!r}."
            )
        if axis is None:
            self.axis: tuple[int, ...] = ()
        else:
            self.axis = (axis,) if isinstance(axis, int) else tuple(axis)
        if not all(isinstance(a, int) for a in self.axis):
            raise ValueError(f"Normalization: axis must be an int, a list of ints or None, not {axis!r}.")
        self.invert = invert
        self.input_mean = None if mean is None else np.asarray(mean)
        self.input_variance = None if variance is None else np.asarray(variance)
        self._statistics: RunningStatistics | None = None
        self.supports_masking = True

    # Statistics. Those given are constants, those learned are variables.

    def build(self, input_shape: Any) -> None:
        rank = len(input_shape)
        where = f"Normalization {self.name!r}"
        if any(not -rank <= a < rank for a in self.axis) or len({a % rank for a in self.axis}) < len(
            self.axis
        ):
            raise ValueError(
                f"{where}: axis={self.axis} does not fit an input of shape {tuple(input_shape)}."
            )
        self._kept = tuple(sorted(a % rank for a in self.axis))
        sizes = tuple(input_shape[a] for a in self._kept)
        if None in sizes:
            raise ValueError(
                f"{where}: the sizes of the axes {self.axis} must be known, but the shape is {tuple(input_shape)}."
            )
        self._rank = rank
        self._mean: Any
        self._variance: Any
        if self.input_mean is None:
            self._mean = self.add_weight(name="mean", shape=sizes, initializer="zeros", trainable=False)
            self._variance = self.add_weight(
                name="variance", shape=sizes, initializer="ones", trainable=False
            )
            self._count = self.add_weight(
                name="count", shape=(), dtype="int64", initializer="zeros", trainable=False
            )
        else:
            self._mean = self._given("mean", self.input_mean, sizes)
            self._variance = self._given("variance", self.input_variance, sizes)
        self.input_spec = InputSpec(ndim=rank, axes=dict(zip(self._kept, sizes, strict=True)))

    def _given(self, name: str, value: Any, sizes: tuple[int, ...]) -> Any:
        """Statistics the user gave, as a constant of the shape `sizes`; axes of length 1 do not matter."""
        if value.size == 1:
            return ops.constant(np.full(sizes, value.item()), self.compute_dtype)
        if [d for d in value.shape if d != 1] == [d for d in sizes if d != 1]:
            return ops.constant(value.reshape(sizes), self.compute_dtype)
        raise ValueError(
            f"Normalization {self.name!r}: {name} has the shape {value.shape}, but the axes {self.axis} of the input have "
            f"the sizes {sizes}."
        )

    def _broadcast(self, value: Any) -> Any:
        shape = [1] * self._rank
        for axis, size in zip(self._kept, value.shape, strict=True):
            shape[axis] = size
        return ops.reshape(value, tuple(shape))

    @property
    def mean(self) -> Any:
        """The means, in a shape that broadcasts against the input; `None` before the layer is built."""
        return self._broadcast(self._mean) if self.built else None

    @property
    def variance(self) -> Any:
        """The variances, likewise."""
        return self._broadcast(self._variance) if self.built else None

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn mean and variance from data, forgetting those of before.

        Args:
            data: an array, a tensor, a DataFrame or nested lists, of several samples; or an iterable of such batches
                (a list of arrays, a generator, a `PyDataset`).
            batch_size: accepted: the result does not depend on it.
            steps: take only so many batches of an iterable.

        Raises:
            ValueError: mean and variance were given, the data are empty, or batches do not fit together.
        """
        self.reset_state()
        for batch in batches_of(data, steps, f"Normalization {self.name!r}"):
            self.update_state(batch)
        if self._statistics is None:
            raise ValueError(f"Normalization {self.name!r}: adapt needs data, but there are none.")
        self.finalize_state()

    def _check_batch(self, batch: np.ndarray) -> None:
        sizes = tuple(batch.shape[a] for a in self._kept) if batch.ndim == self._rank else None
        if sizes != tuple(self._mean.shape):
            raise ValueError(
                f"Normalization {self.name!r}: data of shape {batch.shape} do not fit what it was built for: "
                f"{self._rank} axes, with sizes {tuple(self._mean.shape)} on the axes {self._kept}."
            )

    def update_state(self, data: Any) -> None:
        """Take in a batch: mean and variance are then those of all batches since `reset_state` (tf.keras 2's).

        Raises:
            ValueError: mean and variance were given, or the batch does not fit those before.
        """
        if self.input_mean is not None:
            raise ValueError(
                f"Normalization {self.name!r}: cannot adapt, since mean and variance were given to the constructor."
            )
        batch = next(batches_of(data, None, f"Normalization {self.name!r}"))
        if not batch.size:
            return
        if not self.built:
            self.build((None if 0 not in self.axis else batch.shape[0], *batch.shape[1:]))
        if self._statistics is None:
            self._statistics = RunningStatistics(self._kept)
        self._check_batch(batch)
        self._statistics.update(batch)
        self._mean.assign(self._statistics.mean)
        self._variance.assign(self._statistics.variance)
        self._count.assign(self._statistics.samples)

    def reset_state(self) -> None:
        """Forget what was learned."""
        self._statistics = None
        if self.built and self.input_mean is None:
            self._mean.assign(np.zeros(tuple(self._mean.shape)))
            self._variance.assign(np.ones(tuple(self._variance.shape)))
            self._count.assign(0)

    def finalize_state(self) -> None:
        """Nothing is left to do after `update_state`; for programs that call it."""

    def call(self, inputs: Any) -> Any:
        inputs = ops.cast(inputs, self.compute_dtype)
        return ops.standardize(inputs, self._mean, self._variance, axis=self._kept, invert=self.invert)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "invert": self.invert,
            "mean": None if self.input_mean is None else self.input_mean.tolist(),
            "variance": None if self.input_variance is None else self.input_variance.tolist(),
        }
