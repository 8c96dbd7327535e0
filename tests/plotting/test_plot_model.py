"""plot_model and model_to_dot: what the pictures show, and that they are well formed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from unikeras import keras
from unikeras.plotting.boxes import Options, sketch
from unikeras.plotting.layout import Link, layered
from unikeras.plotting.picture import picture

L = keras.layers
NAMESPACE = "{http://www.w3.org/2000/svg}"


def chain():
    return keras.Sequential(
        [keras.Input((4,), name="x"), L.Dense(3, activation="relu", name="a"), L.Dropout(0.5, name="b"), L.Dense(1, name="c")], name="chain"
    )  # fmt: skip


def branches():
    """Two inputs, two outputs, a layer used twice, a nested model, ops."""
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    shared = L.Dense(5, name="shared")
    left, right = shared(one), shared(two)
    inner_in = keras.Input((5,), name="inner_in")
    inner = keras.Model(
        inner_in, L.Dense(2, name="inner_out")(L.Dense(3, name="mid")(inner_in)), name="inner"
    )
    joined = L.Concatenate(name="join")([inner(left), right])
    return keras.Model([one, two], [L.Dense(1, name="main")(joined), inner(right) * 2.0], name="branches")


def subclassed():
    class Two(keras.Model):
        def __init__(self):
            super().__init__(name="two_layers")
            self.first, self.second = L.Dense(3), L.Dense(2)

        def call(self, x):
            return self.second(self.first(x))

    return Two()


def arrows(model, **options):
    """Arrows by names."""
    drawn = sketch(model, Options(**options))
    names = {box.number: box.name for box in drawn.root.boxes()}
    return {(names[a], names[b]) for a, b in drawn.arrows}


def svg(model, **options):
    text = keras.utils.model_to_dot(model, **options).create(format="svg").decode()
    root = ET.fromstring(text)
    return root, [element.text for element in root.iter(f"{NAMESPACE}text")]


def test_arrows_of_models():
    assert arrows(chain()) == {("x", "a"), ("a", "b"), ("b", "c")}
    assert arrows(branches()) == {
        ("one", "shared"), ("two", "shared"), ("shared", "inner"), ("shared", "join"), ("inner", "join"), ("join", "main"), ("inner", "multiply"),
    }  # fmt: skip
    nested = arrows(branches(), expand_nested=True)
    assert {
        ("shared", "inner_in"),
        ("inner_in", "mid"),
        ("inner_out", "join"),
        ("inner_out", "multiply"),
    } <= nested
    assert not any("inner" in pair for pair in nested)


@pytest.mark.parametrize("rankdir", ["TB", "LR"])
@pytest.mark.parametrize("make", [chain, branches])
def test_boxes_lie_apart_and_arrows_run_one_way(make, rankdir):
    drawn = picture(sketch(make(), Options(show_shapes=True, expand_nested=True)), rankdir)
    for i, a in enumerate(drawn.boxes):
        assert a.x >= 0
        assert a.y >= 0
        assert a.x + a.width <= drawn.width
        assert a.y + a.height <= drawn.height
        for b in drawn.boxes[i + 1 :]:
            apart = (
                a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            )
            assert apart, (a.box.name, b.box.name)
    along = 0 if rankdir == "LR" else 1
    for route in drawn.routes:
        depths = [point[along] for point in route]
        assert depths == sorted(depths)
        assert depths[0] < depths[-1]
    if make is branches:
        (frame,) = drawn.frames
        inside = [b for b in drawn.boxes if b.box.name in ("inner_in", "mid", "inner_out")]
        assert len(inside) == 3
        for b in inside:
            assert frame.x < b.x
            assert b.x + b.width < frame.x + frame.width
            assert frame.y < b.y
            assert b.y + b.height < frame.y + frame.height


def test_layout_has_no_needless_crossings():
    # two edges that cross in the given order of the nodes
    found = layered([(10.0, 10.0)] * 4, [Link(0, 3), Link(1, 2)], set(), set())
    (x0, _), (x1, _), (x2, _), (x3, _) = found.middles
    assert (x0 < x1) == (x3 < x2)
    # a long edge goes past the box between its ends
    found = layered([(60.0, 10.0)] * 3, [Link(0, 1), Link(1, 2), Link(0, 2)], set(), set())
    middle, (_, depth) = found.middles[1][0], found.middles[1]
    bend = [a for a, d in found.routes[2] if abs(d - depth) <= 5]
    assert bend
    assert all(abs(a - middle) > 30 for a in bend)
    with pytest.raises(ValueError, match="cycle"):
        layered([(1.0, 1.0)] * 2, [Link(0, 1), Link(1, 0)], set(), set())


def test_svg_shows_what_is_asked_for():
    root, words = svg(chain())
    assert root.tag == f"{NAMESPACE}svg"
    assert words.count("Dense") == 2
    assert {"InputLayer", "Dropout", "x", "a", "b", "c"} <= set(words)
    assert not any("None" in word for word in words)
    _, words = svg(
        chain(), show_shapes=True, show_dtype=True, show_layer_activations=True, show_trainable=True
    )
    assert {"(None, 4)", "(None, 3)", "(None, 1)", "float32", "relu", "linear", "yes"} <= set(words)
    _, words = svg(chain(), show_layer_names=False)
    assert "a" not in words
    assert "Dense" in words
    _, words = svg(branches(), expand_nested=True, show_shapes=True)
    assert "inner (Functional)" in words
    assert "[(None, 2), (None, 5)]" in words


def test_frozen_layers():
    model = chain()
    model.get_layer("a").trainable = False
    _, words = svg(model, show_trainable=True)
    assert words.count("no") == 1
    assert words.count("yes") == 1


def test_layer_range():
    assert arrows(chain(), layer_range=["a", "b"]) == {("a", "b")}
    assert arrows(chain(), layer_range=["b", "x"]) == {("x", "a"), ("a", "b")}
    with pytest.raises(ValueError, match="no layer is called 'nope'"):
        keras.utils.model_to_dot(chain(), layer_range=["a", "nope"])
    with pytest.raises(ValueError, match="two layer names"):
        keras.utils.model_to_dot(chain(), layer_range=["a"])


def test_subclassed_and_unbuilt():
    model = subclassed()
    with pytest.raises(ValueError, match="not yet been built"):
        keras.utils.plot_model(model, "never.svg")
    with pytest.raises(ValueError, match="not yet been built"):
        keras.utils.plot_model(keras.Sequential([L.Dense(1)]), "never.svg")
    model(keras.ops.ones((2, 4)))
    _, words = svg(model, show_shapes=True)
    assert words == ["Two", "two_layers", "input", "(None, 4)", "output", "(None, 2)"]
    with pytest.raises(ValueError, match="draws models"):
        keras.utils.plot_model(L.Dense(1), "never.svg")


def test_hostile_names_are_escaped():
    model = keras.Sequential([keras.Input((1,)), L.Dense(1, name='a<b>&"{c}|$d$')], name='x"y')
    _, words = svg(model)
    assert 'a<b>&"{c}|$d$' in words
    text = keras.utils.model_to_dot(model).to_string()
    assert r"\<b\>" in text
    assert r"\{c\}\|" in text
    assert text.startswith(r'digraph "x\"y" {')
    assert keras.utils.model_to_dot(model).create_png()[:4] == b"\x89PNG"


def dot_tokens(text: str) -> list[str]:
    """DOT's tokens; raises if something is none."""
    pattern = re.compile(
        r'\s*(?:("(?:[^"\\]|\\.)*")|([A-Za-z_][\w]*)|(-?\d+(?:\.\d+)?)|(->|[{}\[\];,=]))', re.S
    )
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = pattern.match(text, at)
        assert found, text[at : at + 40]
        tokens.append(found.group().strip())
        at = found.end()
    return tokens


