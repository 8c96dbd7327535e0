"""What can go wrong with a data file. Imported late, so that `import unikeras` need not load urllib."""

from __future__ import annotations

from urllib.error import URLError


class DownloadError(URLError, ValueError):
    """A file is not in the cache and could not be downloaded.

    It is an `OSError` and a `urllib.error.URLError` (nothing could be fetched) and a `ValueError` too, which
    is what Keras raises when a file's hash is wrong, so programs that catch any of these keep working.

    Args:
        message: str, the whole explanation.
        path: str, the full path where the file should be put by hand.

    Example:
        >>> from unikeras.datasets._errors import DownloadError
        >>> error = DownloadError("no such file", "/tmp/mnist.npz")
        >>> str(error), isinstance(error, OSError)
        ('no such file', True)
    """

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message, path)

    def __str__(self) -> str:
        return str(self.reason)


class DataFileError(ValueError):
    """A file is there, but its content is not what its format promises.

    Args:
        path: str or Path, the file.
        reason: str, what is wrong in it.

    Example:
        >>> from unikeras.datasets._errors import DataFileError
        >>> str(DataFileError("a.npz", "it is empty"))
        'a.npz cannot be used: it is empty. Delete it, and load the data set again.'
    """

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}. Delete it, and load the data set again.")
