"""Tokenizer, hashing, skipgrams and windows: what the goldens do not show."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from unikeras import keras

text, sequence = keras.preprocessing.text, keras.preprocessing.sequence


def test_tokenizer_learns_in_parts():
    whole, parts = text.Tokenizer(), text.Tokenizer()
    whole.fit_on_texts(["a b", "b c c"])
    parts.fit_on_texts(["a b"])
    parts.fit_on_texts(iter(["b c c"]))
    assert whole.word_index == parts.word_index == {"b": 1, "c": 2, "a": 3}
    assert whole.index_docs == parts.index_docs == {1: 2, 2: 1, 3: 1}
    assert whole.word_counts == parts.word_counts
    assert whole.document_count == 2
    assert whole.texts_to_sequences([["C", "a"]]) == [[2, 3]]  # lists of words


def test_tokenizer_analyzer_and_sequences():
    tokenizer = text.Tokenizer(analyzer=lambda t: t.split("-"))
    tokenizer.fit_on_texts(["a-b", "a-c"])
    assert tokenizer.texts_to_sequences(["c-a"]) == [[3, 1]]
    numbers = text.Tokenizer(num_words=4)
    numbers.fit_on_sequences([[1, 2, 2], [2, 3]])
    matrix = numbers.sequences_to_matrix([[2, 2, 3, 9]], mode="tfidf")
    expected = [(1 + np.log(2)) * np.log(1 + 2 / 3), np.log(1 + 2 / 2)]
    np.testing.assert_allclose(matrix, [[0, 0, *expected]])


def test_tokenizer_refusals():
    with pytest.raises(TypeError, match="unknown keyword"):
        text.Tokenizer(nope=1)
    with pytest.warns(DeprecationWarning, match="num_words"):
        assert text.Tokenizer(nb_words=5).num_words == 5
    with pytest.raises(ValueError, match="fit on texts"):
        text.Tokenizer().texts_to_matrix(["a"])
    with pytest.raises(ValueError, match="mode"):
        text.Tokenizer(num_words=3).sequences_to_matrix([[1]], mode="tf")
    with pytest.raises(ValueError, match="some texts"):
        text.Tokenizer(num_words=3).sequences_to_matrix([[1]], mode="tfidf")
    with pytest.warns(UserWarning, match="single string"):
        text.Tokenizer().fit_on_texts("abc")


def test_hashing():
    words = text.text_to_word_sequence("a rose is a rose")
    for function in (None, "md5", len):
        numbers = text.hashing_trick("a rose is a rose", 7, function)
        assert all(1 <= n <= 6 for n in numbers)
        assert numbers[0] == numbers[3]
        assert numbers[1] == numbers[4]
    assert text.one_hot("a rose", 9) == text.hashing_trick("a rose", 9)
    assert text.hashing_trick("x y", 9, analyzer=lambda t: words) == text.hashing_trick("a rose is a rose", 9)


def test_skipgrams_near_and_random():
    pairs, labels = sequence.skipgrams([1, 2, 3, 4], 10, window_size=1, negative_samples=1.0)
    true = {tuple(p) for p, label in zip(pairs, labels, strict=True) if label}
    assert true == {(1, 2), (2, 1), (2, 3), (3, 2), (3, 4), (4, 3)}
    assert labels.count(0) == 6
    assert all(1 <= b < 10 for _, b in pairs)
    assert sequence.skipgrams([], 5) == ([], [])


def test_windows():
    with pytest.raises(ValueError, match="equally long"):
        sequence.TimeseriesGenerator([1, 2], [1], length=1)
    found = sequence.TimeseriesGenerator([1, 2, 3, 4], [5, 6, 7, 8], length=2, batch_size=1)
    assert isinstance(found, keras.utils.Sequence)
    assert [y.tolist() for _, y in (found[i] for i in range(len(found)))] == [[7], [8]]
    config = json.loads(found.to_json())
    assert config["class_name"] == "TimeseriesGenerator"
    assert json.loads(config["config"]["data"]) == [1, 2, 3, 4]


@pytest.mark.skipif(os.environ.get("KERAS_BACKEND", "jax") == "numpy", reason="this engine does not train")
def test_fit_on_windows():
    series = np.sin(np.arange(40.0))[:, None]
    windows = sequence.TimeseriesGenerator(series, series, length=4, batch_size=12)
    model = keras.Sequential([keras.Input((4, 1)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    losses = model.fit(windows, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
