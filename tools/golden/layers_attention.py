"""Golden data for attention, EinsumDense, the remaining normalizations, and options of core layers. See layer_cases.py."""

import common
import numpy as np
from layer_cases import layer_entries, normal, refused_entries

Q, V, K = normal(1, 2, 3, 4), normal(2, 2, 5, 4), normal(3, 2, 5, 4)
WIDE = normal(4, 2, 5, 6)
GRID = normal(5, 2, 2, 3, 4)
MASK_Q = np.array([[True, True, False], [True, False, True]])
MASK_V = np.array([[True, True, False, True, False], [True, True, True, True, False]])
SEEN = np.random.default_rng(6).random((2, 3, 5)) > 0.4
SEEN[:, :, 0] = True
IDS = np.array([[1, 2, 0], [3, 0, 0]], "int32")
MHA = "MultiHeadAttention"
GQA = "GroupQueryAttention"
HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
SCORES = {"return_attention_scores": True}

TABLE = [
    ("Attention", {}, [Q, V], {}),
    ("Attention", {}, [Q, WIDE[..., :4], K], SCORES),
    ("Attention", {"use_scale": True}, [Q, V], {"use_causal_mask": True}),
    ("Attention", {"score_mode": "concat"}, [Q, V, K], {}),
    ("Attention", {"score_mode": "concat", "use_scale": True}, [Q, V], SCORES),
    ("Attention", {"dropout": 0.3}, [Q, V], {"training": False}),
    ("AdditiveAttention", {}, [Q, V], {}),
    ("AdditiveAttention", {"use_scale": False}, [Q, V, K], SCORES),
    ("AdditiveAttention", {}, [Q, V], {"use_causal_mask": True}),
    (MHA, HEADS, [Q, V], {}),
    (MHA, HEADS, [Q, Q], {"use_causal_mask": True}),
    (MHA, {**HEADS, "value_dim": 5}, [Q, WIDE, V], SCORES),
    (MHA, {**HEADS, "use_bias": False, "output_shape": 7}, [Q, V], {}),
    (MHA, {**HEADS, "output_shape": [2, 3]}, [Q, V], {}),
    (MHA, HEADS, [Q, V], {"attention_mask": SEEN, **SCORES}),
    (MHA, HEADS, [Q, V], {"attention_mask": SEEN, "use_causal_mask": True}),
    (MHA, {**HEADS, "attention_axes": [1, 2]}, [GRID, GRID], SCORES),
    (MHA, {**HEADS, "attention_axes": [2]}, [GRID, GRID], SCORES),
    (MHA, {**HEADS, "attention_axes": [1]}, [GRID, GRID], SCORES),
    (MHA, HEADS, [GRID, GRID], {}),
    (MHA, {**HEADS, "kernel_regularizer": "l2", "activity_regularizer": "l2"}, [Q, V], {}),
    (MHA, {**HEADS, "dropout": 0.5}, [Q, V], {"training": False}),
    (MHA, {**HEADS, "use_gate": True}, [Q, V], {}),
    (MHA, {**HEADS, "sliding_window": 2}, [V, V], SCORES),
    (MHA, {**HEADS, "sliding_window": 2}, [V, V], {"use_causal_mask": True, **SCORES}),
    (GQA, GROUPS, [Q, V], SCORES),
    (GQA, {**GROUPS, "use_bias": False}, [Q, V, K], {"attention_mask": SEEN}),
    (GQA, GROUPS, [Q, Q], {"use_causal_mask": True}),
    (GQA, {**GROUPS, "use_gate": True}, [Q, Q], {}),
    ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 3}, Q[:, 0], {}),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 3], "bias_axes": "d"}, Q, {}),
    ("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y", "activation": "relu"}, Q, {}),
    ("EinsumDense", {"equation": "...x,xyz->...yz", "output_shape": [2, 3], "bias_axes": "yz"}, Q, {}),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "de"}, Q, {}),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "d"}, Q, {}),
    ("EinsumDense", {"equation": "abcd,cde->abe", "output_shape": [None, 3], "bias_axes": "e"}, GRID, {}),
    ("EinsumDense", {"equation": "abc,bd->adc", "output_shape": [5, 4], "bias_axes": "d"}, Q, {}),
    ("EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": [5, None], "bias_axes": "c"}, Q, {}),
    ("EinsumDense", {"equation": "abc,dc->abd", "output_shape": [None, 3], "kernel_regularizer": "l2"}, Q, {}),
    ("ReversibleEmbedding", {"input_dim": 5, "output_dim": 3}, IDS, {}),
    ("ReversibleEmbedding", {"input_dim": 5, "output_dim": 4}, Q, {"reverse": True}),
    ("ReversibleEmbedding", {"input_dim": 5, "output_dim": 4, "tie_weights": False, "logit_soft_cap": 2.0}, Q, {"reverse": True}),
    ("ReversibleEmbedding", {"input_dim": 5, "output_dim": 3, "mask_zero": True}, IDS, {}),
    ("GroupNormalization", {"groups": 2}, Q, {}),
    ("GroupNormalization", {"groups": -1}, Q, {}),
    ("GroupNormalization", {"groups": 1, "axis": 1, "epsilon": 0.1}, Q, {}),
    ("GroupNormalization", {"groups": 2, "center": False}, GRID, {}),
    ("GroupNormalization", {"groups": 2, "axis": 1, "scale": False}, GRID, {}),
    ("GroupNormalization", {"groups": 2}, Q[:, 0], {}),
    ("RMSNormalization", {}, Q, {}),
    ("RMSNormalization", {"axis": [1, 2], "epsilon": 0.1}, Q, {}),
    ("UnitNormalization", {}, Q, {}),
    ("UnitNormalization", {"axis": [1, 2]}, GRID, {}),
    ("Softmax", {}, Q, {"mask": np.repeat(MASK_Q[:, :, None], 4, 2)}),
    ("Softmax", {"axis": [1, 2]}, Q, {"mask": Q > 0}),
    ("Softmax", {"axis": [1, 2]}, Q, {}),
    ("BatchNormalization", {"renorm": True, "momentum": 0.8}, Q, {"training": True}),
    ("BatchNormalization", {"renorm": True, "renorm_clipping": {"rmax": 1.2, "rmin": 0.9, "dmax": 0.3}, "renorm_momentum": 0.5},
     Q, {"training": True}),
    ("BatchNormalization", {"renorm": True}, Q, {"training": False}),
    ("Dense", {"units": 3, "lora_rank": 2}, Q, {}),
    ("Dense", {"units": 3, "lora_rank": 2, "lora_alpha": 4.0, "activation": "tanh"}, Q, {}),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "de", "lora_rank": 2}, Q, {}),
    ("Embedding", {"input_dim": 5, "output_dim": 3, "lora_rank": 2}, IDS, {}),
    ("PReLU", {"shared_axes": [1, 2]}, GRID, {}),
    ("Dot", {"axes": [2, 2]}, [Q, V], {}),
    ("Dot", {"axes": -1}, [Q, V], {}),
    ("Permute", {"dims": [3, 1, 2]}, GRID, {}),
    ("RepeatVector", {"n": 1}, Q[:, 0], {}),
    ("Reshape", {"target_shape": [-1]}, GRID, {}),
    ("Identity", {}, Q, {}),
    ("LayerNormalization", {"axis": [1, 2, 3], "scale": False}, GRID, {}),
]  # fmt: skip
BAD = [
    ("Attention", {}, Q),
    ("Attention", {}, [Q]),
    ("Attention", {"score_mode": "sum"}, [Q, V]),
    ("AdditiveAttention", {}, [Q]),
    (MHA, {"num_heads": 0, "key_dim": 3}, [Q, V]),
    (MHA, {"num_heads": 2, "key_dim": 0}, [Q, V]),
    (MHA, {**HEADS, "nonsense": 1}, [Q, V]),
    (MHA, HEADS, [Q, V[:, :, :3], K[:, :3]]),
    (GQA, {"head_dim": 3, "num_query_heads": 3, "num_key_value_heads": 2}, [Q, V]),
    ("EinsumDense", {"equation": "ab->ab", "output_shape": 3}, Q),
    ("EinsumDense", {"equation": "a...,bc->ac", "output_shape": 3}, Q),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [3]}, Q),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [None, 3], "bias_axes": "q"}, Q),
    ("EinsumDense", {"equation": "abc,abd->cd", "output_shape": [2, 3]}, Q),
    ("EinsumDense", {"equation": "ab,bc->cd", "output_shape": 3}, Q[:, 0]),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "be"}, Q),
    ("GroupNormalization", {"groups": 3}, Q),
    ("GroupNormalization", {}, Q),
    ("GroupNormalization", {"groups": 2, "axis": 5}, Q),
    ("UnitNormalization", {"axis": "last"}, Q),
    ("LayerNormalization", {"axis": 7}, Q),
    ("Dense", {"units": 3, "lora_rank": 2, "kernel_constraint": "non_neg"}, Q),
]


def cases(ctx):
    yield from layer_entries(ctx, TABLE)
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers_attention", cases)
