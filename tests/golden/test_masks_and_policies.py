"""Masks that inputs carry, and mixed precision, against the answers of Keras 3 and tf_keras."""

import pytest

import unikeras as tf
from unikeras import engine, keras

from .reader import check, entries, keyword_arguments, to_numpy
from .test_layers import SPREAD


def called(name, layer, tensors):
    return layer(*tensors) if name in SPREAD else layer(tensors if len(tensors) > 1 else tensors[0])


def with_weights(entry, layer, tensors):
    called(entry["name"], layer, tensors)
    layer.set_weights(next(a for a in entry["answers"].values() if "error" not in a)["weights"])
    return called(entry["name"], layer, tensors)


@pytest.mark.parametrize("entry", entries("masks_and_policies", "masked"))
def test_masks(entry):
    def compute():
        layer = getattr(keras.layers, entry["name"])(**keyword_arguments(entry))
        y = with_weights(entry, layer, [keras.layers.Masking()(tf.constant(x)) for x in entry["x"]])
        mask = getattr(y, "_keras_mask", None)
        return {"output": to_numpy(y), "mask": None if mask is None else to_numpy(mask)}

    check(entry, compute)


@pytest.mark.skipif(
    not engine.current().gradients, reason="NumPy widens halves whenever a Python number is near"
)
@pytest.mark.parametrize("entry", entries("masks_and_policies", "policy"))
def test_policies(entry):
    def compute():
        policy = keras.mixed_precision.Policy(entry["policy"])
        layer = getattr(keras.layers, entry["name"])(dtype=policy, **keyword_arguments(entry))
        y = with_weights(entry, layer, [tf.constant(x) for x in entry["x"]])
        kept = [to_numpy(w).dtype.name for w in layer.get_weights()]
        return {"output": to_numpy(tf.cast(y, "float32")), "dtype": y.dtype.name, "weights_dtypes": kept}

    # engines round in different places
    check(entry, compute, tolerance=4e-3 if entry["policy"] == "mixed_float16" else 3e-2)
