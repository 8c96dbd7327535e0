"""Saving and loading whole models and weights (mirrors `keras.models.load_model` and its kin)."""

from __future__ import annotations

import json
import os
import zipfile
from typing import Any

from unikeras.saving.errors import ModelFileError
from unikeras.saving.keras_file import open_weights_of, read_model, replacing, write_model
from unikeras.saving.registry import custom_object_scope
from unikeras.saving.safe_mode import safe_mode_scope
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object
from unikeras.saving.weights_h5 import read_weights, write_weights

__all__ = [
    "load_model",
    "load_weights",
    "model_from_config",
    "model_from_json",
    "model_to_json",
    "save_model",
    "save_weights",
]


def save_model(
    model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Save a model as a `.keras` file: architecture, weights, compile settings and optimizer state.

    The file is written beside the target and put in its place when complete.

    Args:
        model: the model.
        filepath: a path (`str` or `pathlib.Path`) that ends with '.keras', or a binary file opened for writing.
        overwrite: whether an existing file may be replaced.
        zipped: `None` or `True`.
        **kwargs: `save_format` ('keras'), `include_optimizer`, `save_traces`, `options`, `signatures` as in tf.keras 2.

    Raises:
        ValueError: another ending.
        FileExistsError: the file exists, and `overwrite` is false.
        NotImplementedError: HDF5 ('.h5'), SavedModel and unzipped files.

    Example:
        >>> import io
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> file = io.BytesIO()
        >>> keras.models.save_model(model, file)
        >>> keras.models.load_model(file).count_params()
        3
    """
    save_format = kwargs.pop("save_format", None)
    include_optimizer = kwargs.pop("include_optimizer", True)
    for key in ("save_traces", "options", "signatures"):
        kwargs.pop(key, None)
    if kwargs:
        raise TypeError(f"save: unknown arguments {sorted(kwargs)}.")
    if zipped is False:
        raise NotImplementedError(
            "Saving a .keras folder (zipped=False) is not available; leave `zipped` out."
        )
    path = _path(filepath)
    if save_format not in (None, "keras", "keras_v3") or (
        path is not None and path.endswith((".h5", ".hdf5"))
    ):
        raise _not_yet("Saving", filepath if save_format is None else save_format)
    saved = getattr(model, "optimizer", None)
    try:
        if not include_optimizer and saved is not None:
            model.optimizer = None
        if path is None:
            write_model(model, filepath)
            return
        if not path.endswith(".keras"):
            raise ValueError(
                f"The file name must end with '.keras', for example {os.path.basename(path) or 'model'}.keras; given: {path}"
            )
        _may_write(path, overwrite)
        with replacing(path) as temporary:
            write_model(model, temporary)
    finally:
        if not include_optimizer and saved is not None:
            model.optimizer = saved


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    **kwargs: Any,
) -> Any:
    """Load a model from a `.keras` file (of unikeras or Keras 3).

    Args:
        filepath: a path, or a binary file opened for reading.
        custom_objects: your classes and functions by name, unless they are registered.
        compile: whether to compile the model as it was, with its optimizer's state.
        safe_mode: whether code in the file (lambdas) is refused.
        **kwargs: `options` as in tf.keras 2.

    Raises:
        FileNotFoundError: there is no such file.
        ModelFileError: the file is broken or does not fit; the message names the member.
        UnsafeError: it holds code, and `safe_mode` is true.
        NotImplementedError: an HDF5 ('.h5') file or a SavedModel folder.
    """
    kwargs.pop("options", None)
    if kwargs:
        raise TypeError(f"load_model: unknown arguments {sorted(kwargs)}.")
    name = _name(filepath)
    path = _path(filepath)
    if path is not None:
        if os.path.isdir(path):
            raise _not_yet("Loading", path)
        if not os.path.exists(path):
            raise FileNotFoundError(f"There is no file {path} (in {os.getcwd()}).")
        if not zipfile.is_zipfile(path) and (path.endswith((".h5", ".hdf5")) or _starts_as_hdf5(path)):
            raise _not_yet("Loading", path)
    with custom_object_scope(custom_objects or {}), safe_mode_scope(safe_mode):
        return read_model(filepath if path is None else path, name, compile)


def save_weights(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
    """Save the weights of a model's layers and optimizer as a `.weights.h5` file.

    Args:
        model: the model.
        filepath: a path that ends with '.weights.h5', or a binary file opened for reading and writing.
        overwrite: whether an existing file may be replaced.
        **kwargs: `save_format`, `options` as in tf.keras 2.

    Raises:
        ValueError: another ending.
        FileExistsError: the file exists, and `overwrite` is false.
        NotImplementedError: TensorFlow's checkpoint format.
    """
    save_format = kwargs.pop("save_format", None)
    kwargs.pop("options", None)
    kwargs.pop("max_shard_size", None)
    if kwargs:
        raise TypeError(f"save_weights: unknown arguments {sorted(kwargs)}.")
    if save_format not in (None, "h5", "keras"):
        raise _not_yet("Saving", save_format)
    path = _path(filepath)
    if path is None:
        write_weights(model, filepath)
        return
    if not path.endswith(".weights.h5"):
        raise ValueError(
            f"The file name must end with '.weights.h5', for example {os.path.basename(path).partition('.')[0] or 'model'}.weights.h5; given: {path}"
        )
    _may_write(path, overwrite)
    with replacing(path) as temporary:
        write_weights(model, temporary)


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Load weights that `save_weights` (or Keras 3) wrote, or those of a `.keras` file.

    Everything is checked first: if something does not fit, nothing is changed.

    Args:
        model: a built model.
        filepath: a path, or a binary file opened for reading.
        skip_mismatch: load what fits, and warn about the rest.
        **kwargs: `by_name` (not available), `options` as in tf.keras 2.

    Raises:
        FileNotFoundError: there is no such file.
        ModelFileError: a broken file, or one that does not fit the model; the message lists what does not.
        NotImplementedError: `by_name`, the older HDF5 layout, TensorFlow's checkpoints.
    """
    kwargs.pop("options", None)
    if kwargs.pop("by_name", False):
        raise NotImplementedError(
            "load_weights(by_name=True) is not available yet; see docs/compatibility.md. Use skip_mismatch=True."
        )
    if kwargs:
        raise TypeError(f"load_weights: unknown arguments {sorted(kwargs)}.")
    name, path = _name(filepath), _path(filepath)
    if path is not None:
        if os.path.isdir(path) or os.path.exists(f"{path}.index"):
            raise _not_yet("Loading", path)
        if not os.path.exists(path):
            raise FileNotFoundError(f"There is no file {path} (in {os.getcwd()}).")
    source = filepath if path is None else path
    if zipfile.is_zipfile(source):
        with open_weights_of(source, name, model) as file:
            read_weights(model, file, name, skip_mismatch)
        return
    if path is not None and _is_legacy(path):
        raise _not_yet("Loading", path)
    read_weights(model, source, name, skip_mismatch)


def model_to_json(model: Any, **kwargs: Any) -> str:
    """The architecture (and compile settings) of a model as JSON.

    Args:
        model: the model.
        **kwargs: for `json.dumps`, such as `indent`.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> keras.models.model_from_json(model.to_json()).count_params()
        3
    """
    return json.dumps(serialize_keras_object(model), **kwargs)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """A new model from `to_json()`'s result (of Keras 2 or 3); its weights are newly initialized.

    Args:
        json_string: the text.
        custom_objects: your classes and functions by name.

    Raises:
        ModelFileError: no valid JSON, or no model.
    """
    try:
        config = json.loads(json_string)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"This is no JSON: {error}") from error
    return model_from_config(config, custom_objects)


def model_from_config(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A new model from a serialized model: a dictionary with 'class_name' and 'config'.

    Raises:
        ModelFileError: it describes no model.
    """
    from unikeras.models.model import Model

    model = deserialize_keras_object(config, custom_objects)
    if not isinstance(model, Model):
        raise ModelFileError(
            f"The config describes no model, but {model!r:.100}. It needs 'class_name' and 'config'."
        )
    return model


def _path(filepath: Any) -> str | None:
    """The path, or `None` for an open file."""
    if isinstance(filepath, (str, os.PathLike)):
        return os.path.expanduser(os.fsdecode(filepath))
    if hasattr(filepath, "read") or hasattr(filepath, "write"):
        return None
    raise TypeError(f"Expected a path or an open binary file, not {filepath!r}.")


def _name(filepath: Any) -> str:
    return _path(filepath) or str(getattr(filepath, "name", "the given file"))


def _may_write(path: str, overwrite: bool) -> None:
    if os.path.isdir(path):
        raise IsADirectoryError(f"Cannot save {path}: it is a folder.")
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} exists already. Pass overwrite=True to replace it.")


def _starts_as_hdf5(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(8) == b"\x89HDF\r\n\x1a\n"


def _is_legacy(path: str) -> bool:
    """Whether an HDF5 file has the layout of tf.keras 2."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return "layer_names" in file.attrs or "model_weights" in file
    except (OSError, RuntimeError):
        return False


def _not_yet(what: str, given: Any) -> NotImplementedError:
    return NotImplementedError(
        f"{what} {given!s}: the older HDF5 format ('.h5'), SavedModel folders and TensorFlow checkpoints are not available yet; see "
        "docs/compatibility.md. Use a '.keras' file (or '.weights.h5' for weights)."
    )
