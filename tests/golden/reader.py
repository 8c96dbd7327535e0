"""Read golden entries and compare with them. The format is described in tools/golden/common.py."""

from __future__ import annotations

import functools
import json
import os
import pathlib
from collections.abc import Callable

import numpy as np
import pytest

HERE = pathlib.Path(__file__).resolve().parent
HAS_GRADIENTS = os.environ.get("KERAS_BACKEND", "jax") != "numpy"


@functools.cache
def family(name: str) -> list[dict]:
    """All entries of a family, with their arrays in place."""
    document = json.loads((HERE / f"{name}.json").read_text())
    arrays = {}
    if (path := HERE / f"{name}.npz").exists():
        with np.load(path) as file:
            arrays = {dtype: file[dtype] for dtype in file.files}

    def unpack(value):
        if isinstance(value, dict):
            if value.keys() == {"array"}:
                dtype, offset, shape = value["array"]
                return arrays[dtype][offset : offset + int(np.prod(shape))].reshape(shape)
            return {k: unpack(v) for k, v in value.items()}
        return [unpack(v) for v in value] if isinstance(value, list) else value

    return [unpack(entry) for entry in document["entries"]]


# Answers that unikeras means to differ from, by family and id. Strict: one that comes to agree must leave this list.
DIFFERENT = {
    ("activations", "grid:celu()"): "Keras's slope at 0 is 2; the formula's is 1",
    ("activations", "grid:celu(alpha=0.5)"): "Keras's slope at 0 is 2; the formula's is 1",
    (
        "activations",
        "grid:relu(negative_slope=0.1,max_value=2.0,threshold=0.5)",
    ): "the slope just at the threshold",
    (
        "losses",
        "class:CategoricalCrossentropy(from_logits=True):onehot_first",
    ): "TensorFlow's gradient takes rows of labels to sum to 1",
    (
        "losses",
        "class:CategoricalCrossentropy(from_logits=True,label_smoothing=0.1):onehot_first",
    ): "TensorFlow's gradient takes rows of labels to sum to 1",
    ("activations", "rows:sparsemax()"): "Keras's rows do not sum to 1",
    ("activations", "rows:sparsemax(axis=0)"): "Keras's rows do not sum to 1",
    (
        "metrics",
        "class:IoU(num_classes=3,target_class_ids=[0]):labels:weighted",
    ): "weights of whole samples are taken here",
    (
        "metrics",
        "class:IoU(num_classes=3,target_class_ids=[0, 2]):labels:weighted",
    ): "weights of whole samples are taken here",
    ("metrics", "class:MeanIoU(num_classes=3):labels:weighted"): "weights of whole samples are taken here",
    (
        "metrics",
        "class:MeanIoU(num_classes=3,ignore_class=0):labels:weighted",
    ): "weights of whole samples are taken here",
    ("metrics", "function:cosine_similarity"): "a function of the metrics' that neither Keras has",
    **{
        ("metrics", f"compile:sigmoid, multilabel:{names}"): "tf_keras takes the sigmoid for a softmax"
        for names in ("crossentropy", "ce", "accuracy+crossentropy")
    },
    (
        "layers_convolution",
        "bad:MaxPooling2D:19",
    ): "a window that does not fit is refused; TensorFlow's kernel gives nothing or stops",
    ("optimizers", "alias:lamb"): "Keras has the class but not the name",
    ("layers_recurrent", "config:SimpleRNN:38"): "Keras 3's config loses the activity regularizer",
    ("preprocessing", "affine:oblong"): "tf_keras turns oblong images about a point that is not their middle",
    ("preprocessing", "random:random_shift"): "tf_keras moves to the side by the range for the height",
    **{
        ("preprocessing", f"generator:{kwargs}"): "tf_keras moves to the side by the range for the height"
        for kwargs in (
            {"width_shift_range": 0.3, "height_shift_range": 0.2},
            {"width_shift_range": 3, "height_shift_range": 2},
            {"width_shift_range": [-2, 1, 3], "height_shift_range": [0.1, 0.2]},
            {"width_shift_range": 2.5, "height_shift_range": 1.0},
        )
    },
}
DIFFERENT |= {
    ("layers_attention", "call:ReversibleEmbedding:42"): "Keras 3 loses the mask of mask_zero=True",
    (
        "layers_attention",
        "call:Dense:60",
    ): "Keras 3 does not use the lora_alpha that the constructor is given",
    (
        "layers_attention",
        "call:EinsumDense:61",
    ): "Keras 3's symbolic shape forgets the size that the input has",
}
DIFFERENT |= {
    (
        "layers_image",
        f"call:{row}",
    ): "TensorFlow's kernel wraps the last pixel onto itself; here as Keras 3 on jax"
    for row in ("RandomRotation:23", "RandomZoom:27", "RandomTranslation:31")
}
DIFFERENT |= {
    (
        "layers_image",
        "call:Equalization:77",
    ): "Keras 3 counts shades over the whole batch; here each image has its own histogram",
    (
        "layers_image",
        "call:RandomGaussianBlur:81",
    ): "Keras 3's engines do not agree on which side of kernel_size is which",
    (
        "layers_image",
        "call:ContrastLimitedAdaptiveHistogramEqualization:85",
    ): "Keras 3 cuts bytes off; here the result is of the layer's dtype",
}
DIFFERENT |= {
    ("programs_ops", "rows of sparsemax"): "Keras's rows do not sum to 1",
    (
        "programs_modules",
        "a class that nobody knows",
    ): "Keras hands the name back; here it is refused",
}
DIFFERENT |= {
    (
        "tf_image",
        "resize: bicubic",
    ): "TensorFlow takes the weights from a table of 1024, which differ by up to 5e-4",
}
# ... of which only the gradients differ.
GRADIENT_ONLY = [key for key in DIFFERENT if key[0] == "losses" or key[1].startswith("grid:")]


