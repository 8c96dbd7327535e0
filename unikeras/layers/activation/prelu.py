"""`PReLU`: a rectifier that learns its slopes below zero."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["PReLU"]


class PReLU(Layer):
    """x where positive, else alpha * x, with a learned alpha for each feature (He et al., 2015).

    Mirrors `keras.layers.PReLU`.

    Args:
        alpha_initializer: initializer of alpha, whose shape is a sample's.
        alpha_regularizer: its regularizer.
        alpha_constraint: its constraint.
        shared_axes: axes (the first of a sample is 1) along which all features have one alpha.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: an axis of a sample, not shared, has no known size.

    Example:
        >>> import unikeras as tf
        >>> half = tf.keras.initializers.Constant(0.5)
        >>> tf.keras.layers.PReLU(half)(tf.constant([[-2.0, 3.0]])).numpy().tolist()
        [[-1.0, 3.0]]
    """

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        self.shared_axes = (
            [shared_axes] if isinstance(shared_axes, int) else shared_axes and list(shared_axes)
        )
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        shared = self.shared_axes or ()
        shape = tuple(1 if axis in shared else size for axis, size in enumerate(input_shape))[1:]
        if None in shape:
            raise ValueError(
                f"PReLU {self.name!r}: alpha needs a known size on every axis of a sample that is not in "
                f"shared_axes, but the input's shape is {tuple(input_shape)}."
            )
        self.alpha = self.add_weight(
            name="alpha", shape=shape, initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer, constraint=self.alpha_constraint,
        )  # fmt: skip
        fixed = {axis: size for axis, size in enumerate(input_shape) if axis and axis not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=fixed)

    def call(self, inputs: Any) -> Any:
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes and list(self.shared_axes),
        }
