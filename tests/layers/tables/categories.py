"""Layers for categories, hashes, bins and text."""

import numpy as np

from .case import case

WORDS = np.array([["red", "green"], ["blue", "red"]])
IDS = np.array([[1, 2], [3, 1]], "int32")
COLUMN = np.array([[1], [3]], "int32")
VALUES = np.array([[-1.0, 0.0], [0.5, 9.0]], "float32")
HOST = {"supports_masking": False, "floats_only": False}
WHOLE = {**HOST, "own_dtype": False}  # indices have a dtype of their own
COLOURS = {"vocabulary": ["red", "green"]}

TABLE = [
    case("StringLookup", COLOURS | {"output_mode": "one_hot"}, **HOST, input_data=WORDS, expected_output_shape=(2, 2, 3),
         expected_output=np.array([[[0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0]]])),
    case("StringLookup", COLOURS | {"output_mode": "count", "max_tokens": 4, "pad_to_max_tokens": True}, **HOST, input_data=WORDS,
         expected_output_shape=(2, 4), expected_output=np.array([[0, 1, 1, 0], [1, 1, 0, 0]])),
    case("IntegerLookup", {"vocabulary": [1, 2]}, **WHOLE, input_data=IDS, expected_output_shape=(2, 2),
         expected_output=np.array([[1, 2], [0, 1]])),
    case("IntegerLookup", {"vocabulary": [1, 2], "output_mode": "multi_hot", "num_oov_indices": 2}, **HOST, input_data=IDS,
         expected_output_shape=(2, 4), expected_output=np.array([[0, 0, 1, 1], [0, 1, 1, 0]])),
    case("TextVectorization", COLOURS | {"output_mode": "multi_hot"}, **HOST, input_data=np.array([["Red green!"], ["blue"]]),
         expected_output_shape=(2, 3), expected_output=np.array([[0, 1, 1], [1, 0, 0]])),
    case("TextVectorization", COLOURS | {"output_sequence_length": 3, "split": "whitespace"}, **WHOLE,
         input_data=np.array([["Red green!"], ["blue"]]), expected_output_shape=(2, 3), expected_output=np.array([[2, 3, 0], [1, 0, 0]])),
    case("Hashing", {"num_bins": 3, "output_mode": "one_hot"}, **HOST, input_data=np.array([["A"], ["B"]]),
         expected_output_shape=(2, 3), expected_output=np.array([[0, 1, 0], [1, 0, 0]])),
    case("Hashing", {"num_bins": 9, "salt": 5, "mask_value": 3}, **WHOLE, input_data=IDS, expected_output_shape=(2, 2)),
    case("HashedCrossing", {"num_bins": 5, "output_mode": "one_hot"}, **HOST,
         input_data=[np.array([["A"], ["B"]]), np.array([[101], [101]])], expected_output_shape=(2, 5),
         expected_output=np.array([[0, 1, 0, 0, 0], [0, 0, 0, 0, 1]])),
    case("CategoryEncoding", {"num_tokens": 4}, **HOST, input_data=IDS, expected_output_shape=(2, 4),
         expected_output=np.array([[0, 1, 1, 0], [0, 1, 0, 1]])),
    case("CategoryEncoding", {"num_tokens": 4, "output_mode": "one_hot"}, **HOST, input_data=COLUMN, expected_output_shape=(2, 4),
         expected_output=np.array([[0, 1, 0, 0], [0, 0, 0, 1]])),
    case("CategoryEncoding", {"num_tokens": 4, "output_mode": "count"}, **HOST, input_data=IDS,
         call_kwargs={"count_weights": np.array([[0.5, 2.0]], "float32")}, expected_output_shape=(2, 4),
         expected_output=np.array([[0, 0.5, 2, 0], [0, 2, 0, 0.5]])),
    case("Discretization", {"bin_boundaries": [0.0, 1.0]}, **WHOLE, input_data=VALUES, expected_output_shape=(2, 2),
         expected_output=np.array([[0, 1], [1, 2]])),
    case("Discretization", {"bin_boundaries": [0.0, 1.0], "output_mode": "one_hot"}, **HOST, input_data=VALUES,
         expected_output_shape=(2, 2, 3)),
    case("MelSpectrogram", {"fft_length": 16, "sequence_stride": 8, "num_mel_bins": 5}, input_shape=(2, 40),
         expected_output_shape=(2, 5, 6), supports_masking=False),
]  # fmt: skip
