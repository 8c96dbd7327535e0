"""Downloads: several origins, resumed where they broke off, checked by hash, and only then given their name.

A download is written to a `.part` file beside its target, and renamed when it is whole and has the right
hash, so what carries the target's name is never partial. Two processes may fetch the same file at once
without any lock: each writes a `.part` file of its own name. One that gives up leaves its bytes as
`<target>.part`; whoever comes next takes them over by renaming, which only one process can do.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unikeras.datasets._cache import Digest

TIMEOUT = 30.0  # seconds without a byte
ATTEMPTS = 4  # per origin, when a connection that was delivering breaks
STALE = 4 * TIMEOUT  # seconds after which nobody can still be writing to a .part file
CHUNK = 1 << 17  # bytes


class Broken(OSError):
    """One attempt failed; the message says how."""


def fetch(
    target: Path,
    urls: Sequence[str],
    digest: Digest | None,
    *,
    force: bool = False,
    trust_cached: bool = False,
    hint: str = "",
) -> bool:
    """Make sure that `target` exists and has the right hash; return whether it had to be downloaded.

    Args:
        target: Path of the file.
        urls: str URLs that serve the same bytes, tried in order.
        digest: the hash it must have, or `None` to take what comes.
        force: bool, download even if it is there.
        trust_cached: bool, do not check the hash of a file that is already there.
        hint: str, appended to the error.

    Raises:
        DownloadError: if no origin served it; the message has the path, the hash and every origin's failure.
    """
    failures: list[str] = []
    if target.is_dir():
        raise IsADirectoryError(f"{target} should be a file, but it is a folder. Move it away.")
    if target.is_file() and not force:
        if digest is None or trust_cached:
            return False
        found = digest.of(target)
        if found == digest.value:
            return False
        failures.append(
            f"{target} (in the cache): its {digest.algorithm} is {found} (incomplete, or another version)"
        )
        _say(f"{target} does not have the expected {digest}: downloading it again.\n")

    target.parent.mkdir(parents=True, exist_ok=True)
    with _part_file(target, resumable=digest is not None) as part:
        for url in urls:
            try:
                _download(url, part, digest)
                os.replace(part, target)
                return True
            except Exception as error:  # urllib and http.client raise a dozen unrelated classes
                failures.append(f"{url}: {_reason(error)}")
    raise _error(target, digest, failures, hint)


def _error(target: Path, digest: Digest | None, failures: list[str], hint: str) -> Exception:
    from unikeras.datasets._errors import DownloadError

    lines = [
        f"{target.name} could not be downloaded.",
        "Tried:",
        *(f"  - {failure}" for failure in failures),
        f"To go on without a network, put the file here: {target}",
        f"Expected hash: {digest}" if digest else "",
        hint,
    ]
    return DownloadError("\n".join(line for line in lines if line), str(target))


def _reason(error: Exception) -> str:
    code = getattr(error, "code", None)
    if code is not None:
        return f"HTTP {code} {getattr(error, 'msg', '')}".strip()
    reason = getattr(error, "reason", None)
    return str(reason) if reason else str(error) or type(error).__name__


# --- the .part file -----------------------------------------------------------------------------------------


@contextlib.contextmanager
def _part_file(target: Path, resumable: bool) -> Iterator[Path]:
    """A `.part` file that is this process's alone; what is left of it afterwards is kept for the next one.

    Without a hash nothing would show whether two halves are of the same file: nothing is kept then.
    """
    mine = target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    kept = target.with_name(f"{target.name}.part")
    if resumable:
        for old in (kept, *_stale_parts(target)):
            with contextlib.suppress(FileNotFoundError):
                os.utime(old)  # first, so that it is not stale any more under its new name
                os.rename(old, mine)
                break
    try:
        yield mine
    finally:
        with contextlib.suppress(FileNotFoundError):
            if resumable and mine.stat().st_size:
                os.replace(mine, kept)
            else:
                mine.unlink()
        if target.exists():
            for old in _stale_parts(target):
                old.unlink(missing_ok=True)


def _stale_parts(target: Path) -> list[Path]:
    """The `.part` files of processes that were killed: nobody has written to them for a while."""
    stale = []
    for path in target.parent.iterdir():
        if path.name.startswith(target.name + ".") and path.name.endswith(".part"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > STALE:
                    stale.append(path)
    return stale


# --- one origin ---------------------------------------------------------------------------------------------


def _download(url: str, part: Path, digest: Digest | None) -> None:
    """Fill `part` from `url`, and check it."""
    if not part.exists():
        part.touch()
    elif digest is None:  # left by another origin
        os.truncate(part, 0)
    for fresh in (False, True):
        resumed = part.stat().st_size > 0
        if not (resumed and digest and digest.of(part) == digest.value):  # else: it is all there
            _receive(url, part)
        if digest is None:
            return
        found = digest.of(part)
        if found == digest.value:
            return
        os.truncate(part, 0)  # never build on wrong bytes
        if fresh or not resumed:
            raise Broken(f"the {digest.algorithm} of what it served is {found}, not {digest.value}")


def _receive(url: str, part: Path) -> None:
    """Append to `part` until it is whole, through broken connections as long as each brings something."""
    validator: str | None = None
    with _Progress(url) as progress:
        for attempt in range(1, ATTEMPTS + 1):
            before = part.stat().st_size
            try:
                with _open(url, before, validator) as response:
                    validator = _validator(response) or validator
                    _save(response, part, before, progress)
                return
            except _Unsatisfiable:
                if before == 0:
                    raise Broken("it refused to serve the file (HTTP 416)") from None
                os.truncate(part, 0)
            except (OSError, EOFError) as error:
                no_gain = part.stat().st_size <= before
                if getattr(error, "code", None) is not None or no_gain or attempt == ATTEMPTS:
                    raise
                if validator is None:
                    os.truncate(part, 0)  # nothing would show that the file has not changed meanwhile


class _Unsatisfiable(Exception):
    """HTTP 416: the server has no bytes from there on."""


def _open(url: str, offset: int, validator: str | None) -> Any:
    import urllib.error
    import urllib.request

    headers = {"User-Agent": "unikeras", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
        if validator:
            headers["If-Range"] = validator
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416:
            error.close()
            raise _Unsatisfiable from None
        error.close()
        raise


def _validator(response: Any) -> str | None:
    """What `If-Range` may name: a strong ETag, or the date of the last change."""
    etag = response.headers.get("ETag")
    if etag and not etag.startswith("W/"):
        return str(etag)
    date = response.headers.get("Last-Modified")
    return str(date) if date else None


def _save(response: Any, part: Path, offset: int, progress: _Progress) -> None:
    """Write the body to `part` from where the server says it begins; fail if it is shorter than announced."""
    import http.client

    status = getattr(response, "status", None)
    if status == 206:
        begin, total = _content_range(response.headers.get("Content-Range"))
        if begin != offset:
            os.truncate(part, 0)
            raise Broken(f"asked for bytes from {offset} on, it sent those from {begin} on")
    else:  # the whole file, because we asked for it or because the server knows no ranges
        offset = 0
        length = response.headers.get("Content-Length")
        total = int(length) if length is not None and length.isdecimal() else None
    progress.start(offset, total)
    with open(part, "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        while True:
            try:
                chunk = response.read(CHUNK)
            except http.client.IncompleteRead as error:
                file.write(error.partial)
                raise Broken("the connection broke") from None
            if not chunk:
                break
            file.write(chunk)
            progress.advance(len(chunk))
        size = file.tell()
    if total is not None and size != total:
        raise Broken(f"the connection broke after {size:,} of {total:,} bytes")


def _content_range(header: str | None) -> tuple[int, int | None]:
    """`bytes 5-9/10` as (5, 10)."""
    try:
        unit, _, rest = (header or "").strip().partition(" ")
        span, _, total = rest.partition("/")
        if unit != "bytes":
            raise ValueError
        return int(span.partition("-")[0]), None if total == "*" else int(total)
    except ValueError:
        raise Broken(f"its answer has an unreadable Content-Range: {header!r}") from None


# --- progress -----------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    if sys.stderr is not None:  # it is None under pythonw
        sys.stderr.write(text)
        sys.stderr.flush()


class _Progress:
    """A line on stderr: bytes, share, speed. On a terminal it moves; in a log it is one line at the end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.done = self.first = 0
        self.total: int | None = None
        self.began = self.shown = 0.0

    def __enter__(self) -> _Progress:
        _say(f"Downloading data from {self.url}\n")
        return self

    def __exit__(self, *exception: object) -> None:
        if self.began:
            self._show("\n")

    def start(self, offset: int, total: int | None) -> None:
        self.done = self.first = offset
        self.total = total
        self.began = time.monotonic()

    def advance(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.shown > 0.2 and sys.stderr is not None and sys.stderr.isatty():
            self.shown = now
            self._show("")

    def _show(self, end: str) -> None:
        speed = (self.done - self.first) / max(time.monotonic() - self.began, 1e-3)
        of = f" of {self.total / 1e6:.1f} MB ({self.done / max(self.total, 1):.0%})" if self.total else " MB"
        start = "\r" if sys.stderr is not None and sys.stderr.isatty() else ""
        _say(f"{start}  {self.done / 1e6:.1f}{of}, {speed / 1e6:.1f} MB/s  {end}")
