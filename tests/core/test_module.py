"""What a module holds: attributes, lists, dictionaries, nested and shared, and changes of them."""

from __future__ import annotations

import copy

import pytest

import unikeras as tf
from unikeras.core.random import SeedGenerator


def variable(name, trainable=True):
    return tf.Variable(1.0, name=name, trainable=trainable)


def names(module):
    return [v.name.removesuffix(":0") for v in module.variables]


class Box(tf.Module):
    def __init__(self, *contents):
        super().__init__()
        for i, item in enumerate(contents):
            setattr(self, f"item_{i}", item)


def test_variables_in_the_order_they_were_set():
    box = Box(variable("b"), variable("a", trainable=False), variable("c"))
    assert names(box) == ["b", "a", "c"]
    assert [v.name for v in box.trainable_variables] == ["b:0", "c:0"]
    assert [v.name for v in box.non_trainable_variables] == ["a:0"]


def test_containers():
    box = Box(
        [variable("a"), (variable("b"), {"k": [variable("c")]})],
        {"x": variable("d"), "y": Box(variable("e"))},
    )
    assert sorted(names(box)) == list("abcde")
    assert [type(m) for m in box.submodules] == [Box]


def test_what_is_shared_counts_once():
    v = variable("v")
    inner = Box(v)
    outer = Box(inner, v, [inner, v], {"again": inner})
    assert names(outer) == ["v"]
    assert outer.submodules == (inner,)


def test_modules_that_hold_each_other():
    a, b = Box(variable("a")), Box(variable("b"))
    a.other, b.other = b, a
    assert sorted(names(a)) == sorted(names(b)) == ["a", "b"]


CHANGES = {
    "append": (lambda box: box.items.append(variable("new")), ["a", "b", "new"]),
    "extend": (lambda box: box.items.extend([variable("new")]), ["a", "b", "new"]),
    "insert": (lambda box: box.items.insert(0, variable("new")), ["new", "a", "b"]),
    "iadd": (lambda box: box.items.__iadd__([variable("new")]), ["a", "b", "new"]),
    "setitem": (lambda box: box.items.__setitem__(0, variable("new")), ["new", "b"]),
    "delitem": (lambda box: box.items.__delitem__(0), ["b"]),
    "pop": (lambda box: box.items.pop(), ["a"]),
    "clear": (lambda box: box.items.clear(), []),
    "reverse": (lambda box: box.items.reverse(), ["b", "a"]),
    "replace": (lambda box: setattr(box, "items", [variable("new")]), ["new"]),
    "delete": (lambda box: delattr(box, "items"), []),
    "none": (lambda box: setattr(box, "items", None), []),
    "attribute": (lambda box: setattr(box, "more", variable("new")), ["a", "b", "new"]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_seen(change):
    box = Box()
    box.items = [variable("a"), variable("b")]
    outer = Box(box)
    assert names(outer) == ["a", "b"]
    make, expected = CHANGES[change]
    make(box)
    assert names(box) == names(outer) == expected


DICTIONARY_CHANGES = {
    "setitem": (lambda d: d.__setitem__("new", variable("new")), ["a", "new"]),
    "update": (lambda d: d.update(new=variable("new")), ["a", "new"]),
    "ior": (lambda d: d.__ior__({"new": variable("new")}), ["a", "new"]),
    "setdefault": (lambda d: d.setdefault("new", variable("new")), ["a", "new"]),
    "delitem": (lambda d: d.__delitem__("a"), []),
    "pop": (lambda d: d.pop("a"), []),
    "popitem": (lambda d: d.popitem(), []),
    "clear": (lambda d: d.clear(), []),
}


@pytest.mark.parametrize("change", DICTIONARY_CHANGES)
def test_changes_of_dictionaries_are_seen(change):
    box = Box({"a": variable("a")})
    assert names(box) == ["a"]
    make, expected = DICTIONARY_CHANGES[change]
    make(box.item_0)
    assert names(box) == expected


@pytest.mark.parametrize(
    "add",
    [
        lambda box: box.nested["list"].append(variable("new")),
        lambda box: box.nested["list"].append([variable("new")]),
        lambda box: box.nested["list"].extend([{"deep": variable("new")}]),
        lambda box: box.nested.update(other=[variable("new")]),
    ],
)
def test_changes_in_nested_containers_are_seen(add):
    box = Box()
    box.nested = {"list": [variable("a")]}
    assert names(box) == ["a"]
    add(box)
    assert names(box) == ["a", "new"]


def test_changes_in_what_was_added_later_are_seen():
    box = Box([])
    box.item_0.append([])
    assert names(box) == []
    box.item_0[0].append(variable("new"))
    assert names(box) == ["new"]
    box.item_0[0] = {}
    assert names(box) == []
    box.item_0[0]["key"] = variable("other")
    assert names(box) == ["other"]


def test_containers_stay_lists_and_dictionaries():
    box = Box([1, 2], {"a": 1}, (3, 4))
    assert box.item_0 == [1, 2]
    assert isinstance(box.item_0, list)
    assert box.item_1 == {"a": 1}
    assert isinstance(box.item_1, dict)
    assert box.item_2 == (3, 4)


def test_seed_generators_are_held():
    box = Box(SeedGenerator(1))
    assert len(box.variables) == 1
    assert len(box.trainable_variables) == 0


def test_trainable_is_asked_for_each_time():
    v = variable("v")
    box = Box(v)
    assert len(box.trainable_variables) == 1
    v.trainable = False
    assert len(box.trainable_variables) == 0


def test_deepcopy():
    box = Box([variable("a")], variable("b"))
    other = copy.deepcopy(box)
    other.item_0[0].assign(5.0)
    other.item_0.append(variable("c"))
    assert float(box.item_0[0]) == 1.0
    assert (names(box), names(other)) == (["a", "b"], ["a", "c", "b"])


def test_names():
    class TwoWords(tf.Module):
        pass

    assert TwoWords(name="mine").name == "mine"
    assert TwoWords().name.startswith("two_words")
