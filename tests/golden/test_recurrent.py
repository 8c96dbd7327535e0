"""Uses of recurrent layers, K.rnn and keras.ops' control flow against the answers of Keras 3 and tf_keras, as programs."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras
from unikeras.core import nest
from unikeras.core.symbolic import infer

from .reader import HAS_GRADIENTS, check, entries, family, to_numpy

DATA = next(e["data"] for e in family("recurrent") if e["kind"] == "data")
FLOATS = ("x", "long", "h", "c", "three", "v")


@pytest.mark.parametrize("entry", entries("recurrent", "program"))
def test_program(entry):
    """Each program as one compiled function: its outputs, and the gradients of the sum of their squares."""

    def compute():
        names = {
            **{k: tf.constant(v) for k, v in DATA.items()},
            **{"keras": keras, "L": keras.layers, "K": keras.backend, "ops": keras.ops, "np": np},
            "stateful": {"batch_input_shape": (2, 4, 3)},
        }
        exec(entry["text"].replace("{concat}", "ops.concatenate"), names)  # our own programs, in tools/golden
        layer = names.get("layer")
        golden = next(a for a in entry["answers"].values() if "error" not in a)
        mine = {}
        if layer is not None:
            infer(lambda: names["run"](), (), {})  # builds it
            layer.set_weights(golden["weights"])
            mine["trainable"] = [any(w is t for t in layer.trainable_weights) for w in layer.weights]

        def step(*floats):
            names.update(zip(FLOATS, floats, strict=True))
            if not HAS_GRADIENTS:
                return nest.flatten(names["run"]()), []
            with tf.GradientTape() as tape:
                tape.watch(floats)
                y = nest.flatten(names["run"]())
                total = sum(tf.reduce_sum(tf.cast(v, "float32") ** 2) for v in y)
            return y, tape.gradient(total, [*floats, *([] if layer is None else layer.trainable_weights)])

        if "while_loop" not in entry["text"]:  # compiled, it has no gradient
            step = tf.function(step)
        y, gradients = step(*(names[k] for k in FLOATS))
        mine["output"] = [to_numpy(v) for v in y]
        if HAS_GRADIENTS:
            mine["gradients"] = [None if g is None else to_numpy(tf.convert_to_tensor(g)) for g in gradients]
        return mine

    check(entry, compute, tolerance=5e-5)
