"""keras.utils against tf_keras and Keras 3."""

import numpy as np
import pytest

from unikeras import keras

from .reader import check, entries


@pytest.mark.parametrize("entry", entries("utils", "expression"))
def test_expression(entry):
    # our own committed expressions
    check(entry, lambda: {"value": eval(entry["code"], {"keras": keras, "np": np})}, tolerance=1e-4)
