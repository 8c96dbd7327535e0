"""Record what Keras 3 and tf_keras return from their data sets' loaders, given small made-up cached files.

Run in the environment that has them: `python tools/golden/datasets.py`. It needs no network: the loaders'
`get_file` is replaced by one that returns the made-up file. Writes tests/golden/datasets.json.
"""

import inspect
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = tempfile.mkdtemp()

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "datasets"))
import fakes

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "datasets.json"


def made_up() -> dict:
    """The content of the made-up files, as plain lists."""
    rng = np.random.default_rng(7)

    def sequences(n):
        return [rng.integers(1, 30, size=rng.integers(1, 9)).tolist() for _ in range(n)]

    return {
        "imdb": {
            "x_train": sequences(11), "y_train": rng.integers(0, 2, 11).tolist(),
            "x_test": sequences(7), "y_test": rng.integers(0, 2, 7).tolist(),
        },
        "reuters": {"x": sequences(13), "y": rng.integers(0, 46, 13).tolist()},
        "boston_housing": {"x": rng.normal(size=(11, 3)).tolist(), "y": rng.normal(size=11).tolist()},
        "california_housing": {"x": [[i, -i] for i in range(650)], "y": list(range(650))},
        "mnist": {
            "x_train": rng.integers(0, 256, (3, 2, 2)).tolist(), "y_train": [1, 2, 3],
            "x_test": rng.integers(0, 256, (2, 2, 2)).tolist(), "y_test": [4, 5],
        },
    }  # fmt: skip


def as_arrays(name: str, content: dict) -> dict:
    def one(key, value):
        if name in ("imdb", "reuters") and key.startswith("x"):
            array = np.empty(len(value), dtype=object)
            array[:] = value
            return array
        kinds = {"boston_housing": "float64", "california_housing": "float32", "mnist": "uint8"}
        return np.array(value, dtype=kinds.get(name, "int64"))

    return {key: one(key, value) for key, value in content.items()}


WORDS = [
    {}, {"num_words": 20}, {"skip_top": 5}, {"num_words": 20, "skip_top": 4, "oov_char": None}, {"maxlen": 6},
    {"start_char": None}, {"index_from": 0}, {"start_char": None, "index_from": None},
    {"seed": 3, "oov_char": 99}, {"num_words": 0}, {"oov_char": None, "num_words": 8}, {"maxlen": 1},
    {"maxlen": 2},
    {"start_char": 7, "index_from": 10, "num_words": 25, "maxlen": 7},
    {"start_char": None, "index_from": 0, "oov_char": 0},
]  # fmt: skip
CASES = {
    "imdb": WORDS,
    "reuters": [*WORDS, {"test_split": 0.5}, {"test_split": 0.0}, {"test_split": 0.33, "maxlen": 5}],
    "boston_housing": [{}, {"test_split": 0.0}, {"test_split": 0.45, "seed": 1}, {"test_split": 1.0}],
    "california_housing": [
        {"version": "small"}, {"version": "large"}, {"version": "small", "seed": 2, "test_split": 0.31},
        {"version": "tiny"},
    ],
    "mnist": [{}],
}  # fmt: skip


def plain(array: np.ndarray) -> dict:
    return {"dtype": str(array.dtype), "shape": list(array.shape), "value": array.tolist()}


def answer(loader, arguments: dict):
    try:
        (a, b), (c, d) = loader(**arguments)
    except Exception as error:
        if os.environ.get("VERBOSE"):
            sys.stderr.write(f"{arguments}: {error!r}\n")
        return {"error": type(error).__name__}
    return [plain(array) for array in (a, b, c, d)]


def record(keras, content: dict) -> dict:
    answers: dict = {}
    for name, cases in CASES.items():
        package = getattr(keras.datasets, name, None)
        if package is None:
            continue
        loader = package.load_data
        path = Path(tempfile.mkdtemp(), f"{name}.npz")
        np.savez(path, **as_arrays(name, content[name]))
        inspect.getmodule(inspect.unwrap(loader)).get_file = lambda *a, path=path, **k: str(path)
        answers[name] = [answer(loader, case) for case in cases]

    # CIFAR-100 takes files of any length (CIFAR-10 only of 10,000 images)
    folder = Path(tempfile.mkdtemp())
    for top in (folder, folder / "cifar-100-python"):
        top.mkdir(exist_ok=True)
        for number, part in enumerate(("train", "test")):
            images = fakes.cifar_images(2, number)
            batch = fakes.cifar_batch(images, fine_labels=[number, 7], coarse_labels=[2, number])
            (top / part).write_bytes(batch)
    loader = keras.datasets.cifar100.load_data
    inspect.getmodule(inspect.unwrap(loader)).get_file = lambda *a, **k: str(folder)
    answers["cifar100"] = []
    for mode in ("fine", "coarse", "medium"):
        result = answer(loader, {"label_mode": mode})
        if isinstance(result, list):
            result[0]["value"] = result[0]["value"][1][31][:2]
            result[2]["value"] = result[2]["value"][1][31][:2]
        answers["cifar100"].append(result)
    return answers


def main() -> None:
    import keras
    import tf_keras

    content = made_up()
    golden = {
        "versions": {"keras": keras.__version__, "tf_keras": tf_keras.__version__},
        "content": content,
        "cases": CASES,
        "keras": record(keras, content),
        "tf_keras": record(tf_keras, content),
        "reuters_labels": list(keras.datasets.reuters.get_label_names()),
    }
    for name in ("keras", "tf_keras"):  # 650 rows are long: a few and a checksum say as much
        for result in golden[name].get("california_housing", []):
            for array in result if isinstance(result, list) else []:
                value = np.array(array["value"])
                first = value.reshape(len(value), -1)[:, 0]
                array["first_column_times_place"] = float((first * np.arange(len(value))).sum())
                array["value"] = value[:5].tolist()
    golden["content"]["california_housing"] = "row i is (i, -i), target i, 650 rows"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    sys.stdout.write(f"{OUT}: {OUT.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
