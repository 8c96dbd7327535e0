"""Checkpoints written and read here: objects found by name, deferred values, managers, damaged files."""

from __future__ import annotations

import os
import pathlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import unikeras as tf
from unikeras import keras
from unikeras.checkpoint.table import read_table, write_table


class Module(tf.Module):
    def __init__(self, value):
        super().__init__()
        self.v = tf.Variable(value)
        self.parts = [tf.Variable([value]), {"a/b": tf.Variable(value * 2)}]


def test_round_trip_of_a_structure(tmp_path):
    checkpoint = tf.train.Checkpoint(module=Module(3.0), more=[tf.Variable(1), (tf.Variable(2),)])
    path = checkpoint.write(str(tmp_path / "deep" / "c"))
    other = tf.train.Checkpoint(module=Module(0.0), more=[tf.Variable(0), (tf.Variable(0),)])
    other.read(path).assert_consumed()
    assert [v.numpy().item() for v in other.module.variables] == [3.0, 3.0, 6.0]
    assert [int(other.more[0]), int(other.more[1][0])] == [1, 2]


def test_values_wait_for_their_objects(tmp_path):
    path = tf.train.Checkpoint(net=Module(3.0), late=tf.Variable(5)).save(tmp_path / "c")
    root = tf.Module()
    checkpoint = tf.train.Checkpoint(net=root)
    status = checkpoint.restore(path)
    with pytest.raises(AssertionError, match="have no object"):
        status.assert_consumed()
    root.v = tf.Variable(0.0)
    assert float(root.v) == 3.0
    root.v.assign(9.0)
    root.parts = [tf.Variable([0.0]), {"a/b": tf.Variable(0.0)}]
    assert float(root.parts[1]["a/b"]) == 6.0
    assert float(root.v) == 9.0, "a value is restored once"
    checkpoint.late = tf.Variable(0)
    assert int(checkpoint.late) == 5
    status.assert_consumed()


def test_layers_that_are_not_built(tmp_path):
    def model():
        return keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])

    x = np.ones((2, 3), "float32")
    first, second = model(), model()
    expected = first(x).numpy()
    first.save_weights(tmp_path / "w")
    second.load_weights(tmp_path / "w")
    np.testing.assert_array_equal(second(x).numpy(), expected)


def test_what_is_not_there_is_said(tmp_path):
    one = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    one.save_weights(tmp_path / "w.ckpt")
    two = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1, name="extra")])
    with pytest.warns(UserWarning, match="nothing for 2 of the model's 4 weights.*extra"):
        two.load_weights(tmp_path / "w.ckpt")
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"incompatible tensor with shape \(3, 2\)"):
        other.load_weights(tmp_path / "w.ckpt")
    np.testing.assert_array_equal(other.get_weights()[0], before[0])
    with pytest.raises(FileNotFoundError):
        other.load_weights(tmp_path / "other.ckpt")
    with pytest.raises(tf.errors.NotFoundError, match="Failed to find any matching files"):
        tf.train.Checkpoint(v=tf.Variable(1)).restore(str(tmp_path / "nothing"))
    with pytest.raises(ValueError, match="by_name"):
        one.load_weights(tmp_path / "w.ckpt", by_name=True)
    with pytest.raises(FileNotFoundError, match="latest_checkpoint"):
        one.load_weights(tmp_path)
    with pytest.raises(ValueError, match="folder"):
        one.save_weights(str(tmp_path) + os.sep)
    with pytest.raises(AssertionError, match="nothing is being restored"):
        tf.train.Checkpoint().restore(None).assert_consumed()
    with pytest.raises(ValueError, match="expecting x"):
        tf.train.Checkpoint(x="text")


def test_unused_values_are_logged_when_nothing_can_take_them_any_more(tmp_path, caplog):
    path = tf.train.Checkpoint(v=tf.Variable(1), w=tf.Variable(2)).write(tmp_path / "c")
    tf.train.Checkpoint(v=tf.Variable(0)).read(path)
    assert "1 of the checkpoint's values were never used, such as 'w/" in caplog.text
    caplog.clear()
    tf.train.Checkpoint(v=tf.Variable(0)).read(path).expect_partial()
    assert not caplog.text


