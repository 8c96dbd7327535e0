"""What the golden script of keras.applications and the tests share: a model's layers as a digest, fixed weights, features."""

import hashlib
import json

import numpy as np


def described(model):
    """The rows of the digest: class, name, shapes of the weights and of the output of every layer."""
    rows = []
    for layer in model.layers:
        several = isinstance(layer.output, (list, tuple))
        shape = None if several else [None if d is None else int(d) for d in layer.output.shape]
        weights = [[int(d) for d in w.shape] for w in layer.weights]
        rows.append([type(layer).__name__, layer.name, weights, shape])
    return rows


def summary(model):
    """What an entry holds of a model."""
    text = json.dumps(described(model), separators=(",", ":"))
    return {
        "model": model.name,
        "layers": len(model.layers),
        "parameters": int(model.count_params()),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


def fixed(weights):
    """Values for weights [(name, shape)] that keep the features' size through the layers."""
    found = []
    for i, (name, shape) in enumerate(weights):
        draw = np.random.default_rng(i).standard_normal(shape).astype("float32")
        if len(shape) > 1:
            fan = np.prod(
                shape[:-2] if shape[-1] == 1 else shape[:-1]
            )  # a channel's own kernel has one output
            found.append(draw * np.float32(np.sqrt(2 / fan)))
        elif name.startswith(
            ("gamma", "moving_variance", "variable")
        ):  # ConvNeXt's factors have no name in Keras
            found.append(np.float32(1) + np.float32(0.1) * np.abs(draw))
        else:
            found.append(np.float32(0.1) * draw)
    return found


def features(keras, entry):
    """The features, averaged over the image, that a model with fixed weights finds in two small images."""
    size = entry["size"]
    model = getattr(keras.applications, entry["name"])(
        weights=None, include_top=False, pooling="avg", input_shape=(size, size, 3), **entry["kwargs"]
    )
    named = [(w.name.split("/")[-1].split(":")[0], tuple(int(d) for d in w.shape)) for w in model.weights]
    model.set_weights(fixed(named))
    x = np.random.default_rng(0).uniform(-1, 1, (2, size, size, 3)).astype("float32")
    found = np.asarray(model.predict(x, verbose=0))
    return {"first": found[:, :8], "mean": found.mean(1)}
