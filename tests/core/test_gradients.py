"""Differentiating programs give what TensorFlow gives; its answers are in tests/golden/gradients.json."""

from __future__ import annotations

import importlib.util
import json
import pathlib

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine

HERE = pathlib.Path(__file__).resolve().parent
ANSWERS = {
    entry["id"]: entry["answers"]["tensorflow"]
    for entry in json.loads((HERE.parent / "golden" / "gradients.json").read_text())["entries"]
}
_spec = importlib.util.spec_from_file_location("gradient_programs", HERE / "gradient_programs.py")
_programs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_programs)
PROGRAMS = _programs.PROGRAMS

# Where another class of error says the same.
OTHER_ERROR = {"source_is_a_number": TypeError}
# Where unikeras answers otherwise than TensorFlow, and why.
OTHERWISE = {}

needs_gradients = pytest.mark.skipif(not engine.current().gradients, reason="this engine has no gradients")


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return np.asarray(value).tolist()


def check(mine, golden, where="answer"):
    if isinstance(golden, dict):
        assert mine.keys() == golden.keys(), where
        for key in golden:
            check(mine[key], golden[key], f"{where}[{key!r}]")
    elif isinstance(golden, list):
        assert isinstance(mine, list), f"{where}: {mine} instead of {golden}"
        assert len(mine) == len(golden), f"{where}: {mine} instead of {golden}"
        for i, (a, b) in enumerate(zip(mine, golden, strict=True)):
            check(a, b, f"{where}[{i}]")
    elif golden is None or isinstance(golden, str):
        assert mine == golden, f"{where}: {mine} instead of {golden}"
    else:
        assert mine is not None, f"{where}: None instead of {golden}"
        assert mine == pytest.approx(golden, rel=2e-5, abs=1e-6), where


def test_every_program_has_an_answer():
    assert PROGRAMS.keys() == ANSWERS.keys()


@needs_gradients
@pytest.mark.filterwarnings("ignore:tape.watch")
@pytest.mark.parametrize("name", PROGRAMS)
def test_as_tensorflow(name, request):
    if name in OTHERWISE and engine.current().compiles:
        request.applymarker(pytest.mark.xfail(reason=OTHERWISE[name], strict=True))
    golden = ANSWERS[name]
    if "error" not in golden:
        check(plain(PROGRAMS[name](tf)), golden["value"])
        return
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the class is what is compared)
        PROGRAMS[name](tf)
    assert golden["error"] in {c.__name__ for c in type(caught.value).__mro__} or isinstance(
        caught.value, OTHER_ERROR[name]
    )
    if golden["error"] == "RuntimeError":
        assert str(caught.value).rstrip(".") == golden["text"].rstrip(".")


@pytest.mark.skipif(engine.current().gradients, reason="this engine has gradients")
def test_without_gradients_the_error_says_what_to_do():
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(RuntimeError, match="KERAS_BACKEND=jax"):
        tape.gradient(y, x)
