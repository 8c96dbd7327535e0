"""What subclasses of Keras 3's optimizers call."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras


def test_variables_like_others():
    made = keras.optimizers.SGD(name="sgd")
    v, u = tf.Variable([1.0, 2.0], name="v"), tf.Variable([[1.0]], name="u")
    first, second = made.add_optimizer_variables([v, u], ["a", "b"], initializer=["zeros", "ones"])
    assert [w.path for w in made.variables[-4:]] == ["sgd/v_a", "sgd/v_b", "sgd/u_a", "sgd/u_b"]
    np.testing.assert_array_equal(second[0], [1.0, 1.0])
    made.assign(first[0], [3.0, 4.0])
    made.assign_add(first[0], [1.0, 1.0])
    made.assign_sub(first[0], [0.5, 0.5])
    np.testing.assert_array_equal(first[0], [3.5, 4.5])
    with pytest.raises(ValueError, match="1 initializers for 2 names"):
        made.add_optimizer_variables([v], ["a", "b"], initializer=["zeros"])


def test_the_version_is_a_function_too():
    assert keras.version() == keras.__version__
