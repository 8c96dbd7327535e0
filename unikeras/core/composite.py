"""`CompositeTensor`: a value made of several tensors (ragged, sparse, index and slices), and structures that hold such values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from unikeras.core import nest
from unikeras.core.shape import TensorShape

if TYPE_CHECKING:
    from unikeras.core.dtypes import DType
    from unikeras.core.spec import TypeSpec

__all__ = [
    "CompositeTensor",
    "assert_same_structure",
    "flatten",
    "is_composite",
    "map_structure",
    "pack_sequence_as",
]


class CompositeTensor:
    """The base of values that consist of several tensors, their components.

    A subclass has a `_type_spec`, which takes a value apart and puts it together again (`_to_components`,
    `_from_components`), and a table `handlers` of what ops do with its values: op's name -> function of
    (op, arguments, attributes by name, strict).
    """

    __slots__ = ()
    handlers: ClassVar[dict[str, Callable[..., Any]]]

    @property
    def _type_spec(self) -> TypeSpec:
        raise NotImplementedError(f"{type(self).__name__} has no type spec.")

    @property
    def shape(self) -> TensorShape:
        """The dimensions that are known."""
        return self._type_spec.shape  # type: ignore[attr-defined]

    @property
    def dtype(self) -> DType:
        """The elements' type."""
        return self._type_spec.dtype  # type: ignore[attr-defined]

    def get_shape(self) -> TensorShape:
        """Same as `shape`."""
        return self.shape

    @property
    def _entries(self) -> Any:
        """The tensor of what it holds, which gradients flow through."""
        raise NotImplementedError(f"{type(self).__name__} has no entries.")

    def _with_entries(self, entries: Any) -> Any:
        """The same with other entries."""
        raise NotImplementedError(f"{type(self).__name__} has no entries.")

    def _read(self) -> Any:
        """Where one tensor is needed: there is none."""
        raise ValueError(
            f"A {type(self).__name__} is not a single tensor. Convert it first: {self._dense_hint}."
        )

    _dense_hint = "see its methods"

    def _apply_op(self, op: Any, args: tuple[Any, ...], attributes: dict[str, Any], strict: bool) -> Any:
        """What an op does with arguments of which one is this value; called by `Op._call`."""
        handler = self._handlers().get(op.__name__.lstrip("_"))
        if handler is None:
            raise ValueError(
                f"{op.__name__.lstrip('_')}: not available for a {type(self).__name__}. Convert it first: {self._dense_hint}."
            )
        return handler(op, args, attributes, strict)

    def _moved(self, move: Callable[[Any], Any]) -> Any:
        """The same with its tensors where `move` puts them."""
        return self._with_entries(move(self._entries))

    @classmethod
    def _handlers(cls) -> dict[str, Callable[..., Any]]:
        return cls.handlers


