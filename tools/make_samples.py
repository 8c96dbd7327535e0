"""Make the data file of datasets/unikeras_samples from the cached Fashion-MNIST files.

    python tools/make_samples.py [CACHE]

CACHE is the folder that holds `datasets/fashion-mnist/*.gz` (default: `$KERAS_HOME`, else `~/.keras`). The
same files give the same bytes (with the same liblzma). Measured, in bytes an image: raw pixels 377,
difference to the pixel above 389, median of neighbours as predictor 393, one place of all images after the
other 424 and more, bz2 and deflate worse. So it is the raw pixels.
"""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from unikeras.datasets import fashion_mnist  # noqa: E402

OUT = ROOT / "datasets" / "unikeras_samples" / "fashion_mnist.xz"
PER_CLASS = {"train": 1700, "test": 340}
MAX_BYTES = 7_900_000  # the wheel must stay below 8 MB
# A pixel is predicted from the high bits of the one before (lc) and from the column modulo 4 (pb).
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 2}]


def first_of_each_class(x: np.ndarray, y: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first `count` images of each class and their labels, in the order of the file."""
    keep = np.sort(np.concatenate([np.flatnonzero(y == label)[:count] for label in range(10)]))
    if len(keep) != 10 * count:
        raise SystemExit(f"some class has fewer than {count} images")
    return x[keep], y[keep]


def main(cache: str | None = None) -> None:
    train, test = fashion_mnist.load_data(cache_dir=cache)
    x_train, y_train = first_of_each_class(*train, PER_CLASS["train"])
    x_test, y_test = first_of_each_class(*test, PER_CLASS["test"])
    content = b"".join(array.tobytes() for array in (y_train, y_test, x_train, x_test))
    packed = lzma.compress(content, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, filters=FILTERS)
    if len(packed) > MAX_BYTES:
        raise SystemExit(f"{len(packed):,} bytes are too many; lower PER_CLASS")
    OUT.write_bytes(packed)
    images = len(y_train) + len(y_test)
    sys.stdout.write(
        f"{OUT}: {images:,} images, {len(packed):,} bytes, {len(packed) / images:.1f} an image\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
