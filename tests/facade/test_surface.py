"""The facades: what they export, that they agree, and what they say about names they do not have."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import unikeras as tf
from unikeras import keras
from unikeras.core.absent import NOT_YET

REPOSITORY = Path(__file__).resolve().parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("api_coverage", REPOSITORY / "tools" / "api_coverage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_exported_names_are_those_of_the_golden_list():
    golden = (Path(__file__).parent / "public_names.txt").read_text().split()
    assert _tool().exported() == golden, (
        "the API changed; if so intended: python tools/api_coverage.py --write"
    )


def test_every_exported_name_resolves():
    for module in _tool().facades():
        for name in module.__all__:
            getattr(module, name)


@pytest.mark.parametrize(
    "name",
    [
        "layers",
        "models",
        "losses",
        "metrics",
        "initializers",
        "regularizers",
        "constraints",
        "activations",
        "callbacks",
        "datasets",
        "optimizers",
    ],
)
def test_facades_give_what_the_implementation_exports(name):
    internal = {"check_labels", "LossFunctionWrapper", "resolve_for", "keras3_names"}
    # what Keras has in `keras`, `keras.experimental` and `keras.layers.experimental`
    internal |= {
        "Function",
        "LinearModel",
        "WideDeepModel",
        "PeepholeLSTMCell",
        "PreprocessingLayer",
        "RandomFourierFeatures",
    }
    facade, implementation = (importlib.import_module(f"unikeras{part}.{name}") for part in (".keras", ""))
    assert set(implementation.__all__) - internal <= set(facade.__all__)
    for exported in set(implementation.__all__) - internal - {"legacy", "schedules"}:
        if name != "datasets":
            assert getattr(facade, exported) is getattr(implementation, exported)


def test_tf_and_keras_are_one():
    assert tf.keras is keras
    assert tf.keras.Variable is tf.Variable
    assert tf.losses.MeanSquaredError is keras.losses.MeanSquaredError
    assert tf.optimizers.Adam is keras.optimizers.Adam
    assert tf.metrics.Mean is keras.metrics.Mean
    assert tf.initializers.Zeros is keras.initializers.Zeros
    assert tf.nn.relu is keras.ops.relu is keras.activations.relu
    assert tf.math.reduce_sum is tf.reduce_sum is keras.ops.sum
    assert keras.layers.Input is keras.Input
    assert keras.backend.epsilon is keras.config.epsilon


def test_versions():
    own = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    assert own == tf.version.DISTRIBUTION
    assert tf.__version__ == tf.version.VERSION == f"2.21.0+unikeras.{own}"
    assert keras.__version__ == f"3.15.0+unikeras.{own}"
    assert tf.__version__ >= "2.0"
    assert int(tf.__version__.split(".")[0]) == 2


@pytest.mark.parametrize("imports", ["import unikeras", "from unikeras import keras"])
def test_importing_loads_no_engine_and_nothing_rare(imports):
    heavy = ["jax", "torch", "matplotlib", "pandas", "tensorboard", "tensorflow", "sklearn"]
    heavy += ["h5py"] if imports == "import unikeras" else []
    program = f"import sys; {imports}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert done.stdout == "[]\n"


def test_the_engine_can_be_chosen_after_importing():
    program = (
        "import os, unikeras as tf; os.environ['KERAS_BACKEND'] = 'numpy'; "
        "tf.add(1.0, 2.0); import sys; print(tf.keras.backend.backend(), 'jax' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert done.stdout == "numpy False\n"


@pytest.mark.parametrize("module", sorted(m for m in NOT_YET if NOT_YET[m]))
def test_what_is_not_there_yet_says_so(module):
    root, *rest = module.split(".")
    found = {"tf": tf, "keras": keras}[root]
    for part in rest:
        found = getattr(found, part)
    for name in NOT_YET[module]:
        assert name not in found.__all__, f"{module}.{name} is there: take it out of NOT_YET"
        with pytest.raises(AttributeError, match=r"not available in unikeras yet.*docs/compatibility\.md"):
            getattr(found, name)


def test_unknown_names_get_close_matches():
    with pytest.raises(AttributeError, match="Did you mean 'reduce_mean'"):
        _ = tf.reduce_meen
    with pytest.raises(AttributeError, match="Did you mean 'Dense'"):
        _ = keras.layers.Dens
    assert not hasattr(tf, "surely_not_there")


def test_every_table_of_absent_names_is_a_facade():
    for module in NOT_YET:
        assert importlib.import_module(
            module.replace("keras", "unikeras.keras", 1)
            if module.startswith("keras")
            else "unikeras" + module[2:].replace("math.special", "math_special")
        )
