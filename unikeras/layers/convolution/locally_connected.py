"""`LocallyConnected1D`, `LocallyConnected2D`: convolutions whose kernel is another one at every place."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.convolution.convolution import Convolution
from unikeras.layers.input_spec import InputSpec
from unikeras.ops.windows import window_padding

__all__ = ["LocallyConnected", "LocallyConnected1D", "LocallyConnected2D"]


class LocallyConnected(Convolution):
    """activation(each window times its own kernel + its own bias); `rank` says in how many dimensions."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        implementation: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size, strides, padding, data_format, 1, activation, use_bias,
            bias_initializer=bias_initializer, bias_regularizer=bias_regularizer, bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
        who = type(self).__name__
        if implementation not in (1, 2, 3):
            raise ValueError(f"{who}: implementation must be 1, 2 or 3, not {implementation!r}.")
        if self.padding != "valid" and implementation == 1:
            raise ValueError(f"{who}: padding must be 'valid' with implementation 1, not {padding!r}.")
        self.filters = self._positive(filters, "filters")
        self.implementation = implementation
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def build(self, input_shape: Any) -> None:
        shape = tuple(input_shape[1:])
        if None in shape:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: all dimensions but the batch must be known, but the shape of the "
                f"inputs is {input_shape}."
            )
        last = self.data_format == "channels_last"
        size, channels = (shape[:-1], shape[-1]) if last else (shape[1:], shape[0])
        if self.padding == "same":  # unlike a convolution's: window i lies around element i * strides
            before = tuple(k // 2 for k in self.kernel_size)
            self._output = tuple(-(-n // s) for n, s in zip(size, self.strides, strict=True))
        else:
            window_padding(
                "valid", size, self.kernel_size, self.strides, (1,) * self.rank
            )  # refuses what is too small
            before = (0,) * self.rank
            self._output = tuple(
                (n - k) // s + 1 for n, k, s in zip(size, self.kernel_size, self.strides, strict=True)
            )
        outputs = (*self._output, self.filters) if last else (self.filters, *self._output)
        if self.implementation == 1:
            kernel: tuple[int, ...] = (prod(self._output), prod(self.kernel_size) * channels, self.filters)
        else:
            met = self._connections(size, before)
            if last:
                met = np.broadcast_to(
                    met[..., None, :, None], (prod(size), channels, prod(self._output), self.filters)
                )
            else:
                met = np.broadcast_to(
                    met[None, :, None, :], (channels, prod(size), self.filters, prod(self._output))
                )
            self._mask = met.reshape(prod(shape), prod(outputs)).astype(np.float32)
            kernel = (*shape, *outputs) if self.implementation == 2 else (int(self._mask.sum()),)
        self.kernel = self.add_weight(
            name="kernel", shape=kernel, initializer=self.kernel_initializer, regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(*self._output, self.filters), initializer=self.bias_initializer,
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={i + 1: n for i, n in enumerate(shape)})

    def _connections(self, size: tuple[int, ...], before: tuple[int, ...]) -> np.ndarray:
        """Which element of the input, flat, meets which window: [elements, windows]."""
        met = np.ones((1, 1), bool)
        for n, first, k, s, o in zip(size, before, self.kernel_size, self.strides, self._output, strict=True):
            from_start = np.arange(n)[:, None] - (np.arange(o)[None, :] * s - first)
            along = (from_start >= 0) & (from_start < k)
            met = np.kron(met, along)
        return met

    def call(self, inputs: Any) -> Any:
        last = self.data_format == "channels_last"
        shape = (-1, *self._output, self.filters)
        if self.implementation == 1:
            outputs = ops.local_conv(
                inputs, self.kernel, kernel_size=self.kernel_size, strides=self.strides, output_shape=self._output,
                data_format=self.data_format,
            )  # fmt: skip
        else:
            flat = ops.reshape(inputs, (-1, self._mask.shape[0]))
            if self.implementation == 2:
                dense = ops.reshape(self.kernel, self._mask.shape) * ops.cast(self._mask, inputs.dtype)
            else:  # only the weights that are used, by outputs, then inputs
                used = np.argwhere(self._mask.T)
                dense = ops.transpose(
                    ops.tensor_scatter_nd_update(
                        ops.zeros(self._mask.T.shape, dtype=inputs.dtype),
                        used,
                        ops.cast(self.kernel, inputs.dtype),
                    )
                )
            outputs = ops.reshape(
                ops.matmul(flat, dense), shape if last else (-1, self.filters, *self._output)
            )
        if self.bias is not None:
            bias = self.bias
            outputs = outputs + (bias if last else ops.transpose(bias, (self.rank, *range(self.rank))))
        return self.activation(outputs)

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "filters": self.filters,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "implementation": self.implementation,
        }
        del config["dilation_rate"]
        return config


class LocallyConnected1D(LocallyConnected):
    """A convolution of sequences with another kernel at every place (mirrors `tf.keras.layers.LocallyConnected1D`).

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int.
        strides: the steps between windows of the input, [batch, steps, channels].
        padding: 'valid', or 'same' with implementation 2 and 3.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel.
        bias_initializer: initializer of the bias [length, filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        implementation: how the kernel is stored: 1: [windows, elements of a window, filters]; 2: every input with every output,
            those outside the windows unused; 3: a vector of those that are used.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, padding 'same' with implementation 1, inputs of another shape.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.LocallyConnected1D(4, 3)
        >>> tuple(layer(tf.ones([2, 8, 3])).shape), tuple(layer.kernel.shape)
        ((2, 6, 4), (6, 9, 4))
    """

    rank = 1


class LocallyConnected2D(LocallyConnected):
    """A convolution of images with another kernel at every place (mirrors `tf.keras.layers.LocallyConnected2D`).

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int or a pair (rows, columns).
        strides: the steps between windows of the input, [batch, rows, columns, channels].
        padding: 'valid', or 'same' with implementation 2 and 3.
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel.
        bias_initializer: initializer of the bias [rows, columns, filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        implementation: how the kernel is stored: 1: [windows, elements of a window, filters]; 2: every input with every output,
            those outside the windows unused; 3: a vector of those that are used.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, padding 'same' with implementation 1, inputs of another shape.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.LocallyConnected2D(4, 3)
        >>> tuple(layer(tf.ones([2, 8, 8, 3])).shape), tuple(layer.kernel.shape)
        ((2, 6, 6, 4), (36, 27, 4))
    """

    rank = 2
