"""What all tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A shell's background job ignores Ctrl-C, and so would every program the tests start; some are about Ctrl-C.
if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, None):
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Compiled programs are kept between test runs, apart from the user's.
os.environ.setdefault("XDG_CACHE_HOME", str(ROOT / ".cache"))


def shared_data() -> Path | None:
    """The folder of the shared test data, if this machine has it."""
    given = os.environ.get("UNIKERAS_TEST_DATA")
    folder = Path(given) if given else ROOT.parent / "shared" / "datasets"
    return folder if (folder / "fashion-mnist").is_dir() else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where the shared data must be there, a test that misses it fails."""
    report = yield
    if os.environ.get("UNIKERAS_REQUIRE_DATA") and report.skipped and "shared" in str(report.longrepr):
        report.outcome = "failed"
    return report


@pytest.fixture
def keras_home(tmp_path, monkeypatch) -> Path:
    """A Keras folder of the test's own, with the shared data sets in its cache; skips where they are absent."""
    folder = shared_data()
    if folder is None:
        pytest.skip("needs the shared data sets (../shared/datasets or UNIKERAS_TEST_DATA)")
    (tmp_path / "datasets").mkdir()
    for part in folder.iterdir():
        (tmp_path / "datasets" / part.name).symlink_to(part)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path
