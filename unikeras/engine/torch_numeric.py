"""Numerical primitives through PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch

from unikeras.core.errors import UnimplementedError
from unikeras.engine.contract_numeric import Array, NumericEngine

__all__ = ["TorchNumeric"]

_REDUCTIONS = {"max": "amax", "min": "amin", "mul": "prod"}


class TorchNumeric(NumericEngine):
    """torch's own."""

    def erfc(self, x: Array) -> Array:
        """See the contract."""
        return torch.erfc(x)

    def special(self, name: str, *arrays: Array) -> Array:
        """See the contract."""
        function = getattr(torch.special, name, None)
        if function is None:
            raise UnimplementedError(
                f"PyTorch does not have the special function {name}; choose another engine, for example KERAS_BACKEND=jax."
            )
        return function(*torch.broadcast_tensors(*arrays))

    def lu(self, x: Array) -> tuple[Array, Array]:
        """See the contract."""
        factors, pivots = torch.linalg.lu_factor(x)
        return factors, (pivots - 1).to(torch.int32)

    def scatter_reduce(self, x: Array, index: tuple[Array, ...], updates: Array, how: str) -> Array:
        """See the contract."""
        # torch reduces along one axis only, so the indexed axes become one.
        lead = x.shape[: len(index)]
        flat = torch.zeros_like(index[0], dtype=torch.int64)
        for places, size in zip(index, lead, strict=True):
            flat = flat * size + torch.where(places < 0, places + size, places).to(torch.int64)
        rest = x.shape[len(index) :]
        rows = x.reshape(-1, *rest)
        source = torch.broadcast_to(updates, index[0].shape + rest).reshape(-1, *rest)
        where = flat.reshape(-1, *(1 for _ in rest)).expand(source.shape)
        return rows.scatter_reduce(0, where, source.to(x.dtype), _REDUCTIONS[how]).reshape(x.shape)

    def jvp(
        self, function: Callable[..., Any], primals: Sequence[Array], tangents: Sequence[Array]
    ) -> tuple[Any, Any]:
        """See the contract."""
        with warnings.catch_warnings():  # torch's own, when it first makes its rules of forward mode
            warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
            value, tangent = torch.func.jvp(function, tuple(primals), tuple(tangents))[:2]
        return value, tangent
