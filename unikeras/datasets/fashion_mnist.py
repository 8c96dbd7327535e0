"""Fashion-MNIST: 70,000 images of articles of clothing."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.datasets._cache import GOOGLE, Source
from unikeras.datasets._readers import read_images_and_labels

__all__ = ["load_data"]

Array = np.ndarray[Any, Any]

_ORIGINS = (
    GOOGLE,
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",  # Zalando's own
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)


def _source(fname: str, md5: str) -> Source:
    return Source(
        fname,
        tuple(origin + fname for origin in _ORIGINS),
        md5,
        cache_subdir="datasets/fashion-mnist",
        trust_cached=True,
        hint="Or use fashion_mnist.load_data(sample=True): a part of the images, which needs no network.",
    )


SOURCES = (
    _source("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    _source("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
    _source("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
    _source("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
)


def load_data(
    cache_dir: str | os.PathLike[str] | None = None, *, sample: bool = False
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load Fashion-MNIST: 60,000 training and 10,000 test images, 28 x 28, of ten kinds of clothing.

    The labels: 0 T-shirt/top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9
    ankle boot. Files that are in the cache are used as they are; downloads are checked.

    Args:
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.
        sample: bool; `True` takes the 17,000 + 3,400 images of the separate package `unikeras-samples`,
            without any network or cache (ours; Keras has no such argument). It is never used unless asked
            for.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 images `(n, 28, 28)`, 0 (background) to 255, and uint8
        labels `(n,)`.

    Raises:
        DownloadError: an `OSError`, if a file is neither in the cache nor to be had; it says where to put it.
        DataFileError: a `ValueError`, if a file is damaged.
        ModuleNotFoundError: for `sample=True`, if `unikeras-samples` is not installed.

    Example:
        >>> from unikeras.datasets import fashion_mnist
        >>> if all(source.is_cached() for source in fashion_mnist.SOURCES):  # else this downloads 31 MB
        ...     (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
        ...     assert x_train.shape == (60000, 28, 28) and y_test.shape == (10000,)

    Xiao, Rasul and Vollgraf, https://arxiv.org/abs/1708.07747, MIT licence; mirrors
    `keras.datasets.fashion_mnist`.
    """
    if sample:
        return _load_sample()
    x_train, y_train, x_test, y_test = (source.get(cache_dir=cache_dir) for source in SOURCES)
    return read_images_and_labels(x_train, y_train), read_images_and_labels(x_test, y_test)


def _load_sample() -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    try:
        import unikeras_samples
    except ModuleNotFoundError as error:
        if error.name != "unikeras_samples":
            raise
        raise ModuleNotFoundError(
            "fashion_mnist.load_data(sample=True) needs the package unikeras-samples: "
            "pip install unikeras-samples, or pip install ./datasets in a checkout of unikeras.",
            name="unikeras_samples",
        ) from None
    result: tuple[tuple[Array, Array], tuple[Array, Array]] = unikeras_samples.load_fashion_mnist()
    return result
