"""Where data files live, what they must hash to, and where they can be had."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from unikeras.datasets._fetch import fetch

GOOGLE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
"""Where Keras keeps its own copies."""


@dataclass(frozen=True)
class Digest:
    """The hash that a file must have.

    Args:
        algorithm: "sha256" or "md5".
        value: str, hexadecimal digits.

    Example:
        >>> from unikeras.datasets._cache import Digest
        >>> Digest.parse("5d41402abc4b2a76b9719d911017c592").algorithm
        'md5'
    """

    algorithm: str
    value: str

    @classmethod
    def parse(cls, file_hash: str | None, algorithm: str = "auto") -> Digest | None:
        """The digest that `file_hash` spells; 64 digits mean sha256, 32 md5; `None` for no hash.

        Raises:
            ValueError: for another algorithm, or digits that cannot be one of it.
        """
        if not file_hash:
            return None
        value = file_hash.strip().lower()
        if algorithm == "auto":
            algorithm = "sha256" if len(value) == 64 else "md5"
        digits = {"sha256": 64, "md5": 32}.get(algorithm)
        if digits is None:
            raise ValueError(
                f"hash_algorithm must be 'auto', 'sha256' or 'md5', but {algorithm!r} was given."
            )
        if len(value) != digits or set(value) - set("0123456789abcdef"):
            raise ValueError(
                f"a {algorithm} hash has {digits} hexadecimal digits, but file_hash={file_hash!r} was given."
            )
        return cls(algorithm, value)

    def of(self, path: Path) -> str:
        """The hash that the file at `path` has."""
        with open(path, "rb") as file:
            return hashlib.file_digest(file, self.algorithm).hexdigest()

    def __str__(self) -> str:
        return f"{self.algorithm} {self.value}"


def cache_root(cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """The cache folder: `cache_dir`, else `$KERAS_HOME`, else `~/.keras`.

    Example:
        >>> from unikeras.datasets._cache import cache_root
        >>> cache_root("/data").name
        'data'
    """
    return Path(cache_dir or os.environ.get("KERAS_HOME") or "~/.keras").expanduser()


def cache_path(
    fname: str | os.PathLike[str],
    cache_subdir: str = "datasets",
    cache_dir: str | os.PathLike[str] | None = None,
) -> Path:
    """The full path of a cached file; an absolute `fname` or `cache_subdir` stands for itself.

    If the cache folder cannot be written and does not hold the file, the path is in `.keras` in the folder
    for temporary files, as in Keras.

    Raises:
        ValueError: if `fname` climbs out of its folder with "..".
    """
    name = Path(os.fspath(fname)).expanduser()
    if ".." in name.parts:
        raise ValueError(f"fname must not contain '..', but fname={os.fspath(fname)!r} was given.")
    root = cache_root(cache_dir)
    path = root / cache_subdir / name
    if not path.exists() and not _writable(path.parent):
        import tempfile

        return Path(tempfile.gettempdir(), ".keras", cache_subdir, name)
    return path


def _writable(folder: Path) -> bool:
    """Whether files can be made in `folder`, which need not exist yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


@dataclass(frozen=True)
class Source:
    """One file of a data set: its name in the cache, its hash, and the public places that serve these very
    bytes.

    Args:
        fname: str, name in the cache folder.
        urls: tuple of str, tried in order.
        file_hash: str, sha256 or md5 of the file.
        cache_subdir: str, folder under the cache folder.
        trust_cached: bool; `True` uses a file that is in the cache as it is (Keras does so for Fashion-MNIST,
            for which it knows no hash); what is downloaded is checked in any case.
        hint: str, one more sentence for the error that tells how to go on without a network.

    Example:
        >>> from unikeras.datasets import mnist
        >>> mnist.SOURCE.fname
        'mnist.npz'
    """

    fname: str
    urls: tuple[str, ...]
    file_hash: str
    cache_subdir: str = "datasets"
    trust_cached: bool = False
    hint: str = ""

    def path(self, fname: str | None = None, cache_dir: str | os.PathLike[str] | None = None) -> Path:
        """Where the file is, or would be, in the cache; `fname` replaces the usual name."""
        return cache_path(fname or self.fname, self.cache_subdir, cache_dir)

    def is_cached(self, fname: str | None = None, cache_dir: str | os.PathLike[str] | None = None) -> bool:
        """Whether the file is in the cache and right, so that no network is needed."""
        path, digest = self.path(fname, cache_dir), Digest.parse(self.file_hash)
        if not path.is_file():
            return False
        return self.trust_cached or digest is None or digest.of(path) == digest.value

    def get(self, fname: str | None = None, cache_dir: str | os.PathLike[str] | None = None) -> Path:
        """The path of the file, downloaded first where it is not in the cache.

        Raises:
            DownloadError: if it is not there and no origin could serve it.
        """
        path = self.path(fname, cache_dir)
        fetch(path, self.urls, Digest.parse(self.file_hash), trust_cached=self.trust_cached, hint=self.hint)
        return path
