"""model.summary(): the text is Keras 3's to the letter, but that it knows more shapes and never cuts a table off."""

import io
import re
import sys

import numpy as np
import pytest

from unikeras import keras

layers = keras.layers


def text_of(model, **kwargs):
    printed = []
    model.summary(print_fn=printed.append, **kwargs)
    assert len(printed) == 1
    return printed[0]


def test_branches():
    x = keras.Input((2,), name="x")
    inner = keras.Sequential(
        [keras.Input((2,)), layers.Dense(3, name="d"), layers.Reshape((3, 1), name="r")], name="inner"
    )
    model = keras.Model(x, [inner(x), layers.Dense(2, name="other")(x)], name="m")
    # what Keras 3.15.1 prints for this model
    assert (
        text_of(model, show_trainable=True, expand_nested=True)
        == """\
Model: "m"
┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┳━━━━━━━┓
┃ Layer (type)      ┃ Output Shape    ┃   Param # ┃ Connected to   ┃ Trai… ┃
┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━━━━━╇━━━━━━━┩
│ x (InputLayer)    │ (None, 2)       │         0 │ -              │   -   │
├───────────────────┼─────────────────┼───────────┼────────────────┼───────┤
│ inner             │ (None, 3, 1)    │         9 │ x[0][0]        │   Y   │
│ (Sequential)      │                 │           │                │       │
├───────────────────┼─────────────────┼───────────┼────────────────┼───────┤
│    └ d (Dense)    │ (None, 3)       │         9 │ -              │   Y   │
├───────────────────┼─────────────────┼───────────┼────────────────┼───────┤
│    └ r (Reshape)  │ (None, 3, 1)    │         0 │ -              │   -   │
├───────────────────┼─────────────────┼───────────┼────────────────┼───────┤
│ other (Dense)     │ (None, 2)       │         6 │ x[0][0]        │   Y   │
└───────────────────┴─────────────────┴───────────┴────────────────┴───────┘
 Total params: 15 (60.00 B)
 Trainable params: 15 (60.00 B)
 Non-trainable params: 0 (0.00 B)
"""
    )


def test_long_names_and_a_wide_header():
    x = keras.Input((2,), name="input_layer_6")
    model = keras.Model(x, [layers.Dense(3, name="sequential_5")(x), layers.Dense(2, name="dense_3")(x)])
    lines = text_of(model, line_length=50).split("\n")[1:8]
    # as Keras 3.15.1 draws it
    assert lines == [
        "┏━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━━┓",
        "┃              ┃ Output     ┃ Param ┃ Connected  ┃",
        "┃ Layer (type) ┃ Shape      ┃     # ┃ to         ┃",
        "┡━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━━┩",
        "│ input_layer… │ (None, 2)  │     0 │ -          │",
        "│ (InputLayer) │            │       │            │",
        "├──────────────┼────────────┼───────┼────────────┤",
    ]


@pytest.mark.parametrize("length", [40, 60, 100, 131])
def test_every_line_has_the_length(length):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3)])
    table = text_of(model, line_length=length).split("\n")[1:-4]
    assert {len(line) for line in table} == {length}


def test_shared_layers_and_ops():
    x = keras.Input((2,), name="x")
    dense = layers.Dense(2, name="d")
    text = text_of(keras.Model(x, dense(dense(x)) * 2.0))
    assert "x[0][0]" in text
    assert "d[0][0]" in text
    assert "multiply" in text
    assert "d[1][0]" in text


def test_subclassed_models_show_the_shapes_they_know():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.Dense(3)
            self.many = [layers.Dense(4), layers.Dropout(0.5)]
            self.unused = layers.Dense(7)

        def call(self, x, training=False):
            for layer in [self.first, *self.many]:
                x = layer(x, training=training) if isinstance(layer, layers.Dropout) else layer(x)
            return x

    model = Model()
    assert re.findall(r"│ (\?|\(None.*?\)) ", text_of(model)) == ["?"] * 4
    assert "0 (unbuilt)" in text_of(model)
    model(np.zeros((5, 2), "float32"))
    assert re.findall(r"│ (\?|\(None.*?\)) ", text_of(model)) == ["(None, 3)", "(None, 4)", "(None, 4)", "?"]
    assert model(np.zeros((5, 2), "float32")).shape == (5, 4)  # looking changed nothing
    assert "call" not in vars(model.first)


def test_a_call_that_needs_values_leaves_shapes_unknown():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(3)

        def call(self, x):
            return self.dense(x) if float(keras.ops.sum(x)) >= 0 else x

    model = Model()
    model(np.zeros((5, 2), "float32"))
    assert re.search(r"dense\w* \(Dense\) +│ \? ", text_of(model))


def test_layer_range():
    model = keras.Sequential([keras.Input((2,)), *[layers.Dense(1, name=name) for name in "abcd"]])
    assert re.findall(r"(\w) \(Dense\)", text_of(model, layer_range=["b", "c"])) == ["b", "c"]
    assert re.findall(r"(\w) \(Dense\)", text_of(model, layer_range=["d", "[ab]"])) == ["b", "c", "d"]
    with pytest.raises(ValueError, match="no layer is called 'z'"):
        model.summary(layer_range=["a", "z"])


def test_positions():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3)])
    assert text_of(model, positions=[20, 50, 76]).split("\n")[1].index("┳") == 20
    with pytest.raises(ValueError, match="3 columns"):
        model.summary(positions=[0.5, 1.0])


def test_optimizer_state_is_counted():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(1)])
    model.compile(loss="mse", optimizer="adam")
    assert "Optimizer" not in text_of(model)
    model.optimizer.build(model.trainable_variables)
    assert "Total params: 65 (264.00 B)" in text_of(model)
    assert "Optimizer params: 44 (180.00 B)" in text_of(model)


def test_a_terminal_without_unicode(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    keras.Sequential(
        [keras.Input((2,)), layers.Dense(3, name="a_layer_with_a_rather_long_name_indeed")]
    ).summary()
    out.flush()
    text = out.buffer.getvalue().decode("ascii")
    assert "| a_layer_with_a_rather_long_nam. |" in text
    assert "?" not in text
