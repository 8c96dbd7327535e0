"""`tf.sparse`: operations of sparse tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.composites.sparse_tensor import SparseTensor
from unikeras.core.absent import missing

__all__ = ["SparseTensor"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.sparse", name, __all__)
