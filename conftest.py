"""What the tests and the examples of the docstrings share."""

from __future__ import annotations

import os

import pytest

# Imported as users import it, before pytest imports single files for their examples: of a file that its package imports
# there would else be two modules, and two of every class.
from unikeras.core.dtypes import set_floatx
from unikeras.layers.policy import set_dtype_policy
from unikeras.saving import safe_mode


@pytest.fixture(autouse=True)
def _settings_do_not_leak():
    """What a test or an example sets for all layers is gone for the next one, in whatever order they run."""
    chosen = os.environ.get("KERAS_BACKEND")
    yield
    if chosen is None:
        os.environ.pop("KERAS_BACKEND", None)
    else:
        os.environ["KERAS_BACKEND"] = chosen
    set_dtype_policy(None)
    set_floatx("float32")
    safe_mode._state.enabled = False
