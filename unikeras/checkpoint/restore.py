"""Putting a checkpoint's values into objects, also those that are made later."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.checkpoint.bundle import CheckpointReader
from unikeras.checkpoint.graph import VALUE, children_of, is_trackable, values_of
from unikeras.core import deferred
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.variable import Variable, init_scope

__all__ = ["LoadStatus", "NameBasedStatus", "Restoration", "restore"]


def restore(reader: CheckpointReader, root: Any) -> LoadStatus:
    """Put the values of a checkpoint into `root` and what it depends on."""
    if reader.graph is None:
        return NameBasedStatus(reader, root)
    restoration = Restoration(reader)
    try:
        restoration.match(root, 0)
    except Exception:
        restoration.quiet = True
        raise
    restoration.start()
    return LoadStatus(restoration, root)


# What optimizers have beside the values for each weight; an inner optimizer has both.
_SCALARS = (
    "_iterations",
    "_learning_rate",
    "iter",
    "learning_rate",
    "_optimizer",
    "current_loss_scale",
    "good_steps",
)


class Restoration:
    """One restoring of one checkpoint: which of its objects are which of the program's.

    Args:
        reader: the checkpoint; it has an object graph.
    """

    def __init__(self, reader: CheckpointReader) -> None:
        self.reader = reader
        assert reader.graph is not None
        self.nodes = reader.graph
        self.matched: dict[int, int] = {}  # node -> the id of the program's object
        self.filled: set[int] = set()  # nodes whose values were put in place
        self._known: set[tuple[int, int]] = set()
        self._waiting: set[tuple[int, int]] = set()
        self._held: list[Callable[[], None]] | None = []  # assignments, until everything is known to fit
        self.quiet = False  # whether nothing is said of values that nothing took

    def start(self) -> None:
        """Do what was found to be done; from now on, at once."""
        held, self._held = self._held or [], None
        for assignment in held:
            assignment()

    def _do(self, assignment: Callable[[], None]) -> None:
        if self._held is None:
            assignment()
        else:
            self._held.append(assignment)

    def unused(self) -> list[str]:
        """The keys of the checkpoint's values that nothing took."""
        return [
            key for n, node in enumerate(self.nodes) if n not in self.filled for _, key in node.attributes
        ]

    def __del__(self) -> None:
        # It lives as long as an object that may still get something.
        if self.quiet or sys.is_finalizing():
            return
        unused = [key for key in self.unused() if not key.startswith("save_counter/")]
        if unused:
            logging.getLogger("unikeras").warning(
                "%s: %d of the checkpoint's values were never used, such as %r. Say status.expect_partial() if that is meant, or "
                "status.assert_consumed() to be told at once.",
                self.reader.name,
                len(unused),
                unused[0],
            )

    def match(self, thing: Any, number: int) -> None:
        """The object is the checkpoint's node of that number: restore it and go on to what it depends on."""
        node = self.nodes[number]
        if (id(thing), number) not in self._known:
            self._known.add((id(thing), number))
            self.matched[number] = id(thing)
            self._fill(thing, number)
        is_optimizer = hasattr(thing, "_slots") and hasattr(thing, "_trainable_variables")
        present = children_of(thing)
        later = []
        complete = True
        for name, child in node.children:
            if is_optimizer and name not in _SCALARS:
                continue
            found = _named(present, name)
            if found is None:
                complete = False
            elif name.startswith("layer-"):
                later.append((found, child))
            else:
                self.match(found, child)
        for (
            found,
            child,
        ) in (
            later
        ):  # layers with weights were found by their places among those, which Input layers do not change
            if id(found) not in self.matched.values() and child not in self.matched:
                self.match(found, child)
        if is_optimizer:
            complete = self._optimizer(thing, number)
        if not complete and hasattr(thing, "__weakref__") and (id(thing), number) not in self._waiting:
            self._waiting.add((id(thing), number))
            deferred.expect(thing, lambda again: self.match(again, number))

    def _fill(self, thing: Any, number: int) -> None:
        node = self.nodes[number]
        if not node.attributes or number in self.filled:
            return
        if isinstance(thing, Variable):
            for name, key in node.attributes:
                if name == VALUE:
                    value = self.reader.get_tensor(key)
                    _check(thing, value, key)
                    self._do(functools.partial(_assign, thing, value))
                    self.filled.add(number)
            return
        take = getattr(thing, "_checkpoint_restore", None)
        if take is None:
            return
        endings = values_of(thing)
        given = {
            name: {ending: self.reader.get_tensor(key + ending) for ending in endings[name]}
            for name, key in node.attributes
            if name in endings
        }
        if given:
            self._do(lambda: take(given))
            self.filled.add(number)

    def _optimizer(self, optimizer: Any, number: int) -> bool:
        """Its variables, which the two generations of tf.keras's optimizers keep in different ways; whether it has them."""
        from unikeras.saving.optimizer_state import places
        from unikeras.saving.optimizer_state import restore as put

        if not optimizer.built:
            return False
        numbers = self._slot_nodes(optimizer, number)
        if self.filled.issuperset(numbers):
            return True
        held = [(child, *self.reader.variable(child)) for child in numbers]
        held = [(child, _full(name), value) for child, name, value in held]
        found = places(optimizer, [tuple(np.shape(v)) for *_, v in held], [name for _, name, _ in held])
        if isinstance(found, str):
            if any(len(np.shape(value)) for *_, value in held):
                raise InvalidArgumentError(
                    f"{self.reader.name}: the optimizer's state does not fit: {found}."
                )
            return True
        pairs = [(variable, held[index][2]) for variable, index in found]

        def assign() -> None:
            with init_scope():
                put(optimizer, pairs)

        self._do(assign)
        self.filled |= {child for child, *_ in held}
        self.matched |= {held[index][0]: id(variable) for variable, index in found}
        return True

    def _slot_nodes(self, optimizer: Any, number: int) -> list[int]:
        node = self.nodes[number]
        by_name = dict(node.children)
        if not node.slots:
            own = (
                [child for _, child in self.nodes[by_name["_variables"]].children]
                if "_variables" in by_name
                else []
            )
            first = [by_name[n] for n in ("_iterations", "_learning_rate") if n in by_name]
            rest = [child for child in own if child not in first]
            known = {child: self._place_of(optimizer, child) for child in rest}
            if None not in known.values():
                rest.sort(key=lambda child: known[child] or 0)
            return first + rest
        order = {id(v): place for place, v in enumerate(optimizer._trainable_variables)}
        slots = []
        for of, name, child in node.slots:
            place = order.get(self.matched.get(of, 0))
            if place is not None:
                slots.append((name, place, child))
        first = [child for name, child in node.children if name in ("iter", "learning_rate")]
        return first + [child for *_, child in sorted(slots)]

    def _place_of(self, optimizer: Any, number: int) -> int | None:
        """Where the weight stands among the optimizer's that a value 'Adam/m/dense/kernel' is for, if the names tell.

        tf.keras's order of a subclassed model's weights is another than Keras 3's.
        """
        weight = _full(self.nodes[number].full_names[0]).partition("/")[2].partition("/")[2]
        order = {id(v): place for place, v in enumerate(optimizer._trainable_variables)}
        things = {
            self.matched.get(n, 0)
            for n, node in enumerate(self.nodes)
            if weight and weight in node.full_names
        }
        found = [order[thing] for thing in things if thing in order]
        return found[0] if len(found) == 1 else None


