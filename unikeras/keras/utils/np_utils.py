"""`keras.utils.np_utils`: where Keras before 2.13 also had the functions on labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.utils.numerical import normalize, to_categorical, to_ordinal

__all__ = ["normalize", "to_categorical", "to_ordinal"]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.utils.np_utils", name, __all__)
