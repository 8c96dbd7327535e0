"""Every class and function of the real Kerases is compared with them, or has a written reason why not."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return runpy.run_path(str(ROOT / "tools" / "keras_coverage.py"))
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def states(tool):
    return tool["survey"]()


@pytest.mark.parametrize("state", ["here", "missing"])
def test_nothing_is_left(tool, states, state):
    """But for the names of a list that may only become shorter."""
    if state == "missing" and not tool["listed"]():
        pytest.skip("docs/compatibility.md has no table of the names that are not here")
    known = set((Path(__file__).parent / "keras_names_not_compared.txt").read_text().split())
    assert not {name for name, one in states.items() if one == state} - known
