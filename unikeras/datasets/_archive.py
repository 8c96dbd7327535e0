"""Unpacking archives that may be hostile.

Only plain files and folders are ever created, only inside the destination, and only so many bytes of them. A
link becomes a copy of the file it names, if that file is in the archive. Everything is unpacked into a folder
of its own first, and moved into place when it is complete.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

CHUNK = 1 << 18  # bytes
ALWAYS_ALLOWED = 256 << 20  # bytes that any archive may unpack to ...
RATIO = 100  # ... and this much more for each byte of its own


class ArchiveError(ValueError):
    """An archive is damaged, or holds something that must not be unpacked.

    Example:
        >>> from unikeras.datasets._archive import ArchiveError
        >>> str(ArchiveError("a.zip", "'../b' lies outside the folder"))
        "a.zip was not unpacked: '../b' lies outside the folder."
    """

    def __init__(self, path: object, reason: object) -> None:
        super().__init__(f"{path} was not unpacked: {reason}.")


@dataclass(frozen=True)
class _Member:
    """One entry: what it is ("file", "folder" or "link"), and for a link the member it names."""

    path: PurePosixPath
    kind: str
    size: int
    open: Callable[[], IO[bytes]]
    link: PurePosixPath | None = None


def extract(archive: Path, into: Path, formats: tuple[str, ...] = ("tar", "zip")) -> bool:
    """Unpack `archive` into the folder `into`; return `False` if it is no archive of the given formats.

    Args:
        archive: Path of a tar (plain, gzip, bzip2, xz) or zip file.
        into: Path of a folder; it is made if it does not exist. Files of the same names are replaced.
        formats: which formats to try, of "tar" and "zip".

    Raises:
        ArchiveError: if it is damaged, has names outside the folder, or unpacks to more than 256 MiB plus 100
            times its size.
    """
    open_members = _opener(archive, formats)
    if open_members is None:
        return False
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{archive.name}.", suffix=".unpacking", dir=into.parent
    ) as name:
        fresh = Path(name, "content")
        fresh.mkdir()
        with _damage_is_an_archive_error(archive), open_members(archive) as members:
            _unpack(archive, members, fresh)
        _move(fresh, into)
    return True


def is_extracted(archive: Path, into: Path, formats: tuple[str, ...] = ("tar", "zip")) -> bool:
    """Whether every file of `archive` is in the folder `into`, with its size."""
    open_members = _opener(archive, formats)
    if open_members is None or not into.is_dir():
        return False
    with _damage_is_an_archive_error(archive), open_members(archive) as members:
        for member in members:
            path = into / member.path
            if member.kind == "folder":
                if not path.is_dir():
                    return False
            elif not path.is_file() or (member.kind == "file" and path.stat().st_size != member.size):
                return False
    return True


@contextlib.contextmanager
def _damage_is_an_archive_error(archive: Path) -> Iterator[None]:
    import lzma
    import tarfile
    import zipfile
    import zlib

    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise ArchiveError(archive, f"it is damaged or incomplete ({error})") from error
    except (NotImplementedError, RuntimeError) as error:  # an unknown compression; a password
        raise ArchiveError(archive, error) from error
    except (OSError, ValueError, OverflowError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(archive, error) from error


def _unpack(archive: Path, members: Iterator[_Member], folder: Path) -> None:
    budget = _budget(archive)
    links = []
    for member in members:
        path = folder / member.path
        if member.kind == "folder":
            path.mkdir(parents=True, exist_ok=True)
        elif member.kind == "link":
            links.append(member)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with member.open() as source, open(path, "wb") as target:
                while chunk := source.read(CHUNK):
                    budget -= len(chunk)
                    if budget < 0:
                        raise ArchiveError(archive, _TOO_LARGE)
                    target.write(chunk)
            if path.stat().st_size != member.size:
                raise ArchiveError(archive, f"{str(member.path)!r} is incomplete")
    for member in links:
        source_path = folder / (member.link or "")
        if not source_path.is_file():
            raise ArchiveError(
                archive, f"{str(member.path)!r} is a link to something that is no file in the archive"
            )
        budget -= source_path.stat().st_size
        if budget < 0:
            raise ArchiveError(archive, _TOO_LARGE)
        path = folder / member.path
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source_path, path)


_TOO_LARGE = (
    f"it unpacks to more than {ALWAYS_ALLOWED >> 20} MiB plus {RATIO} times its size, as a decompression "
    "bomb does; if you trust it, unpack it yourself"
)


def _budget(archive: Path) -> int:
    return ALWAYS_ALLOWED + RATIO * archive.stat().st_size


def _move(fresh: Path, into: Path) -> None:
    """Move what is in `fresh` to `into`; folders that are in both are merged."""
    try:
        os.rename(fresh, into)
        return
    except OSError:  # it exists
        into.mkdir(parents=True, exist_ok=True)
    for entry in list(fresh.iterdir()):
        target = into / entry.name
        if entry.is_dir():
            _move(entry, target)
        else:
            os.replace(entry, target)


def _opener(
    archive: Path, formats: tuple[str, ...]
) -> Callable[[Path], contextlib.AbstractContextManager[Iterator[_Member]]] | None:
    """The function that lists the members of this archive, or `None` if it is none."""
    import tarfile
    import zipfile

    for name in formats:
        if name == "tar":
            try:
                with _tar_stream(archive) as stream:
                    head = stream.read(512)
                if len(head) == 512:
                    tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
                    return _tar_members
            except (tarfile.TarError, OSError, EOFError, ValueError):
                continue
        elif name == "zip":
            if zipfile.is_zipfile(archive):
                return _zip_members
        else:
            raise ValueError(f"archive_format must be 'auto', 'tar', 'zip' or None, but {name!r} was given.")
    return None


def _safe_path(archive: Path, name: str) -> PurePosixPath:
    """The relative path that `name` spells; an error if any system could take it for one outside."""
    path = PurePosixPath(name.replace("\\", "/"))
    drive = PureWindowsPath(name).drive or (os.name == "nt" and ":" in name)
    if path.is_absolute() or drive or ".." in path.parts or "\0" in name or not name:
        raise ArchiveError(archive, f"it has a member named {name!r}, which lies outside the folder")
    return path


# --- tar ----------------------------------------------------------------------------------------------------


class _Bounded:
    """A stream that fails after so many bytes, so that no header can make tarfile read on for ever."""

    def __init__(self, stream: IO[bytes], archive: Path) -> None:
        self.stream, self.archive, self.left = stream, archive, _budget(archive)

    def read(self, count: int = CHUNK) -> bytes:
        data = self.stream.read(min(count, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise ArchiveError(self.archive, _TOO_LARGE)
        return data


def _tar_stream(archive: Path) -> IO[bytes]:
    import bz2
    import gzip
    import lzma

    with open(archive, "rb") as file:
        head = file.read(6)
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(archive, "rb")  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.open(archive, "rb")
    if head.startswith(b"\xfd7zXZ\0"):
        return lzma.open(archive, "rb")
    return open(archive, "rb")


@contextlib.contextmanager
def _tar_members(archive: Path) -> Iterator[Iterator[_Member]]:
    import tarfile

    with _tar_stream(archive) as stream:
        bounded = _Bounded(stream, archive)
        with tarfile.open(fileobj=bounded, mode="r|") as tar:  # type: ignore[call-overload]

            def members() -> Iterator[_Member]:
                for info in tar:
                    path = _safe_path(archive, info.name)

                    def open_file(info: tarfile.TarInfo = info) -> IO[bytes]:
                        return tar.extractfile(info)

                    if info.isdir():
                        yield _Member(path, "folder", 0, open_file)
                    elif info.issym() or info.islnk():
                        # a symbolic link counts from its own folder, a hard link from the top
                        link = str(path.parent / info.linkname) if info.issym() else info.linkname
                        if info.issym() and info.linkname.startswith("/"):
                            link = info.linkname
                        yield _Member(path, "link", 0, open_file, _safe_path(archive, os.path.normpath(link)))
                    elif info.isreg():
                        yield _Member(path, "file", info.size, open_file)
                    else:
                        raise ArchiveError(archive, f"{info.name!r} is neither a file, a folder nor a link")
                    tar.members = []  # the stream is read once; do not remember every header
                while bounded.read():  # to the end of the compressed data, where its checksum is
                    continue

            yield members()


# --- zip ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _zip_members(archive: Path) -> Iterator[Iterator[_Member]]:
    import zipfile

    with zipfile.ZipFile(archive) as file:

        def members() -> Iterator[_Member]:
            for info in file.infolist():
                path = _safe_path(archive, info.filename)

                def open_file(info: zipfile.ZipInfo = info) -> IO[bytes]:
                    return file.open(info)

                yield _Member(path, "folder" if info.is_dir() else "file", info.file_size, open_file)

        yield members()
