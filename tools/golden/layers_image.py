"""Golden data for layers that change images: those without chance, and random ones whose ranges have no width. See layer_cases.py."""

import common
import numpy as np
from layer_cases import layer_entries, refused_entries

DATA = np.random.default_rng(11)
IMAGES = DATA.uniform(0, 255, (2, 5, 6, 3)).astype("float32")
WIDE = DATA.uniform(0, 255, (1, 4, 7, 1)).astype("float32")
BYTES = DATA.integers(0, 256, (1, 5, 6, 3)).astype("uint8")
GRAY = DATA.uniform(0, 1, (1, 5, 5, 1)).astype("float32")
FIRST = np.moveaxis(WIDE, 3, 1).copy()
COLORS = IMAGES / 255
CLAHE = "ContrastLimitedAdaptiveHistogramEqualization"
TRAIN = {"training": True}
FILLS = ("reflect", "wrap", "constant", "nearest")
ROTATION, ZOOM, MOVE = "RandomRotation", "RandomZoom", "RandomTranslation"
FIXED = {"RandomRotation": {"factor": [0.1, 0.1]}, ZOOM: {"height_factor": [0.3, 0.3], "width_factor": [-0.4, -0.4]},
         MOVE: {"height_factor": [0.4, 0.4], "width_factor": [-0.3, -0.3]}}  # fmt: skip
KEPT = {"crop_to_aspect_ratio": True}

TABLE = [
    *(("Resizing", {"height": 3, "width": 4, "interpolation": i}, IMAGES, {}) for i in (
        "bilinear", "nearest", "lanczos3", "lanczos5")),
    # where TensorFlow's table of weights is exact
    ("Resizing", {"height": 10, "width": 4, "interpolation": "bicubic"}, IMAGES, {}),
    ("Resizing", {"height": 7, "width": 9}, WIDE, {}),
    ("Resizing", {"height": 3, "width": 2, "antialias": True}, IMAGES, {}),
    ("Resizing", {"height": 3, "width": 3, **KEPT}, WIDE, {}),
    ("Resizing", {"height": 6, "width": 3, **KEPT}, WIDE, {}),
    ("Resizing", {"height": 8, "width": 8, "pad_to_aspect_ratio": True, "fill_value": 7.0}, WIDE, {}),
    ("Resizing", {"height": 3, "width": 4}, BYTES, {}),
    ("Resizing", {"height": 3, "width": 4, "dtype": "uint8"}, BYTES, {}),
    ("Resizing", {"height": 3, "width": 4, "data_format": "channels_first"}, FIRST, {}),
    *(("Resizing", {"height": 3, "width": 4, "interpolation": i}, WIDE, {}) for i in ("gaussian", "mitchellcubic")),
    ("CenterCrop", {"height": 2, "width": 3}, IMAGES, {}),
    ("CenterCrop", {"height": 3, "width": 6}, BYTES, {}),
    ("CenterCrop", {"height": 6, "width": 4}, WIDE, {}),
    ("CenterCrop", {"height": 9, "width": 9}, WIDE, {}),
    ("CenterCrop", {"height": 2, "width": 3, "data_format": "channels_first"}, FIRST, {}),
    ("RandomFlip", {}, IMAGES, {"training": False}),
    ("RandomFlip", {"mode": "vertical", "seed": 3}, BYTES, {"training": False}),
    *((name, {**FIXED[name], "fill_mode": f}, WIDE, TRAIN) for name in FIXED for f in FILLS),
    *((name, {**FIXED[name], "interpolation": "nearest", "fill_mode": "constant", "fill_value": 9.0}, WIDE, TRAIN) for name in FIXED),
    *((name, FIXED[name], BYTES, TRAIN) for name in FIXED),
    *((name, {**FIXED[name], "data_format": "channels_first"}, FIRST, TRAIN) for name in FIXED),
    (ROTATION, {"factor": [0.25, 0.25]}, GRAY, TRAIN),
    (ROTATION, {"factor": 0.2}, IMAGES, {"training": False}),
    (ZOOM, {"height_factor": [0.2, 0.2]}, IMAGES, TRAIN),
    (ZOOM, {"height_factor": [-0.5, -0.5], "fill_mode": "constant"}, GRAY, TRAIN),
    (MOVE, {"height_factor": [0.1, 0.1], "width_factor": [0.2, 0.2]}, IMAGES, TRAIN),
    ("RandomCrop", {"height": 4, "width": 7, "seed": 1}, WIDE, TRAIN),
    ("RandomCrop", {"height": 5, "width": 3, "seed": 1}, WIDE, TRAIN),
    ("RandomCrop", {"height": 9, "width": 4, "seed": 1}, IMAGES, TRAIN),
    ("RandomCrop", {"height": 3, "width": 4, "seed": 1}, IMAGES, {"training": False}),
    ("RandomContrast", {"factor": [-0.5, 0.5]}, IMAGES, TRAIN),
    ("RandomContrast", {"factor": 0.3}, BYTES, {"training": False}),
    ("RandomBrightness", {"factor": [0.3, 0.3]}, IMAGES, TRAIN),
    ("RandomBrightness", {"factor": [-0.25, -0.25], "value_range": [0, 1]}, GRAY, TRAIN),
    ("RandomBrightness", {"factor": [0.3, 0.3]}, BYTES, TRAIN),
    ("RandomBrightness", {"factor": 0.2, "seed": 5}, BYTES, {"training": False}),
    # Keras 3's only
    *((name, {"factor": [f, f], "value_range": [0, 1]}, COLORS, TRAIN) for name, f in (
        ("RandomSaturation", 0.2), ("RandomSaturation", 0.7), ("RandomSaturation", -0.2), ("RandomColorDegeneration", 0.3),
        ("RandomColorDegeneration", -0.3), ("RandomSharpness", 0.0), ("RandomSharpness", 0.8), ("RandomInvert", 1))),
    ("RandomSaturation", {"factor": [0.4, 0.4]}, IMAGES, TRAIN),
    ("RandomHue", {"factor": [0, 0]}, IMAGES, TRAIN),
    ("RandomHue", {"factor": [1, 1]}, IMAGES, TRAIN),
    ("RandomGrayscale", {"factor": 1.0}, IMAGES, TRAIN),
    ("RandomGrayscale", {"factor": 1.0}, WIDE, TRAIN),
    *(("RandomPosterization", {"factor": [n, n + 1]}, IMAGES, TRAIN) for n in (2, 5)),
    ("Solarization", {}, IMAGES, {}),
    ("AutoContrast", {}, IMAGES, {}),
    ("AutoContrast", {"value_range": [0, 1]}, GRAY * 0.5 + 0.2, {}),
    ("AutoContrast", {}, BYTES, {}),
    ("Equalization", {}, np.floor(IMAGES), {}),
    ("Equalization", {"bins": 8}, np.floor(WIDE), {}),
    ("Equalization", {}, BYTES, {}),
    ("RandomGaussianBlur", {"factor": [1, 1], "sigma": [0.8, 0.8]}, IMAGES, TRAIN),
    ("RandomGaussianBlur", {"factor": [1, 1], "kernel_size": [3, 5], "sigma": [0.8, 0.8]}, WIDE, TRAIN),
    *((CLAHE, {"tile_grid_size": grid, "clip_limit": limit}, np.floor(IMAGES), {}) for grid, limit in (([1, 1], 0.0), ([2, 2], 4.0), ([2, 3], 40.0))),
    (CLAHE, {"tile_grid_size": [2, 2]}, BYTES, {}),
    *((name, kwargs, IMAGES, {"training": False}) for name, kwargs in (
        ("RandomShear", {"x_factor": 0.2, "seed": 1}), ("RandomPerspective", {"seed": 1}), ("RandomErasing", {"scale": [0.1, 0.2], "seed": 1}),
        ("RandomElasticTransform", {"seed": 1}), ("RandomColorJitter", {"brightness_factor": 0.2, "seed": 1}), ("CutMix", {"seed": 1}),
        ("MixUp", {"seed": 1}), ("RandAugment", {"seed": 1}), ("AugMix", {"seed": 1}))),
]  # fmt: skip

