"""`run_layer_test`: what must hold for every layer, checked on one of them.

On data and symbolically, eagerly and compiled, with a mask, through a training step, a JSON config, its weights,
and other precisions. Golden answers of Keras are compared in tests/golden.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.core import nest
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object


def has_gradients() -> bool:
    return engine.current().gradients


def data_of(shape, dtype="float32"):
    """Reproducible data, of both signs, without zeros."""
    values = np.random.default_rng(7).normal(size=shape)
    return (values + 0.1 * np.sign(values)).astype(dtype)


def tensors_of(data):
    return nest.map_structure(tf.constant, data)


def close(a, b, tolerance=1e-5):
    for x, y in zip(nest.flatten(a), nest.flatten(b), strict=True):
        np.testing.assert_allclose(
            np.asarray(x, "float64"), np.asarray(y, "float64"), rtol=tolerance, atol=tolerance
        )


def taking_a_list(cls):
    """A class whose layers are called with a list, of one whose layers take several tensors."""

    class Listed(cls):
        def build(self, *shapes, **named):
            given = shapes[0] if len(shapes) == 1 and isinstance(shapes[0], list) else shapes
            super().build(*given, **named)

        def call(self, inputs, training=None, **kwargs):
            return super().call(*inputs, training=training, **kwargs)

        def compute_output_shape(self, shapes):
            return super().compute_output_shape(*shapes)

    return Listed


def run_layer_test(
    cls,
    init_kwargs,
    *,
    input_shape=None,
    input_data=None,
    call_kwargs=None,
    expected_output_shape=None,
    expected_num_weights=0,
    expected_num_trainable=None,
    expected_num_seeds=0,
    expected_num_losses=0,
    expected_output=None,
    expected_mask=None,
    supports_masking=True,
    floats_only=True,
    custom_objects=None,
    own_dtype=True,
    expected_num_stored=None,
    spread=False,
    expected_change=True,
):
    """Check a layer.

    Args:
        cls: its class.
        init_kwargs: its constructor's arguments, or a function that makes them anew: for layers inside.
        input_shape: the shape of random inputs, or a list of shapes; or give
        input_data: the inputs themselves.
        call_kwargs: more arguments of its call.
        expected_output_shape: with the batch dimension.
        expected_num_weights: how many variables it has.
        expected_num_trainable: how many of these are trained; all by default.
        expected_num_seeds: how many seed generators it has.
        expected_num_losses: how many losses a call adds.
        expected_output: its answer at inference, if it is easily told.
        expected_mask: the mask of the result where the first step of each sample is masked: 'same' as it is, or `None`.
        supports_masking: the attribute.
        floats_only: whether inputs are floats (so that gradients of inputs exist).
        custom_objects: for its config.
        own_dtype: whether it computes in the dtype it is given; layers around others leave that to them.
        expected_num_stored: how many variables a file holds, if it holds some of them twice.
        spread: whether its call takes the inputs one after the other, not as a list.
        expected_change: whether a layer with seeds gives another answer at the next call of training.
    """
    if spread:
        cls = taking_a_list(cls)
        custom_objects = {cls.__name__: cls}
    call_kwargs = call_kwargs or {}
    if input_data is None:
        several = isinstance(input_shape, list)
        input_data = [data_of(s) for s in input_shape] if several else data_of(input_shape)
    trainable = expected_num_weights if expected_num_trainable is None else expected_num_trainable
    inputs = tensors_of(input_data)
    shapes = nest.map_structure(lambda t: tuple(t.shape), inputs)

    def make(**more):
        given = init_kwargs() if callable(init_kwargs) else init_kwargs
        return cls(**{"name": "tested", **given, **more})

    # Building.
    layer = make()
    layer.build(shapes)
    assert layer.built
    assert len(layer.weights) == expected_num_weights
    assert len(layer.trainable_weights) == trainable
    assert len(layer.non_trainable_weights) == expected_num_weights - trainable
    assert all(w.name.startswith("tested/") for w in layer.weights)
    seeds = [v for v in vars(layer).values() if isinstance(v, keras.random.SeedGenerator)]
    assert len(seeds) == expected_num_seeds
    assert layer.supports_masking == supports_masking

    # Eager.
    outputs = layer(inputs, **call_kwargs)
    assert nest.map_structure(lambda t: tuple(t.shape), outputs) == expected_output_shape
    assert len(layer.losses) == expected_num_losses
    if expected_output is not None:
        close(outputs, expected_output)
    fresh = make()
    fresh(inputs, **call_kwargs)
    assert len(fresh.weights) == expected_num_weights
    if expected_num_weights:
        fresh.set_weights(layer.get_weights())
        close(fresh(inputs, **call_kwargs), outputs)

    # Symbolic.
    symbolic = nest.map_structure(lambda t: keras.Input(t.shape[1:], dtype=t.dtype), inputs)
    found = make()(symbolic, **call_kwargs)
    for symbol, real in zip(nest.flatten(found), nest.flatten(outputs), strict=True):
        assert tuple(symbol.shape) == (None, *real.shape[1:])
        assert symbol.dtype == real.dtype
    assert tuple(make().compute_output_shape(shapes)) == expected_output_shape
    model = keras.Model(nest.flatten(symbolic), found)
    model.set_weights(layer.get_weights())
    close(model(nest.flatten(inputs)), outputs)

    # Compiled; random layers draw the same numbers for a seed.
    if not getattr(layer, "host_only", False):
        compiled = tf.function(lambda x: layer(x, **call_kwargs))
        close(compiled(inputs), outputs)
    if expected_num_seeds and not getattr(layer, "eager_training", False):
        eager, traced = make(seed=3), make(seed=3)
        step = tf.function(lambda x: traced(x, training=True))
        first, second = eager(inputs, training=True), eager(inputs, training=True)
        close(step(inputs), first)
        close(step(inputs), second)
        assert expected_change != np.array_equal(first.numpy(), second.numpy())

    _masks(make, inputs, supports_masking, expected_mask)
    if has_gradients():
        _trains(make, inputs, call_kwargs, trainable, floats_only)
    _configs(layer, inputs, outputs, call_kwargs, custom_objects)
    _weights(layer, make, inputs, call_kwargs, expected_num_stored or expected_num_weights)

    if not own_dtype:
        return layer

    # Precision.
    double = make(dtype="float64")
    wide = nest.map_structure(lambda t: tf.cast(t, "float64") if t.dtype.is_floating else t, inputs)
    answer = double(wide, **call_kwargs)
    assert all(t.dtype in ("float64", "int32", "int64") for t in nest.flatten(answer))
    assert all(w.dtype == "float64" for w in double.trainable_weights)
    if expected_num_weights:
        double.set_weights(layer.get_weights())
        answer = double(wide, **call_kwargs)
    close(answer, outputs)
    half = make(dtype="bfloat16")(inputs, **call_kwargs)
    assert all(t.dtype == "bfloat16" for t in nest.flatten(half))
    assert all(np.isfinite(np.asarray(t, "float32")).all() for t in nest.flatten(half))
    return layer


def _masks(make, inputs, supports_masking, expected):
    """A mask of the inputs comes through, or does not."""
    first = nest.flatten(inputs)[0]
    if not first.dtype.is_floating or len(first.shape) < 3:
        return
    mask = np.ones(tuple(first.shape[:2]), bool)
    mask[:, 0] = False
    masked = nest.map_structure(lambda t: tf.constant(t.numpy()), inputs)
    for tensor in nest.flatten(masked):
        tensor._keras_mask = tf.constant(mask[:, : tensor.shape[1]])
    result = nest.flatten(make()(masked))[0]
    found = getattr(result, "_keras_mask", None)
    if expected is None and not supports_masking:
        assert found is None
    elif isinstance(expected, str):
        assert expected == "same"
        np.testing.assert_array_equal(found.numpy(), mask)


def _trains(make, inputs, call_kwargs, trainable, floats_only):
    """Gradients of inputs and weights are finite, and following them lowers the loss."""
    layer = make()
    layer(inputs, **call_kwargs)
    sources = layer.trainable_weights + (nest.flatten(inputs) if floats_only else [])

    def loss():
        return sum(tf.reduce_mean(tf.square(y)) for y in nest.flatten(layer(inputs, **call_kwargs)))

    with tf.GradientTape() as tape:
        if floats_only:
            tape.watch(nest.flatten(inputs))
        before = loss()
    gradients = tape.gradient(before, sources)
    assert all(g is not None for g in gradients)
    gradients = [tf.convert_to_tensor(g).numpy() for g in gradients]
    assert all(np.isfinite(g).all() for g in gradients)
    for variable, gradient in zip(layer.trainable_weights, gradients[:trainable], strict=True):
        variable.assign_sub(0.01 * gradient)
    if any(np.any(g) for g in gradients[:trainable]):
        assert float(loss()) < float(before)

    # The layer inside a model that is fitted.
    symbols = [keras.Input(t.shape[1:], dtype=t.dtype) for t in nest.flatten(inputs)]
    found = make()(symbols if nest.is_nested(inputs) else symbols[0])
    sized = None not in tuple(found.shape)[1:]  # else images of an unknown size
    flatten = keras.layers.Flatten() if sized else keras.layers.GlobalMaxPooling2D()
    flat = flatten(found) if len(found.shape) > 1 else found
    model = keras.Model(symbols, keras.layers.Dense(1)(flat))
    model.compile(optimizer="sgd", loss="mse")
    arrays = [t.numpy() for t in nest.flatten(inputs)]
    bias = model.weights[-1].numpy()
    value = model.train_on_batch(arrays, np.ones((len(arrays[0]), 1), "float32"))
    assert np.isfinite(np.asarray(value)).all()
    assert not np.array_equal(model.weights[-1].numpy(), bias)


def _configs(layer, inputs, outputs, call_kwargs, custom_objects):
    """Through JSON and back the layer is the same."""
    saved = json.loads(json.dumps(serialize_keras_object(layer)))
    again = deserialize_keras_object(saved, custom_objects=custom_objects)
    assert type(again) is type(layer)
    assert again.built or not layer.weights
    assert json.loads(json.dumps(serialize_keras_object(again))) == saved
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
    assert [w.name for w in again.weights] == [w.name for w in layer.weights]
    again.set_weights(layer.get_weights())
    close(again(inputs, **call_kwargs), outputs)


def _weights(layer, make, inputs, call_kwargs, stored):
    """Weights kept apart come back, those of the layers inside too; a file with too few is refused."""
    stores = []
    for part in layer._flatten_layers():
        store = {}
        part.save_own_variables(store)
        stores.append(store)
    assert sum(map(len, stores)) == stored
    other = make()
    other(inputs, **call_kwargs)
    other.set_weights([np.zeros(w.shape, w.dtype.as_numpy_dtype) for w in other.weights])
    parts = list(other._flatten_layers())
    for part, store in zip(parts, stores, strict=True):
        part.load_own_variables(store)
    for a, b in zip(layer.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    for part, store in zip(parts, stores, strict=True):
        if store:
            store.pop("0")
            with pytest.raises(ValueError, match="variables"):
                part.load_own_variables(store)
