"""`DTypePolicy`: the dtypes a layer computes and keeps its variables in."""

from __future__ import annotations

from typing import Any

from unikeras.core import dtypes
from unikeras.core.dtypes import DType, as_dtype

__all__ = ["DTypePolicy", "dtype_policy", "get_policy", "set_dtype_policy"]


class DTypePolicy:
    """A layer's dtypes (mirrors `keras.DTypePolicy`).

    Args:
        name: a floating dtype's name, for both computing and variables.

    Raises:
        NotImplementedError: mixed precision.

    Example:
        >>> from unikeras import keras
        >>> keras.DTypePolicy("float64").compute_dtype
        'float64'
    """

    def __init__(self, name: str) -> None:
        if str(name).startswith("mixed_"):
            raise NotImplementedError(
                f"The dtype policy {name!r} (mixed precision) is not available yet; see docs/compatibility.md. Use 'float32' or 'bfloat16'."
            )
        self._name = as_dtype(name).name

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype of inputs and results."""
        return self._name

    @property
    def variable_dtype(self) -> str:
        """The dtype of variables."""
        return self._name

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        """A policy from `get_config()`'s result."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and self._name == other._name

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self._name}">'


_policy: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy layers have by default (mirrors `keras.config.dtype_policy`)."""
    return _policy or DTypePolicy(dtypes.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy layers have by default."""
    global _policy
    _policy = None if policy is None else get_policy(policy)


def get_policy(value: Any) -> DTypePolicy:
    """A policy from a policy, a dtype, a name, a saved config, or `None` (the default policy)."""
    if value is None:
        return dtype_policy()
    if isinstance(value, DTypePolicy):
        return value
    if isinstance(value, dict):
        config = value.get("config", value)
        return DTypePolicy(config["name"])
    return DTypePolicy(
        value.name if isinstance(value, DType) else value if isinstance(value, str) else as_dtype(value).name
    )
