"""`tf.print`, and the value of a tensor if it has one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TextIO

import numpy as np

from unikeras import engine
from unikeras.core import nest
from unikeras.core.operators import Operators
from unikeras.core.state import thread
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import Tensor

__all__ = ["array_text", "get_static_value", "tf_print"]


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The tensor's value as NumPy, or `None` if it has none yet (mirrors `tf.get_static_value`).

    Args:
        tensor: anything tensor-like.
        partial: accepted; there are no partial values.

    Example:
        >>> import unikeras as tf
        >>> tf.get_static_value(tf.constant([1, 2])).tolist()
        [1, 2]
        >>> tf.get_static_value(tf.keras.Input((2,))) is None
        True
    """
    if is_symbolic(tensor) or (isinstance(tensor, Operators) and thread.tracing and _is_traced(tensor)):
        return None
    return np.asarray(tensor)[()]


def _is_traced(tensor: Any) -> bool:
    return engine.current().is_traced(tensor._array if isinstance(tensor, Tensor) else tensor._read())


def tf_print(
    *inputs: Any,
    output_stream: TextIO | str | None = None,
    summarize: int = 3,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> None:
    """Print the values of tensors and of anything else (mirrors `tf.print`).

    Args:
        *inputs: tensors, structures of them, anything with a `str`.
        output_stream: `sys.stdout`, `sys.stderr` (the default), another open file, or "file://" and a path to append to.
        summarize: how many elements are shown at each end of a long axis; -1: all.
        sep: what stands between the inputs.
        end: what stands at the end.
        name: ignored.

    Inside a compiled function it prints when the function runs, in the order of the program.

    Example:
        >>> import sys
        >>> import unikeras as tf
        >>> tf.print("x:", tf.constant([[1.0, 2.5], [3.0, 4.0]]), {"n": tf.constant(7)}, output_stream=sys.stdout)
        x: [[1 2.5]
         [3 4]] {'n': 7}
    """
    if isinstance(output_stream, str) and not output_stream.startswith("file://"):
        raise ValueError(
            f"tf.print: output_stream must be a file or 'file://' and a path, not {output_stream!r}."
        )
    leaves = nest.flatten(inputs)
    tensors = [leaf for leaf in leaves if isinstance(leaf, Operators) and get_static_value(leaf) is None]

    def show(*values: np.ndarray) -> None:
        found = {id(tensor): value for tensor, value in zip(tensors, values, strict=True)}
        shown = nest.pack_as(inputs, [found.get(id(leaf), leaf) for leaf in leaves])
        _write(sep.join(_text(value, summarize, top=True) for value in shown) + end, output_stream)

    from unikeras.core.callbacks import when_known

    when_known(show, *tensors)


def _write(text: str, output_stream: TextIO | str | None) -> None:
    if isinstance(output_stream, str):
        with open(output_stream[len("file://") :], "a") as file:
            file.write(text)
    else:
        print(text, end="", file=output_stream or sys.stderr)


def _text(value: Any, summarize: int, *, top: bool = False) -> str:
    if isinstance(value, Operators):
        known = get_static_value(value)
        return array_text(np.asarray(known), summarize)
    if isinstance(value, np.ndarray):
        return array_text(value, summarize)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k!r}: {_text(v, summarize)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)) and not hasattr(value, "rank"):
        parts = ", ".join(_text(v, summarize) for v in value)
        return f"[{parts}]" if isinstance(value, list) else f"({parts}{',' if len(value) == 1 else ''})"
    return str(value) if top or not isinstance(value, str) else repr(value)


def array_text(value: np.ndarray, summarize: int, indent: int = 1) -> str:
    """An array as TensorFlow prints it, of long axes `summarize` elements at each end."""
    if not value.ndim:
        return _number(value[()])
    rows = [
        i
        for i in range(len(value))
        if summarize < 0 or len(value) <= 2 * summarize or i < summarize or i >= len(value) - summarize
    ]
    parts = [
        _number(value[i]) if value.ndim == 1 else array_text(value[i], summarize, indent + 1) for i in rows
    ]
    if len(rows) < len(value):
        parts.insert(summarize, "...")
    between = " " if value.ndim == 1 else "\n" * (value.ndim - 1) + " " * indent
    return f"[{between.join(parts)}]"


def _number(value: Any) -> str:
    if isinstance(value, bytes):
        text = value.decode(errors="replace").replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        return f'"{text}"'
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (float, np.floating)) or np.asarray(value).dtype.name == "bfloat16":
        single = np.asarray(value).dtype.itemsize < 8
        short = f"{float(value):.{6 if single else 15}g}"  # if it is the same number, else all digits
        kind = np.float32 if single else np.float64
        same = kind(short) == value or np.isnan(value)
        return short if same else f"{float(value):.{9 if single else 17}g}"
    return str(value)
