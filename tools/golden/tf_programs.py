"""Golden data of TensorFlow's surface (`tf.*`): small programs, and what real TensorFlow answers.

The programs are in ``tools/golden/tf/<family>.txt``, separated by empty lines. The first line of each is ``# title``; its last
statement is an expression, whose value is compared (see `tests/golden/tf_values.py` for what of it: dtypes, shapes, values, specs,
elements of data sets, texts). They see ``tf``, ``np``, ``error(f)`` (the name of what f() raises) and what the program ``# definitions``
of their file defines; each is run in an empty folder, from a file of its own, so that AutoGraph finds its source. A program that
is refused as a whole must say so: its title begins with "refused"; the class of the error is compared. One that depends on functions
being traced has a title that begins with "traced: "; engines that run functions as plain Python skip it.

    .venv-peers/bin/python tools/golden/tf_programs.py [family ...]

writes ``tests/golden/tf_<family>.json`` (with ``.npz``), which ``tests/golden/test_tf_programs.py`` finds by itself. An entry's
``covers`` are the names of TensorFlow that its program uses. See common.py.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import pathlib
import sys
import tempfile

import common

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = HERE / "tf"


def _values():
    """The module that the tests use too."""
    path = HERE.parents[1] / "tests" / "golden" / "tf_values.py"
    spec = importlib.util.spec_from_file_location("tf_values", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


values = _values()


def programs(family: str) -> dict[str, str]:
    """Title -> program."""
    blocks = (PROGRAMS / f"{family}.txt").read_text().strip().split("\n\n")
    titled = [block.strip().split("\n", 1) for block in blocks if block.strip()]
    assert all(title.startswith("# ") for title, *_ in titled), "a program's first line is its title"
    assert len({title for title, _ in titled}) == len(titled), f"{family}: two programs of one title"
    return {title[2:]: text for title, text in titled}


def answer(tf, definitions: str, text: str) -> dict:
    """What TensorFlow answers, or what it raises."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        try:
            return {"value": values.run(tf, definitions, text, pathlib.Path(folder))}
        except Exception as error:
            return common.error_of(error) | {"message": repr(error)[:300]}
        finally:
            os.chdir(here)


def cases(family: str):
    """The generator of entries of one file."""

    def generate(ctx):
        found = programs(family)
        definitions = found.pop("definitions", "")
        yield {"id": "definitions", "kind": "definitions", "program": definitions, "answers": {}}
        for title, text in found.items():
            given = answer(ctx.tf, definitions, text)
            message = given.pop("message", None)
            if (message is not None) != title.startswith("refused"):
                print(f"{family}: {title}: {message or given}", file=sys.stderr)
                continue
            answers = {"tensorflow": given}
            covers = values.used(text)
            yield {"id": title, "kind": "program", "program": text, "covers": covers, "answers": answers}

    return generate


if __name__ == "__main__":
    for chosen in sys.argv[1:] or sorted(p.stem for p in PROGRAMS.glob("*.txt")):
        common.main(f"tf_{chosen}", cases(chosen), check_jax=False, made_by="tf_programs")
