"""Posts to a server on this machine."""

from __future__ import annotations

import http.server
import json
import threading
import urllib.parse

import numpy as np
import pytest

from unikeras import keras


@pytest.fixture
def server():
    """A server that keeps what it is sent; its status can be set."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            got.append((self.path, dict(self.headers), self.rfile.read(length).decode()))
            self.send_response(running.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    got = []
    running = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    running.status, running.got = 200, got
    running.root = f"http://127.0.0.1:{running.server_port}"
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


LOGS = {"loss": np.float32(0.5), "per_class": np.array([1.0, 2.0])}


def test_json(server):
    monitor = keras.callbacks.RemoteMonitor(server.root, send_as_json=True, headers={"X-Run": "7"})
    monitor.on_epoch_end(3, LOGS)
    ((path, headers, body),) = server.got
    assert path == "/publish/epoch/end/"
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Run"] == "7"
    assert json.loads(body) == {"epoch": 3, "loss": 0.5, "per_class": [1.0, 2.0]}


def test_form(server):
    keras.callbacks.RemoteMonitor(server.root, path="/here", field="logs").on_epoch_end(0, LOGS)
    ((path, headers, body),) = server.got
    assert path == "/here"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert json.loads(urllib.parse.parse_qs(body)["logs"][0])["epoch"] == 0


def test_errors_are_warnings(server):
    server.status = 500
    with pytest.warns(UserWarning, match="500"):
        keras.callbacks.RemoteMonitor(server.root).on_epoch_end(0, LOGS)
    with pytest.warns(UserWarning, match="could not reach"):
        keras.callbacks.RemoteMonitor("http://127.0.0.1:1", timeout=2).on_epoch_end(0, LOGS)
    with pytest.raises(ValueError, match="http"):
        keras.callbacks.RemoteMonitor("file:///etc")
