"""Golden answers of the preprocessing layers for categories, hashes, bins and text."""

import common
import numpy as np
from losses import attempt

V = ["a", "b", "c"]
WORDS = [["a", "c"], ["zz", ""]]
DRAWN = [["b", "a"], ["c", "b"], ["z", "z"], ["a", "q"]]
TEXTS = ["The quick, BROWN fox! it's", "fox fox-dog", "", "\u00c9t\u00e9 d\u00e9j\u00e0 vu; \u65e5\u672c"]
MARKS = ["A-b c.D", "\u00c9\u00c0 ab\tc  d\n\x0b e\u00a0f!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'\u00e9"]
SHORT = ["b a c c", "d a", "a b"]
STRINGS = ["", "A", "\u00e9\u65e5\u672c\U0001f600", " a b ", *["x" * n for n in (3, 4, 7, 8, 9, 16, 17, 32, 33, 64, 65, 128, 129, 300)],
           *[f"word{n}" for n in range(20)]]  # fmt: skip
WHOLE = [0, 1, -1, 7, 1234567, 2**40, -(2**63), 2**63 - 1]
NUMBERS = np.random.default_rng(0).normal(size=(200, 1)).astype("float32")
MANY = np.random.default_rng(1).normal(size=1500).astype("float32")
FOX = ["fox", "the", "quick", "brown"]

