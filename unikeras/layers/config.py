"""What is saved of a layer beside its weights: the constructor's arguments and the shape it was built with."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from unikeras.core import nest
from unikeras.core.module import Module
from unikeras.core.operation import Operation, automatic
from unikeras.core.state import thread
from unikeras.core.variable import init_scope
from unikeras.layers.policy import DTypePolicy
from unikeras.layers.shapes import as_shapes, plain_shapes

__all__ = ["LayerConfig", "noting_shape"]


class LayerConfig(Module, Operation):
    """How `Layer` is written to a config and made from one."""

    # Given by `Layer`.
    built: bool
    trainable: Any
    dtype_policy: DTypePolicy
    activity_regularizer: Any
    build: Callable[..., None]
    _located: Callable[[], str]

    @automatic
    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the layer again.

        Raises:
            NotImplementedError: a subclass whose constructor takes more than plain values must override it.
        """
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        from unikeras.saving.serialize import serialize_policy

        config["dtype"] = serialize_policy(self.dtype_policy)
        if self.activity_regularizer is not None:
            from unikeras import regularizers

            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if type(self).__module__.startswith("unikeras."):
            return config
        return {**config, **self._arguments_config(set(config))}

    def get_build_config(self) -> dict[str, Any] | None:
        """What `build_from_config` needs: the shape the layer was built with."""
        shape = self.__dict__.get("_build_shape")
        return (
            None if shape is None else {"input_shape": nest.map_structure(lambda d: d, plain_shapes(shape))}
        )

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with a saved shape."""
        shape = config.get("input_shape")
        if shape is not None and not self.built:
            with init_scope():
                self.build(as_shapes(shape))
                self.built = True


def noting_shape(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build` that notes that, and with what shape, the layer was built."""

    @functools.wraps(build)
    def marked(self: LayerConfig, *args: Any, **kwargs: Any) -> Any:
        if args:
            shape = args[0]
            args = (as_shapes(shape), *args[1:])
            self.__dict__.setdefault("_build_shape", args[0])
        elif kwargs:
            self.__dict__.setdefault("_build_shape", next(iter(kwargs.values())))
        outside = thread.path
        thread.path = self._located()
        try:
            result = build(self, *args, **kwargs)
        finally:
            thread.path = outside
        self.built = True
        return result

    return marked
