"""Small programs against what Keras 3 and tf_keras answer to them. See tools/golden/programs.py."""

import ast

import numpy as np
import pytest

from unikeras import keras
from unikeras.core.dtypes import DType
from unikeras.core.shape import TensorShape

from .reader import HAS_GRADIENTS, HERE, check, entries, family

NAMES = sorted(path.stem for path in HERE.glob("programs_*.json"))


def wave(*shape, k=0.7):
    numbers = np.sin(np.arange(np.prod(shape, dtype=int), dtype="float32") * k + 0.3)
    return numbers.reshape(shape).astype("float32")


def plain(value):
    """What is compared of a value: arrays of tensors and variables, names of classes and functions."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, DType):
        return value.name
    if isinstance(value, TensorShape):
        return [None if d is None else int(d) for d in value]
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, type) or (callable(value) and hasattr(value, "__name__")):
        return value.__name__
    array = np.asarray(value)
    if array.dtype.kind in "OUS":
        return array.tolist()
    return array.astype("float32") if array.dtype.name in ("bfloat16", "float16") else array


def run(definitions, text):
    known = {"keras": keras, "np": np, "wave": wave}
    exec(definitions, known)  # our own committed programs
    *before, last = ast.parse(text).body
    exec(compile(ast.Module(before, []), "program", "exec"), known)
    return plain(eval(compile(ast.Expression(last.value), "program", "eval"), known))


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param(n, *e.values, id=f"{n}:{e.id}", marks=e.marks)
        for n in NAMES
        for e in entries(n, "program")
    ],
)
def test_program(name, entry, tmp_path, monkeypatch):
    differentiates = any(text in entry["program"] for text in (".fit(", "trained(", "ops.jvp("))
    if differentiates and not HAS_GRADIENTS:
        pytest.skip("this engine has no gradients")
    monkeypatch.chdir(tmp_path)
    keras.backend.clear_session()
    definitions = family(name)[0]["program"]
    check(entry, lambda: {"value": run(definitions, entry["program"])}, tolerance=1e-4)
