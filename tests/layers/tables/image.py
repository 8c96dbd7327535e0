"""Layers that change images."""

import numpy as np

from .case import case

IMAGE = np.random.default_rng(3).uniform(size=(2, 6, 5, 3)).astype("float32")
SAME = {"input_data": IMAGE, "supports_masking": False, "expected_output_shape": (2, 6, 5, 3)}
# what they do in training is compared with both Kerases in tests/golden and drawn in tests/layers/test_image.py
REST = {**SAME, "call_kwargs": {"training": False}, "expected_num_seeds": 1, "expected_output": IMAGE}

TABLE = [
    case("Resizing", {"height": 3, "width": 4}, input_data=IMAGE, supports_masking=False, expected_output_shape=(2, 3, 4, 3)),
    case("CenterCrop", {"height": 4, "width": 3}, input_data=IMAGE, supports_masking=False, expected_output_shape=(2, 4, 3, 3),
         expected_output=IMAGE[:, 1:5, 1:4]),
    case("RandomFlip", {}, **REST),
    case("RandomRotation", {"factor": 0.1}, **REST),
    case("RandomZoom", {"height_factor": 0.2}, **REST),
    case("RandomTranslation", {"height_factor": 0.3, "width_factor": 0.2}, **REST),
    case("RandomCrop", {"height": 4, "width": 3}, **{**REST, "expected_output_shape": (2, 4, 3, 3), "expected_output": None}),
    case("RandomContrast", {"factor": 0.2}, **REST),
    case("RandomBrightness", {"factor": 0.2}, **REST),
    case("RandomHeight", {"factor": 0.2}, **REST),
    case("RandomWidth", {"factor": [0.1, 0.2]}, **REST),
]  # fmt: skip
