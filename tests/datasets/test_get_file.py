"""get_file: downloads that break, lie, move, resume; what it returns and where it unpacks."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import time
import urllib.error
import zipfile
from pathlib import Path

import pytest

from unikeras.datasets import _fetch
from unikeras.datasets._errors import DownloadError
from unikeras.utils.get_file import get_file

CONTENT = bytes(range(256)) * 4000
SHA = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()


@pytest.fixture
def served(server):
    server.files["a.bin"] = CONTENT
    return server


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".part"))


def test_plain(served, cache, capsys):
    path = get_file(origin=served.url("a.bin?raw=1"), file_hash=SHA)
    assert path == str(cache / "a.bin")
    assert Path(path).read_bytes() == CONTENT
    assert leftovers(cache) == []
    err = capsys.readouterr().err
    assert "Downloading data from" in err
    assert "1.0 of 1.0 MB (100%)" in err


def test_cached_file_is_not_fetched_again(served):
    first = get_file("b.bin", served.url("a.bin"), file_hash=SHA)
    assert get_file("b.bin", served.url("a.bin"), file_hash=SHA) == first
    assert get_file("b.bin", served.url("a.bin")) == first
    assert len(served.requests) == 1
    get_file("b.bin", served.url("a.bin"), force_download=True)
    assert len(served.requests) == 2


def test_hashes(served, cache):
    get_file("b", served.url("a.bin"), md5_hash=MD5)
    get_file("c", served.url("a.bin"), file_hash=MD5, hash_algorithm="md5")
    get_file("d", served.url("a.bin"), file_hash=SHA.upper(), hash_algorithm="sha256")
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        get_file("e", served.url("a.bin"), file_hash=MD5, hash_algorithm="sha256")
    with pytest.raises(ValueError, match="'auto', 'sha256' or 'md5'"):
        get_file("e", served.url("a.bin"), file_hash=MD5, hash_algorithm="crc")


def test_wrong_hash_leaves_nothing(served, cache):
    with pytest.raises(DownloadError) as caught:
        get_file("b.bin", served.url("a.bin"), file_hash="0" * 64)
    message = str(caught.value)
    for part in ("0" * 64, SHA, served.url("a.bin"), str(cache / "b.bin")):
        assert part in message
    assert isinstance(caught.value, OSError)
    assert isinstance(caught.value, urllib.error.URLError)
    assert isinstance(caught.value, ValueError)
    assert list(cache.iterdir()) == []


def test_wrong_cached_file_is_replaced_or_kept(served, cache, capsys):
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(b"old")
    with pytest.raises(DownloadError, match="in the cache") as caught:
        get_file("a.bin", served.url("missing"), file_hash=SHA)
    assert hashlib.sha256(b"old").hexdigest() in str(caught.value)
    assert (cache / "a.bin").read_bytes() == b"old"  # the user's file is not thrown away
    get_file("a.bin", served.url("a.bin"), file_hash=SHA)
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert "downloading it again" in capsys.readouterr().err


@pytest.mark.parametrize("trouble", ["cut", "chunk-cut"])
@pytest.mark.parametrize("file_hash", [SHA, None])
def test_broken_connection_is_taken_up(served, trouble, file_hash):
    served.trouble["a.bin"] = [trouble]
    path = get_file(origin=served.url("a.bin"), file_hash=file_hash)
    assert Path(path).read_bytes() == CONTENT
    (_, first), (_, second) = served.requests
    assert first is None
    begin = int(second.removeprefix("bytes=").removesuffix("-"))
    assert len(CONTENT) // 4 < begin <= len(CONTENT) // 2  # of a chunked body the last chunk may be lost


def test_without_hash_and_validator_it_starts_anew(served):
    served.etag = None
    served.trouble["a.bin"] = ["cut"]
    assert Path(get_file(origin=served.url("a.bin"))).read_bytes() == CONTENT
    assert served.requests == [("a.bin", None), ("a.bin", None)]


def test_file_that_changed_meanwhile_is_not_mixed(served):
    def change(handler, answer=served.answer):
        answer(handler)
        served.files["a.bin"], served.etag = CONTENT[::-1], '"v2"'

    served.trouble["a.bin"] = ["cut"]
    served.answer = change
    assert Path(get_file(origin=served.url("a.bin"))).read_bytes() == CONTENT[::-1]


def test_truncated_for_ever(served, cache):
    served.trouble["a.bin"] = ["cut"] * 20
    with pytest.raises(DownloadError, match="the connection broke after"):
        get_file("b.bin", served.url("a.bin"))
    assert list(cache.iterdir()) == []  # without a hash nothing is kept
    assert len(served.requests) == _fetch.ATTEMPTS


def test_resumed_by_the_next_call(served, cache):
    served.trouble["a.bin"] = ["cut"] * _fetch.ATTEMPTS
    with pytest.raises(DownloadError):
        get_file("b.bin", served.url("a.bin"), file_hash=SHA)
    assert leftovers(cache) == ["b.bin.part"]
    assert not (cache / "b.bin").exists()
    have = (cache / "b.bin.part").stat().st_size
    get_file("b.bin", served.url("a.bin"), file_hash=SHA)
    assert served.requests[-1] == ("a.bin", f"bytes={have}-")
    assert (cache / "b.bin").read_bytes() == CONTENT
    assert leftovers(cache) == []


def partial(cache: Path, content: bytes, name: str = "a.bin.part") -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    (cache / name).write_bytes(content)
    return cache / name


@pytest.mark.parametrize("trouble", ["whole", "shift", "416"])
def test_servers_that_range_badly(served, cache, trouble):
    partial(cache, CONTENT[:1000])
    served.trouble["a.bin"] = [trouble]
    path = get_file(origin=[served.url("a.bin")] * 2, file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT


def test_wrong_part_file_is_started_anew(served, cache):
    partial(cache, b"x" * 1000)
    path = get_file(origin=served.url("a.bin"), file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT
    assert [wanted for _, wanted in served.requests] == ["bytes=1000-", None]


def test_part_file_longer_than_the_file(served, cache):
    partial(cache, CONTENT + b"more")
    assert Path(get_file(origin=served.url("a.bin"), file_hash=SHA)).read_bytes() == CONTENT


def test_complete_part_file_needs_no_network(cache, offline):
    partial(cache, CONTENT)
    path = get_file("a.bin", "http://nowhere.invalid/a.bin", file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT


def test_part_file_is_not_used_without_a_hash(served, cache):
    partial(cache, b"x" * 1000)
    assert Path(get_file(origin=served.url("a.bin"))).read_bytes() == CONTENT
    assert served.requests == [("a.bin", None)]


def test_part_of_a_killed_process_is_adopted_when_stale(served, cache):
    fresh = partial(cache, CONTENT[:5000], "a.bin.77-beef.part")
    stale = partial(cache, CONTENT[:3000], "a.bin.78-cafe.part")
    old = time.time() - _fetch.STALE - 60
    os.utime(stale, (old, old))
    get_file(origin=served.url("a.bin"), file_hash=SHA)
    assert served.requests == [("a.bin", "bytes=3000-")]
    assert fresh.exists()  # its process may still be writing
    assert not stale.exists()


def test_next_origin(served, cache):
    served.trouble["a.bin"] = ["garbage"]
    origins = [served.url("missing"), served.url("a.bin"), "http://127.0.0.1:1/a.bin", served.url("a.bin")]
    path = get_file("b.bin", origins, file_hash=SHA)
    assert Path(path).read_bytes() == CONTENT


def test_every_failure_is_told(served, cache):
    served.trouble["a.bin"] = ["500"]
    with pytest.raises(DownloadError) as caught:
        get_file("b.bin", [served.url("missing"), served.url("a.bin"), "http://127.0.0.1:1/x"], file_hash=SHA)
    message = str(caught.value)
    assert "HTTP 404" in message
    assert "HTTP 500" in message
    assert "refused" in message
    assert f"put the file here: {cache / 'b.bin'}" in message
    assert f"sha256 {SHA}" in message


def test_redirect(served):
    served.files["a.bin-moved"] = CONTENT
    served.trouble["a.bin"] = ["redirect"]
    assert Path(get_file(origin=served.url("a.bin"), file_hash=SHA)).read_bytes() == CONTENT


def test_interrupt_keeps_what_came(served, cache, monkeypatch):
    def interrupt(self, count):
        raise KeyboardInterrupt

    monkeypatch.setattr(_fetch._Progress, "advance", interrupt)
    with pytest.raises(KeyboardInterrupt):
        get_file("b.bin", served.url("a.bin"), file_hash=SHA)
    assert leftovers(cache) == ["b.bin.part"]
    assert not (cache / "b.bin").exists()


def test_two_processes_at_once(served, cache):
    root = Path(__file__).resolve().parents[2]
    code = (
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "from unikeras.utils.get_file import get_file\n"
        f"print(get_file('a.bin', {served.url('a.bin')!r}, file_hash={SHA!r}))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
        assert out.decode().strip() == str(cache / "a.bin")
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert leftovers(cache) == []


def test_names_and_folders(served, cache, tmp_path):
    assert get_file("x/y.bin", served.url("a.bin")) == str(cache / "x" / "y.bin")
    assert get_file("y.bin", served.url("a.bin"), cache_subdir="m/n") == str(cache.parent / "m/n/y.bin")
    elsewhere = str(tmp_path / "there" / "z.bin")
    assert get_file(elsewhere, served.url("a.bin")) == elsewhere
    assert get_file("y", served.url("a.bin"), cache_dir=tmp_path / "c") == str(tmp_path / "c/datasets/y")
    with pytest.raises(ValueError, match="must not contain"):
        get_file("../y", served.url("a.bin"))
    with pytest.raises(ValueError, match="origin"):
        get_file("y.bin")
    with pytest.raises(ValueError, match="names no file"):
        get_file(origin=served.url(""))


# --- archives: what is returned, and where the content goes; the table in get_file's docstring ------------


def tar_gz(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def archives(server):
    server.files["top.tar.gz"] = server.files["top.tgz"] = tar_gz(top__a=b"abc", top__deep__b=b"de")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("top.csv", "1,2")
    server.files["top.csv.zip"] = buffer.getvalue()
    return server


@pytest.mark.parametrize(
    ("fname", "file", "options", "returned", "inside"),
    [
        ("top", "top.tar.gz", {"untar": True}, "top", "top/a"),
        ("top.tar.gz", "top.tar.gz", {"untar": True}, "top", "top/a"),
        (None, "top.tgz", {"untar": True}, "top", "top/deep/b"),
        (None, "top.tar.gz", {"extract": True}, "top.tar.gz", "top/a"),
        ("top.zip", "top.csv.zip", {"extract": True}, "top.zip", "top.csv"),
        ("top.zip", "top.csv.zip", {"extract": True, "archive_format": ["zip"]}, "top.zip", "top.csv"),
        ("new", "top.tar.gz", {"extract": True}, "new", "new/top/a"),
    ],
)
def test_unpacking(archives, cache, fname, file, options, returned, inside):
    for _ in range(2):  # the second time it is all there
        assert get_file(fname, archives.url(file), **options) == str(cache / returned)
        assert (cache / inside).is_file()
    assert len(archives.requests) == 1
    (cache / inside).unlink()
    get_file(fname, archives.url(file), **options)
    assert (cache / inside).is_file()  # unpacked again, without a download
    assert len(archives.requests) == 1
    assert not [path for path in cache.iterdir() if path.name.endswith(".unpacking")]


def test_not_unpacked(archives, served, cache):
    get_file("top.zip", archives.url("top.csv.zip"), extract=True, archive_format=None)
    assert sorted(path.name for path in cache.iterdir()) == ["top.zip"]
    with pytest.warns(UserWarning, match="is no archive"):
        get_file("a.zip", served.url("a.bin"), extract=True)
    with pytest.raises(ValueError, match="archive_format"):
        get_file("a.zip", served.url("a.bin"), extract=True, archive_format="rar")


def test_users_files_beside_the_unpacked_ones_stay(archives, cache):
    (cache / "top").mkdir(parents=True)
    (cache / "top" / "mine.txt").write_text("mine")
    get_file("top", archives.url("top.tar.gz"), untar=True)
    assert (cache / "top" / "mine.txt").read_text() == "mine"
    assert (cache / "top" / "deep" / "b").read_bytes() == b"de"
