"""Mixed precision: halves inside, float32 outside; scaled losses; skipped steps."""

import json

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

L = keras.layers
pytestmark = pytest.mark.skipif(not engine.current().gradients, reason="the engine does not train")

RNG = np.random.default_rng(3)
X = RNG.normal(size=(128, 4)).astype("float32")
Y = np.tanh(X @ np.array([[1.0], [-0.5], [0.3], [0.8]], "float32"))


@pytest.fixture
def policy():
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy("float32")


def fitted(epochs=20):
    keras.utils.set_random_seed(4)
    model = keras.Sequential(
        [L.Input((4,)), L.Dense(8, activation="tanh"), L.BatchNormalization(), L.Dense(1, dtype="float32")]
    )
    model.compile(keras.optimizers.Adam(0.02), "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=epochs, batch_size=32, shuffle=False, verbose=0)
    return model, history.history["loss"]


@pytest.mark.parametrize("name", ["mixed_float16", "mixed_bfloat16", "bfloat16"])
def test_training_reaches_the_loss_of_single_precision(policy, name):
    _, single = fitted()
    policy(name)
    model, half = fitted()
    assert single[-1] < 0.2 * single[0]
    assert half[-1] < 0.3 * half[0]
    if name.startswith("mixed"):
        assert half[-1] == pytest.approx(single[-1], rel=0.5, abs=0.02)
        assert {w.dtype.name for w in model.weights} == {"float32"}
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer) == (name == "mixed_float16")
    assert model.predict(X[:4], verbose=0).dtype == np.float32


def test_results_are_halves_but_gradients_and_metrics_are_not(policy):
    policy("mixed_float16")
    layer = L.Dense(3)
    with tf.GradientTape() as tape:
        y = layer(X[:2])
        loss = tf.reduce_sum(tf.cast(y, "float32"))
    assert y.dtype == "float16"
    assert layer.kernel.dtype == "float32"
    assert {g.dtype.name for g in tape.gradient(loss, layer.weights)} == {"float32"}
    assert keras.losses.MeanSquaredError()(tf.zeros((2, 3)), y).dtype == "float32"
    assert keras.metrics.MeanSquaredError()(tf.zeros((2, 3)), y).dtype == "float32"


def test_variables_are_halves_only_inside_the_call_of_a_mixed_layer():
    seen = {}

    class Inner(L.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(4,), initializer="ones")
            self.exact = self.add_weight(name="exact", shape=(4,), initializer="zeros", autocast=False)

        def call(self, x):
            seen[self.name] = (
                x.dtype.name,
                self.w.dtype.name,
                (self.w + 0).dtype.name,
                (self.exact + 0).dtype.name,
            )
            self.exact.assign_add(tf.ones((4,), x.dtype))
            return x * self.w

    class Outer(L.Layer):
        def __init__(self, inner, **kwargs):
            super().__init__(**kwargs)
            self.inner = inner

        def call(self, x):
            return self.inner(x)

    Outer(Inner(name="half"), dtype="mixed_bfloat16")(X)
    mixed = Outer(Inner(name="single", dtype="float32"), dtype="mixed_bfloat16")
    mixed(X)
    wide = Outer(Inner(name="inside", dtype="mixed_float16"))
    assert wide(X).dtype == "float16"
    assert seen == {
        "half": ("float32",) * 4,
        "single": ("float32",) * 4,
        "inside": ("float16", "float16", "float16", "float32"),
    }
    assert wide.inner.w.dtype == "float32"
    assert wide.inner.exact.numpy().tolist() == [1.0] * 4
    assert [w.path for w in wide.inner.weights] == [f"{wide.name}/inside/w", f"{wide.name}/inside/exact"]


