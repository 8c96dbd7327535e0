"""`SpectralNormalization`: a wrapper that keeps the largest singular value of a layer's kernel at 1."""

from __future__ import annotations

from typing import Any

from unikeras import initializers
from unikeras.core.op import op
from unikeras.layers.core.wrapper import Wrapper
from unikeras.layers.input_spec import InputSpec

__all__ = ["SpectralNormalization"]


class SpectralNormalization(Wrapper):
    """A layer whose kernel is divided by its largest singular value at every training step (Miyato et al., 2018).

    Mirrors `keras.layers.SpectralNormalization`. The singular value is estimated by power iteration, from the estimate of the step
    before.

    Args:
        layer: a layer with a `kernel` or `embeddings`.
        power_iterations: how many iterations a step.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: power_iterations is not positive.
        AttributeError: the layer has neither a kernel nor embeddings.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.SpectralNormalization(tf.keras.layers.Dense(2, kernel_initializer="ones"))
        >>> layer(tf.ones([1, 2]), training=True).numpy().round(3).tolist()
        [[1.0, 1.0]]
    """

    def __init__(self, layer: Any, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(
                f"SpectralNormalization: power_iterations must be greater than zero, not {power_iterations!r}."
            )
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        self.input_spec = InputSpec(shape=(None, *input_shape[1:]))
        for name in ("kernel", "embeddings"):
            if hasattr(self.layer, name):
                self.kernel = getattr(self.layer, name)
                break
        else:
            raise AttributeError(
                f"SpectralNormalization {self.name!r}: {type(self.layer).__name__} {self.layer.name!r} has neither a `kernel` nor "
                "`embeddings`."
            )
        self.vector_u = self.add_weight(
            name="vector_u", shape=(1, self.kernel.shape[-1]), trainable=False,
            initializer=initializers.TruncatedNormal(stddev=0.02),
        )  # fmt: skip

    def call(self, inputs: Any, training: Any = False) -> Any:
        if training:
            kernel, vector = _normalized(self.kernel, self.vector_u, iterations=self.power_iterations)
            self.kernel.assign(kernel)
            self.vector_u.assign(vector)
        return self.layer(inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "power_iterations": self.power_iterations}


@op
def _normalized(F, kernel, u, *, iterations):
    """The kernel divided by the estimate of its largest singular value, and the better estimate of its vector."""
    matrix = F.reshape(kernel, (-1, kernel.shape[-1]))

    def unit(x: Any) -> Any:
        return x / F.sqrt(F.maximum(F.sum(x * x), F.asarray(1e-12, dtype=x.dtype)))

    for _ in range(iterations):
        v = unit(F.matmul(u, F.permute_dims(matrix, (1, 0))))
        u = unit(F.matmul(v, matrix))
    u, v = F.stop_gradient(u), F.stop_gradient(v)
    sigma = F.sum(F.matmul(v, matrix) * u)
    return kernel / sigma, u
