"""Programs as people wrote them for tf.keras, run unchanged; what they print is what TensorFlow's users saw."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent

PRINTED = {
    "vae_train_step.py": ["['loss', 'reconstruction_loss', 'kl_loss']", "(1, 28, 28, 1)"],
    "vae_add_loss.py": ["dict_keys(['loss', 'val_loss'])", "[(256, 2), (256, 2), (256, 2)]"],
    "seq2seq.py": [
        "['loss', 'accuracy', 'val_loss', 'val_accuracy']",
        "(1, 1, 12)",
        "[(2, 16), (2, 16)] True",
    ],
    "inside_a_network.py": [
        "(2, 5, 5, 8)",
        "(2, 7, 7, 4) ndarray",
        "True True (None, 4) (None, 3)",
        "(2, 16, 16, 3) True",
        "(5, 5)",
    ],
}


@pytest.mark.skipif(os.environ.get("KERAS_BACKEND") == "numpy", reason="no gradients on this engine")
@pytest.mark.parametrize("program", sorted(PRINTED))
def test_program(program, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "unikeras", "run", str(FOLDER / program)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(FOLDER.parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Warning" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    for line in PRINTED[program]:
        assert line in lines, done.stdout
