"""Recurrent layers."""

from unikeras import keras

from .case import case

L = keras.layers
LAST = {"input_shape": (2, 4, 3), "expected_output_shape": (2, 5)}
ALL = {"input_shape": (2, 4, 3), "expected_output_shape": (2, 4, 5), "expected_mask": "same"}
FEW = {"expected_num_weights": 3}

TABLE = [
    case("SimpleRNN", {"units": 5, "return_sequences": True, "activation": "relu", "go_backwards": True}, **ALL, **FEW),
    case("LSTM", {"units": 5, "return_sequences": True, "dropout": 0.5, "recurrent_dropout": 0.5}, **ALL, **FEW),
    case("GRU", {"units": 5, "return_sequences": True}, **ALL, **FEW),
    case("GRU", {"units": 5, "reset_after": False, "kernel_regularizer": "l2"}, **LAST, **FEW, expected_num_losses=1),
    case("RNN", lambda: {"cell": [L.GRUCell(4, name="a"), L.SimpleRNNCell(5, name="b")], "return_sequences": True},
         **ALL, expected_num_weights=6, own_dtype=False),
    case("Bidirectional", lambda: {"layer": L.LSTM(5, return_sequences=True)}, **ALL | {"expected_output_shape": (2, 4, 10)},
         expected_num_weights=6, own_dtype=False),
    case("TimeDistributed", lambda: {"layer": L.Dense(5)}, **ALL, expected_num_weights=2, own_dtype=False),
    case("ConvLSTM1D", {"filters": 2, "kernel_size": 2}, input_shape=(2, 3, 4, 2), expected_output_shape=(2, 3, 2),
         expected_num_weights=3),
    case("ConvLSTM2D", {"filters": 2, "kernel_size": 2, "padding": "same", "return_sequences": True}, input_shape=(2, 3, 4, 4, 1),
         expected_output_shape=(2, 3, 4, 4, 2), expected_mask="same", expected_num_weights=3),
    case("ConvLSTM3D", {"filters": 1, "kernel_size": 2}, input_shape=(2, 2, 2, 3, 3, 1), expected_output_shape=(2, 1, 2, 2, 1),
         expected_num_weights=3),
]  # fmt: skip
