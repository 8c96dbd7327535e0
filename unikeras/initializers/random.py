"""Random initializers. They draw the same numbers from the same seed on every engine."""

from __future__ import annotations

from math import prod, sqrt
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.dtypes import DType, as_dtype, floatx
from unikeras.core.random import SeedGenerator, key_of, make_seed
from unikeras.core.tensor import Tensor, as_array
from unikeras.initializers.initializer import Initializer, as_tensor
from unikeras.ops import random
from unikeras.utils.serialize import serialize_object

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "Orthogonal",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
]

# Up to this many numbers are drawn by NumPy, without compiling anything; more by the engine, from the same bits.
_HOST_LIMIT = 2**20
# The standard deviation of a standard normal restricted to [-2, 2].
_TRUNCATED_STDDEV = 0.8796256610342398


class RandomInitializer(Initializer):
    """Base of the random initializers.

    With a seed, every call gives the same values for the same shape. Without one, a seed is taken from the
    global stream (see
    `keras.utils.set_random_seed`) when the initializer is made, and every call gives new values, so that
    layers that
    share an initializer do not start equal: as in TensorFlow 2.0 to 2.9. (Later tf.keras and Keras 3 repeat
    the values.)

    Args:
        seed: an int, a `keras.random.SeedGenerator` (which advances with each call), or `None`.

    Raises:
        ValueError: a seed of another kind.
    """

    def __init__(self, seed: Any = None) -> None:
        if isinstance(seed, dict):  # a SeedGenerator's config
            seed = SeedGenerator.from_config(
                {k: v for k, v in seed["config"].items() if k in ("seed", "name")}
            )
        if not (
            seed is None
            or isinstance(seed, SeedGenerator)
            or (isinstance(seed, (int, np.integer)) and not isinstance(seed, bool))
        ):
            raise ValueError(
                f"{type(self).__name__}: seed must be an int, a SeedGenerator or None, not {seed!r}."
            )
        self.seed = int(seed) if isinstance(seed, np.integer) else seed
        self._made_seed = make_seed() if seed is None else None
        self._calls = 0

    def _key(self) -> Any:
        if self._made_seed is None:
            return key_of(self.seed)
        key = as_array(np.array([self._made_seed, self._calls], np.uint32))
        self._calls += 1
        return key

    def _draw(
        self, distribution: Any, first: float, second: float, shape: tuple[int, ...], dtype: DType
    ) -> Tensor:
        """A sample of one of ops/random.py's distributions of two parameters."""
        key, F = self._key(), engine.current()
        # float16 and bfloat16 are rounded from float32, so that they see all of the bits.
        drawn = dtype.name if dtype.size >= 4 else "float32"
        kind = "int64" if dtype.is_integer else drawn
        if prod(shape) <= _HOST_LIMIT and not F.is_traced(key):
            host = [
                np.asarray(Tensor(key)),
                *(np.asarray(v, as_dtype(kind).np_dtype) for v in (first, second)),
            ]
            value = engine.reference().run(distribution, host, (shape, drawn))
            return as_tensor(value, dtype)
        tensors = [Tensor(as_array(np.asarray(v, as_dtype(kind).np_dtype))) for v in (first, second)]
        value = distribution(Tensor(key), *tensors, shape=shape, dtype=drawn)
        return Tensor(as_array(value, dtype))

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {
            "seed": serialize_object(self.seed) | {"module": "keras.random"}
            if isinstance(self.seed, SeedGenerator)
            else self.seed
        }


class RandomNormal(RandomInitializer):
    """Normally distributed (mirrors `keras.initializers.RandomNormal`).

    Args:
        mean: the mean.
        stddev: the standard deviation.
        seed: see `RandomInitializer`.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.RandomNormal(stddev=2.0, seed=1)((1000,)).numpy().std().round(1)
        np.float32(2.0)
    """

    _distribution = random._normal

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """A sample of the shape; of floatx if `dtype` is `None`.

        Raises:
            ValueError: a dtype that is not floating.
        """
        return self._draw(
            type(self)._distribution, self.mean, self.stddev, self._dimensions(shape), self._float(dtype)
        )

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomNormal):
    """Normally distributed within two standard deviations of the mean (mirrors
    `keras.initializers.TruncatedNormal`).

    Args:
        mean: the mean.
        stddev: the standard deviation before what lies outside is cut off.
        seed: see `RandomInitializer`.

    Example:
        >>> from unikeras import keras
        >>> bool((abs(keras.initializers.TruncatedNormal(stddev=1.0, seed=1)((1000,)).numpy()) <= 2).all())
        True
    """

    _distribution = random._truncated_normal


