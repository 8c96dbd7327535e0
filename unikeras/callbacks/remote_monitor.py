"""Send the logs of every epoch to a server."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import numpy as np

from unikeras.callbacks.callback import Callback, Logs
from unikeras.core.strict import report


class RemoteMonitor(Callback):
    """Posts `epoch` and the logs to an address after every epoch.

    A server that cannot be reached, or that answers with an error, gets a warning; the training goes on.

    Args:
        root: the server, such as 'http://localhost:9000'.
        path: the path there.
        field: the form's field that holds the JSON text; not used with `send_as_json`.
        headers: HTTP headers to add.
        send_as_json: send the JSON text as the body ('application/json') instead of in a form.
        timeout: seconds to wait for the server.

    Raises:
        ValueError: `root` is no http or https address.

    Example:
        >>> monitor = RemoteMonitor("http://localhost:9000", send_as_json=True)
        >>> monitor.root + monitor.path
        'http://localhost:9000/publish/epoch/end/'

    Source: `keras.callbacks.RemoteMonitor`.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
        timeout: float = 10.0,
    ) -> None:
        if urllib.parse.urlsplit(root).scheme not in ("http", "https"):
            raise ValueError(f"RemoteMonitor: root must be an http or https address, got {root!r}.")
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json
        self.timeout = timeout

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Send the logs."""
        text = json.dumps({"epoch": epoch, **{name: _plain(value) for name, value in (logs or {}).items()}})
        if self.send_as_json:
            body, kind = text.encode(), "application/json"
        else:
            body, kind = (
                urllib.parse.urlencode({self.field: text}).encode(),
                "application/x-www-form-urlencoded",
            )
        request = urllib.request.Request(
            self.root + self.path, data=body, headers={"Content-Type": kind, **(self.headers or {})}
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                answer.read()
        except (urllib.error.URLError, OSError) as error:
            report(f"RemoteMonitor: could not reach {self.root + self.path}: {error}")


def _plain(value: Any) -> Any:
    return np.asarray(value).tolist()
