"""Model files that the real Kerases write, with what their models answer: tests/golden/files/*.zip.

Run in the peers' environment from the repository root: .venv-peers/bin/python tools/golden/files.py [family ...]
Each archive has the inputs and labels (data.npz), and for each writer (tf_keras, keras3) its files in every format and
<writer>.npz: the predictions as saved (before0 ...) and after one more step of training (after0 ...).
"""

import io
import os
import pathlib
import sys
import tempfile
import zipfile

os.environ.update(
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="",
    TF_USE_LEGACY_KERAS="0",
    KERAS_BACKEND="tensorflow",
    TF_ENABLE_ONEDNN_OPTS="0",
)

import warnings

warnings.filterwarnings("ignore")

import file_models  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf_keras  # noqa: E402

TARGET = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "files"
WRITERS = {"tf_keras": tf_keras, "keras3": keras}


def save(model, which, whole_only):
    """The model in every format: name -> content."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:

        def keep(name, write):
            path = os.path.join(folder, name)
            try:
                write(path)
            except (ValueError, TypeError, NotImplementedError) as error:
                print("   ", which, name, "is not written:", str(error)[:100])
                return
            found[name] = pathlib.Path(path).read_bytes()

        text = model.to_json()  # before Keras 3 writes HDF5, which takes the optimizer out of it
        keep("model.keras", model.save)
        keep("model.h5", model.save)
        if not whole_only:
            keep("model.weights.h5", model.save_weights)
            if which == "tf_keras":
                keep("weights.h5", model.save_weights)
            found["model.json"] = text.encode()
    return found


def write(archive, name, content):
    info = zipfile.ZipInfo(name, date_time=(2020, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content, compresslevel=9)


def arrays(**values):
    file = io.BytesIO()
    np.savez(file, **values)
    return file.getvalue()


def family(name, sources):
    """One archive: for each writer that can run it, each program's files."""
    with zipfile.ZipFile(TARGET / f"{name}.zip", "w") as archive:
        for which, k in WRITERS.items():
            known = file_models.programs(which)
            for source in sources:
                if source not in known:
                    continue
                k.backend.clear_session()
                k.utils.set_random_seed(3)
                prefix = which if source == name else f"{which}/{source}"
                model, x, y = file_models.run(known[source], k, which, tf)
                for _ in range(2):
                    file_models.step(model, x, y)
                before = file_models.predictions(model, x)
                for member, content in save(model, which, source != name).items():
                    write(archive, f"{prefix}/{member}", content)
                file_models.step(model, x, y)
                after = file_models.predictions(model, x)
                answers = {f"before{i}": p for i, p in enumerate(before)} | {
                    f"after{i}": p for i, p in enumerate(after)
                }
                xs = x if isinstance(x, list) else [x]
                ys = y if isinstance(y, list) else [y]
                data = {
                    f"x{i}": np.asarray(v) if name != "text" else np.asarray(v).astype("U")
                    for i, v in enumerate(xs)
                }
                write(
                    archive,
                    f"{prefix}/answers.npz",
                    arrays(**answers, **data, **{f"y{i}": v for i, v in enumerate(ys)}),
                )
    print(name, (TARGET / f"{name}.zip").stat().st_size)


def main():
    TARGET.mkdir(exist_ok=True)
    wanted = sys.argv[1:]
    families = {name: [name] for name in (*file_models.MODELS, *file_models.ONLY)}
    families["optimizers"] = [
        f"optimizer_{name}" for name in (*file_models.OPTIMIZERS, *file_models.OLD_OPTIMIZERS)
    ]
    for name, sources in families.items():
        if not wanted or name in wanted:
            family(name, sources)


if __name__ == "__main__":
    main()