def entries(name: str, *kinds: str) -> list:
    """The entries of these kinds as pytest parameters, named by their ids."""
    return [
        pytest.param(e, id=e["id"], marks=_marks((name, e["id"]))) for e in family(name) if e["kind"] in kinds
    ]


def _marks(key: tuple[str, str]) -> list:
    if key not in DIFFERENT or (key in GRADIENT_ONLY and not HAS_GRADIENTS):
        return []
    return [pytest.mark.xfail(reason=DIFFERENT[key], strict=True)]


def keyword_arguments(entry: dict) -> dict:
    """An entry's kwargs, as a test passes them on (lists that JSON made of tuples stay lists)."""
    return dict(entry["kwargs"])


def to_numpy(value) -> np.ndarray:
    """A tensor, variable or number as a NumPy array; bfloat16 as float32."""
    value = np.asarray(value)
    return value.astype(np.float32) if value.dtype.name == "bfloat16" else value


def close(mine, golden, tolerance: float = 2e-5) -> str:
    """What differs between two values (numbers, arrays, lists, dictionaries, strings), or an empty string."""
    if isinstance(golden, dict):
        if mine.keys() != golden.keys():
            return f"keys {sorted(mine)} instead of {sorted(golden)}"
        found = {k: close(mine[k], golden[k], tolerance) for k in golden}
        return "; ".join(f"{k}: {text}" for k, text in found.items() if text)
    if isinstance(golden, list):
        if len(mine) != len(golden):
            return f"{len(mine)} items instead of {len(golden)}"
        found = [close(a, b, tolerance) for a, b in zip(mine, golden, strict=True)]
        return "; ".join(f"[{i}] {text}" for i, text in enumerate(found) if text)
    if golden is None or isinstance(golden, str | bool):
        same = not isinstance(mine, np.ndarray) and mine == golden
        return "" if same else f"{mine!r} instead of {golden!r}"
    mine, golden = to_numpy(mine), np.asarray(golden)
    if mine.shape != golden.shape:
        return f"shape {mine.shape} instead of {golden.shape}"
    a, b = mine.astype("float64"), golden.astype("float64")
    if np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
        return ""
    return f"{mine} instead of {golden}"


def check(
    entry: dict, compute: Callable[[], dict], *, tolerance: float = 2e-5, ignore: tuple[str, ...] = ()
) -> None:
    """unikeras's answer must be that of one of the frameworks.

    What one framework accepts unikeras accepts; what all of them refuse it refuses too (with any exception
    that is also one of TypeError, ValueError, ArithmeticError, LookupError, AttributeError). Keys that
    ``compute`` leaves out (gradients on an engine without them) and those in ``ignore`` are not compared.
    """
    answers = entry["answers"]
    values = {name: a for name, a in answers.items() if "error" not in a}
    if not values:
        kinds = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
        with pytest.raises(kinds):
            compute()
        return
    mine = compute()
    problems = {}
    for name, golden in values.items():
        keys = [k for k in golden if k in mine and k not in ignore]
        assert keys, f"nothing to compare: {sorted(golden)} with {sorted(mine)}"
        problems[name] = close({k: mine[k] for k in keys}, {k: golden[k] for k in keys}, tolerance)
        if not problems[name]:
            return
    pytest.fail("\n".join(f"unlike {name}: {text}" for name, text in problems.items()))


def member(module, name: str, later: frozenset[str] = frozenset()):
    """``module.name``; a name that is planned for later and still missing skips the test."""
    if name in later and not hasattr(module, name):
        pytest.skip(f"{name} comes with a later issue")
    return getattr(module, name)


def value_and_gradient(tf, fn, x: np.ndarray):
    """fn(x) and, on engines with gradients, the gradient of the sum of it."""
    x = tf.constant(x)
    if not HAS_GRADIENTS:
        return fn(x), None
    if not x.dtype.is_floating:
        return fn(x), None
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = fn(x)
        total = tf.reduce_sum(y)
    return y, tape.gradient(total, x)
