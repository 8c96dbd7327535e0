"""`keras.utils.get_file`: a file from the cache, or from the web into the cache."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence

from unikeras.datasets._cache import Digest, cache_path
from unikeras.datasets._fetch import fetch

__all__ = ["get_file"]


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | Sequence[str] | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Download a file unless it is in the cache, check it, unpack it if asked to, and return its path.

    Downloads are resumed where they broke off (across calls only if there is a hash to check the whole
    against), and get their name only when they are complete. Progress goes to stderr.

    What is returned, and where archives are unpacked, is tf.keras 2's answer where it has one:

    =================================  ====================================  ==========================
    call                               returns                               unpacks into
    =================================  ====================================  ==========================
    `get_file("a.txt", ...)`           `datasets/a.txt`
    `get_file("a.zip", extract=True)`  `datasets/a.zip` (the archive)        `datasets/`
    `get_file("a", untar=True)`        `datasets/a` (from `a.tar.gz`)        `datasets/`
    `get_file("a", extract=True)`      `datasets/a` (from `a_archive`)       `datasets/a/`, as Keras 3
    =================================  ====================================  ==========================

    The last is Keras 3's; tf.keras 2 fails there or leaves the archive without a suffix. For the second,
    Keras 3 returns the folder `datasets/a_extracted` instead.

    Args:
        fname: name of the file in the cache, or an absolute path; the name in `origin` if `None`.
        origin: str, the URL; or several URLs of the same bytes, tried in order.
        untar: bool, whether the file is a tar archive to unpack (the older spelling of `extract`).
        md5_hash: str, the older spelling of `file_hash`.
        file_hash: str, the hash the file must have; a cached file that has another is downloaded again.
        cache_subdir: str, folder in the cache, or an absolute path.
        hash_algorithm: "sha256", "md5", or "auto": 64 digits are a sha256.
        extract: bool, whether to unpack the archive (tar, tar.gz, tar.bz2, tar.xz, zip).
        archive_format: "auto", "tar", "zip", a list of these, or `None` for none.
        cache_dir: path of the cache; `$KERAS_HOME`, else `~/.keras`, if `None`.
        force_download: bool, download even if the file is in the cache.

    Returns:
        str, the path.

    Raises:
        ValueError: if there is no origin, no name, or a hash that cannot be one.
        DownloadError: an `OSError`, if the file is neither in the cache nor to be had; it says why, and where
            to put it.
        ArchiveError: a `ValueError`, if the archive is damaged, or would write outside its folder or without
            end.

    Example:
        >>> import pathlib, tempfile
        >>> from unikeras.utils.get_file import get_file
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     source = pathlib.Path(folder, "numbers.txt")
        ...     _ = source.write_text("1 2 3")
        ...     path = get_file(origin=source.as_uri(), cache_dir=folder)
        ...     pathlib.Path(path).relative_to(folder).as_posix(), pathlib.Path(path).read_text()
        ('datasets/numbers.txt', '1 2 3')

    Mirrors `keras.utils.get_file`.
    """
    if not origin:
        raise ValueError("get_file: origin, the URL to download from, is missing.")
    urls = [origin] if isinstance(origin, str) else list(origin)
    if md5_hash and not file_hash:
        file_hash, hash_algorithm = md5_hash, "md5"
    digest = Digest.parse(file_hash, hash_algorithm)
    name = os.fspath(fname) if fname else _name_in(urls[0])
    formats = ("tar",) if untar else _formats(archive_format) if extract else ()

    archive = result = cache_path(name, cache_subdir, cache_dir)
    into = archive.parent
    if untar:
        result = result.with_name(_without_tar_suffix(result.name))
        archive = result.with_name(result.name + ".tar.gz")
    elif extract and "." not in result.name:
        archive = result.with_name(result.name + "_archive")
        into = result

    fresh = fetch(archive, urls, digest, force=force_download)
    if formats:
        _unpack(archive, into, formats, fresh)
    return str(result)


def _name_in(url: str) -> str:
    from urllib.parse import urlsplit

    name = posixpath.basename(urlsplit(url).path)
    if not name:
        raise ValueError(f"get_file: {url!r} names no file; give fname, the name to store it under.")
    return name


def _without_tar_suffix(name: str) -> str:
    for suffix in (".tar.gz", ".tgz"):
        name = name.removesuffix(suffix)
    return name


def _formats(archive_format: str | Sequence[str] | None) -> tuple[str, ...]:
    if archive_format is None:
        return ()
    if archive_format == "auto":
        return ("tar", "zip")
    return (archive_format,) if isinstance(archive_format, str) else tuple(archive_format)


def _unpack(archive: os.PathLike[str], into: os.PathLike[str], formats: tuple[str, ...], fresh: bool) -> None:
    """Unpack `archive`, unless it was unpacked before; warn if it is no archive."""
    from pathlib import Path

    from unikeras.datasets._archive import extract, is_extracted

    if not fresh and is_extracted(Path(archive), Path(into), formats):
        return
    if not extract(Path(archive), Path(into), formats):
        import warnings

        warnings.warn(
            f"get_file: {archive} is no archive of the format {' or '.join(formats)}; it was not unpacked.",
            stacklevel=3,
        )
