"""The golden data of the optimizers: what Keras 3 did on fixed gradients (tools/golden/optimizers.py)."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

from unikeras import engine

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"


class Golden:
    def __init__(self):
        entries = json.loads((GOLDEN / "optimizers.json").read_text())["entries"]
        self.flat = np.load(GOLDEN / "optimizers.npz")
        self.entries = {e["id"]: e for e in entries}

    def array(self, packed):
        dtype, offset, shape = packed["array"]
        return self.flat[dtype][offset : offset + int(np.prod(shape))].reshape(shape)

    def of_kind(self, kind):
        return [key for key, e in self.entries.items() if e["kind"] == kind]

    def answer(self, key):
        answers = self.entries[key]["answers"]
        return next(answers[name] for name in ("both", "keras3_jax", "keras3") if name in answers)


GOLDEN_DATA = Golden()


@pytest.fixture
def golden():
    return GOLDEN_DATA


@pytest.fixture(name="needs_gradients")
def needs_gradients_fixture():
    if not engine.current().gradients:
        pytest.skip("this engine has no gradients")


def pytest_generate_tests(metafunc):
    """`walk_id`, `schedule_id` ...: one test for each golden entry of that kind."""
    for name in metafunc.fixturenames:
        if name.endswith("_id"):
            metafunc.parametrize(name, GOLDEN_DATA.of_kind(name[:-3].replace("_", "-")))
