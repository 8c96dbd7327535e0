"""Programs of TensorFlow's surface and what is compared of their values; used by the tests and by tools/golden/tf_programs.py."""

from __future__ import annotations

import ast
import pathlib
from typing import Any

import numpy as np

MOST_ELEMENTS = 60  # of a data set


def used(text: str) -> list[str]:
    """The dotted names that begin with `tf` in a program, longest only."""
    found = set()

    def visit(node: ast.AST, inner: bool = False) -> None:
        if isinstance(node, ast.Attribute) and not inner:
            path, root = [node.attr], node.value
            while isinstance(root, ast.Attribute):
                path.append(root.attr)
                root = root.value
            if isinstance(root, ast.Name) and root.id == "tf":
                found.add(".".join(["tf", *reversed(path)]))
        for child in ast.iter_child_nodes(node):
            visit(child, isinstance(node, ast.Attribute) and isinstance(child, ast.Attribute))

    visit(ast.parse(text))
    return sorted(found)


class Raised(str):
    """The name of an exception's class, with those of the classes above it."""

    names: tuple[str, ...] = ()


def error(function) -> Raised:
    """The name of what calling it raises, `no error` if nothing."""
    try:
        function()
    except Exception as raised:
        found = Raised(type(raised).__name__)
        found.names = tuple(c.__name__ for c in type(raised).__mro__)
        return found
    return Raised("no error")


def caught(mine: Any, golden: Any) -> Any:
    """`mine` with the names of errors as in `golden`, where a program that catches those catches mine too."""
    if isinstance(mine, Raised) and golden in mine.names:
        return golden
    if isinstance(mine, list) and isinstance(golden, list) and len(mine) == len(golden):
        return [caught(m, g) for m, g in zip(mine, golden, strict=True)]
    if isinstance(mine, dict) and isinstance(golden, dict):
        return {key: caught(value, golden.get(key)) for key, value in mine.items()}
    return mine


def run(tf: Any, definitions: str, text: str, folder: pathlib.Path) -> Any:
    """The value of the program's last expression, as `plain` gives it."""
    last = ast.parse(text).body[-1]
    first = ast.unparse(last).split("\n")[0]
    assert isinstance(last, ast.Expr), f"a program ends with an expression, not with {first}"
    lines = text.split("\n")
    start = last.lineno - 1
    source = "\n".join([*lines[:start], f"_value_ = ({chr(10).join(lines[start:])}\n)"])
    names = {"tf": tf, "np": np, "error": error, "__name__": "__main__"}
    for name, program in (("definitions", definitions), ("program", source)):
        path = folder.parent / f"{folder.name}_{name}.py"
        path.write_text(program)
        try:
            exec(compile(program, str(path), "exec"), names)  # our own committed programs
        except Exception:
            path.unlink()
            raise
    value = plain(tf, names["_value_"])
    for name in ("definitions", "program"):
        (folder.parent / f"{folder.name}_{name}.py").unlink()
    return value


def plain(tf: Any, value: Any) -> Any:
    """What is compared of a value, as dictionaries, lists, strings, numbers and NumPy arrays."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes):
        return {"bytes": value.decode("latin1")}
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(tf, np.asarray(value))
    if isinstance(value, dict):
        return {str(k): plain(tf, v) for k, v in value.items()}
    kind = type(value).__name__
    if kind == "TensorShape":
        return None if value.rank is None else [None if d is None else int(d) for d in value]
    if isinstance(value, (list, tuple)):
        if kind.startswith("SparseTensorValue"):
            return {"sparse": [plain(tf, v) for v in value]}
        return [plain(tf, v) for v in value]
    if kind == "DType":
        return value.name
    if kind == "RaggedTensor":
        return {"ragged": value.dtype.name, "shape": plain(tf, value.shape), "value": _list(value.to_list())}
    if kind == "SparseTensor":
        return {"sparse": [plain(tf, v) for v in (value.indices, value.values, value.dense_shape)]}
    if kind == "IndexedSlices":
        return {"slices": [plain(tf, v) for v in (value.values, value.indices, value.dense_shape)]}
    if kind.endswith("Spec"):
        return repr(value)
    if isinstance(value, type) or (callable(value) and hasattr(value, "__name__")):
        return value.__name__
    if hasattr(value, "element_spec"):
        elements = [plain(tf, element) for element, _ in zip(value, range(MOST_ELEMENTS), strict=False)]
        return {"elements": elements, "spec": repr(value.element_spec)}
    if hasattr(value, "numpy"):
        array = np.asarray(value.numpy())
        name = value.dtype if isinstance(value.dtype, str) else value.dtype.name
        return {"dtype": name.removesuffix("_ref"), "value": _array(tf, array)}
    if isinstance(value, (range, set, frozenset, zip, map)) or hasattr(value, "__next__"):
        return [plain(tf, v) for v in value]
    raise TypeError(f"a program's value cannot be compared: {kind} {value!r}")


def _list(value: Any) -> Any:
    if isinstance(value, list):
        return [_list(v) for v in value]
    return {"bytes": value.decode("latin1")} if isinstance(value, bytes) else value


def _array(tf: Any, array: np.ndarray) -> Any:
    if array.dtype.kind in "OSU":
        return {"objects": list(array.shape), "items": [plain(tf, v) for v in array.ravel().tolist()]}
    if array.dtype.kind == "c":
        return {"real": array.real.copy(), "imag": array.imag.copy()}
    return array.astype("float32") if array.dtype.name in ("bfloat16", "float16") else array
