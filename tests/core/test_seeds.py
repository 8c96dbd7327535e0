"""Seeds: the same numbers again, on every engine, eager and compiled."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.core.random import SeedGenerator

PROGRAM = """
import json
import numpy as np
import unikeras as tf
from unikeras import keras

def numbers():
    keras.utils.set_random_seed(7)
    generator = keras.random.SeedGenerator(3)
    draw = tf.function(lambda: (tf.random.normal([3]), keras.random.uniform((3,), seed=generator)))
    layer = keras.layers.Dense(3)
    layer.build((None, 2))
    dropout = keras.layers.Dropout(0.5)
    found = {
        "normal": tf.random.normal([4]),
        "uniform": tf.random.uniform([4], 1.0, 2.0),
        "again": tf.random.normal([4]),
        "weights": layer.kernel,
        "dropout": dropout(np.ones((2, 6), np.float32), training=True),
        "generator": keras.random.normal((3,), seed=generator),
        "compiled": draw()[0], "compiled again": draw()[0], "generator compiled": draw()[1],
        "with a seed": keras.random.normal((3,), seed=5),
    }
    return {name: np.asarray(value).ravel().tolist() for name, value in found.items()}
"""
_names: dict = {}
exec(PROGRAM, _names)


def test_a_seed_gives_the_same_numbers_again():
    first, second = _names["numbers"](), _names["numbers"]()
    assert first == second
    assert first["normal"] != first["again"]
    assert first["compiled"] != first["compiled again"]


@pytest.mark.parametrize("other", sorted({"jax", "torch", "numpy"} - {engine.current().name}))
def test_every_engine_draws_the_same_numbers(other):
    if other == "torch":
        pytest.importorskip("torch")
    environment = os.environ | {"KERAS_BACKEND": other}
    code = PROGRAM + "\nprint(json.dumps(numbers()))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    theirs, mine = json.loads(done.stdout), _names["numbers"]()
    assert theirs.keys() == mine.keys()
    for name in mine:
        np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-5, atol=1e-6, err_msg=name)


def test_functions_compiled_before_start_anew_with_the_seed():
    f = tf.function(lambda: tf.random.uniform([3]))
    tf.random.set_seed(4)
    a = [f().numpy().tolist() for _ in range(3)]
    tf.random.set_seed(4)
    b = [f().numpy().tolist() for _ in range(3)]
    tf.random.set_seed(5)
    assert a == b
    assert len({tuple(row) for row in a}) == 3
    assert f().numpy().tolist() not in a


def test_seed_generator_in_a_function_is_where_it_is_outside():
    a, b = SeedGenerator(11), SeedGenerator(11)
    f = tf.function(lambda: keras.random.normal((2,), seed=a))
    inside = [f().numpy().tolist() for _ in range(2)] + [keras.random.normal((2,), seed=a).numpy().tolist()]
    outside = [keras.random.normal((2,), seed=b).numpy().tolist() for _ in range(3)]
    np.testing.assert_allclose(inside, outside, rtol=1e-6)


def test_an_integer_seed_is_the_same_draw_every_time():
    assert np.array_equal(keras.random.normal((3,), seed=1), keras.random.normal((3,), seed=1))
    assert not np.array_equal(keras.random.normal((3,), seed=1), keras.random.normal((3,), seed=2))


@pytest.mark.parametrize("seed", [-1, 1.5, "a"])
def test_bad_seeds(seed):
    with pytest.raises(ValueError, match="seed"):
        SeedGenerator(seed)


def test_a_bad_global_seed():
    with pytest.raises(ValueError, match="integer"):
        keras.utils.set_random_seed("a")


def test_without_a_seed_numbers_differ():
    tf.random.set_seed(None)
    a = tf.random.normal([4]).numpy()
    tf.random.set_seed(None)
    assert not np.array_equal(a, tf.random.normal([4]).numpy())


def test_loading_the_engine_draws_nothing_from_numpy():
    """A program seeds NumPy before its first tensor: its data must not depend on what that tensor imports."""
    program = (
        "import numpy as np, unikeras as tf; np.random.seed(3); tf.constant(1.0); print(np.random.rand())"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert float(shown) == np.random.RandomState(3).rand()
