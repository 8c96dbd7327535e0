"""Losses against the answers of Keras 3 and tf_keras."""

import warnings

import pytest

import unikeras as tf
from unikeras import keras

from .reader import check, entries, keyword_arguments, member, to_numpy, value_and_gradient

LATER = frozenset({"CTC"})


@pytest.mark.parametrize("entry", entries("losses", "class", "function"))
def test_value_and_gradient(entry):
    kwargs = keyword_arguments(entry)
    made = member(keras.losses, entry["name"], LATER)

    def compute():
        weight = entry["sample_weight"]
        if entry["kind"] == "function":
            call = lambda p: made(entry["y_true"], p, **kwargs)  # noqa: E731
        elif weight is None:
            call = lambda p: made(**kwargs)(entry["y_true"], p)  # noqa: E731
        else:
            call = lambda p: made(**kwargs)(entry["y_true"], p, sample_weight=weight)  # noqa: E731
        value, gradient = value_and_gradient(tf, call, entry["y_pred"])
        mine = {"value": to_numpy(value), "dtype": value.dtype.name}
        return mine if gradient is None else mine | {"gradient": to_numpy(gradient)}

    with warnings.catch_warnings():
        if entry["y_true"].shape != entry["y_pred"].shape:
            # labels that are not of the predictions' shape may be pointed out; here the value counts
            warnings.simplefilter("ignore", UserWarning)
        check(entry, compute)


@pytest.mark.parametrize("entry", entries("losses", "alias"))
def test_string(entry):
    def compute():
        found = keras.losses.get(entry["name"])
        mine = {"is_class": isinstance(found, keras.losses.Loss)}
        if entry["name"] != "ctc":
            mine["value"] = to_numpy(found(entry["y_true"], entry["y_pred"]))
        return mine

    check(entry, compute)


@pytest.mark.parametrize("entry", entries("losses", "config"))
def test_config_rebuilds_the_loss(entry):
    loss = getattr(keras.losses, entry["name"])(**keyword_arguments(entry))
    config = loss.get_config()
    for answer in entry["answers"].values():
        missing = answer["config"].keys() - config.keys() - {"fn"}
        if not missing:
            break
    else:
        pytest.fail(f"get_config() lacks {sorted(missing)}")
    assert type(loss).from_config(config).get_config() == config
