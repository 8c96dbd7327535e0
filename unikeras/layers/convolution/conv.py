"""`Conv1D`, `Conv2D`, `Conv3D`: convolutions of sequences, images, volumes."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.convolution.convolution import Convolution
from unikeras.layers.core.lora import AdaptedMatrix, LoRA, check_rank

__all__ = ["Conv", "Conv1D", "Conv2D", "Conv3D"]


class Conv(LoRA, Convolution):
    """activation(convolution of the inputs with the kernel + bias); `rank` says in how many dimensions."""

    kernel: Any = AdaptedMatrix()
    _lora_matrix = "kernel"

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
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
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
            bias_initializer=bias_initializer, bias_regularizer=bias_regularizer, bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer, **kwargs,
        )  # fmt: skip
        who = type(self).__name__
        self.lora_rank = check_rank(who, lora_rank)
        self.lora_alpha = lora_alpha
        self.filters = self._positive(filters, "filters")
        self.groups = self._positive(groups, "groups")
        if self.filters % self.groups:
            raise ValueError(
                f"{who}: filters must be divisible by groups; they are {self.filters} and {self.groups}."
            )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: the number of channels must be divisible by groups; they are "
                f"{channels} and {self.groups} (shape of the inputs: {input_shape})."
            )
        self.kernel = self.add_weight(
            name="kernel", shape=(*self.kernel_size, channels // self.groups, self.filters),
            initializer=self.kernel_initializer, regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self._add_bias(self.filters)
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def _convolve(self, inputs: Any) -> Any:
        return ops.conv(
            inputs, self.kernel, strides=self.strides, padding=self.padding, data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "groups": self.groups,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            **self._lora_config(),
        }


class Conv1D(Conv):
    """A convolution of sequences, [batch, steps, channels] (mirrors `keras.layers.Conv1D`).

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int.
        strides: the steps between windows.
        padding: 'valid' (windows inside the input only), 'same' (as many outputs as inputs / strides) or 'causal' (no output
            sees later inputs).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        groups: into how many groups the channels are divided, each with its own filters.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [length, channels / groups, filters].
        bias_initializer: initializer of the bias [filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        lora_rank: the rank of low-rank adaptation, if it is wanted; see `enable_lora`.
        lora_alpha: see `enable_lora`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, filters or channels that groups do not divide, strides and
            dilation_rate both larger than 1, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.Conv1D(4, 3, activation="relu")(tf.ones([2, 8, 3])).shape)
        (2, 6, 4)
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(Conv):
    """A convolution of images, [batch, rows, columns, channels] (mirrors `keras.layers.Conv2D`).

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int or a pair (rows, columns).
        strides: the steps between windows.
        padding: 'valid' (windows inside the input only), 'same' (as many outputs as inputs / strides).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        groups: into how many groups the channels are divided, each with its own filters.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [rows, columns, channels / groups, filters].
        bias_initializer: initializer of the bias [filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        lora_rank: the rank of low-rank adaptation, if it is wanted; see `enable_lora`.
        lora_alpha: see `enable_lora`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, filters or channels that groups do not divide, strides and
            dilation_rate both larger than 1, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.Conv2D(4, 3, activation="relu")(tf.ones([2, 8, 8, 3])).shape)
        (2, 6, 6, 4)
    """

    rank = 2


class Conv3D(Conv):
    """A convolution of volumes, [batch, depth, rows, columns, channels] (mirrors `keras.layers.Conv3D`).

    Args:
        filters: the number of output channels.
        kernel_size: the window, an int or a triple (depth, rows, columns).
        strides: the steps between windows.
        padding: 'valid' (windows inside the input only), 'same' (as many outputs as inputs / strides).
        data_format: 'channels_last', 'channels_first' (channels second) or `None` for the configured one.
        dilation_rate: the steps within a window.
        groups: into how many groups the channels are divided, each with its own filters.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [depth, rows, columns, channels / groups, filters].
        bias_initializer: initializer of the bias [filters].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        lora_rank: the rank of low-rank adaptation, if it is wanted; see `enable_lora`.
        lora_alpha: see `enable_lora`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: sizes that are not positive integers, filters or channels that groups do not divide, strides and
            dilation_rate both larger than 1, inputs of another rank or number of channels.

    Example:
        >>> import unikeras as tf
        >>> tuple(tf.keras.layers.Conv3D(4, 3, activation="relu")(tf.ones([2, 5, 5, 5, 3])).shape)
        (2, 3, 3, 3, 4)
    """

    rank = 3
