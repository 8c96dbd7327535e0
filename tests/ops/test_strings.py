"""`tf.strings` where the golden programs do not look: round trips, symbolic tensors, functions, models, likely mistakes."""

import re
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unikeras as tf
from unikeras import engine, keras
from unikeras.core.errors import NeedsValues
from unikeras.core.state import tracing
from unikeras.models.host_part import host_part
from unikeras.utils.re2 import PatternError, compile_re2

COMPILES = engine.current().compiles
TEXTS = np.array(["Hello <br /> World!", "a bad movie...", "GOOD", ""] * 4)
FEW = settings(max_examples=40, deadline=None)


@keras.saving.register_keras_serializable("tests")
def cleaned(texts):
    texts = tf.strings.regex_replace(tf.strings.lower(texts), "<br />", " ")
    return tf.strings.regex_replace(texts, f"[{re.escape(string.punctuation)}]", "")


# Round trips.


@FEW
@given(st.lists(st.text(max_size=9), max_size=5))
def test_characters_and_back(texts):
    tensor = tf.constant(texts, tf.string)
    wanted = [t.encode() for t in texts]
    points, offsets = tf.strings.unicode_decode_with_offsets(tensor, "UTF-8")
    assert points.to_list() == [[ord(c) for c in t] for t in texts]
    assert offsets.to_list() == [[len(t[:i].encode()) for i in range(len(t))] for t in texts]
    assert tf.strings.unicode_encode(points, "UTF-8").numpy().tolist() == wanted
    split = tf.strings.unicode_split(tensor, "UTF-8")
    assert tf.strings.reduce_join(split, axis=1).numpy().tolist() == wanted
    assert tf.strings.reduce_join(tf.strings.bytes_split(tensor), axis=1).numpy().tolist() == wanted
    assert tf.strings.length(tensor, "UTF8_CHAR").numpy().tolist() == list(map(len, texts))
    for name in ("UTF-16-BE", "UTF-32-BE"):
        there = tf.strings.unicode_transcode(tensor, "UTF-8", name)
        assert there.numpy().tolist() == [t.encode(name.lower()) for t in texts]
        assert tf.strings.unicode_transcode(there, name, "UTF-8").numpy().tolist() == wanted


