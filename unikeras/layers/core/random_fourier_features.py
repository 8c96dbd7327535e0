"""`RandomFourierFeatures`: features whose products approximate a kernel."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import numpy as np

from unikeras import initializers, ops
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["RandomFourierFeatures"]


class RandomFourierFeatures(Layer):
    """cos(x W / scale + b) with random W and b (mirrors `tf.keras.layers.experimental.RandomFourierFeatures`).

    Scaled by sqrt(2 / output_dim), the products of two inputs' features approximate a shift-invariant kernel: exp(-|x - y|^2 / (2 scale^2))
    for 'gaussian', exp(-|x - y|_1 / scale) for 'laplacian' (Rahimi and Recht, 2007).

    Args:
        output_dim: the number of features.
        kernel_initializer: 'gaussian', 'laplacian', or an initializer of W [inputs, output_dim].
        scale: the kernel's width; sqrt(inputs / 2) for 'gaussian' and 1 otherwise if `None`.
        trainable: whether the scale is trained.
        name: the layer's name.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: output_dim or scale is not greater than 0, an unknown kernel, or an input that is not [batch, inputs].

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.experimental.RandomFourierFeatures(4096, scale=2.0)
        >>> x = layer(tf.constant([[1.0, 0.0], [0.0, 1.0]])).numpy()
        >>> bool(abs(2 / 4096 * x[0] @ x[1] - tf.exp(-2 / (2 * 2.0**2))) < 0.1)
        True
    """

    def __init__(
        self,
        output_dim: int,
        kernel_initializer: Any = "gaussian",
        scale: float | None = None,
        trainable: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        who = "RandomFourierFeatures"
        if output_dim <= 0:
            raise ValueError(f"{who}: output_dim must be a positive integer, not {output_dim!r}.")
        if isinstance(kernel_initializer, str):
            kernel_initializer = kernel_initializer.lower()
            if kernel_initializer not in _KERNELS:
                raise ValueError(
                    f"{who}: kernel_initializer must be one of {', '.join(map(repr, _KERNELS))} or an initializer, not {kernel_initializer!r}."
                )
        if scale is not None and scale <= 0:
            raise ValueError(f"{who}: scale must be greater than 0, not {scale!r}.")
        self.output_dim = int(output_dim)
        self.kernel_initializer = (
            kernel_initializer
            if isinstance(kernel_initializer, str)
            else initializers.get(kernel_initializer)
        )
        self.scale = scale
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        inputs = input_shape[-1]
        if inputs is None:
            raise ValueError(
                f"RandomFourierFeatures {self.name!r}: the last dimension of the inputs must be known, but the shape is {input_shape}."
            )
        gaussian = self.kernel_initializer == "gaussian"
        if self.scale is None:
            self.scale = sqrt(inputs / 2) if gaussian else 1.0
        start = (
            _KERNELS[self.kernel_initializer]()
            if isinstance(self.kernel_initializer, str)
            else self.kernel_initializer
        )
        self.unscaled_kernel = self.add_weight(
            name="unscaled_kernel", shape=(inputs, self.output_dim), initializer=start, trainable=False
        )
        self.bias = self.add_weight(
            name="bias",
            shape=(self.output_dim,),
            initializer=initializers.RandomUniform(0.0, 2 * pi),
            trainable=False,
        )
        self.kernel_scale = self.add_weight(
            name="kernel_scale", shape=(1,), initializer=initializers.Constant(self.scale), trainable=True
        )
        self.input_spec = InputSpec(ndim=2, axes={1: inputs})

    def call(self, inputs: Any) -> Any:
        return ops.cos(ops.matmul(inputs, self.unscaled_kernel / self.kernel_scale) + self.bias)

    def get_config(self) -> dict[str, Any]:
        kernel = self.kernel_initializer
        return {
            **super().get_config(),
            "output_dim": self.output_dim,
            "kernel_initializer": kernel if isinstance(kernel, str) else initializers.serialize(kernel),
            "scale": self.scale,
        }


class _Cauchy(initializers.Initializer):
    """Samples of the standard Cauchy distribution, by its quantile function."""

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        uniform = np.asarray(initializers.RandomUniform(0.0, 1.0)(shape, dtype="float32"), np.float64)
        return np.tan(pi * (uniform - 0.5)).astype(dtype or "float32")


_KERNELS = {"gaussian": lambda: initializers.RandomNormal(stddev=1.0), "laplacian": _Cauchy}
