"""`.keras` files: a zip archive of metadata.json, config.json and model.weights.h5."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

from unikeras.saving.assets import assets_of, load_assets_from_archive, load_assets_from_folder
from unikeras.saving.errors import ModelFileError, UnsafeError
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object
from unikeras.saving.weights_h5 import read_weights, write_weights
from unikeras.version import KERAS_VERSION

__all__ = [
    "check_sizes",
    "make_model",
    "open_weights_of",
    "read_folder",
    "read_model",
    "replacing",
    "weights_member",
    "write_folder",
    "write_model",
]

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_JSON_LIMIT = 256 << 20  # bytes
_CHUNK = 1 << 20


@contextmanager
def replacing(path: str) -> Iterator[str]:
    """A temporary path beside `path`, which becomes `path` if the block succeeds: a broken save leaves the old file."""
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"Cannot save {path}: the folder {folder} does not exist.")
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", suffix=".part", dir=folder)
    os.close(handle)
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _mode(path: str) -> int:
    if os.path.exists(path):
        return os.stat(path).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_model(model: Any, target: Any) -> None:
    """Write a model as a `.keras` file.

    Args:
        model: the model.
        target: a path, or a binary file opened for writing.
    """
    texts = _texts(model)
    with zipfile.ZipFile(target, "w") as archive:
        for member, text in texts.items():
            archive.writestr(member, text)
        with tempfile.TemporaryFile() as weights:
            write_weights(model, weights)
            weights.seek(0)
            with archive.open(_WEIGHTS, "w", force_zip64=True) as file:
                shutil.copyfileobj(weights, file, _CHUNK)
        for member, content in assets_of(model):
            archive.writestr(member, content)


def write_folder(model: Any, path: str) -> None:
    """Write a model as a folder of the same members (`zipped=False`).

    Args:
        model: the model.
        path: the folder; made if it is not there.
    """
    texts = _texts(model)
    os.makedirs(path, exist_ok=True)
    with replacing(os.path.join(path, _WEIGHTS)) as temporary:
        write_weights(model, temporary)
    for member, text in texts.items():
        with (
            replacing(os.path.join(path, member)) as temporary,
            open(temporary, "w", encoding="utf-8") as file,
        ):
            file.write(text)
    for member, content in assets_of(model):
        inner = os.path.join(path, *member.split("/"))
        os.makedirs(os.path.dirname(inner), exist_ok=True)
        with replacing(inner) as temporary, open(temporary, "wb") as asset:
            asset.write(content)


def _texts(model: Any) -> dict[str, str]:
    """The members that are text."""
    if not model.built:
        warnings.warn(
            f"The model {model.name!r} is saved before it is built: it may have no weights yet. Call it on data first.",
            stacklevel=5,
        )
    config = json.dumps(serialize_keras_object(model), default=_not_json)
    metadata = {
        "keras_version": KERAS_VERSION,
        "date_saved": datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S"),
        "written_by": "unikeras",
    }
    return {_METADATA: json.dumps(metadata), _CONFIG: config}


def _not_json(value: Any) -> Any:
    raise TypeError(
        f"The model's config holds {value!r} (type {type(value).__name__}), which cannot be written as JSON. Return plain values from get_config()."
    )


def read_model(source: Any, name: str, compile: bool = True) -> Any:
    """Make the model that a `.keras` file holds, with its weights and, if asked, its optimizer's state.

    Args:
        source: a path or a binary file opened for reading.
        name: what messages call the file.
        compile: whether to compile it as it was.

    Raises:
        ModelFileError: a broken file, or one that does not fit unikeras.
        UnsafeError: code in the file, in safe mode.
    """
    with _archive(source, name) as archive:
        config = _json(archive, _CONFIG, name)
        model = _model_of(config, _info(archive, _WEIGHTS, name).file_size, name, compile)
        with _weights_file(archive, name, _bytes_of(model)) as weights:
            read_weights(model, weights, f"{name}: {_WEIGHTS}")
        load_assets_from_archive(model, archive, name)
        return model


def read_folder(path: str, compile: bool = True) -> Any:
    """Make the model that a folder holds (`zipped=False`); otherwise as `read_model`.

    Raises:
        ModelFileError: a broken folder, or one that does not fit unikeras.
        UnsafeError: code in it, in safe mode.
    """
    weights, text = os.path.join(path, _WEIGHTS), os.path.join(path, _CONFIG)
    for member in (weights, text):
        if not os.path.isfile(member):
            raise ModelFileError(
                f"{path} has no member {os.path.basename(member)}: it is no .keras folder, or not complete."
            )
    if os.path.getsize(text) > _JSON_LIMIT:
        raise ModelFileError(f"{path}: {_CONFIG} is longer than {_JSON_LIMIT:,} bytes.")
    try:
        with open(text, encoding="utf-8") as file:
            config = json.load(file)
    except RecursionError:
        raise ModelFileError(f"{path}: {_CONFIG} is nested too deeply to be read.") from None
    except ValueError as error:
        raise ModelFileError(f"{path}: {_CONFIG} is broken: {error}") from error
    model = _model_of(config, os.path.getsize(weights), path, compile)
    read_weights(model, weights, f"{path}: {_WEIGHTS}")
    load_assets_from_folder(model, path)
    return model


def _model_of(config: Any, length: int, name: str, compile: bool) -> Any:
    if not isinstance(config, dict):
        raise ModelFileError(f"{name}: {_CONFIG} holds no object.")
    check_sizes(config, length, name, _CONFIG)
    if not compile:
        config.pop("compile_config", None)
    return make_model(config, name, _CONFIG)


_SIZES = ("units", "filters", "input_dim", "output_dim")  # settings that variables have as dimensions
_SMALL = 1 << 26  # numbers that are made without asking
_LARGE = 1 << 31  # ... where their number is only guessed


def check_sizes(config: Any, length: int, name: str, where: str) -> None:
    """Refuse a config whose layers would be far larger than the weights that are there, before any is made."""
    try:
        numbers = _numbers(config)
    except RecursionError:
        raise ModelFileError(f"{name}: {where} is nested too deeply to be read.") from None
    if numbers > max(length, _SMALL) or _guess(config) > max(100 * length, _LARGE):
        raise ModelFileError(
            f"{name}: {where} describes layers of {max(numbers, _guess(config)):,} numbers or more, but the weights are only {length:,} bytes long."
        )


def _guess(value: Any) -> int:
    """The largest product of the sizes of two layers that follow each other, where no shapes are given."""
    found, before = 0, 1
    for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        found = max(found, _guess(inner))
        own = inner.get("config") if isinstance(inner, dict) else None
        sizes = [own[key] for key in _SIZES if isinstance(own.get(key), int)] if isinstance(own, dict) else []
        if sizes:
            found, before = max(found, before * max(sizes)), max(sizes)
    return found


def _numbers(value: Any) -> int:
    """How many numbers the layers in a config have at least."""
    if isinstance(value, list):
        return sum(map(_numbers, value))
    if not isinstance(value, dict):
        return 0
    own, build = value.get("config"), value.get("build_config")
    count = 0
    if isinstance(own, dict):
        sizes = [own[key] for key in _SIZES if isinstance(own.get(key), int)]
        shape = build.get("input_shape") if isinstance(build, dict) else None
        if len(sizes) == 1 and isinstance(shape, list) and shape and isinstance(shape[-1], int):
            sizes.append(shape[-1])
        count = prod(sizes) if sizes and min(sizes) > 0 else 0
    return count + sum(map(_numbers, value.values()))


def make_model(config: dict[str, Any], name: str, where: str) -> Any:
    """The model that a config in a file describes; whatever is wrong with it is said with the file's name."""
    from unikeras.models.model import Model

    try:
        model = deserialize_keras_object(config)
    except (UnsafeError, NotImplementedError) as error:
        raise type(error)(f"{name}: {error}") from error
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        MemoryError,
        OverflowError,
        RecursionError,
    ) as error:
        raise ModelFileError(
            f"{name}: {where} does not describe a model that can be made: {error}"
        ) from error
    if not (isinstance(model, Model) or getattr(model, "is_saved_whole", False)):
        raise ModelFileError(f"{name}: {where} describes a {type(model).__name__}, not a model.")
    return model


