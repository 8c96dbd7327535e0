"""What TensorFlow answers to the programs of tests/core/gradient_programs.py: gradients, and the text of errors.

Writes tests/golden/gradients.json. Run in the peers' environment from the repository root:

    .venv-peers/bin/python tools/golden/gradients.py
"""

from __future__ import annotations

import pathlib
import sys

import common
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "core"))

from gradient_programs import PROGRAMS


def plain(value):
    """A structure of tensors as lists, dictionaries and rounded-free numbers that JSON keeps."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return np.asarray(value).tolist()


def cases(ctx):
    for name, program in PROGRAMS.items():
        try:
            answer = {"value": plain(program(ctx.tf))}
        except Exception as error:
            answer = common.error_of(error) | {"text": str(error).split("\n")[0]}
        yield {"id": name, "kind": "gradient", "answers": {"tensorflow": answer}}


if __name__ == "__main__":
    common.main("gradients", cases, check_jax=False)
