"""`Operation`: what layers and users' own operations share: a call on symbolic tensors joins the graph."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from unikeras.core import nest
from unikeras.core.module import auto_name, to_snake_case
from unikeras.core.symbolic import Node, infer, is_symbolic

__all__ = ["Operation", "SymbolicScope", "automatic"]


def automatic(get_config: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a `get_config` that finds the constructor's arguments of classes without one of their own."""
    get_config._automatic = True  # type: ignore[attr-defined]
    return get_config


class Operation:
    """A formula in `call` that works on tensors and on symbolic ones (mirrors `keras.Operation`).

    It has no variables: what has some is a `keras.layers.Layer`, which is an operation too.

    Args:
        name: its name; from the class's name if `None`.

    Raises:
        ValueError: a name that is no string, or has a '/'.

    Example:
        >>> from unikeras import keras
        >>> class Scale(keras.Operation):
        ...     def __init__(self, factor, name=None):
        ...         super().__init__(name=name)
        ...         self.factor = factor
        ...     def call(self, x):
        ...         return x * self.factor
        >>> x = keras.Input((2,))
        >>> model = keras.Model(x, Scale(3.0)(x))
        >>> model(keras.ops.ones((1, 2))).numpy().tolist()
        [[3.0, 3.0]]
    """

    _nodes: list[Node]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        operation = super().__new__(cls)
        operation.__dict__["_init_arguments"] = (args, kwargs)
        return operation

    def __init__(self, name: str | None = None) -> None:
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(
                f"{type(self).__name__}: name must be a string without '/', not {name!r} (type {type(name).__name__})."
            )
        self._name = name or auto_name(to_snake_case(type(self).__name__))
        self._nodes = []

    @property
    def name(self) -> str:
        """The operation's name."""
        return self._name

    # Calling.

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The formula; subclasses override it."""
        raise NotImplementedError(f"The operation {type(self).__name__} does not have a `call()` method.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if any(is_symbolic(leaf) for leaf in nest.flatten((args, kwargs))):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic tensors that a call gives, joined to the graph."""
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Symbolic tensors like the outputs for symbolic inputs."""
        return infer(self.call, args, kwargs)

    # The graph.

    def _first_node(self) -> Node:
        if not self._nodes:
            raise AttributeError(
                f"The operation {self.name!r} has not been called on symbolic tensors, so it has no input and output."
            )
        return self._nodes[0]

    @property
    def input(self) -> Any:
        """The symbolic input of the first call."""
        inputs = self._first_node().inputs
        return inputs[0] if len(inputs) == 1 else inputs

    @property
    def output(self) -> Any:
        """The symbolic output of the first call."""
        return self._first_node().outputs

    # Saving.

    @automatic
    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the operation again.

        Raises:
            NotImplementedError: a subclass whose constructor takes more than plain values must override it.
        """
        return {"name": self.name, **self._arguments_config({"name"})}

    def _arguments_config(self, known: set[str]) -> dict[str, Any]:
        """A user's class without its own get_config: the constructor's arguments, if they are plain values."""
        if not getattr(type(self).get_config, "_automatic", False):
            return {}
        parameters = inspect.signature(type(self).__init__).parameters
        args, kwargs = self.__dict__["_init_arguments"]
        names = [n for n, p in parameters.items() if n != "self" and p.kind is p.POSITIONAL_OR_KEYWORD]
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        given = {k: v for k, v in given.items() if k not in known}
        for key, value in given.items():
            if not all(v is None or isinstance(v, (str, int, float, bool)) for v in nest.flatten(value)):
                raise NotImplementedError(
                    f"{type(self).__name__} {self.name!r} was created with the argument {key}={value!r}, which cannot be saved as it is. "
                    "Override get_config() to return a plain-value config (and from_config() to read it)."
                )
        return given

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An operation from `get_config()`'s result.

        Raises:
            TypeError: the constructor does not take these arguments; override `from_config`.
        """
        try:
            return cls(**config)
        except TypeError as error:
            raise TypeError(f"Cannot make a {cls.__name__} from its config {config!r}: {error}") from error

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


class SymbolicScope:
    """Marks where only shapes are inferred, for code that asks (mirrors `keras.SymbolicScope`).

    As in Keras, what is computed inside is what would be computed outside: tensors decide by themselves whether they are symbolic.

    Example:
        >>> from unikeras import keras
        >>> with keras.SymbolicScope():
        ...     shape = keras.ops.matmul(keras.KerasTensor((None, 3)), keras.KerasTensor((3, 5))).shape
        >>> shape
        TensorShape([None, 5])
    """

    def __enter__(self) -> SymbolicScope:
        return self

    def __exit__(self, *error: object) -> None:
        return None
