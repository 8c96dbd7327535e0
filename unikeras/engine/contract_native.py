"""What layers of other libraries' models ask of an engine: those that are written for the library it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unikeras.core.errors import EngineError

__all__ = ["NativeEngine"]

Array = Any


class NativeEngine:
    """The part of the engine contract about functions and modules of the library beneath; an engine has one kind at most."""

    name: str

    def tree_of(self, structure: Any) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
        """The leaves of a structure of the library's own kind, and the function that makes it of new leaves.

        Raises:
            EngineError: the engine's library has no functions of such structures.
        """
        raise EngineError(
            f"JaxLayer runs on the engine 'jax' only, not on {self.name!r}. Start the program with KERAS_BACKEND=jax."
        )

    def module_state(self, module: Any) -> list[tuple[str, Array, bool]]:
        """(name, value, whether it is trained) of everything a module holds.

        Raises:
            EngineError: the engine's library has no modules.
        """
        raise self._no_modules()

    def set_module_state(self, module: Any, values: dict[str, Array]) -> None:
        """Let a module hold other values."""
        raise self._no_modules()

    def call_module(
        self, module: Any, values: dict[str, Array], arguments: Sequence[Any], training: bool
    ) -> tuple[Any, dict[str, Array]]:
        """What a module that holds `values` returns, and the values that it holds then; the module itself is not changed."""
        raise self._no_modules()

    def module_shapes(
        self, module: Any, arguments: Sequence[tuple[tuple[int, ...], str]]
    ) -> list[tuple[tuple[int, ...], str]]:
        """(shape, dtype name) of a module's results for those of its arguments, without computing anything."""
        raise self._no_modules()

    def _no_modules(self) -> EngineError:
        return EngineError(
            f"TorchModuleWrapper runs on the engine 'torch' only, not on {self.name!r}. Start the program with KERAS_BACKEND=torch."
        )
