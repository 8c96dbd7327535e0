"""The tf surface against TensorFlow: how things print, facts about them, and what mistakes raise."""

import builtins
import re

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

from .reader import entries

# AutoGraph-free TensorFlow accepts these; unikeras refuses or does otherwise, for the reason given
OTHERWISE: dict[str, str] = {
    "tf.matmul(tf.zeros([2]), tf.zeros([2]))": "the inner product, as keras.ops.matmul gives it",
    "tf.sqrt(tf.constant(4))": "integers become floats, as in keras.ops",
    "tf.nn.softmax(tf.constant([1, 2]))": "integers become floats, as in keras.ops",
    "tf.zeros([3])[[0, 1]]": "a list is an index, as in NumPy",
    "tf.Variable([1.0]).assign(tf.constant([1]))": "an integer is a float too, as in Keras 3",
}
# the numbers of automatic names, and the memory addresses of objects, are of one process
VARYING = re.compile(r"(?<=Variable):0|0x[0-9a-f]+|(?<=name=)(keras_tensor|input_layer)_?\d*")


def evaluate(entry):
    return eval(entry["expression"], {"tf": tf, "np": np, "keras": keras})  # our own committed expressions


def comparable(text):
    """Without what varies, and with the digits that a mean's rounding leaves alike (7 significant ones)."""
    return re.sub(r"\d\.\d{7,}", lambda m: f"{float(m.group()):.6g}", VARYING.sub("", text))


def refused(entry):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the class is what is compared)
        evaluate(entry)
    golden = entry["answers"]["tensorflow"]
    mine = {c.__name__ for c in type(caught.value).__mro__}
    assert golden["error"] in mine, (
        f"{type(caught.value).__name__}({caught.value}) instead of {golden['error']}"
    )


@pytest.mark.parametrize("entry", entries("tensors", "print"))
def test_prints_as_tensorflow(entry):
    golden = entry["answers"]["tensorflow"]
    if "error" in golden:
        refused(entry)
        return
    value = evaluate(entry)
    assert comparable(repr(value)) == comparable(golden["repr"])
    assert comparable(str(value)) == comparable(golden["str"])


@pytest.mark.parametrize("entry", entries("tensors", "fact"))
def test_fact(entry):
    golden = entry["answers"]["tensorflow"]
    if "error" in golden:
        refused(entry)
        return
    value, expected = evaluate(entry), golden["value"]
    if isinstance(expected, str):
        assert VARYING.sub("", value) == VARYING.sub("", expected)
    else:
        assert value == expected


@pytest.mark.parametrize("entry", entries("tensors", "mistake"))
def test_mistake(entry):
    if entry["expression"] in OTHERWISE:
        pytest.skip(OTHERWISE[entry["expression"]])
    if "error" in entry["answers"]["tensorflow"]:
        refused(entry)
    else:
        evaluate(entry)


@pytest.mark.parametrize("entry", entries("tensors", "hierarchy"))
def test_error_hierarchy(entry):
    golden = entry["answers"]["tensorflow"]
    error = getattr(tf.errors, entry["name"])
    assert issubclass(error, tf.errors.OpError)
    for name in golden["builtin_bases"]:
        if name != "object":
            assert issubclass(error, getattr(builtins, name))


@pytest.mark.parametrize("entry", entries("tensors", "symbolic"))
def test_symbolic_prints_as_keras(entry):
    keras.backend.clear_session()
    mine = VARYING.sub("", repr(evaluate(entry)))
    assert mine in {VARYING.sub("", a["repr"]) for a in entry["answers"].values()}
