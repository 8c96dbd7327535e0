"""FeatureSpace against Keras 3 and tf_keras. See tools/golden/feature_space.py."""

import numpy as np
import pytest

from unikeras import keras

from .reader import check, entries


def columns(table):
    """The columns with the dtypes they had."""
    kinds = {float: "float32", int: "int64", str: None}
    return {name: np.array(values, kinds[type(values[0])]) for name, values in table.items()}


@pytest.mark.parametrize("entry", entries("feature_space", "space"))
def test_feature_space(entry):
    def compute():
        space = keras.utils.FeatureSpace
        crosses = [space.cross(names, crossing_dim=dim) for names, dim in entry["crosses"]]
        features = {
            name: getattr(space, method)(**kwargs) for name, (method, kwargs) in entry["features"].items()
        }
        made = space(features, output_mode=entry["output_mode"], crosses=crosses or None)
        made.adapt(columns(entry["table"]))
        found = made(columns(entry["new"]))
        values = found if isinstance(found, dict) else {"all": found}
        return {"value": values, "shapes": {name: list(v.shape) for name, v in values.items()}}

    check(entry, compute)
