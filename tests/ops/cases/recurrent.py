"""Recurrent networks as ops, and control flow."""

from typing import Any

import numpy as np

from unikeras import ops

from .case import case

RNG = np.random.default_rng(5)
X = RNG.normal(size=(2, 3, 2))
H, C = RNG.normal(size=(2, 2, 2))
MASK = np.array([[True, False, True], [False, True, True]])


def kernels(gates: int) -> Any:
    return RNG.normal(size=(2, gates * 2)), RNG.normal(size=(2, gates * 2)), RNG.normal(size=gates * 2)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def simple(x: Any, h: Any, w: Any, u: Any, b: Any) -> Any:
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ w + h @ u + b)
    return h


def lstm(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any, mask: Any = None, backwards: bool = False) -> Any:
    for t in range(x.shape[1])[:: -1 if backwards else 1]:
        i, f, g, o = np.split(x[:, t] @ w + h @ u + b, 4, -1)
        new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        new_h = sigmoid(o) * np.tanh(new_c)
        m = np.ones((2, 1), bool) if mask is None else mask[:, t, None]
        h, c = np.where(m, new_h, h), np.where(m, new_c, c)
    return c


def gru(x: Any, h: Any, w: Any, u: Any, b: Any, d: Any) -> Any:
    every = []
    for t in range(x.shape[1]):
        (az, ar, ag), (bz, br, bg) = np.split(x[:, t] @ w + b, 3, -1), np.split(h @ u + d, 3, -1)
        z, r = sigmoid(az + bz), sigmoid(ar + br)
        h = z * h + (1 - z) * np.tanh(ag + r * bg)
        every.append(h)
    return np.stack(every, 1)


CASES = [
    case("simple_rnn", lambda *a: ops.simple_rnn(*a)[0], simple, X, H, *kernels(1)),
    case("lstm", lambda *a: ops.lstm(*a)[2], lstm, X, H, C, *kernels(4)),
    case("lstm masked backwards", lambda *a: ops.lstm(*a, MASK, go_backwards=True)[2],
         lambda *a: lstm(*a, MASK, True), X, H, C, *kernels(4), symbolic=False),
    case("gru", lambda *a: ops.gru(*a, sequences=True)[0], gru, X, H, *kernels(3), RNG.normal(size=6)),
    case("scan", lambda x: ops.scan(lambda c, r: (c * r, c + r), x[0], x)[1],
         lambda x: np.cumprod(np.concatenate([x[:1], x[:-1]]), 0) + x, RNG.normal(size=(3, 4))),
    case("associative_scan", lambda x: ops.associative_scan(lambda a, b: a + b, x, axis=1), lambda x: np.cumsum(x, 1),
         RNG.normal(size=(2, 5))),
    case("fori_loop", lambda x: ops.fori_loop(0, 2, lambda i, v: ops.tanh(v), x), lambda x: np.tanh(np.tanh(x)),
         RNG.normal(size=(3, 4))),
]  # fmt: skip
