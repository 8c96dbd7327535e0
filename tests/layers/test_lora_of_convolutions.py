"""Low-rank adaptation of convolutions: shapes, names and formula are those that Keras 3 answers with."""

import numpy as np
import pytest

from unikeras import keras


@pytest.mark.parametrize(("name", "rank"), [("Conv1D", 1), ("Conv2D", 2), ("Conv3D", 3)])
def test_lora(name, rank, tmp_path):
    layer = getattr(keras.layers, name)(4, 2, lora_rank=2, lora_alpha=6)
    model = keras.Sequential([keras.Input((3,) * rank + (3,)), layer])
    by = {v.path.split("/")[-1]: v for v in layer.weights}
    window = (2,) * rank + (3,)
    assert {k: tuple(v.shape) for k, v in by.items()} == {
        "kernel": (*window, 4),
        "bias": (4,),
        "lora_kernel_a": (*window, 2),
        "lora_kernel_b": (2, 4),
    }
    assert [k for k, v in by.items() if not v.trainable] == ["kernel"]
    x = np.ones((1, *(3,) * rank, 3), "float32")
    before = np.asarray(model(x))
    by["lora_kernel_b"].assign(np.full((2, 4), 0.5))
    adapted = np.asarray(by["kernel"]) + 3.0 * np.asarray(by["lora_kernel_a"]) @ np.asarray(
        by["lora_kernel_b"]
    )
    np.testing.assert_allclose(layer.kernel, adapted, rtol=1e-5)
    assert not np.allclose(model(x), before)
    assert layer.get_config()["lora_rank"] == 2
    model.save(tmp_path / "m.keras")
    np.testing.assert_allclose(
        keras.models.load_model(tmp_path / "m.keras")(x), model(x), rtol=1e-4, atol=1e-5
    )
