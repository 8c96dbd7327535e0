"""California housing: prices of houses in 20,640 districts of California, 1990."""

from __future__ import annotations

import os

from unikeras.datasets._cache import GOOGLE, Source
from unikeras.datasets._readers import read_npz
from unikeras.datasets._split import Pair, check_test_split, shuffle_and_split

__all__ = ["load_data"]

SOURCE = Source(
    "california_housing.npz",
    (GOOGLE + "california_housing.npz",),
    "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
)


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
    cache_dir: str | os.PathLike[str] | None = None,
) -> Pair:
    """Load the California housing prices: districts with 8 numbers each, and the median price in dollars.

    Args:
        version: "large" for all 20,640 districts, "small" for the first 600.
        path: str, name of the file in the cache's `datasets` folder, or an absolute path.
        test_split: float, the fraction kept for testing, `0 <= test_split < 1`.
        seed: int, of the order before the split.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: float32 `(n, 8)` and float32 `(n,)`.

    Raises:
        ValueError: for another `version` or `test_split`.
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says where to put
            it.
        DataFileError: a `ValueError`, if the file is damaged.

    Example:
        >>> from unikeras.datasets import california_housing
        >>> california_housing.load_data(version="tiny")
        Traceback (most recent call last):
        ...
        ValueError: california_housing.load_data: version must be 'large' or 'small', but 'tiny' was given.

    Pace and Barry 1997, doi:10.1016/S0167-7152(96)00140-X; mirrors `keras.datasets.california_housing`.
    """
    if version not in ("large", "small"):
        raise ValueError(
            f"california_housing.load_data: version must be 'large' or 'small', but {version!r} was given."
        )
    check_test_split(test_split, "california_housing.load_data")
    x, y = read_npz(SOURCE.get(path, cache_dir), ("x", "y"))
    if version == "small":
        x, y = x[:600], y[:600]
    return shuffle_and_split(x, y, test_split, seed)
