"""Functions of structures that Keras 3 has (`keras.tree`) beside those of `core/nest.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from unikeras.core import nest

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure_up_to",
    "traverse",
]


class MAP_TO_NONE:
    """What a function given to `traverse` returns to put `None` there (mirrors `keras.tree.MAP_TO_NONE`)."""


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """A structure with what func returns for its parts, where that is not `None` (mirrors `keras.tree.traverse`).

    Args:
        func: called with every part; `None` keeps it (and goes on to its parts, if `top_down`), `MAP_TO_NONE` makes it `None`.
        structure: lists, tuples and dictionaries.
        top_down: whether a part comes before its own parts, or after them.

    Example:
        >>> traverse(lambda x: x + 1 if isinstance(x, int) else None, [1, (2,)])
        [2, (3,)]
    """

    def settled(found: Any, part: Any) -> Any:
        return (
            None
            if found is MAP_TO_NONE or isinstance(found, MAP_TO_NONE)
            else part
            if found is None
            else found
        )

    if top_down:
        found = func(structure)
        if found is not None:
            return settled(found, structure)
    if nest.is_nested(structure):
        structure = nest._rebuild(structure, [traverse(func, v, top_down) for _, v in nest._items(structure)])
    return structure if top_down else settled(func(structure), structure)


def lists_to_tuples(structure: Any) -> Any:
    """A structure with tuples in place of lists (mirrors `keras.tree.lists_to_tuples`).

    Example:
        >>> lists_to_tuples([1, [2]])
        (1, (2,))
    """
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False)


def _is_shape(structure: Any) -> bool:
    return isinstance(structure, (list, tuple)) and all(d is None or isinstance(d, int) for d in structure)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """func of every shape, a tuple or list of ints and `None`s, of a structure (mirrors `keras.tree.map_shape_structure`).

    Example:
        >>> map_shape_structure(len, {"a": (2, None), "b": [(3,)]})
        {'a': 2, 'b': [1]}
    """
    if _is_shape(structure):
        return func(tuple(structure))
    if not nest.is_nested(structure):
        raise ValueError(f"map_shape_structure: expected shapes, got {structure!r}.")
    return nest._rebuild(structure, [map_shape_structure(func, v) for _, v in nest._items(structure)])


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """func of the parts of structures where a shallower one has leaves (mirrors `keras.tree.map_structure_up_to`).

    Example:
        >>> map_structure_up_to([0, 0], len, [[1, 2], [3]])
        [2, 1]
    """
    if not nest.is_nested(shallow_structure):
        return func(*structures)
    entries = [dict(nest._items(s)) for s in structures]
    parts = []
    for key, value in nest._items(shallow_structure):
        if any(key not in e for e in entries):
            raise ValueError(f"map_structure_up_to: {key!r} is missing in one of the structures.")
        parts.append(map_structure_up_to(value, func, *(e[key] for e in entries)))
    return nest._rebuild(shallow_structure, parts)


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Refuse structures that differ; a list differs from a tuple (mirrors `keras.tree.assert_same_structure`).

    Args:
        a: a structure.
        b: another one.
        check_types: accepted, without effect, as in Keras.

    Raises:
        ValueError: they differ; the message says where.

    Example:
        >>> assert_same_structure({"a": [1, 2]}, {"a": [3, 4]})
    """
    nest.assert_same_structure(a, b)
    _same_types(a, b, "the structure")


def _same_types(a: Any, b: Any, path: str) -> None:
    if not nest.is_nested(a):
        return
    if not isinstance(a, Mapping) and type(a) is not type(b):
        raise ValueError(
            f"The two structures differ at {path}: {type(a).__name__} against {type(b).__name__}."
        )
    for key in a if isinstance(a, Mapping) else range(len(a)):
        _same_types(a[key], b[key], f"{path}[{key!r}]")


def assert_same_paths(a: Any, b: Any) -> None:
    """Check that two structures have leaves at the same places (mirrors `keras.tree.assert_same_paths`).

    Raises:
        ValueError: they do not.

    Example:
        >>> assert_same_paths([1, 2], (3, 4))
    """
    first, second = ({path for path, _ in nest.flatten_with_path(s)} for s in (a, b))
    if first != second:
        raise ValueError(
            f"assert_same_paths: leaves are at {sorted(map(str, first ^ second))} of one structure only."
        )
