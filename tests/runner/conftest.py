"""Helpers for tests that compare the runner with plain Python."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A stand-in for unikeras: what is tested here is the mapping, not what it maps to.
STAND_IN = {
    "stand_in/__init__.py": "from stand_in import keras\n__version__ = '1'\n",
    "stand_in/keras/__init__.py": (
        "from types import ModuleType\n"
        "from stand_in.keras import layers, models\n"
        "backend = ModuleType('backend')\nbackend.epsilon = lambda: 1e-7\n"
    ),
    "stand_in/keras/layers.py": "class Dense: pass\n",
    "stand_in/keras/models.py": "class Sequential: pass\n",
    "stand_in/keras/callbacks.py": "class History: pass\n",
    "stand_in/keras/broken.py": "import a_package_that_is_missing\n",
}
REAL = {  # what must not win
    f"{name}/__init__.py": "raise SystemExit('the real package was imported')\n"
    for name in ("tensorflow", "keras", "tf_keras")
}


class Workshop:
    """A folder of programs, and the ways to run them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def execute(
        self, *command: str, stdin: str | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        # The checkout and the sample that it ships; neither needs to be installed.
        clean = {key: value for key, value in os.environ.items() if key not in ("MPLBACKEND", "DISPLAY")}
        path = os.pathsep.join([str(ROOT), str(ROOT / "datasets"), str(self.folder / "packages")])
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=clean | {"PYTHONPATH": path} | env,
            input=stdin or "",
            capture_output=True,
            text=True,
            timeout=300,
        )

    def python(self, *arguments: str, **kwargs: str) -> subprocess.CompletedProcess[str]:
        return self.execute(*arguments, **kwargs)

    def unikeras(self, *arguments: str, **kwargs: str) -> subprocess.CompletedProcess[str]:
        return self.execute("-m", "unikeras", *arguments, **kwargs)

    def mapped(self, program: str) -> subprocess.CompletedProcess[str]:
        """Run a program with the names mapped to the stand-in, and the "real" packages on the path."""
        for name, text in (STAND_IN | REAL).items():
            self.write(f"packages/{name}", text)
        self.write("mapped.py", program)
        start = (
            "from unikeras.runner.script import run_script; run_script('mapped.py', [], package='stand_in')"
        )
        return self.execute("-c", start)


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)