def _full(name: str) -> str:
    """The name of an optimizer's value as 'Adam/m/dense/kernel'; models that were loaded write it as 'm/dense/kernel'."""
    return name if "/" not in name or name[0].isupper() else f"Optimizer/{name}"


def _named(present: dict[str, Any], name: str) -> Any:
    for known in (name, name.lstrip("_"), f"_{name}"):
        if known in present and is_trackable(present[known]):
            return present[known]
    return None


def _check(variable: Variable, value: Any, key: str) -> None:
    if tuple(np.shape(value)) != tuple(variable.shape):
        raise ValueError(
            f"Received incompatible tensor with shape {tuple(np.shape(value))} when attempting to restore variable "
            f"{variable.name!r} with shape {tuple(variable.shape)} and the checkpoint's key {key!r}."
        )


def _assign(variable: Variable, value: Any) -> None:
    with init_scope():
        variable.assign(np.asarray(value))


class LoadStatus:
    """What `restore` returns: whether all was found (mirrors TensorFlow's load status).

    Args:
        restoration: the restoring.
        root: what was restored.
    """

    def __init__(self, restoration: Restoration, root: Any) -> None:
        self._restoration = restoration
        self._root = root

    def unused(self) -> list[str]:
        """The keys of the checkpoint's values that nothing took."""
        return self._restoration.unused()

    def missing(self) -> list[Any]:
        """The variables, and other objects with values, that the checkpoint has nothing for."""
        matched = {self._restoration.matched.get(n, 0) for n in self._restoration.filled}
        return [thing for thing in reachable(self._root) if _has_values(thing) and id(thing) not in matched]

    def assert_consumed(self) -> LoadStatus:
        """Check that every value of the checkpoint was used, and every object found.

        Raises:
            AssertionError: it was not.
        """
        unused = self.unused()
        if unused:
            raise AssertionError(
                f"Unresolved object in checkpoint {self._restoration.reader.name}: {len(unused)} values have no object in the "
                f"program, such as {unused[0]!r}. Objects made later are restored then; expect_partial() says that the rest may stay."
            )
        return self.assert_existing_objects_matched()

    def assert_existing_objects_matched(self) -> LoadStatus:
        """Check that every object that is there was found in the checkpoint.

        Raises:
            AssertionError: one was not.
        """
        lost = self.missing()
        if lost:
            raise AssertionError(
                f"Found Python objects that are not in the checkpoint: {[_text(t) for t in lost[:5]]}."
            )
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Check that anything at all was restored.

        Raises:
            AssertionError: nothing but the root was found.
        """
        if not self._restoration.filled and len(self._restoration.matched) < 2:
            raise AssertionError(
                f"Nothing to load: no object of {self._restoration.reader.name} was found in the program."
            )
        return self

    def expect_partial(self) -> LoadStatus:
        """Say nothing about values that were not used."""
        self._restoration.quiet = True
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Nothing: values are restored at once."""

    initialize_or_restore = run_restore_ops


