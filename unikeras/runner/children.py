"""Processes that `multiprocessing` starts afresh see the same modules as their parent."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

from unikeras.runner import hook


def inherit_hook(package: str) -> None:
    """Install the import hook in the processes that `multiprocessing` spawns from this one.

    Args:
        package: what `tensorflow` is mapped to.
    """
    sys.meta_path.insert(0, _Watch(package))


class _Watch(MetaPathFinder):
    """Waits for the program to start a worker: most never do, and `multiprocessing` takes 20 ms to import."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        if fullname.startswith("multiprocessing.popen_"):  # imported when a process is about to be started
            sys.meta_path.remove(self)
            _patch(self.package)


def _patch(package: str) -> None:
    """Let spawned workers install the hook before anything else.

    A worker imports the main script again as soon as it has unpickled the dictionary of
    `get_preparation_data`, so it is the unpickling that must do it. (A forked worker needs nothing.)
    """
    from multiprocessing import set_forkserver_preload, spawn

    prepare = spawn.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, Any]:
        return prepare(name) | {"unikeras": _Hook(package)}

    spawn.get_preparation_data = get_preparation_data
    # The fork server would import the main script without the hook, before there is a worker to prepare.
    set_forkserver_preload([])


class _Hook:
    """Unpickles by installing the hook."""

    def __init__(self, package: str) -> None:
        self.package = package

    def __reduce__(self) -> tuple[Any, ...]:
        return hook.install_for, (self.package,)
