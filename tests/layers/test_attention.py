"""Masks on their way through attention, LoRA, files, and a small Transformer that is trained."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

from .harness import data_of

L = keras.layers
X = data_of((2, 4, 6))
PADDED = np.where(np.array([[1, 1, 1, 0], [1, 1, 0, 0]])[..., None], X, 0).astype("float32")
trains = pytest.mark.skipif(not engine.current().gradients, reason="the engine does not train")


def pair(layer, a, b):
    return layer(a, b) if isinstance(layer, L.MultiHeadAttention) else layer([a, b])


def shown(x, mask=None):
    return x[..., 0] if mask is None else tf.cast(mask, "float32")  # shapes are found without masks


LAYERS = {
    "Attention": lambda: L.Attention(),
    "AdditiveAttention": lambda: L.AdditiveAttention(),
    "MultiHeadAttention": lambda: L.MultiHeadAttention(2, 3),
    "GroupQueryAttention": lambda: L.GroupQueryAttention(3, 4, 2),
}


@pytest.mark.parametrize("name", LAYERS)
def test_masks_that_inputs_carry(name):
    """What is padded does not count, in eager calls and in functional models, and the query's mask goes on."""
    layer = LAYERS[name]()
    query, value = L.Masking()(tf.constant(PADDED)), L.Masking()(tf.constant(PADDED))
    y = pair(layer, query, value)
    np.testing.assert_array_equal(y._keras_mask.numpy(), query._keras_mask.numpy())
    alone = pair(layer, tf.constant(PADDED[1:, :2]), tf.constant(PADDED[1:, :2]))
    np.testing.assert_allclose(y[1:, :2].numpy(), alone.numpy(), rtol=1e-5, atol=1e-6)

    inputs = keras.Input((4, 6))
    masked = L.Masking()(inputs)
    made = pair(layer, masked, masked)
    model = keras.Model(inputs, [made, L.Lambda(shown)(made)])
    found, mask = model(PADDED)
    np.testing.assert_allclose(found[1, :2].numpy(), alone[0].numpy(), rtol=1e-5, atol=1e-6)
    assert mask.numpy().tolist() == [[1, 1, 1, 0], [1, 1, 0, 0]]


def test_masks_of_an_embedding_reach_heads():
    ids = tf.constant([[3, 1, 0, 0]])
    embedding, heads = L.Embedding(5, 6, mask_zero=True), L.MultiHeadAttention(2, 3)
    x = embedding(ids)
    _, weights = heads(x, x, return_attention_scores=True)
    assert np.all(weights.numpy()[:, :, :2, 2:] == 0)
    _, given = heads(
        x,
        x,
        value_mask=tf.constant([[True] * 4]),
        query_mask=tf.constant([[True] * 4]),
        return_attention_scores=True,
    )
    assert np.all(given.numpy() > 0)


def test_causal_layers_do_not_look_ahead():
    changed = X.copy()
    changed[:, 3] += 1.0
    heads = L.MultiHeadAttention(2, 3)
    old = L.Attention(causal=True)  # tf.keras 2's spelling
    for call in (lambda x: heads(x, x, use_causal_mask=True), lambda x: old([x, x])):
        first, second = call(tf.constant(X)).numpy(), call(tf.constant(changed)).numpy()
        np.testing.assert_allclose(first[:, :3], second[:, :3], rtol=1e-6)
        assert not np.allclose(first[:, 3], second[:, 3])
    assert L.Attention.from_config(old.get_config()).causal


def test_errors_say_what_fits():
    with pytest.raises(ValueError, match="list of 2 or 3 tensors"):
        L.Attention()(tf.constant(X))
    with pytest.raises(ValueError, match="every value needs its key"):
        L.MultiHeadAttention(2, 3)(tf.constant(X), tf.constant(X), tf.constant(X[:, :2]))
    with pytest.raises(ValueError, match="num_key_value_heads"):
        L.GroupQueryAttention(3, 4, 3)
    with pytest.raises(ValueError, match="invalid einsum equation"):
        L.EinsumDense("ab->ab", 3)
    with pytest.raises(ValueError, match="must give 2 sizes"):
        L.EinsumDense("abc,cd->abd", 3)(tf.constant(X))


