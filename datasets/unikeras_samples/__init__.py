"""A part of the Fashion-MNIST images (Zalando SE, MIT licence), compressed without loss."""

from __future__ import annotations

import lzma
from importlib import resources
from typing import Any

import numpy as np

__all__ = ["__version__", "load_fashion_mnist"]

__version__ = "0.1.0"

TRAIN, TEST = 17_000, 3_400  # images

Array = np.ndarray[Any, Any]


def load_fashion_mnist() -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Load the sample; every class has the same number of images.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 images `(n, 28, 28)`, 0 (background) to 255, and uint8
        labels `(n,)`, 0 to 9.

    Example:
        >>> from unikeras_samples import load_fashion_mnist
        >>> (x_train, y_train), (x_test, y_test) = load_fashion_mnist()
        >>> x_train.shape, x_test.shape, x_train.dtype.name
        ((17000, 28, 28), (3400, 28, 28), 'uint8')

    Xiao, Rasul and Vollgraf, https://arxiv.org/abs/1708.07747.
    """
    packed = resources.files(__name__).joinpath("fashion_mnist.xz").read_bytes()
    content = np.frombuffer(bytearray(lzma.decompress(packed)), np.uint8)  # all labels, then all pixels
    y, x = content[: TRAIN + TEST], content[TRAIN + TEST :].reshape(TRAIN + TEST, 28, 28)
    return (x[:TRAIN], y[:TRAIN]), (x[TRAIN:], y[TRAIN:])
