"""Modules of PyTorch as functions of what they hold."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch

from unikeras.engine.contract_native import NativeEngine

__all__ = ["TorchModules"]

Array = Any


class TorchModules(NativeEngine):
    """See the contract."""

    def module_state(self, module: Any) -> list[tuple[str, Array, bool]]:
        """See the contract."""
        lazy: Any = torch.nn.parameter.UninitializedTensorMixin  # type: ignore[attr-defined]
        found = [*module.named_parameters(), *module.named_buffers()]
        if any(isinstance(value, lazy) for _, value in found):
            raise ValueError(
                f"TorchModuleWrapper: the module {type(module).__name__} is lazy and does not know its shapes yet; call it once before."
            )
        return [(name, value.detach().clone(), bool(value.requires_grad)) for name, value in found]

    def set_module_state(self, module: Any, values: dict[str, Array]) -> None:
        """See the contract."""
        held = dict([*module.named_parameters(), *module.named_buffers()])
        with torch.no_grad():
            for name, value in values.items():
                held[name].copy_(value.detach())

    def call_module(
        self, module: Any, values: dict[str, Array], arguments: Sequence[Any], training: bool
    ) -> tuple[Any, dict[str, Array]]:
        """See the contract."""
        module.train(training)
        buffers = {name for name, _ in module.named_buffers()}
        # what a module changes in itself (moving averages) it changes in copies
        given = {name: value.clone() if name in buffers else value for name, value in values.items()}
        result = torch.func.functional_call(module, given, tuple(arguments))
        return result, {name: given[name] for name in buffers}

    def module_shapes(
        self, module: Any, arguments: Sequence[tuple[tuple[int, ...], str]]
    ) -> list[tuple[tuple[int, ...], str]]:
        """See the contract."""
        shadow = copy.deepcopy(module).to("meta").eval()
        given = [torch.empty(shape, dtype=getattr(torch, dtype), device="meta") for shape, dtype in arguments]
        made = torch.utils._pytree.tree_leaves(shadow(*given))
        return [(tuple(m.shape), str(m.dtype).removeprefix("torch.")) for m in made]
