"""`run_light_layer_test`: a few checks of a layer whose kin go through the whole of `harness.py`.

A family of many layers without weights shares one base class, which decides how they are compiled, how gradients pass and how
precisions are kept. One member of each kind goes through the harness; of the others this checks what is their own.
"""

from __future__ import annotations

import json

import numpy as np

import unikeras as tf
from unikeras import keras
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

from .harness import close


def run_light_layer_test(
    cls,
    init_kwargs,
    *,
    input_data,
    expected_output_shape,
    call_kwargs=None,
    supports_masking=False,
    expected_num_seeds=0,
    expected_output=None,
    expected_change=True,
):
    """Check a layer without weights: built, called, described by its config, and drawing by its seed.

    The arguments are those of `run_layer_test`.
    """
    call_kwargs = call_kwargs or {}
    inputs = tf.constant(input_data)
    seed = {"seed": 3} if expected_num_seeds else {}
    layer = cls(**{"name": "tested", **init_kwargs, **seed})
    layer.build(tuple(inputs.shape))
    assert layer.built
    assert layer.weights == []
    assert layer.supports_masking == supports_masking
    seeds = [v for v in vars(layer).values() if isinstance(v, keras.random.SeedGenerator)]
    assert len(seeds) == expected_num_seeds

    # At inference, and symbolically.
    outputs = layer(inputs, **call_kwargs)
    assert tuple(outputs.shape) == expected_output_shape
    if expected_output is not None:
        close(outputs, expected_output)
    symbol = layer(keras.Input(inputs.shape[1:], dtype=inputs.dtype), **call_kwargs)
    assert tuple(symbol.shape) == (None, *outputs.shape[1:])
    assert symbol.dtype == outputs.dtype

    # A layer made from the config, through JSON.
    saved = json.loads(json.dumps(serialize_keras_object(layer)))
    again = deserialize_keras_object(saved)
    assert type(again) is cls
    assert json.loads(json.dumps(serialize_keras_object(again))) == saved
    assert cls.from_config(layer.get_config()).get_config() == layer.get_config()
    if not expected_num_seeds:
        close(again(inputs, **call_kwargs), outputs)
        return

    # In training it draws anew for each call, and the other layer, of the same seed, draws the same.
    layer = cls(**{"name": "tested", **init_kwargs, **seed})
    first, second = (layer(inputs, training=True).numpy() for _ in range(2))
    assert np.isfinite(first).all()
    assert first.dtype == outputs.numpy().dtype
    assert expected_change != np.array_equal(first, second)
    close(again(inputs, training=True), first)
    close(again(inputs, training=True), second)
