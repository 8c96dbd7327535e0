"""Saving and loading whole models and weights (mirrors `keras.models.load_model` and its kin)."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from collections.abc import Iterator
from typing import Any

from unikeras.core.strict import report
from unikeras.saving.errors import MissingFileError, ModelFileError
from unikeras.saving.keras_file import (
    open_weights_of,
    read_folder,
    read_model,
    replacing,
    write_folder,
    write_model,
)
from unikeras.saving.legacy_h5 import (
    ends_as_hdf5,
    is_legacy,
    read_legacy_model,
    read_legacy_weights,
    write_legacy_model,
    write_legacy_weights,
)
from unikeras.saving.registry import custom_object_scope
from unikeras.saving.safe_mode import safe_mode_scope
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object
from unikeras.saving.weights_h5 import read_weights, write_weights

__all__ = [
    "load_model",
    "load_weights",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "model_to_json",
    "save_model",
    "save_weights",
]


def save_model(
    model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Save a model: architecture, weights, compile settings and optimizer state.

    The file is written beside the target and put in its place when complete. The path's ending decides the format:
    '.keras' is Keras 3's; '.h5' and '.hdf5' are the HDF5 format of tf.keras 2, which tf_keras opens (Keras 3 too, where it
    opens tf_keras's files: models without nested models).

    Args:
        model: the model.
        filepath: a path (`str` or `pathlib.Path`), or a binary file opened for writing (and reading, for HDF5).
        overwrite: whether an existing file may be replaced.
        zipped: `False`: write a folder instead of a file ('.keras' only; its name may then be any).
        **kwargs: `save_format` ('keras', 'h5'), `include_optimizer`, `save_traces`, `options`, `signatures` as in tf.keras 2.

    Raises:
        ValueError: another ending.
        FileExistsError: the file exists, and `overwrite` is false.
        NotImplementedError: a SavedModel; a subclassed model as HDF5.

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
    path = _path(filepath)
    hdf5 = _is_hdf5(path, save_format, filepath, ".keras")
    if zipped is False and (path is None or hdf5):
        raise ValueError("zipped=False writes a folder in the .keras format; give the path of one.")
    if zipped is False:
        assert path is not None
        if os.path.exists(path) and not overwrite:
            raise FileExistsError(f"{path} exists already. Pass overwrite=True to replace it.")
        with _with_optimizer(model, include_optimizer):
            write_folder(model, path)
        return
    with _with_optimizer(model, include_optimizer):
        if path is None:
            (write_legacy_model if hdf5 else write_model)(model, filepath)
            return
        if not hdf5 and not path.endswith(".keras"):
            raise ValueError(
                f"The file name must end with '.keras' (or '.h5'), for example {os.path.basename(path) or 'model'}.keras; given: {path}"
            )
        _may_write(path, overwrite)
        with replacing(path) as temporary:
            (write_legacy_model if hdf5 else write_model)(model, temporary)


def _is_hdf5(path: str | None, save_format: Any, given: Any, other: str) -> bool:
    """Whether a path's ending, or tf.keras 2's `save_format`, asks for HDF5.

    Raises:
        NotImplementedError: TensorFlow's own formats.
        ValueError: an unknown format, or one that the ending contradicts.
    """
    if save_format not in (None, "keras", "keras_v3", "h5", "hdf5", "tf", "tensorflow"):
        raise ValueError(f"Unknown save_format {save_format!r}: it must be 'keras', 'h5' or 'tf'.")
    if save_format in ("tf", "tensorflow"):
        raise _not_yet("Saving with save_format='tf' to", given)
    ends = path is not None and ends_as_hdf5(path) and not path.endswith(".weights.h5")
    if save_format is None:
        return ends
    if path is not None and (path.endswith(other) if save_format in ("h5", "hdf5") else ends):
        raise ValueError(
            f"save_format={save_format!r} does not fit the ending of {path}. Leave save_format out."
        )
    return save_format in ("h5", "hdf5")


@contextlib.contextmanager
def _with_optimizer(model: Any, wanted: bool) -> Iterator[None]:
    """The model, without its optimizer while the block runs if that is not wanted."""
    kept = getattr(model, "optimizer", None)
    if wanted or kept is None:
        yield
        return
    try:
        model.optimizer = None
        yield
    finally:
        model.optimizer = kept


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
    **kwargs: Any,
) -> Any:
    """Load a model that unikeras, Keras 3, tf.keras 2 or Keras 2 saved: a '.keras' file or folder, or an HDF5 file.

    Args:
        filepath: a path, or a binary file opened for reading.
        custom_objects: your classes and functions by name, unless they are registered.
        compile: whether to compile the model as it was, with its optimizer's state.
        safe_mode: whether code in the file (lambdas) is refused.
        **kwargs: `options` as in tf.keras 2.

    Raises:
        MissingFileError: there is no such file (a `FileNotFoundError` and a `ValueError`).
        ModelFileError: the file is broken or does not fit; the message names the member.
        UnsafeError: it holds code, and `safe_mode` is true.
        NotImplementedError: a SavedModel folder.
    """
    kwargs.pop("options", None)
    if kwargs:
        raise TypeError(f"load_model: unknown arguments {sorted(kwargs)}.")
    name, path = _name(filepath), _path(filepath)
    source = filepath if path is None else path
    with custom_object_scope(custom_objects or {}), safe_mode_scope(safe_mode):
        if path is not None and os.path.isdir(path):
            if not os.path.isfile(os.path.join(path, "config.json")):
                raise _not_yet("Loading", path)
            return read_folder(path, compile)
        if path is not None and not os.path.exists(path):
            raise MissingFileError(f"There is no file {path} (in {os.getcwd()}).")
        if _starts_as_hdf5(source) or (path is not None and ends_as_hdf5(path)):
            return read_legacy_model(source, name, compile)
        return read_model(source, name, compile)


def save_weights(model: Any, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
    """Save the weights of a model.

    A path that ends with '.weights.h5' gets Keras 3's layout, with the optimizer's state; another '.h5' or '.hdf5' that of
    tf.keras 2, without it. Any other path, such as 'training/cp.ckpt', makes a TensorFlow checkpoint as in tf.keras 2, with the
    optimizer's state: a '.index' and a '.data' file, and the folder's 'checkpoint' file, which `tf.train.latest_checkpoint` reads.

    Args:
        model: the model.
        filepath: a path, or a binary file opened for reading and writing.
        overwrite: whether an existing file may be replaced.
        **kwargs: `save_format` ('h5', 'tf'), `options` as in tf.keras 2.

    Raises:
        ValueError: an ending that is a whole model's; a model that is not built.
        FileExistsError: the file exists, and `overwrite` is false.
    """
    save_format = kwargs.pop("save_format", None)
    kwargs.pop("options", None)
    kwargs.pop("max_shard_size", None)
    if kwargs:
        raise TypeError(f"save_weights: unknown arguments {sorted(kwargs)}.")
    path = _path(filepath)
    if path is not None and _is_checkpoint(path, save_format):
        _save_checkpoint(model, path, overwrite)
        return
    new = path is not None and path.endswith(".weights.h5") and save_format != "h5"
    hdf5 = not new and _is_hdf5(path, save_format, filepath, ".keras")
    write = write_legacy_weights if hdf5 else write_weights
    if path is None:
        write(model, filepath)
        return
    if not hdf5 and not path.endswith(".weights.h5"):
        raise ValueError(
            f"The file name must end with '.weights.h5' (or '.h5'), for example {os.path.basename(path).partition('.')[0] or 'model'}.weights.h5; given: {path}"
        )
    _may_write(path, overwrite)
    with replacing(path) as temporary:
        write(model, temporary)


def _is_checkpoint(path: str, save_format: Any) -> bool:
    """Whether tf.keras 2 makes a TensorFlow checkpoint of that path."""
    if save_format in ("tf", "tensorflow"):
        if ends_as_hdf5(path) or path.endswith(".keras"):
            raise ValueError(
                f"save_format={save_format!r} does not fit the ending of {path}. Leave save_format out."
            )
        return True
    return save_format is None and not ends_as_hdf5(path) and not path.endswith(".keras")


def _save_checkpoint(model: Any, path: str, overwrite: bool) -> None:
    from unikeras.checkpoint.save import save_objects
    from unikeras.checkpoint.state import update_checkpoint_state

    if not model.built and not model.weights:
        raise ValueError(
            f"Unable to save the weights of the model {model.name!r} to {path}: it has none yet. Call it on data, or build it."
        )
    if os.path.basename(path) == "":
        raise ValueError(
            f"save_weights: {path!r} is a folder; give the checkpoint a name, such as {path}ckpt."
        )
    _may_write(f"{path}.index", overwrite)
    save_objects(model, path)
    update_checkpoint_state(os.path.dirname(os.path.abspath(path)), path)


def _load_checkpoint(model: Any, path: str, skip_mismatch: bool, by_name: bool) -> Any:
    from unikeras.checkpoint.bundle import CheckpointReader
    from unikeras.checkpoint.restore import restore

    if by_name or skip_mismatch:
        raise ValueError(
            f"load_weights: {path} is a TensorFlow checkpoint, where weights are found by the model's structure: by_name and "
            "skip_mismatch are for HDF5 files."
        )
    status = restore(CheckpointReader(path), model)
    status.assert_nontrivial_match()
    if model.weights:
        lost = {id(v) for v in status.missing()}
        names = [v.name for v in model.weights if id(v) in lost]
        if names:
            report(
                f"load_weights: {path} has nothing for {len(names)} of the model's {len(model.weights)} weights, which stay as they "
                f"are: {', '.join(names[:5])}."
            )
    return status.expect_partial()


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> Any:
    """Load weights that `save_weights` wrote (in unikeras, Keras 2 or 3), or those of a whole model's file.

    Everything is checked first: if something does not fit, nothing is changed.

    Args:
        model: a built model; for a TensorFlow checkpoint it may be built later, and gets its weights then.
        filepath: a path (of a checkpoint: without '.index'), or a binary file opened for reading.
        skip_mismatch: load what fits, and warn about the rest.
        **kwargs: `by_name`: match the layers by their names instead of their order, and warn about those that are not in
            the file (files in tf.keras 2's layout only); `options` as in tf.keras 2.

    Raises:
        MissingFileError: there is no such file (a `FileNotFoundError` and a `ValueError`).
        ModelFileError: a broken file, or one that does not fit the model; the message lists what does not.
        ValueError: `by_name` with a file in Keras 3's layout, which has no such names, or a checkpoint; a checkpoint's value of
            another shape.

    Returns:
        For a TensorFlow checkpoint, the status of `tf.train.Checkpoint.restore`; else `None`.
    """
    kwargs.pop("options", None)
    by_name = bool(kwargs.pop("by_name", False))
    if kwargs:
        raise TypeError(f"load_weights: unknown arguments {sorted(kwargs)}.")
    name, path = _name(filepath), _path(filepath)
    source: Any = filepath if path is None else path
    if path is not None:
        if os.path.isfile(os.path.join(path, "model.weights.h5")):
            source = os.path.join(path, "model.weights.h5")
        elif os.path.exists(f"{path}.index"):
            return _load_checkpoint(model, path, skip_mismatch, by_name)
        elif os.path.isdir(path):
            if os.path.exists(os.path.join(path, "checkpoint")):
                raise MissingFileError(
                    f"{path} is a folder of checkpoints; give one of them, such as tf.train.latest_checkpoint({path!r})."
                )
            raise _not_yet("Loading", path)
        elif not os.path.exists(path):
            raise MissingFileError(f"There is no file {path} (in {os.getcwd()}).")
    zipped = zipfile.is_zipfile(source)
    if not zipped and is_legacy(source):
        read_legacy_weights(model, source, name, skip_mismatch, by_name)
        return None
    if by_name:
        raise ValueError(
            f"load_weights(by_name=True): {name} is in Keras 3's layout, where layers are found by their place. Leave by_name out "
            "(skip_mismatch=True loads what fits)."
        )
    if zipped:
        with open_weights_of(source, name, model) as file:
            read_weights(model, file, name, skip_mismatch)
        return None
    read_weights(model, source, name, skip_mismatch)
    return None


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


def model_from_yaml(*args: Any, **kwargs: Any) -> Any:
    """Raises: tf.keras has removed it, since YAML may hold code (mirrors `tf.keras.models.model_from_yaml`).

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError(
        "model_from_yaml() was removed from Keras, because YAML files may hold any code. Use model.to_json() and "
        "keras.models.model_from_json()."
    )


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


def _starts_as_hdf5(source: Any) -> bool:
    signature = b"\x89HDF\r\n\x1a\n"
    if not isinstance(source, str):
        start = source.read(8)
        source.seek(0)
        return start == signature
    with open(source, "rb") as file:
        return file.read(8) == signature


def _not_yet(what: str, given: Any) -> NotImplementedError:
    return NotImplementedError(
        f"{what} {given!s}: TensorFlow's SavedModel folders (paths without an ending, save_format='tf') are not available yet; see "
        "docs/compatibility.md. Use a '.keras' or '.h5' file."
    )