@FEW
@given(
    st.lists(
        st.lists(st.text(string.ascii_letters + " ", max_size=4), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_split_undoes_join(rows):
    for separator in (",", "<>"):
        joined = tf.constant([separator.join(row) for row in rows])
        parts = tf.strings.split(joined, separator)
        assert parts.to_list() == [[word.encode() for word in row] for row in rows]
        assert (
            tf.strings.reduce_join(parts, axis=-1, separator=separator).numpy().tolist()
            == joined.numpy().tolist()
        )
    assert tf.strings.split([" ".join(row) for row in rows]).to_list() == [
        " ".join(row).encode().split() for row in rows
    ]


@FEW
@given(st.lists(st.binary(max_size=6), min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 4))
def test_any_bytes(texts, start, size):
    tensor = tf.constant(np.array([*texts, None], object)[:-1])
    decoded = [t.decode(errors="replace") for t in texts]
    assert tf.strings.unicode_transcode(tensor, "UTF-8", "UTF-8").numpy().tolist() == [
        d.encode() for d in decoded
    ]
    assert tf.strings.unicode_decode(tensor, "UTF-8").to_list() == [[ord(c) for c in d] for d in decoded]
    padded = tensor + "aaa"
    assert tf.strings.substr(padded, start, size).numpy().tolist() == [
        (t + b"aaa")[start : start + size] for t in texts
    ]
    assert tf.strings.regex_replace(tensor, "(?s).", "").numpy().tolist() == [
        re.sub("[^\ud800-\udfff]", "", t.decode(errors="surrogateescape")).encode(errors="surrogateescape")
        for t in texts
    ]


@FEW
@given(st.floats(width=32, allow_nan=False), st.integers(-(2**31), 2**31 - 1))
def test_numbers_and_back(fraction, whole):
    exact = tf.strings.as_string(tf.constant(fraction), precision=9, scientific=True)
    assert tf.strings.to_number(exact).numpy() == np.float32(fraction)
    assert tf.strings.to_number(tf.strings.as_string(whole), tf.int32).numpy() == whole


# Regular expressions.


@FEW
@given(st.text("abcAB \n1_.", max_size=12))
def test_patterns_that_mean_the_same_to_python(text):
    for pattern in (
        r"a+b?",
        r"[a-c]{2,3}",
        r"(a|b)c",
        r"\w+",
        r"\d|\.",
        r"(?i)ab",
        r"[^ab\n]+",
        r"(?s)a.b",
        r"a*?b",
        r"\bA",
    ):
        assert compile_re2(pattern.encode()).replace([text.encode()], b"<\\0>", True) == [
            re.sub(pattern, r"<\g<0>>", text, flags=re.ASCII).encode()
        ]


@pytest.mark.parametrize("pattern", [r"(?=a)", r"(a)\1", "a**", "[", r"\Z", r"\p{Klingon}"])
def test_refused_patterns_say_why(pattern):
    with pytest.raises(PatternError, match="Invalid pattern"):
        compile_re2(pattern.encode())
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"regex_replace: Invalid pattern: .* error: "):
        tf.strings.regex_replace("a", pattern, "")


def test_single_bytes_of_characters_are_not_available():
    with pytest.raises(NotImplementedError, match=r"\\C"):
        tf.strings.regex_replace("a", r"\C", "")


# Arguments.


def test_kinds_of_inputs():
    for value in ("Ab", b"Ab", np.array("Ab"), tf.constant("Ab"), tf.Variable("Ab"), np.str_("Ab")):
        assert tf.strings.lower(value).numpy() == b"ab"
    assert tf.strings.lower([]).shape == (0,)
    assert tf.strings.join((tf.constant(["a"]), ["b"]), separator=tf.constant("-")).numpy().tolist() == [
        b"a-b"
    ]
    with pytest.raises(ValueError, match="not available for a SparseTensor"):
        tf.strings.lower(tf.SparseTensor([[0]], ["a"], [1]))


def test_constants_keep_all_digits():
    """A dtype that is asked for is reached from Python's number directly, not through float32."""
    assert tf.constant(1 / 3, tf.float64).numpy() == 1 / 3
    assert tf.constant([1 / 3], tf.float64).numpy()[0] == 1 / 3
    assert (tf.ones((), tf.float64) * (1 / 3)).numpy() == 1 / 3


# Without values.


def test_symbolic_tensors():
    text = keras.Input((), dtype="string")
    for made, dtype in (
        (tf.strings.lower(text), "string"),
        (tf.strings.length(text), "int32"),
        (tf.strings.to_number(text), "float32"),
        (tf.strings.substr(text, 5, 2), "string"),
        (tf.strings.join([text, "!"]), "string"),
        (tf.strings.regex_full_match(text, "a"), "bool"),
        (tf.strings.to_hash_bucket_fast(text, 3), "int64"),
        (tf.strings.unicode_transcode(text, "UTF-8", "UTF-16-BE"), "string"),
    ):
        assert (tuple(made.shape), made.dtype.name) == ((None,), dtype)
    with pytest.raises(NotImplementedError, match="Lambda"):
        tf.strings.split(text)


@pytest.mark.skipif(not COMPILES, reason="nothing is compiled")
def test_a_function_with_numbers_to_spell_runs_op_by_op():
    @tf.function
    def spell(x):
        return tf.strings.as_string(x * 2)

    assert spell(tf.constant([1, 2])).numpy().tolist() == [b"2", b"4"]
    with pytest.raises(NeedsValues, match=r"test_strings.*as_string works on the host"):
        engine.current().compile(_spelled)(np.ones(2, np.float32))


def _spelled(array):
    with tracing(engine.current()):
        return tf.strings.as_string(tf.Tensor(array))


@pytest.mark.skipif(not COMPILES, reason="nothing is compiled")
def test_traces_of_strings_are_bounded():
    @tf.function
    def upper(texts):
        return tf.strings.upper(texts)

    for i in range(20):
        assert upper(tf.constant(f"a{i}")).numpy() == f"A{i}".encode()
    assert upper(tf.constant(["b"] * 1000)).numpy().tolist() == [b"B"] * 1000
    assert upper.experimental_get_tracing_count() <= 4


# In models.


def test_ops_in_a_functional_model_are_its_part_on_the_host(tmp_path):
    text = keras.Input((), dtype="string")
    length = tf.strings.length(tf.strings.strip(text))
    outputs = keras.layers.Dense(1)(tf.expand_dims(tf.cast(length, "float32"), -1))
    model = keras.Model(text, outputs)
    works, part = host_part(model)
    assert works
    assert part.separable
    assert [node.operation.__name__ for node in part.ahead] == ["string_strip", "string_length"]
    wanted = model.predict(TEXTS, verbose=0)
    assert wanted.shape == (16, 1)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again.predict(TEXTS, verbose=0), wanted)


@pytest.mark.skipif(engine.current().name == "numpy", reason="this engine has no gradients")
def test_fit_behind_strings(tmp_path):
    words = keras.layers.TextVectorization(standardize=cleaned, output_sequence_length=3)
    words.adapt(TEXTS)
    assert sorted(words.get_vocabulary()) == ["", "[UNK]", "a", "bad", "good", "hello", "movie", "world"]
    text = keras.Input((), dtype="string")
    ids = words(keras.layers.Lambda(tf.strings.strip)(text))
    hidden = keras.layers.Flatten()(keras.layers.Embedding(9, 2)(ids))
    model = keras.Model(text, keras.layers.Dense(1)(hidden))
    model.compile("sgd", "mse")
    before = model.predict(TEXTS, verbose=0)
    model.fit(TEXTS, np.ones(16), epochs=2, verbose=0)
    after = model.predict(TEXTS, verbose=0)
    assert not np.allclose(before, after)
    model.save(tmp_path / "model.keras")
    assert np.allclose(keras.models.load_model(tmp_path / "model.keras").predict(TEXTS, verbose=0), after)
