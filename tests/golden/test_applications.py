"""keras.applications against Keras 3: the layers of the models, the features they find, pixel values."""

import importlib.util
import inspect
import pathlib

import numpy as np
import pytest

from unikeras import keras

from .reader import check, entries, to_numpy

_PATH = pathlib.Path(__file__).resolve().parents[2] / "tools" / "golden" / "application_models.py"
_spec = importlib.util.spec_from_file_location("application_models", _PATH)
models = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(models)

# Models that are built quickly; those of the other sizes are made by the same functions, and are compared in the peers' stage.
EVERYDAY = {"MobileNetV2", "MobileNetV3Small"}
FEATURES = {"MobileNet", "MobileNetV3Small"}


def some(kind, names):
    return [p for p in entries("applications", kind) if p.values[0]["name"] in names]


@pytest.fixture(autouse=True)
def fresh_names():
    keras.backend.clear_session()


@pytest.mark.parametrize("entry", some("layers", EVERYDAY))
def test_layers(entry):
    model = getattr(keras.applications, entry["name"])(weights=None)
    check(entry, lambda: models.summary(model))


@pytest.mark.parametrize("entry", entries("applications", "layers"))
def test_arguments(entry):
    function = getattr(keras.applications, entry["name"])
    golden = entry["answers"]["keras3"]["arguments"]
    assert sorted(inspect.signature(function).parameters) == golden
    assert function.__doc__.startswith(
        ("ConvNeXt", "DenseNet", "Eff", "Incep", "Mobile", "NASNet", "ResNet", "VGG", "Xcep")
    )


@pytest.mark.parametrize("entry", some("features", FEATURES))
def test_features(entry):
    check(entry, lambda: models.features(keras, entry), tolerance=1e-3)


@pytest.mark.parametrize("entry", entries("applications", "preprocess"))
def test_pixel_values(entry):
    module = getattr(keras.applications, entry["name"])
    check(entry, lambda: {"output": to_numpy(module.preprocess_input(entry["x"].copy()))})
    as_tensor = module.preprocess_input(keras.ops.array(entry["x"]))
    np.testing.assert_allclose(
        to_numpy(as_tensor), entry["answers"]["keras3"]["output"], rtol=1e-5, atol=1e-4
    )
