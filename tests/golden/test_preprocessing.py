"""keras.preprocessing against tf_keras: the same numbers, also where they are drawn at random."""

import json
import random
import warnings

import numpy as np
import pytest

from unikeras import keras

from .reader import check, entries

text, sequence, image = (getattr(keras.preprocessing, name) for name in ("text", "sequence", "image"))


@pytest.mark.parametrize("entry", entries("preprocessing", "tokenizer"))
def test_tokenizer(entry):
    def compute():
        tokenizer = text.Tokenizer(**entry["kwargs"])
        tokenizer.fit_on_texts(entry["texts"])
        sequences = tokenizer.texts_to_sequences(entry["unseen"])
        found = {
            "word_index": json.dumps(tokenizer.word_index),
            "index_word": json.dumps(tokenizer.index_word),
            "word_counts": json.dumps(tokenizer.word_counts),
            "word_docs": json.dumps(tokenizer.word_docs, sort_keys=True),
            "index_docs": json.dumps(tokenizer.index_docs, sort_keys=True),
            "sequences": sequences,
            "texts": tokenizer.sequences_to_texts([*sequences, [0, 1, 99, 3]]),
        }
        if not entry["kwargs"].get("char_level"):
            for mode in ("binary", "count", "tfidf", "freq"):
                found[mode] = tokenizer.texts_to_matrix(["the cat the", "mat dog mat life"], mode=mode)
        return found

    check(entry, compute)
    theirs = entry["answers"]["tf_keras"]
    read = text.tokenizer_from_json(theirs["json"])  # what Keras wrote
    assert read.texts_to_sequences(entry["unseen"]) == theirs["sequences"]
    written = json.loads(read.to_json())
    golden = json.loads(theirs["json"])
    assert written["class_name"] == golden["class_name"]
    for name, value in golden["config"].items():
        mine = written["config"][name]
        if name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index"):
            mine, value = json.loads(mine), json.loads(value)
        assert mine == value, name


@pytest.mark.parametrize("entry", entries("preprocessing", "words", "md5", "table"))
def test_words(entry):
    def compute():
        if entry["kind"] == "words":
            return {"words": [text.text_to_word_sequence(t, **entry["kwargs"]) for t in entry["texts"]]}
        if entry["kind"] == "md5":
            return {"numbers": [text.hashing_trick(t, 50, "md5") for t in entry["texts"]]}
        return {"table": sequence.make_sampling_table(entry["size"], entry["factor"])}

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("preprocessing", "skipgrams"))
def test_skipgrams(entry):
    def compute():
        random.seed(11)
        pairs, labels = sequence.skipgrams([1, 2, 0, 3, 8, 2, 5], 9, **entry["kwargs"])
        return {"pairs": pairs, "labels": labels}

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("preprocessing", "windows"))
def test_windows(entry):
    def compute():
        found = sequence.TimeseriesGenerator(entry["series"], entry["targets"], **entry["kwargs"])
        np.random.seed(5)
        batches = [found[i] for i in range(len(found))]
        return {"x": [x for x, _ in batches], "y": [y for _, y in batches]}

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("preprocessing", "affine"))
def test_affine(entry):
    check(
        entry,
        lambda: {"image": image.apply_affine_transform(entry["image"], **entry["kwargs"])},
        tolerance=2e-4,
    )


@pytest.mark.parametrize("entry", entries("preprocessing", "random"))
def test_random(entry):
    def compute():
        np.random.seed(entry.get("seed", 1))
        return {"image": getattr(image, entry["name"])(entry["image"], *entry["args"], **entry["kwargs"])}

    check(entry, compute, tolerance=2e-4)


@pytest.mark.parametrize("entry", entries("preprocessing", "generator"))
def test_generator(entry):
    def compute():
        generator = image.ImageDataGenerator(**entry["kwargs"])
        flow = generator.flow(entry["images"], entry["labels"], batch_size=2, seed=6)
        batches = [next(flow) for _ in range(4)]
        indexed = generator.flow(entry["images"], entry["labels"], batch_size=3, seed=6)
        parameters = generator.get_random_transform((6, 6, 3), seed=8)
        theirs = entry["answers"]["tf_keras"]["parameters"]
        return {
            "x": [x for x, _ in batches],
            "y": [y for _, y in batches],
            "indexed": [indexed[i][1] for i in (1, 0)],
            "transformed": generator.apply_transform(entry["images"][0], theirs),
            "parameters": {k: None if v is None else float(v) for k, v in parameters.items()},
        }

    check(entry, compute, tolerance=2e-4)


@pytest.mark.parametrize("entry", [p.values[0] for p in entries("preprocessing", "generator") if p.marks])
def test_shifts(entry):
    """Where the axes of shifts are not tf_keras's: the numbers drawn are the same, and so is what is done with them."""
    theirs = entry["answers"]["tf_keras"]["parameters"]
    generator = image.ImageDataGenerator(**entry["kwargs"])
    mine = generator.get_random_transform((6, 6, 3), seed=8)
    assert (mine["ty"], mine["tx"]) == pytest.approx((theirs["tx"], theirs["ty"]))
    moved = generator.apply_transform(entry["images"][0], theirs)
    np.testing.assert_allclose(moved, entry["answers"]["tf_keras"]["transformed"], rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("entry", entries("preprocessing", "standardize", "fit"))
def test_standardize(entry):
    def compute():
        if entry["kind"] == "fit":
            generator = image.ImageDataGenerator(featurewise_center=True, rotation_range=30)
            generator.fit(entry["images"], augment=True, rounds=2, seed=4)
            return {"mean": generator.mean}
        generator = image.ImageDataGenerator(**entry["kwargs"])
        generator.fit(entry["images"])
        return {"image": generator.standardize(entry["images"][1])}

    check(entry, compute, tolerance=2e-3)


@pytest.mark.parametrize("entry", entries("preprocessing", "refused"))
def test_refused(entry):
    with warnings.catch_warnings():
        check(entry, lambda: {"made": bool(image.ImageDataGenerator(**entry["kwargs"]))})