def test_scale_grows_shrinks_and_skips():
    w = tf.Variable(1.0)
    optimizer = keras.mixed_precision.LossScaleOptimizer(
        keras.optimizers.SGD(0.5, momentum=0.9), initial_scale=4.0, dynamic_growth_steps=2
    )
    optimizer.scale_loss(tf.constant(1.0))
    track = []
    for gradient in (4.0, 4.0, np.inf, 4.0, np.nan, np.nan, np.nan):
        momentum = optimizer.inner_optimizer.variables[-1:]
        before = [float(w), *(float(m) for m in momentum)]
        optimizer.apply_gradients([(tf.constant(gradient), w)])
        if not np.isfinite(gradient):
            assert [float(w), *(float(m) for m in momentum)] == before
        track.append((float(optimizer.loss_scale), int(optimizer.dynamic_counter), int(optimizer.iterations)))
    assert track == [(4, 1, 1), (8, 0, 2), (4, 0, 2), (4, 1, 3), (2, 0, 3), (1, 0, 3), (1, 0, 3)]


def test_overflow_inside_fit_is_skipped(policy):
    policy("mixed_float16")
    model = keras.Sequential([L.Input((4,)), L.Dense(1, kernel_initializer="ones")])
    scaled = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(1e-3), initial_scale=2.0**30)
    model.compile(scaled, "mse")
    model.fit(X, Y, batch_size=32, epochs=1, verbose=0)
    assert np.isfinite(model.get_weights()[0]).all()
    assert float(model.optimizer.loss_scale) < 2.0**30
    assert int(model.optimizer.iterations) < 4


def test_both_spellings_of_a_loop_of_ones_own():
    def run(step):
        w = tf.Variable([2.0])
        optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0)
        for _ in range(3):
            step(optimizer, w)
        return w.numpy()

    def keras3(optimizer, w):
        with tf.GradientTape() as tape:
            loss = optimizer.scale_loss(tf.reduce_sum(w * w))
        optimizer.apply(tape.gradient(loss, [w]), [w])

    def keras2(optimizer, w):
        with tf.GradientTape() as tape:
            loss = optimizer.get_scaled_loss(tf.reduce_sum(w * w))
        gradients = optimizer.get_unscaled_gradients(tape.gradient(loss, [w]))
        optimizer.apply_gradients(zip(gradients, [w], strict=True))

    def minimize(optimizer, w):
        optimizer.minimize(lambda: tf.reduce_sum(w * w), [w])

    plain = tf.Variable([2.0])
    sgd = keras.optimizers.SGD(0.1)
    for _ in range(3):
        sgd.minimize(lambda: tf.reduce_sum(plain * plain), [plain])
    for step in (keras3, keras2, minimize):
        np.testing.assert_allclose(run(step), plain.numpy(), rtol=1e-6)


def test_a_fixed_scale():
    with pytest.raises(ValueError, match="initial_scale"):
        keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(), dynamic=False)
    optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(0.5), 8.0, dynamic=False)
    assert float(optimizer.get_scaled_loss(tf.constant(2.0))) == 16.0
    assert [
        g if g is None else float(g) for g in optimizer.get_unscaled_gradients([tf.constant(8.0), None])
    ] == [1.0, None]
    w = tf.Variable(1.0)
    optimizer.apply_gradients([(tf.constant(1.0), w)])
    assert (float(w), float(optimizer.loss_scale), optimizer.dynamic_counter) == (0.5, 8.0, None)


def test_gradients_of_a_loss_that_was_never_scaled_warn():
    w = tf.Variable(1.0)
    optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(0.5))
    with pytest.warns(UserWarning, match="never scaled"):
        optimizer.apply_gradients([(tf.constant(1.0), w)])
    assert float(w) == 0.5


