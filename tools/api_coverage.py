"""How much of TensorFlow's and Keras's surface resolves and is compared with them, and the golden list of the names we export.

    python tools/api_coverage.py                         # names that programs use (api_surface.tsv)
    python tools/api_coverage.py --names names.txt       # also a list of names, one a line, such as all of keras.*
    python tools/api_coverage.py --write                 # write tests/facade/public_names.txt anew

A name that programs use is there if every part of it resolves. The surface lists each with the number of programs that
use it; names are also counted weighted by that.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
SURFACE = REPOSITORY.parent / "shared" / "surface" / "api_surface.tsv"
GOLDEN = REPOSITORY / "tests" / "facade" / "public_names.txt"
FACADES = (
    "unikeras",
    *(
        f"unikeras.{name}"
        for name in [
            "audio",
            "autograph",
            "bitwise",
            "config",
            "data",
            "data.experimental",
            "debugging",
            "dtypes",
            "errors",
            "experimental",
            "image",
            "io",
            "io.gfile",
            "linalg",
            "lookup",
            "lookup.experimental",
            "math",
            "math_special",
            "nest",
            "nn",
            "ragged",
            "random",
            "random_experimental",
            "sets",
            "sparse",
            "strings",
            "summary",
            "test",
            "train",
            "version",
        ]
    ),
    *(f"unikeras.config.{name}" for name in ("experimental", "threading")),
)


def facades() -> list[ModuleType]:
    """The modules that only give names: TensorFlow's, and everything below unikeras.keras."""
    folder = REPOSITORY / "unikeras" / "keras"
    found = list(FACADES)
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent.parent).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [importlib.import_module(name) for name in found]


def exported() -> list[str]:
    """Every public name, as 'module.name', in order."""
    return sorted({f"{module.__name__}.{name}" for module in facades() for name in module.__all__})


def resolves(name: str) -> bool:
    """Whether a dotted name that starts with 'tf.' or 'keras.' leads somewhere."""
    root, *parts = name.split(".")
    found: Any = importlib.import_module({"tf": "unikeras", "keras": "unikeras.keras"}[root])
    try:
        for part in parts:
            found = getattr(found, part)
    except AttributeError:
        return False
    return True


def compared() -> set[str]:
    """The names that golden data compares with the real TensorFlow or Keras."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import keras_coverage  # which uses this module

    found = {f"tf.{name}" for name in keras_coverage.compared()}
    for path in (REPOSITORY / "tests" / "golden").glob("tf_*.json"):
        for entry in json.loads(path.read_text())["entries"]:
            found.update(entry.get("covers", ()))
    return found


def value_of(name: str) -> Any:
    """What a name leads to."""
    found: Any = importlib.import_module("unikeras")
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


def surface(path: Path) -> list[tuple[str, int]]:
    """The (name, number of programs) of a surface file."""
    rows = (line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return [(name, int(count)) for name, count in rows]


def report(title: str, names: list[tuple[str, int]], show: int, uncompared: bool = False) -> None:
    """Print how many of the names resolve, and those most used that do not."""
    missing = [(name, count) for name, count in names if not resolves(name)]
    there, total = len(names) - len(missing), len(names)
    uses = sum(count for _, count in names)
    used = uses - sum(count for _, count in missing)
    print(
        f"{title}: {there} of {total} names resolve ({there / total:.1%}); weighted by use {used / uses:.1%}"
    )
    known = compared()
    objects = {
        id(value_of(name)) for name in known if resolves(name)
    }  # another name of what is compared is compared too
    counted = {n for n, _ in names if resolves(n) and (n in known or id(value_of(n)) in objects)}
    uses_compared = sum(count for name, count in names if name in counted)
    print(
        f"{title}: {len(counted)} of {total} resolve and are compared ({len(counted) / total:.1%}); weighted by use {uses_compared / uses:.1%}"
    )
    if uncompared:
        for name, count in sorted(names, key=lambda row: (-row[1], row[0])):
            if resolves(name) and name not in counted:
                print(f"{count:6d}  {name}  (not compared)")
    for name, count in sorted(missing, key=lambda row: (-row[1], row[0]))[:show]:
        print(f"{count:6d}  {name}")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--surface", type=Path, default=SURFACE, help="names and counts, separated by tabs")
    parser.add_argument("--names", type=Path, help="another list of names, one a line")
    parser.add_argument("--show", type=int, default=40, help="how many missing names to print")
    parser.add_argument(
        "--uncompared", action="store_true", help="print the names that resolve and are not compared"
    )
    parser.add_argument("--write", action="store_true", help="write the golden list of exported names")
    options = parser.parse_args()
    if options.write:
        GOLDEN.write_text("\n".join(exported()) + "\n")
        print(f"{len(exported())} names written to {GOLDEN.relative_to(REPOSITORY)}")
        return
    if options.surface.exists():
        report(options.surface.name, surface(options.surface), options.show, options.uncompared)
    else:
        print(f"no surface file at {options.surface}; give one with --surface")
    if options.names:
        report(options.names.name, [(name, 1) for name in options.names.read_text().split()], options.show)


if __name__ == "__main__":
    main()
