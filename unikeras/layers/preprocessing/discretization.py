"""`Discretization`: numbers as the bins they fall in."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras import ops
from unikeras.core.state import thread
from unikeras.layers.layer import Layer
from unikeras.layers.preprocessing.host_layer import allowed, check_sparse, perhaps_sparse
from unikeras.layers.preprocessing.statistics import batches_of
from unikeras.ops.categories import discretize, indicate

__all__ = ["Discretization"]


class Discretization(Layer):
    """Numbers as the bins they fall in (mirrors `keras.layers.Discretization`).

    The boundaries are given, or learned from data by `adapt`: quantiles, so that each bin holds as many values. A value at a
    boundary falls into the bin above it.

    Args:
        bin_boundaries: increasing numbers; `bins` is an older name.
        num_bins: how many bins `adapt` makes.
        epsilon: how exact the quantiles are: `adapt` keeps a summary of at most 1 / epsilon values.
        output_mode: 'int' (the bin), 'one_hot' (a vector a value; a last axis of length 1 is replaced by the vector), or a vector
            for all values along the last axis: 'multi_hot' or 'count'.
        sparse: whether indicators come as a sparse tensor (in a compiled step they are dense).
        dtype: that of vectors; an integer one is that of bins.
        name: the layer's name.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: both or neither of bin_boundaries and num_bins, or boundaries that do not increase; (from a call) there are no
            boundaries yet.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Discretization(bin_boundaries=[0.0, 1.0])
        >>> layer([[-1.0, 0.0, 3.0]]).numpy().tolist()
        [[0, 1, 2]]
    """

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        bins = kwargs.pop("bins", None)  # of the experimental layer: a number, or boundaries
        if isinstance(bins, int):
            num_bins = bins
        elif bins is not None:
            bin_boundaries = bins
        kwargs.setdefault("autocast", False)
        super().__init__(name=name, dtype=dtype, **kwargs)
        output_mode = "multi_hot" if output_mode == "binary" else output_mode
        allowed("Discretization", "output_mode", output_mode, ("int", "one_hot", "multi_hot", "count"))
        given = None if bin_boundaries is None else np.asarray(bin_boundaries, np.float64)
        # A layer that was adapted is saved with both.
        if (given is None) == (num_bins is None) and not (
            given is not None and len(given) == (num_bins or 0) - 1
        ):
            raise ValueError(
                f"Discretization: give either bin_boundaries or num_bins; given: {bin_boundaries!r} and {num_bins!r}."
            )
        if given is not None and (given.ndim != 1 or np.any(np.diff(given) < 0)):
            raise ValueError(
                f"Discretization: bin_boundaries must be a flat, increasing list, not {bin_boundaries!r}."
            )
        if num_bins is not None and num_bins < 0:
            raise ValueError(f"Discretization: num_bins must not be negative, but it is {num_bins}.")
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = output_mode
        self.sparse = check_sparse("Discretization", sparse, output_mode)
        self._static = given is not None and num_bins is None
        self.bin_boundaries: list[float] | None = None if given is None else given.tolist()
        self._summary: np.ndarray | None = None

    @property
    def input_bin_boundaries(self) -> list[float] | None:
        """The boundaries that were given to the constructor."""
        return self.bin_boundaries if self._static else None

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the boundaries from data, forgetting those of before; a model that was compiled must be compiled again.

        Args:
            data: an array, a tensor, a DataFrame or nested lists; or an iterable of such batches.
            batch_size: accepted; an array is taken whole, as in Keras 3.
            steps: take only so many batches of an iterable.

        Raises:
            ValueError: the boundaries were given to the constructor.
        """
        if self._static:
            raise ValueError(
                f"Discretization {self.name!r}: cannot adapt, since bin_boundaries were given to the constructor; give num_bins."
            )
        self.reset_state()
        for batch in batches_of(data, steps, f"Discretization {self.name!r}"):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Add a batch to the summary of the data."""
        batch = next(batches_of(data, None, f"Discretization {self.name!r}"))
        values = np.sort(np.asarray(batch, np.float64).ravel())
        new = _compressed(np.stack([values, np.ones_like(values)]), self.epsilon)
        if self._summary is not None and self._summary.size:
            merged = np.concatenate([self._summary, new], axis=1)
            new = _compressed(merged[:, np.argsort(merged[0], kind="stable")], self.epsilon)
        self._summary = new

    def finalize_state(self) -> None:
        """Make the boundaries of the summary."""
        if self._static or self._summary is None:
            return
        if not self._summary.size:
            raise ValueError(f"Discretization {self.name!r}: adapt needs data, but there are none.")
        assert self.num_bins is not None
        boundaries = _compressed(self._summary, 1.0 / max(self.num_bins, 1))[0, :-1]
        self.bin_boundaries = boundaries.astype(np.float32).astype(np.float64).tolist()

    def reset_state(self) -> None:
        """Forget the data seen."""
        self._summary = None

    def call(self, inputs: Any) -> Any:
        if self.bin_boundaries is None and not (thread.symbolic and self.output_mode == "int"):
            raise ValueError(
                f"Discretization {self.name!r} has no boundaries yet: give bin_boundaries, or call adapt first."
            )
        boundaries = tuple(self.bin_boundaries or ())
        if not hasattr(inputs, "dtype"):
            inputs = ops.constant(inputs)
        bins = discretize(inputs, boundaries=boundaries)
        dtype = self.compute_dtype
        if self.output_mode == "int":
            return ops.cast(bins, dtype) if dtype in ("int32", "int64") else bins
        made = indicate(bins, depth=len(boundaries) + 1, mode=self.output_mode, dtype=dtype)
        return perhaps_sparse(made, self.sparse)

    def get_config(self) -> dict[str, Any]:
        return {  # Keras's constructor takes no more
            "name": self.name,
            "dtype": self.dtype_policy.name,
            "bin_boundaries": self.bin_boundaries,
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
        }


def _compressed(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """A summary (values in order, and the weight of each) with at most about 1 / epsilon values: quantiles of the same weights.

    Args:
        summary: [2, values].
        epsilon: the share of the weight that each remaining value stands for.
    """
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = np.minimum(epsilon * np.arange(1, round(1 / epsilon) + 1), 1.0)
    totals = np.cumsum(summary[1])
    values = np.interp(shares, totals / totals[-1], summary[0])
    weights = np.diff(np.interp(shares, totals / totals[-1], totals), prepend=0.0)
    return np.stack([values, weights])
