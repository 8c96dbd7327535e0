"""Files of models with preprocessing layers against the real Keras 3: each opens what the other wrote, with the same answers.

Keras runs in an interpreter of its own, given by the environment variable UNIKERAS_PEERS_PYTHON; once for all of it.
"""

import json
import os
import subprocess
import zipfile

import numpy as np
import pytest

from unikeras import keras

PYTHON = os.environ.get("UNIKERAS_PEERS_PYTHON")
pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(not PYTHON, reason="UNIKERAS_PEERS_PYTHON names no interpreter that has Keras 3"),
]

# Programs that give `model`; run by both sides. Inputs: texts s, numbers n, ids i.
MODELS = {
    "text": """
tv = L.TextVectorization(output_sequence_length=4, ngrams=(1, 2))
tv.adapt(texts)
model = keras.Sequential([keras.Input((1,), dtype="string"), tv, L.Embedding(30, 3), L.GlobalAveragePooling1D(), L.Dense(1)])
inputs = ["s"]
""",
    "text weights": """
tv = L.TextVectorization(output_mode="tf_idf", max_tokens=5, pad_to_max_tokens=True)
tv.adapt(texts)
model = keras.Sequential([keras.Input((1,), dtype="string"), tv, L.Dense(1)])
inputs = ["s"]
""",
    "given vocabulary": """
model = keras.Sequential([
    keras.Input((1,), dtype="string"),
    L.TextVectorization(vocabulary=["red", "green"], output_mode="count", standardize="lower", split="character"), L.Dense(1),
])
inputs = ["s"]
""",
    "features": """
s, n, i = keras.Input((1,), dtype="string"), keras.Input((2,)), keras.Input((1,), dtype="int64")
words = L.StringLookup(mask_token="", num_oov_indices=2, output_mode="one_hot"); words.adapt(texts)
weighted = L.StringLookup(output_mode="tf_idf"); weighted.adapt([t for t in texts if t])
ids = L.IntegerLookup(mask_token=0, output_mode="multi_hot"); ids.adapt(numbers["i"])
scale = L.Normalization(); scale.adapt(numbers["n"])
bins = L.Discretization(num_bins=3, output_mode="count"); bins.adapt(numbers["n"])
parts = [
    words(s), weighted(s), ids(i), scale(n), bins(n), L.Hashing(5, salt=3, output_mode="one_hot")(s),
    L.HashedCrossing(7, output_mode="one_hot")((s, i)), L.CategoryEncoding(12, output_mode="one_hot")(i),
]
model = keras.Model([s, n, i], L.Dense(1)(L.Concatenate()(parts)))
inputs = ["s", "n", "i"]
""",
    "space": """
F = keras.utils.FeatureSpace
space = F({"s": "string_categorical", "i": F.integer_categorical(num_oov_indices=2), "n": "float_normalized"},
          crosses=[F.cross(("s", "i"), crossing_dim=6)])
space.adapt(dataset({"s": np.array([t or "blue" for t in texts]), "i": numbers["i"][:, 0], "n": numbers["n"][:, 0]}))
given = space.get_inputs()
model = keras.Model([given["s"], given["n"], given["i"]], L.Dense(1)(space.get_encoded_features()))
inputs = ["s", "column", "i"]
""",
}
DATA = """
texts = ["Red green blue.", "red RED violet", "blue", "", "gr\u00fcn green", "blue blue"]
generator = np.random.default_rng(3)
numbers = {"n": generator.normal(size=(6, 2)).astype("float32"), "i": generator.integers(0, 9, (6, 1))}
numbers["column"] = numbers["n"][:, :1]
"""
PROGRAM = """
import json, os, sys
os.environ["KERAS_BACKEND"] = "tensorflow"
import numpy as np
import keras
import tensorflow as tf
L = keras.layers
task = json.loads(sys.argv[1])
exec(task["data"])
dataset = tf.data.Dataset.from_tensor_slices
def answers(model, inputs):
    fed = [tf.constant([[t] for t in texts]) if k == "s" else tf.constant(numbers[k]) for k in inputs]
    return np.asarray(model(fed if len(fed) > 1 else fed[0]))
results = {}
for name, source in task["models"].items():
    keras.utils.set_random_seed(1)
    exec(source)
    path = task["folder"] + "/" + name
    model.save(path + "_keras.keras")
    results[name + "/made"] = answers(model, inputs)
    results[name + "/loaded"] = answers(keras.models.load_model(path + "_ours.keras"), inputs)
np.savez(task["folder"] + "/out.npz", **results)
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The folder of both sides' files, our answers and those of Keras."""
    folder = tmp_path_factory.mktemp("files")
    names = {"keras": keras, "np": np, "L": keras.layers, "dataset": lambda columns: columns}
    exec(DATA, names)  # our own programs above
    ours = {}
    for name, source in MODELS.items():
        keras.utils.set_random_seed(1)
        exec(source, names)
        names["model"].save(folder / f"{name}_ours.keras")
        fed = [
            np.array(names["texts"])[:, None] if k == "s" else names["numbers"][k] for k in names["inputs"]
        ]
        ours[name] = fed, names["model"].predict(fed if len(fed) > 1 else fed[0], verbose=0)
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "KERAS_BACKEND")}
    environment |= {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    task = json.dumps({"models": MODELS, "data": DATA, "folder": str(folder)})
    done = subprocess.run(
        [PYTHON, "-c", PROGRAM, task],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder, ours, np.load(folder / "out.npz")


@pytest.mark.parametrize("name", MODELS)
def test_keras_opens_our_files(both, name):
    _, ours, theirs = both
    np.testing.assert_allclose(theirs[f"{name}/loaded"], ours[name][1], atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_we_open_files_of_keras(both, name):
    folder, ours, theirs = both
    model = keras.models.load_model(folder / f"{name}_keras.keras")
    fed = ours[name][0]
    answer = model.predict(fed if len(fed) > 1 else fed[0], verbose=0)
    np.testing.assert_allclose(answer, theirs[f"{name}/made"], atol=1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_the_vocabularies_are_the_same_bytes(both, name):
    folder, _, _ = both
    with (
        zipfile.ZipFile(folder / f"{name}_ours.keras") as ours,
        zipfile.ZipFile(folder / f"{name}_keras.keras") as theirs,
    ):
        found = {n: theirs.read(n) for n in theirs.namelist() if n.startswith("assets/")}
        assert {n: ours.read(n) for n in ours.namelist() if n.startswith("assets/")} == found
    assert bool(found) == (name != "given vocabulary")
