"""Nested structures (lists, tuples, named tuples, dicts) of anything; every other object is a leaf, also `None`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from unikeras.core.shape import TensorShape

__all__ = ["assert_same_structure", "flatten", "flatten_with_path", "is_nested", "map_structure", "pack_as"]


def is_nested(value: Any) -> bool:
    """Whether `value` is a list, tuple or mapping (a shape is not).

    Example:
        >>> is_nested([1]), is_nested({"a": 1}), is_nested("ab")
        (True, True, False)
    """
    return isinstance(value, (list, tuple, Mapping)) and not isinstance(value, TensorShape)


def _items(structure: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(structure, Mapping):
        try:
            return [(key, structure[key]) for key in sorted(structure)]
        except TypeError:  # keys of several types have no order
            return list(structure.items())
    return enumerate(structure)


def flatten(structure: Any) -> list[Any]:
    """The leaves, dictionaries in the order of their sorted keys.

    Example:
        >>> flatten({"b": [1, (2, 3)], "a": None})
        [None, 1, 2, 3]
    """
    if not is_nested(structure):
        return [structure]
    leaves: list[Any] = []
    for _, value in _items(structure):
        if is_nested(value):
            leaves.extend(flatten(value))
        else:
            leaves.append(value)
    return leaves


def flatten_with_path(structure: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves with the keys and indices that lead to them."""
    if not is_nested(structure):
        return [(path, structure)]
    return [pair for key, value in _items(structure) for pair in flatten_with_path(value, (*path, key))]


def _rebuild(structure: Any, values: list[Any]) -> Any:
    if isinstance(structure, Mapping):
        made = dict(zip((key for key, _ in _items(structure)), values, strict=True))
        ordered = {key: made[key] for key in structure}
        return ordered if type(structure) is dict else _mapping(structure, ordered)
    if hasattr(structure, "_fields"):
        return type(structure)(*values)
    return (
        type(structure)(values)
        if type(structure) in (list, tuple)
        else tuple(values)
        if isinstance(structure, tuple)
        else values
    )


def _mapping(structure: Mapping, values: dict[Any, Any]) -> Any:
    try:
        return type(structure)(values)  # type: ignore[call-arg]
    except TypeError:
        return values


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    return _rebuild(structure, [_pack(value, leaves) for _, value in _items(structure)])


def pack_as(structure: Any, leaves: Iterable[Any]) -> Any:
    """A structure like `structure` with these leaves.

    Raises:
        ValueError: there are more or fewer leaves than `structure` has.

    Example:
        >>> pack_as({"b": [0, 0], "a": 0}, [1, 2, 3])
        {'b': [2, 3], 'a': 1}
    """
    leaves = list(leaves)
    if len(leaves) != len(flatten(structure)):
        raise ValueError(f"Structure has {len(flatten(structure))} leaves, but {len(leaves)} were given.")
    return _pack(structure, iter(leaves))


def map_structure(function: Callable[..., Any], structure: Any, *others: Any) -> Any:
    """`function` of every leaf (of the leaves in the same place of all structures).

    Raises:
        ValueError: the structures differ.

    Example:
        >>> map_structure(lambda a, b: a + b, [1, {"x": 2}], [10, {"x": 20}])
        [11, {'x': 22}]
    """
    for other in others:
        assert_same_structure(structure, other)
    columns = zip(flatten(structure), *(flatten(other) for other in others), strict=True)
    return _pack(structure, iter([function(*leaves) for leaves in columns]))


def assert_same_structure(a: Any, b: Any, path: str = "the structure") -> None:
    """Raise `ValueError` that says where two structures differ.

    Raises:
        ValueError: they differ.
    """
    if is_nested(a) != is_nested(b) or isinstance(a, Mapping) != isinstance(b, Mapping):
        raise ValueError(
            f"The two structures differ at {path}: {type(a).__name__} against {type(b).__name__}."
        )
    if not is_nested(a):
        return
    if isinstance(a, Mapping) and set(a) != set(b):
        raise ValueError(
            f"The two structures differ at {path}: keys {sorted(map(str, a))} against {sorted(map(str, b))}."
        )
    if len(a) != len(b):
        raise ValueError(f"The two structures differ at {path}: {len(a)} entries against {len(b)}.")
    for (key, left), (_, right) in zip(_items(a), _items(b), strict=True):
        assert_same_structure(left, right, f"{path}[{key!r}]")