class RandomUniform(RandomInitializer):
    """Uniform in [minval, maxval) (mirrors `keras.initializers.RandomUniform`).

    Args:
        minval: the lower end.
        maxval: the upper end.
        seed: see `RandomInitializer`.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.RandomUniform(0, 3, seed=1)((5,), dtype="int32").dtype
        tf.int32
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """A sample of the shape; of floatx if `dtype` is `None`; integers are possible.

        Raises:
            ValueError: a dtype that is neither floating nor integer, or an integer one and no integer in the
                range.
        """
        found = as_dtype(dtype or floatx())
        if found.is_integer:
            if not int(self.minval) < int(self.maxval):
                raise ValueError(
                    f"RandomUniform: there is no {found.name} in [{self.minval}, {self.maxval})."
                )
        else:
            found = self._float(found)
        return self._draw(random._uniform, self.minval, self.maxval, self._dimensions(shape), found)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


class VarianceScaling(RandomInitializer):
    """A variance of scale / n, where n counts the units at one side (mirrors
    `keras.initializers.VarianceScaling`).

    Args:
        scale: the factor, positive.
        mode: n is the number of inputs ('fan_in'), of outputs ('fan_out'), or their mean ('fan_avg').
        distribution: 'truncated_normal' (or 'normal'), 'untruncated_normal' or 'uniform'.
        seed: see `RandomInitializer`.
        input_axes: the axes whose product is the number of inputs; by default the last but one and those
            before it (the
            window of a convolution).
        output_axes: the axes whose product is the number of outputs; by default the last and the window's.

    Raises:
        ValueError: a scale that is not positive, an unknown mode or distribution, or only one of the two
            kinds of axes.

    Example:
        >>> from unikeras import keras
        >>> init = keras.initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal", seed=1)
        >>> round(float(init((50, 400)).numpy().var()), 3), 2 / 50
        (0.04, 0.04)
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Any = None,
        input_axes: Any = None,
        output_axes: Any = None,
    ) -> None:
        super().__init__(seed)
        if not scale > 0:
            raise ValueError(f"{type(self).__name__}: scale must be positive, not {scale!r}.")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(
                f"{type(self).__name__}: mode must be 'fan_in', 'fan_out' or 'fan_avg', not {mode!r}."
            )
        distribution = (
            "truncated_normal" if str(distribution).lower() == "normal" else str(distribution).lower()
        )
        if distribution not in ("truncated_normal", "untruncated_normal", "uniform"):
            raise ValueError(
                f"{type(self).__name__}: distribution must be 'truncated_normal', 'untruncated_normal' or 'uniform', "
                f"not {distribution!r}."
            )
        if (input_axes is None) != (output_axes is None):
            raise ValueError(f"{type(self).__name__}: give both input_axes and output_axes, or neither.")
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """A sample of the shape; of floatx if `dtype` is `None`.

        Raises:
            ValueError: a dtype that is not floating.
        """
        dims, dtype = self._dimensions(shape), self._float(dtype)
        if self.input_axes is None:
            inputs, outputs = fans(dims)
        else:
            inputs, outputs = (prod(dims[a] for a in axes) for axes in (self.input_axes, self.output_axes))
        units = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        variance = self.scale / max(1.0, units)
        if self.distribution == "uniform":
            limit = sqrt(3 * variance)
            return self._draw(random._uniform, -limit, limit, dims, dtype)
        if self.distribution == "untruncated_normal":
            return self._draw(random._normal, 0.0, sqrt(variance), dims, dtype)
        return self._draw(random._truncated_normal, 0.0, sqrt(variance) / _TRUNCATED_STDDEV, dims, dtype)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs and outputs a unit of a kernel of this shape has.

    Example:
        >>> fans((3, 3, 16, 32))
        (144, 288)
    """
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    window = prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


class _Preset(VarianceScaling):
    """A `VarianceScaling` with its settings chosen."""

    _settings: tuple[float, str, str]

    def __init__(self, seed: Any = None, input_axes: Any = None, output_axes: Any = None) -> None:
        super().__init__(*self._settings, seed=seed, input_axes=input_axes, output_axes=output_axes)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        config = super().get_config()
        return {name: config[name] for name in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Preset):
    """Uniform with the variance 2 / (inputs + outputs) (Glorot and Bengio, 2010; mirrors
    `keras.initializers.GlorotUniform`).

    Args:
        seed: see `RandomInitializer`.
        input_axes: see `VarianceScaling`.
        output_axes: see `VarianceScaling`.

    Example:
        >>> from unikeras import keras
        >>> bool((abs(keras.initializers.GlorotUniform(seed=1)((2, 4)).numpy()) <= 1).all())
        True
    """

    _settings = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Preset):
    """Truncated normal with the variance 2 / (inputs + outputs) (Glorot and Bengio, 2010; mirrors
    `keras.initializers.GlorotNormal`).

    Args:
        seed: see `RandomInitializer`.
        input_axes: see `VarianceScaling`.
        output_axes: see `VarianceScaling`.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.GlorotNormal(seed=1)((500, 300)).numpy().std().round(3)
        np.float32(0.05)
    """

    _settings = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Preset):
    """Uniform with the variance 2 / inputs, for relu (He et al., 2015; mirrors
    `keras.initializers.HeUniform`).

    Args:
        seed: see `RandomInitializer`.
        input_axes: see `VarianceScaling`.
        output_axes: see `VarianceScaling`.

    Example:
        >>> from unikeras import keras
        >>> bool((abs(keras.initializers.HeUniform(seed=1)((6, 9)).numpy()) <= 1).all())
        True
    """

    _settings = (2.0, "fan_in", "uniform")


class HeNormal(_Preset):
    """Truncated normal with the variance 2 / inputs, for relu (He et al., 2015; mirrors
    `keras.initializers.HeNormal`).

    Args:
        seed: see `RandomInitializer`.
        input_axes: see `VarianceScaling`.
        output_axes: see `VarianceScaling`.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.HeNormal(seed=1)((200, 500)).numpy().std().round(2)
        np.float32(0.1)
    """

    _settings = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Preset):
    """Uniform with the variance 1 / inputs (LeCun et al., 1998; mirrors `keras.initializers.LecunUniform`).

    Args:
        seed: see `RandomInitializer`.
        input_axes: see `VarianceScaling`.
        output_axes: see `VarianceScaling`.

    Example:
        >>> from unikeras import keras
        >>> bool((abs(keras.initializers.LecunUniform(seed=1)((3, 9)).numpy()) <= 1).all())
        True
    """

    _settings = (1.0, "fan_in", "uniform")


class LecunNormal(_Preset):
    """Truncated normal with the variance 1 / inputs, for selu (LeCun et al., 1998; mirrors
    `keras.initializers.LecunNormal`).

    Args:
        seed: see `RandomInitializer`.
        input_axes: see `VarianceScaling`.
        output_axes: see `VarianceScaling`.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.LecunNormal(seed=1)((100, 500)).numpy().std().round(2)
        np.float32(0.1)
    """

    _settings = (1.0, "fan_in", "truncated_normal")


class Orthogonal(RandomInitializer):
    """A random orthogonal matrix times `gain` (Saxe et al., 2014; mirrors `keras.initializers.Orthogonal`).

    A value of more than two dimensions is a matrix with the last dimension as its columns. Where the rows
    and columns are
    not as many, the fewer of them are orthonormal.

    Args:
        gain: the factor.
        seed: see `RandomInitializer`.

    Example:
        >>> from unikeras import keras
        >>> q = keras.initializers.Orthogonal(seed=1)((3, 3)).numpy()
        >>> bool(abs(q.T @ q - [[1, 0, 0], [0, 1, 0], [0, 0, 1]]).max() < 1e-6)
        True
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """The value of the shape; of floatx if `dtype` is `None`.

        Raises:
            ValueError: fewer than two dimensions, or a dtype that is not floating.
        """
        dims, dtype = self._dimensions(shape), self._float(dtype)
        if len(dims) < 2:
            raise ValueError(f"Orthogonal: the shape must have at least two dimensions, not {dims}.")
        rows, columns = prod(dims[:-1]), dims[-1]
        tall = (max(rows, columns), min(rows, columns))
        sample = np.asarray(self._draw(random._normal, 0.0, 1.0, tall, as_dtype("float64")))
        q, r = np.linalg.qr(sample)
        q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # makes the factorisation unique, and q uniform
        return as_tensor((self.gain * (q.T if rows < columns else q)).reshape(dims), dtype)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {**super().get_config(), "gain": self.gain}