class NameBasedStatus(LoadStatus):
    """The status of a checkpoint of TF 1, which has names of variables and no objects.

    Args:
        reader: the checkpoint.
        root: what is restored: its variables are found by their names.
    """

    def __init__(self, reader: CheckpointReader, root: Any) -> None:
        self._reader = reader
        self._root = root
        self._found: set[int] = set()
        keys = set(reader.get_variable_to_shape_map())
        self._left = set(keys)
        for thing in reachable(root):
            if isinstance(thing, Variable) and thing._name in keys:
                value = reader.get_tensor(thing._name)
                _check(thing, value, thing._name)
                _assign(thing, value)
                self._found.add(id(thing))
                self._left.discard(thing._name)

    def unused(self) -> list[str]:
        """The names of the checkpoint's values that no variable has."""
        return sorted(self._left)

    def missing(self) -> list[Any]:
        """The variables whose names are not in the checkpoint."""
        return [t for t in reachable(self._root) if isinstance(t, Variable) and id(t) not in self._found]

    def assert_consumed(self) -> LoadStatus:
        """Check that every value was used and every variable found.

        Raises:
            AssertionError: it was not.
        """
        if self._left:
            raise AssertionError(
                f"{self._reader.name}: some values have no variable of their name: {self.unused()[:5]}."
            )
        return self.assert_existing_objects_matched()

    def expect_partial(self) -> LoadStatus:
        """Itself."""
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Check that a variable was found.

        Raises:
            AssertionError: none was.
        """
        if not self._found:
            raise AssertionError(f"{self._reader.name}: no variable has the name of one of its values.")
        return self


def reachable(root: Any) -> list[Any]:
    """An object and all that it depends on, each once, the nearest first."""
    found: dict[int, Any] = {id(root): root}
    queue = [root]
    while queue:
        for child in children_of(queue.pop(0)).values():
            if id(child) not in found:
                found[id(child)] = child
                queue.append(child)
    return list(found.values())


def _has_values(thing: Any) -> bool:
    return (
        bool(values_of(thing)) if not isinstance(thing, Variable) else thing._name != "seed_generator_state"
    )


def _text(thing: Any) -> str:
    return thing.name if isinstance(thing, Variable) else repr(thing)
