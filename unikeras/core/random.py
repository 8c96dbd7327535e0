"""Where randomness starts: the global seed, and `SeedGenerator`, a variable that gives one key after the other."""

from __future__ import annotations

import random as python_random
import secrets
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.state import thread
from unikeras.core.tensor import Tensor, as_array
from unikeras.core.variable import Variable

__all__ = [
    "SeedGenerator",
    "get_state",
    "global_key",
    "make_seed",
    "numpy_generator",
    "set_global_seed",
    "set_random_seed",
    "set_state",
    "stream_key",
]


class _Global:
    """The program's stream of seeds, one after the other from the global seed."""

    def __init__(self, seed: int | None) -> None:
        self.seeded = seed is not None
        start = secrets.randbits(64) if seed is None else int(seed)
        self.stream = python_random.Random(start)
        self.compiled = python_random.Random(f"compiled functions {start}").randrange(2**31 - 1)


_global = _Global(None)
# What compiled functions draw from: state, or every call would draw the same numbers. It stays the same
# object when the seed is set anew, since functions compiled before go on using it.
_keys: SeedGenerator | None = None


def set_global_seed(seed: int | None) -> None:
    """Start the stream of random numbers anew (mirrors `tf.random.set_seed`); `None`: unpredictably.

    Example:
        >>> import unikeras as tf
        >>> tf.random.set_seed(1); a = tf.random.normal([2]).numpy()
        >>> tf.random.set_seed(1); b = tf.random.normal([2]).numpy()
        >>> bool((a == b).all())
        True
    """
    global _global
    _global = _Global(seed)
    if _keys is not None:
        _keys.restart(_global.compiled)
    for op_seed, stream in _streams.items():
        stream.restart(_start_of(op_seed))


def set_random_seed(seed: int) -> None:
    """Seed Python's, NumPy's and unikeras's random numbers (mirrors `keras.utils.set_random_seed`)."""
    if not isinstance(seed, (int, np.integer)):
        raise ValueError(f"set_random_seed takes an integer, not {seed!r}.")
    python_random.seed(int(seed))
    np.random.seed(int(seed))
    set_global_seed(int(seed))


def make_seed() -> int:
    """A new seed from the global stream."""
    return _global.stream.randrange(2**31 - 1)


def numpy_generator() -> np.random.Generator:
    """A NumPy generator seeded from the global stream: for shuffles on the host."""
    return np.random.default_rng(make_seed())


def global_key() -> Any:
    """The next key (an array of two words) of the global stream, for ops without a seed of their own."""
    if thread.tracing or thread.function:
        global _keys
        if _keys is None:
            _keys = SeedGenerator(_global.compiled)
            _keys.state.number = -1  # the function that happens to be the first has not made it
        return _keys.next_key()
    return engine.current().from_numpy(np.array([make_seed(), 0], np.uint32))


# TensorFlow's op seeds: each is a stream that goes on from call to call, and starts over when the global seed is set.
_streams: dict[int, SeedGenerator] = {}


def _start_of(op_seed: int) -> int:
    start = _global.compiled if _global.seeded else "no global seed"
    return python_random.Random(f"op seed {op_seed}, {start}").randrange(2**31 - 1)


def stream_key(seed: Any) -> Any:
    """The next key of an op's seed as TensorFlow means it; for Keras an int is the same key every time (`key_of`)."""
    if not isinstance(seed, (int, np.integer)):
        return key_of(seed)
    stream = _streams.get(int(seed))
    if stream is None:
        stream = _streams[int(seed)] = SeedGenerator(_start_of(int(seed)))
        stream.state.number = -1  # the function that happens to be the first has not made it
    return stream.next_key()


def get_state() -> dict[str, Any]:
    """Where the program's stream of seeds is, in plain values; for `set_state`."""
    version, words, gauss = _global.stream.getstate()
    keys = None if _keys is None else np.array(_keys.state)
    stream = (version, np.array(words, np.uint64), gauss)
    streams = {seed: np.array(made.state) for seed, made in _streams.items()}
    return {
        "seeded": _global.seeded,
        "compiled": _global.compiled,
        "stream": stream,
        "keys": keys,
        "streams": streams,
    }


def set_state(state: dict[str, Any]) -> None:
    """Go on where `get_state` was called, perhaps in another process."""
    global _keys
    version, words, gauss = state["stream"]
    _global.stream.setstate((version, tuple(int(w) for w in words), gauss))
    _global.seeded, _global.compiled = bool(state["seeded"]), int(state["compiled"])
    if _keys is None:
        _keys = SeedGenerator(_global.compiled)
        _keys.state.number = -1
    if state["keys"] is not None:
        _keys.state.assign(state["keys"])
    else:
        _keys.restart(_global.compiled)
    for seed in (*_streams, *state.get("streams", {})):
        stream_key(seed)
        _streams[seed].restart(_start_of(seed))
    for seed, words in state.get("streams", {}).items():
        _streams[seed].state.assign(words)


class SeedGenerator:
    """A stream of keys as a variable, so that compiled functions advance it (mirrors `keras.random.SeedGenerator`).

    Args:
        seed: an int; `None` takes one from the global stream.
        name: the variable's name.

    Example:
        >>> from unikeras import keras
        >>> g = keras.random.SeedGenerator(1)
        >>> a, b = keras.random.uniform((2,), seed=g), keras.random.uniform((2,), seed=g)
        >>> bool((a.numpy() != b.numpy()).all())
        True
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if seed is not None and (not isinstance(seed, (int, np.integer)) or seed < 0):
            raise ValueError(f"SeedGenerator: seed must be a non-negative int or None, not {seed!r}.")
        self._seed = make_seed() if seed is None else int(seed)
        self.name = name or "seed_generator"
        self.state = Variable(
            np.array([self._seed & 0xFFFFFFFF, 0], np.uint32), trainable=False, name="seed_generator_state"
        )

    def next_key(self) -> Any:
        """The next key, an array of two words."""
        F = engine.current()
        key = self.state._read()
        if thread.tracing and not F.owns(key):
            key = as_array(Tensor(key))
        wide = F.astype(key, F.dtype("int64"))
        step = F.astype(F.asarray(np.array([0, 1])), F.dtype("int64"))
        self.state._write(F.astype(wide + step, F.dtype("uint32")))
        return key

    def restart(self, seed: int) -> None:
        """Give the keys of `seed` from now on."""
        self._seed = int(seed)
        self.state.assign(np.array([self._seed & 0xFFFFFFFF, 0], np.uint32))

    def next(self, ordered: bool = True) -> Tensor:
        """The next key as a tensor of two uint32."""
        return Tensor(self.next_key())

    @property
    def variables(self) -> list[Variable]:
        """The state."""
        return [self.state]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {"seed": self._seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """A generator from `get_config()`'s result."""
        return cls(**config)


def key_of(seed: Any) -> Any:
    """A key from what users pass as seed: `None`, an int, a pair, or a `SeedGenerator`."""
    if seed is None:
        return global_key()
    if isinstance(seed, SeedGenerator):
        return seed.next_key()
    if isinstance(seed, (int, np.integer)):
        return engine.current().from_numpy(np.array([int(seed) & 0xFFFFFFFF, 0], np.uint32))
    return as_array(seed)
