"""`keras.saving.KerasFileEditor`: names and arrays of weights files."""

import numpy as np
import pytest

from unikeras import keras

layers = keras.layers


@pytest.fixture
def model():
    return keras.Sequential([keras.Input((2,)), layers.Dense(3, name="a"), layers.Dense(1, name="b")])


@pytest.mark.parametrize("ending", ["keras", "weights.h5"])
def test_changes_are_saved(model, ending, tmp_path):
    path = tmp_path / f"m.{ending}"
    (model.save if ending == "keras" else model.save_weights)(path)
    editor = keras.saving.KerasFileEditor(path)
    lines = []
    editor.summary(lines.append)
    assert "    0: shape=(2, 3), dtype=float32" in lines
    assert editor.compare(model, lines.append)["status"] == "success"
    editor.rename_object("dense_1", "dense_2")
    editor.add_object("layers/dense_1", {"0": np.ones((3, 1), "float32"), "1": np.zeros(1, "float32")})
    editor.delete_object("layers/dense_2")
    editor.add_weights("dense", {"2": np.zeros(7, "float32")})
    assert editor.compare(model, lines.append) == {"status": "error", "error_count": 1, "match_count": 2}
    editor.delete_weight("dense", "2")
    editor.save(tmp_path / "new.weights.h5")
    model.load_weights(tmp_path / "new.weights.h5")
    np.testing.assert_array_equal(model.get_weights()[2], np.ones((3, 1)))


def test_clear_errors(model, tmp_path):
    model.save_weights(tmp_path / "m.weights.h5")
    editor = keras.saving.KerasFileEditor(tmp_path / "m.weights.h5")
    for call in (
        lambda: keras.saving.KerasFileEditor(tmp_path / "m.h5"),
        lambda: editor.delete_object("nothing"),
        lambda: editor.add_object("layers/dense", {}),
        lambda: editor.rename_object("dense", "dense_1"),
        lambda: editor.delete_weight("dense", "9"),
        lambda: editor.save(tmp_path / "m.bin"),
    ):
        with pytest.raises(ValueError, match=r"has no|has an object|must end|opens"):
            call()


def test_an_array_that_is_not_stored_is_refused(model, tmp_path):
    import h5py

    path = tmp_path / "m.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "r+") as file:
        file.create_dataset("layers/dense/vars/9", shape=(1 << 40,), dtype="float64", chunks=(1,))
    with pytest.raises(ValueError, match="declared, but not stored"):
        keras.saving.KerasFileEditor(path)
