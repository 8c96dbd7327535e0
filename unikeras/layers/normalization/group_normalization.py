"""`GroupNormalization`: groups of a sample's channels with mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["GroupNormalization"]


class GroupNormalization(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, with the statistics of groups of channels (Wu and He, 2018).

    Mirrors `keras.layers.GroupNormalization`.

    Args:
        groups: how many groups; the number of channels is a multiple of it; -1 for a group for each channel.
        axis: the channels' axis.
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer: initializer of beta.
        gamma_initializer: initializer of gamma.
        beta_regularizer: regularizer of beta.
        gamma_regularizer: regularizer of gamma.
        beta_constraint: constraint of beta.
        gamma_constraint: constraint of gamma.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: the number of channels is not known, or not a multiple of the groups.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.GroupNormalization(groups=2, epsilon=1e-6)
        >>> layer(tf.constant([[1.0, 3.0, 10.0, 30.0]])).numpy().round(3).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.groups = groups
        self.axis = axis
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        where = f"GroupNormalization {self.name!r}"
        rank = len(input_shape)
        if not -rank <= self.axis < rank or self.axis % rank == 0:
            raise ValueError(
                f"{where}: axis {self.axis} does not fit an input of shape {tuple(input_shape)}."
            )
        channels = input_shape[self.axis]
        if channels is None:
            raise ValueError(
                f"{where}: the size of axis {self.axis} must be known, but the shape is {tuple(input_shape)}."
            )
        if self.groups == -1:
            self.groups = channels
        if self.groups < 1 or channels % self.groups:
            raise ValueError(
                f"{where}: the number of channels, {channels}, must be a multiple of the number of groups, {self.groups}."
            )
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma", shape=(channels,), initializer=self.gamma_initializer, autocast=False,
                regularizer=self.gamma_regularizer, constraint=self.gamma_constraint,
            )  # fmt: skip
        if self.center:
            self.beta = self.add_weight(
                name="beta", shape=(channels,), initializer=self.beta_initializer, autocast=False,
                regularizer=self.beta_regularizer, constraint=self.beta_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: channels})

    def call(self, inputs: Any) -> Any:
        return ops.group_normalization(
            inputs, self.gamma, self.beta, groups=self.groups, axis=self.axis, epsilon=self.epsilon
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "groups": self.groups,
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }
