"""Assets: files that layers write beside the weights (vocabularies), under 'assets/' and the layer's path, as Keras 3 does."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from unikeras.saving.errors import ModelFileError
from unikeras.saving.walk import saveables

__all__ = ["assets_of", "load_assets_from_archive", "load_assets_from_folder"]

_LIMIT = 1 << 30  # bytes an asset may have


def assets_of(model: Any) -> Iterator[tuple[str, bytes]]:
    """(member's name, content) of each file that a layer of the model saves: 'assets/layers/string_lookup/vocabulary.txt'."""
    for path, thing in saveables(model):
        if not hasattr(thing, "save_assets"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            thing.save_assets(folder)
            for name in sorted(os.listdir(folder)):
                with open(os.path.join(folder, name), "rb") as file:
                    yield "/".join(part for part in ("assets", path, name) if part), file.read()


def load_assets_from_archive(model: Any, archive: zipfile.ZipFile, name: str) -> None:
    """Let the model's layers read their files from a `.keras` file.

    Args:
        model: the model.
        archive: the opened file.
        name: what messages call it.

    Raises:
        ModelFileError: a member is broken, too large, there twice, or no file name.
    """
    members: dict[str, list[zipfile.ZipInfo]] = {}
    for info in archive.infolist():
        folder, _, file = info.filename.rpartition("/")
        if file and (folder == "assets" or folder.startswith("assets/")):
            members.setdefault(folder, []).append(info)

    def content(info: zipfile.ZipInfo) -> bytes:
        if info.file_size > _LIMIT:
            raise ModelFileError(f"{name}: {info.filename} says that it is {info.file_size:,} bytes long.")
        try:
            with archive.open(info) as file:
                read = file.read(info.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise ModelFileError(f"{name}: {info.filename} is broken: {error}") from error
        if len(read) > info.file_size:
            raise ModelFileError(f"{name}: {info.filename} is longer than it says.")
        return read

    def files(folder: str) -> list[tuple[str, bytes]]:
        found = members.get(folder, [])
        names = [info.filename.rpartition("/")[2] for info in found]
        if len(set(names)) < len(names) or any("\\" in n or "\0" in n or n in (".", "..") for n in names):
            raise ModelFileError(
                f"{name}: the names of the members in {folder} cannot be used: {names[:10]}."
            )
        return [(n, content(info)) for n, info in zip(names, found, strict=True)]

    _load(model, files, name)


def load_assets_from_folder(model: Any, root: str) -> None:
    """Let the model's layers read their files from a `.keras` folder."""

    def files(folder: str) -> list[tuple[str, bytes]]:
        path = os.path.join(root, *folder.split("/"))
        found = []
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else []:
            inner = os.path.join(path, name)
            if os.path.isfile(inner) and os.path.getsize(inner) <= _LIMIT:
                with open(inner, "rb") as file:
                    found.append((name, file.read()))
        return found

    _load(model, files, root)


def _load(model: Any, files: Callable[[str], list[tuple[str, bytes]]], name: str) -> None:
    for path, thing in saveables(model):
        if not hasattr(thing, "load_assets"):
            continue
        found = files(f"assets/{path}" if path else "assets")
        if not found:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for file_name, text in found:
                with open(os.path.join(folder, file_name), "wb") as file:
                    file.write(text)
            try:
                thing.load_assets(folder)
            except (ValueError, TypeError, UnicodeError) as error:
                raise ModelFileError(
                    f"{name}: the assets of {getattr(thing, 'name', path)!r} (assets/{path}) cannot be used: {error}"
                ) from error