def test_what_is_the_inner_optimizers():
    optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.Adam(0.1, beta_1=0.8))
    optimizer.learning_rate = 0.25
    assert float(optimizer.inner_optimizer.learning_rate) == float(optimizer.lr) == 0.25
    assert optimizer.beta_1 == 0.8
    with pytest.raises(AttributeError, match="nonsense"):
        optimizer.nonsense  # noqa: B018
    with pytest.raises(TypeError, match="inner_optimizer"):
        keras.mixed_precision.LossScaleOptimizer(optimizer)
    config = json.loads(json.dumps(keras.optimizers.serialize(optimizer)))
    again = keras.optimizers.deserialize(config)
    assert again.get_config() == optimizer.get_config()
    old = {"class_name": "LossScaleOptimizer", "config": {
        "inner_optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.5}}, "dynamic": True, "initial_scale": 16.0,
        "dynamic_growth_steps": 5}}  # fmt: skip
    assert keras.optimizers.deserialize(old).initial_scale == 16.0


def test_compile_wraps_only_when_asked(policy):
    policy("mixed_float16")
    model = keras.Sequential([L.Input((4,)), L.Dense(1)])
    model.compile("sgd", "mse", auto_scale_loss=False)
    assert not isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    model.compile(keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD()), "mse")
    assert isinstance(model.optimizer.inner_optimizer, keras.optimizers.SGD)


def test_files_keep_policies_and_the_scale(policy, tmp_path):
    policy("mixed_float16")
    model, _ = fitted(epochs=1)
    model.save(tmp_path / "mixed.keras")
    policy("float32")
    again = keras.models.load_model(tmp_path / "mixed.keras")
    assert [layer.dtype_policy.name for layer in again.layers] == [
        "mixed_float16",
        "mixed_float16",
        "float32",
    ]
    assert float(again.optimizer.loss_scale) == float(model.optimizer.loss_scale)
    for a, b in zip(model.optimizer.get_weights(), again.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.predict(X[:8], verbose=0), again.predict(X[:8], verbose=0))


def test_policies_as_configs():
    mixed = keras.DTypePolicy("mixed_bfloat16")
    assert keras.dtype_policies.deserialize(keras.dtype_policies.serialize(mixed)) == mixed
    old = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    assert L.Dense.from_config({**L.Dense(1).get_config(), "dtype": old}).compute_dtype == "float16"
    for bad in ("mixed_int8", "_infer"):
        with pytest.raises(ValueError, match="dtype policy"):
            keras.DTypePolicy(bad)
    with pytest.raises(NotImplementedError, match="quantization"):
        keras.DTypePolicy("int8_from_float32")


def test_a_map_of_policies():
    policies = keras.dtype_policies.DTypePolicyMap("float32")
    policies["heads/query"] = keras.DTypePolicy("mixed_bfloat16")
    layer = L.MultiHeadAttention(2, 3, name="heads", dtype=policies)
    layer(X[:2, None], X[:2, None])
    assert [p.compute_dtype for p in (layer.query_dense, layer.key_dense)] == ["bfloat16", "float32"]
    config = keras.saving.serialize_keras_object(layer)
    assert config["config"]["dtype"]["class_name"] == "DTypePolicyMap"
    again = keras.saving.deserialize_keras_object(json.loads(json.dumps(config)))
    assert again.query_dense.compute_dtype == "bfloat16"
    with pytest.raises(ValueError, match="already"):
        policies["heads/query"] = keras.DTypePolicy("float64")


def test_a_policy_map_takes_patterns():
    policies = keras.dtype_policies.DTypePolicyMap("float32")
    policies["block/.*"] = keras.DTypePolicy("float16")
    policies["block/head"] = keras.DTypePolicy("bfloat16")
    names = [policies[path].name for path in ("block/dense", "block/head", "block", "a/block/dense")]
    assert names == ["float16", "bfloat16", "float32", "float32"]
    policies["block/d.*"] = keras.DTypePolicy("float64")
    with pytest.raises(ValueError, match="fits several keys"):
        policies["block/dense"]


def test_a_number_is_scaled_as_a_loss():
    optimizer = keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD(), initial_scale=8.0)
    assert float(optimizer.scale_loss(2.0)) == 16.0
