"""Loads what unikeras saved, with one of the real Kerases, and notes what its models answer. Run by tests/peers/test_keras_files.py.

    python tools/golden/file_reader.py tf_keras|keras3 folder

For each program's folder: the whole model (model.h5 or model.keras) predicts, trains a step and predicts; weights are loaded into it
from the other files. Answers go to <folder>/<program>/<framework>.npz, what went wrong to <folder>/<framework>.json.
"""

import json
import os
import pathlib
import sys
import traceback
import warnings

os.environ.update(
    KERAS_BACKEND="tensorflow",
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="",
    TF_USE_LEGACY_KERAS="0",
    TF_ENABLE_ONEDNN_OPTS="0",
)
WHICH, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
warnings.filterwarnings("ignore")

import file_models  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

if WHICH == "keras3":
    import keras as k
else:
    import tf_keras as k

WHOLE = {"keras3": "model.keras", "tf_keras": "model.h5"}[WHICH]


def given(folder):
    data = np.load(folder / "data.npz")
    x, y = ([data[key] for key in sorted(data) if key.startswith(start)] for start in "xy")
    if x[0].dtype.kind == "U":
        x = [tf.constant(x[0].tolist())]
    return (x if len(x) > 1 else x[0]), (y if len(y) > 1 else y[0])


def answers(folder):
    x, y = given(folder)
    model = k.models.load_model(folder / WHOLE)
    found = {f"before{i}": p for i, p in enumerate(file_models.predictions(model, x))}
    bare = k.models.load_model(folder / WHOLE, compile=False)
    file_models.step(model, x, y)
    found |= {f"after{i}": p for i, p in enumerate(file_models.predictions(model, x))}
    zeros = [np.zeros_like(w) for w in bare.get_weights()]
    for name in ("weights.h5", "model.weights.h5"):
        if (folder / name).exists():
            bare.set_weights(zeros)
            bare.load_weights(folder / name)
            found |= {f"{name}:{i}": p for i, p in enumerate(file_models.predictions(bare, x))}
    return found


def main():
    problems = {}
    for folder in sorted(path for path in FOLDER.iterdir() if (path / WHOLE).exists()):
        k.backend.clear_session()
        if folder.name in file_models.OWN_CLASSES:
            file_models.run(file_models.OWN_CLASSES[folder.name], k, WHICH)
        try:
            np.savez(folder / f"{WHICH}.npz", **answers(folder))
        except Exception:
            problems[folder.name] = traceback.format_exc()[-1500:]
    (FOLDER / f"{WHICH}.json").write_text(json.dumps(problems))


if __name__ == "__main__":
    main()
