"""Random numbers from explicit seeds: `tf.random.stateless_*`, and `tf.random.Generator`, which keeps its own stream."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.operators import Operators
from unikeras.core.random import SeedGenerator
from unikeras.ops.elementwise import cast
from unikeras.ops.random import categorical, normal, truncated_normal, uniform

__all__ = [
    "Generator",
    "get_global_generator",
    "set_global_generator",
    "stateless_categorical",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
]


def _key(seed: Any) -> Any:
    """The key of a seed of two integers."""
    if isinstance(seed, Operators):
        return cast(seed, "uint32")
    words = np.asarray(seed)
    if words.shape != (2,):
        raise InvalidArgumentError(f"a stateless seed is two integers, not {seed!r}.")
    return (words.astype(np.int64) & 0xFFFFFFFF).astype(np.uint32)


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Any:
    """Uniform random numbers that depend on nothing but the seed (mirrors `tf.random.stateless_uniform`).

    Args:
        shape: the result's shape.
        seed: two integers.
        minval: the lower end.
        maxval: the upper end; 1 for floats. Of integers, `minval=maxval=None` draws from all that the type has.
        dtype: a float or integer type.
        name: ignored.
        alg: accepted; the algorithm is threefry.

    Raises:
        InvalidArgumentError: a seed that is not two integers.

    Example:
        >>> import unikeras as tf
        >>> a, b = (tf.random.stateless_uniform([2], seed=[1, 2]) for _ in range(2))
        >>> bool(tf.reduce_all(a == b))
        True
    """
    if minval is None and maxval is None and as_dtype(dtype).is_integer:
        return full_range(shape, dtype, _key(seed))
    return uniform(shape, 0 if minval is None else minval, maxval, dtype, seed=_key(seed))


def full_range(shape: Any, dtype: Any, seed: Any) -> Any:
    """Numbers over the whole range of an integer type."""
    size = np.asarray(shape).ravel().tolist()
    words = uniform([*size, 2], 0, 2**32, "int64", seed=seed)
    return cast(words[..., 0] * 2**32 + words[..., 1], dtype)  # the upper half wraps around


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Any:
    """Normal random numbers that depend on nothing but the seed of two integers (mirrors `tf.random.stateless_normal`)."""
    return normal(shape, mean, stddev, dtype, seed=_key(seed))


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: Any = None,
) -> Any:
    """As `stateless_normal`, within two standard deviations (mirrors `tf.random.stateless_truncated_normal`)."""
    return truncated_normal(shape, mean, stddev, dtype, seed=_key(seed))


def stateless_categorical(
    logits: Any, num_samples: int, seed: Any, dtype: Any = "int64", name: str | None = None
) -> Any:
    """Classes drawn with `logits` [batch, classes] by the seed of two integers (mirrors `tf.random.stateless_categorical`)."""
    return categorical(logits, num_samples, dtype, seed=_key(seed))


class Generator(SeedGenerator):
    """A stream of random numbers of its own (mirrors `tf.random.Generator`). Make one with `from_seed`.

    Example:
        >>> import unikeras as tf
        >>> a, b = tf.random.Generator.from_seed(1), tf.random.Generator.from_seed(1)
        >>> bool(tf.reduce_all(a.normal([3]) == b.normal([3]))), bool(tf.reduce_all(a.normal([3]) == a.normal([3])))
        (True, False)
    """

    @classmethod
    def from_seed(cls, seed: int, alg: Any = None) -> Generator:
        """A generator that starts from a seed."""
        return cls(int(seed))

    @classmethod
    def from_state(cls, state: Any, alg: Any = None) -> Generator:
        """A generator whose state is `state`, as another one's `state` gives it."""
        made = cls(0)
        made.state.assign(np.asarray(state))
        return made

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any = None) -> Generator:
        """A generator that starts from a key and a counter, whole numbers."""
        first = np.asarray(counter).ravel()
        return cls.from_state(
            np.array([int(np.asarray(key)) & 0xFFFFFFFF, int(first[0]) & 0xFFFFFFFF], np.uint32)
        )

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator that starts from an unpredictable seed."""
        return cls(secrets.randbits(31))

    def reset_from_seed(self, seed: int) -> None:
        """Start anew from a seed."""
        self._seed = int(seed)
        self.state.assign(np.array([self._seed & 0xFFFFFFFF, 0], np.uint32))

    def reset(self, state: Any) -> None:
        """Go on from a state, as `state` gives it."""
        self.state.assign(np.asarray(state))

    def skip(self, delta: int) -> Any:
        """Leave out as many draws."""
        words = np.asarray(self.state).astype(np.uint64)
        self.state.assign(
            np.array([words[0], (words[1] + np.uint64(int(delta))) & np.uint64(0xFFFFFFFF)], np.uint32)
        )
        return self.state

    @property
    def key(self) -> Any:
        """The part of the state that stays."""
        return self.state[0]

    @property
    def algorithm(self) -> str:
        """The algorithm: threefry, whatever was asked for."""
        return "threefry"

    def normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = "float32", name: str | None = None
    ) -> Any:
        """Normally distributed random numbers."""
        return normal(shape, mean, stddev, dtype, seed=self)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = "float32", name: str | None = None
    ) -> Any:
        """Normally distributed random numbers within two standard deviations."""
        return truncated_normal(shape, mean, stddev, dtype, seed=self)

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", name: str | None = None
    ) -> Any:
        """Random numbers uniform in [minval, maxval); `maxval` is 1 for floats."""
        return uniform(shape, minval, maxval, dtype, seed=self)

    def uniform_full_int(self, shape: Any, dtype: Any = "uint64", name: str | None = None) -> Any:
        """Random numbers over the whole range of an integer type."""
        return full_range(shape, dtype, self)

    def binomial(
        self, shape: Any, counts: Any, probs: Any, dtype: Any = "int32", name: str | None = None
    ) -> Any:
        """How many of `counts` trials succeed with the chance `probs`."""
        from unikeras.ops.random_gamma import binomial

        return binomial(shape, counts, probs, dtype=dtype, seed=self)

    def make_seeds(self, count: int = 1) -> Any:
        """Seeds [2, count] for the stateless functions."""
        return uniform([2, count], 0, 2**31 - 1, "int64", seed=self)

    def split(self, count: int = 1) -> list[Generator]:
        """New generators that start from this one's numbers."""
        return [type(self)(int(s)) for s in np.asarray(uniform([count], 0, 2**31 - 1, "int64", seed=self))]


_global: list[Generator] = []


def get_global_generator() -> Generator:
    """The program's own generator, unpredictable unless it is reset (mirrors `tf.random.get_global_generator`)."""
    if not _global:
        _global.append(Generator.from_non_deterministic_state())
    return _global[0]


def set_global_generator(generator: Generator) -> None:
    """Let `get_global_generator` give this one (mirrors `tf.random.set_global_generator`)."""
    _global[:] = [generator]
