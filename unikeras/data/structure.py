"""Elements of a data set inside the pipeline: flat lists of leaves, and the structure that the user sees them in.

A leaf is a NumPy array (of dtype object for strings, which are `bytes`), a ragged or sparse tensor whose components are such
arrays, a data set (an element of `window`), an optional, or `None`. Nothing is put on a device before the user gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unikeras import engine
from unikeras.core.composite import CompositeTensor
from unikeras.core.dtypes import as_dtype
from unikeras.core.nest import flatten, is_nested, pack_as
from unikeras.core.operators import Operators
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec, TypeSpec
from unikeras.core.tensor import Tensor, default_numpy
from unikeras.data.specs import NoneTensorSpec, OptionalSpec

__all__ = [
    "Structure",
    "as_element",
    "host_leaf",
    "plain_leaf",
    "spec_of_leaf",
    "tensor_leaf",
    "tensor_spec",
]


class Structure:
    """The tuples and dictionaries around the leaves of an element.

    Args:
        template: an element, or its spec: only what is around the leaves matters.

    Example:
        >>> s = Structure({"b": (0, 0), "a": 0})
        >>> s.flatten({"a": 1, "b": (2, 3)}), s.pack([1, 2, 3])
        ([1, 2, 3], {'b': (2, 3), 'a': 1})
    """

    __slots__ = ("count", "flatten", "pack", "template")

    flatten: Callable[[Any], list[Any]]
    pack: Callable[[list[Any]], Any]

    def __init__(self, template: Any) -> None:
        self.template = template
        self.count = len(flatten(template))
        flat = is_nested(template) and not any(map(is_nested, _values(template)))
        if not is_nested(template):
            self.flatten, self.pack = _alone, _first
        elif type(template) is tuple and flat:
            self.flatten, self.pack = list, tuple
        elif type(template) is dict and flat:
            order = tuple(template)
            keys = sorted(template)
            self.flatten = lambda element: [element[key] for key in keys]
            if list(order) == keys:
                self.pack = lambda leaves: dict(zip(order, leaves, strict=True))
            else:
                self.pack = lambda leaves: pack_as(template, leaves)
        else:
            self.flatten, self.pack = flatten, lambda leaves: pack_as(template, leaves)


def _values(structure: Any) -> Any:
    return structure.values() if isinstance(structure, Mapping) else structure


def _alone(element: Any) -> list[Any]:
    return [element]


def _first(leaves: list[Any]) -> Any:
    return leaves[0]


def as_element(value: Any, leaf: Callable[[Any], Any] | None = None) -> Any:
    """What a user gives as an element, with host leaves: a list is one tensor, tuples and dictionaries are structures.

    Args:
        value: tensors, arrays, numbers, strings ... in tuples and dictionaries.
        leaf: what to make of each leaf; `host_leaf` by default.
    """
    leaf = leaf or host_leaf
    if isinstance(value, Mapping):
        made = {key: as_element(part, leaf) for key, part in value.items()}
        try:
            return made if type(value) is dict else type(value)(made)  # type: ignore[call-arg]
        except TypeError:
            return made
    if isinstance(value, tuple) and not isinstance(value, TensorShape):
        parts = [as_element(part, leaf) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return leaf(value)


def host_leaf(value: Any) -> Any:
    """A user's value as a leaf.

    Raises:
        ValueError, TypeError: it cannot be a tensor.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind not in "SUO":
        return value
    if isinstance(value, Tensor):
        array = value._array
        if not isinstance(array, np.ndarray):
            array = engine.current().to_numpy(array) if engine.current().owns(array) else np.asarray(array)
        return array
    if value is None:
        return None
    if isinstance(value, CompositeTensor):
        spec = value._type_spec
        return spec._from_components([Tensor(host_leaf(part)) for part in spec._to_components(value)])
    if isinstance(value, Operators):  # a variable
        return np.asarray(value)
    if hasattr(value, "_make_iterator") or hasattr(value, "has_value"):
        return value
    kind = getattr(value, "_fields", None)
    if kind == ("indices", "values", "dense_shape"):
        from unikeras.composites.sparse_tensor import SparseTensor

        return host_leaf(SparseTensor(*value))
    if kind == ("values", "row_splits"):
        from unikeras.composites.ragged_tensor import RaggedTensor

        return host_leaf(RaggedTensor.from_row_splits(value.values, value.row_splits))
    if isinstance(value, (list, tuple)) and any(isinstance(v, Operators) for v in flatten(value)):
        return np.stack([host_leaf(list(v) if isinstance(v, tuple) else v) for v in value])
    try:
        array = default_numpy(value)
    except ValueError:
        raise ValueError("Can't convert non-rectangular Python sequence to Tensor.") from None
    if array.dtype == object and not all(isinstance(v, bytes) for v in array.ravel()):
        array = _numbers_of_objects(array, value)
    return array


