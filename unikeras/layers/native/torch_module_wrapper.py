"""`TorchModuleWrapper`: a module of PyTorch as a layer."""

from __future__ import annotations

from typing import Any

from unikeras import engine, ops
from unikeras.core import nest
from unikeras.core.native import call_native
from unikeras.core.state import thread
from unikeras.core.tensor import is_tensor
from unikeras.layers.layer import Layer

__all__ = ["TorchModuleWrapper"]


class TorchModuleWrapper(Layer):
    """A module of PyTorch as a layer (mirrors `keras.layers.TorchModuleWrapper`); on the engine `torch`.

    Its parameters are the layer's weights, its buffers (moving averages) weights that are not trained. `module` gives it with their
    present values.

    Args:
        module: a `torch.nn.Module`.
        name: the layer's name.
        output_shape: the shape of the output, with the batch dimension; found by itself if `None`.
        **kwargs: as for `Layer`.

    Raises:
        TypeError: not a module.
        ValueError: a lazy module that was never called.
        EngineError: another engine.
    """

    _untracked = Layer._untracked | {"_module"}

    def __init__(self, module: Any, name: str | None = None, output_shape: Any = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if not (hasattr(module, "named_parameters") and callable(module)):
            raise TypeError(f"TorchModuleWrapper: expected a torch.nn.Module, got {module!r}.")
        F = engine.current()
        self._module = module
        self._output_shape = None if output_shape is None else tuple(output_shape)
        held: dict[str, Any] = {}
        for path, value, trainable in F.module_state(module):
            array = F.to_numpy(value)
            held[path] = self.add_weight(
                name=path.replace(".", "_"),
                shape=array.shape,
                dtype=array.dtype.name,
                initializer=lambda shape, dtype=None, array=array: array,
                trainable=trainable,
            )
        self._held = held
        self.built = True

    @property
    def module(self) -> Any:
        """The module, holding the present values of the weights."""
        values = {path: variable._read() for path, variable in self._held.items()}
        engine.current().set_module_state(self._module, values)
        return self._module

    def parameters(self, recurse: bool = True) -> Any:
        """The module's parameters, with their present values."""
        return self.module.parameters(recurse)

    def call(self, *args: Any, training: Any = False) -> Any:
        """What the module returns."""
        if thread.symbolic:  # the abstract tracer knows nothing of the module: values do not matter here
            tensors = [leaf for leaf in nest.flatten(args) if is_tensor(leaf)]
            specs = [(tuple(t.shape), t.dtype.name) for t in tensors]
            if self._output_shape is not None:
                shapes = [((specs[0][0][0], *self._output_shape[1:]), self.compute_dtype)]
            else:
                shapes = engine.selected().module_shapes(self._module, specs)
            zeros = [ops.zeros(shape, dtype) for shape, dtype in shapes]
            return zeros[0] if len(zeros) == 1 else tuple(zeros)
        F = engine.current()
        paths = list(self._held)
        leaves = nest.flatten(args)
        tensors = [i for i, leaf in enumerate(leaves) if is_tensor(leaf)]
        structure: list[Any] = []

        def function(*arrays: Any) -> list[Any]:
            flat = list(leaves)
            for place, array in zip(tensors, arrays[len(paths) :], strict=True):
                flat[place] = array
            values = dict(zip(paths, arrays, strict=False))
            made, after = F.call_module(self._module, values, nest.pack_as(args, flat), bool(training))
            structure[:] = [made, list(after)]
            return [*nest.flatten(made), *after.values()]

        made = call_native(function, [*self._held.values(), *(leaves[i] for i in tensors)])
        result, changed = structure
        count = len(nest.flatten(result))
        if training:
            for path, value in zip(changed, made[count:], strict=True):
                self._held[path].assign(value)
        return nest.pack_as(result, made[:count])

    def get_config(self) -> dict[str, Any]:
        """Raises: code of a module is not written to a config.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            f"TorchModuleWrapper {self.name!r} cannot be saved as a model, since a module is code; save its weights."
        )
