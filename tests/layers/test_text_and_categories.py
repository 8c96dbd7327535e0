"""Preprocessing of text and categories: inside models, errors, states; their answers are compared in tests/golden."""

import warnings
import zipfile

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine, keras
from unikeras.utils.string_hashes import fingerprint64

L = keras.layers
TEXTS = np.array(["good film", "bad film", "good good", "bad bad, really"] * 6)
LABELS = np.array([1.0, 0.0, 1.0, 0.0] * 6, "float32")
trains = pytest.mark.skipif(not engine.current().gradients, reason="the engine does not train")


def classifier(**options):
    layer = L.TextVectorization(**options)
    layer.adapt(TEXTS)
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((1,), dtype="string"),
            layer,
            L.Embedding(12, 4),
            L.Lambda(lambda x: tf.reduce_sum(x, 1)),
            L.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("options", [{"output_sequence_length": 4}, {}], ids=["at once", "batch by batch"])
def test_every_way_of_calling_gives_the_same(options):
    model = classifier(**options)
    expected = model(tf.constant(TEXTS[:4, None])).numpy()
    for data in (
        TEXTS[:4],
        TEXTS[:4, None],
        list(TEXTS[:4]),
        TEXTS[:4].astype(object),
        tf.constant(TEXTS[:4]),
    ):
        np.testing.assert_allclose(model.predict(data, verbose=0, batch_size=4), expected, rtol=1e-6)
    np.testing.assert_allclose(model(list(TEXTS[:4])).numpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(model.predict_on_batch(TEXTS[:4]), expected, rtol=1e-6)
    np.testing.assert_allclose(
        model.evaluate(TEXTS, LABELS, verbose=0),
        np.mean((model(TEXTS).numpy()[:, 0] - LABELS) ** 2),
        rtol=1e-5,
    )


@trains
@pytest.mark.parametrize("options", [{"output_sequence_length": 4}, {}], ids=["at once", "batch by batch"])
def test_training_equals_training_on_the_indices(options):
    model = classifier(**options)
    ids = model.layers[0](TEXTS).numpy()
    parts = [
        keras.Input(ids.shape[1:], dtype="int64"),
        L.Embedding(12, 4),
        L.Lambda(lambda x: tf.reduce_sum(x, 1)),
        L.Dense(1),
    ]
    rest = keras.Sequential(parts)
    rest.set_weights(model.get_weights())
    rest.compile("sgd", "mse")
    mine = model.fit(TEXTS, LABELS, epochs=2, batch_size=8, shuffle=False, verbose=0).history
    theirs = rest.fit(ids, LABELS, epochs=2, batch_size=8, shuffle=False, verbose=0).history
    if options:  # else batches are padded to their own longest text
        np.testing.assert_allclose(mine["loss"], theirs["loss"], rtol=1e-5)
        for a, b in zip(model.get_weights(), rest.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert mine["loss"][1] < mine["loss"][0]
    batches = ((TEXTS[i : i + 8], LABELS[i : i + 8]) for i in range(0, 24, 8))
    assert np.isfinite(model.fit(batches, verbose=0).history["loss"][0])
    assert np.isfinite(model.train_on_batch(TEXTS[:4], LABELS[:4]))


@trains
def test_gradients_flow_beside_the_tables():
    """What a table and the compiled part both need is computed in both, so its variables are trained."""
    words, numbers = keras.Input((1,), dtype="string"), keras.Input((2,))
    dense = L.Dense(3, name="trained")
    coded = L.StringLookup(vocabulary=["p", "q"], output_mode="one_hot")(words)
    model = keras.Model([words, numbers], L.Dense(1)(L.Concatenate()([coded, dense(numbers)])))
    model.compile("sgd", "mse")
    before = dense.get_weights()[0]
    model.fit([np.array(["p", "z"]), np.ones((2, 2), "float32")], np.ones(2), verbose=0)
    assert not np.array_equal(before, dense.get_weights()[0])


@trains
def test_subclassed_and_nested_models_run_as_python():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.table = L.TextVectorization(output_mode="multi_hot")
            self.table.adapt(TEXTS)
            self.dense = L.Dense(1)

        def call(self, x):
            return self.dense(self.table(x))

    inner = classifier(output_sequence_length=4)
    x = keras.Input((1,), dtype="string")
    for model in (Model(), keras.Model(x, inner(x))):
        model.compile("sgd", "mse")
        losses = model.fit(TEXTS, LABELS, epochs=2, verbose=0).history["loss"]
        assert losses[1] < losses[0]
        np.testing.assert_allclose(model.predict(TEXTS[:2], verbose=0), model(TEXTS[:2]).numpy(), rtol=1e-6)


def test_strings_out_of_a_model():
    x = keras.Input((3,))
    names = L.StringLookup(vocabulary=["a", "b", "c"], invert=True, num_oov_indices=0)
    model = keras.Model(x, names(L.Lambda(lambda t: tf.argmax(t, -1))(x)))
    assert model.predict(np.eye(3, dtype="float32"), verbose=0).tolist() == [b"a", b"b", b"c"]


def test_unbuilt_sequential_takes_strings():
    table = L.StringLookup(vocabulary=["good film"], output_mode="one_hot")
    model = keras.Sequential([table, L.Dense(2)])
    assert model.predict(TEXTS[:3], verbose=0).shape == (3, 2)


def test_strings_where_none_are_taken_and_numbers_where_strings_are():
    dense = keras.Sequential([keras.Input((1,)), L.Dense(1)])
    with pytest.raises(ValueError, match="an array of strings"):
        dense.predict(np.array([["a"]]), verbose=0)
    with pytest.raises(ValueError, match="dtype string, but float32 came"):
        classifier().predict(np.ones((2, 1)), verbose=0)
    with pytest.raises(TypeError, match="looks up string tokens"):
        L.StringLookup(vocabulary=["a"])(tf.constant([1]))


def test_not_in_compiled_functions():
    layer = L.IntegerLookup(vocabulary=[1])
    if engine.current().compiles:
        with pytest.raises(NotImplementedError, match="works on the host"):
            tf.function(lambda t: layer(t))(tf.constant([1]))
    assert layer([1, 5]).numpy().tolist() == [1, 0]


def test_states():
    layer = L.StringLookup()
    layer.update_state(np.array(["a"]))
    layer.update_state(["b", "a"])
    layer.finalize_state()
    assert layer.get_vocabulary() == ["[UNK]", "a", "b"]
    layer.adapt(["c"])  # begins anew
    assert layer.get_vocabulary() == ["[UNK]", "c"]
    assert layer.get_vocabulary(include_special_tokens=False) == ["c"]
    layer.set_vocabulary(["x", "y"])
    assert layer(["y", "c"]).numpy().tolist() == [2, 0]
    with pytest.raises(ValueError, match="strings"):
        layer.adapt([1, 2])
    with pytest.raises(ValueError, match="no token"):
        layer.adapt(["[UNK]"])


def test_vocabulary_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("x\ny\nz\u00e9\n")
    layer = L.StringLookup(vocabulary=path)
    assert layer.get_vocabulary() == ["[UNK]", "x", "y", "z\u00e9"]
    (tmp_path / "numbers.txt").write_text("7\n8")
    assert L.IntegerLookup(vocabulary=str(tmp_path / "numbers.txt")).get_vocabulary() == [-1, 7, 8]
    with pytest.raises(ValueError, match="no vocabulary file"):
        L.StringLookup(vocabulary=str(tmp_path / "none.txt"))
    with pytest.raises(ValueError, match="no whole number"):
        L.IntegerLookup(vocabulary=str(path))


def test_callables():
    layer = L.TextVectorization(
        standardize=lambda t: np.char.upper(t.numpy().astype(str)),
        split=lambda t: [s.split(b"-") for s in t.numpy()],
    )
    layer.adapt(["a-b", "b"])
    assert layer.get_vocabulary() == ["", "[UNK]", "B", "A"]
    assert layer(["b-q"]).numpy().tolist() == [[2, 1]]
    with pytest.raises(ValueError, match="returned 1 rows"):
        L.TextVectorization(vocabulary=["a"], split=lambda t: [[b"a"]])(["a", "b"])


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: L.TextVectorization(ragged=True, output_mode="count"), ValueError),
        (lambda: L.TextVectorization(ragged=True, output_sequence_length=3), ValueError),
        (lambda: L.StringLookup(sparse=True), ValueError),
        (lambda: L.StringLookup(encoding="latin-1"), NotImplementedError),
        (lambda: L.Hashing(3, sparse=True), ValueError),
        (lambda: L.Hashing(3)(tf.constant([1.5])), TypeError),
        (lambda: L.CategoryEncoding(3)([[0, 3]]), tf.errors.InvalidArgumentError),
        (lambda: L.Discretization(num_bins=3)([1.0]), ValueError),
    ],
)
def test_refusals(make, error):
    with pytest.raises(error):
        make()


