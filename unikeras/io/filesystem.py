"""What `tf.io.gfile` does with files and folders as a whole: find, copy, rename, remove."""

from __future__ import annotations

import glob as _glob
import os
import posixpath
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from unikeras.core.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
)
from unikeras.io.paths import _SCHEME, file_errors, local_path

__all__ = [
    "FileStatistics", "copy", "exists", "glob", "isdir", "join", "listdir", "makedirs", "matching", "mkdir", "remove", "rename",
    "rmtree", "stat", "walk",
]  # fmt: skip


class FileStatistics(NamedTuple):
    """What `stat` tells: the length in bytes, when it was changed in nanoseconds since 1970, whether it is a folder."""

    length: int
    mtime_nsec: int
    is_directory: bool


def exists(path: Any) -> bool:
    """Whether there is a file or folder (mirrors `tf.io.gfile.exists`).

    Example:
        >>> import unikeras as tf
        >>> tf.io.gfile.exists("no such file")
        False
    """
    path = local_path(path)
    return not path or os.path.exists(path)


def isdir(path: Any) -> bool:
    """Whether this is a folder (mirrors `tf.io.gfile.isdir`)."""
    return os.path.isdir(local_path(path))


def stat(path: Any) -> FileStatistics:
    """A file's length and time of change (mirrors `tf.io.gfile.stat`).

    Raises:
        NotFoundError: it does not exist.

    Example:
        >>> import unikeras as tf
        >>> tf.io.gfile.stat(".").is_directory
        True
    """
    path = local_path(path)
    with file_errors(path):
        found = os.stat(path)
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(path))


def listdir(path: Any) -> list[str]:
    """The names in a folder, in no order (mirrors `tf.io.gfile.listdir`).

    Raises:
        NotFoundError: it is no folder.
    """
    path = local_path(path)
    if not os.path.isdir(path):
        raise NotFoundError(f"Could not find directory {path}")
    with file_errors(path):
        return os.listdir(path)


def matching(pattern: str) -> list[str]:
    """The files and folders of a pattern, sorted. A pattern whose first part has wildcards gives names that begin with "./"."""
    wild = re.search(r"[*?\[\\]", pattern)
    if wild is None:
        return [pattern] if os.path.lexists(pattern) else []
    if "/" not in pattern[: wild.start()]:
        pattern = "./" + pattern
    return sorted(_glob.glob(_posix_classes(pattern), include_hidden=True))


def _posix_classes(pattern: str) -> str:
    """TensorFlow's `[^...]` and backslashes as `glob` has them."""
    pattern = re.sub(r"\\(.)", r"[\1]", pattern)
    return pattern.replace("[^", "[!")


def glob(pattern: Any) -> list[str]:
    """The files and folders that match (mirrors `tf.io.gfile.glob`): `*`, `?`, `[...]` within one part of a path.

    Args:
        pattern: a pattern, or a list of them.

    Example:
        >>> import unikeras as tf
        >>> folder = getfixture("tmp_path")
        >>> _ = (folder / "a.txt").write_text("a"), (folder / "b.csv").write_text("b")
        >>> [os.path.basename(path) for path in tf.io.gfile.glob(f"{folder}/*.txt")]
        ['a.txt']
    """
    if isinstance(pattern, (str, bytes, os.PathLike)) or hasattr(pattern, "numpy"):
        pattern = [pattern]
    return [path for one in pattern for path in _with_scheme(one)]


def _with_scheme(pattern: Any) -> list[str]:
    local = local_path(pattern)
    scheme = _SCHEME.match(os.fsdecode(pattern)) if isinstance(pattern, (str, bytes, os.PathLike)) else None
    return [(scheme[0] if scheme else "") + path for path in matching(local)]


def mkdir(path: Any) -> None:
    """Make a folder; nothing happens if it is there (mirrors `tf.io.gfile.mkdir`).

    Raises:
        NotFoundError: the folder that it would be in does not exist.
    """
    path = local_path(path)
    if not os.path.exists(path):
        with file_errors(path):
            os.mkdir(path)


def makedirs(path: Any) -> None:
    """Make a folder and those that it is in; nothing happens if they are there (mirrors `tf.io.gfile.makedirs`).

    Raises:
        FailedPreconditionError: there is a file of that name.
    """
    path = local_path(path)
    with file_errors(path):
        try:
            os.makedirs(path, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise FailedPreconditionError(f"{path} is not a directory") from None


def remove(path: Any) -> None:
    """Remove a file (mirrors `tf.io.gfile.remove`).

    Raises:
        NotFoundError: it does not exist.
        FailedPreconditionError: it is a folder.
    """
    path = local_path(path)
    with file_errors(path):
        os.remove(path)


def rmtree(path: Any) -> None:
    """Remove a folder and all that is in it (mirrors `tf.io.gfile.rmtree`).

    Raises:
        NotFoundError: it does not exist.
    """
    path = local_path(path)
    if not os.path.lexists(path):
        raise NotFoundError(f"{path} not found")
    with file_errors(path):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def _target(dst: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(dst):
        raise AlreadyExistsError(f"file already exists: {dst}; give overwrite=True to replace it")
    if os.path.isdir(dst):
        raise FailedPreconditionError(f"{dst}; Is a directory")


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copy a file (mirrors `tf.io.gfile.copy`).

    Raises:
        NotFoundError: it does not exist, or the folder to copy into does not.
        AlreadyExistsError: there is a file of the new name, and `overwrite` is false.
        InvalidArgumentError: it is a folder.
    """
    src, dst = local_path(src), local_path(dst)
    _target(dst, overwrite)
    if os.path.isdir(src):
        raise InvalidArgumentError(f"{src}; Is a directory: only files can be copied")
    with file_errors(src if not os.path.exists(src) else dst):
        shutil.copyfile(src, dst)


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Rename or move a file or folder (mirrors `tf.io.gfile.rename`).

    Raises:
        NotFoundError: it does not exist, or the folder to move to does not.
        AlreadyExistsError: there is a file of the new name, and `overwrite` is false.
    """
    src, dst = local_path(src), local_path(dst)
    _target(dst, overwrite)
    with file_errors(src):
        os.replace(src, dst)


def walk(
    top: Any, topdown: bool = True, onerror: Callable[[Exception], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """The folders below and with `top`: (path, names of folders, names of files) (mirrors `tf.io.gfile.walk`).

    Args:
        top: the folder.
        topdown: whether a folder comes before those in it.
        onerror: function of the error if a folder cannot be read; nothing happens otherwise.
    """
    top = local_path(top)
    try:
        names = listdir(top)
    except NotFoundError as error:
        if onerror:
            onerror(error)
        return
    folders = [name for name in names if os.path.isdir(os.path.join(top, name))]
    files = [name for name in names if name not in set(folders)]
    here = (top, folders, files)
    if topdown:
        yield here
    for name in folders:
        yield from walk(os.path.join(top, name), topdown, onerror)
    if not topdown:
        yield here


def join(path: Any, *paths: Any) -> Any:
    """Parts of a path put together (mirrors `tf.io.gfile.join`).

    Example:
        >>> import unikeras as tf
        >>> tf.io.gfile.join("a", "b", "c.txt")
        'a/b/c.txt'
    """
    parts: Iterable[Any] = (os.fspath(part) for part in (path, *paths))
    return posixpath.join(*parts)