BAD = [
    (ROTATION, {"factor": 2.0}, WIDE),
    (ROTATION, {"factor": 0.1, "fill_mode": "mirrored"}, WIDE),
    (ROTATION, {"factor": 0.1, "interpolation": "cubic"}, WIDE),
    (ZOOM, {"height_factor": 1.5}, WIDE),
    (ZOOM, {"height_factor": -1.5}, WIDE),
    (MOVE, {"height_factor": 1.5, "width_factor": 0.1}, WIDE),
    (MOVE, {"height_factor": 0.1, "width_factor": [0.1, 2.0]}, WIDE),
    ("RandomContrast", {"factor": 1.2}, WIDE),
    ("RandomBrightness", {"factor": 1.2}, WIDE),
    ("RandomBrightness", {"factor": [0.1, 0.2, 0.3]}, WIDE),
    ("RandomFlip", {}, WIDE[0, 0]),
    ("Resizing", {"height": 3, "width": 3}, WIDE[0, 0]),
    ("Resizing", {"height": 3, "width": 3, "interpolation": "cubism"}, WIDE),
    ("CenterCrop", {"height": 3, "width": 3}, WIDE[0, 0]),
    ("RandomHue", {"factor": 1.2}, IMAGES),
    ("RandomShear", {"x_factor": -0.2}, IMAGES),
    ("RandomErasing", {"factor": 2.0}, IMAGES),
    ("RandomPosterization", {"factor": 9}, IMAGES),
]


def cases(ctx):
    for entry in layer_entries(ctx, TABLE):
        moved = entry["name"] in FIXED and entry.get("call") == TRAIN
        for answer in entry["answers"].values():
            # TensorFlow's gradient of a moved image is the image moved back: not the transpose of its bilinear weights, and without the
            # pixels that fill modes repeat. Ours is the derivative (tests/layers/test_image.py). Where it has none ours may have one.
            if moved or any(g is None for g in answer.get("gradients", [])):
                answer.pop("gradients", None)
        yield entry
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers_image", cases)
