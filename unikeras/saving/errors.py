"""What saving and loading raise."""

from __future__ import annotations

__all__ = ["MissingFileError", "ModelFileError", "UnsafeError"]


class ModelFileError(ValueError):
    """A model or weights file that is broken, or that does not fit the model. The message names the file and the member.

    Example:
        >>> issubclass(ModelFileError, ValueError)
        True
    """


class MissingFileError(ModelFileError, FileNotFoundError):
    """There is no such file: an `OSError` as in tf.keras 2, and a `ValueError` as in Keras 3.

    Example:
        >>> issubclass(MissingFileError, OSError) and issubclass(MissingFileError, ValueError)
        True
    """


class UnsafeError(ValueError):
    """A file holds code, and loading it was not asked for (`safe_mode=False`).

    Example:
        >>> issubclass(UnsafeError, ValueError)
        True
    """
