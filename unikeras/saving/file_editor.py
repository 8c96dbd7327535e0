"""`KerasFileEditor`: looking into weights files, and changing their names and arrays."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unikeras.saving.errors import ModelFileError
from unikeras.saving.hdf5 import is_group, member, open_hdf5, read, unreadable, write
from unikeras.saving.keras_file import replacing, weights_member

__all__ = ["KerasFileEditor"]

_MOST_MEMBERS = 1_000_000


class KerasFileEditor:
    """Shows and changes the arrays of a `.keras` or `.weights.h5` file (mirrors `keras.saving.KerasFileEditor`).

    Objects are groups, named by their paths ('layers/dense'); weights are arrays ('0', '1' ...) in an object's 'vars'.
    Changes are made to a copy in memory; `save` writes it as a `.weights.h5` file.

    Args:
        filepath: a `.keras` or `.weights.h5` file.

    Raises:
        ValueError: another ending, or a broken file.

    Example:
        >>> import os, tempfile
        >>> from unikeras import keras
        >>> path = os.path.join(tempfile.mkdtemp(), "m.weights.h5")
        >>> keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save_weights(path)
        >>> editor = keras.saving.KerasFileEditor(path)
        >>> editor.rename_object("layers/dense", "head")
        >>> editor.weights_of("layers/head")["0"].shape
        (2, 1)
    """

    def __init__(self, filepath: Any) -> None:
        path = os.path.expanduser(os.fsdecode(filepath))
        self.filepath = path
        self._objects: dict[str, dict[str, np.ndarray]] = {}
        if path.endswith(".keras") and zipfile.is_zipfile(path):
            with weights_member(path, path) as file:
                self._read(file)
        elif path.endswith(".weights.h5"):
            self._read(path)
        else:
            raise ValueError(f"KerasFileEditor opens '.keras' and '.weights.h5' files, not {path}.")

    def _read(self, source: Any) -> None:
        count = 0

        def walk(group: Any, path: str, depth: int) -> None:
            nonlocal count
            for key in group:
                count += 1
                if count > _MOST_MEMBERS or depth > 200:
                    raise ModelFileError(f"{self.filepath}: its groups are nested too deeply, or too many")
                thing = member(group, key)
                inner = f"{path}/{key}" if path else key
                if is_group(thing) and key == "vars":
                    self._objects[path] = {
                        name: self._array(member(thing, name)) for name in sorted(thing, key=_place)
                    }
                elif is_group(thing):
                    walk(thing, inner, depth + 1)

        with open_hdf5(source, self.filepath) as file:
            walk(file, "", 0)

    def _array(self, dataset: Any) -> np.ndarray:
        problem = unreadable(dataset)
        if problem is None and dataset.id.get_storage_size() == 0 and dataset.size > 0:
            problem = f"an array of shape {dataset.shape} is declared, but not stored"
        if problem is not None:
            raise ModelFileError(f"{self.filepath}: {getattr(dataset, 'name', '?')}: {problem}")
        return read(dataset, self.filepath)

    # Looking.

    def summary(self, print_fn: Callable[[str], Any] = print) -> None:
        """Print the objects and the shapes of their weights.

        Args:
            print_fn: called with each line.
        """
        for path, weights in self._objects.items():
            print_fn(path or "(the model itself)")
            for name, array in weights.items():
                print_fn(f"    {name}: shape={array.shape}, dtype={array.dtype}")

    def weights_of(self, object_name: str) -> dict[str, np.ndarray]:
        """The arrays of an object by name; changing them changes the copy in memory.

        Raises:
            ValueError: there is no such object, or several.
        """
        return self._objects[self._find(object_name)]

    def compare(self, reference_model: Any, print_fn: Callable[[str], Any] = print) -> dict[str, Any]:
        """Print where the file and a model differ.

        Args:
            reference_model: a built model.
            print_fn: called with each line.

        Returns:
            'status' ('success' or 'error'), 'error_count', 'match_count'.
        """
        from unikeras.layers.layer import Layer
        from unikeras.saving.walk import saveables

        errors = matches = 0
        for path, thing in saveables(reference_model):
            if not isinstance(thing, Layer):
                continue
            expected = [tuple(v.shape) for v in thing._own_weights()]
            found = [a.shape for a in self._objects.get(path, {}).values()]
            if not expected and not found:
                continue
            if expected == found:
                matches += len(expected)
            else:
                errors += 1
                print_fn(f"{path} ({thing.name}): the model has shapes {expected}, the file {found}")
        status = "success" if not errors else "error"
        print_fn(f"{matches} weights match, {errors} objects differ")
        return {"status": status, "error_count": errors, "match_count": matches}

    # Changing.

    def _find(self, name: str) -> str:
        """The path of an object: the whole path, or its last part if only one object has it."""
        if name in self._objects:
            return name
        found = [path for path in self._objects if path.rpartition("/")[2] == name]
        if len(found) == 1:
            return found[0]
        known = ", ".join(sorted(self._objects)[:20])
        what = (
            "no object"
            if not found
            else f"{len(found)} objects ({', '.join(found)}), so give the whole path: there is not one"
        )
        raise ValueError(f"{self.filepath} has {what} called {name!r}. It has: {known}.")

    def _below(self, path: str) -> Iterator[str]:
        yield from [other for other in self._objects if other == path or other.startswith(f"{path}/")]

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Give an object another last name ('dense' -> 'head').

        Raises:
            ValueError: there is no such object, or one of the new name.
        """
        path = self._find(object_name)
        new = f"{path.rpartition('/')[0]}/{new_name}".lstrip("/") if "/" not in new_name else new_name
        if new in self._objects:
            raise ValueError(f"{self.filepath} has an object {new!r} already.")
        renamed = set(self._below(path))
        self._objects = {
            (new + key[len(path) :] if key in renamed else key): value for key, value in self._objects.items()
        }

    def delete_object(self, object_name: str) -> None:
        """Take an object out, and those below it.

        Raises:
            ValueError: there is no such object.
        """
        for path in self._below(self._find(object_name)):
            del self._objects[path]

    def add_object(self, object_path: str, weights: dict[str, Any]) -> None:
        """Put a new object in.

        Args:
            object_path: its whole path ('layers/dense_2').
            weights: name ('0', '1' ...) -> array.

        Raises:
            ValueError: there is one already.
        """
        if object_path in self._objects:
            raise ValueError(f"{self.filepath} has an object {object_path!r} already.")
        self._objects[object_path] = {str(name): np.asarray(value) for name, value in weights.items()}

    def add_weights(self, object_name: str, weights: dict[str, Any]) -> None:
        """Give an object more arrays, or other values.

        Raises:
            ValueError: there is no such object.
        """
        self.weights_of(object_name).update({str(name): np.asarray(value) for name, value in weights.items()})

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Take an array out of an object.

        Raises:
            ValueError: there is no such object or array.
        """
        weights = self.weights_of(object_name)
        if str(weight_name) not in weights:
            raise ValueError(f"{object_name!r} has no weight {weight_name!r}; it has {list(weights)}.")
        del weights[str(weight_name)]

    def save(self, filepath: Any) -> None:
        """Write the changed file.

        Args:
            filepath: a path that ends with '.weights.h5'.

        Raises:
            ValueError: another ending.
        """
        import h5py

        path = os.path.expanduser(os.fsdecode(filepath))
        if not path.endswith(".weights.h5"):
            raise ValueError(f"KerasFileEditor.save: the file name must end with '.weights.h5', not {path}.")
        with replacing(path) as temporary, h5py.File(temporary, "w") as file:
            for key, weights in self._objects.items():
                group = file.create_group(f"{key}/vars" if key else "vars")
                for name, array in weights.items():
                    write(group, name, array)

    resave_weights = save


def _place(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (1 << 30, name)
