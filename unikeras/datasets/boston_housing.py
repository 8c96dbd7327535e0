"""Boston housing: prices of houses in 506 suburbs of Boston, 1978."""

from __future__ import annotations

import os

from unikeras.datasets._cache import GOOGLE, Source
from unikeras.datasets._readers import read_npz
from unikeras.datasets._split import Pair, check_test_split, shuffle_and_split

__all__ = ["load_data"]

SOURCE = Source(
    "boston_housing.npz",
    (GOOGLE + "boston_housing.npz", "https://s3.amazonaws.com/keras-datasets/boston_housing.npz"),
    "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
)


def load_data(
    path: str = "boston_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
    cache_dir: str | os.PathLike[str] | None = None,
) -> Pair:
    """Load the Boston housing prices: 506 suburbs with 13 numbers each, and the median price in 1,000
    dollars.

    One of the 13 numbers was made from the share of Black inhabitants on an assumption about prices; use
    `california_housing` unless it must be this set.

    Args:
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.
        test_split: float, the fraction kept for testing, `0 <= test_split < 1`.
        seed: int, of the order before the split.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: float64 `(n, 13)` and float64 `(n,)`.

    Raises:
        ValueError: for another `test_split`.
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.
        DataFileError: a `ValueError`, if the file is damaged.

    Example:
        >>> from unikeras.datasets import boston_housing
        >>> boston_housing.load_data(test_split=1.5)
        Traceback (most recent call last):
        ...
        ValueError: boston_housing.load_data: test_split is the fraction kept for testing, at least 0 and
            below 1,
        but 1.5 was given.

    Harrison and Rubinfeld 1978, doi:10.1016/0095-0696(78)90006-2; mirrors `keras.datasets.boston_housing`.
    """
    check_test_split(test_split, "boston_housing.load_data")
    x, y = read_npz(SOURCE.get(path, cache_dir), ("x", "y"))
    return shuffle_and_split(x, y, test_split, seed)
