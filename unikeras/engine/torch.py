"""The engine on PyTorch: eager, with autograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import array_api_compat.torch as xp
import ml_dtypes
import numpy as np
import torch
import torch.utils.checkpoint

from unikeras.core import dtypes
from unikeras.engine import threefry
from unikeras.engine.contract import Array, Engine
from unikeras.engine.torch_conv import TorchConv
from unikeras.engine.torch_modules import TorchModules
from unikeras.engine.torch_numeric import TorchNumeric

__all__ = ["TorchEngine"]

_DTYPES = {
    name: getattr(torch, name)
    for name in (
        "float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64",
        "uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128",
    )
}  # fmt: skip


class TorchEngine(TorchConv, TorchNumeric, TorchModules, Engine):
    """torch tensors on the best device there is."""

    name = "torch"
    xp = xp

    def __init__(self) -> None:
        for name, native in _DTYPES.items():
            dtypes.register_native(native, name)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        if self.device.type != "cpu":
            torch.set_default_device(self.device)

    def dtype(self, name: str) -> Any:
        return _DTYPES[name]

    def from_numpy(self, value: np.ndarray) -> Array:
        value = np.asarray(value)
        if value.dtype == ml_dtypes.bfloat16:
            return torch.tensor(value.astype(np.float32), device=self.device).to(torch.bfloat16)
        if not value.flags.writeable or any(s < 0 for s in value.strides) or not value.dtype.isnative:
            value = np.array(value, value.dtype.newbyteorder("="))
        return torch.tensor(value, device=self.device)

    def to_numpy(self, array: Array) -> np.ndarray:
        array = array.detach().cpu().resolve_conj().resolve_neg()
        if array.dtype == torch.bfloat16:
            return array.to(torch.float32).numpy().astype(ml_dtypes.bfloat16)
        return array.numpy()

    def owns(self, value: Any) -> bool:
        return isinstance(value, torch.Tensor)

    def devices(self) -> list[str]:
        found = [f"GPU:{i} ({torch.cuda.get_device_name(i)})" for i in range(torch.cuda.device_count())]
        return [*found, "CPU:0"]

    def run(self, op: Any, arrays: Sequence[Array], attributes: tuple[Any, ...]) -> Any:
        return op.apply(self, arrays, attributes)

    def inference(self) -> Any:
        return torch.no_grad()

    def stop_gradient(self, x: Array) -> Array:
        return x.detach()

    def vjp(self, function: Callable[..., Any], *primals: Array) -> Any:
        return torch.func.vjp(function, *primals)

    def value_and_grad(
        self, function: Callable[[list[Array]], tuple[Array, Any]], primals: list[Array]
    ) -> Any:
        leaves = [p.detach().requires_grad_(p.is_floating_point()) for p in primals]
        with torch.enable_grad():
            loss, rest = function(leaves)
        wanted = [leaf for leaf in leaves if leaf.requires_grad]
        connected = bool(wanted) and loss.requires_grad
        found = iter(torch.autograd.grad(loss, wanted, allow_unused=True) if connected else ())
        gradients = []
        for leaf in leaves:
            gradient = next(found, None) if leaf.requires_grad else None
            gradients.append(torch.zeros_like(leaf) if gradient is None else gradient)
        return (
            loss.detach(),
            torch.utils._pytree.tree_map_only(torch.Tensor, torch.Tensor.detach, rest),
            gradients,
        )

    def jacobian(self, function: Callable[..., Array], *primals: Array) -> tuple[Array, ...]:
        return torch.func.jacrev(function, argnums=tuple(range(len(primals))))(*primals)

    def vmap(self, function: Callable[..., Any], in_axes: Any = 0) -> Callable[..., Any]:
        return torch.func.vmap(function, in_dims=in_axes)

    def custom_gradient(
        self, forward: Callable[..., Any], pullback: Callable[..., Any] | None = None
    ) -> Callable[..., Any]:
        class Custom(torch.autograd.Function):
            generate_vmap_rule = True

            @staticmethod
            def forward(*arrays: Array) -> Any:
                def fresh(output: Array) -> Array:  # autograd refuses an input that is returned as it is
                    return output.view_as(output) if any(output is a for a in arrays) else output

                made = forward(*arrays)[0]
                return tuple(map(fresh, made)) if isinstance(made, (tuple, list)) else fresh(made)

            @staticmethod
            def setup_context(context: Any, inputs: Any, output: Any) -> None:
                context.save_for_backward(*inputs)

            @staticmethod
            def backward(context: Any, *cotangents: Array) -> Any:
                if pullback is not None:
                    return pullback(context.saved_tensors, *cotangents)
                return forward(*context.saved_tensors)[1](*cotangents)

        return Custom.apply

    def checkpoint(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if torch._C._functorch.peek_interpreter_stack() is None:
            return partial(torch.utils.checkpoint.checkpoint, function, use_reentrant=False)

        # torch.func has no hooks of saved tensors, which torch.utils.checkpoint is made of.
        class Again(torch.autograd.Function):
            @staticmethod
            def forward(*arrays: Array) -> Any:
                return function(*arrays)

            @staticmethod
            def setup_context(context: Any, inputs: Any, output: Any) -> None:
                context.save_for_backward(*inputs)

            @staticmethod
            def backward(context: Any, *cotangents: Array) -> Any:
                given = context.saved_tensors
                places = [i for i, a in enumerate(given) if a.is_floating_point() or a.is_complex()]

                def moved(*arrays: Array) -> Any:
                    values = list(given)
                    for place, array in zip(places, arrays, strict=True):
                        values[place] = array
                    return [r for r in function(*values) if r.is_floating_point() or r.is_complex()]

                pull = torch.func.vjp(moved, *(given[i] for i in places))[1]
                floating = [
                    g for g in cotangents if g is not None and (g.is_floating_point() or g.is_complex())
                ]
                found = dict(zip(places, pull(floating), strict=True))
                return tuple(found.get(i) for i in range(len(given)))

        return Again.apply

    def random_bits(self, key: Array, shape: tuple[int, ...]) -> Array:
        return threefry.random_bits(self, key, shape)

    def erf(self, x: Array) -> Array:
        return torch.erf(x)

    def erfinv(self, x: Array) -> Array:
        return torch.erfinv(x)

    def lgamma(self, x: Array) -> Array:
        return torch.lgamma(x)

    def sigmoid(self, x: Array) -> Array:
        return torch.sigmoid(x)

    def logsumexp(self, x: Array, *, axis: Any = None, keepdims: bool = False) -> Array:
        axis = tuple(range(x.ndim)) if axis is None else axis
        return torch.logsumexp(x, dim=axis, keepdim=keepdims)

    def einsum(self, equation: str, *operands: Array) -> Array:
        return torch.einsum(equation, *operands)

    def scatter(self, x: Array, index: Any, updates: Array, *, add: bool = False) -> Array:
        index = index if isinstance(index, tuple) else (index,)
        return torch.index_put(x, index, updates, accumulate=add)

    def top_k(self, x: Array, k: int) -> tuple[Array, Array]:
        # A stable sort, since torch.topk does not say which of equal entries comes first.
        values, order = torch.sort(x, dim=-1, descending=True, stable=True)
        return values[..., :k], order[..., :k].to(torch.int32)

    def svd(self, x: Array) -> tuple[Array, Array, Array]:
        return tuple(torch.linalg.svd(x, full_matrices=False))
