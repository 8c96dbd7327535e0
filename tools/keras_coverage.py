"""How much of the public API of Keras 3 and tf_keras is here, compared with the real ones, or listed as not here.

    python tools/keras_coverage.py            # the counts, by part of the API
    python tools/keras_coverage.py --show     # also the names

Names come from tests/golden/keras_names.txt (made by tools/golden/keras_names.py). A class or function counts as compared if
a golden entry asks the real frameworks about it, by its dotted name: an entry of a family of programs or expressions writes
that name, an entry of another family has the name in a field, which belongs to the module that `WHERE` gives. A second name
of the same object in the real frameworks is compared with the first if it is the same object here too. A name that does not
resolve must be listed, with a reason, in the table "Keras names that are not here" of docs/compatibility.md.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from api_coverage import resolves

from unikeras import keras

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
COMPATIBILITY = ROOT / "docs" / "compatibility.md"
HEADING = "## Keras names that are not here"
PREFIXES = {"keras": "keras", "ops": "keras.ops", "K": "keras.backend", "L": "keras.layers"}
DOTTED = re.compile(r"(?<![\w.])(keras|ops|K|L)((?:\.[A-Za-z_]\w*)+)")

# The module that the names in a family's entries belong to.
WHERE = {
    "activations": "activations",
    "applications": "applications",
    "callbacks": "callbacks",
    "categories": "layers",
    "initializers": "initializers",
    "layers*": "layers",
    "losses": "losses",
    "masks_and_policies": "layers",
    "metrics": "metrics",
    "optimizers": "optimizers",
    "regularizers": "regularizers",
}
# What the kinds of entries of a family that calls functions by hand ask about.
KINDS = {
    ("preprocessing", "affine"): ("keras.preprocessing.image.apply_affine_transform",),
    ("preprocessing", "generator"): (
        "keras.preprocessing.image.ImageDataGenerator",
        "keras.preprocessing.image.NumpyArrayIterator",
    ),
    ("preprocessing", "md5"): ("keras.preprocessing.text.hashing_trick",),
    ("preprocessing", "skipgrams"): ("keras.preprocessing.sequence.skipgrams",),
    ("preprocessing", "table"): ("keras.preprocessing.sequence.make_sampling_table",),
    ("preprocessing", "tokenizer"): ("keras.preprocessing.text.Tokenizer",),
    ("preprocessing", "windows"): ("keras.preprocessing.sequence.TimeseriesGenerator",),
    ("preprocessing", "words"): ("keras.preprocessing.text.text_to_word_sequence",),
}
# Classes and functions that no golden entry can ask about, and why.
NOT_COMPARABLE = {
    "keras.applications.*.decode_predictions": "needs the downloaded list of ImageNet's classes; tested with a list of the test's own",
    "keras.applications.imagenet_utils.decode_predictions": "needs the downloaded list of ImageNet's classes",
    "keras.callbacks.OrbaxCheckpoint": "needs a library that the peers' environment lacks",
    "keras.callbacks.TensorBoard": "writes event files of its own protocol; read back in tests/callbacks",
    "keras.callbacks.RemoteMonitor": "sends to a server; tested with a server in tests/callbacks",
    "keras.datasets.*": "downloads; what the loaders make of the files is in tests/golden/datasets.json",
    "keras.layers.FlaxLayer": "needs a library that both environments lack",
    "keras.layers.JaxLayer": "runs on one engine; tested with JAX itself in tests/layers/test_native.py",
    "keras.layers.TorchModuleWrapper": "runs on one engine; tested with PyTorch itself in tests/layers/test_native.py",
    "keras.layers.experimental.SyncBatchNormalization": "needs several replicas to differ from BatchNormalization",
    "keras.models.model_from_yaml": "refuses in every version",
    "keras.utils.TimedThread": "an abstract thread",
    "keras.utils.model_to_dot": "its text is graphviz's, which the peers' environment lacks",
    "keras.utils.plot_model": "makes a picture with graphviz, which the peers' environment lacks",
}


def rows() -> list[list[str]]:
    """The fields of each line of keras_names.txt."""
    lines = (GOLDEN / "keras_names.txt").read_text().splitlines()
    return [line.split() for line in lines if not line.startswith("#")]


def public_names() -> dict[str, str]:
    """Dotted name under `keras` -> "class", "function" or "value"."""
    return {name: kind for name, kind, *_ in rows()}


def first_names() -> dict[str, str]:
    """Name -> the first of the names that the real frameworks have for the same object."""
    return {row[0]: row[3].removeprefix("=") if len(row) > 3 else row[0] for row in rows()}


def listed() -> dict[str, str]:
    """Pattern -> reason, from the documentation's table."""
    text = COMPATIBILITY.read_text()
    if HEADING not in text:
        return {}
    section = text.split(HEADING, 1)[1].split("\n## ", 1)[0]
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and cells[0].startswith("`"):
            found |= dict.fromkeys(re.findall(r"`(keras\.[^`]+)`", cells[0]), cells[1])
    return found


