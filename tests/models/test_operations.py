"""`keras.Operation` and `keras.Function`: what joins a graph without being a layer or a model."""

import numpy as np
import pytest

from unikeras import keras


class Scale(keras.Operation):
    def __init__(self, factor, name=None):
        super().__init__(name=name)
        self.factor = factor

    def call(self, x):
        return x * self.factor


def test_an_operation_in_a_model(tmp_path, capsys):
    x = keras.Input((4,))
    scale = Scale(3.0)
    model = keras.Model(x, keras.layers.Dense(2, kernel_initializer="ones")(scale(scale(x))))
    model.summary()
    assert "Scale" in capsys.readouterr().out
    np.testing.assert_allclose(model(np.ones((1, 4))), [[36.0, 36.0]])
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras", custom_objects={"Scale": Scale})
    assert [o.name for o in loaded.operations] == [o.name for o in model.operations]
    assert loaded.operations[1].factor == 3.0
    np.testing.assert_allclose(loaded(np.ones((1, 4))), [[36.0, 36.0]])
    copy = keras.models.clone_model(model)
    np.testing.assert_allclose(copy(np.ones((1, 4))).shape, (1, 2))


def test_arguments_that_cannot_be_saved_are_refused():
    with pytest.raises(NotImplementedError, match="factor"):
        Scale(np.ones(3)).get_config()


def test_an_operation_that_says_what_comes_of_it():
    class Host(keras.Operation):
        def call(self, x):
            return np.asarray(x).sum(axis=1)

        def compute_output_spec(self, x):
            return keras.KerasTensor((x.shape[0],), x.dtype)

    x = keras.Input((4,))
    y = Host()(x)
    assert tuple(y.shape) == (None,)
    assert keras.Function(x, y)(np.ones((2, 4))).tolist() == [4.0, 4.0]


def test_a_layer_that_says_what_comes_of_it():
    class Wide(keras.layers.Layer):
        def call(self, x):
            return x

        def compute_output_spec(self, x):
            return keras.KerasTensor((x.shape[0], 7), x.dtype)

    assert tuple(Wide()(keras.Input((4,))).shape) == (None, 7)


def test_what_a_function_refuses():
    x = keras.Input((4,), name="x")
    function = keras.Function(x, x * 2.0, name="f")
    with pytest.raises(ValueError, match=r"'x' has shape \(None, 4\), but .*\(2, 5\)"):
        function(np.ones((2, 5)))
    with pytest.raises(ValueError, match="invalid input structure"):
        function([np.ones((2, 4))] * 2)
    with pytest.raises(ValueError, match="not among its inputs"):
        keras.Function(keras.Input((4,)), x * 2.0)
    with pytest.raises(NotImplementedError, match=r"keras\.Model"):
        function.get_config()
