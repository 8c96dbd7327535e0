"""TensorFlow restores the checkpoints that unikeras writes, trains on from there, and unikeras restores what it writes then.

(What TensorFlow wrote of many models is in the everyday tests: tests/golden/test_checkpoints.py.)
"""

import os
import pathlib
import subprocess

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras

PYTHON = os.environ.get("UNIKERAS_PEERS_PYTHON")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not PYTHON, reason="UNIKERAS_PEERS_PYTHON names no interpreter that has TensorFlow"),
]

# Run by both: the same objects of either framework.
OBJECTS = """
import numpy as np

x = np.linspace(-1, 1, 24, dtype="float32").reshape(4, 3, 2)
y = np.ones((4, 1), "float32")
L = keras.layers


def sequential(optimizer):
    def make():
        model = keras.Sequential([L.Input((3, 2)), L.Bidirectional(L.GRU(3)), L.BatchNormalization(), L.Dense(1)])
        model.compile(optimizer(), "mse", run_eagerly=True)
        return model
    return make


def functional():
    a = L.Input((3, 2))
    b = L.Conv1D(4, 2)(a)
    c = L.MultiHeadAttention(2, 2)(b, b)
    d = keras.Sequential([L.Flatten(), L.LayerNormalization(), L.Dense(1)])(L.Add()([b, c]))
    model = keras.Model(a, d)
    model.compile(keras.optimizers.Adam(0.01), "mse", run_eagerly=True)
    return model


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [L.LSTM(3), L.Dense(2)]
        self.heads = {"x": L.Dense(1)}
        self.w = tf.Variable(1.5)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.heads["x"](x) * self.w


def net():
    made = Net()
    made.compile(keras.optimizers.Adam(0.1), "mse", run_eagerly=True)
    return made


OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(0.1, momentum=0.9), "adam": lambda: keras.optimizers.Adam(0.1),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True), "adagrad": lambda: keras.optimizers.Adagrad(0.1),
    "adamw": lambda: keras.optimizers.AdamW(0.1), "nothing": lambda: keras.optimizers.Adadelta(0.5),
}
MODELS = {name: sequential(make) for name, make in OPTIMIZERS.items()} | {"functional": functional}
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    (folder / "objects.py").write_text(OBJECTS)
    names = {"tf": tf, "keras": keras}
    exec(OBJECTS, names)
    x, y = names["x"], names["y"]
    mine = {}
    for name, make in names["MODELS"].items():
        model = make()
        for _ in range(2):
            model.train_on_batch(x, y)
        model.save_weights(folder / name)
        before = model(x).numpy()
        model.train_on_batch(x, y)
        mine[name] = model, before, model(x).numpy()
    net = names["net"]()
    for _ in range(2):
        net.train_on_batch(x, y)
    numbers = [tf.Variable(7), {"a.b/c": tf.Variable(2.5)}]
    tf.train.Checkpoint(net=net, optimizer=net.optimizer, numbers=numbers).save(folder / "objects" / "c")
    before = net(x).numpy()
    net.train_on_batch(x, y)
    mine["objects"] = net, before, net(x).numpy()
    program = pathlib.Path(__file__).parents[2] / "tools" / "golden" / "checkpoint_reader.py"
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "KERAS_BACKEND")}
    done = subprocess.run(
        [PYTHON, program, folder], env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder, names, mine


@pytest.mark.parametrize(
    "name", ["sgd", "adam", "rmsprop", "adagrad", "adamw", "nothing", "functional", "objects"]
)
def test_there_and_back(answers, name):
    folder, names, mine = answers
    theirs = np.load(folder / f"{name}.npz")
    model, before, after = mine[name]
    np.testing.assert_allclose(theirs["before"], before, atol=1e-5)
    np.testing.assert_allclose(theirs["after"], after, atol=1e-5)
    if name == "objects":
        assert theirs["values"].tolist() == [7, 2.5, 1]
        back = names["net"]()
        latest = tf.train.latest_checkpoint(folder / "objects-back")
        status = tf.train.Checkpoint(net=back, optimizer=back.optimizer).restore(latest).expect_partial()
    else:
        back = names["MODELS"][name]()
        status = back.load_weights(folder / f"{name}-back")
    np.testing.assert_allclose(back(names["x"]).numpy(), after, atol=1e-5)
    for net in (model, back):
        net.train_on_batch(names["x"], names["y"])
    np.testing.assert_allclose(back(names["x"]).numpy(), model(names["x"]).numpy(), atol=2e-5)
    assert not [key for key in status.unused() if "numbers" not in key]
