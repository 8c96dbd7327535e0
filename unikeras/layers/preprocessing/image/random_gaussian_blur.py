"""`RandomGaussianBlur`: blurred images at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core.op import op
from unikeras.layers.preprocessing.image.color_layer import RandomColorLayer
from unikeras.layers.preprocessing.image.image_layer import factor_range

__all__ = ["RandomGaussianBlur", "smoothed"]


def smoothed(F: Any, x: Any, sigma: Any, sizes: tuple[int, int]) -> Any:
    """[batch, height, width, channels] under Gaussian filters of each image's own widths [batch, 2]; 0 outside."""
    for axis, size in enumerate(sizes, start=1):
        places = F.arange(size, dtype=x.dtype) - (size - 1) / 2
        width = F.maximum(
            F.astype(sigma[:, axis - 1], x.dtype), F.full_like(F.astype(sigma[:, 0], x.dtype), 1e-3)
        )
        weights = F.exp(-0.5 * (places[None, :] / width[:, None]) ** 2)
        weights = weights / F.sum(weights, axis=1, keepdims=True)
        edges = [
            F.zeros(tuple(e if i == axis else n for i, n in enumerate(x.shape)), dtype=x.dtype)
            for e in ((size - 1) // 2, size // 2)
        ]
        wide = F.concat([edges[0], x, edges[1]], axis=axis)
        total = None
        for i in range(size):
            part = wide[:, i : i + x.shape[1]] if axis == 1 else wide[:, :, i : i + x.shape[2]]
            part = part * F.reshape(weights[:, i], (-1, 1, 1, 1))
            total = part if total is None else total + part
        x = total
    return x


@op
def _blurred(F, images, sigma, *, sizes):
    return smoothed(F, images, sigma, sizes)


class RandomGaussianBlur(RandomColorLayer):
    """Some images blurred, while training (mirrors `keras.layers.RandomGaussianBlur`).

    Args:
        factor: (lower, upper) of the probability; a number f means (0, f), as in Keras 3: on average f / 2.
        kernel_size: the filter's height and width in pixels, an int for both.
        sigma: (lower, upper) of the filter's standard deviations, in pixels; a number s means (0, s). Each image and each axis has its own.
        value_range: (least, most) of a pixel; results are limited to it.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what is out of range.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.RandomGaussianBlur((1, 1), kernel_size=(1, 3), sigma=(50.0, 50.0))
        >>> layer(tf.constant([[[0.0], [3.0], [0.0]]]), training=True).numpy()[0, :, 0].round(2).tolist()
        [1.0, 1.0, 1.0]
    """

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **kwargs)
        size = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)
        if len(size) != 2 or min(size) < 1:
            raise ValueError(
                f"RandomGaussianBlur: kernel_size must be one or two positive ints, not {kernel_size!r}."
            )
        self.kernel_size = size
        self.sigma = factor_range("RandomGaussianBlur", sigma, 0, float("inf"), name="sigma", start=0)

    def draw(self, shape: tuple[int, ...]) -> Any:
        return self.happens(shape[0], self.factor), self.uniform((shape[0], 2), *self.sigma)

    def transform(self, images: Any, drawn: Any) -> Any:
        which, sigma = drawn
        blurred = self._limited(_blurred(images, sigma, sizes=self.kernel_size))
        return ops.where(which, blurred, images)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size, "sigma": self.sigma}