@trains
def test_lora_trains_the_factors_alone(tmp_path):
    model = keras.Sequential([keras.Input((6,)), L.Dense(3, name="adapted")])
    layer = model.layers[0]
    with pytest.raises(ValueError, match="built"):
        L.Dense(3).enable_lora(2)
    before, y = layer.kernel.numpy(), model(X[:, 0]).numpy()
    layer.enable_lora(2, lora_alpha=4)
    np.testing.assert_allclose(model(X[:, 0]).numpy(), y, rtol=1e-5, atol=1e-6)
    assert [w.path for w in layer.trainable_weights] == [
        "adapted/bias",
        "adapted/lora_kernel_a",
        "adapted/lora_kernel_b",
    ]
    model.compile(keras.optimizers.SGD(0.05), "mse")
    model.fit(X[:, 0], np.ones((2, 3), "float32"), epochs=3, verbose=0)
    a, b = (w.numpy() for w in layer.weights[2:])
    np.testing.assert_array_equal(layer.weights[0].numpy(), before)
    np.testing.assert_allclose(layer.kernel.numpy(), before + 2 * a @ b, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="already"):
        layer.enable_lora(2)
    # a file holds the merged kernel, and opens in a plain layer
    model.save_weights(tmp_path / "lora.weights.h5")
    plain = keras.Sequential([keras.Input((6,)), L.Dense(3)])
    plain.load_weights(tmp_path / "lora.weights.h5")
    np.testing.assert_allclose(plain(X[:, 0]).numpy(), model(X[:, 0]).numpy(), rtol=1e-4, atol=1e-5)
    model.load_weights(tmp_path / "lora.weights.h5")
    np.testing.assert_allclose(plain(X[:, 0]).numpy(), model(X[:, 0]).numpy(), rtol=1e-4, atol=1e-5)
    config = layer.get_config()
    assert (config["lora_rank"], config["lora_alpha"]) == (2, 4)


def test_spectral_norm_comes_to_one():
    layer = L.SpectralNormalization(L.Dense(5), power_iterations=3)
    for _ in range(20):
        layer(tf.constant(X[:, 0]), training=True)
    assert np.linalg.norm(layer.layer.kernel.numpy(), 2) == pytest.approx(1.0, abs=1e-3)
    kernel = layer.layer.kernel.numpy()
    layer(tf.constant(X[:, 0]), training=False)
    np.testing.assert_array_equal(layer.layer.kernel.numpy(), kernel)
    with pytest.raises(AttributeError, match="neither"):
        L.SpectralNormalization(L.ReLU())(tf.constant(X))


@trains
@pytest.mark.parametrize("compiled", [False, True])
def test_weight_normalization_begins_with_the_first_batch(compiled):
    layer = L.WeightNormalization(L.Dense(3, activation="tanh"))
    x = data_of((64, 6))
    if compiled:
        model = keras.Sequential([keras.Input((6,)), layer])
        model.compile(keras.optimizers.SGD(0.0), "mse")
        for _ in range(2):
            model.fit(x, np.zeros((64, 3), "float32"), batch_size=64, verbose=0)
    y = np.arctanh(layer(tf.constant(x)).numpy().astype("float64"))
    np.testing.assert_allclose(y.mean(0), 0, atol=1e-3)
    np.testing.assert_allclose(y.std(0), 1, atol=1e-2)
    g = layer.g.numpy()
    layer(tf.constant(3 * x))
    np.testing.assert_array_equal(layer.g.numpy(), g)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(tf.constant(x)))
    assert all(v is not None for v in tape.gradient(loss, layer.trainable_weights))


def transformer():
    """Tells whether the first token comes again."""
    ids = keras.Input((8,), dtype="int32")
    x = L.Embedding(12, 16)(ids)
    x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 8)(x, x)]))
    inner = L.EinsumDense("abc,cd->abd", (None, 32), activation="relu", bias_axes="d")(x)
    x = L.LayerNormalization()(L.Add()([x, L.Dense(16)(inner)]))
    return keras.Model(ids, L.Dense(1, activation="sigmoid")(L.Flatten()(x)))


@trains
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_a_small_transformer_learns(policy, tmp_path):
    keras.utils.set_random_seed(2)
    rng = np.random.default_rng(1)
    ids = rng.integers(0, 12, (128, 8)).astype("int32")
    ids[::2, 5] = ids[::2, 0]
    seen = np.any(ids[:, 1:] == ids[:, :1], axis=1).astype("float32")[:, None]
    keras.config.set_dtype_policy(policy)
    try:
        model = transformer()
    finally:
        keras.config.set_dtype_policy("float32")
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(ids, seen, epochs=15, batch_size=32, verbose=0).history
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert history["accuracy"][-1] > 0.85
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(ids, verbose=0), model.predict(ids, verbose=0))
