"""`DTypePolicy`: the dtypes a layer computes and keeps its variables in."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from unikeras.core import dtypes
from unikeras.core.dtypes import DType, as_dtype

__all__ = ["DTypePolicy", "DTypePolicyMap", "dtype_policy", "get_policy", "set_dtype_policy"]


class DTypePolicy:
    """A layer's dtypes (mirrors `keras.DTypePolicy`; tf.keras 2 calls it `keras.mixed_precision.Policy`).

    In mixed precision (Micikevicius et al., 2018) a layer keeps its variables in float32 and computes in a half: its
    floating-point inputs are cast, and a variable that its `call` reads comes in the half. float16 has a narrow range, so
    that small gradients become 0: `compile` then scales the loss; see `keras.mixed_precision.LossScaleOptimizer`.

    Args:
        name: a dtype's name, for both computing and variables, or 'mixed_float16' or 'mixed_bfloat16'; floatx if
            `None`.

    Raises:
        ValueError: another name.
        NotImplementedError: quantization.

    Example:
        >>> from unikeras import keras
        >>> policy = keras.DTypePolicy("mixed_bfloat16")
        >>> policy.compute_dtype, policy.variable_dtype
        ('bfloat16', 'float32')
        >>> layer = keras.layers.Dense(1, dtype=policy)
        >>> layer([[1.0]]).dtype, layer.kernel.dtype
        (tf.bfloat16, tf.float32)
    """

    def __init__(self, name: Any = None) -> None:
        name = dtypes.floatx() if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"DTypePolicy: the name must be a string, not {name!r}.")
        self._name = name
        self.autocast: DType | None = None  # what variables are cast to when they are read, if anything
        if name in ("mixed_float16", "mixed_bfloat16"):
            self._compute, self._variable = name.removeprefix("mixed_"), "float32"
            self.autocast = as_dtype(self._compute)
            return
        if "_from_" in name:
            raise NotImplementedError(
                f"The dtype policy {name!r} (quantization) is not available; see docs/compatibility.md."
            )
        try:
            self._name = self._compute = self._variable = as_dtype(name).name
        except TypeError:
            raise ValueError(
                f"Cannot convert {name!r} to a dtype policy: it must be 'mixed_float16', 'mixed_bfloat16' or the name of "
                "a dtype such as 'float32'."
            ) from None

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype of inputs and results."""
        return self._compute

    @property
    def variable_dtype(self) -> str:
        """The dtype of variables."""
        return self._variable

    @property
    def quantization_mode(self) -> None:
        """`None`: there is no quantization."""
        return None

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A policy from `get_config()`'s result."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return type(other) is DTypePolicy and self._name == other._name

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self._name}">'


class DTypePolicyMap(DTypePolicy, MutableMapping):
    """Policies by the path of a layer (mirrors `keras.dtype_policies.DTypePolicyMap`).

    Given as the dtype of a layer that makes layers inside itself, it is asked for each of them.

    Args:
        default_policy: the policy, or its name, of paths that are not in the map; `None` for the global one.
        policy_map: path (such as 'attention/query'), or a regular expression that the whole path fits -> policy.

    Raises:
        TypeError: a policy map that is not a dict, or a value that is not a policy.

    Example:
        >>> from unikeras import keras
        >>> policies = keras.dtype_policies.DTypePolicyMap("float32")
        >>> policies["block/dense"] = keras.DTypePolicy("mixed_bfloat16")
        >>> policies["block/dense"].name, policies["elsewhere"].name
        ('mixed_bfloat16', 'float32')
    """

    def __init__(self, default_policy: Any = None, policy_map: dict[str, Any] | None = None) -> None:
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(f"DTypePolicyMap: policy_map must be a dict, not {policy_map!r}.")
        self._default = None if default_policy is None else get_policy(default_policy)
        self._map: dict[str, DTypePolicy] = {}
        for path, policy in (policy_map or {}).items():
            self[path] = get_policy(policy)

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of paths that are not in the map."""
        return self._default or dtype_policy()

    @property
    def name(self) -> str:
        """'map_' and the name of the default policy."""
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self) -> str:
        """That of the default policy."""
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """That of the default policy."""
        return self.default_policy.variable_dtype

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "default_policy": None if self._default is None else self._default.name,
            "policy_map": dict(self._map),
        }

    def __getitem__(self, path: str) -> DTypePolicy:
        found = [key for key in self._map if key == path] or [
            key for key in self._map if re.fullmatch(key, path)
        ]
        if len(found) > 1:
            raise ValueError(
                f"DTypePolicyMap: the path {path!r} fits several keys: {', '.join(map(repr, found))}."
            )
        return self._map[found[0]] if found else self.default_policy

    def __setitem__(self, path: str, policy: DTypePolicy) -> None:
        if not isinstance(policy, DTypePolicy) or isinstance(policy, DTypePolicyMap):
            raise TypeError(f"DTypePolicyMap: a policy must be a keras.DTypePolicy, not {policy!r}.")
        if path in self._map:
            raise ValueError(
                f"DTypePolicyMap: {path!r} has a policy already, {self._map[path]}; delete it first."
            )
        self._map[path] = policy

    def __delitem__(self, path: str) -> None:
        del self._map[path]

    def __contains__(self, path: object) -> bool:
        return path in self._map

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __len__(self) -> int:
        return len(self._map)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        mapping = [(path, policy.name) for path, policy in self._map.items()]
        return f"<DTypePolicyMap default_policy={self.default_policy.name}, mapping={mapping}>"


_policy: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy layers have by default (mirrors `keras.config.dtype_policy`)."""
    return _policy or DTypePolicy(dtypes.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy layers have by default (mirrors `keras.config.set_dtype_policy`).

    Args:
        policy: a policy or its name; `None` for floatx again, as in tf.keras 2.

    Example:
        >>> from unikeras import keras
        >>> keras.config.set_dtype_policy("mixed_bfloat16")
        >>> keras.layers.Dense(1).compute_dtype
        'bfloat16'
        >>> keras.config.set_dtype_policy("float32")
    """
    global _policy
    _policy = None if policy is None else get_policy(policy)


def get_policy(value: Any = None) -> DTypePolicy:
    """A policy from a policy, a dtype, a name, a saved config, or `None` (the default policy)."""
    if value is None:
        return dtype_policy()
    if isinstance(value, DTypePolicy):
        return value
    if isinstance(value, dict):
        config = value.get("config", value)
        if "policy_map" in config:
            return DTypePolicyMap(**config)
        if str(value.get("class_name", "")).startswith("Quantized"):
            raise NotImplementedError(
                f"The dtype policy {value['class_name']} (quantization) is not available; see docs/compatibility.md."
            )
        if not isinstance(config, dict) or "name" not in config:
            raise ValueError(f"This is no config of a dtype policy: {value!r}.")
        return DTypePolicy(config["name"])
    return DTypePolicy(
        value.name if isinstance(value, DType) else value if isinstance(value, str) else as_dtype(value).name
    )
