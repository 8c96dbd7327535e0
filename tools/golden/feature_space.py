"""Golden data of FeatureSpace: tables of columns, how they are prepared, and what Keras 3 and tf_keras make of them. See common.py."""

from __future__ import annotations

import common
import numpy as np

AGES = np.array([23.0, 41.5, 35.25, 60.0, 18.0, 29.5], "float32")
TABLE = {
    "age": AGES,
    "income": AGES * 100 - 1500,
    "city": np.array(["a", "b", "a", "c", "b", "a"]),
    "rooms": np.array([1, 3, 2, 3, 5, 1], "int64"),
}
NEW = {
    "age": np.array([20.0, 50.0], "float32"),
    "income": np.array([0.0, 1000.0], "float32"),
    "city": np.array(["c", "z"]),
    "rooms": np.array([3, 9], "int64"),
}
# (features: column -> method of FeatureSpace, its arguments), crosses, how the result is put together
SPACES = [
    ({"age": ("float_normalized", {}), "city": ("string_categorical", {"output_mode": "one_hot"})}, [], "concat"),
    ({"age": ("float_discretized", {"num_bins": 3, "output_mode": "one_hot"}), "income": ("float", {})}, [], "concat"),
    ({"rooms": ("integer_categorical", {"num_oov_indices": 1, "output_mode": "one_hot"}), "age": ("float_rescaled", {"scale": 0.01})}, [], "concat"),
    ({"city": ("string_hashed", {"num_bins": 5}), "rooms": ("integer_hashed", {"num_bins": 4})}, [], "concat"),
    ({"city": ("string_categorical", {"output_mode": "int"}), "rooms": ("integer_categorical", {"output_mode": "int"}), "age": ("float", {})}, [], "dict"),
    ({"city": ("string_categorical", {"num_oov_indices": 0, "max_tokens": 3}), "rooms": ("integer_categorical", {})}, [(["city", "rooms"], 8)], "concat"),
    ({"city": ("string_categorical", {}), "rooms": ("integer_categorical", {"output_mode": "int"})}, [(["city", "rooms"], 6)], "dict"),
]  # fmt: skip


def answer(ctx, keras, features, crosses, output_mode):
    space = keras.utils.FeatureSpace
    columns = {k: getattr(space, method)(**kwargs) for k, (method, kwargs) in features.items()}
    made = space(
        columns,
        output_mode=output_mode,
        crosses=[space.cross(names, crossing_dim=dim) for names, dim in crosses] or None,
    )
    made.adapt(ctx.tf.data.Dataset.from_tensor_slices({k: TABLE[k] for k in features}))
    found = made({k: NEW[k] for k in features})
    values = found if isinstance(found, dict) else {"all": found}
    return {
        "value": {k: np.asarray(v) for k, v in values.items()},
        "shapes": {k: list(v.shape) for k, v in values.items()},
    }


def cases(ctx):
    for number, (features, crosses, output_mode) in enumerate(SPACES):
        answers = {}
        for framework, keras in ctx.frameworks.items():
            try:
                answers[framework] = answer(ctx, keras, features, crosses, output_mode)
            except Exception as error:
                print(framework, number, repr(error)[:300])
                answers[framework] = common.error_of(error)
        yield {
            "id": f"space:{number}", "kind": "space", "covers": ["keras.utils.FeatureSpace"], "features": features,
            "crosses": crosses, "output_mode": output_mode, "table": {k: TABLE[k].tolist() for k in features},
            "new": {k: NEW[k].tolist() for k in features}, "answers": answers,
        }  # fmt: skip


if __name__ == "__main__":
    common.main("feature_space", cases, check_jax=False)
