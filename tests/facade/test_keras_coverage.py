"""Every class and function of the real Kerases is compared with them, or has a written reason why not."""

import fnmatch
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


def names(states, state):
    return {name for name, one in states.items() if one == state}


def test_what_is_not_here_is_listed(states):
    """In the table of docs/compatibility.md, with its reason."""
    assert not names(states, "missing")


def test_the_table_lists_only_what_is_not_here(tool, states):
    absent = names(states, "listed")
    stale = [p for p in tool["listed"]() if not any(fnmatch.fnmatchcase(name, p) for name in absent)]
    assert not stale


def test_what_is_here_is_compared(states):
    """With the real frameworks, or `NOT_COMPARABLE` says why not."""
    assert not names(states, "here")