# (layer, arguments, what it is adapted to, input or (inputs,))
TABLE = [
    *[("StringLookup", {"vocabulary": V, **k}, None, WORDS) for k in (
        {}, {"num_oov_indices": 3}, {"mask_token": ""}, {"num_oov_indices": 0}, {"output_mode": "one_hot"},
        {"output_mode": "multi_hot"}, {"output_mode": "count"}, {"output_mode": "multi_hot", "mask_token": ""},
        {"output_mode": "count", "mask_token": ""}, {"output_mode": "count", "max_tokens": 8, "pad_to_max_tokens": True},
        {"output_mode": "tf_idf", "idf_weights": [0.1, 0.2, 0.3]},
        {"output_mode": "tf_idf", "idf_weights": [0.1, 0.2, 0.3], "num_oov_indices": 2}, {"max_tokens": 3},
        {"mask_token": "a"}, {"output_mode": "what"}, {"num_oov_indices": -1}, {"idf_weights": [1.0, 2.0, 3.0]},
        {"output_mode": "tf_idf"}, {"output_mode": "tf_idf", "idf_weights": [1.0]}, {"invert": True, "output_mode": "one_hot"},
        {"oov_token": "c"},
    )],
    ("StringLookup", {"vocabulary": ["", "[UNK]", "a", "b"], "mask_token": ""}, None, WORDS),
    ("StringLookup", {"vocabulary": ["[UNK]", "a", "b"]}, None, WORDS),
    ("StringLookup", {"vocabulary": ["[UNK]", *V], "idf_weights": [0.5, 0.1, 0.2, 0.3], "output_mode": "tf_idf"}, None, WORDS),
    ("StringLookup", {"vocabulary": ["a", "a"]}, None, WORDS),
    ("StringLookup", {"vocabulary": []}, None, WORDS),
    ("StringLookup", {}, None, WORDS),
    ("StringLookup", {"vocabulary": V, "invert": True}, None, np.array([[0, 1, 2, 3, 4, 9, -1]])),
    ("StringLookup", {"vocabulary": V, "invert": True, "mask_token": ""}, None, np.array([[0, 1, 2, 3, 4, 9]])),
    ("StringLookup", {"vocabulary": V, "output_mode": "one_hot"}, None, ["a", "c", "q"]),
    ("StringLookup", {"vocabulary": V, "output_mode": "multi_hot"}, None, ["a", "c"]),
    ("StringLookup", {"vocabulary": V}, None, np.array([1, 2])),
    ("StringLookup", {"vocabulary": ["a"], "num_oov_indices": 7}, None, STRINGS),
    ("StringLookup", {"vocabulary": ["a"], "num_oov_indices": 7, "salt": [1, 2]}, None, STRINGS),
    ("StringLookup", {}, DRAWN, WORDS),
    ("StringLookup", {"max_tokens": 4, "mask_token": ""}, DRAWN, WORDS),
    ("StringLookup", {"max_tokens": 4, "num_oov_indices": 2}, DRAWN, WORDS),
    ("StringLookup", {}, ["b", "", "a", "[UNK]", "b"], ["", "b", "[UNK]"]),
    ("StringLookup", {"mask_token": ""}, ["b", "", "a", "[UNK]", "b"], ["", "b", "[UNK]"]),
    ("StringLookup", {"output_mode": "tf_idf"}, DRAWN, WORDS),
    ("StringLookup", {"output_mode": "tf_idf", "max_tokens": 4}, DRAWN, WORDS),
    ("StringLookup", {"vocabulary": V}, DRAWN, WORDS),
    *[("IntegerLookup", {"vocabulary": [10, 20, 30], **k}, None, np.array([[10, 30], [99, -1], [0, 4]])) for k in (
        {}, {"num_oov_indices": 3}, {"num_oov_indices": 0}, {"mask_token": 0}, {"oov_token": 4}, {"output_mode": "one_hot"},
        {"output_mode": "count"}, {"output_mode": "multi_hot", "mask_token": 0}, {"vocabulary_dtype": "string"},
        {"num_oov_indices": 5, "oov_method": "farmhash"}, {"num_oov_indices": 5, "oov_method": "farmhash", "salt": 5},
        {"salt": 5}, {"invert": True}, {"invert": True, "mask_token": 0},
    )],
    ("IntegerLookup", {}, np.array([5, 3, 5, 9, 3, 7]), np.array([5, 7, 1])),
    ("IntegerLookup", {"mask_token": 0}, np.array([5, 3, 5, 9, 0, 7, -1]), np.array([5, 0, 1])),
    *[("TextVectorization", {"vocabulary": FOX, **k}, None, TEXTS) for k in (
        {}, {"output_sequence_length": 3}, {"output_mode": "multi_hot"}, {"output_mode": "count"},
        {"output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True}, {"output_mode": "binary"},
        {"output_mode": "tf_idf", "idf_weights": [0.1, 0.2, 0.3, 0.4]}, {"output_mode": "what"}, {"standardize": "what"},
        {"split": "what"}, {"ngrams": "2"}, {"output_mode": "count", "output_sequence_length": 3}, {"max_tokens": 3},
        {"idf_weights": [1.0, 2.0, 3.0, 4.0]}, {"split": None}, {"split": None, "output_mode": "multi_hot"},
    )],
    ("TextVectorization", {"vocabulary": FOX}, None, [[t] for t in TEXTS]),
    ("TextVectorization", {"vocabulary": FOX}, None, [["a", "b"]]),
    ("TextVectorization", {"vocabulary": FOX, "split": None}, None, [["fox", "the"], ["b", "fox"]]),
    ("TextVectorization", {"vocabulary": FOX}, None, np.array([1, 2])),
    ("TextVectorization", {}, None, TEXTS),
    *[("TextVectorization", {"standardize": s}, MARKS, MARKS) for s in (
        None, "lower", "strip_punctuation", "lower_and_strip_punctuation")],
    *[("TextVectorization", {"split": s}, ["a-b c", "d\u00e9  \u65e5b"], ["a-b c", "d\u00e9 b"]) for s in (
        None, "whitespace", "character")],
    *[("TextVectorization", {"ngrams": n}, ["a b c d", "c d"], ["a b c d", "a"]) for n in (1, 2, 3)],
    ("TextVectorization", {"max_tokens": 4}, SHORT, SHORT),
    ("TextVectorization", {"max_tokens": 4, "output_mode": "count"}, SHORT, SHORT),
    ("TextVectorization", {"output_mode": "tf_idf"}, SHORT, ["a b zz", ""]),
    ("TextVectorization", {"output_mode": "tf_idf", "max_tokens": 8, "pad_to_max_tokens": True}, SHORT, ["a b zz", ""]),
    *[("Hashing", {"num_bins": 10**9 + 7, **k}, None, x) for x in (STRINGS, np.array(WHOLE)) for k in (
        {}, {"salt": 133}, {"salt": [133, 137]})],
    ("Hashing", {"num_bins": 5, "mask_value": ""}, None, STRINGS),
    ("Hashing", {"num_bins": 5, "mask_value": 7, "salt": 3}, None, np.array(WHOLE)),
    *[("Hashing", {"num_bins": 4, "output_mode": m}, None, [["A", "B", "A"]]) for m in ("one_hot", "multi_hot", "count", "tf_idf")],
    *[("Hashing", k, None, ["A"]) for k in ({"num_bins": 0}, {"num_bins": 2, "salt": [1, 2, 3]}, {"num_bins": 2, "salt": "x"})],
    ("HashedCrossing", {"num_bins": 10**9 + 7}, None, (["A", "B", "A", ""], np.array([101, 101, 102, -5]))),
    ("HashedCrossing", {"num_bins": 10**9 + 7}, None, (["A", "B"], ["x", "y"], np.array([0, 1]))),
    ("HashedCrossing", {"num_bins": 5, "output_mode": "one_hot"}, None, ([["A"], ["B"]], [["x"], ["y"]])),
    ("HashedCrossing", {"num_bins": 5}, None, ([["A", "B"]], [["x", "y"]])),
    ("HashedCrossing", {"num_bins": 5, "output_mode": "count"}, None, (["A"], ["x"])),
    ("HashedCrossing", {"num_bins": 5}, None, (["A"], np.array([1.0]))),
    ("HashedCrossing", {"num_bins": 5}, None, (["A"],)),
    *[("Discretization", {"bin_boundaries": [0.0, 1.0, 2.0], **k}, None, x) for k, x in (
        ({}, np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, np.nan, np.inf]])), ({}, np.array([0, 1, 5])),
        ({"output_mode": "one_hot"}, np.array([[-1.5], [1.0]])), ({"output_mode": "multi_hot"}, np.array([[-1.5, 1.0, 1.1]])),
        ({"output_mode": "count"}, np.array([[-1.5, 1.0, 1.1]])), ({"output_mode": "what"}, np.array([1.0])),
        ({"num_bins": 3}, np.array([1.0])),
    )],
    ("Discretization", {"bin_boundaries": [2.0, 0.0]}, None, np.array([1.0])),
    *[("Discretization", k, x, np.linspace(-2, 2, 41)) for k, x in (
        ({"num_bins": 4}, NUMBERS), ({"num_bins": 4, "epsilon": 0.001}, NUMBERS), ({"num_bins": 10}, MANY),
        ({"num_bins": 3}, np.array([1.0, 2.0, 3.0, 4.0, 5.0])), ({"num_bins": 6}, np.array([1.0, 2.0])),
        ({"num_bins": 4}, np.ones(50)), ({"bin_boundaries": [0.0]}, NUMBERS),
    )],
    *[("CategoryEncoding", k, None, np.array(x)) for k, x in (
        ({"num_tokens": 4}, [[0, 1], [0, 0], [3, 1]]), ({"num_tokens": 4, "output_mode": "count"}, [[0, 1], [0, 0], [3, 1]]),
        ({"num_tokens": 4, "output_mode": "one_hot"}, [3, 2, 0]), ({"num_tokens": 4, "output_mode": "one_hot"}, [[3], [2]]),
        ({"num_tokens": 4, "output_mode": "one_hot"}, [[3, 1], [2, 0]]), ({"num_tokens": 4}, [0, 1]), ({"num_tokens": 4}, 2),
        ({"num_tokens": 4}, [[0, -1]]), ({"num_tokens": 4, "output_mode": "int"}, [0]), ({"num_tokens": 0}, [0]), ({}, [0]),
        ({"num_tokens": 4}, [[0.0, 1.0]]),
    )],
]  # fmt: skip


