"""Golden data for operations: what Keras 3 answers to expressions, on TensorFlow and on jax, and tf_keras's backend.

The expressions are in ``tools/golden/expressions/*.txt``, one a line: a line that begins with ``!`` defines names for the rest
of its file, ``#`` begins a comment. They see ``ops``, ``keras``, ``K`` (tf_keras's backend functions; a file whose
expressions use it must be named ``backend*``), ``np`` and ``wave(*shape)``, smooth numbers between -1 and 1. Each file
becomes the family ``ops_<file>``. See common.py.
"""

from __future__ import annotations

import pathlib
import sys

import common
import numpy as np

EXPRESSIONS = pathlib.Path(__file__).with_name("expressions")


def wave(*shape: int, k: float = 0.7) -> np.ndarray:
    """Smooth numbers between -1 and 1."""
    return (
        np.sin(np.arange(np.prod(shape, dtype=int), dtype="float32") * k + 0.3)
        .reshape(shape)
        .astype("float32")
    )


def flat(value) -> list:
    """The leaves of lists, tuples and dictionaries."""
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in flat(value[key])]
    if isinstance(value, (list, tuple)) or type(value).__name__ == "TensorShape":
        return [leaf for v in value for leaf in flat(v)]
    if isinstance(value, np.dtype) or type(value).__name__ == "DType":
        return [value.name]
    return [value]


def answer(compute) -> dict:
    """The values and dtypes of what `compute` returns, or the class of its error."""
    try:
        leaves = flat(compute())
        values, dtypes = [], []
        for leaf in leaves:
            plain = leaf is None or isinstance(leaf, (bool, int, float, str))
            value = leaf if plain else np.asarray(leaf)
            if not plain and value.dtype.kind == "c":
                value, dtype = np.stack([value.real, value.imag], axis=-1), value.dtype.name
            elif not plain:
                dtype = value.dtype.name
                value = value.astype("float32") if dtype == "bfloat16" else value
            values.append(value)
            dtypes.append(type(leaf).__name__ if plain else dtype)
        return {"values": values, "dtypes": dtypes}
    except Exception as error:
        return common.error_of(error)


def lines(name: str) -> tuple[list[str], list[str]]:
    """The definitions and the expressions of a file."""
    text = [line.strip() for line in (EXPRESSIONS / f"{name}.txt").read_text().splitlines()]
    kept = [line for line in text if line and not line.startswith("#")]
    return [line[1:] for line in kept if line[0] == "!"], [line for line in kept if line[0] != "!"]


def cases(name: str):
    """The generator of entries of one file."""

    def generate(ctx):
        definitions, expressions = lines(name)
        keras = ctx.frameworks["keras3"]
        names = {"keras": keras, "ops": keras.ops, "np": np, "wave": wave}
        framework = "keras3"
        if name.startswith("backend"):
            framework = "tf_keras"
            names |= {"K": ctx.frameworks["tf_keras"].backend, "keras": ctx.frameworks["tf_keras"]}
        for line in definitions:
            exec(line, names)
        yield {"id": "definitions", "kind": "definitions", "lines": definitions, "answers": {}}
        other = {}
        if ctx.engine == "tensorflow" and framework == "keras3":
            other = common._answers_on_jax(__file__, name)
        for expression in expressions:
            answers = {framework: answer(lambda text=expression: eval(text, names))}
            mine, jax = answers[framework], other.get(expression)
            if jax is not None and not common._same(mine, jax):
                answers["keras3_jax"] = jax
            yield {"id": expression, "kind": "call", "answers": answers}

    return generate


if __name__ == "__main__":
    for chosen in sys.argv[1:] or sorted(p.stem for p in EXPRESSIONS.glob("*.txt")):
        common.main(f"ops_{chosen}", cases(chosen), check_jax=False, made_by="keras_ops")
