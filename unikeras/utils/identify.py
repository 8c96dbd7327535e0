"""From what users write ('adam', a config, a class, an object) to the object meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from unikeras.saving.registry import lookup_custom

__all__ = ["close_matches", "resolve"]


def close_matches(name: str, known: Any) -> str:
    """A hint that names the known names close to `name`, or lists them.

    Example:
        >>> close_matches("rleu", ["relu", "elu", "tanh"])
        "Did you mean 'relu'?"
    """
    known = sorted({str(k) for k in known})
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    near += [k for k in known if k.lower() == name.lower() and k not in near]
    if near:
        return f"Did you mean {' or '.join(repr(n) for n in near[:3])}?"
    return f"Known names: {', '.join(known)}."


def resolve(
    identifier: Any, known: dict[str, Any], kind: str, *, is_valid: Callable[[Any], bool] = callable
) -> Any:
    """The object that `identifier` means.

    Args:
        identifier: a name in `known` or of a custom object; a config with 'class_name' and 'config' (or a serialized
            Keras object); a class; an object. A class or a name of a class is called without arguments.
        known: name -> class or function.
        kind: what is sought, for messages: 'optimizer'.
        is_valid: whether an object may be used as it is.

    Raises:
        ValueError: an unknown name (with the close ones), or something that cannot be one.
    """
    if isinstance(identifier, str):
        found = lookup_custom(identifier)
        if found is None:
            found = known.get(identifier)
        if found is None:
            raise ValueError(f"Unknown {kind} {identifier!r}. {close_matches(identifier, known)}")
        return found() if isinstance(found, type) else found
    if isinstance(identifier, dict):
        name = identifier.get("registered_name") or identifier.get("class_name")
        config = identifier.get("config")
        if name is None:
            raise ValueError(
                f"Cannot make a {kind} from {identifier!r}: a config needs 'class_name' and 'config'."
            )
        found = lookup_custom(str(name))
        if found is None:
            found = known.get(str(identifier.get("class_name")))
        if found is None and identifier.get("class_name") == "function":
            found = lookup_custom(str(config)) or known.get(str(config))
        if found is None:
            raise ValueError(f"Unknown {kind} {name!r}. {close_matches(str(name), known)}")
        if isinstance(found, type):
            return found.from_config(config) if hasattr(found, "from_config") else found(**(config or {}))
        return found
    if isinstance(identifier, type):
        return identifier()
    if is_valid(identifier):
        return identifier
    raise ValueError(f"Cannot use {identifier!r} (type {type(identifier).__name__}) as {kind}.")
