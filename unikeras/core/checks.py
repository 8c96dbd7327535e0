"""Assertions about tensors (`tf.debugging`). They raise at once, in a compiled function when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.callbacks import when_known
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import convert_to_tensor

__all__ = [
    "Assert",
    "assert_all_finite",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_scalar",
    "assert_shapes",
    "assert_type",
    "check_numerics",
    "is_numeric_tensor",
]


def _require(what: str, holds: np.ndarray, values: list[np.ndarray], message: str | None) -> None:
    if holds.all():
        return
    place = tuple(int(i) for i in np.argwhere(~holds)[0])
    shown = ", ".join(str(np.broadcast_to(v, holds.shape)[place]) for v in values)
    where = f" first at {list(place)}" if place else ""
    raise InvalidArgumentError(
        f"{message + ': ' if message else ''}{what} does not hold for {np.count_nonzero(~holds)} of {holds.size} elements,{where}: {shown}."
    )


def _comparison(what: str, symbol: str, compare: Callable[..., Any]) -> Callable[..., None]:
    def check(
        x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
    ) -> None:
        def require(*values: np.ndarray) -> None:
            try:
                holds = np.asarray(compare(*values))
            except ValueError:
                raise InvalidArgumentError(
                    f"{message + ': ' if message else ''}{what}: shapes {values[0].shape} and {values[1].shape} do not fit."
                ) from None
            _require(what, holds, list(values), message)

        when_known(require, convert_to_tensor(x), convert_to_tensor(y))

    check.__name__ = check.__qualname__ = what
    check.__doc__ = f"""Require x {symbol} y for all elements (mirrors `tf.debugging.{what}`).

    Args:
        x: a tensor.
        y: a tensor of the same shape, or one that broadcasts to it.
        message: what the error's message starts with.
        summarize: accepted.
        name: ignored.

    Raises:
        InvalidArgumentError: it does not hold, or the shapes do not fit.
    """
    return check


assert_equal = _comparison("assert_equal", "==", np.equal)
assert_none_equal = _comparison("assert_none_equal", "!=", np.not_equal)
assert_less = _comparison("assert_less", "<", np.less)
assert_less_equal = _comparison("assert_less_equal", "<=", np.less_equal)
assert_greater = _comparison("assert_greater", ">", np.greater)
assert_greater_equal = _comparison("assert_greater_equal", ">=", np.greater_equal)


def _sign(what: str, symbol: str, compare: Callable[..., Any]) -> Callable[..., None]:
    def check(
        x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
    ) -> None:
        def require(value: np.ndarray) -> None:
            _require(what, np.asarray(compare(value, 0)), [value], message)

        when_known(require, convert_to_tensor(x))

    check.__name__ = check.__qualname__ = what
    check.__doc__ = f"""Require x {symbol} 0 for all elements (mirrors `tf.debugging.{what}`).

    Args:
        x: a tensor.
        message: what the error's message starts with.
        summarize: accepted.
        name: ignored.

    Raises:
        InvalidArgumentError: it does not hold.
    """
    return check


assert_positive = _sign("assert_positive", ">", np.greater)
assert_negative = _sign("assert_negative", "<", np.less)
assert_non_negative = _sign("assert_non_negative", ">=", np.greater_equal)
assert_non_positive = _sign("assert_non_positive", "<=", np.less_equal)


def assert_near(
    x: Any,
    y: Any,
    rtol: float | None = None,
    atol: float | None = None,
    message: str | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> None:
    """Require |x - y| <= atol + rtol * |y| for all elements (mirrors `tf.debugging.assert_near`).

    Args:
        x: a tensor.
        y: a tensor.
        rtol: ten times the dtype's precision if `None`.
        atol: ten times the dtype's precision if `None`.
        message: what the error's message starts with.
        summarize: accepted.
        name: ignored.

    Raises:
        InvalidArgumentError: it does not hold.

    Example:
        >>> import unikeras as tf
        >>> tf.debugging.assert_near([1.0], [1.0000001])
    """

    def require(*values: np.ndarray) -> None:
        a, b = (v.astype(np.float64) for v in values)
        kind = values[0].dtype if values[0].dtype.kind == "f" else np.dtype(np.float32)
        default = 10 * float(np.finfo(kind).eps)
        holds = np.abs(a - b) <= (default if atol is None else atol) + (
            default if rtol is None else rtol
        ) * np.abs(b)
        _require("assert_near", np.asarray(holds), list(values), message)

    when_known(require, convert_to_tensor(x), convert_to_tensor(y))


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Any:
    """The tensor itself, if all of its elements are finite (mirrors `tf.debugging.check_numerics`).

    Raises:
        InvalidArgumentError: there are nans or infinities; says how many.

    Example:
        >>> import unikeras as tf
        >>> tf.debugging.check_numerics(tf.constant([1.0, float("nan")]), "loss")
        Traceback (most recent call last):
        ...
        unikeras.core.errors.InvalidArgumentError: loss : Tensor had NaN values (1 NaN, 0 infinite of 2)
    """
    tensor = convert_to_tensor(tensor)

    def require(value: np.ndarray) -> None:
        nans, infinities = int(np.isnan(value).sum()), int(np.isinf(value).sum())
        if nans or infinities:
            kinds = " and ".join(kind for kind, count in (("NaN", nans), ("Inf", infinities)) if count)
            raise InvalidArgumentError(
                f"{message} : Tensor had {kinds} values ({nans} NaN, {infinities} infinite of {value.size})"
            )

    when_known(require, tensor)
    return tensor


def assert_all_finite(x: Any, message: str, name: str | None = None) -> Any:
    """Same as `check_numerics` (mirrors `tf.debugging.assert_all_finite`)."""
    return check_numerics(x, message)


def Assert(condition: Any, data: Any, summarize: int | None = None, name: str | None = None) -> None:
    """Require the condition (mirrors `tf.debugging.Assert`).

    Args:
        condition: a bool or a tensor of bools.
        data: what the error shows.
        summarize: accepted.
        name: ignored.

    Raises:
        InvalidArgumentError: it does not hold.
    """

    def require(holds: np.ndarray, *shown: np.ndarray) -> None:
        if not holds.all():
            raise InvalidArgumentError(f"assertion failed: {[d.tolist() for d in shown]}")

    when_known(require, convert_to_tensor(condition), *(convert_to_tensor(d) for d in data))


def _rank(x: Any) -> int:
    return len(convert_to_tensor(x).shape)


def assert_rank(x: Any, rank: int, message: str | None = None, name: str | None = None) -> None:
    """Require a number of axes (mirrors `tf.debugging.assert_rank`).

    Raises:
        ValueError: x has another.
    """
    assert_rank_in(x, (rank,), message)


def assert_rank_at_least(x: Any, rank: int, message: str | None = None, name: str | None = None) -> None:
    """Require at least a number of axes (mirrors `tf.debugging.assert_rank_at_least`).

    Raises:
        ValueError: x has fewer.
    """
    if _rank(x) < int(rank):
        raise ValueError(
            f"{message + ': ' if message else ''}expected at least {int(rank)} axes, got {_rank(x)}."
        )


def assert_rank_in(x: Any, ranks: Any, message: str | None = None, name: str | None = None) -> None:
    """Require one of several numbers of axes (mirrors `tf.debugging.assert_rank_in`).

    Raises:
        ValueError: x has another.
    """
    wanted = [int(r) for r in ranks]
    if _rank(x) not in wanted:
        raise ValueError(
            f"{message + ': ' if message else ''}expected {' or '.join(map(str, wanted))} axes, got {_rank(x)}."
        )


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Any:
    """The tensor itself, if it has no axes (mirrors `tf.debugging.assert_scalar`).

    Raises:
        ValueError: it has some.
    """
    assert_rank_in(tensor, (0,), message)
    return tensor


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> None:
    """Require a dtype (mirrors `tf.debugging.assert_type`).

    Raises:
        TypeError: the tensor has another.
    """
    given = as_dtype(convert_to_tensor(tensor).dtype)
    if given != as_dtype(tf_type):
        raise TypeError(
            f"{message + ': ' if message else ''}expected dtype {as_dtype(tf_type).name}, got {given.name}."
        )


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """Require an integer dtype (mirrors `tf.debugging.assert_integer`).

    Raises:
        TypeError: the tensor has another.
    """
    given = as_dtype(convert_to_tensor(x).dtype)
    if not given.is_integer:
        raise TypeError(f"{message + ': ' if message else ''}expected an integer dtype, got {given.name}.")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether this is a tensor of numbers (mirrors `tf.debugging.is_numeric_tensor`).

    Example:
        >>> import unikeras as tf
        >>> tf.debugging.is_numeric_tensor(tf.constant(1)), tf.debugging.is_numeric_tensor(1)
        (True, False)
    """
    if not hasattr(tensor, "dtype") or not hasattr(tensor, "shape") or isinstance(tensor, np.ndarray):
        return False
    dtype = as_dtype(tensor.dtype)
    return dtype.is_floating or dtype.is_integer or dtype.is_complex


