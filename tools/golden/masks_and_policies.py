"""Golden data for masks that inputs carry into layers, and for layers of mixed precision. See common.py."""

import common
import numpy as np
from layer_cases import SPREAD, as_tensor, given_weights, normal
from losses import attempt

KEPT = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]])[..., None]
X, Z = (np.where(KEPT, normal(seed, 3, 4, 6), 0).astype("float32") for seed in (1, 2))
Z[2, 0] = 1.0
IMAGE = normal(3, 2, 4, 4, 6)
HEADS = {"num_heads": 2, "key_dim": 3}

MASKED = [
    ("Attention", {}, [X, Z]),
    ("Attention", {"use_scale": True, "score_mode": "concat"}, [X, Z]),
    ("AdditiveAttention", {}, [X, Z]),
    ("MultiHeadAttention", HEADS, [X, Z]),
    ("GroupQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, [X, Z]),
    ("LayerNormalization", {}, [X]),
    ("BatchNormalization", {}, [X]),
    ("UnitNormalization", {}, [X]),
    ("Add", {}, [X, Z]),
    ("Concatenate", {}, [X, Z]),
    ("Concatenate", {"axis": 1}, [X, Z]),
    ("Dense", {"units": 2}, [X]),
    ("Activation", {"activation": "tanh"}, [X]),
    ("Dropout", {"rate": 0.5}, [X]),
]
POLICIES = [
    ("Dense", {"units": 3, "activation": "relu"}, [X]),
    ("LayerNormalization", {}, [X]),
    ("BatchNormalization", {}, [X]),
    ("GroupNormalization", {"groups": 2}, [X]),
    ("MultiHeadAttention", HEADS, [X, Z]),
    ("Attention", {"use_scale": True}, [X, Z]),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 3], "bias_axes": "d"}, [X]),
    ("Embedding", {"input_dim": 5, "output_dim": 3}, [np.array([[1, 2], [4, 0]], "int32")]),
    ("PReLU", {}, [X]),
    ("Softmax", {}, [X]),
    ("UnitNormalization", {}, [X]),
    ("Rescaling", {"scale": 0.3, "offset": 0.1}, [X]),
    ("Average", {}, [X, Z]),
    ("Dot", {"axes": 2}, [X, Z]),
]


def called(name, layer, tensors):
    return layer(*tensors) if name in SPREAD else layer(tensors if len(tensors) > 1 else tensors[0])


def masked_case(ctx, framework, name, kwargs, xs):
    keras = ctx.frameworks[framework]
    keras.backend.clear_session()
    layer = getattr(keras.layers, name)(**kwargs)
    tensors = [keras.layers.Masking()(as_tensor(ctx, framework, x)) for x in xs]
    called(name, layer, tensors)
    weights = [w * np.float32(0.3) for w in given_weights(layer)]
    layer.set_weights(weights)
    y = called(name, layer, [keras.layers.Masking()(as_tensor(ctx, framework, x)) for x in xs])
    mask = getattr(y, "_keras_mask", None)
    return {"weights": weights, "output": ctx.array(y), "mask": None if mask is None else np.asarray(mask)}


def policy_case(ctx, framework, name, kwargs, xs, policy):
    keras = ctx.frameworks[framework]
    keras.backend.clear_session()
    layer = getattr(keras.layers, name)(dtype=keras.mixed_precision.Policy(policy), **kwargs)
    tensors = [as_tensor(ctx, framework, x) for x in xs]
    called(name, layer, tensors)
    weights = [w * np.float32(0.3) for w in given_weights(layer)]
    layer.set_weights(weights)
    y = called(name, layer, tensors)
    dtype = y.dtype if isinstance(y.dtype, str) else y.dtype.name
    wide = np.asarray(keras.ops.cast(y, "float32") if framework == "keras3" else ctx.tf.cast(y, "float32"))
    return {
        "weights": weights,
        "output": wide,
        "dtype": dtype,
        "weights_dtypes": [np.asarray(w).dtype.name for w in layer.get_weights()],
    }


def cases(ctx):
    for number, (name, kwargs, xs) in enumerate(MASKED):
        answers = {
            f: attempt(lambda f=f, row=(name, kwargs, xs): masked_case(ctx, f, *row)) for f in ctx.frameworks
        }
        yield {
            "id": f"masked:{name}:{number}",
            "kind": "masked",
            "name": name,
            "kwargs": kwargs,
            "x": xs,
            "answers": answers,
        }
    for number, (name, kwargs, xs) in enumerate(POLICIES):
        for policy in ("mixed_float16", "mixed_bfloat16"):
            answers = {
                f: attempt(lambda f=f, row=(name, kwargs, xs, policy): policy_case(ctx, f, *row))
                for f in ctx.frameworks
            }
            yield {
                "id": f"policy:{name}:{number}:{policy}", "kind": "policy", "name": name, "kwargs": kwargs, "x": xs,
                "policy": policy, "answers": answers,
            }  # fmt: skip


if __name__ == "__main__":
    common.main("masks_and_policies", cases)
