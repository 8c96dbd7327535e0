"""Every public name of Keras 3 and tf_keras, with its kind, into tests/golden/keras_names.txt. Run in the peers' environment.

    .venv-peers/bin/python tools/golden/keras_names.py

A line is a dotted name under `keras`, "class", "function" or "value", "3", "2" or "23": which of the two has it, and, where
the name is a second one of a class or function, "=" and the first of its names.
"""

import inspect
import types

from common import GOLDEN, Context, versions


def names(root: types.ModuleType) -> tuple[dict[str, str], list[list[str]]]:
    """The public names below a module with their kind, and which of them are the same object."""
    found: dict[str, str] = {}
    same: dict[int, list[str]] = {}
    seen: set[int] = set()

    def walk(module: types.ModuleType, path: str) -> None:
        if id(module) in seen:  # a module under a second name
            return
        seen.add(id(module))
        for name in dir(module):
            value = getattr(module, name)
            if name.startswith("_"):
                continue
            if isinstance(value, types.ModuleType):
                ours = value.__name__.split(".")[0] == root.__name__ and ".src" not in value.__name__
                if ours:
                    walk(value, f"{path}.{name}")
                continue
            kind = "class" if inspect.isclass(value) else "function" if callable(value) else "value"
            found[f"{path}.{name}"] = kind
            if kind != "value":
                same.setdefault(id(value), []).append(f"{path}.{name}")

    walk(root, "keras")
    return found, list(same.values())


def first_names(groups: list[list[str]]) -> dict[str, str]:
    """Name -> the alphabetically first name of the same object in one of the frameworks."""
    group_of: dict[str, set[str]] = {}
    for group in groups:
        merged = set(group).union(*(group_of.get(name, ()) for name in group))
        group_of |= dict.fromkeys(merged, merged)
    return {name: min(group) for name, group in group_of.items()}


def main() -> None:
    context = Context("tensorflow")
    (third, groups), (second, more) = (names(context.frameworks[f]) for f in ("keras3", "tf_keras"))
    first = first_names(groups + more)
    rows = []
    for name in sorted(third.keys() | second.keys()):
        kind = third.get(name) or second[name]
        other = f" ={first[name]}" if first.get(name, name) != name else ""
        rows.append(f"{name} {kind} {'2' * (name in second)}{'3' * (name in third)}{other}")
    head = "# " + ", ".join(f"{k} {v}" for k, v in versions().items() if k in ("keras", "tf_keras"))
    (GOLDEN / "keras_names.txt").write_text("\n".join([head, *rows]) + "\n")
    print(f"{len(rows)} names: {len(third)} of Keras 3, {len(second)} of tf_keras")


if __name__ == "__main__":
    main()
