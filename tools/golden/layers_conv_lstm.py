"""Golden data for convolutional LSTMs. See common.py and layer_cases.py."""

import common
import numpy as np
from layer_cases import layer_entries, normal, refused_entries

LINE = normal(1, 2, 3, 6, 2)
PLANE = normal(2, 2, 3, 5, 4, 2)
SPACE = normal(3, 1, 2, 3, 4, 3, 2)
MASK = np.array([[True, False, True], [False, True, False]])
SIGMOID = {"recurrent_activation": "sigmoid"}  # the defaults of the two Kerases differ
TABLE = [
    ("ConvLSTM1D", {"filters": 2, "kernel_size": 3, **SIGMOID}, LINE, {}),
    ("ConvLSTM1D", {"filters": 2, "kernel_size": 2, "dilation_rate": 2, "padding": "same", "return_sequences": True, **SIGMOID}, LINE, {}),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": [3, 2], "strides": [2, 1], "return_sequences": True, "return_state": True, **SIGMOID}, PLANE, {}),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 3, "padding": "same", "use_bias": False, "go_backwards": True, "activation": "softsign",
                    **SIGMOID}, PLANE, {}),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 2, "return_sequences": True, **SIGMOID}, PLANE, {"mask": MASK}),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 2, "dropout": 0.5, "recurrent_dropout": 0.5, **SIGMOID}, PLANE, {}),
    ("ConvLSTM3D", {"filters": 2, "kernel_size": 2, "padding": "same", **SIGMOID}, SPACE, {}),
]  # fmt: skip
BAD = [
    ("ConvLSTM2D", {"filters": 0, "kernel_size": 2}, PLANE),
    ("ConvLSTM2D", {"filters": 2, "kernel_size": 2}, LINE),
    ("ConvLSTM1D", {"filters": 2, "kernel_size": 2, "padding": "full"}, LINE),
]


def cases(ctx):
    yield from layer_entries(ctx, TABLE)
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers_conv_lstm", cases, check_jax=False)