def strings(value):
    """An array of strings as lists of strings, for JSON."""
    if isinstance(value, list):
        return [strings(v) for v in value]
    return value.decode() if isinstance(value, bytes) else value


def answer(ctx, framework, name, kwargs, data, x):
    keras = ctx.frameworks[framework]
    tf = ctx.tf
    layer = getattr(keras.layers, name)(**kwargs)
    if data is not None:
        layer.adapt(np.array(data))
    given = tuple(tf.constant(v) for v in x) if isinstance(x, tuple) else tf.constant(x)
    out = np.asarray(layer(given))
    found = {"output": strings(out.tolist()) if out.dtype == object else out}
    if hasattr(layer, "get_vocabulary"):
        found["vocabulary"] = [v if isinstance(v, str) else int(v) for v in layer.get_vocabulary()]
        found["size"] = int(layer.vocabulary_size())
    if name == "Discretization" and data is not None:
        found["boundaries"] = [float(v) for v in layer.bin_boundaries]
    return found


def cases(ctx):
    for number, (name, kwargs, data, x) in enumerate(TABLE):
        answers = {
            f: attempt(
                lambda f=f, name=name, kwargs=kwargs, data=data, x=x: answer(ctx, f, name, kwargs, data, x)
            )
            for f in ctx.frameworks
        }
        yield {
            "id": f"{name}:{number}",
            "kind": "call",
            "name": name,
            "kwargs": kwargs,
            "adapt": data,
            "several": isinstance(x, tuple),
            "x": list(x) if isinstance(x, tuple) else x,
            "answers": answers,
        }


if __name__ == "__main__":
    common.main("categories", cases, check_jax=False)
