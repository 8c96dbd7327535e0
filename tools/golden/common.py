"""What the golden scripts share: running the real frameworks, and storing what they answer.

Each script of this folder defines ``cases(ctx)``, a generator of entries (plain dictionaries of
strings, numbers, lists and NumPy arrays), and ends with ``common.main("family", cases)``. It is run in the
peers' environment (``tools/peers.txt``), from the repository root:

    .venv-peers/bin/python tools/golden/losses.py

and writes ``tests/golden/<family>.json`` with ``tests/golden/<family>.npz``. Every number comes from
calling Keras 3 and tf_keras as black boxes. The same calls are then made on Keras 3's jax engine in a
second process; entries whose answers differ there are listed under ``engines_differ``. Where the two
frameworks agree, the answer is stored once, as ``both``.

Format: arrays are replaced by ``{"array": [dtype, offset, shape]}``, a slice of the flat array ``dtype`` in
the ``.npz`` (equal arrays are stored once). ``tests/golden/reader.py`` reads it back.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"

ENGINE = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("KERAS_HOME", tempfile.mkdtemp(prefix="golden-keras-"))
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402


class Context:
    """The frameworks at hand in this process, by name."""

    def __init__(self, engine: str):
        self.engine = engine
        import keras

        self.frameworks = {"keras3": keras}
        if engine == "tensorflow":
            import tensorflow as tf
            import tf_keras

            tf.get_logger().setLevel("ERROR")
            self.tf = tf
            self.frameworks["tf_keras"] = tf_keras

    def has(self, framework: str, *path: str) -> bool:
        """Does the framework have this public name?"""
        node = self.frameworks[framework]
        for name in path:
            if not hasattr(node, name):
                return False
            node = getattr(node, name)
        return True

    def array(self, x):
        """An engine's value as a NumPy array (bfloat16 as float32), or a number or string as it is."""
        x = np.asarray(x)
        if x.dtype == object:
            raise TypeError(f"not an array: {x!r}")
        if x.dtype.name == "bfloat16":
            x = x.astype(np.float32)
        return x

    def gradient(self, fn, *xs):
        """fn(*tensors) and the gradients of its sum with respect to every x (None on engines without a
        tape)."""
        if self.engine != "tensorflow":
            return fn(*xs), [None] * len(xs)
        tf = self.tf
        xs = [tf.convert_to_tensor(x) for x in xs]
        with tf.GradientTape() as tape:
            tape.watch(xs)
            y = fn(*xs)
            total = tf.reduce_sum(y)
        return y, [
            None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in tape.gradient(total, xs)
        ]


def error_of(error: BaseException) -> dict:
    """What can be compared about an exception: its class and the classes above it (never its message)."""
    names = [c.__name__ for c in type(error).__mro__ if c not in (object, BaseException)]
    return {"error": names[0], "bases": names[1:]}


class Store:
    """Entries with their arrays taken out into one flat array for each dtype."""

    def __init__(self):
        self.chunks: dict[str, list[np.ndarray]] = {}
        self.sizes: dict[str, int] = {}
        self.known: dict[tuple, list] = {}

    def pack(self, value):
        if isinstance(value, dict):
            return {str(k): self.pack(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.pack(v) for v in value]
        if isinstance(value, np.generic):
            return value.item() if value.dtype != np.float16 else float(value)
        if isinstance(value, np.ndarray):
            return {"array": self._slice(value)}
        if value is None or isinstance(value, (str, bool, int, float)):
            return value
        raise TypeError(f"cannot store {type(value)}: {value!r}")

    def _slice(self, array: np.ndarray) -> list:
        dtype = array.dtype.name
        key = (dtype, array.shape, array.tobytes())
        if key not in self.known:
            offset = self.sizes.get(dtype, 0)
            self.chunks.setdefault(dtype, []).append(np.ravel(array))
            self.sizes[dtype] = offset + array.size
            self.known[key] = [dtype, offset, list(array.shape)]
        return self.known[key]

    def arrays(self) -> dict[str, np.ndarray]:
        return {dtype: np.concatenate(chunks) for dtype, chunks in sorted(self.chunks.items())}


def versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("keras", "tf_keras", "tensorflow", "jax", "numpy")}


def _same(a, b, tolerance=2e-5) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        if "error" in a or "error" in b:
            return a.get("error") == b.get("error")
        keys = (a.keys() | b.keys()) - ({"gradient", "gradients"} - (a.keys() & b.keys()))
        return keys <= a.keys() & b.keys() and all(_same(a[k], b[k], tolerance) for k in keys)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(_same(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return (a is None and b is None) or a == b
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub":
        return bool(np.array_equal(a, b))
    return a.shape == b.shape and np.allclose(
        a.astype("float64"), b.astype("float64"), tolerance, tolerance, equal_nan=True
    )


def _answers_on_jax(script: str, *arguments: str) -> dict:
    """Run the same script in a second process on Keras 3's jax engine; its Keras 3 answers by entry id."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "answers.pickle")
        environment = os.environ | {"KERAS_BACKEND": "jax", "GOLDEN_ANSWERS": path}
        subprocess.run([sys.executable, script, *arguments], env=environment, check=True)
        import pickle

        with open(path, "rb") as file:
            return pickle.load(file)


def main(
    family: str, cases, check_jax: bool = True, keep_jax: bool = False, made_by: str | None = None
) -> None:
    """Collect the entries of a family and write them; in the second process only hand the answers back.

    With `keep_jax`, where Keras 3's engines disagree the answer on jax is stored too, as `keras3_jax`.
    """
    entries = list(cases(Context(ENGINE)))
    ids = [e["id"] for e in entries]
    repeated = {i for i in ids if ids.count(i) > 1}
    if repeated:
        raise SystemExit(f"{family}: repeated ids {sorted(repeated)[:5]}")
    if "GOLDEN_ANSWERS" in os.environ:
        import pickle

        with open(os.environ["GOLDEN_ANSWERS"], "wb") as file:
            pickle.dump({e["id"]: e["answers"].get("keras3") for e in entries}, file)
        return
    differ = []
    if check_jax:
        other = _answers_on_jax(sys.argv[0])
        for e in entries:
            mine = e["answers"].get("keras3")
            if mine is not None and other.get(e["id"]) is not None and not _same(mine, other[e["id"]]):
                differ.append(e["id"])
                if keep_jax:
                    e["answers"]["keras3_jax"] = other[e["id"]]
    for e in entries:
        answers = e["answers"]
        if answers.keys() == {"keras3", "tf_keras"} and _same(answers["keras3"], answers["tf_keras"], 1e-6):
            e["answers"] = {"both": answers["keras3"]}
    store = Store()
    document = {
        "made_by": f"tools/golden/{made_by or family}.py",
        "versions": versions(),
        "engines_differ": differ,
        "entries": [store.pack(e) for e in entries],
    }
    GOLDEN.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(e, separators=(",", ":")) for e in document.pop("entries"))
    head = json.dumps(document, indent=1)[:-2]
    (GOLDEN / f"{family}.json").write_text(f'{head},\n "entries": [\n{lines}\n]}}\n')
    written = [GOLDEN / f"{family}.json"]
    if store.chunks:
        written.append(GOLDEN / f"{family}.npz")
        np.savez_compressed(written[1], **store.arrays())
    size = sum(path.stat().st_size for path in written)
    separate = sum(1 for e in entries if "both" not in e["answers"])
    print(
        f"{family}: {len(entries)} entries ({separate} where the two frameworks differ or one lacks it), "
        f"{len(differ)} differ between Keras 3's engines, {size / 1e3:.0f} kB"
    )
