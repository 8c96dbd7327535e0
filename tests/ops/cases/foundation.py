"""The foundation's ops: elementwise, arithmetic, reductions, arrays, activations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras import ops

from .case import RNG, Case, X, Y, binary, case, unary

POSITIVE = np.abs(X) + 0.3
UNIT = np.clip(X / 3, -0.9, 0.9)
ROW = RNG.normal(size=(4,))
CUBE = RNG.normal(size=(2, 3, 4))
SQUARE = RNG.normal(size=(3, 3))
WHOLE = np.array([[3, -7, 5, 0], [2, 2, -1, 9], [0, 4, 4, -6]], np.int32)
BITS = np.array([[5, 2, 7], [1, 0, 6]], np.int32)
FLAGS = np.array([[True, False, True, False]] * 3)
LABELS = np.array([2, 0, 3], np.int32)


def _vectorized(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return np.vectorize(function, otypes=[np.float64])


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


ELEMENTWISE = [
    unary("absolute", np.abs),
    unary("negative", np.negative),
    unary("sign", np.sign, gradient=False),
    unary("square", np.square),
    unary("sqrt", np.sqrt, POSITIVE),
    unary("rsqrt", lambda x: 1 / np.sqrt(x), POSITIVE),
    unary("reciprocal", lambda x: 1 / x, POSITIVE),
    unary("exp", np.exp),
    unary("expm1", np.expm1),
    unary("log", np.log, POSITIVE),
    unary("log1p", np.log1p, POSITIVE),
    unary("log2", np.log2, POSITIVE),
    unary("log10", np.log10, POSITIVE),
    unary("sin", np.sin),
    unary("cos", np.cos),
    unary("tan", np.tan, UNIT),
    unary("arcsin", np.arcsin, UNIT),
    unary("arccos", np.arccos, UNIT),
    unary("arctan", np.arctan),
    unary("sinh", np.sinh),
    unary("cosh", np.cosh),
    unary("tanh", np.tanh),
    unary("arcsinh", np.arcsinh),
    unary("arccosh", np.arccosh, POSITIVE + 1),
    unary("arctanh", np.arctanh, UNIT),
    unary("erf", _vectorized(math.erf)),
    case("erfinv", lambda x: ops.erf(ops.erfinv(x)), lambda x: x, UNIT),
    unary("lgamma", _vectorized(math.lgamma), POSITIVE),
    unary("floor", np.floor, gradient=False),
    unary("ceil", np.ceil, gradient=False),
    unary("round", np.round, gradient=False),
    unary("round", np.round, np.array([0.5, 1.5, -0.5, 2.5]), gradient=False),
    case("round to 2", lambda x: ops.round(x, decimals=2), lambda x: np.round(x, 2), X, gradient=False),
    unary("isnan", np.isnan, np.array([1.0, np.nan, np.inf])),
    unary("isinf", np.isinf, np.array([1.0, np.nan, np.inf])),
    unary("isfinite", np.isfinite, np.array([1.0, np.nan, np.inf])),
    unary("logical_not", np.logical_not, FLAGS),
    unary("invert", np.invert, BITS),
    unary("invert", np.invert, FLAGS),
    unary("identity", lambda x: x),
    unary("stop_gradient", lambda x: x, gradient=False),
    case("cast", lambda x: ops.cast(x, "int32"), lambda x: x.astype(np.int32), X * 10),
    case("clip", lambda x: ops.clip(x, -0.5, 0.5), lambda x: np.clip(x, -0.5, 0.5), X),
    case("nan_to_num", ops.nan_to_num, lambda x: np.nan_to_num(x), np.array([1.0, np.nan])),
    case(
        "nan_to_num with numbers",
        lambda x: ops.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0),
        lambda x: np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0),
        np.array([0.0, np.nan, np.inf, -np.inf]),
        gradient=False,
    ),
]

ARITHMETIC = [
    binary("add", np.add),
    binary("add", np.add, CUBE, ROW),
    binary("add", np.add, WHOLE, WHOLE),
    binary("subtract", np.subtract, CUBE, X),
    binary("multiply", np.multiply, X, ROW),
    binary("divide", np.divide, X, POSITIVE),
    binary("divide", np.divide, WHOLE, np.abs(WHOLE) + 1),
    binary("true_divide", np.divide, X, POSITIVE),
    binary(
        "divide_no_nan",
        lambda x, y: np.where(y == 0, 0.0, x / np.where(y == 0, 1, y)),
        X,
        np.maximum(Y, 0),
        gradient=False,
    ),
    binary("floor_divide", np.floor_divide, X * 4, POSITIVE, gradient=False),
    binary("floor_divide", np.floor_divide, WHOLE, np.full_like(WHOLE, 3)),
    binary("mod", np.mod, WHOLE, np.full_like(WHOLE, -3)),
    binary("mod", np.mod, X * 4, POSITIVE, gradient=False),
    binary("power", np.power, POSITIVE, Y),
    binary("power", np.power, WHOLE, np.full_like(WHOLE, 2)),
    binary("maximum", np.maximum),
    binary("maximum", np.maximum, np.array([np.nan, 1.0, 2.0]), np.array([1.0, np.nan, 1.0]), gradient=False),
    binary("minimum", np.minimum, X, ROW),
    binary("minimum", np.minimum, np.array([np.nan, 1.0, 2.0]), np.array([1.0, np.nan, 1.0]), gradient=False),
    binary("squared_difference", lambda x, y: (x - y) ** 2),
    binary("arctan2", np.arctan2),
    binary("logaddexp", np.logaddexp),
    binary("xlogy", lambda x, y: x * np.log(y), X, POSITIVE),
    binary(
        "xlogy",
        lambda x, y: np.array([0.0, 0.0]),
        np.array([0.0, 0.0]),
        np.array([0.0, -1.0]),
        gradient=False,
    ),
    *(
        binary(n, getattr(np, n), WHOLE, WHOLE[::-1].copy())
        for n in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
    ),
    *(binary(n, getattr(np, n), FLAGS, ~FLAGS | FLAGS) for n in ("logical_and", "logical_or", "logical_xor")),
    *(
        binary(n, getattr(np, n), BITS, BITS[::-1].copy())
        for n in ("bitwise_and", "bitwise_or", "bitwise_xor")
    ),
    case("where", ops.where, np.where, FLAGS, X, Y),
    case("where of a condition", ops.where, np.argwhere, FLAGS, symbolic=False),
]


def _reduced(name: str, reference: Any, x: Any = CUBE, gradient: bool = True) -> list[Case]:
    op = getattr(ops, name)
    return [
        Case(
            f"{name} axis={axis} keepdims={keepdims}",
            lambda x, axis=axis, keepdims=keepdims: op(x, axis=axis, keepdims=keepdims),
            lambda x, axis=axis, keepdims=keepdims: reference(x, axis=axis, keepdims=keepdims),
            (x,),
            gradient,
        )
        for axis, keepdims in ((None, False), (1, False), (-1, True), ((0, 2), False))
    ]


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


REDUCTIONS = [
    *(c for n in ("sum", "mean", "prod", "max", "min", "std") for c in _reduced(n, getattr(np, n))),
    *_reduced("variance", np.var),
    *_reduced("logsumexp", logsumexp),
    *_reduced("norm", norm),
    *(c for n in ("all", "any") for c in _reduced(n, getattr(np, n), CUBE > 0)),
    *_reduced("count_nonzero", np.count_nonzero, np.maximum(CUBE, 0), gradient=False),
    unary("sum", lambda x: np.sum(x, dtype=np.int32), WHOLE),
    unary("mean_same_dtype", np.mean),
    case("norm 1", lambda x: ops.norm(x, ord=1), lambda x: np.abs(x).sum(), ROW),
    case("norm inf", lambda x: ops.norm(x, ord=np.inf), lambda x: np.abs(x).max(), ROW),
    case("norm 3", lambda x: ops.norm(x, ord=3), lambda x: (np.abs(x) ** 3).sum() ** (1 / 3), ROW),
    case("argmax", ops.argmax, lambda x: np.argmax(x, 0), X, gradient=False),
    case("argmax of ties", lambda x: ops.argmax(x, axis=1), lambda x: np.argmax(x, 1), WHOLE),
    case("argmin", lambda x: ops.argmin(x, axis=-1), lambda x: np.argmin(x, -1), X, gradient=False),
    case("cumsum", lambda x: ops.cumsum(x, axis=1), lambda x: np.cumsum(x, 1), X),
    case("cumsum of ints", lambda x: ops.cumsum(x, axis=0), lambda x: np.cumsum(x, 0, dtype=np.int32), WHOLE),
    case("cumprod", lambda x: ops.cumprod(x, axis=1), lambda x: np.cumprod(x, 1), X),
    case(
        "cumsum exclusive reverse",
        lambda x: ops.cumsum(x, axis=1, exclusive=True, reverse=True),
        lambda x: np.cumsum(x[:, ::-1], 1)[:, ::-1] - x,
        X,
    ),
    case("moments 0", lambda x: ops.moments(x, axes=[0])[0], lambda x: x.mean(0), X),
    case(
        "moments 1",
        lambda x: ops.moments(x, axes=[0], keepdims=True)[1],
        lambda x: x.var(0, keepdims=True),
        X,
    ),
]

_INDEX = np.array([[0, 2], [1, 1]], np.int32)

ARRAYS = [
    case("reshape", lambda x: ops.reshape(x, (-1, 2)), lambda x: x.reshape(-1, 2), X),
    case("transpose", ops.transpose, np.transpose, CUBE),
    case("transpose axes", lambda x: ops.transpose(x, (1, 0, 2)), lambda x: x.transpose(1, 0, 2), CUBE),
    case("expand_dims", lambda x: ops.expand_dims(x, -1), lambda x: x[..., None], X),
    case("squeeze", lambda x: ops.squeeze(x, 1), lambda x: x[:, 0], X[:, :1]),
    case(
        "broadcast_to", lambda x: ops.broadcast_to(x, (2, 3, 4)), lambda x: np.broadcast_to(x, (2, 3, 4)), ROW
    ),
    case("tile", lambda x: ops.tile(x, (2, 3)), lambda x: np.tile(x, (2, 3)), X),
    case("repeat", lambda x: ops.repeat(x, 2, axis=1), lambda x: np.repeat(x, 2, 1), X),
    case("repeat flat", lambda x: ops.repeat(x, 2), lambda x: np.repeat(x, 2), X),
    case(
        "repeat each",
        lambda x: ops.repeat(x, [1, 0, 2, 1], axis=1),
        lambda x: np.repeat(x, [1, 0, 2, 1], 1),
        X,
    ),
    case("flip", lambda x: ops.flip(x, axis=(0, 1)), lambda x: x[::-1, ::-1], X),
    case("roll", lambda x: ops.roll(x, 1, axis=1), lambda x: np.roll(x, 1, 1), X),
    case("concat", lambda x, y: ops.concat([x, y], axis=-1), lambda x, y: np.concatenate([x, y], -1), X, Y),
    case("stack", lambda x, y: ops.stack([x, y], axis=1), lambda x, y: np.stack([x, y], 1), X, Y),
    case("unstack", lambda x: ops.unstack(x, axis=1)[2], lambda x: x[:, 2], X),
    case("split", lambda x: ops.split(x, 2, axis=1)[1], lambda x: x[:, 2:], X),
    case("split sizes", lambda x: ops.split(x, [1, -1], axis=1)[1], lambda x: x[:, 1:], X),
    case("pad", lambda x: ops.pad(x, [[1, 0], [0, 2]]), lambda x: np.pad(x, [[1, 0], [0, 2]]), X),
    case(
        "pad value",
        lambda x: ops.pad(x, [[0, 0], [1, 2]], constant_values=7),
        lambda x: np.pad(x, [[0, 0], [1, 2]], constant_values=7),
        X,
    ),
    case(
        "pad reflect",
        lambda x: ops.pad(x, [[0, 0], [1, 2]], "REFLECT"),
        lambda x: np.pad(x, [[0, 0], [1, 2]], "reflect"),
        X,
    ),
    case(
        "pad symmetric",
        lambda x: ops.pad(x, [[0, 0], [1, 2]], "SYMMETRIC"),
        lambda x: np.pad(x, [[0, 0], [1, 2]], "symmetric"),
        X,
    ),
    case("gather", ops.gather, lambda x, i: x[i], X, _INDEX),
    case("gather axis", lambda x, i: ops.gather(x, i, axis=1), lambda x, i: x[:, i], X, _INDEX),
    case(
        "gather batch",
        lambda x, i: ops.gather(x, i, axis=1, batch_dims=1),
        lambda x, i: np.stack([a[b] for a, b in zip(x, i, strict=True)]),
        CUBE,
        _INDEX,
    ),
    case("gather_nd", ops.gather_nd, lambda x, i: x[i[:, 0], i[:, 1]], X, _INDEX),
    case(
        "take_along_axis",
        lambda x, i: ops.take_along_axis(x, i, axis=1),
        lambda x, i: np.take_along_axis(x, i, 1),
        X[:2],
        _INDEX,
    ),
    case(
        "tensor_scatter_nd_update",
        ops.tensor_scatter_nd_update,
        lambda x, i, u: np.array([u[0], u[1], *x[2:]]),
        ROW,
        np.array([[0], [1]], np.int32),
        np.array([9.0, 8.0]),
    ),
    case(
        "tensor_scatter_nd_add",
        ops.tensor_scatter_nd_add,
        lambda x, i, u: np.array([x[0], x[1] + u[0] + u[1], *x[2:]]),
        ROW,
        np.array([[1], [1]], np.int32),
        np.array([9.0, 8.0]),
    ),
    case("one_hot", lambda i: ops.one_hot(i, 4), lambda i: np.eye(4, dtype=np.float32)[i], LABELS),
    case(
        "one_hot out of range",
        lambda i: ops.one_hot(i, 2),
        lambda i: np.eye(4, dtype=np.float32)[i][:, :2],
        LABELS,
    ),
    case("sort", ops.sort, np.sort, X),
    case(
        "sort down", lambda x: ops.sort(x, axis=0, direction="DESCENDING"), lambda x: np.sort(x, 0)[::-1], X
    ),
    case("argsort", ops.argsort, lambda x: np.argsort(x, -1).astype(np.int32), X, gradient=False),
    case(
        "argsort stable down",
        lambda x: ops.argsort(x, direction="DESCENDING"),
        lambda x: np.argsort(-x, -1, kind="stable").astype(np.int32),
        WHOLE,
    ),
    case("top_k values", lambda x: ops.top_k(x, 2)[0], lambda x: np.sort(x)[:, :-3:-1], X),
    case(
        "top_k indices",
        lambda x: ops.top_k(x, 2)[1],
        lambda x: np.argsort(-x, kind="stable")[:, :2].astype(np.int32),
        WHOLE,
    ),
    case("shape", ops.shape, lambda x: np.array(x.shape, np.int32), X, gradient=False),
    case("size", ops.size, lambda x: np.int32(x.size), X, gradient=False),
    case("rank", ops.rank, lambda x: np.int32(x.ndim), X, gradient=False),
    case("tril", lambda x: ops.tril(x, k=1), lambda x: np.tril(x, 1), CUBE),
    case("triu", ops.triu, np.triu, SQUARE),
    case("zeros_like", ops.zeros_like, np.zeros_like, X, gradient=False),
    case(
        "ones_like",
        lambda x: ops.ones_like(x, dtype="int32"),
        lambda x: np.ones_like(x, np.int32),
        X,
        gradient=False,
    ),
    case("matmul", ops.matmul, np.matmul, X, SQUARE[:, :1].repeat(4, 1).T.copy()),
    case("matmul batch", ops.matmul, np.matmul, CUBE, ROW),
    case("matmul transposed", lambda x, y: ops.matmul(x, y, transpose_b=True), lambda x, y: x @ y.T, X, Y),
    case(
        "tensordot",
        lambda x, y: ops.tensordot(x, y, axes=1),
        lambda x, y: np.tensordot(x, y, 1),
        CUBE,
        X.T.copy(),
    ),
    case("dot", ops.dot, np.dot, CUBE, X.T.copy()),
    case("outer", ops.outer, np.outer, ROW, X[0]),
    case(
        "einsum",
        lambda x, y: ops.einsum("bij,kj->bik", x, y),
        lambda x, y: np.einsum("bij,kj->bik", x, y),
        CUBE,
        Y,
    ),
    case("svd values", lambda x: ops.svd(x)[1], lambda x: np.linalg.svd(x)[1], X),
    case("trace", ops.trace, np.trace, SQUARE),
    case("linspace", lambda a: ops.linspace(a, 2.0, 5), lambda a: np.linspace(a, 2.0, 5), np.array(0.5)),
]


def _relu(x: Any, slope: float = 0.0, top: float = np.inf, edge: float = 0.0) -> Any:
    return np.minimum(np.where(x > edge, x, slope * (x - edge)), top)


def _expected_sparsemax(x: Any) -> Any:
    """By bisection, which shares nothing with the op's sorting."""
    low, high = x.max(-1, keepdims=True) - 1, x.max(-1, keepdims=True)
    for _ in range(80):
        middle = (low + high) / 2
        over = np.maximum(x - middle, 0).sum(-1, keepdims=True) > 1
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    return np.maximum(x - low, 0)


