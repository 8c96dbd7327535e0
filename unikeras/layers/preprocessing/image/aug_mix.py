"""`AugMix`: images mixed with several chains of random changes of themselves."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range, value_range_of
from unikeras.layers.preprocessing.image.rand_augment import augmentations, switched
from unikeras.ops.random import randint
from unikeras.ops.random_gamma import beta, gamma

__all__ = ["AugMix"]


class AugMix(RandomImageLayer):
    """Images mixed with chains of random changes of themselves, while training (mirrors `keras.layers.AugMix`).

    Hendrycks et al., "AugMix: A simple data processing method to improve robustness and uncertainty", 2020. Each chain has 1 ...
    chain_depth changes, drawn for each batch; the weights of chains (Dirichlet) and of the images themselves (beta) are drawn for each image.

    Args:
        value_range: (least, most) of a pixel.
        num_chains: how many chains there are.
        chain_depth: how many changes a chain has at most.
        factor: (lower, upper) of their strength, in [0, 1]; a number f means (0, f).
        alpha: of the distributions of the weights.
        all_ops: whether brightness, color degeneration, contrast and sharpness are among the changes.
        interpolation: 'bilinear' or 'nearest'.
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: what is out of range.
        NotImplementedError: (from a call) segmentation masks or bounding boxes.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.AugMix(num_chains=1, chain_depth=1)(tf.ones([1, 8, 8, 3]), training=True).shape
        TensorShape([1, 8, 8, 3])
    """

    moves_pixels = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of("AugMix", value_range)
        if num_chains < 1 or chain_depth < 1 or not alpha > 0:
            raise ValueError(
                f"AugMix: num_chains, chain_depth and alpha must be positive, not {num_chains}, {chain_depth} and {alpha}."
            )
        self.num_chains, self.chain_depth, self.alpha = int(num_chains), int(chain_depth), alpha
        self.factor = factor_range("AugMix", factor, 0, 1, start=0)
        self.all_ops, self.interpolation = bool(all_ops), interpolation
        self.parts = augmentations(self, self.factor, self.value_range, interpolation, every=self.all_ops)

    def draw(self, shape: tuple[int, ...]) -> Any:
        steps, seed = self.num_chains * self.chain_depth, self.seed_generator
        parts = gamma((self.num_chains, shape[0], 1, 1, 1), self.alpha, "float32", seed)
        return (
            randint((self.num_chains,), 1, self.chain_depth + 1, "int32", seed),
            randint((steps,), 0, len(self.parts), "int32", seed),
            [[layer.draw(shape) for layer in self.parts] for _ in range(steps)],
            parts / ops.sum(parts, axis=0, keepdims=True),
            beta((shape[0], 1, 1, 1), self.alpha, self.alpha, "float32", seed),
        )

    def transform(self, images: Any, drawn: Any) -> Any:
        depths, which, how, weights, stays = drawn
        mixed = ops.zeros_like(images)
        for chain in range(self.num_chains):
            x = images
            for step in range(self.chain_depth):
                i = chain * self.chain_depth + step
                changed = switched(which[i], self.parts, how[i], x)
                x = changed if step == 0 else ops.where(depths[chain] > step, changed, x)
            mixed = mixed + ops.cast(weights[chain], x.dtype) * x
        stays = ops.cast(stays, images.dtype)
        return stays * images + (1 - stays) * mixed

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        raise NotImplementedError(
            f"AugMix {self.name!r}: segmentation masks cannot be mixed; RandAugment can move them."
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "num_chains": self.num_chains,
            "chain_depth": self.chain_depth,
            "factor": self.factor,
            "alpha": self.alpha,
            "all_ops": self.all_ops,
            "interpolation": self.interpolation,
        }
