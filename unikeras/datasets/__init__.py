"""`keras.datasets`: small data sets, from Keras's cache or a checked download."""

from unikeras.datasets import boston_housing as boston_housing
from unikeras.datasets import california_housing as california_housing
from unikeras.datasets import cifar10 as cifar10
from unikeras.datasets import cifar100 as cifar100
from unikeras.datasets import fashion_mnist as fashion_mnist
from unikeras.datasets import imdb as imdb
from unikeras.datasets import mnist as mnist
from unikeras.datasets import reuters as reuters

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
