"""Every public name of Keras 3 and tf_keras, with its kind, into tests/golden/keras_names.txt. Run in the peers' environment.

    .venv-peers/bin/python tools/golden/keras_names.py

A line is a dotted name under `keras`, "class", "function" or "value", and "3", "2" or "23": which of the two has it.
"""

import inspect
import types

from common import GOLDEN, Context, versions


def names(root: types.ModuleType) -> dict[str, str]:
    """The public names below a module, by name: their kind."""
    found: dict[str, str] = {}
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

    walk(root, "keras")
    return found


def main() -> None:
    context = Context("tensorflow")
    third, second = (names(context.frameworks[f]) for f in ("keras3", "tf_keras"))
    rows = []
    for name in sorted(third.keys() | second.keys()):
        kind = third.get(name) or second[name]
        rows.append(f"{name} {kind} {'2' * (name in second)}{'3' * (name in third)}")
    head = "# " + ", ".join(f"{k} {v}" for k, v in versions().items() if k in ("keras", "tf_keras"))
    (GOLDEN / "keras_names.txt").write_text("\n".join([head, *rows]) + "\n")
    print(f"{len(rows)} names: {len(third)} of Keras 3, {len(second)} of tf_keras")


if __name__ == "__main__":
    main()
