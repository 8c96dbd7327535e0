"""Where files are: users' paths as local ones, and the system's errors as TensorFlow's."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from unikeras.core.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)

__all__ = ["SCHEMES", "file_errors", "get_registered_schemes", "local_path"]

SCHEMES = ("", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def local_path(path: Any) -> str:
    """A path as the system takes it: a string, without `file://`.

    Args:
        path: a string, bytes, a path, or a scalar tensor of strings.

    Raises:
        TypeError: it is no path.
        UnimplementedError: it is on a file system that is not there, such as `gs://`.

    Example:
        >>> local_path("file:///tmp/a"), local_path(b"b")
        ('/tmp/a', 'b')
    """
    if hasattr(path, "numpy"):
        path = path.numpy()
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(f"Expected a path, got {path!r}.")
    text = os.fsdecode(path)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    if scheme[1].lower() != "file":
        raise UnimplementedError(
            f"File system scheme '{scheme[1]}' not implemented (file: '{text}'): only local files can be read and written. "
            "Copy the file to this machine first."
        )
    return text[len(scheme[0]) :]


def get_registered_schemes() -> list[str]:
    """The schemes of paths that can be used: local files only (mirrors `tf.io.gfile.get_registered_schemes`).

    Example:
        >>> import unikeras as tf
        >>> tf.io.gfile.get_registered_schemes()
        ['', 'file']
    """
    return list(SCHEMES)


@contextlib.contextmanager
def file_errors(path: str) -> Iterator[None]:
    """Turn the system's errors about a file into those that TensorFlow raises."""
    try:
        yield
    except OpError:
        raise
    except OSError as error:
        raise _translated(error, path) from None
    except ValueError as error:  # a zero byte in the path
        raise InvalidArgumentError(f"{path!r}: {error}") from None


def _translated(error: OSError, path: str) -> OpError:
    kinds: dict[type, type[OpError]] = {
        FileNotFoundError: NotFoundError,
        FileExistsError: AlreadyExistsError,
        IsADirectoryError: FailedPreconditionError,
        NotADirectoryError: FailedPreconditionError,
        PermissionError: PermissionDeniedError,
    }
    kind = kinds.get(type(error), UnknownError)
    names = {
        "ENOSPC": ResourceExhaustedError,
        "EMFILE": ResourceExhaustedError,
        "ENOTEMPTY": FailedPreconditionError,
    }
    names |= {
        "EINVAL": InvalidArgumentError,
        "ENAMETOOLONG": InvalidArgumentError,
        "EXDEV": FailedPreconditionError,
    }
    import errno

    if error.errno is not None:
        kind = names.get(errno.errorcode.get(error.errno, ""), kind)
    return kind(f"{path}; {error.strerror or error}")
