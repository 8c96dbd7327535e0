"""`BatchNormalization`: channels with mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Any

from unikeras import constraints, initializers, ops, regularizers
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.layer import Layer

__all__ = ["BatchNormalization"]


class BatchNormalization(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta for each channel (Ioffe and Szegedy, 2015).

    Mirrors `keras.layers.BatchNormalization`. While training the statistics are those of the batch, and moving
    averages of them are kept; else they are the moving averages. A frozen layer (`trainable=False`) always takes
    these. The variance is the biased one, as in Keras 3 (tf.keras 2 multiplies what it keeps of images by
    n / (n - 1)).

    Args:
        axis: the channels' axis.
        momentum: how much of the moving averages stays at each step.
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer: initializer of beta.
        gamma_initializer: initializer of gamma.
        moving_mean_initializer: initializer of the moving mean.
        moving_variance_initializer: initializer of the moving variance.
        beta_regularizer: regularizer of beta.
        gamma_regularizer: regularizer of gamma.
        beta_constraint: constraint of beta.
        gamma_constraint: constraint of gamma.
        renorm: batch renormalization (Ioffe, 2017): while training, too, the output is that of moving averages; for small
            batches.
        renorm_clipping: its limits: a dict of 'rmin', 'rmax' (of the batch's deviation by the moving one) and 'dmax' (of the
            shift of the mean).
        renorm_momentum: how much of its moving averages stays at each step.
        synchronized: accepted: there is one device, whose statistics are all there are.
        **kwargs: as for `Layer`; `fused`, which is tf.keras 2's, is accepted and changes nothing.

    Raises:
        NotImplementedError: several axes, or `virtual_batch_size` and `adjustment` of tf.keras 2.
        ValueError: the input has no such axis, or its size is not known.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.BatchNormalization(epsilon=0.0, momentum=0.5)
        >>> layer(tf.constant([[1.0], [5.0]]), training=True).numpy().tolist()
        [[-1.0], [1.0]]
        >>> layer.moving_mean.numpy().tolist(), layer.moving_variance.numpy().tolist()
        ([1.5], [2.5])
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        for name in ("virtual_batch_size", "adjustment"):
            if kwargs.pop(name, None) is not None:
                raise NotImplementedError(f"BatchNormalization: {name} is not available; leave it out.")
        kwargs.pop("fused", None)
        super().__init__(**kwargs)
        clipping = dict(renorm_clipping or {})
        if clipping.keys() - {"rmin", "rmax", "dmax"}:
            raise ValueError(
                f"BatchNormalization: renorm_clipping may have 'rmin', 'rmax' and 'dmax', not {sorted(clipping)}."
            )
        if isinstance(axis, (list, tuple)):  # configs of tf.keras 2
            if len(axis) != 1:
                raise NotImplementedError(f"BatchNormalization: axis must be one int, not {list(axis)}.")
            axis = axis[0]
        self.axis = int(axis)
        self.momentum = float(momentum)
        if not 0 <= self.momentum <= 1:
            raise ValueError(f"BatchNormalization: momentum must be in [0, 1], not {momentum!r}.")
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.renorm = renorm
        self.renorm_clipping = renorm_clipping
        self.renorm_momentum = renorm_momentum
        self.synchronized = synchronized
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        where = f"BatchNormalization {self.name!r}"
        rank = len(input_shape)
        if not -rank <= self.axis < rank:
            raise ValueError(
                f"{where}: there is no axis {self.axis} in an input of shape {tuple(input_shape)}."
            )
        channels = input_shape[self.axis]
        if channels is None:
            raise ValueError(
                f"{where}: the size of axis {self.axis} must be known, but the shape is {tuple(input_shape)}."
            )
        shape = (channels,)
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma", shape=shape, initializer=self.gamma_initializer, autocast=False,
                regularizer=self.gamma_regularizer, constraint=self.gamma_constraint,
            )  # fmt: skip
        if self.center:
            self.beta = self.add_weight(
                name="beta", shape=shape, initializer=self.beta_initializer, autocast=False,
                regularizer=self.beta_regularizer, constraint=self.beta_constraint,
            )  # fmt: skip
        self.moving_mean = self.add_weight(
            name="moving_mean",
            shape=shape,
            initializer=self.moving_mean_initializer,
            trainable=False,
            autocast=False,
        )
        self.moving_variance = self.add_weight(
            name="moving_variance",
            shape=shape,
            initializer=self.moving_variance_initializer,
            trainable=False,
            autocast=False,
        )
        if self.renorm:
            self.moving_stddev, self.renorm_mean, self.renorm_stddev = (
                self.add_weight(name=name, shape=shape, initializer=made, trainable=False, autocast=False)
                for name, made in (
                    ("moving_stddev", "ones"),
                    ("renorm_mean", self.moving_mean_initializer),
                    ("renorm_stddev", "ones"),
                )
            )
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: channels})

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        if mask is not None and len(mask.shape) >= len(inputs.shape):
            raise ValueError(
                f"BatchNormalization {self.name!r}: the mask must have fewer axes than the input of shape "
                f"{tuple(inputs.shape)}, but its shape is {tuple(mask.shape)}."
            )
        mean, variance, gamma, beta = self.moving_mean, self.moving_variance, self.gamma, self.beta
        if training and self.trainable:
            mean, variance = ops.batch_statistics(inputs, mask, axis=self.axis)
            self._keep(self.moving_mean, mean)
            if self.renorm:
                gamma, beta = self._renormalized(mean, variance)
            else:
                self._keep(self.moving_variance, variance)
        return ops.normalize_channels(
            inputs, mean, variance, gamma, beta, axis=self.axis, epsilon=self.epsilon
        )

    def _keep(self, average: Any, new: Any, momentum: float | None = None) -> None:
        momentum = self.momentum if momentum is None else momentum
        average.assign(ops.moving_average(average, new, momentum=momentum))

    def _renormalized(self, mean: Any, variance: Any) -> tuple[Any, Any]:
        """Scale and offset that turn the batch's normalisation into that of the moving averages, which are kept."""
        deviation = ops.sqrt(variance + self.epsilon)
        limits = self.renorm_clipping or {}
        scale, offset = ops.renormalized(
            mean, deviation, self.renorm_mean, self.renorm_stddev, self.gamma, self.beta,
            clipping=tuple(limits.get(name) for name in ("rmin", "rmax", "dmax")),
        )  # fmt: skip
        self._keep(self.renorm_mean, mean, self.renorm_momentum)
        self._keep(self.renorm_stddev, deviation, self.renorm_momentum)
        self._keep(self.moving_stddev, deviation)
        kept = ops.square(self.moving_stddev) - self.epsilon
        self.moving_variance.assign(ops.maximum(kept, ops.zeros_like(kept)))
        return scale, offset

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
            "synchronized": self.synchronized,
            "renorm": self.renorm,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
        }
