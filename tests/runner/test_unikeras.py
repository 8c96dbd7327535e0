"""Programs written for TensorFlow, on unikeras itself."""

from __future__ import annotations

import pytest

FORMS = {
    "import tensorflow as tf": "tf is unikeras and tf.keras is unikeras.keras",
    "from tensorflow import keras": "keras is unikeras.keras",
    "from tensorflow.keras import layers": "layers is unikeras.keras.layers",
    "import keras": "keras is unikeras.keras and keras.__version__",
    "from keras.models import Sequential": "Sequential is unikeras.keras.models.Sequential",
    "import tensorflow.keras.backend as K": "K.epsilon() == 1e-7",
    "import tensorflow.compat.v1 as tf": "tf.keras is unikeras.keras",
    "from tensorflow.python.keras.layers import Dense": "Dense is unikeras.keras.layers.Dense",
    "from keras.layers.core import Dense": "Dense is unikeras.keras.layers.Dense",
    "from keras.engine.topology import Layer": "Layer is unikeras.keras.layers.Layer",
    "from keras.utils.np_utils import to_categorical": "to_categorical([1], 2).tolist() == [[0, 1]]",
    "from tensorflow.keras.datasets import fashion_mnist": "callable(fashion_mnist.load_data)",
    "from tensorflow.keras.callbacks import History": "History is unikeras.keras.callbacks.History",
    "import unikeras as tf": "tf is unikeras",
    "from unikeras import keras": "keras is unikeras.keras",
}


def test_every_form_of_import(workshop):
    workshop.write(
        "forms.py",
        f"""
import unikeras
for form, claim in {FORMS!r}.items():
    names = dict(unikeras=unikeras)
    exec(form, names)
    print(form, "->", bool(eval(claim, names)))
""",
    )
    done = workshop.unikeras("run", "forms.py")
    assert done.stdout.splitlines() == [f"{form} -> True" for form in FORMS], done.stderr


@pytest.mark.parametrize("call", ["unikeras.install()", "unikeras.install(); unikeras.install()"])
def test_install(workshop, call):
    program = (
        f"import unikeras; {call}; import tensorflow, keras; print(tensorflow is unikeras, keras.__name__)"
    )
    assert workshop.python("-c", program).stdout == "True unikeras.keras\n"


def test_install_after_the_real_package(workshop):
    workshop.write("packages/keras/__init__.py", "")
    done = workshop.python("-c", "import keras, unikeras; unikeras.install()")
    assert (
        "RuntimeError: unikeras.install() came too late: this process has already imported keras."
        in done.stderr
    )


def test_a_training_program_and_its_mistake(workshop):
    workshop.write(
        "train.py",
        """
        import sys
        import numpy as np
        from tensorflow import keras

        model = keras.Sequential([keras.layers.Dense(1, input_shape=(3,))])
        model.compile("sgd", "mse")
        history = model.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=int(sys.argv[1]), verbose=0)
        print(len(history.history["loss"]))
        model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)  # a wrong shape
        """,
    )
    done = workshop.unikeras("run", "train.py", "3")
    assert done.returncode == 1
    assert done.stdout == "3\n"
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith('train.py", line 10, in <module>')
    assert "runner" not in done.stderr


@pytest.mark.parametrize("engine", ["numpy", "torch", "jax"])
def test_a_program_chooses_its_engine_as_for_keras(workshop, engine):
    if engine == "torch":
        pytest.importorskip("torch")
    workshop.write(
        "chooses.py",
        f"""
        import os
        os.environ["KERAS_BACKEND"] = "{engine}"
        import keras
        print(keras.backend.backend())
        """,
    )
    done = workshop.unikeras("run", "chooses.py")
    assert done.stdout == f"{engine}\n", done.stderr
