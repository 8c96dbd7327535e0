"""Small names of earlier Kerases (mirrors `keras.utils.get_source_inputs`, `warmstart_embedding_matrix`, `legacy.*`)."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from unikeras.saving.registry import get_registered_name, lookup_custom
from unikeras.utils.identify import close_matches

__all__ = [
    "deserialize_keras_object",
    "get_source_inputs",
    "serialize_keras_object",
    "warmstart_embedding_matrix",
]


def get_source_inputs(tensor: Any, layer: Any = None, node_index: int | None = None) -> list[Any]:
    """The `keras.Input`s that a symbolic tensor depends on, in the order in which they are met (mirrors `keras.utils.get_source_inputs`).

    Args:
        tensor: a symbolic tensor.
        layer: accepted, as in tf.keras 2.
        node_index: accepted, as in tf.keras 2.

    Example:
        >>> from unikeras import keras
        >>> a, b = keras.Input((1,), name="a"), keras.Input((1,), name="b")
        >>> [t.name for t in get_source_inputs(keras.layers.Add()([a, b]) * 2.0)]
        ['a', 'b']
    """
    if not hasattr(tensor, "node"):
        return [tensor]
    found: list[Any] = []
    seen: set[int] = set()
    stack = [tensor]
    while stack:
        tensor = stack.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        if tensor.node is None or not tensor.node.inputs:
            found.append(tensor)
        else:
            stack.extend(reversed(tensor.node.inputs))
    return found


def warmstart_embedding_matrix(
    base_vocabulary: Any,
    new_vocabulary: Any,
    base_embeddings: Any,
    new_embeddings_initializer: Any = "uniform",
) -> Any:
    """A matrix of embeddings for a new vocabulary: words of the old one keep their rows (mirrors `tf.keras.utils.warmstart_embedding_matrix`).

    Args:
        base_vocabulary: the old words, in the order of the rows; a list, or the path of a file with one a line.
        new_vocabulary: the new words, likewise.
        base_embeddings: [old words, size].
        new_embeddings_initializer: makes the rows of new words.

    Returns:
        [new words, size], a tensor.

    Raises:
        ValueError: the matrix has not a row a word.

    Example:
        >>> matrix = warmstart_embedding_matrix(["a", "b"], ["b", "c"], [[1.0, 2.0], [3.0, 4.0]], "zeros")
        >>> matrix.numpy().tolist()
        [[3.0, 4.0], [0.0, 0.0]]
    """
    from unikeras import initializers, ops

    old, new = _words(base_vocabulary), _words(new_vocabulary)
    base = np.asarray(base_embeddings)
    if len(base) != len(old):
        raise ValueError(
            f"warmstart_embedding_matrix: base_embeddings has {len(base)} rows, but base_vocabulary has {len(old)} words."
        )
    rows = {word: row for row, word in enumerate(old)}
    initializer: Any = initializers.get(new_embeddings_initializer)
    matrix = np.array(initializer((len(new), base.shape[1]), dtype=base.dtype.name))
    for row, word in enumerate(new):
        if word in rows:
            matrix[row] = base[rows[word]]
    return ops.constant(matrix)


def _words(vocabulary: Any) -> list[Any]:
    if isinstance(vocabulary, str):
        with open(vocabulary, encoding="utf-8") as file:
            return file.read().splitlines()
    return np.asarray(vocabulary).tolist()


def serialize_keras_object(instance: Any) -> Any:
    """An object as {"class_name", "config"}, a function as its name: the form of files before Keras 3 (mirrors
    `keras.utils.legacy.serialize_keras_object`).

    Raises:
        ValueError: it has neither `get_config` nor a name.

    Example:
        >>> from unikeras import keras
        >>> serialize_keras_object(keras.regularizers.L2(0.5))
        {'class_name': 'L2', 'config': {'l2': 0.5}}
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config") and not isinstance(instance, type):
        return {"class_name": get_registered_name(type(instance)), "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return get_registered_name(instance)
    raise ValueError(f"serialize_keras_object: cannot serialize {instance!r}: it has no get_config method.")


def deserialize_keras_object(
    identifier: Any,
    module_objects: dict[str, Any] | None = None,
    custom_objects: dict[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """The object that `serialize_keras_object`'s result means (mirrors `keras.utils.legacy.deserialize_keras_object`).

    Args:
        identifier: {"class_name", "config"}, or a function's name; a function is returned as it is.
        module_objects: name -> class or function.
        custom_objects: likewise; they come first.
        printable_module_name: what is sought, for messages.

    Raises:
        ValueError: an unknown name, or something else.

    Example:
        >>> from unikeras import keras
        >>> config = {"class_name": "L2", "config": {"l2": 0.5}}
        >>> float(deserialize_keras_object(config, {"L2": keras.regularizers.L2}).l2)
        0.5
    """
    if identifier is None or inspect.isfunction(identifier) or inspect.isbuiltin(identifier):
        return identifier
    known = {**(module_objects or {}), **(custom_objects or {})}

    def named(name: str) -> Any:
        found: Any = (custom_objects or {}).get(name)
        found = lookup_custom(name) if found is None else found
        found = known.get(name) if found is None else found
        if found is None:
            raise ValueError(
                f"Unknown {printable_module_name} {name!r}. {close_matches(name, known)} Custom ones go into custom_objects."
            )
        return found

    if isinstance(identifier, dict):
        if "class_name" not in identifier or "config" not in identifier:
            raise ValueError(
                f"deserialize_keras_object: a config needs 'class_name' and 'config'; got {sorted(identifier)}."
            )
        cls, config = named(identifier["class_name"]), dict(identifier["config"])
        if not hasattr(cls, "from_config"):
            return cls(**config)
        if "custom_objects" in inspect.signature(cls.from_config).parameters:
            return cls.from_config(config, custom_objects=known)
        return cls.from_config(config)
    if isinstance(identifier, str):
        found = named(identifier)
        return found() if isinstance(found, type) else found
    raise ValueError(f"deserialize_keras_object: cannot interpret {identifier!r} as {printable_module_name}.")
