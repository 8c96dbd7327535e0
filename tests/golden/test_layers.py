"""Layers against the answers of Keras 3 and tf_keras."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras
from unikeras.core import nest

from .reader import HAS_GRADIENTS, HERE, check, entries, keyword_arguments, member, to_numpy

# layers.json and every layers_<family>.json
FAMILIES = sorted(path.stem for path in HERE.glob("layers*.json"))

LATER = frozenset({"GaussianDropout", "GaussianNoise", "ActivityRegularization", "Masking"})
# options of Keras 3 for what unikeras has not: quantization, replicas, renormalization
ELSEWHERE = frozenset(
    {"quantization_config", "synchronized", "renorm", "renorm_clipping", "renorm_momentum", "registered_name"}
)


# Layers that are called with several tensors one after the other, not with a list.
SPREAD = ("MultiHeadAttention", "GroupQueryAttention")


def inputs(x):
    """The stored input or inputs as tensors, and whether there are several."""
    many = isinstance(x, list)
    return [tf.constant(v) for v in (x if many else [x])], many


@pytest.mark.parametrize("entry", [e for f in FAMILIES for e in entries(f, "call")])
def test_call(entry):
    make = member(keras.layers, entry["name"], LATER)
    kwargs = keyword_arguments(entry)

    def compute():
        tensors, many = inputs(entry["x"])
        call = {k: tf.constant(v) if isinstance(v, np.ndarray) else v for k, v in entry["call"].items()}
        layer = make(**kwargs)

        def arguments(values):
            return values if entry["name"] in SPREAD else [values if many else values[0]]

        def forward():
            return layer(*arguments(tensors), **call)

        forward()
        golden = next(a for a in entry["answers"].values() if "error" not in a)
        if "weights" in golden:
            layer.set_weights(golden["weights"])
        mine = {
            "weight_names": [w.name.split("/")[-1].split(":")[0] for w in layer.weights],
            "trainable": [any(w is t for t in layer.trainable_weights) for w in layer.weights],
            "count_params": layer.count_params(),
        }
        if HAS_GRADIENTS:
            with tf.GradientTape() as tape:
                tape.watch([t for t in tensors if t.dtype.is_floating])
                y = forward()
                total = sum(tf.reduce_sum(tf.cast(v, "float32") ** 2) for v in nest.flatten(y))
            floats = all(t.dtype.is_floating for t in tensors)
            sources = [*(tensors if floats else []), *layer.trainable_weights]
            found = tape.gradient(total, sources)
            mine["gradients"] = [None if g is None else to_numpy(tf.convert_to_tensor(g)) for g in found]
        else:
            y = forward()
        several = isinstance(y, list | tuple)
        mine["output"] = [to_numpy(v) for v in y] if several else to_numpy(y)
        if layer.losses:
            mine["losses"] = float(layer.losses[-1])
        if entry["call"].get("training"):
            mine["weights_after"] = [to_numpy(w) for w in layer.get_weights()]
        symbolic = [keras.Input(t.shape[1:], dtype=t.dtype) for t in tensors]
        flags = {k: v for k, v in call.items() if isinstance(v, bool)}
        found = make(**kwargs)(*arguments(symbolic), **flags)
        mine["symbolic_shape"] = [list(v.shape) for v in found] if several else list(found.shape)
        if entry["name"] in SPREAD:
            return mine
        mask = layer.compute_mask(tensors if many else tensors[0], [None] * len(tensors) if many else None)
        mine["mask"] = nest.map_structure(lambda m: None if m is None else to_numpy(m), mask)
        return mine

    # how tf_keras and Keras 3 name Normalization's own weights is not part of the API
    check(
        entry, compute, tolerance=5e-5, ignore=("weight_names",) if entry["name"] == "Normalization" else ()
    )


@pytest.mark.parametrize("entry", [e for f in FAMILIES for e in entries(f, "config")])
def test_config(entry):
    layer = member(keras.layers, entry["name"], LATER)(**({"name": "x"} | keyword_arguments(entry)))
    config = layer.get_config()
    assert type(layer).from_config(config).get_config() == config
    golden = next(a for a in entry["answers"].values() if "error" not in a)
    missing = golden["config"].keys() - config.keys() - ELSEWHERE
    assert not missing, f"get_config() lacks {sorted(missing)}"
    plain = {
        k: v for k, v in golden["config"].items() if v is None or isinstance(v, str | bool | int | float)
    }
    plain.pop("dtype", None)  # tf_keras's is a name, ours a policy as Keras 3 writes it
    different = {k: (config[k], v) for k, v in plain.items() if k in config and config[k] != pytest.approx(v)}
    assert not different


@pytest.mark.parametrize("entry", entries("layers", "trained"))
def test_moving_statistics(entry):
    def compute():
        layer = getattr(keras.layers, entry["name"])(**keyword_arguments(entry))
        outputs = [to_numpy(layer(tf.constant(b), training=True)) for b in entry["batches"]]
        after = to_numpy(layer(tf.constant(entry["batches"][0]), training=False))
        return {
            "outputs": outputs,
            "inference": after,
            "weights_after": [to_numpy(w) for w in layer.get_weights()],
        }

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("layers", "masked"))
def test_batch_statistics_under_a_mask(entry):
    def compute():
        layer = keras.layers.BatchNormalization(momentum=0.5)
        y = layer(tf.constant(entry["x"]), training=True, mask=tf.constant(entry["mask"]))
        return {"output": to_numpy(y), "weights_after": [to_numpy(w) for w in layer.get_weights()]}

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("layers", "adapt"))
def test_adapt(entry):
    def compute():
        layer = keras.layers.Normalization(**keyword_arguments(entry))
        layer.adapt(entry["data"])
        return {"output": to_numpy(layer(tf.constant(entry["data"][:4])))}

    check(entry, compute, tolerance=1e-4)


@pytest.mark.parametrize("entry", entries("layers", "function"))
def test_merge_function(entry):
    function = getattr(keras.layers, entry["name"])
    check(entry, lambda: {"output": to_numpy(function([tf.constant(v) for v in entry["x"]]))})


@pytest.mark.parametrize("entry", entries("layers", "random"))
def test_noise(entry):
    layer = member(keras.layers, entry["name"], LATER)(**keyword_arguments(entry))
    x = tf.ones(entry["shape"])
    y = to_numpy(layer(x, training=True)).astype("float64")
    golden = next(a for a in entry["answers"].values() if "error" not in a)
    assert bool((y == y[:, :1]).all()) == golden["rows_equal"]
    # 100,000 draws, or one for each of the 400 rows where a row shares its mask
    room = 5 * max(golden["std"], 1e-6) / np.sqrt(400 if golden["rows_equal"] else 100_000)
    assert y.mean() == pytest.approx(golden["mean"], abs=2 * room + 1e-3)
    assert y.std() == pytest.approx(golden["std"], abs=2 * room + 1e-3)
    for key, found in (("min", y.min()), ("max", y.max())):
        if golden[key] is not None:
            assert found == pytest.approx(golden[key], abs=1e-3)
    assert np.array_equal(to_numpy(layer(x, training=False)), np.ones(entry["shape"]))


@pytest.mark.parametrize("entry", [e for f in FAMILIES for e in entries(f, "bad")])
def test_bad_input(entry):
    """What Keras 3 refuses unikeras refuses."""
    golden = entry["answers"].get("both") or entry["answers"]["keras3"]
    make = getattr(keras.layers, entry["name"])

    def use():
        tensors, many = inputs(entry["x"])
        layer = make(**keyword_arguments(entry))
        return layer(*tensors) if entry["name"] in SPREAD else layer(tensors if many else tensors[0])

    if "error" in golden:
        with pytest.raises((TypeError, ValueError, LookupError)):
            use()
    else:
        use()
