"""`Dense`: a fully connected layer."""

from __future__ import annotations

from typing import Any

from unikeras import activations, constraints, initializers, ops, regularizers
from unikeras.layers.core.lora import AdaptedMatrix, LoRA, check_rank
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["Dense"]


class Dense(LoRA, Layer):
    """activation(x @ kernel + bias) over the last axis (mirrors `keras.layers.Dense`).

    Args:
        units: the size of the output's last axis.
        activation: a function or its name; linear if `None`.
        use_bias: whether there is a bias.
        kernel_initializer: initializer of the kernel [inputs, units].
        bias_initializer: initializer of the bias [units].
        kernel_regularizer: regularizer of the kernel.
        bias_regularizer: regularizer of the bias.
        activity_regularizer: regularizer of the output.
        kernel_constraint: constraint of the kernel.
        bias_constraint: constraint of the bias.
        lora_rank: the rank of low-rank adaptation, if it is wanted; see `enable_lora`.
        lora_alpha: see `enable_lora`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: units is not a positive integer, or the input has no known last dimension or another one than at first.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Dense(2, kernel_initializer="ones", bias_initializer="ones")
        >>> layer(tf.constant([[1.0, 2.0, 3.0]])).numpy().tolist()
        [[7.0, 7.0]]
    """

    _lora_matrix = "kernel"
    kernel = AdaptedMatrix()

    def __init__(
        self,
        units: int,
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
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if isinstance(units, bool) or int(units) != units or units <= 0:
            raise ValueError(f"Dense: units must be a positive integer, not {units!r}.")
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=1)
        self.lora_rank = check_rank("Dense", lora_rank)
        self.lora_alpha = lora_alpha
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        inputs = input_shape[-1]
        if inputs is None:
            raise ValueError(
                f"Dense {self.name!r}: the last dimension of the inputs must be known, but the shape is {input_shape}."
            )
        self.kernel = self.add_weight(
            name="kernel", shape=(inputs, self.units), initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(self.units,), initializer=self.bias_initializer,
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(min_ndim=1, axes={-1: inputs})
        self.built = True
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def call(self, inputs: Any, training: Any = None) -> Any:
        if not inputs.dtype.is_floating:
            inputs = ops.cast(inputs, self.compute_dtype)
        return self.activation(ops.dense(inputs, self.kernel, self.bias))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            **self._lora_config(),
        }
