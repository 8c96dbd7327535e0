"""What older versions wrote: calls of TensorFlow's functions, names of optimizers' values, entries that are refused."""

import json

import numpy as np
import pytest

from unikeras import keras
from unikeras.saving import keras2_ops, keras3_ops
from unikeras.saving.errors import ModelFileError
from unikeras.saving.optimizer_state import places


def graph(*entries, end):
    """A functional config of tf.keras 2 that begins with an input 'x'."""
    first = {
        "class_name": "InputLayer", "name": "x", "inbound_nodes": [],
        "config": {"batch_input_shape": [None, 4], "dtype": "float32", "ragged": False, "sparse": False, "name": "x"},
    }  # fmt: skip
    config = {
        "name": "m",
        "layers": [first, *entries],
        "input_layers": [["x", 0, 0]],
        "output_layers": [[end, 0, 0]],
    }
    return json.dumps({"class_name": "Functional", "config": config})


def function(name, path, call, kind="TFOpLambda"):
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name, "function": path},
        "inbound_nodes": [call],
    }


ALL = {"start": None, "stop": None, "step": None}
X = np.arange(8, dtype="float32").reshape(2, 4)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (function("f", "math.multiply", ["x", 0, 0, {"y": 2.0, "name": None}]), 2 * X),
        (function("f", "math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0]}]), 1 - X),
        (function("f", "__operators__.add", ["x", 0, 0, {"y": [1.0, 2.0, 3.0, 4.0]}]), X + np.array([1, 2, 3, 4])),
        (function("f", "concat", [["x", 0, 0, {"axis": -1}], ["x", 0, 0, {"axis": -1}]]), np.concatenate([X, X], -1)),
        (function("f", "compat.v1.transpose", ["x", 0, 0, {"perm": None, "name": "transpose", "conjugate": False}]), X.T),
        (function("f", "compat.v1.gather", ["x", 0, 0, {"indices": [3, 0], "axis": 1, "batch_dims": 0, "validate_indices": None}]), X[:, [3, 0]]),
        (function("f", "cast", ["x", 0, 0, {"dtype": "int32"}]), X.astype("int32")),
        (
            function("f", "__operators__.getitem", ["x", 0, 0, {"slice_spec": [ALL, {**ALL, "start": 1, "stop": 3}]}], "SlicingOpLambda"),
            X[:, 1:3],
        ),
        (function("f", "__operators__.getitem", ["x", 0, 0, {"slice_spec": ["Ellipsis", None]}], "SlicingOpLambda"), X[..., None]),
    ],
)  # fmt: skip
def test_functions_of_tensorflow(entry, expected):
    model = keras.models.model_from_json(graph(entry, end="f"))
    np.testing.assert_array_equal(np.asarray(model(X)), expected)


@pytest.mark.parametrize(
    "path", ["os.system", "io.read_file", "py_function", "__builtins__.eval", "keras.utils.get_file", "function", "nn.missing", "saving.load_model"]
)  # fmt: skip
def test_other_functions_are_not_called(path):
    with pytest.raises(ModelFileError, match="cannot read"):
        keras.models.model_from_json(graph(function("f", path, ["x", 0, 0, {}]), end="f"))
    with pytest.raises(ModelFileError):
        keras2_ops.find(path)


@pytest.mark.parametrize(
    "name", ["Deserialize", "Map", "Cond", "System", "ConvertToNumpy", "__class__", "os.system"]
)
def test_other_operations_are_not_called(name):
    with pytest.raises(ModelFileError, match="does not have"):
        keras3_ops.operation({"class_name": name, "config": {}})


def test_a_function_of_no_tensor_is_not_computed():
    entry = {
        "module": "keras.src.ops.numpy", "class_name": "Ones", "config": {"name": "o"}, "registered_name": "Ones", "name": "o",
        "inbound_nodes": [{"args": [[1 << 40]], "kwargs": {}}],
    }  # fmt: skip
    with pytest.raises(ModelFileError, match="no tensor"):
        keras.models.model_from_json(
            graph(entry, end="o").replace('"inbound_nodes": []', '"inbound_nodes": []')
        )


def test_functions_of_tensorflow_2_0_name_themselves():
    entry = function("f", "x", [["x", 0, 0, {}]], "TensorFlowOpLayer")
    with pytest.raises(NotImplementedError, match="TensorFlowOpLayer"):
        keras.models.model_from_json(graph(entry, end="f"))


def test_a_circle_of_calls():
    entries = [function("f", "nn.relu", ["g", 0, 0, {}]), function("g", "nn.relu", ["f", 0, 0, {}])]
    with pytest.raises(ModelFileError, match="made by no layer"):
        keras.models.model_from_json(graph(*entries, end="g"))


KERNEL, BIAS = (4, 2), (2,)
OLD_ADAM = ["Adam/iter", "Adam/d/kernel/m", "Adam/d/bias/m", "Adam/d/kernel/v", "Adam/d/bias/v"]


@pytest.mark.parametrize(
    ("make", "names", "shapes", "count"),
    [
        # tf.keras 2.11 and later
        (keras.optimizers.Adam, ["iteration", "Adam/m/d/kernel", "Adam/v/d/kernel", "Adam/m/d/bias", "Adam/v/d/bias"], [(), KERNEL, KERNEL, BIAS, BIAS], 5),
        (keras.optimizers.SGD, ["iteration", "SGD/m/d/kernel", "SGD/m/d/bias"], [(), KERNEL, BIAS], 1),
        # tf.keras 2.0 to 2.10
        (keras.optimizers.legacy.Adam, OLD_ADAM, [(), KERNEL, BIAS, KERNEL, BIAS], 5),
        (keras.optimizers.legacy.RMSprop, ["RMSprop/iter", "RMSprop/d/kernel/rms", "RMSprop/d/bias/rms"], [(), KERNEL, BIAS], 3),
        # Keras 2.3: no names of kinds; Adam's third kind is not there without amsgrad
        (keras.optimizers.Adam, [f"training/Adam/Variable_{i}" for i in range(7)], [(), KERNEL, BIAS, KERNEL, BIAS, (1,), (1,)], 5),
        (keras.optimizers.RMSprop, ["a", "b"], [KERNEL, BIAS], 2),
        # Keras 3
        (keras.optimizers.Adam, None, [(), (), KERNEL, KERNEL, BIAS, BIAS], 6),
        (keras.optimizers.Adam, None, [(), KERNEL, KERNEL, BIAS, BIAS], 5),
        (keras.optimizers.Adam, None, [()], 1),
    ],
)  # fmt: skip
def test_values_of_optimizers(make, names, shapes, count):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="d")])
    optimizer = make()
    optimizer.build(model.trainable_variables)
    found = places(optimizer, shapes, names and [f"{name}:0" for name in names])
    assert isinstance(found, list), found
    assert len(found) == count
    assert all(tuple(variable.shape) == shapes[index] for variable, index in found)
    if shapes[0] == ():
        assert found[0] == (optimizer.iterations, 0) or found[0][0] is optimizer.iterations
    assert isinstance(places(optimizer, [*shapes, (7, 7)], None), str)
