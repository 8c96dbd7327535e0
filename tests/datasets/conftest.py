"""A cache folder of its own for every test, a web server that misbehaves on demand, made-up files."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from unikeras.datasets import _cache


@pytest.fixture(scope="session")
def fakes():
    spec = importlib.util.spec_from_file_location("dataset_fakes", Path(__file__).with_name("fakes.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The `datasets` folder of an empty cache; no proxy is used, so that nothing leaves the machine."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("no_proxy", "*")
    return tmp_path / "keras" / "datasets"


@pytest.fixture
def trust(monkeypatch):
    """Make a data set's module take cached files as they are: the made-up ones have other hashes."""

    def apply(module):
        for name in ("SOURCE", "WORD_INDEX"):
            if hasattr(module, name):
                source = dataclasses.replace(getattr(module, name), trust_cached=True)
                monkeypatch.setattr(module, name, source)
        return module

    return apply


@pytest.fixture
def offline(monkeypatch):
    """Every origin refuses, without a look at the network."""
    import urllib.request
    from urllib.error import URLError

    def refuse(request, timeout=None):
        raise URLError("no network in tests")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The cache with the real Fashion-MNIST files, for the tests that need it."""
    root = Path(__file__).resolve().parents[2]
    for folder in (os.environ.get("UNIKERAS_TEST_DATA"), root.parent / "shared" / "datasets"):
        if folder and (Path(folder) / "fashion-mnist" / "train-images-idx3-ubyte.gz").is_file():
            return Path(folder)
    pytest.skip("the real Fashion-MNIST files are not here; UNIKERAS_TEST_DATA may name their folder")


class Server:
    """Serves `files`; `trouble[path]` is a list of what goes wrong with the next requests for it.

    "cut": half of what was asked for, then the connection ends. "404", "500": that status. "whole": ranges
    are ignored. "shift": a range that begins elsewhere. "garbage": other bytes of the same length. "416": no
    such range.
    "chunk-cut": a chunked body that breaks off. "redirect": to the path with `-moved`.
    """

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.trouble: dict[str, list[str]] = {}
        self.requests: list[tuple[str, str | None]] = []
        self.etag: str | None = '"v1"'
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                return None

            def do_GET(self):
                server.answer(self)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/{name}"

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def answer(self, handler):
        name = handler.path.lstrip("/").partition("?")[0]
        wanted = handler.headers.get("Range")
        self.requests.append((name, wanted))
        queue = self.trouble.get(name, [])
        trouble = queue.pop(0) if queue else ""
        handler.close_connection = True
        if trouble in ("404", "500", "416") or name not in self.files:
            handler.send_response(int(trouble or 404))
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        if trouble == "redirect":
            handler.send_response(302)
            handler.send_header("Location", self.url(name + "-moved"))
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        content = self.files[name]
        if trouble == "garbage":
            content = bytes(255 - byte for byte in content)
        begin = 0
        if_range = handler.headers.get("If-Range")
        if wanted and trouble != "whole" and (if_range is None or if_range == self.etag):
            begin = int(re.fullmatch(r"bytes=(\d+)-", wanted).group(1))
            if begin >= len(content):
                handler.send_response(416)
                handler.send_header("Content-Length", "0")
                handler.end_headers()
                return
            if trouble == "shift":
                begin -= 1
            handler.send_response(206)
            handler.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        else:
            handler.send_response(200)
        body = content[begin:]
        if self.etag:
            handler.send_header("ETag", self.etag)
        if trouble == "chunk-cut":
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(b"%x\r\n" % len(body) + body[: len(body) // 2])
            return
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if trouble == "cut" else body)


@pytest.fixture
def server():
    instance = Server()
    yield instance
    instance.close()


@pytest.fixture
def digest_of():
    import hashlib

    return lambda content: _cache.Digest("sha256", hashlib.sha256(content).hexdigest())
