"""Hostile and damaged archives: nothing is written outside, nothing without end, nothing by halves."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from unikeras.datasets import _archive
from unikeras.datasets._archive import ArchiveError, extract, is_extracted


def tar(path: Path, *entries, mode: str = "w:gz") -> Path:
    """Entries: (name, bytes), or a TarInfo that says all."""
    with tarfile.open(path, mode) as file:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                file.addfile(entry)
            else:
                info = tarfile.TarInfo(entry[0])
                info.size = len(entry[1])
                file.addfile(info, io.BytesIO(entry[1]))
    return path


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def everything_under(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_of_every_compression(tmp_path, mode):
    archive = tar(tmp_path / "a", ("d/x", b"1"), special("e", tarfile.DIRTYPE), mode=mode)
    assert not is_extracted(archive, tmp_path / "out")
    assert extract(archive, tmp_path / "out")
    assert everything_under(tmp_path / "out") == {"d", "d/x", "e"}
    assert is_extracted(archive, tmp_path / "out")


BAD_NAMES = ["../evil", "a/../../evil", "/tmp/evil-absolute", "C:\\evil", "..\\evil"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_outside(tmp_path, name):
    archives = [tar(tmp_path / "a.tar.gz", ("good", b"1"), (name, b"bad"))]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("good", b"1")
        file.writestr(name, b"bad")
    archives.append(tmp_path / "a.zip")
    for archive in archives:
        with pytest.raises(ArchiveError, match="outside the folder"):
            extract(archive, tmp_path / "out")
    assert everything_under(tmp_path) == {"a.tar.gz", "a.zip"}  # not even the good one
    assert not Path("/tmp/evil-absolute").exists()


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (tarfile.SYMTYPE, "../../outside"),
        (tarfile.SYMTYPE, "/etc/passwd"),
        (tarfile.LNKTYPE, "../outside"),
        (tarfile.LNKTYPE, "/etc/passwd"),
        (tarfile.SYMTYPE, "nothing-there"),
        (tarfile.SYMTYPE, "."),
    ],
)
def test_links_outside(tmp_path, kind, target):
    (tmp_path / "outside").write_text("secret")
    archive = tar(tmp_path / "a.tgz", special("link", kind, target), ("link/evil", b"bad"))
    with pytest.raises(ArchiveError):
        extract(archive, tmp_path / "out")
    assert everything_under(tmp_path) == {"a.tgz", "outside"}


def test_writing_through_a_link(tmp_path):
    """The classical pair: a link to a folder elsewhere, then a file "in" it."""
    (tmp_path / "elsewhere").mkdir()
    archive = tar(
        tmp_path / "a.tgz", special("d", tarfile.SYMTYPE, str(tmp_path / "elsewhere")), ("d/evil", b"bad")
    )
    with pytest.raises(ArchiveError):
        extract(archive, tmp_path / "out")
    assert everything_under(tmp_path) == {"a.tgz", "elsewhere"}


def test_links_inside_become_copies(tmp_path):
    archive = tar(
        tmp_path / "a.tgz",
        ("d/x", b"content"),
        special("d/soft", tarfile.SYMTYPE, "x"),
        special("e/up", tarfile.SYMTYPE, "../d/x"),
        special("hard", tarfile.LNKTYPE, "d/x"),
    )
    extract(archive, tmp_path / "out")
    for name in ("d/soft", "e/up", "hard"):
        path = tmp_path / "out" / name
        assert path.read_bytes() == b"content"
        assert not path.is_symlink()
    assert is_extracted(archive, tmp_path / "out")


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_devices(tmp_path, kind):
    with pytest.raises(ArchiveError, match="neither a file"):
        extract(tar(tmp_path / "a.tgz", special("x", kind)), tmp_path / "out")


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr(_archive, "ALWAYS_ALLOWED", 1 << 20)


def test_bombs(tmp_path, small_limit):
    zeros = bytes(20 << 20)
    archives = [tar(tmp_path / "a.tgz", ("zeros", zeros))]
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", zeros)
    archives.append(tmp_path / "a.zip")
    for archive in archives:
        with pytest.raises(ArchiveError, match="bomb"):
            extract(archive, tmp_path / "out")
    assert everything_under(tmp_path) == {"a.tgz", "a.zip"}


def test_bomb_in_a_header(tmp_path, small_limit):
    """A pax header that claims (and, decompressed, has) 64 MiB: tarfile would read it all into memory."""
    info = special("header", tarfile.XHDTYPE)
    info.size = 64 << 20
    with gzip.open(tmp_path / "a.tgz", "wb") as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        file.write(bytes(64 << 20))
    with pytest.raises(ArchiveError, match="bomb"):
        extract(tmp_path / "a.tgz", tmp_path / "out")


@pytest.mark.parametrize("size", [400, 2400, 6000, -10, -3])
def test_cut_off(tmp_path, size):
    import random

    content = random.Random(0).randbytes(4000)
    whole = tar(tmp_path / "a", ("x", content), ("y", content[::-1]), mode="w").read_bytes()
    (tmp_path / "b.tgz").write_bytes(gzip.compress(whole)[:size])
    with pytest.raises(ArchiveError):
        extract(tmp_path / "b.tgz", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_checksum(tmp_path):
    data = bytearray(tar(tmp_path / "a.tgz", ("x", b"content")).read_bytes())
    data[-6] ^= 1
    (tmp_path / "a.tgz").write_bytes(data)
    with pytest.raises(ArchiveError):
        extract(tmp_path / "a.tgz", tmp_path / "out")


def test_damaged_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("x", b"content of the file")
    data = (tmp_path / "a.zip").read_bytes().replace(b"content", b"c0ntent")
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        extract(tmp_path / "a.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_archive(tmp_path):
    for content in (b"", b"hello", bytes(1024), b"\x1f\x8bnot gzip"):
        (tmp_path / "a").write_bytes(content)
        assert not extract(tmp_path / "a", tmp_path / "out")
    assert not (tmp_path / "out").exists()
