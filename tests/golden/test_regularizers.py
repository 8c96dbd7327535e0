"""Regularizers and constraints against the answers of Keras 3 and tf_keras."""

import pytest

import unikeras as tf
from unikeras import keras

from .reader import check, entries, keyword_arguments, member, to_numpy, value_and_gradient

LATER = frozenset({"RadialConstraint"})


@pytest.mark.parametrize("entry", entries("regularizers", "value"))
def test_value(entry):
    made = member(getattr(keras, entry["family"]), entry["name"], LATER)(**keyword_arguments(entry))

    def compute():
        value, gradient = value_and_gradient(tf, made, entry["x"])
        mine = {"value": to_numpy(value)}
        return mine if gradient is None else mine | {"gradient": to_numpy(gradient)}

    check(entry, compute)
    assert type(made).from_config(made.get_config()).get_config() == made.get_config()


@pytest.mark.parametrize("entry", entries("regularizers", "alias"))
def test_string(entry):
    module = getattr(keras, entry["family"])
    real = {n: a for n, a in entry["answers"].items() if a.get("class") not in ("str", "function")}
    check(entry | {"answers": real}, lambda: {"class": type(module.get(entry["name"])).__name__})
