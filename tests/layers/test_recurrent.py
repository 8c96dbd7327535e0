"""What tables do not show of recurrent layers: states between batches, paths of equal value, dropout, files, text generation."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras

L = keras.layers
F = engine.current()
RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 4, 3)).astype("float32")
MASK = np.array([[True, True, False, True], [False, True, True, False]])
gradients = pytest.mark.skipif(not F.gradients, reason="this engine has no gradients")


def weights_like(layer):
    return [
        np.random.default_rng(i).normal(size=w.shape).astype(w.dtype.name)
        for i, w in enumerate(layer.weights)
    ]


def value_and_gradients(layer, x, mask, states):
    x = tf.constant(x)
    layer(x)
    layer.set_weights(weights_like(layer))
    call = {} if mask is None else {"mask": tf.constant(mask)}
    if states:
        call["initial_state"] = [
            tf.constant(np.full((len(x), 5), 0.3 * (i + 1), x.dtype.name)) for i in range(states)
        ]

    def total():
        return sum(tf.reduce_sum(tf.sin(y)) for y in layer(x, **call))

    if not F.gradients:
        return [y.numpy() for y in layer(x, **call)]
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = total()
    return [y.numpy() for y in layer(x, **call)] + [
        g.numpy() for g in tape.gradient(loss, [x, *layer.weights])
    ]


@pytest.mark.parametrize(
    ("name", "states", "go_backwards"),
    [("SimpleRNN", 1, True), ("LSTM", 2, True), ("GRU", 1, True), ("LSTM", 2, False)],
)
def test_one_operation_equals_step_by_step(name, states, go_backwards):
    """The whole sequence as one op, a loop over the cell, and the loop written out; values and gradients in float64."""
    options = {
        "return_sequences": True,
        "return_state": True,
        "go_backwards": go_backwards,
        "dtype": "float64",
    }
    expected = value_and_gradients(getattr(L, name)(5, **options), X.astype("float64"), MASK, states)
    for unroll in (False, True)[: 1 + go_backwards]:
        layer = L.RNN(getattr(L, f"{name}Cell")(5, dtype="float64"), unroll=unroll, **options)
        found = value_and_gradients(layer, X.astype("float64"), MASK, states)
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("name", "states"), [("SimpleRNN", 1), ("LSTM", 2), ("GRU", 1)])
def test_batches_of_all_sizes_are_computed_alike(name, states):
    """Large batches go another way in compiled code: a batch repeated gives its values again, and its gradients of the weights times 8."""
    layer = getattr(L, name)(5, return_sequences=True, return_state=True, dtype="float64")
    x = X.astype("float64")
    once = value_and_gradients(layer, x, MASK, states)
    often = value_and_gradients(layer, np.tile(x, (8, 1, 1)), np.tile(MASK, (8, 1)), states)
    by_sample = 1 + states + F.gradients  # the outputs, the states, and the gradient of the inputs
    for i, (a, b) in enumerate(zip(once, often, strict=True)):
        expected = np.concatenate([a] * 8) if i < by_sample else 8 * a
        np.testing.assert_allclose(b, expected, rtol=1e-10, atol=1e-12)


@gradients
@pytest.mark.parametrize("name", ["SimpleRNN", "LSTM", "GRU"])
def test_gradients_of_gradients(name):
    found = []
    for layer in (
        getattr(L, name)(2, dtype="float64"),
        L.RNN(getattr(L, f"{name}Cell")(2, dtype="float64"), dtype="float64"),
    ):
        x = tf.constant(X.astype("float64"))
        layer(x)
        layer.set_weights(weights_like(layer))
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(layer(x) ** 2)
            slope = inner.gradient(y, x)
            size = tf.reduce_sum(slope**2)
        found.append(outer.gradient(size, [x, layer.weights[0]]))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-9, atol=1e-11)


@gradients
def test_stateful_training_goes_on_where_the_last_batch_ended():
    def make(stateful):
        keras.utils.set_random_seed(1)
        layers = [
            L.LSTM(3, stateful=stateful, return_sequences=True),
            L.GRU(2, stateful=stateful),
            L.Dense(1),
        ]
        model = keras.Sequential([keras.Input(batch_shape=(2, 4, 3)), *layers])
        model.compile(keras.optimizers.SGD(0.0), "mse")
        return model

    model, plain = make(True), make(False)
    long = RNG.normal(size=(2, 8, 3)).astype("float32")
    halves = np.concatenate([long[:, :4], long[:, 4:]])
    model.fit(halves, np.zeros((4, 1)), batch_size=2, shuffle=False, verbose=0)
    state = [np.asarray(s) for s in model.layers[0].states]
    assert np.any(state[0])
    model.reset_states()
    assert not np.any(np.asarray(model.layers[0].states[0]))
    by_halves = model.predict(halves, batch_size=2, verbose=0)
    np.testing.assert_allclose(np.asarray(model.layers[0].states[1]), state[1], atol=1e-6)
    other = keras.Sequential([keras.Input((8, 3)), L.LSTM(3, return_sequences=True), L.GRU(2), L.Dense(1)])
    other.set_weights(model.get_weights())
    np.testing.assert_allclose(by_halves[2:], other.predict(long, verbose=0), atol=1e-6)
    assert len(model.weights) == len(plain.weights) == 8


def test_text_generation_step_by_step():
    """A stateful model for one character at a time gives what the whole text gives."""
    ids = RNG.integers(0, 7, (1, 9)).astype("int32")
    layers = [L.Embedding(7, 3), L.GRU(4, return_sequences=True), L.Dense(7)]
    model = keras.Sequential([keras.Input((None,), dtype="int32"), *layers])
    single = keras.Sequential(
        [
            L.Embedding(7, 3, batch_input_shape=[1, None]),
            L.GRU(4, return_sequences=True, stateful=True),
            L.Dense(7),
        ]
    )
    single.build((1, None))
    single.set_weights(model.get_weights())
    whole = model(ids).numpy()
    for _ in range(2):
        single.reset_states()
        parts = [single(ids[:, :4]).numpy()] + [
            single.predict(ids[:, t : t + 1], verbose=0) for t in range(4, 9)
        ]
        np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)


def test_states_of_stateful_layers():
    layer = L.LSTM(2, stateful=True, batch_input_shape=(2, 4, 3))
    layer(X)
    layer.reset_states([np.ones((2, 2)), np.zeros((2, 2))])
    assert np.asarray(layer.states[0]).tolist() == [[1.0, 1.0]] * 2
    with pytest.raises(ValueError, match="shapes"):
        layer.reset_states([np.ones((3, 2)), np.zeros((2, 2))])
    with pytest.raises(tf.errors.InvalidArgumentError, match="stateful for batches of 2"):
        layer(X[:1])
    with pytest.raises(AttributeError, match="stateful"):
        L.LSTM(2).reset_states()
    with pytest.raises(ValueError, match="batch size"):
        L.LSTM(2, stateful=True)(keras.Input((4, 3)))
    with pytest.raises(ValueError, match=r"2 state\(s\)"):
        L.LSTM(2)(X, initial_state=[tf.zeros((2, 2))])


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_dropout_is_the_same_at_every_step(activation):
    layer = L.SimpleRNN(
        50, activation=activation, dropout=0.5, return_sequences=True, seed=1, use_bias=False,
        kernel_initializer="identity", recurrent_initializer="zeros",
    )  # fmt: skip
    ones = tf.ones((2, 3, 50))
    y = layer(ones, training=True).numpy()
    assert (y == y[:, :1]).all()
    assert not (y[0] == y[1]).all()
    kept = np.tanh(2.0) if activation == "tanh" else 2.0
    assert sorted(set(y.ravel().round(5).tolist())) == pytest.approx([0.0, kept], abs=1e-4)
    assert not np.array_equal(y, layer(ones, training=True).numpy())
    assert np.unique(layer(ones).numpy()).size == 1


def test_recurrent_dropout_keeps_the_mean():
    layer = L.RNN(
        L.SimpleRNNCell(400, activation="linear", recurrent_dropout=0.25, recurrent_initializer="identity")
    )
    layer.build((2, 2, 400))
    layer.set_weights([np.eye(400, dtype="float32"), np.eye(400, dtype="float32"), np.zeros(400, "float32")])
    y = layer(tf.ones((2, 2, 400)), training=True).numpy()
    assert sorted(set(y.ravel().round(4).tolist())) == pytest.approx([1.0, 1 + 1 / 0.75], abs=1e-4)
    assert y.mean() == pytest.approx(2.0, abs=0.15)


def test_a_cell_with_layers_inside_and_constants():
    class Attending(L.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.state_size = self.units = units
            self.dense = L.Dense(units)
            self.drop = L.Dropout(0.5)

        def call(self, inputs, states, constants=None, training=False):
            h = self.drop(self.dense(inputs), training=training) + states[0] + constants[0]
            return h, [h]

    layer = L.RNN(Attending(3), return_sequences=True)
    constant = tf.ones((2, 3))
    eager = layer(X, constants=[constant]).numpy()
    assert len(layer.trainable_weights) == 2
    np.testing.assert_allclose(eager[:, 1] - eager[:, 0], layer.cell.dense(X[:, 1]).numpy() + 1, atol=1e-5)
    traced = tf.function(lambda x, c: layer(x, constants=[c]))(X, constant)
    np.testing.assert_allclose(traced.numpy(), eager, atol=1e-6)
    a, c = keras.Input((4, 3)), keras.Input((3,))
    model = keras.Model([a, c], layer(a, constants=c))
    np.testing.assert_allclose(model([X, constant]).numpy(), eager, atol=1e-6)
    step = tf.function(lambda x: layer(x, constants=[constant], training=True))
    first, second = step(tf.constant(X)).numpy(), step(tf.constant(X)).numpy()
    assert not np.array_equal(first, second)  # the dropout inside draws anew in every call


def test_losses_of_steps_are_refused_in_compiled_code():
    class Adding(L.Layer):
        state_size = 3

        def call(self, inputs, states):
            self.add_loss(tf.reduce_sum(inputs))
            return inputs, [inputs]

    layer = L.RNN(Adding())
    layer(X)
    if F.compiles:
        with pytest.raises(NotImplementedError, match="add_loss"):
            tf.function(lambda x: layer(x))(tf.constant(X))


def test_keras_files_and_weights(tmp_path):
    a, b = keras.Input((4, 3)), keras.Input((2,))
    h = L.GRU(2, return_sequences=True, return_state=False)(a, initial_state=b)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="sum")(h)
    y = L.RNN([L.LSTMCell(2), L.GRUCell(2)], return_sequences=True)(y)
    model = keras.Model([a, b], L.TimeDistributed(L.Dense(2))(y))
    model.set_weights(weights_like(model))
    state = np.ones((2, 2), "float32")
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again.predict([X, state], verbose=0), model.predict([X, state], verbose=0))
    assert [w.path for w in again.weights] == [w.path for w in model.weights]
    forward = model.layers[3].forward_layer
    assert forward.weights[0].path == f"{model.layers[3].name}/{forward.name}/lstm_cell/kernel"
    copy = keras.models.clone_model(model)
    model.save_weights(tmp_path / "w.weights.h5")
    copy.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(copy.predict([X, state], verbose=0), model.predict([X, state], verbose=0))


def test_bidirectional_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="merge_mode"):
        L.Bidirectional(L.LSTM(2), merge_mode="add")
    with pytest.raises(ValueError, match="different directions"):
        L.Bidirectional(L.LSTM(2), backward_layer=L.LSTM(2))
    with pytest.raises(ValueError, match="go_backwards"):
        L.Bidirectional(L.Dense(2))
    with pytest.raises(ValueError, match="even number"):
        L.Bidirectional(L.GRU(2))(X, initial_state=[tf.zeros((2, 2))])


def test_inputs_that_do_not_fit():
    with pytest.raises(ValueError, match="ndim=3"):
        L.LSTM(2)(X[0])
    with pytest.raises(ValueError, match="not both"):
        L.GRU(2)([X, np.zeros((2, 2))], initial_state=np.zeros((2, 2)))
    with pytest.raises(ValueError, match="fixed number of steps"):
        L.LSTM(2, unroll=True)(keras.Input((None, 3)))
    with pytest.raises(ValueError, match="state_size"):
        L.RNN(L.Dense(2))
    with pytest.raises(ValueError, match="at least 3 dimensions"):
        L.TimeDistributed(L.Dense(2))(X[0])
