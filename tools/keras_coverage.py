"""How much of the public API of Keras 3 and tf_keras is here, compared with the real ones, or listed as not here.

    python tools/keras_coverage.py            # the counts, by part of the API
    python tools/keras_coverage.py --show     # also the names

Names come from tests/golden/keras_names.txt (made by tools/golden/keras_names.py). A class or function counts as compared if
a golden entry calls it: an entry that holds what the real frameworks answered, which the tests compare. A name that does not
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

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"
COMPATIBILITY = ROOT / "docs" / "compatibility.md"
HEADING = "## Keras names that are not here"
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def public_names() -> dict[str, str]:
    """Dotted name under `keras` -> "class", "function" or "value"."""
    lines = (GOLDEN / "keras_names.txt").read_text().splitlines()
    return dict(line.split()[:2] for line in lines if not line.startswith("#"))


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


def compared() -> set[str]:
    """Every identifier that a golden entry names as what it calls."""
    found: set[str] = set()

    def take(value: Any) -> None:
        if isinstance(value, str):
            found.update(WORD.findall(value))
        elif isinstance(value, list):
            for item in value:
                take(item)
        elif isinstance(value, dict):
            for key, item in value.items():
                if key in ("class_name", "name", "function", "layers", "calls"):
                    take(item)

    for path in GOLDEN.glob("*.json"):
        document = json.loads(path.read_text())
        for entry in document["entries"] if isinstance(document, dict) and "entries" in document else []:
            take(entry["id"])
            take(entry)
    return found


def survey() -> dict[str, str]:
    """Name -> "compared", "here" (and not compared), "listed" or "missing"."""
    patterns, called = listed(), compared()
    found = {}
    for name, kind in public_names().items():
        if resolves(name):
            found[name] = "compared" if kind == "value" or name.rsplit(".", 1)[1] in called else "here"
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
    states = ("compared", "here", "listed", "missing")
    found = survey()
    rows: dict[str, Counter[str]] = {}
    for name, state in found.items():
        parts = name.split(".")
        rows.setdefault(parts[1] if len(parts) > 2 else "(keras)", Counter())[state] += 1
    print(f"{'':18s}" + "".join(f"{state:>10s}" for state in states))
    for part, counts in sorted(rows.items()):
        print(f"{part:18s}" + "".join(f"{counts[state]:10d}" for state in states))
    total = Counter(found.values())
    print(f"{'all':18s}" + "".join(f"{total[state]:10d}" for state in states))
    if options.show:
        for state in ("missing", "here"):
            print(f"\n{state}:")
            print(*(f"  {name}" for name, one in sorted(found.items()) if one == state), sep="\n")


if __name__ == "__main__":
    main()