def _numbers_of_objects(array: np.ndarray, value: Any) -> np.ndarray:
    """An array of Python objects that are numbers as one of numbers (a column of a table)."""
    wrong = next(v for v in array.ravel() if not isinstance(v, bytes))
    if any(isinstance(v, bytes) for v in array.ravel()) or not isinstance(
        wrong, (bool, int, float, np.generic)
    ):
        raise ValueError(
            f"Failed to convert a NumPy array or Python object to a Tensor: unsupported object type {type(wrong).__name__} "
            f"in {value!r:.80}. A column of mixed types needs astype(...) first; None and NaN beside strings need a value."
        )
    return default_numpy(array.tolist())


def tensor_leaf(leaf: Any) -> Any:
    """A leaf as the user gets it: a tensor on the engine in use."""
    if isinstance(leaf, np.ndarray):
        if leaf.dtype == object:
            return Tensor(leaf)
        return Tensor(engine.current().from_numpy(leaf))
    if isinstance(leaf, np.generic):
        return Tensor(engine.current().from_numpy(np.asarray(leaf)))
    if isinstance(leaf, CompositeTensor):
        spec = leaf._type_spec
        return spec._from_components([tensor_leaf(host_leaf(part)) for part in spec._to_components(leaf)])
    return leaf


def plain_leaf(leaf: Any) -> Any:
    """A leaf as `as_numpy_iterator` gives it: a NumPy array or scalar, `bytes`."""
    if isinstance(leaf, np.ndarray):
        return leaf[()] if leaf.ndim == 0 else np.array(leaf)
    if isinstance(leaf, CompositeTensor):
        return leaf.numpy() if hasattr(leaf, "numpy") else _dense(leaf)
    return leaf


def _dense(leaf: Any) -> np.ndarray:
    """The elements of a sparse tensor, zeros (empty strings) elsewhere."""
    values = host_leaf(leaf.values)
    made = np.full(host_leaf(leaf.dense_shape), b"" if values.dtype == object else 0, values.dtype)
    made[tuple(host_leaf(leaf.indices).T)] = values
    return made


def tensor_spec(array: np.ndarray) -> TensorSpec:
    """The spec of an array."""
    return TensorSpec(array.shape, "string" if array.dtype == object else as_dtype(array.dtype))


def spec_of_leaf(leaf: Any) -> Any:
    """The spec of a leaf."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return tensor_spec(np.asarray(leaf))
    if leaf is None:
        return NoneTensorSpec()
    if isinstance(leaf, CompositeTensor):
        return leaf._type_spec
    if hasattr(leaf, "_make_iterator"):
        from unikeras.data.specs import DatasetSpec

        return DatasetSpec(leaf.element_spec)
    if hasattr(leaf, "has_value"):
        return OptionalSpec(leaf.element_spec)
    if isinstance(leaf, TypeSpec):
        return leaf
    raise TypeError(f"{leaf!r} cannot be part of an element of a data set.")