def asked(family: str, entry: dict[str, Any]) -> set[str]:
    """The dotted names that a golden entry asks the real frameworks about."""
    found = set(entry.get("covers", KINDS.get((family, entry["kind"]), ())))
    # what asks about a member of a class (`keras.losses.Reduction.SUM`) asks about the class
    found |= {name.rpartition(".")[0] for name in found}
    if (family, entry["kind"]) == ("preprocessing", "random"):
        found.add(f"keras.preprocessing.image.{entry['name']}")
    written = entry["id"] if family == "utils" or family.startswith("ops_") else entry.get("text", "")
    if family in ("utils", "recurrent", "summaries") or family.startswith("ops_"):
        return found | {PREFIXES[m[1]] + m[2] for m in DOTTED.finditer(written or entry.get("source", ""))}
    module = next((w for pattern, w in WHERE.items() if fnmatch.fnmatchcase(family, pattern)), None)
    if module and "name" in entry:
        module = entry.get("family", module)
        if entry["kind"] == "preprocess":
            return found | {f"keras.applications.{entry['name']}.preprocess_input"}
        if entry["kind"].startswith("schedule"):
            module = "optimizers.schedules"
        if entry["kind"] == "legacy":
            module = "optimizers.legacy"
        found.add(f"keras.{module}.{entry['name']}")
    return found


def compared() -> set[str]:
    """The names that golden entries ask about."""
    found: set[str] = set()
    for path in GOLDEN.glob("*.json"):
        document = json.loads(path.read_text())
        for entry in document.get("entries", []):
            found |= asked(path.stem, entry)
    cases = json.loads((GOLDEN / "callbacks.json").read_text())["cases"]
    return found | {f"keras.callbacks.{case['callback']}" for case in cases}


def value_of(name: str) -> Any:
    """What a dotted name under `keras` is here."""
    value: Any = keras
    for part in name.split(".")[1:]:
        value = getattr(value, part)
    return value


def survey() -> dict[str, str]:
    """Name -> "compared", "here" (and not compared), "not comparable", "listed" or "missing"."""
    patterns, names, first = listed(), public_names(), first_names()
    called = {name for name in compared() if name in names}
    # by the object: here an alias must be the very object, as it is in the real frameworks
    objects = {(first[name], id(value_of(name))) for name in called if resolves(name)}
    found = {}
    for name, kind in names.items():
        if resolves(name):
            known = kind == "value" or name in called or (first[name], id(value_of(name))) in objects
            excused = any(fnmatch.fnmatchcase(name, pattern) for pattern in NOT_COMPARABLE)
            found[name] = "compared" if known else "not comparable" if excused else "here"
        else:
            known = any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
            found[name] = "listed" if known else "missing"
    return found


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--show", action="store_true", help="print the names that are not compared")
    options = parser.parse_args()
    states = ("compared", "not comparable", "here", "listed", "missing")
    found = survey()
    parts_of: dict[str, Counter[str]] = {}
    for name, state in found.items():
        parts = name.split(".")
        parts_of.setdefault(parts[1] if len(parts) > 2 else "(keras)", Counter())[state] += 1
    print(f"{'':18s}" + "".join(f"{state:>15s}" for state in states))
    for part, counts in sorted(parts_of.items()):
        print(f"{part:18s}" + "".join(f"{counts[state]:15d}" for state in states))
    total = Counter(found.values())
    print(f"{'all':18s}" + "".join(f"{total[state]:15d}" for state in states))
    if options.show:
        for state in ("missing", "here"):
            print(f"\n{state}:")
            print(*(f"  {name}" for name, one in sorted(found.items()) if one == state), sep="\n")


if __name__ == "__main__":
    main()