def is_composite(value: Any) -> bool:
    """Whether `value` is made of several tensors."""
    return isinstance(value, CompositeTensor)


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of a structure (mirrors `tf.nest.flatten`), dictionaries in the order of their sorted keys.

    Args:
        structure: lists, tuples, dictionaries of anything.
        expand_composites: whether ragged, sparse ... tensors are taken apart into their components.

    Example:
        >>> import unikeras as tf
        >>> tf.nest.flatten({"b": [1, (2, 3)], "a": 0})
        [0, 1, 2, 3]
        >>> len(tf.nest.flatten([tf.ragged.constant([[1], []])], expand_composites=True))
        2
    """
    leaves = nest.flatten(structure)
    if not expand_composites:
        return leaves
    return [part for leaf in leaves for part in _parts(leaf)]


def _spec(leaf: Any) -> Any:
    """The spec that takes a leaf apart, if it has components (a spec of a composite stands for one)."""
    from unikeras.core.spec import TensorSpec, TypeSpec

    if isinstance(leaf, CompositeTensor):
        return leaf._type_spec
    return leaf if isinstance(leaf, TypeSpec) and not isinstance(leaf, TensorSpec) else None


def _parts(leaf: Any) -> list[Any]:
    spec = _spec(leaf)
    if spec is None:
        return [leaf]
    return spec._to_components(leaf) if isinstance(leaf, CompositeTensor) else list(spec._component_specs)


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any], expand_composites: bool = False) -> Any:
    """A structure like `structure` with these leaves (mirrors `tf.nest.pack_sequence_as`).

    Args:
        structure: lists, tuples, dictionaries of anything.
        flat_sequence: the leaves.
        expand_composites: whether they are components where `structure` has ragged, sparse ... tensors (or their specs).

    Raises:
        ValueError: there are more or fewer leaves than `structure` has.
        TypeError: `flat_sequence` is not a sequence.

    Example:
        >>> import unikeras as tf
        >>> tf.nest.pack_sequence_as({"b": [0, 0], "a": 0}, [1, 2, 3])
        {'b': [2, 3], 'a': 1}
    """
    if not nest.is_nested(flat_sequence) and not hasattr(flat_sequence, "__next__"):
        raise TypeError(f"flat_sequence must be a list or tuple, not a {type(flat_sequence).__name__}.")
    leaves = list(flat_sequence)
    if not expand_composites:
        return nest.pack_as(structure, leaves)
    wanted = nest.flatten(structure)
    counts = [len(_parts(leaf)) for leaf in wanted]
    if len(leaves) != sum(counts):
        raise ValueError(f"Structure has {sum(counts)} leaves, but {len(leaves)} were given.")
    given = iter(leaves)
    packed = []
    for leaf, count in zip(wanted, counts, strict=True):
        parts = [next(given) for _ in range(count)]
        spec = _spec(leaf)
        packed.append(parts[0] if spec is None else spec._from_components(parts))
    return nest.pack_as(structure, packed)


def map_structure(
    func: Callable[..., Any], *structure: Any, expand_composites: bool = False, check_types: bool = True
) -> Any:
    """`func` of every leaf, or of the leaves in the same place of all structures (mirrors `tf.nest.map_structure`).

    Args:
        func: function of as many leaves as there are structures.
        *structure: lists, tuples, dictionaries of anything, alike.
        expand_composites: whether `func` is given the components of ragged, sparse ... tensors.
        check_types: whether lists, tuples and dictionaries must be of the same types.

    Raises:
        TypeError: `func` cannot be called, or the types differ.
        ValueError: no structure, or they differ.

    Example:
        >>> import unikeras as tf
        >>> tf.nest.map_structure(lambda a, b: a + b, [1, {"x": 2}], [10, {"x": 20}])
        [11, {'x': 22}]
    """
    if not callable(func):
        raise TypeError(f"func must be callable, not {func!r}.")
    if not structure:
        raise ValueError("map_structure: give at least one structure.")
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand_composites)
    columns = zip(*(flatten(s, expand_composites) for s in structure), strict=True)
    return pack_sequence_as(structure[0], [func(*leaves) for leaves in columns], expand_composites)


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Check that two structures are alike (mirrors `tf.nest.assert_same_structure`).

    Args:
        nest1: a structure.
        nest2: another one.
        check_types: whether lists, tuples and dictionaries must be of the same types.
        expand_composites: whether ragged, sparse ... tensors must be alike too.

    Raises:
        ValueError: they have other entries.
        TypeError: they have other types.

    Example:
        >>> import unikeras as tf
        >>> tf.nest.assert_same_structure([1, (2,)], [3, (4,)])
    """
    nest.assert_same_structure(nest1, nest2)
    if check_types:
        _same_types(nest1, nest2)
    if expand_composites:
        for a, b in zip(nest.flatten(nest1), nest.flatten(nest2), strict=True):
            first, second = _spec(a), _spec(b)
            if (first is None) != (second is None) or (
                first is not None and first.most_specific_common_supertype([second]) is None
            ):
                raise ValueError(f"The two structures differ: {a!r} against {b!r}.")


def _same_types(a: Any, b: Any) -> None:
    if not nest.is_nested(a):
        return
    dictionaries = isinstance(a, dict) and isinstance(b, dict)
    if type(a) is not type(b) and not dictionaries:
        raise TypeError(f"The two structures differ in type: {type(a).__name__} against {type(b).__name__}.")
    for (_, left), (_, right) in zip(nest._items(a), nest._items(b), strict=True):
        _same_types(left, right)
