"""Which engine is selected and why; engines are named in unikeras/engine only."""

from __future__ import annotations

import ast
import builtins
import json
import os
import pathlib
import subprocess
import sys

import pytest

import unikeras
from unikeras import engine
from unikeras.core.errors import EngineError

PACKAGE = pathlib.Path(unikeras.__file__).parent


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    return tmp_path


def test_the_default(home):
    assert engine.selection() == ("jax", "the default")


def test_the_environment_comes_first(home, monkeypatch):
    (home / "keras.json").write_text(json.dumps({"backend": "torch"}))
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    assert engine.selection() == ("numpy", "environment variable KERAS_BACKEND")


def test_keras_json(home):
    (home / "keras.json").write_text(json.dumps({"backend": "torch", "floatx": "float32"}))
    assert engine.selection() == ("torch", str(home / "keras.json"))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"floatx": "float32"}'])
def test_a_keras_json_without_an_engine(home, text):
    (home / "keras.json").write_text(text)
    assert engine.selection()[0] == "jax"


@pytest.mark.parametrize("where", ["environment", "file"])
def test_tensorflow_means_the_default(home, monkeypatch, where):
    if where == "environment":
        monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    else:
        (home / "keras.json").write_text(json.dumps({"backend": "tensorflow"}))
    name, reason = engine.selection()
    assert name == "jax"
    assert "tensorflow" in reason


@pytest.mark.parametrize(("name", "meant"), [("touch", "torch"), ("Jax", "jax"), ("nunpy", "numpy")])
def test_an_unknown_name(home, monkeypatch, name, meant):
    monkeypatch.setenv("KERAS_BACKEND", name)
    with pytest.raises(EngineError, match=rf"Unknown engine '{name}' \(environment.*did you mean '{meant}'"):
        engine.selection()
    monkeypatch.setenv("KERAS_BACKEND", "zzz")
    with pytest.raises(EngineError, match="choose one of jax, torch, numpy"):
        engine.selection()


def test_a_missing_package_says_what_to_install(monkeypatch):
    original = builtins.__import__

    def without_torch(name, *args, **kwargs):
        if name.split(".")[0] in ("torch", "array_api_compat"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".")[0])
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    monkeypatch.delitem(sys.modules, "unikeras.engine.torch", raising=False)
    for name in [m for m in sys.modules if m.split(".")[0] == "array_api_compat"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(EngineError, match=r'pip install "unikeras\[torch\]"'):
        engine.get.__wrapped__("torch")


def test_available():
    found = engine.available()
    assert set(found) == {"jax", "torch", "numpy"}
    assert found["numpy"][0].isdigit()


@pytest.mark.parametrize("value", ["numpy", "tensorflow"])
def test_a_program_runs_on_what_is_asked_for(value):
    code = "import unikeras as tf; from unikeras import keras; print(keras.backend.backend(), float(tf.constant(2.0) * 3))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"KERAS_BACKEND": value},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == "6.0"
    if value == "numpy":
        assert done.stdout.split()[0] == "numpy"


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE / "engine"],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_engines_are_imported_in_engine_only(path):
    outside = {"jax", "jaxlib", "torch", "array_api_compat", "tensorflow", "keras"}
    assert not {name.split(".")[0] for name in imports(path)} & outside
    inner = {f"unikeras.engine.{name}" for name in ("jax", "torch", "numpy")}
    assert not set(imports(path)) & inner


def test_importing_the_package_does_not_load_torch():
    code = "import sys, unikeras; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"KERAS_BACKEND": "numpy"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
