"""`tf.py_function` and `tf.numpy_function`: Python functions among operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unikeras.core import errors, nest
from unikeras.core.callbacks import when_known
from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import NeedsCall, OpError
from unikeras.core.printing import get_static_value
from unikeras.core.tape import no_tapes
from unikeras.core.tensor import convert_to_tensor

__all__ = ["numpy_function", "py_function"]

# What an exception of the function becomes, the first that fits.
_BECOMES: tuple[tuple[type[Exception], type[OpError]], ...] = (
    (OpError, errors.UnknownError),
    (StopIteration, errors.OutOfRangeError),
    (NotImplementedError, errors.UnimplementedError),
    (MemoryError, errors.ResourceExhaustedError),
    (TypeError, errors.InvalidArgumentError),
    (ValueError, errors.InvalidArgumentError),
)


def py_function(
    func: Callable[..., Any] | None = None,
    inp: Sequence[Any] | None = None,
    Tout: Any = None,
    name: str | None = None,
) -> Any:
    """`func(*inp)`, called with tensors that have values (mirrors `tf.py_function`). Gradients flow through it.

    A function that is compiled runs op by op if it uses the result, since the shape of that is known to `func` alone; where `Tout`
    is empty it stays compiled and `func` is called when the program runs.

    Args:
        func: a function of tensors that returns a tensor, a list of them, or `None`.
        inp: its arguments.
        Tout: the dtype of the result, or a list of dtypes; empty for `None`.
        name: ignored.

    Raises:
        UnknownError: `func` raised something else than what TensorFlow has a class for (`ValueError` becomes
            `InvalidArgumentError` ...); its own exception is the cause.

    Example:
        >>> import unikeras as tf
        >>> float(tf.py_function(lambda x: x.numpy() ** 2, [tf.constant(3.0)], tf.float32))
        9.0
    """
    assert func is not None
    tensors = [convert_to_tensor(t) for t in inp or ()]
    return _called("py_function", func, tensors, Tout)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Sequence[Any] | None = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """`func(*inp)`, called with NumPy arrays (mirrors `tf.numpy_function`). No gradient flows through it; see `py_function`.

    Args:
        func: a function of NumPy arrays that returns one, or a list of them.
        inp: its arguments.
        Tout: the dtype of the result, or a list of dtypes.
        stateful: accepted.
        name: ignored.

    Example:
        >>> import numpy as np
        >>> import unikeras as tf
        >>> round(float(tf.numpy_function(np.sinh, [1.0], tf.float32)), 4)
        1.1752
    """
    assert func is not None
    tensors = [convert_to_tensor(t) for t in inp or ()]

    def of_arrays(*given: Any) -> Any:
        with no_tapes():
            made = func(*(t.numpy() for t in given))
        single = not isinstance(made, (list, tuple))
        found = [v if isinstance(v, (str, bytes)) else np.asarray(v) for v in ([made] if single else made)]
        return found[0] if single else found

    return _called("numpy_function", of_arrays, tensors, Tout)


def _called(what: str, function: Callable[..., Any], tensors: list[Any], dtypes: Any) -> Any:
    if any(get_static_value(t) is None for t in tensors):
        if dtypes is None or (nest.is_nested(dtypes) and not dtypes):
            when_known(lambda *values: _results(what, function, values, dtypes), *tensors)
            return []
        raise NeedsCall(f"what tf.{what} returns has a shape that only its function knows")
    return _results(what, function, tensors, dtypes)


def _results(what: str, function: Callable[..., Any], values: Sequence[Any], dtypes: Any) -> Any:
    try:
        made = function(*map(convert_to_tensor, values))
    except Exception as error:
        kind = next((k for source, k in _BECOMES if isinstance(error, source)), errors.UnknownError)
        raise kind(f"tf.{what}: {type(error).__name__}: {error}") from error
    if dtypes is None or (nest.is_nested(dtypes) and not dtypes):
        return []
    if not nest.is_nested(dtypes):
        if isinstance(made, (list, tuple)) and len(made) == 1:
            made = made[0]
        return _tensor(what, made, dtypes)
    found = made if isinstance(made, (list, tuple)) else [made]
    if len(found) != len(dtypes):
        raise errors.InvalidArgumentError(
            f"tf.{what}: the function returned {len(found)} values, expected {len(dtypes)}."
        )
    return [_tensor(what, value, dtype) for value, dtype in zip(found, dtypes, strict=True)]


def _tensor(what: str, value: Any, dtype: Any) -> Any:
    if hasattr(value, "_type_spec"):
        return value
    wanted = as_dtype(getattr(dtype, "dtype", dtype))
    if hasattr(value, "dtype"):
        tensor = convert_to_tensor(value)
        if what == "py_function" and tensor.dtype != wanted:
            from unikeras.ops.elementwise import cast

            return cast(tensor, wanted)
        return tensor
    return convert_to_tensor(value, wanted)
