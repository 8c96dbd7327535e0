"""Layers that change images."""

import numpy as np

from unikeras import keras

from .case import case

IMAGE = np.random.default_rng(3).uniform(size=(2, 6, 5, 3)).astype("float32")
SAME = {"input_data": IMAGE, "supports_masking": False, "expected_output_shape": (2, 6, 5, 3)}
# what they do in training is compared with both Kerases in tests/golden and drawn in tests/layers/test_image.py
REST = {**SAME, "call_kwargs": {"training": False}, "expected_num_seeds": 1, "expected_output": IMAGE}

# one of each kind
TABLE = [
    case("Resizing", {"height": 3, "width": 4}, input_data=IMAGE, supports_masking=False, expected_output_shape=(2, 3, 4, 3)),
    case("CenterCrop", {"height": 4, "width": 3}, input_data=IMAGE, supports_masking=False, expected_output_shape=(2, 4, 3, 3),
         expected_output=IMAGE[:, 1:5, 1:4]),
    case("RandomFlip", {}, **REST),
    case("RandomRotation", {"factor": 0.1}, **REST),
    case("RandomContrast", {"factor": 0.2}, **REST),
    case("MixUp", {}, **REST),
    case("AutoContrast", {"value_range": [0, 1]}, **SAME),
    case("MaxNumBoundingBoxes", {"max_number": 3}, **SAME, expected_output=IMAGE, expected_mask="same"),
    case("Pipeline", lambda: {"layers": [keras.layers.CenterCrop(4, 3), keras.layers.Rescaling(2.0)]}, input_data=IMAGE,
         supports_masking=False, expected_output_shape=(2, 4, 3, 3), expected_output=2 * IMAGE[:, 1:5, 1:4], own_dtype=False),
]  # fmt: skip

# the others, whose base classes the rows above check: see light.py
LIGHT = [
    case("RandomZoom", {"height_factor": 0.2}, **REST),
    case("RandomTranslation", {"height_factor": 0.3, "width_factor": 0.2}, **REST),
    case("RandomCrop", {"height": 4, "width": 3}, **{**REST, "expected_output_shape": (2, 4, 3, 3), "expected_output": None}),
    case("RandomBrightness", {"factor": 0.2}, **REST),
    case("RandomHeight", {"factor": [0, 8]}, **REST),
    case("RandomWidth", {"factor": [0, 8]}, **REST),
    case("RandomShear", {"x_factor": 0.2, "y_factor": [0.1, 0.2]}, **REST),
    case("RandomHue", {"factor": 0.3, "value_range": [0, 1]}, **REST),
    case("RandomSaturation", {"factor": 0.3, "value_range": [0, 1]}, **REST),
    case("RandomColorDegeneration", {"factor": 0.3}, **REST),
    case("RandomGrayscale", {"factor": 0.4}, **REST),
    case("RandomInvert", {"factor": [0.6, 0.6]}, **REST),
    case("RandomPosterization", {"factor": [1, 8], "value_range": [0, 1]}, **REST),
    case("RandomSharpness", {"factor": 0.3, "value_range": [0, 1]}, **REST),
    case("RandomGaussianBlur", {}, **REST),
    case("RandomElasticTransform", {}, **REST),
    case("RandomPerspective", {"scale": 0.3}, **REST),
    case("RandomErasing", {}, **REST),
    case("RandomColorJitter", {"brightness_factor": 0.1, "contrast_factor": 0.1}, **REST),
    case("CutMix", {}, **REST),
    case("RandAugment", {"num_ops": 1}, **REST),
    case("AugMix", {"num_chains": 1, "chain_depth": 1}, **REST),
    case("Equalization", {"value_range": [0, 1]}, **SAME),
    case("Solarization", {"value_range": [0, 1]}, **SAME, expected_num_seeds=1, expected_output=1 - IMAGE, expected_change=False),
    case("ContrastLimitedAdaptiveHistogramEqualization", {"value_range": [0, 1], "tile_grid_size": [2, 2]}, **SAME),
]  # fmt: skip
