"""Statistics, linear algebra and NumPy-like operations of `keras.ops`: those whose gradients are worth a comparison."""

from __future__ import annotations

import numpy as np

from unikeras.keras import ops

from .case import RNG, X, Y, case

SQUARE = RNG.normal(size=(3, 3)) + 3 * np.eye(3)
POSITIVE = SQUARE @ SQUARE.T

CASES = [
    case("cbrt", ops.cbrt, np.cbrt, X),
    case("sinc", ops.sinc, np.sinc, X),
    case("i0", ops.i0, np.i0, X),
    case("hypot", ops.hypot, np.hypot, X, Y),
    case("logaddexp2", ops.logaddexp2, np.logaddexp2, X, Y),
    case("quantile", lambda x: ops.quantile(x, 0.3, axis=1), lambda x: np.quantile(x, 0.3, axis=1), X),
    case("median", ops.median, np.median, X),
    case("nanmean", lambda x: ops.nanmean(x, axis=0), lambda x: np.nanmean(x, axis=0), X),
    case("corrcoef", ops.corrcoef, np.corrcoef, X),
    case("kron", ops.kron, np.kron, X, Y[:, :2]),
    case("trapezoid", ops.trapezoid, lambda y: (y[:, 1:] + y[:, :-1]).sum(1) / 2, X),
    case("det", ops.det, np.linalg.det, SQUARE, symbolic=False),
    case("solve", ops.solve, np.linalg.solve, SQUARE, SQUARE[:, :2] + 1),
    case("pinv", ops.pinv, np.linalg.pinv, X),
    case("nuclear norm", lambda x: ops.norm(x, ord="nuc"), lambda x: np.linalg.norm(x, "nuc"), X),
    case("logdet", ops.logdet, lambda x: np.linalg.slogdet(x)[1], POSITIVE, symbolic=False),
    case("stft", lambda x: ops.stft(x, 4, 2, 4, window=None, center=False)[0], lambda x: np.fft.rfft(x).real[..., None, :], X),
    case("segment max", lambda x: ops.segment_max(x, [0, 0, 1], 2), lambda x: np.stack([x[:2].max(0), x[2]]), X, symbolic=False),
]  # fmt: skip