def _bytes_of(model: Any) -> int:
    """How large the model's weights file can be: its variables, the optimizer's state for them, and the groups."""
    numbers = sum(v.dtype.size * max(1, _count(v.shape)) for v in model.weights)
    return 8 * numbers + (64 << 20)


def _count(shape: Any) -> int:
    result = 1
    for size in shape:
        result *= size
    return result


@contextmanager
def _archive(source: Any, name: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise ModelFileError(
            f"{name} is not a readable .keras file (a zip archive): {error}. Is it complete?"
        ) from error
    with archive:
        yield archive


def _info(archive: zipfile.ZipFile, member: str, name: str) -> zipfile.ZipInfo:
    found = [info for info in archive.infolist() if info.filename == member]
    if not found:
        raise ModelFileError(
            f"{name} has no member {member}; it has {[i.filename for i in archive.infolist()][:10]}. It is no .keras file, or not complete."
        )
    if len(found) > 1:
        raise ModelFileError(f"{name} has {len(found)} members called {member}.")
    return found[0]


_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def _json(archive: zipfile.ZipFile, member: str, name: str) -> Any:
    info = _info(archive, member, name)
    if info.file_size > _JSON_LIMIT:
        raise ModelFileError(
            f"{name}: {member} says that it is {info.file_size:,} bytes long; no model's config is."
        )
    try:
        with archive.open(info) as file:
            text = file.read(_JSON_LIMIT + 1)
        if len(text) > _JSON_LIMIT:
            raise ModelFileError(f"{name}: {member} is longer than {_JSON_LIMIT:,} bytes.")
        return json.loads(text)
    except ModelFileError:
        raise
    except RecursionError:
        raise ModelFileError(f"{name}: {member} is nested too deeply to be read.") from None
    except _BROKEN as error:
        raise ModelFileError(f"{name}: {member} is broken: {error}") from error


@contextmanager
def _weights_file(archive: zipfile.ZipFile, name: str, limit: int) -> Iterator[Any]:
    """The weights member as a temporary file of at most `limit` bytes."""
    info = _info(archive, _WEIGHTS, name)
    if info.file_size > limit:
        raise ModelFileError(
            f"{name}: {_WEIGHTS} says that it is {info.file_size:,} bytes long, but the model's variables need at most {limit:,}."
        )
    with tempfile.TemporaryFile() as target:
        try:
            with archive.open(info) as member:
                length = 0
                while chunk := member.read(_CHUNK):
                    length += len(chunk)
                    if length > limit:
                        raise ModelFileError(f"{name}: {_WEIGHTS} is longer than it says.")
                    target.write(chunk)
        except ModelFileError:
            raise
        except _BROKEN as error:
            raise ModelFileError(f"{name}: {_WEIGHTS} is broken: {error}") from error
        target.seek(0)
        yield target


@contextmanager
def open_weights_of(source: Any, name: str, model: Any) -> Iterator[Any]:
    """The weights member of a `.keras` file, for `load_weights` of that file."""
    with _archive(source, name) as archive, _weights_file(archive, name, _bytes_of(model)) as file:
        yield file


@contextmanager
def weights_member(source: Any, name: str) -> Iterator[Any]:
    """The weights member of a `.keras` file whose model is not known: it may be as long as the archive allows.

    Raises:
        ModelFileError: a broken file, or a member far longer than the archive.
    """
    with _archive(source, name) as archive:
        info = _info(archive, _WEIGHTS, name)
        with _weights_file(archive, name, max(64 << 20, 100 * info.compress_size)) as file:
            yield file
