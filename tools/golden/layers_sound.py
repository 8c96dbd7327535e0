"""Golden data for spectrograms. See layer_cases.py."""

import common
import numpy as np
from layer_cases import layer_entries, refused_entries

SOUND = np.random.default_rng(5).normal(size=(2, 20, 2)).astype("float32")
NAME, SHORT = "STFTSpectrogram", {"frame_length": 8, "frame_step": 4}

TABLE = [
    *((NAME, {**SHORT, "mode": m}, SOUND, {}) for m in ("log", "magnitude", "psd", "real", "imag", "stft")),
    *((NAME, {**SHORT, "mode": "magnitude", "window": w, "scaling": s}, SOUND, {})
      for w, s in (("hamming", "density"), ("hann", "spectrum"), ("hann", None), (None, "density"))),
    (NAME, {**SHORT, "mode": "magnitude", "periodic": True, "fft_length": 16}, SOUND, {}),
    (NAME, {"frame_length": 6, "mode": "psd", "fft_length": 9}, SOUND, {}),
    (NAME, {"frame_length": 8, "frame_step": 3, "mode": "real", "padding": "same"}, SOUND, {}),
    (NAME, {**SHORT, "mode": "stft", "expand_dims": True}, SOUND, {}),
]  # fmt: skip
BAD = [
    (NAME, {"mode": "phase"}, SOUND),
    (NAME, {"frame_step": 300}, SOUND),
    (NAME, {"frame_length": 8, "fft_length": 4}, SOUND),
    (NAME, {"scaling": "power"}, SOUND),
    (NAME, {"padding": "full"}, SOUND),
]


def cases(ctx):
    yield from layer_entries(ctx, TABLE)
    yield from refused_entries(ctx, BAD)


if __name__ == "__main__":
    common.main("layers_sound", cases)
