"""TensorFlow checkpoints that tf_keras and TensorFlow wrote: every value comes back, and training goes on as there."""

from __future__ import annotations

import io
import pathlib
import zipfile

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.checkpoint.bundle import CheckpointReader

from .test_files import FOLDER, Written, same_state

ARCHIVE = FOLDER / "checkpoints.zip"
trains = engine.current().name != "numpy"


def members(place):
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = [n for n in archive.namelist() if n.rpartition("/")[0] == place]
        return {n.rpartition("/")[2]: archive.read(n) for n in names}


def unpacked(place, folder: pathlib.Path) -> str:
    for name, content in members(place).items():
        (folder / name).write_bytes(content)
    return str(folder / "ckpt")


def models():
    with zipfile.ZipFile(ARCHIVE) as archive:
        return sorted({n.rpartition("/")[0] for n in archive.namelist() if not n.startswith("objects/")})


@pytest.mark.parametrize("place", models())
def test_models(place, tmp_path):
    family, _, prefix = place.partition("/")
    written = Written(family, prefix)
    name = "model.h5" if "old_" in prefix else "model.keras"
    reference, model = written.load(name), written.load(name)
    for variable in (*model.weights, *model.optimizer.variables):
        variable.assign(np.zeros_like(variable.numpy()))
    model.load_weights(unpacked(place, tmp_path))
    same_state(model, reference)


def test_objects(tmp_path):
    class Parts(tf.Module):
        def __init__(self):
            super().__init__()
            self.v = tf.Variable([0.0, 0.0])
            self.numbers = [tf.Variable(0), {"four.five/six": tf.Variable(0, dtype=tf.int64)}]
            self.half = tf.Variable(np.zeros(2), dtype=tf.bfloat16)

    parts, step = Parts(), tf.Variable(0)
    prefix = unpacked("objects/parts", tmp_path)
    status = tf.train.Checkpoint(parts=parts, step=step).read(prefix)
    assert parts.v.numpy().tolist() == [1.0, 2.0]
    assert [int(parts.numbers[0]), int(parts.numbers[1]["four.five/six"]), int(step)] == [3, 4, 7]
    assert np.asarray(parts.half.numpy()).astype("float32").tolist() == [0.5, 1.5]
    left = status.expect_partial().unused()
    assert left == ["parts/text/.ATTRIBUTES/VARIABLE_VALUE", "parts/table/.ATTRIBUTES/table"]
    reader = CheckpointReader(prefix)
    assert reader.get_tensor(left[0]).tolist() == [b"a", "\u00e9".encode(), b""]
    assert sorted(reader.get_tensor(f"{left[1]}-keys").tolist()) == [b"a", b"b"]
    assert tf.train.load_variable(prefix, "step") == 7
    assert ("step/.ATTRIBUTES/VARIABLE_VALUE", []) in tf.train.list_variables(prefix)


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(5)
        self.blocks = [keras.layers.Dense(2), keras.layers.LSTM(3)]
        self.heads = {"x": keras.layers.Dense(1)}
        self.w = tf.Variable(1.0)

    def call(self, x):
        return self.heads["x"](self.blocks[1](self.blocks[0](self.first(x))[:, None])) * self.w


@pytest.mark.skipif(not trains, reason="this engine does not train")
@pytest.mark.parametrize("kind", ["new", "old"])
@pytest.mark.parametrize("when", ["before it is built", "after it is built", "after a step"])
def test_training_goes_on(kind, when, tmp_path):
    prefix = unpacked(f"objects/{kind}", tmp_path)
    values = np.load(io.BytesIO(members(f"objects/{kind}")["values.npz"]))
    net = Net()
    net.compile(keras.optimizers.Adam(0.1), "mse", run_eagerly=True)
    checkpoint = tf.train.Checkpoint(net=net, optimizer=net.optimizer)
    if when == "after it is built":
        net(values["x"])
    elif when == "after a step":
        net.train_on_batch(values["x"], values["y"])
    status = checkpoint.restore(prefix)
    np.testing.assert_allclose(net(values["x"]).numpy(), values["before"], atol=1e-6)
    net.train_on_batch(values["x"], values["y"])
    np.testing.assert_allclose(net(values["x"]).numpy(), values["after"], atol=2e-6)
    assert int(checkpoint.save_counter) == 1
    if kind == "new":
        status.assert_consumed()
    else:  # whose rates are values there and settings here
        assert {key.split("/")[1] for key in status.expect_partial().unused()} == {
            "beta_1",
            "beta_2",
            "decay",
        }
