"""`LoRA`: layers whose matrix is frozen and trained by a product of two thin ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import ops
from unikeras.core.variable import Variable

__all__ = ["AdaptedMatrix", "LoRA", "check_rank"]


def check_rank(layer: str, rank: Any) -> int | None:
    """`rank` as a positive int, or `None`.

    Raises:
        ValueError: it is neither.
    """
    if rank is None:
        return None
    if isinstance(rank, bool) or not isinstance(rank, int) or rank <= 0:
        raise ValueError(f"{layer}: lora_rank must be a positive integer or None, not {rank!r}.")
    return rank


class AdaptedMatrix:
    """The attribute `kernel` (or `embeddings`) of a layer with LoRA: the matrix with what was learned added.

    Without LoRA the layer's own attribute, the variable, is found before this one is asked.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, owner: type | None = None) -> Any:
        if layer is None:
            return self
        if not layer.__dict__.get("lora_enabled"):
            raise AttributeError(f"{type(layer).__name__!r} object has no attribute {self.name!r}")
        return layer._adapted()


class LoRA:
    """The part of a layer that makes low-rank adaptation (Hu et al., 2022) of it; mixed into `Dense` and others.

    The layer has a class attribute of its matrix's name, an `AdaptedMatrix`.
    """

    # Given by the layer.
    name: str
    built: bool
    lora_rank: int | None
    lora_alpha: float | None
    _lora_matrix: str
    add_weight: Callable[..., Variable]
    lora_enabled = False

    def _lora_shapes(self, shape: tuple[int, ...], rank: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The shapes of the two factors of a matrix of `shape`."""
        return (*shape[:-1], rank), (rank, shape[-1])

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freeze the layer's matrix and train matrix + lora_alpha / rank * (a @ b) in its place, with thin a and b.

        Args:
            rank: the columns of a and rows of b.
            lora_alpha: the factor's numerator; the rank if `None`.
            a_initializer: initializer of a.
            b_initializer: initializer of b.

        Raises:
            ValueError: the layer is not built, has LoRA already, or a matrix constraint.
        """
        if not self.built:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: enable_lora needs a built layer; call it on data first."
            )
        if self.lora_enabled:
            raise ValueError(f"{type(self).__name__} {self.name!r}: lora is already enabled, once per layer.")
        if getattr(self, f"{self._lora_matrix}_constraint") is not None:
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: lora is incompatible with {self._lora_matrix}_constraint."
            )
        rank = check_rank(type(self).__name__, rank) or 0
        matrix: Variable = getattr(self, self._lora_matrix)
        first, second = self._lora_shapes(tuple(matrix.shape), rank)
        name = f"lora_{self._lora_matrix}"
        self._lora_a = self.add_weight(name=f"{name}_a", shape=first, initializer=a_initializer)
        self._lora_b = self.add_weight(name=f"{name}_b", shape=second, initializer=b_initializer)
        matrix.trainable = False
        self._frozen = matrix
        delattr(self, self._lora_matrix)
        self.lora_rank = rank
        self.lora_alpha = rank if lora_alpha is None else lora_alpha
        self.lora_enabled = True

    def _adapted(self) -> Any:
        assert self.lora_rank is not None
        assert self.lora_alpha is not None
        return self._frozen + (self.lora_alpha / self.lora_rank) * ops.tensordot(
            self._lora_a, self._lora_b, 1
        )

    def _own_weights(self) -> list[Variable]:
        """The layer's own variables; with LoRA in the order they were made, although the matrix is frozen."""
        own = super()._own_weights()  # type: ignore[misc]
        return sorted(own, key=lambda v: v.number) if self.lora_enabled else own

    def _stored_weights(self) -> list[Variable]:
        """What a file holds: the matrix and the others, without the factors."""
        own = self._own_weights()
        return (
            [v for v in own if v is not self._lora_a and v is not self._lora_b] if self.lora_enabled else own
        )

    def save_own_variables(self, store: Any) -> None:
        """Put the variables into `store`; with LoRA, the matrix has what was learned added."""
        for index, variable in enumerate(self._stored_weights()):
            merged = self.lora_enabled and variable is self._frozen
            store[str(index)] = (self._adapted() if merged else variable).numpy()

    def _reset_lora(self) -> None:
        """After a matrix was loaded: nothing is added to it yet."""
        if self.lora_enabled:
            self._lora_b.assign(ops.zeros_like(self._lora_b))

    def _lora_config(self) -> dict[str, Any]:
        return (
            {}
            if self.lora_rank is None
            else {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha or self.lora_rank}
        )