@pytest.mark.parametrize("make", [chain, branches])
def test_dot_text(make):
    dot = keras.utils.model_to_dot(make(), show_shapes=True, expand_nested=True, rankdir="LR")
    text = dot.to_string()
    tokens = dot_tokens(text)
    for opening, closing in ("{}", "[]"):
        assert tokens.count(opening) == tokens.count(closing) > 0
    assert tokens[0] == "digraph"
    assert "rankdir=LR" in text
    assert len(re.findall(r"n\d+ -> n\d+;", text)) == len(dot._sketch.arrows)
    assert ("subgraph" in tokens) == (make is branches)
    assert keras.utils.model_to_dot(make(), subgraph=True).to_string().startswith('subgraph "cluster_')


def test_files(tmp_path):
    image = keras.utils.plot_model(chain(), tmp_path / "m.png", show_shapes=True)
    data = (tmp_path / "m.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert image._repr_png_() == data
    assert image._repr_svg_().startswith("<svg")
    larger = keras.utils.plot_model(chain(), tmp_path / "n", show_shapes=True, dpi=192).data
    small, large = (int.from_bytes(d[16:20], "big") for d in (data, larger))  # the width in a PNG's head
    assert abs(large - 2 * small) <= 2
    assert (tmp_path / "n.png").exists()
    keras.utils.plot_model(chain(), str(tmp_path / "m.dot"))
    assert (tmp_path / "m.dot").read_text().startswith("digraph")
    dot = keras.utils.model_to_dot(chain())
    dot.write_svg(tmp_path / "d.svg")
    dot.write(tmp_path / "d.dot")
    assert (tmp_path / "d.svg").read_bytes() == dot.create_svg()
    assert (tmp_path / "d.dot").read_bytes() == dot.create_dot()
    with pytest.raises(ValueError, match="cannot write 'xyz'"):
        keras.utils.plot_model(chain(), tmp_path / "m.xyz")
    with pytest.raises(ValueError, match="'TB'"):
        keras.utils.plot_model(chain(), tmp_path / "m.svg", rankdir="UP")
    with pytest.raises(ValueError, match="Unrecognized"):
        keras.utils.plot_model(chain(), tmp_path / "m.svg", show_shape=True)


def test_without_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'unikeras\[plot\]'"):
        keras.utils.plot_model(chain(), tmp_path / "m.png")
    image = keras.utils.plot_model(chain(), tmp_path / "m.svg")
    assert image._repr_png_() is None
