"""`MixUp` and `CutMix`: images of a batch, and their labels, mixed with others of it."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.layers.preprocessing.image.image_layer import RandomImageLayer, factor_range
from unikeras.layers.preprocessing.image.random_erasing import rectangles
from unikeras.ops import random
from unikeras.ops.random_gamma import beta

__all__ = ["CutMix", "MixUp"]


class _Mixing(RandomImageLayer):
    """The base of both: `drawn` is (the order of the other images, how much of the first stays in the labels [batch, 1, 1, 1], ...)."""

    moves_pixels = True

    def _order(self, count: int) -> Any:
        return random.shuffle(ops.range(count), self.seed_generator)

    def transform_labels(self, labels: Any, drawn: Any) -> Any:
        order, share = drawn[:2]
        if len(labels.shape) < 2:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: labels must be vectors [batch, classes] that can be mixed, such as one-hot ones, not of "
                f"the shape {tuple(labels.shape)}; use keras.utils.to_categorical before."
            )
        labels = ops.cast(labels, self.compute_dtype)
        share = ops.reshape(ops.cast(share, labels.dtype), (-1,) + (1,) * (len(labels.shape) - 1))
        return share * labels + (1 - share) * ops.gather(labels, order)


class MixUp(_Mixing):
    """Each image of a batch mixed with another one, and so their labels, while training (mirrors `keras.layers.MixUp`).

    Zhang et al., "mixup: Beyond empirical risk minimization", 2018. Call it with {'images': ..., 'labels': one-hot ...}.

    Args:
        alpha: the mixing weights are beta(alpha, alpha) distributed.
        data_format: where the channels are.
        seed: an int; `None` for one from the global stream.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: alpha is not above 0; (from a call) labels that are no vectors.
        NotImplementedError: (from a call) segmentation masks or bounding boxes.

    Example:
        >>> import unikeras as tf
        >>> data = {"images": tf.ones([2, 4, 4, 3]), "labels": tf.constant([[1.0, 0.0], [0.0, 1.0]])}
        >>> tf.keras.layers.MixUp()(data, training=True)["labels"].numpy().sum(axis=1).round(3).tolist()
        [1.0, 1.0]
    """

    def __init__(
        self, alpha: float = 0.2, data_format: str | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data_format=data_format, seed=seed, **kwargs)
        if not alpha > 0:
            raise ValueError(f"MixUp: alpha must be above 0, not {alpha!r}.")
        self.alpha = alpha

    def draw(self, shape: tuple[int, ...]) -> Any:
        share = beta((shape[0], 1, 1, 1), self.alpha, self.alpha, "float32", self.seed_generator)
        return self._order(shape[0]), share

    def transform(self, images: Any, drawn: Any) -> Any:
        order, share = drawn
        share = ops.cast(share, images.dtype)
        return share * images + (1 - share) * ops.gather(images, order)

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        raise NotImplementedError(f"MixUp {self.name!r}: masks of classes cannot be mixed; CutMix can do it.")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}


class CutMix(_Mixing):
    """A rectangle of each image of a batch taken from another one, and labels mixed by the areas, while training (mirrors `keras.layers.CutMix`).

    Yun et al., "CutMix: Regularization strategy to train strong classifiers with localizable features", 2019. Call it with {'images': ...,
    'labels': one-hot ...}.

    Args:
        factor: (lower, upper) of a in beta(a, a), which the fraction of the image that stays comes from; a number f means (0, f).
        seed: an int; `None` for one from the global stream.
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: a factor outside of [0, 1]; (from a call) labels that are no vectors.
        NotImplementedError: (from a call) bounding boxes.

    Example:
        >>> import unikeras as tf
        >>> data = {"images": tf.ones([2, 4, 4, 3]), "labels": tf.constant([[1.0, 0.0], [0.0, 1.0]])}
        >>> tf.keras.layers.CutMix()(data, training=True)["labels"].numpy().sum(axis=1).round(3).tolist()
        [1.0, 1.0]
    """

    def __init__(
        self, factor: Any = 1.0, seed: int | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = factor_range("CutMix", factor, 0, 1, start=0)

    def draw(self, shape: tuple[int, ...]) -> Any:
        batch, height, width, _ = shape
        alpha = ops.maximum(self.uniform((batch, 1), *self.factor), 1e-3)
        side = ops.sqrt(1 - beta((batch, 1), alpha, alpha, "float32", self.seed_generator))
        sizes = ops.concat([side, side], axis=1)
        mask = rectangles(sizes, self.uniform((batch, 2)), height=height, width=width)
        stays = 1 - ops.mean(ops.cast(mask, "float32"), axis=(1, 2, 3), keepdims=True)
        return self._order(batch), stays, mask

    def transform(self, images: Any, drawn: Any) -> Any:
        order, _, mask = drawn
        return ops.where(mask, ops.gather(images, order), images)

    def transform_masks(self, masks: Any, drawn: Any) -> Any:
        return self.transform(masks, drawn)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}