def _cross_entropy(p: Any, z: Any) -> Any:
    return -(p * np.log(softmax(z))).sum(-1)


PROBABILITIES = softmax(Y)
ACTIVATIONS = [
    unary("relu", _relu),
    case("relu general", lambda x: ops.relu(x, 0.1, 1.0, 0.2), lambda x: _relu(x, 0.1, 1.0, 0.2), X),
    unary("relu", lambda x: np.maximum(x, 0), WHOLE),
    unary("relu6", lambda x: np.clip(x, 0, 6), X * 5),
    unary("leaky_relu", lambda x: np.where(x > 0, x, 0.2 * x)),
    unary("elu", lambda x: np.where(x > 0, x, np.expm1(x))),
    unary("selu", lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))),
    unary("celu", lambda x: np.where(x > 0, x, np.expm1(x))),
    unary("gelu", lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))),
    case(
        "gelu exact",
        lambda x: ops.gelu(x, approximate=False),
        lambda x: 0.5 * x * (1 + _vectorized(math.erf)(x / np.sqrt(2))),
        X,
    ),
    unary("sigmoid", sigmoid),
    unary("hard_sigmoid", lambda x: np.clip(x / 6 + 0.5, 0, 1), X * 3),
    unary("silu", lambda x: x * sigmoid(x)),
    unary("hard_silu", lambda x: x * np.clip(x / 6 + 0.5, 0, 1), X * 3),
    unary("softplus", lambda x: np.log1p(np.exp(x))),
    unary("log_sigmoid", lambda x: -np.log1p(np.exp(-x))),
    unary("softsign", lambda x: x / (1 + np.abs(x))),
    unary("mish", lambda x: x * np.tanh(np.log1p(np.exp(x)))),
    unary("hard_tanh", lambda x: np.clip(x, -1, 1)),
    unary("hard_shrink", lambda x: np.where(np.abs(x) > 0.5, x, 0)),
    unary("soft_shrink", lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0)),
    unary("tanh_shrink", lambda x: x - np.tanh(x)),
    case("threshold", lambda x: ops.threshold(x, 0.2, -3.0), lambda x: np.where(x > 0.2, x, -3.0), X),
    unary("squareplus", lambda x: (x + np.sqrt(x * x + 4)) / 2),
    unary("sparse_plus", lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x))),
    unary("sparse_sigmoid", lambda x: np.clip((x + 1) / 2, 0, 1)),
    unary("softmax", softmax),
    case("softmax of two axes", lambda x: ops.softmax(x, axis=(0, 1)), lambda x: softmax(x, (0, 1)), X),
    unary("log_softmax", lambda x: np.log(softmax(x))),
    unary("sparsemax", _expected_sparsemax),
    case("sparsemax axis 0", lambda x: ops.sparsemax(x, axis=0), lambda x: _expected_sparsemax(x.T).T, X),
    unary("glu", lambda x: x[..., :2] * sigmoid(x[..., 2:])),
    case(
        "glu axis 1",
        lambda x: ops.glu(x, axis=1),
        lambda x: x[:, :2] * sigmoid(x[:, 2:]),
        np.swapaxes(CUBE, 1, 2).copy(),
    ),
    case("l2_normalize", lambda x: ops.l2_normalize(x, axis=1), lambda x: x / norm(x, 1, True), X),
    binary("bias_add", np.add, X, ROW),
    case(
        "bias_add NCHW",
        lambda x, b: ops.bias_add(x, b, data_format="NCHW"),
        lambda x, b: x + b[:, None],
        CUBE,
        X[:, 0].copy(),
    ),
    case(
        "sigmoid_cross_entropy",
        ops.sigmoid_cross_entropy_with_logits,
        lambda p, z: -p * np.log(sigmoid(z)) - (1 - p) * np.log(1 - sigmoid(z)),
        PROBABILITIES,
        X,
    ),
    case("softmax_cross_entropy", ops.softmax_cross_entropy_with_logits, _cross_entropy, PROBABILITIES, X),
    case(
        "sparse_softmax_cross_entropy",
        ops.sparse_softmax_cross_entropy_with_logits,
        lambda i, z: _cross_entropy(np.eye(4)[i], z),
        LABELS,
        X,
    ),
    case("dense", ops.dense, lambda x, k, b: x @ k + b, CUBE, Y.T.copy(), X[:, 0].copy()),
    case(
        "batch_normalization",
        ops.batch_normalization,
        lambda x, m, v, b, g: (x - m) / np.sqrt(v + 1e-3) * g + b,
        *(X, ROW, np.abs(ROW) + 0.2, Y[0].copy(), Y[1].copy()),
    ),
]

CASES = ELEMENTWISE + ARITHMETIC + REDUCTIONS + ARRAYS + ACTIVATIONS
