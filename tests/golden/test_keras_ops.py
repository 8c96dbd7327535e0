"""Operations against the answers of Keras 3 (on TensorFlow or on jax) and of tf_keras's backend functions."""

import json
import re

import numpy as np
import pytest

from unikeras import engine, keras
from unikeras.core.dtypes import DType
from unikeras.core.operators import Operators

from .reader import HERE, check, entries, family

NAMES = sorted(path.stem for path in HERE.glob("ops_*.json"))


def wave(*shape, k=0.7):
    numbers = np.sin(np.arange(np.prod(shape, dtype=int), dtype="float32") * k + 0.3)
    return numbers.reshape(shape).astype("float32")


def flat(value):
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in flat(value[key])]
    if isinstance(value, (list, tuple)):
        return [leaf for v in value for leaf in flat(v)]
    return [value.name] if isinstance(value, DType) else [value]


def answer(result):
    values, dtypes = [], []
    for leaf in flat(result):
        if isinstance(leaf, (Operators, np.ndarray, np.generic)):
            value = np.asarray(leaf)
            dtypes.append(value.dtype.name)
            if value.dtype.kind == "c":
                value = np.stack([value.real, value.imag], axis=-1)
            values.append(value.astype("float32") if value.dtype.name == "bfloat16" else value)
        else:
            values.append(leaf)
            dtypes.append(type(leaf).__name__)
    return {"values": values, "dtypes": dtypes}


@pytest.fixture(scope="module")
def names():
    """For each family the names that its expressions use."""
    found = {}
    for name in NAMES:
        known = {"keras": keras, "ops": keras.ops, "K": keras.backend, "np": np, "wave": wave}
        for line in family(name)[0]["lines"]:
            exec(line, known)  # our own committed definitions
        found[name] = known
    return found


def chosen():
    """All entries; on the engine that compiles every call, which takes long, one of every third operation.

    The formula is the same on all engines, and the tables of `tests/ops` compare values and gradients on all of them.
    """
    seen = {}
    for name in NAMES:
        for entry in entries(name, "call"):
            called = name, re.match(r"[\w.]+", entry.values[0]["id"]).group()
            if not engine.current().compiles or (called not in seen and len(seen) % 3 == 0):
                yield pytest.param(name, *entry.values, id=f"{name}:{entry.id}", marks=entry.marks)
            seen.setdefault(called, entry)


@pytest.mark.parametrize(("name", "entry"), list(chosen()))
def test_answer(name, entry, names):
    check(entry, lambda: answer(eval(entry["id"], dict(names[name]))), tolerance=1e-4)


def test_there_are_entries():
    assert len(NAMES) > 1
    assert all(json.loads((HERE / f"{n}.json").read_text())["entries"] for n in NAMES)
