"""Model files against the real Keras 3: each opens what the other wrote, predicts the same, and trains on the same.

Keras runs in an interpreter of its own, given by the environment variable UNIKERAS_PEERS_PYTHON.
"""

import json
import os
import subprocess

import numpy as np
import pytest

from unikeras import keras

PYTHON = os.environ.get("UNIKERAS_PEERS_PYTHON")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not PYTHON, reason="UNIKERAS_PEERS_PYTHON names no interpreter that has Keras 3"),
]

# Programs that give `model`; run by both sides. No bias comes before a normalization: its gradient is noise, which Adam enlarges.
MODELS = {
    "sequential": """
model = keras.Sequential([
    keras.Input((4,)),
    keras.layers.Dense(5, activation="relu", use_bias=False, kernel_regularizer=keras.regularizers.L2(0.01)),
    keras.layers.BatchNormalization(),
    keras.layers.Dense(3, activation=keras.layers.LeakyReLU(0.2), kernel_initializer="he_normal", bias_constraint="non_neg"),
    keras.layers.LayerNormalization(),
    keras.layers.Dense(1),
])
model.compile("adam", "mse", metrics=["mae"])
""",
    "branches of different length": """
x = keras.Input((4,), name="x")
late = keras.layers.Dense(3, name="late")
early = keras.layers.Dense(2, name="early")(x)
long = keras.layers.Dense(4, name="two")(keras.layers.Dense(5, name="one")(x))
joined = keras.layers.Concatenate()([late(x), long, early])
model = keras.Model(x, keras.layers.Dense(1)(joined))
model.compile(keras.optimizers.SGD(0.01, momentum=0.9), keras.losses.Huber())
""",
    "shared and nested": """
x = keras.Input((4,), name="x")
shared = keras.layers.Dense(4, activation="tanh", name="shared")
inner = keras.Sequential([keras.layers.Dense(4), keras.layers.Activation("gelu")], name="inner")
y = keras.layers.Add()([shared(x), shared(inner(x))])
y = inner(y)
block_in = keras.Input((4,))
block = keras.Model(block_in, keras.layers.Multiply()([block_in, keras.layers.Dense(4)(block_in)]), name="block")
model = keras.Model(x, keras.layers.Dense(1)(block(y)), name="outer")
model.compile(
    keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5), clipnorm=1.0), "mae"
)
""",
    "reshaping": """
model = keras.Sequential([
    keras.Input((2, 2)), keras.layers.Rescaling(0.5, offset=0.1), keras.layers.Reshape((4,)),
    keras.layers.RepeatVector(3), keras.layers.Permute((2, 1)), keras.layers.Flatten(), keras.layers.Dropout(0.0),
    keras.layers.Dense(1),
])
model.compile("rmsprop", "mse")
""",
    "embedding": """
model = keras.Sequential([
    keras.Input((4,), dtype="int32"), keras.layers.Embedding(10, 3), keras.layers.Flatten(), keras.layers.Dense(1),
])
model.compile("nadam", "mse")
""",
    "subclassed": """
@keras.saving.register_keras_serializable(package="peers")
class Scaled(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = keras.layers.Dense(units)
    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        self.shift = self.add_weight(name="shift", shape=(input_shape[-1],), initializer="ones", trainable=False)
        self.dense.build(input_shape)
        self.built = True
    def call(self, x):
        return self.dense(x * self.factor + self.shift)
    def get_config(self):
        return {**super().get_config(), "units": self.units}

@keras.saving.register_keras_serializable(package="peers")
class Tower(keras.Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.zero = [keras.layers.Dense(units), [keras.layers.Dense(units)], {"k": keras.layers.Dense(units)}]
        self.out = keras.layers.Dense(1)
        self._private = keras.layers.Dense(2)
        self.block = Scaled(2)
        self.named = {"q": keras.layers.Dense(2)}
    def call(self, x):
        x = self.zero[2]["k"](self.zero[1][0](self.zero[0](x)))
        return self.out(self._private(self.block(self.named["q"](x))))
    def get_config(self):
        return {**super().get_config(), "units": self.units}

model = Tower(5)
model(np.zeros((2, 4), "float32"))
model.compile("adagrad", "mse")
""",
}

# What Keras does: makes or loads a model, predicts, trains a step more, predicts again.
PROGRAM = """
import json, os, sys
os.environ["KERAS_BACKEND"] = "jax"
import numpy as np
import keras
keras.utils.set_random_seed(1)
task = json.loads(sys.argv[1])
data = np.load(task["data"])
exec(task["source"])
if task["load"]:
    model = keras.models.load_model(task["path"])
else:
    model.fit(data["x"], data["y"], epochs=2, batch_size=8, verbose=0, shuffle=False)
    model.save(task["path"])
before = model.predict(data["x"], verbose=0)
model.fit(data["x"], data["y"], batch_size=8, verbose=0, shuffle=False)
np.savez(task["out"], before=before, after=model.predict(data["x"], verbose=0))
"""


def run_keras(tmp_path, source, path, load):
    task = {
        "source": source,
        "path": str(path),
        "load": load,
        "data": str(tmp_path / "data.npz"),
        "out": str(tmp_path / "out.npz"),
    }
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "KERAS_BACKEND")}
    done = subprocess.run(
        [PYTHON, "-c", PROGRAM, json.dumps(task)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return np.load(tmp_path / "out.npz")


def make(source):
    names = {"keras": keras, "np": np}
    exec(source, names)  # our own programs above
    return names["model"]


@pytest.fixture(params=list(MODELS))
def source(request, tmp_path):
    generator = np.random.default_rng(1)
    x = generator.random((8, 4)).astype("float32")
    if request.param == "reshaping":
        x = x.reshape(8, 2, 2)
    if request.param == "embedding":
        x = (10 * x).astype("int32")
    keras.utils.set_random_seed(1)
    np.savez(tmp_path / "data.npz", x=x, y=generator.random((8, 1)).astype("float32"))
    return MODELS[request.param]


def test_keras_opens_our_files(source, tmp_path):
    data = np.load(tmp_path / "data.npz")
    model = make(source)
    model.fit(data["x"], data["y"], epochs=2, batch_size=8, verbose=0, shuffle=False)
    model.save(tmp_path / "m.keras")
    theirs = run_keras(tmp_path, source, tmp_path / "m.keras", load=True)
    np.testing.assert_allclose(theirs["before"], model.predict(data["x"], verbose=0), atol=1e-5)
    model.fit(data["x"], data["y"], batch_size=8, verbose=0, shuffle=False)
    np.testing.assert_allclose(theirs["after"], model.predict(data["x"], verbose=0), atol=1e-5)


def test_we_open_files_of_keras(source, tmp_path):
    data = np.load(tmp_path / "data.npz")
    make(source)  # registers its classes
    theirs = run_keras(tmp_path, source, tmp_path / "k.keras", load=False)
    model = keras.models.load_model(tmp_path / "k.keras")
    np.testing.assert_allclose(model.predict(data["x"], verbose=0), theirs["before"], atol=1e-5)
    model.fit(data["x"], data["y"], batch_size=8, verbose=0, shuffle=False)
    np.testing.assert_allclose(model.predict(data["x"], verbose=0), theirs["after"], atol=1e-5)