def assert_shapes(
    shapes: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> None:
    """Require shapes that agree (mirrors `tf.debugging.assert_shapes`).

    Args:
        shapes: a list of (tensor, shape); in a shape, an int is that size, a string the same size wherever it occurs,
            and `None` or "." any.
        data: accepted.
        summarize: accepted.
        message: what the error's message starts with.
        name: ignored.

    Raises:
        ValueError: they do not.

    Example:
        >>> import unikeras as tf
        >>> tf.debugging.assert_shapes([(tf.zeros([2, 3]), ("N", 3)), (tf.zeros([2]), ("N",))])
    """
    sizes: dict[str, int] = {}
    start = f"{message}: " if message else ""
    for tensor, wanted in shapes.items() if hasattr(shapes, "items") else shapes:
        given = tuple(convert_to_tensor(tensor).shape)
        wanted = tuple(wanted) if isinstance(wanted, (list, tuple)) else (wanted,) if wanted != () else ()
        if len(given) != len(wanted):
            raise ValueError(f"{start}expected shape {wanted}, got {given}.")
        for size, want in zip(given, wanted, strict=True):
            if want in (None, "."):
                continue
            expected = sizes.setdefault(want, size) if isinstance(want, str) else want
            if size != expected:
                raise ValueError(
                    f"{start}expected shape {wanted}, got {given}: {want if isinstance(want, str) else 'a dimension'} is {expected}, not {size}."
                )
