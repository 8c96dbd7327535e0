"""`tf.io.read_file`, `write_file`, `matching_files`: whole files as tensors of strings."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_value, host_values
from unikeras.core.tensor import Tensor
from unikeras.io.filesystem import makedirs, matching
from unikeras.io.paths import file_errors, local_path

__all__ = ["matching_files", "matching_names", "read_file", "write_file"]


def _scalar(value: Any, where: str, what: str) -> bytes:
    array = host_value(value, where, "string")
    if array.ndim:
        raise InvalidArgumentError(f"{what} must be scalar, but had shape: {list(array.shape)}")
    return array.item()


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """A file's content as a string (mirrors `tf.io.read_file`).

    Args:
        filename: a scalar string.
        name: ignored.

    Raises:
        NotFoundError: there is no such file.
        FailedPreconditionError: it is a folder.

    Example:
        >>> import unikeras as tf
        >>> path = str(getfixture("tmp_path") / "a.txt")
        >>> tf.io.write_file(path, "some text")
        >>> tf.io.read_file(path).numpy()
        b'some text'
    """
    path = local_path(_scalar(filename, "read_file", "Input filename tensor"))
    with file_errors(path), open(path, "rb") as file:
        return Tensor(np.array(file.read(), object))


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Write a string into a file; folders are made (mirrors `tf.io.write_file`).

    Args:
        filename: a scalar string.
        contents: a scalar string.
        name: ignored.
    """
    path = local_path(_scalar(filename, "write_file", "Input filename tensor"))
    data = _scalar(contents, "write_file", "Contents tensor")
    folder = os.path.dirname(path)
    if folder:
        makedirs(folder)
    with file_errors(path), open(path, "wb") as file:
        file.write(data)


def matching_names(patterns: np.ndarray) -> np.ndarray:
    """The files that match patterns, strings, sorted."""
    if patterns.ndim > 1:
        raise InvalidArgumentError(
            f"Input patterns tensor must be scalar or vector, but had shape: {list(patterns.shape)}"
        )
    found = [os.fsencode(path) for one in patterns.ravel() for path in matching(local_path(one))]
    return host_values(sorted(found), (len(found),))


def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """The names of the files that match, sorted (mirrors `tf.io.matching_files`).

    Args:
        pattern: a pattern or a vector of them: `*`, `?`, `[...]` within one part of a path.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.io.matching_files("no such file*").numpy().tolist()
        []
    """
    return Tensor(matching_names(host_value(pattern, "matching_files", "string")))