def test_an_index_out_of_range_spoils_compiled_results():
    layer = L.CategoryEncoding(3)
    if not engine.current().compiles:
        return
    result = tf.function(lambda t: layer(t))(tf.constant([[0, 1], [0, 9]])).numpy()
    assert result[0].tolist() == [1, 1, 0]
    assert np.isnan(result[1]).all()


def test_files(tmp_path):
    model = classifier(ngrams=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the Lambda's byte code
        model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        words = archive.read("assets/layers/text_vectorization/vocabulary.txt").decode().split("\n")
    assert words == model.layers[0].get_vocabulary()
    again = keras.models.load_model(tmp_path / "m.keras", safe_mode=False)
    np.testing.assert_allclose(
        again.predict(TEXTS[:3], verbose=0), model.predict(TEXTS[:3], verbose=0), rtol=1e-6
    )
    folder = tmp_path / "folder.keras"
    keras.Sequential([keras.Input((1,), dtype="string"), model.layers[0]]).save(folder, zipped=False)
    assert keras.models.load_model(folder).layers[0].get_vocabulary() == words


def test_damaged_assets(tmp_path):
    table = L.IntegerLookup()
    table.adapt([3, 3, 4])
    keras.Sequential([keras.Input((1,), dtype="int64"), table]).save(tmp_path / "m.keras")
    member = "assets/layers/integer_lookup/vocabulary.txt"
    with zipfile.ZipFile(tmp_path / "m.keras") as good, zipfile.ZipFile(tmp_path / "bad.keras", "w") as bad:
        for name in good.namelist():
            bad.writestr(name, b"-1\nthree" if name == member else good.read(name))
    with pytest.raises(ValueError, match=r"the assets of 'integer_lookup.*' .* cannot be used"):
        keras.models.load_model(tmp_path / "bad.keras")


def test_tokens_with_line_breaks_are_not_saved(tmp_path):
    table = L.StringLookup()
    table.adapt(["a\nb"])
    with pytest.raises(ValueError, match="line break"):
        table.save_assets(str(tmp_path))


def test_hashes_of_many_strings_at_once():
    """Strings of several lengths, in any shape, each as by itself."""
    strings = np.array([b"a" * n for n in range(150)], object).reshape(3, 50)
    alone = [int(fingerprint64(np.array([s, None], object)[:1])[0]) for s in strings.ravel()]
    assert fingerprint64(strings).ravel().tolist() == alone
    assert len(set(alone)) == 150


def test_normalization_batch_by_batch():
    """As tf.keras 2: what was seen since the reset, each batch at once in effect."""
    layer = L.Normalization()
    layer.update_state(np.array([[1.0], [3.0]]))
    layer.update_state(np.array([[5.0], [9.0]]))
    layer.finalize_state()
    assert [float(np.squeeze(w)) for w in layer.get_weights()] == [4.5, 8.75, 4]
    layer.reset_state()
    assert [float(np.squeeze(w)) for w in layer.get_weights()] == [0, 1, 0]
    with pytest.raises(ValueError, match="given to the constructor"):
        L.Normalization(mean=0.0, variance=1.0).update_state(np.ones((2, 1)))


def test_feature_space():
    space = keras.utils.FeatureSpace(
        {"a": "float_normalized", "b": "string_categorical", "c": "integer_categorical"},
        crosses=[("b", "c")],
        crossing_dim=4,
    )
    table = {"a": np.array([1.0, 3.0]), "b": ["x", "y"], "c": [5, 7]}
    with pytest.raises(ValueError, match="must be adapted first"):
        space(table)
    space.adapt(table)
    encoded = space(table)
    assert encoded.shape == (2, 1 + 3 + 3 + 4)
    np.testing.assert_allclose(encoded[:, :4].numpy(), [[-1, 0, 0, 1], [1, 0, 1, 0]], atol=1e-6)
    assert space({k: v[0] for k, v in table.items()}).shape == (11,)
    batches = keras.utils.FeatureSpace({"a": "float_normalized"}, output_mode="dict")
    batches.adapt({"a": np.array([v])} for v in (1.0, 3.0))
    np.testing.assert_allclose(batches({"a": [3.0]})["a"].numpy(), [[1.0]], atol=1e-6)
    with pytest.raises(ValueError, match="lack the columns"):
        space({"a": [1.0]})
    with pytest.raises(ValueError, match="is not encoded"):
        keras.utils.FeatureSpace(
            {"h": keras.utils.FeatureSpace.string_hashed(3, output_mode="int"), "f": "float"}
        )({"h": ["x"], "f": [1.0]})
    for bad in ({}, {"a": "what"}):
        with pytest.raises(ValueError, match="FeatureSpace"):
            keras.utils.FeatureSpace(bad)
    with pytest.raises(ValueError, match="not among the features"):
        keras.utils.FeatureSpace({"a": "float"}, crosses=[("a", "z")])


def test_feature_space_in_a_model_and_in_a_file(tmp_path):
    space = keras.utils.FeatureSpace(
        {"n": "float_discretized", "s": "string_hashed"}, num_discretization_bins=2, hashing_dim=3
    )
    table = {"n": np.array([[1.0], [2.0], [4.0]], "float32"), "s": np.array([["p"], ["q"], ["r"]])}
    space.adapt(table)
    model = keras.Model(space.get_inputs(), L.Dense(1)(space.get_encoded_features()))
    np.testing.assert_allclose(
        model.predict(table, verbose=0), model.layers[-1](space(table)).numpy(), rtol=1e-5
    )
    space.save(tmp_path / "space.keras")
    again = keras.models.load_model(tmp_path / "space.keras")
    np.testing.assert_array_equal(again(table).numpy(), space(table).numpy())
