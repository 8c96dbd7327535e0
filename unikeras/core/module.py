"""`Module`: an object that knows the variables and modules among its attributes, also inside lists and dicts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from unikeras.core import deferred
from unikeras.core.variable import Variable

__all__ = ["Module", "TrackedDict", "TrackedList", "auto_name", "reset_names", "to_snake_case"]

_names: dict[str, int] = defaultdict(int)
_version = 0  # grows whenever any module's structure may have changed; results of walks are kept until then


def structure_changed() -> None:
    """Forget what was found by walking modules."""
    global _version
    _version += 1


def to_snake_case(name: str) -> str:
    """A class's name as a layer's default name: 'LayerNormalization' -> 'layer_normalization'."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """The next free name: 'dense', 'dense_1', 'dense_2' ..."""
    count = _names[prefix]
    _names[prefix] += 1
    return f"{prefix}_{count}" if count else prefix


_uids: dict[str, int] = defaultdict(int)


def get_uid(prefix: str = "") -> int:
    """1, 2, 3 ... for each prefix (mirrors `K.get_uid`)."""
    _uids[prefix] += 1
    return _uids[prefix]


def reset_names() -> None:
    """Let automatic names and `get_uid` start over."""
    _names.clear()
    _uids.clear()


def _noting(
    method: Callable[..., Any], new: Callable[..., tuple[Any, ...]] | None = None
) -> Callable[..., Any]:
    """`method`, which changes a container; `new` gives its arguments with new containers tracked too."""

    def changed(self: Any, *args: Any, **kwargs: Any) -> Any:
        structure_changed()
        result = method(self, *(args if new is None else new(*args, **kwargs)))
        if deferred.expected:
            deferred.arrived(self)
        return result

    return changed


def _last(*args: Any) -> tuple[Any, ...]:
    return (*args[:-1], _track(args[-1]))


def _item(key: Any, value: Any) -> tuple[Any, ...]:
    return key, [_track(v) for v in value] if isinstance(key, slice) else _track(value)


def _all(values: Iterable[Any]) -> tuple[Any, ...]:
    return ([_track(v) for v in values],)


def _merged(*args: Any, **kwargs: Any) -> tuple[Any, ...]:
    return ({key: _track(v) for key, v in dict(*args, **kwargs).items()},)


class TrackedList(list):
    """A list that is an attribute of a module: changing it changes what the module holds."""

    append = _noting(list.append, _last)
    insert = _noting(list.insert, _last)
    extend = _noting(list.extend, _all)
    __iadd__ = _noting(list.__iadd__, _all)
    __setitem__ = _noting(list.__setitem__, _item)
    __delitem__ = _noting(list.__delitem__)
    __imul__ = _noting(list.__imul__)
    pop = _noting(list.pop)
    remove = _noting(list.remove)
    clear = _noting(list.clear)
    reverse = _noting(list.reverse)

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Sort in place."""
        structure_changed()
        super().sort(key=key, reverse=reverse)

    def __reduce__(self) -> Any:
        return TrackedList, (list(self),)


class TrackedDict(dict):
    """A dict that is an attribute of a module: changing it changes what the module holds."""

    __setitem__ = _noting(dict.__setitem__, _last)
    setdefault = _noting(dict.setdefault, _last)
    update = _noting(dict.update, _merged)
    __ior__ = _noting(dict.__ior__, _merged)
    __delitem__ = _noting(dict.__delitem__)
    pop = _noting(dict.pop)
    popitem = _noting(dict.popitem)
    clear = _noting(dict.clear)

    def __reduce__(self) -> Any:
        return TrackedDict, (dict(self),)


def _track(value: Any) -> Any:
    if type(value) is list:
        return TrackedList(_track(v) for v in value)
    if type(value) is dict:
        return TrackedDict({k: _track(v) for k, v in value.items()})
    return value


class Module:
    """Base of layers, models, metrics, optimizers (mirrors `tf.Module`).

    Args:
        name: the module's name; from the class's name if `None`.

    Example:
        >>> import unikeras as tf
        >>> class Affine(tf.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.w = tf.Variable(2.0, name="w")
        ...         self.parts = [tf.Variable(1.0, name="b", trainable=False)]
        >>> [v.name for v in Affine().variables], len(Affine().trainable_variables)
        (['w:0', 'b:0'], 1)
    """

    # Attributes that are not looked into.
    _untracked: frozenset[str] = frozenset()

    def __init__(self, name: str | None = None) -> None:
        self._name = name or auto_name(to_snake_case(type(self).__name__))

    @property
    def name(self) -> str:
        """The module's name."""
        return self._name

    @property
    def name_scope(self) -> Any:
        """A context that does nothing: names are given explicitly."""
        from contextlib import nullcontext

        return nullcontext(self.name)

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method itself: names are given explicitly (mirrors `tf.Module.with_name_scope`)."""
        return method

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._untracked:
            if type(value) is list or type(value) is dict:
                value = _track(value)
                structure_changed()
            elif isinstance(value, (Variable, Module, tuple, set)) or isinstance(
                self.__dict__.get(name), (Variable, Module, list, dict, tuple)
            ):
                structure_changed()
        object.__setattr__(self, name, value)
        if deferred.expected and isinstance(value, (Variable, Module, list, dict, tuple)):
            deferred.arrived(self)

    def __delattr__(self, name: str) -> None:
        structure_changed()
        object.__delattr__(self, name)

    def _children(self) -> list[tuple[str, Any]]:
        """(attribute path, variable or module) of everything held directly, in the order it was set."""
        kept = self.__dict__.get("_children_kept")
        if kept is not None and kept[0] == _version:
            return kept[1]
        found: list[tuple[str, Any]] = []
        seen: set[int] = set()
        for name, value in list(self.__dict__.items()):
            if name not in self._untracked and name != "_children_kept":
                _collect(name, value, found, seen)
        object.__setattr__(self, "_children_kept", (_version, found))
        return found

    def _walk(self, seen: set[int] | None = None) -> Iterator[Module]:
        """This module and all below it, each once."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        yield self
        for _, child in self._children():
            if isinstance(child, Module):
                yield from child._walk(seen)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """All modules below this one."""
        return tuple(module for module in self._walk() if module is not self)

    @property
    def variables(self) -> Any:
        """All variables held here and below."""
        return tuple(_unique(v for module in self._walk() for v in module._own_variables()))

    @property
    def trainable_variables(self) -> Any:
        """The variables that are trainable."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> Any:
        """The variables that are not trainable."""
        return tuple(v for v in self.variables if not v.trainable)

    def _own_variables(self) -> list[Variable]:
        return [child for _, child in self._children() if isinstance(child, Variable)]


def _collect(path: str, value: Any, found: list[tuple[str, Any]], seen: set[int]) -> None:
    if isinstance(value, (Variable, Module)):
        if id(value) not in seen:
            seen.add(id(value))
            found.append((path, value))
    elif isinstance(value, dict):
        for key, item in value.items():
            _collect(f"{path}/{key}", item, found, seen)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            _collect(f"{path}/{index}", item, found, seen)
    else:
        from unikeras.core.random import SeedGenerator

        if isinstance(value, SeedGenerator) and id(value.state) not in seen:
            seen.add(id(value.state))
            found.append((f"{path}/state", value.state))


def _unique(variables: Iterable[Variable]) -> list[Variable]:
    seen: set[int] = set()
    result = []
    for variable in variables:
        if id(variable) not in seen:
            seen.add(id(variable))
            result.append(variable)
    return result
