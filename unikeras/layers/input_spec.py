"""`InputSpec`: what a layer expects of its inputs."""

from __future__ import annotations

from typing import Any

from unikeras.core import nest
from unikeras.core.shape import as_shape

__all__ = ["InputSpec", "check_inputs"]


class InputSpec:
    """What a layer expects of an input (mirrors `keras.layers.InputSpec`).

    Args:
        dtype: its dtype.
        shape: its shape, `None` for dimensions that may be anything.
        ndim: its number of dimensions.
        max_ndim: its largest number of dimensions.
        min_ndim: its smallest number of dimensions.
        axes: axis -> the size it must have.
        allow_last_axis_squeeze: accepted.
        name: the input's name, for dict inputs.
        optional: whether it may be `None`.

    Example:
        >>> InputSpec(min_ndim=2, axes={-1: 3})
        InputSpec(min_ndim=2, axes={-1: 3})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype
        self.shape = None if shape is None else as_shape(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(k): v for k, v in (axes or {}).items()}
        self.name = name
        self.optional = optional

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "dtype": self.dtype,
            "shape": self.shape,
            "ndim": self.ndim,
            "max_ndim": self.max_ndim,
            "min_ndim": self.min_ndim,
            "axes": self.axes,
            "optional": self.optional,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """A spec from `get_config()`'s result."""
        return cls(**config)

    def __repr__(self) -> str:
        parts = [f"{k}={v}" for k, v in self.get_config().items() if v not in (None, {}, False)]
        return f"InputSpec({', '.join(parts)})"


def check_inputs(spec: Any, inputs: Any, layer_name: str) -> None:
    """Raise `ValueError` unless `inputs` fit `spec` (one spec or a structure of them)."""
    specs = nest.flatten(spec)
    given = nest.flatten(inputs)
    if len(specs) != len(given):
        raise ValueError(
            f'Layer "{layer_name}" expects {len(specs)} input(s), but it received {len(given)} input tensors.'
        )
    for index, (one, tensor) in enumerate(zip(specs, given, strict=True)):
        if one is None or tensor is None:
            continue
        shape = tensor.shape
        prefix = f'Input {index} of layer "{layer_name}" is incompatible with the layer: '
        rank = len(shape)
        if one.ndim is not None and rank != one.ndim:
            raise ValueError(
                f"{prefix}expected ndim={one.ndim}, found ndim={rank}. Full shape received: {shape}"
            )
        if one.min_ndim is not None and rank < one.min_ndim:
            raise ValueError(
                f"{prefix}expected min_ndim={one.min_ndim}, found ndim={rank}. Full shape received: {shape}"
            )
        if one.max_ndim is not None and rank > one.max_ndim:
            raise ValueError(
                f"{prefix}expected max_ndim={one.max_ndim}, found ndim={rank}. Full shape received: {shape}"
            )
        for axis, size in one.axes.items():
            if size is not None and shape[axis] is not None and shape[axis] != size:
                raise ValueError(
                    f"{prefix}expected axis {axis} of input shape to have value {size}, but received input with shape {shape}"
                )
        if one.shape is not None and not one.shape.is_compatible_with(shape):
            raise ValueError(f"{prefix}expected shape={one.shape}, found shape={shape}")
