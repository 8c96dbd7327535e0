"""Golden data for whatever is asked best by a small program: settings, saving, callbacks, backend functions, aliases ...

The programs are in ``tools/golden/programs/*.txt``, separated by empty lines. The first line of each is ``# title``; its last
statement is an expression, whose value is compared. They see ``keras``, ``np``, ``wave(*shape)``, and what the program
``# definitions`` of their file defines. Each is run in an empty folder on every Keras that has the names that it uses, so it
restores the settings that it changes. A program that all refuse must say so: its title begins with "refused". Each file
becomes the family ``programs_<file>``; an entry's ``covers`` are the names of Keras that its program uses. See common.py.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import pathlib
import sys
import tempfile

import common
import numpy as np
from keras_ops import wave

PROGRAMS = pathlib.Path(__file__).with_name("programs")


def programs(name: str) -> dict[str, str]:
    """Title -> program."""
    blocks = (PROGRAMS / f"{name}.txt").read_text().strip().split("\n\n")
    titled = [block.strip().split("\n", 1) for block in blocks]
    assert all(title.startswith("# ") for title, _ in titled), "a program's first line is its title"
    return {title[2:]: text for title, text in titled}


def used(text: str) -> list[str]:
    """The dotted names that begin with `keras` in a program, longest only."""
    found = set()

    def visit(node: ast.AST, inner: bool = False) -> None:
        if isinstance(node, ast.Attribute) and not inner:
            path, root = [node.attr], node.value
            while isinstance(root, ast.Attribute):
                path.append(root.attr)
                root = root.value
            if isinstance(root, ast.Name) and root.id == "keras":
                found.add(".".join(["keras", *reversed(path)]))
        for child in ast.iter_child_nodes(node):
            visit(child, isinstance(node, ast.Attribute) and isinstance(child, ast.Attribute))

    visit(ast.parse(text))
    return sorted(found)


def plain(value):
    """What is compared of a value: arrays of tensors and variables, names of classes and functions."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, type) or (callable(value) and hasattr(value, "__name__")):
        return value.__name__
    if type(value).__name__ in ("DType", "TensorShape"):
        return value.name if hasattr(value, "name") else [None if d is None else int(d) for d in value]
    array = np.asarray(value)
    if array.dtype.kind in "OUS":
        return array.tolist()
    return array.astype("float32") if array.dtype.name in ("bfloat16", "float16") else array


def run(text: str, names: dict):
    """The value of the program's last expression, printed output kept apart."""
    tree = ast.parse(text)
    *before, last = tree.body
    exec(compile(ast.Module(before, []), "program", "exec"), names)
    return plain(eval(compile(ast.Expression(last.value), "program", "eval"), names))


def answers(ctx, definitions: str, text: str) -> dict:
    """What every framework that has the names answers."""
    found = {}
    for framework, keras in ctx.frameworks.items():
        if not all(ctx.has(framework, *path.split(".")[1:]) for path in used(text)):
            continue
        names = {"keras": keras, "np": np, "wave": wave}
        keras.backend.clear_session()
        here = os.getcwd()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            os.chdir(folder)
            try:
                exec(definitions, names)
                found[framework] = {"value": run(text, names)}
            except Exception as error:
                found[framework] = common.error_of(error) | {"message": repr(error)[:300]}
            finally:
                os.chdir(here)
    return found


def cases(name: str):
    """The generator of entries of one file."""

    def generate(ctx):
        found = programs(name)
        definitions = found.pop("definitions", "")
        yield {"id": "definitions", "kind": "definitions", "program": definitions, "answers": {}}
        for title, text in found.items():
            given = answers(ctx, definitions, text)
            refused = bool(given) and all("error" in a for a in given.values())
            if not given or refused != title.startswith("refused"):
                print(f"{name}: {title}: {given or 'no framework has the names'}", file=sys.stderr)
                continue
            messages = {f: a.pop("message") for f, a in given.items() if "error" in a}
            if messages and not refused:
                print(f"{name}: {title}: only refused by {messages}", file=sys.stderr)
            yield {"id": title, "kind": "program", "program": text, "covers": used(text), "answers": given}

    return generate


if __name__ == "__main__":
    for chosen in sys.argv[1:] or sorted(p.stem for p in PROGRAMS.glob("*.txt")):
        common.main(f"programs_{chosen}", cases(chosen), check_jax=False, made_by="programs")
