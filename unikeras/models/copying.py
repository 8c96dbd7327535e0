"""A model in pickles and in `copy.deepcopy`: as the bytes of its `.keras` file."""

from __future__ import annotations

import io
from typing import Any

from unikeras.saving.registry import custom_object_scope

__all__ = ["CopiedModel"]

_OURS = __name__.partition(".")[0]


class CopiedModel:
    """The part of `Model` that says how it is pickled and copied."""

    built: bool
    name: str

    def __reduce_ex__(self, protocol: Any) -> Any:
        """The architecture, weights, compile settings and optimizer state, as `save` writes them (as in Keras 3).

        A model without weights yet is pickled attribute by attribute. Classes of the user's are pickled by reference, and need not
        be registered.
        """
        if not self.built:
            return super().__reduce_ex__(protocol)
        from unikeras.saving.keras_file import write_model

        classes = {
            type(layer).__name__: type(layer)
            for layer in self._flatten_layers()  # type: ignore[attr-defined]
            if type(layer).__module__.partition(".")[0] != _OURS
        }
        file = io.BytesIO()
        write_model(self, file)
        return _model_of_bytes, (file.getvalue(), classes, self.name)


def _model_of_bytes(content: bytes, classes: dict[str, type], name: str) -> Any:
    """The model that a pickle holds; a pickle is code anyway, so functions in it are taken as they are."""
    from unikeras.saving.keras_file import read_model
    from unikeras.saving.safe_mode import safe_mode_scope

    with custom_object_scope(classes), safe_mode_scope(False):
        return read_model(io.BytesIO(content), f"the pickle of {name!r}")
