"""`EinsumDense`: a dense layer along any axes."""

from __future__ import annotations

import re
from typing import Any

from unikeras import activations, constraints, initializers, ops, regularizers
from unikeras.layers.core.lora import AdaptedMatrix, LoRA, check_rank
from unikeras.layers.layer import Layer

__all__ = ["EinsumDense"]

_EQUATION = re.compile(
    r"(?P<left>\.\.\.)?(?P<x>[a-zA-Z]+)(?P<right>\.\.\.)?,(?P<w>[a-zA-Z]+)"
    r"->(?P<left_out>\.\.\.)?(?P<y>[a-zA-Z]+)(?P<right_out>\.\.\.)?"
)


class EinsumDense(LoRA, Layer):
    """activation(einsum(equation, x, kernel) + bias) (mirrors `keras.layers.EinsumDense`).

    Args:
        equation: what is summed, for example 'abc,cd->abd': the axes of the input, of the kernel, and of the output. Axes
            that are not named come as '...', on the left or on the right of both input and output.
        output_shape: the output's shape without the batch axis (and without the axes of a '...' on the left); `None` for
            sizes that are the input's.
        activation: a function or its name; linear if `None`.
        bias_axes: the axes of the output that the bias has, such as 'd'; no bias if `None`.
        kernel_initializer: initializer of the kernel.
        bias_initializer: initializer of the bias.
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        lora_rank: see `enable_lora`.
        lora_alpha: see `enable_lora`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an equation of another form, or one that does not fit the shapes.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.EinsumDense("abc,cd->abd", output_shape=(None, 5), bias_axes="d")
        >>> layer(tf.ones([2, 3, 4])).shape, layer.kernel.shape
        (TensorShape([2, 3, 5]), TensorShape([4, 5]))
    """

    _lora_matrix = "kernel"
    kernel = AdaptedMatrix()

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.activation = activations.get(activation)
        self.bias_axes = bias_axes
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.lora_rank = check_rank("EinsumDense", lora_rank)
        self.lora_alpha = lora_alpha
        _parsed(self, equation)

    def build(self, input_shape: Any) -> None:
        kernel_shape, bias_shape = shapes_of(self, tuple(input_shape))
        self.kernel = self.add_weight(
            name="kernel", shape=kernel_shape, initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.bias = None
        if bias_shape is not None:
            self.bias = self.add_weight(
                name="bias", shape=bias_shape, initializer=self.bias_initializer,
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def call(self, inputs: Any, training: Any = None) -> Any:
        if not inputs.dtype.is_floating:
            inputs = ops.cast(inputs, self.compute_dtype)
        y = ops.einsum(self.equation, inputs, self.kernel)
        return self.activation(y if self.bias is None else y + self.bias)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "output_shape": self.partial_output_shape,
            "equation": self.equation,
            "activation": activations.serialize(self.activation),
            "bias_axes": self.bias_axes,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            **self._lora_config(),
        }


def _parsed(layer: Any, equation: str) -> re.Match[str]:
    found = _EQUATION.fullmatch(equation.replace(" ", ""))
    sides = found and [bool(found[k]) for k in ("left", "right", "left_out", "right_out")]
    if not found or not sides or sides[:2] != sides[2:] or sides[:2] == [True, True]:
        raise ValueError(
            f"EinsumDense {layer.name!r}: invalid einsum equation {equation!r}. It must have the form 'X,Y->Z', '...X,Y->...Z' or "
            "'X...,Y->Z...'."
        )
    return found


def shapes_of(layer: Any, input_shape: tuple[Any, ...]) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
    """The shapes of the kernel and of the bias (`None` without one) for an input's shape.

    Raises:
        ValueError: the equation does not fit the shapes, or a size that is needed is not known.
    """
    equation = layer.equation
    found = _parsed(layer, equation)
    x, w, y = found["x"], found["w"], found["y"]
    where = f"EinsumDense {layer.name!r} of equation {equation!r}"
    named = len(x)
    if len(input_shape) < named or (len(input_shape) > named and not (found["left"] or found["right"])):
        raise ValueError(f"{where}: an input of shape {input_shape} does not fit.")
    hidden = len(input_shape) - named  # the axes that '...' stands for
    sizes = dict(zip(x, input_shape[hidden:] if found["left"] else input_shape[:named], strict=True))
    given = layer.partial_output_shape
    # Without a '...' on the left, the first axis of the output is the batch's, which output_shape does not have.
    labels = y if found["left"] else y[1:]
    if found["right"]:
        labels += "." * hidden
    if len(given) != len(labels):
        raise ValueError(
            f"{where}: output_shape={given} must give {len(labels)} sizes, those of {labels!r} (None for the input's own)."
        )
    output = {}
    for label, size in zip(labels, given, strict=True):
        if label in sizes and size is not None and sizes[label] is not None and sizes[label] != size:
            raise ValueError(
                f"{where}: the axis {label!r} has size {sizes[label]} in the input, but {size} in output_shape={given}."
            )
        output[label] = size if size is not None else sizes.get(label)
    for label in y:
        if label not in x and label not in w:
            raise ValueError(
                f"{where}: the axis {label!r} of the output is neither one of the input nor of the kernel."
            )
    both = {**output, **{k: v for k, v in sizes.items() if v is not None}}
    for label in w:
        if both.get(label) is None:
            raise ValueError(
                f"{where}: the size of the kernel's axis {label!r} is not known; give it in output_shape={given}, or the "
                f"input's shape, which is {input_shape}."
            )
    kernel_shape = tuple(both[label] for label in w)
    if layer.bias_axes is None:
        return kernel_shape, None
    for label in layer.bias_axes:
        if label not in y:
            raise ValueError(f"{where}: the bias has an axis {label!r}, but the output has not.")
        if dict(zip(labels, given, strict=True)).get(label) is None:
            raise ValueError(
                f"{where}: the size of the bias's axis {label!r} is not known; give it in output_shape."
            )
    first = min(y.index(label) for label in layer.bias_axes)
    bias_shape = tuple(both[label] if label in layer.bias_axes else 1 for label in y[first:])
    return kernel_shape, bias_shape + (1,) * (hidden if found["right"] else 0)
