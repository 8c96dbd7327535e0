"""Tensors within a text."""

from __future__ import annotations

from typing import Any

from unikeras.core.composite import CompositeTensor
from unikeras.core.host_op import host_value, tensor_of
from unikeras.core.printing import array_text

__all__ = ["string_format"]


def string_format(
    template: str, inputs: Any, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> Any:
    """A text with the values of tensors put in (mirrors `tf.strings.format`).

    Args:
        template: the text.
        inputs: a tensor, or a list or tuple of them: one for each placeholder.
        placeholder: what stands for a tensor in the text.
        summarize: how many elements are shown at each end of a long axis; -1: all.
        name: ignored.

    Returns:
        A string, as a tensor.

    Raises:
        ValueError: more or fewer tensors than placeholders.
        TypeError: a number instead of a tensor.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.format("tensor: {}, suffix", tf.range(10)).numpy()
        b'tensor: [0 1 2 ... 7 8 9], suffix'
    """
    if isinstance(inputs, (bool, int, float)):
        raise TypeError(f"string_format: inputs must be a tensor or a list of tensors, not {inputs!r}.")
    given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    pieces = template.split(placeholder)
    if len(pieces) - 1 != len(given):
        raise ValueError(
            f"The template expects {len(pieces) - 1} tensors, but {len(given)} were given: each {placeholder!r} of it stands for one."
        )
    texts = [_text(value, summarize) for value in given]
    made = "".join(p for pair in zip(pieces, [*texts, ""], strict=True) for p in pair)
    return tensor_of(made.encode(errors="surrogateescape"))


def _text(value: Any, summarize: int) -> str:
    if isinstance(value, CompositeTensor):
        return str(value.to_list()) if hasattr(value, "to_list") else str(value)
    return array_text(host_value(value, "string_format"), summarize)
