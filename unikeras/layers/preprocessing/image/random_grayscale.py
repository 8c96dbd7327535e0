"""`RandomGrayscale`: gray images at random."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.color_layer import gray_of
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer

__all__ = ["RandomGrayscale"]


class RandomGrayscale(RandomImageLayer):
    """Some images gray, while training; they keep their channels (mirrors `keras.layers.RandomGrayscale`).

    Args:
        factor: the fraction of images, in [0, 1].
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1], or not three channels.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.RandomGrayscale(1.0)(tf.constant([[[0.0, 1.0, 0.0]]]), training=True).numpy().round(3).tolist()
        [[[0.5870000123977661, 0.5870000123977661, 0.5870000123977661]]]
    """

    def __init__(
        self, factor: float = 0.5, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        if not isinstance(factor, (int, float)) or not 0 <= factor <= 1:
            raise ValueError(f"RandomGrayscale: factor must be in [0, 1], not {factor!r}.")
        self.factor = factor

    def draw(self, shape: tuple[int, ...]) -> Any:
        return self.uniform(shape[0]) < self.factor

    def transform(self, images: Any, drawn: Any) -> Any:
        return ops.where(drawn, gray_of(images), images)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
