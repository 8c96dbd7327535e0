"""Attention layers, EinsumDense, the normalizations that came with them, and LoRA."""

import numpy as np

from unikeras import keras

from .case import case

L = keras.layers
IDS = np.array([[1, 2, 0], [3, 4, 0]], "int32")
PAIR = {"input_shape": [(2, 3, 4), (2, 3, 4)], "expected_output_shape": (2, 3, 4)}
HEADS = {"input_shape": [(2, 3, 4), (2, 5, 4)], "expected_output_shape": (2, 3, 4), "spread": True}
CUBE = {"input_shape": (2, 3, 4), "expected_output_shape": (2, 3, 4)}

TABLE = [
    case("Attention", {"use_scale": True, "score_mode": "concat"}, **PAIR, expected_num_weights=2),
    case("Attention", {"dropout": 0.5}, **PAIR, expected_num_seeds=1),
    case("AdditiveAttention", {}, **PAIR, expected_num_weights=1),
    case("MultiHeadAttention", lambda: {"num_heads": 2, "key_dim": 3, "dropout": 0.5, "kernel_initializer": keras.initializers.HeNormal(1)},
         **HEADS, expected_num_weights=8, expected_num_seeds=1),
    case("MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "use_bias": False, "attention_axes": (2,), "use_gate": True},
         input_shape=[(2, 2, 3, 4), (2, 2, 5, 4)], expected_output_shape=(2, 2, 3, 4), spread=True, expected_num_weights=5),
    case("GroupedQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, **HEADS, expected_num_weights=8),
    case("EinsumDense", {"equation": "abc,cde->abde", "output_shape": (None, 2, 5), "bias_axes": "de", "activation": "tanh"},
         input_shape=(2, 3, 4), expected_output_shape=(2, 3, 2, 5), expected_num_weights=2, supports_masking=False),
    case("ReversibleEmbedding", {"input_dim": 5, "output_dim": 3, "tie_weights": True}, input_data=IDS,
         expected_output_shape=(2, 3, 3), expected_num_weights=1, supports_masking=False, floats_only=False),
    case("GroupNormalization", {"groups": 2}, **CUBE, expected_num_weights=2, expected_mask="same"),
    case("RMSNormalization", {}, **CUBE, expected_num_weights=1, supports_masking=False),
    case("SpectralNormalization", lambda: {"layer": L.Dense(5)}, input_shape=(2, 4), expected_output_shape=(2, 5),
         expected_num_weights=3, expected_num_trainable=2, supports_masking=False, own_dtype=False, expected_num_stored=4),
    case("SyncBatchNormalization", {"momentum": 0.5}, **CUBE, expected_num_weights=4, expected_num_trainable=2, expected_mask="same"),
    case("WeightNormalization", lambda: {"layer": L.Dense(5), "data_init": False}, input_shape=(2, 4), expected_output_shape=(2, 5),
         expected_num_weights=4, expected_num_trainable=3, supports_masking=False, own_dtype=False),
    case("BatchNormalization", {"renorm": True, "renorm_clipping": {"rmax": 3.0}}, **CUBE, expected_num_weights=7,
         expected_num_trainable=2, expected_mask="same"),
]  # fmt: skip
