"""`keras.config`'s limits and switches."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from unikeras import keras


@pytest.fixture(autouse=True)
def restored():
    yield
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    keras.config.enable_interactive_logging()


def test_limits(data, make):
    keras.config.set_max_epochs(2)
    keras.config.set_max_steps_per_epoch(3)
    model = make()
    history = model.fit(*data, batch_size=8, epochs=5, verbose=0, validation_data=data)
    assert history.epoch == [0, 1]
    assert history.params["steps"] == 3
    assert int(model.optimizer.iterations) == 6
    assert len(model.predict(data[0], batch_size=8, verbose=0)) == 24
    limited = model.evaluate(*data, batch_size=8, verbose=0)
    keras.config.set_max_steps_per_epoch(None)
    whole = model.evaluate(data[0][:24], data[1][:24], batch_size=8, verbose=0)
    np.testing.assert_allclose(limited, whole)
    model.fit(*data, batch_size=8, epochs=1, steps_per_epoch=2, verbose=0)
    assert int(model.optimizer.iterations) == 8


@pytest.mark.no_gradients
@pytest.mark.parametrize("bad", [0, -1, 1.5, True])
def test_bad_limits(bad):
    with pytest.raises(ValueError, match="positive"):
        keras.config.set_max_epochs(bad)
    with pytest.raises(ValueError, match="positive"):
        keras.config.set_max_steps_per_epoch(bad)


def test_lines_instead_of_bars(data, make, capsys):
    keras.config.disable_interactive_logging()
    assert not keras.config.is_interactive_logging_enabled()
    make().fit(*data, epochs=1)
    assert "\r" not in capsys.readouterr().out
    keras.config.enable_interactive_logging()


@pytest.mark.no_gradients
def test_the_engine_is_chosen_once():
    used = keras.backend.backend()
    keras.config.set_backend(used)
    keras.ops.zeros(1)
    other = "torch" if used != "torch" else "numpy"
    with pytest.raises(ValueError, match="in use"):
        keras.config.set_backend(other)
    with pytest.raises(ValueError, match="Unknown engine"):
        keras.config.set_backend("caffe")
    assert keras.backend.backend() == used
    program = "from unikeras import keras; keras.config.set_backend('numpy'); print(keras.backend.backend(), keras.ops.zeros(2).numpy())"
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["numpy", "[0.", "0.]"]
