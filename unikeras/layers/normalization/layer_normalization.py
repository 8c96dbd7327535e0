"""`LayerNormalization`: samples with mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["LayerNormalization"]


class LayerNormalization(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with the statistics of each sample (Ba et al., 2016).

    Mirrors `keras.layers.LayerNormalization`.

    Args:
        axis: the axis or axes that are normalised, and that gamma and beta have.
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer: initializer of beta.
        gamma_initializer: initializer of gamma.
        beta_regularizer: regularizer of beta.
        gamma_regularizer: regularizer of gamma.
        beta_constraint: constraint of beta.
        gamma_constraint: constraint of gamma.
        rms_scaling: do not subtract the mean, and have no beta.
        **kwargs: as for `Layer`.

    Raises:
        TypeError: axis is not an int or ints.
        ValueError: the input has no such axis, or its size is not known.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.LayerNormalization(epsilon=0.0)(tf.constant([[1.0, 3.0]])).numpy().tolist()
        [[-1.0, 1.0]]
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        axes = (axis,) if isinstance(axis, int) else axis
        if not isinstance(axes, (list, tuple)) or not axes or not all(isinstance(a, int) for a in axes):
            raise TypeError(f"LayerNormalization: axis must be an int or a list of ints, not {axis!r}.")
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.rms_scaling = rms_scaling
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        where = f"LayerNormalization {self.name!r}"
        axes = (self.axis,) if isinstance(self.axis, int) else tuple(self.axis)
        rank = len(input_shape)
        if any(not -rank <= a < rank for a in axes) or len({a % rank for a in axes}) < len(axes):
            raise ValueError(
                f"{where}: axis={self.axis} does not fit an input of shape {tuple(input_shape)}."
            )
        shape = tuple(input_shape[a] for a in axes)
        if None in shape:
            raise ValueError(
                f"{where}: the sizes of the axes {self.axis} must be known, but the shape is {tuple(input_shape)}."
            )
        self.gamma = self.beta = None
        if self.scale or self.rms_scaling:
            self.gamma = self.add_weight(
                name="gamma", shape=shape, initializer=self.gamma_initializer, autocast=False,
                regularizer=self.gamma_regularizer, constraint=self.gamma_constraint,
            )  # fmt: skip
        if self.center and not self.rms_scaling:
            self.beta = self.add_weight(
                name="beta", shape=shape, initializer=self.beta_initializer, autocast=False,
                regularizer=self.beta_regularizer, constraint=self.beta_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(ndim=rank, axes=dict(zip(axes, shape, strict=True)))

    def call(self, inputs: Any) -> Any:
        return ops.layer_normalization(
            inputs, self.gamma, self.beta, axis=self.axis, epsilon=self.epsilon, rms_scaling=self.rms_scaling
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis if isinstance(self.axis, int) else list(self.axis),
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "rms_scaling": self.rms_scaling,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }
