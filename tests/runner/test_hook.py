"""`tensorflow` and `keras` are the package that the hook was given."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from unikeras.runner import hook, paths

FORMS = {
    "import tensorflow as tf": "tf is stand_in",
    "import tensorflow": "tensorflow is stand_in",
    "from tensorflow import keras": "keras is stand_in.keras",
    "from tensorflow.keras import layers": "layers is stand_in.keras.layers",
    "from tensorflow.keras.layers import Dense": "Dense is stand_in.keras.layers.Dense",
    "import tensorflow.keras as k": "k is stand_in.keras",
    "import tensorflow.keras.layers": "tensorflow.keras.layers is stand_in.keras.layers",
    "import tensorflow.keras.callbacks as c": "c is importlib.import_module('stand_in.keras.callbacks')",
    "import keras": "keras is stand_in.keras",
    "import keras.layers": "keras.layers is stand_in.keras.layers",
    "from keras.models import Sequential": "Sequential is stand_in.keras.models.Sequential",
    "from keras import callbacks": "callbacks is importlib.import_module('stand_in.keras.callbacks')",
    "import tensorflow.keras.backend as K": "K is stand_in.keras.backend and K.epsilon() == 1e-7",
    "from keras import backend as K": "K is stand_in.keras.backend",
    "from keras.backend import epsilon": "epsilon() == 1e-7",
    "import tf_keras": "tf_keras is stand_in.keras",
    "from tf_keras.layers import Dense": "Dense is stand_in.keras.layers.Dense",
    "import tensorflow.compat.v1 as tf": "tf is stand_in",
    "import tensorflow.compat.v2 as tf": "tf is stand_in",
    "import tensorflow.compat.v1.keras as k": "k is stand_in.keras",
    "from tensorflow.compat.v1.keras.layers import Dense": "Dense is stand_in.keras.layers.Dense",
    "from tensorflow.compat.v2 import keras": "keras is stand_in.keras",
    "from tensorflow.python.keras.layers import Dense": "Dense is stand_in.keras.layers.Dense",
    "from tensorflow.python.keras import backend as K": "K is stand_in.keras.backend",
    "import tensorflow_core": "tensorflow_core is stand_in",
    "from tensorflow_core.python.keras import layers": "layers is stand_in.keras.layers",
    "from keras.api import layers": "layers is stand_in.keras.layers",
    "from keras.api._v2.keras.layers import Dense": "Dense is stand_in.keras.layers.Dense",
    "from keras.layers.core import Dense": "Dense is stand_in.keras.layers.Dense",
    "from tensorflow.keras.layers.experimental.preprocessing import Dense": (
        "Dense is stand_in.keras.layers.Dense"
    ),
}


def test_every_form_of_import(workshop):
    # One process a form would take a minute: each form runs with nothing of ours in sys.modules instead.
    program = f"""
import sys, importlib
for form, claim in {FORMS!r}.items():
    ours = {sorted(paths.ROOTS)!r} + ["stand_in"]
    for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
        del sys.modules[name]
    names = dict(importlib=importlib)
    exec(form, names)
    exec("import stand_in, stand_in.keras", names)
    print(form, "->", eval(claim, names))
"""
    done = workshop.mapped(program)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{form} -> True" for form in FORMS]


def test_names_are_the_same_module_however_spelled(workshop):
    done = workshop.mapped("""
        import sys
        import tensorflow as tf
        import keras, tf_keras
        import tensorflow.keras.layers, keras.layers
        import importlib, importlib.util, stand_in
        assert tf is stand_in and tf.keras is keras is tf_keras
        assert sys.modules["tensorflow.keras.layers"] is sys.modules["keras.layers"] is keras.layers
        assert stand_in.__spec__.name == "stand_in" and keras.__spec__.name == "stand_in.keras"
        assert stand_in.__name__ == "stand_in" and keras.layers.__name__ == "stand_in.keras.layers"
        assert importlib.util.find_spec("tensorflow") is stand_in.__spec__
        assert importlib.reload(tf) is stand_in
        print("ok")
        """)
    assert done.stdout == "ok\n", done.stderr


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("from tensorflow.python.framework import ops", "stand_in.python.framework"),
        ("from tensorflow.python import debug", "stand_in.python.debug"),
        ("import tensorflow.contrib.slim", "stand_in.contrib"),
        ("from keras.nothing import Dense", "stand_in.keras.nothing"),
        ("import tensorflow.keras.layers.Dense", "stand_in.keras.layers.Dense"),
    ],
)
def test_what_is_missing_is_named(workshop, statement, wanted):
    done = workshop.mapped(statement)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith('mapped.py", line 1, in <module>')
    assert lines[2].strip() == statement
    assert lines[-1].startswith(
        f"ModuleNotFoundError: stand_in has no module '{wanted}' (the program imports it"
    )
    assert lines[-1].endswith("docs/compatibility.md lists what is there and what to use instead.")
    assert "runner" not in done.stderr


def test_what_a_module_lacks_itself_is_not_blamed_on_the_mapping(workshop):
    done = workshop.mapped("import keras.broken")
    assert done.stderr.endswith("ModuleNotFoundError: No module named 'a_package_that_is_missing'\n")


def test_a_missing_name_of_a_module_is_an_import_error(workshop):
    done = workshop.mapped("from keras.layers import Dens")
    assert "ImportError: cannot import name 'Dens' from 'stand_in.keras.layers'" in done.stderr


def test_metadata_is_left_alone(workshop):
    workshop.write(
        "packages/tensorflow-9.9.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: tensorflow\nVersion: 9.9\n",
    )
    done = workshop.mapped("""
        import importlib.metadata, tensorflow
        print(importlib.metadata.version("tensorflow"), tensorflow.__version__)
        """)
    assert done.stdout == "9.9 1\n", done.stderr


def test_tensorboard_does_not_take_unikeras_for_tensorflow(workshop):
    pytest.importorskip("tensorboard")
    done = workshop.mapped("""
        import warnings
        warnings.simplefilter("ignore")
        from tensorboard.compat import tf
        print(tf.__name__, tf.io.__name__)
        """)
    assert done.stdout.split()[1].startswith("tensorboard.compat.tensorflow_stub"), done.stderr


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_are_mapped_too(workshop, method):
    done = workshop.mapped(f"""
        import multiprocessing
        import tensorflow as tf

        def version(i):
            import keras
            return tf.__version__, keras.__name__, __name__

        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            with context.Pool(1) as pool:
                print(pool.map(version, [1]))
        """)
    name = "__main__" if method == "fork" else "__mp_main__"
    assert done.stdout == f"[('1', 'stand_in.keras', '{name}')]\n", done.stderr


def test_installing_twice_is_installing_once(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    before = len(sys.meta_path)
    finder = hook.install_for("a_package")
    assert hook.install_for("a_package") is finder
    assert len(sys.meta_path) == before + 1
    assert sys.meta_path[0] is finder


def test_too_late(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setitem(sys.modules, "tensorflow", ModuleType("tensorflow"))
    with pytest.raises(
        RuntimeError, match=r"a_package.install.. came too late.*imported tensorflow.*Call it before"
    ):
        hook.install_for("a_package")
    assert not any(isinstance(f, hook.AliasFinder) and f.package == "a_package" for f in sys.meta_path)