def test_manager(tmp_path):
    step = tf.Variable(0)
    checkpoint = tf.train.Checkpoint(step=step)
    calls = []
    manager = tf.train.CheckpointManager(
        checkpoint,
        tmp_path / "m",
        2,
        step_counter=step,
        checkpoint_interval=2,
        init_fn=lambda: calls.append(1),
    )
    assert manager.restore_or_initialize() is None
    assert calls == [1]
    saved = []
    for _ in range(7):
        saved.append(manager.save())
        step.assign_add(1)
    assert [s is None for s in saved] == [False, True, False, True, False, True, False]
    assert [os.path.basename(p) for p in manager.checkpoints] == ["ckpt-3", "ckpt-4"]
    assert sorted(os.listdir(tmp_path / "m")) == [
        "checkpoint", "ckpt-3.data-00000-of-00001", "ckpt-3.index", "ckpt-4.data-00000-of-00001", "ckpt-4.index",
    ]  # fmt: skip
    step.assign(-1)
    again = tf.train.CheckpointManager(tf.train.Checkpoint(step=step), tmp_path / "m", 2)
    assert (
        again.restore_or_initialize()
        == manager.latest_checkpoint
        == tf.train.latest_checkpoint(tmp_path / "m")
    )
    assert int(step) == 6
    moved = tmp_path / "moved"
    (tmp_path / "m").rename(moved)
    assert tf.train.latest_checkpoint(str(moved)) == str(moved / "ckpt-4")
    with pytest.raises(ValueError, match="positive"):
        tf.train.CheckpointManager(checkpoint, tmp_path, 0)
    assert list(tf.train.checkpoints_iterator(moved, timeout=0)) == [str(moved / "ckpt-4")]


def test_keras_callback(tmp_path):
    from unikeras.callbacks import ModelCheckpoint

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    callback = ModelCheckpoint(str(tmp_path / "cp-{epoch:04d}.ckpt"), save_weights_only=True)
    callback.set_model(model)
    for epoch in range(2):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {})
    assert tf.train.latest_checkpoint(tmp_path) == str(tmp_path / "cp-0002.ckpt")
    fresh = keras.models.clone_model(model)
    fresh.load_weights(tf.train.latest_checkpoint(tmp_path))
    np.testing.assert_array_equal(fresh.get_weights()[0], model.get_weights()[0])


@given(st.dictionaries(st.binary(min_size=1, max_size=20), st.binary(max_size=300), max_size=60))
@settings(deadline=None)
def test_tables(entries):
    ordered = sorted(entries.items())
    assert list(read_table(write_table(ordered), "here")) == ordered


def test_tables_of_several_blocks():
    entries = [(f"{i:06}".encode(), bytes(1000)) for i in range(2000)]
    assert list(read_table(write_table(entries), "here")) == entries


DTYPES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "bool",
    "complex64",
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes(dtype, tmp_path):
    value = tf.cast(tf.constant([[0, 1], [1, 3]]), dtype)
    variable = tf.Variable(value)
    path = tf.train.Checkpoint(v=variable).write(tmp_path / "c")
    other = tf.Variable(tf.zeros_like(value))
    tf.train.Checkpoint(v=other).read(path).assert_consumed()
    assert other.dtype == dtype
    np.testing.assert_array_equal(np.asarray(other), np.asarray(variable))
    assert tf.train.load_checkpoint(path).get_variable_to_dtype_map()[
        "v/.ATTRIBUTES/VARIABLE_VALUE"
    ] == tf.as_dtype(dtype)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files(data, tmp_path):
    folder = pathlib.Path(tmp_path)
    if not (folder / "c.index").exists():
        tf.train.Checkpoint(v=tf.Variable(np.arange(50.0)), w=[tf.Variable(2)]).write(folder / "c")
    name = data.draw(st.sampled_from(["c.index", "c.data-00000-of-00001"]))
    content = bytearray((folder / name).read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    (folder / "d.index").write_bytes((folder / "c.index").read_bytes())
    (folder / "d.data-00000-of-00001").write_bytes((folder / "c.data-00000-of-00001").read_bytes())
    (folder / name.replace("c.", "d.")).write_bytes(content)
    v = tf.Variable(np.zeros(50))
    try:
        tf.train.Checkpoint(v=v, w=[tf.Variable(0)]).read(folder / "d").assert_consumed()
    except (tf.errors.OpError, ValueError, AssertionError):
        assert not np.asarray(v).any(), "nothing is changed by what does not load"
    else:
        np.testing.assert_array_equal(np.asarray(v), np.arange(50.0))
