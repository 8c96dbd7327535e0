"""Tensors of strings: on the host whatever the engine, moved, compared and joined; everything else is refused."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

C = [["a", "b\u00e9"], ["", "z"]]


@pytest.mark.parametrize(
    "value",
    [C, np.array(C), np.array(C, object), np.char.encode(np.array(C), "utf-8")],
    ids=["list", "U", "O", "S"],
)
def test_values_are_bytes(value):
    tensor = tf.constant(value)
    assert tensor.dtype == tf.string
    assert tensor.shape == (2, 2)
    assert tensor.numpy().tolist() == [[b"a", "b\u00e9".encode()], [b"", b"z"]]


def test_printing():
    tensor = tf.constant(C)
    assert (
        repr(tensor)
        == "<tf.Tensor: shape=(2, 2), dtype=string, numpy=\narray([[b'a', b'b\\xc3\\xa9'],\n       [b'', b'z']], dtype=object)>"
    )
    assert repr(tensor[0, 0]) == "<tf.Tensor: shape=(), dtype=string, numpy=b'a'>"
    assert str(tensor[1, 1]) == "tf.Tensor(b'z', shape=(), dtype=string)"
    assert tensor[0, 0].numpy() == b"a"


def test_ops_that_move_compare_and_join():
    tensor = tf.constant(C)
    assert (tensor == "a").numpy().tolist() == [[True, False], [False, False]]
    assert tf.not_equal(tensor, [["a"], ["z"]]).numpy().tolist() == [[False, True], [True, False]]
    assert tensor[:, 0].numpy().tolist() == [b"a", b""]
    assert tf.reshape(tensor, [-1]).shape == (4,)
    assert tf.concat([tensor, tensor], 0).shape == (4, 2)
    assert tf.stack([tensor, tensor]).shape == (2, 2, 2)
    assert tf.transpose(tensor)[0, 1].numpy() == b""
    assert tf.gather(tensor, [1]).numpy().tolist() == [[b"", b"z"]]
    assert (tensor + "!")[1].numpy().tolist() == [b"!", b"z!"]
    assert tf.where([[True, False], [True, True]], tensor, "x")[0, 1].numpy() == b"x"
    assert tf.boolean_mask(tensor, [True, False]).shape == (1, 2)
    assert tf.shape(tensor).numpy().tolist() == [2, 2]


@pytest.mark.parametrize(
    "use",
    [
        tf.exp,
        tf.reduce_sum,
        lambda t: t < "b",
        lambda t: t * 2,
        lambda t: tf.cast(t, "float32"),
        lambda t: -t,
    ],
    ids=["exp", "sum", "less", "times", "cast", "minus"],
)
def test_arithmetic_is_refused(use):
    with pytest.raises((tf.errors.UnimplementedError, ValueError), match=r"string|convert"):
        use(tf.constant(C))


def test_symbolic_strings():
    tensor = keras.Input((3,), dtype="string")
    column = tensor[:, 0]
    assert (tuple(column.shape), column.dtype.name) == ((None,), "string")
    assert (tensor == "a").dtype == "bool"
    assert keras.Model(tensor, column)(tf.constant([["p", "q", "r"]])).numpy().tolist() == [b"p"]


def test_long_strings_take_no_room_of_others():
    """A list with one long string becomes objects, not an array with the room of the longest everywhere."""
    tensor = tf.constant(["x" * 1_000_000, *["y"] * 2_000])
    assert tensor[-1].numpy() == b"y"
