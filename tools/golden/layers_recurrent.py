"""Golden data for SimpleRNN, LSTM, GRU and their cells. See common.py and layer_cases.py; other uses of them are in recurrent.py."""

import common
import numpy as np
from layer_cases import layer_entries, normal, refused_entries

X = normal(1, 2, 4, 3)
STATE = normal(3, 2, 2)
MASK = np.array([[True, True, False, True], [False, True, True, False]])
LAYERS = ("SimpleRNN", "LSTM", "GRU")
OPTIONS = [
    ({"return_sequences": True, "return_state": True}, {}),
    ({"return_sequences": True, "go_backwards": True, "use_bias": False}, {}),
    ({"activation": "relu", "return_sequences": True}, {}),
    ({"activation": None, "unroll": True, "kernel_regularizer": "l2", "recurrent_constraint": "non_neg"}, {}),
    ({"return_sequences": True, "return_state": True}, {"mask": MASK}),
    ({"go_backwards": True, "return_sequences": True}, {"mask": MASK}),
    ({"unroll": True, "return_sequences": True, "return_state": True}, {"mask": MASK}),
    ({"return_sequences": True, "zero_output_for_mask": True}, {"mask": MASK}),
    ({"zero_output_for_mask": True, "activation": "relu"}, {"mask": MASK}),
    ({"dropout": 0.5, "recurrent_dropout": 0.5}, {}),
]
TABLE = [(name, {"units": 2, **kwargs}, X, call) for name in LAYERS for kwargs, call in OPTIONS]
TABLE += [
    ("LSTM", {"units": 2, "unit_forget_bias": False, "recurrent_activation": "hard_sigmoid"}, X, {}),
    ("LSTM", {"units": 2, "recurrent_activation": "tanh", "return_state": True}, X, {"mask": MASK}),
    ("GRU", {"units": 2, "reset_after": False, "return_sequences": True, "return_state": True}, X, {}),
    ("GRU", {"units": 2, "reset_after": False, "use_bias": False}, X, {"mask": MASK}),
    ("GRU", {"units": 2, "reset_after": False, "go_backwards": True}, X, {}),
    ("GRU", {"units": 2, "recurrent_activation": "linear"}, X, {}),
    ("GRU", {"units": 2, "return_sequences": True}, X, {"initial_state": STATE, "mask": MASK}),
    ("SimpleRNN", {"units": 2, "return_sequences": True}, X, {"initial_state": STATE, "mask": MASK}),
    ("SimpleRNN", {"units": 2, "return_sequences": True, "activity_regularizer": "l2"}, X, {}),
]
BAD = [
    ("LSTM", {"units": 0}, X),
    ("GRU", {"units": -1}, X),
    ("SimpleRNN", {"units": 2}, X[0]),
    ("LSTM", {"units": 2}, normal(4, 2, 3, 4, 5)),
    ("LSTM", {"units": 2, "activation": "no such"}, X),
    ("LSTM", {"units": 2, "no_such_option": 1}, X),
    ("TimeDistributed", {"layer": "dense"}, X),
    ("Bidirectional", {"layer": "lstm"}, X),
    ("RNN", {"cell": 3}, X),
]


def cases(ctx):
    yield from layer_entries(ctx, TABLE)
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers_recurrent", cases, check_jax=False)
