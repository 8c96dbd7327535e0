"""`TimeDistributed`: a layer for every step of sequences."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core import nest
from unikeras.core.shape import TensorShape
from unikeras.layers.core.wrapper import Wrapper
from unikeras.layers.recurrent.inner import inner_config, inner_from_config

__all__ = ["TimeDistributed"]


class TimeDistributed(Wrapper):
    """The same layer for every step of sequences (mirrors `keras.layers.TimeDistributed`).

    The layer is called once, with the steps of all sequences as one batch.

    Args:
        layer: a layer or model.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: `layer` is not a layer, or inputs without a time dimension.

    Example:
        >>> import unikeras as tf
        >>> tf.keras.layers.TimeDistributed(tf.keras.layers.Dense(2))(tf.ones([4, 5, 3])).shape
        TensorShape([4, 5, 2])
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any = None) -> None:
        def step(shape: Any) -> Any:
            if len(shape) < 3:
                raise ValueError(
                    f"TimeDistributed {self.name!r} takes inputs [batch, time, ...] of at least 3 dimensions, not of shape {tuple(shape)}."
                )
            return TensorShape((shape[0], *shape[2:]))

        shape = nest.map_structure(step, input_shape)
        if not self.layer.built:
            self.layer.build(shape)
            self.layer.built = True

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        first = nest.flatten(inputs)[0]
        batch, time = first.shape[0], first.shape[1]
        flat = nest.map_structure(_merged, inputs)
        given = {}
        if type(self.layer)._signature.training:
            given["training"] = training
        inner = _inner_mask(mask)
        if inner is not None and type(self.layer)._signature.mask:
            given["mask"] = inner
        outputs = self.layer(flat, **given)
        return nest.map_structure(lambda y: ops.reshape(y, (batch, time, *y.shape[1:])), outputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "layer": inner_config(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A layer from `get_config()`'s result.

        Args:
            config: the config.
            custom_objects: name -> class or function, for those of your own that are not registered.
        """
        layer = inner_from_config(config["layer"], custom_objects)
        return cls(layer, **{k: v for k, v in config.items() if k != "layer"})

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The steps' mask; that of the layer's outputs where the mask is of the elements of the steps."""
        mask = nest.flatten(previous_mask)[0]
        if mask is None or mask.ndim <= 2:
            return mask
        made = self.layer.compute_mask(nest.map_structure(_merged, inputs), _merged(mask))
        if made is None:
            return ops.any(mask, axis=tuple(range(2, mask.ndim)))
        return nest.map_structure(lambda m: ops.reshape(m, (*mask.shape[:2], *m.shape[1:])), made)


def _merged(x: Any) -> Any:
    return ops.reshape(x, (x.shape[0] * x.shape[1], *x.shape[2:]))


def _inner_mask(mask: Any) -> Any:
    """The mask of the elements of every step, if it is one of these."""
    mask = nest.flatten(mask)[0]
    return None if mask is None or mask.ndim <= 2 else _merged(mask)
