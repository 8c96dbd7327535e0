"""`ConcreteFunction`: a `tf.function` for one signature."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from unikeras.core import nest
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.shape import TensorShape
from unikeras.core.signature import fit, spec_of
from unikeras.core.spec import TensorSpec
from unikeras.core.symbolic import SymbolicTensor, infer, is_symbolic
from unikeras.core.tensor import Tensor

if TYPE_CHECKING:
    from unikeras.core.function import Function

__all__ = ["ConcreteFunction"]


class ConcreteFunction:
    """A `tf.function` for one signature (mirrors what `get_concrete_function` returns).

    Args:
        function: the function.
        args: its arguments by position; `TensorSpec`s and tensors are what a call gives, everything else is fixed.
        kwargs: those by keyword.
    """

    def __init__(self, function: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._function = function
        specs = nest.map_structure(spec_of, (args, kwargs))
        self._names = _parameter_names(function.python_function, len(args))
        named = [
            nest.map_structure(lambda s, n=name: _named(s, n), value)
            for name, value in zip(self._names, specs[0], strict=True)
        ]
        self.structured_input_signature = (
            tuple(named),
            {
                key: nest.map_structure(lambda s, n=key: _named(s, n), value)
                for key, value in specs[1].items()
            },
        )
        self._outputs: Any = None
        self._known = False

    @property
    def name(self) -> str:
        """The function's name."""
        return self._function.__name__

    @property
    def function_def(self) -> Any:
        """Raises: there is no graph in TensorFlow's form."""
        raise NotImplementedError(
            "ConcreteFunction.function_def: graphs in TensorFlow's form are not available."
        )

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """A symbolic tensor for each tensor of the signature."""
        return [
            SymbolicTensor(s.shape, s.dtype, s.name)
            for s in nest.flatten(self.structured_input_signature)
            if isinstance(s, TensorSpec)
        ]

    @property
    def structured_outputs(self) -> Any:
        """What it returns, with specs in place of tensors."""
        if not self._known:
            flat = nest.flatten(self.structured_input_signature)
            symbols = [
                SymbolicTensor(s.shape, s.dtype, s.name) if isinstance(s, TensorSpec) else s for s in flat
            ]
            args, kwargs = nest.pack_as(self.structured_input_signature, symbols)
            python = self._function._converted
            found = (
                infer(python, args, kwargs)
                if any(map(is_symbolic, symbols))
                else self._function(*args, **kwargs)
            )
            self._outputs = nest.map_structure(
                lambda leaf: None if leaf is None else TensorSpec(leaf.shape, leaf.dtype), found
            )
            self._known = True
        return self._outputs

    @property
    def outputs(self) -> list[TensorSpec]:
        """The specs of the tensors that it returns."""
        return [s for s in nest.flatten(self.structured_outputs) if s is not None]

    @property
    def output_shapes(self) -> Any:
        """The shapes of what it returns."""
        return nest.map_structure(lambda s: None if s is None else s.shape, self.structured_outputs)

    @property
    def output_dtypes(self) -> Any:
        """The dtypes of what it returns."""
        return nest.map_structure(lambda s: None if s is None else s.dtype, self.structured_outputs)

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables of all traces of the function so far."""
        found = {
            id(v): v for trace in self._function._traces.values() for v in getattr(trace, "variables", ())
        }
        return tuple(found.values())

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """Those that are trainable."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def captured_inputs(self) -> list[Any]:
        """What it uses from outside: the variables."""
        return list(self.variables)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call with the tensors of the signature, in its order (by keyword those that it has by keyword).

        Raises:
            TypeError: other arguments than the signature's.
        """
        fixed, fixed_kwargs = self.structured_input_signature
        named = dict(zip(self._names, fixed, strict=True)) | fixed_kwargs
        places = [n for n in self._names if n not in kwargs]
        flat = nest.flatten([named[n] for n in places])
        wanted = sum(isinstance(s, TensorSpec) for s in flat)
        whole = len(args) == len(places) and (wanted == len(places) or any(map(nest.is_nested, args)))
        if set(kwargs) - set(named) or not (whole or len(args) == wanted):
            raise TypeError(
                f"{self.name}: expected {wanted} tensors by position and {sorted(fixed_kwargs)} by keyword, got "
                f"{len(args)} and {sorted(kwargs)}."
            )
        if not whole:
            given = iter(args)
            filled = [next(given) if isinstance(s, TensorSpec) else s for s in flat]
            args = tuple(nest.pack_as([named[n] for n in places], filled))
        values = named | kwargs | dict(zip(places, args, strict=True))
        for key, value in values.items():
            spec = named[key]
            if isinstance(value, Tensor) and isinstance(spec, TensorSpec) and value.dtype != spec.dtype:
                raise InvalidArgumentError(
                    f"{self.name}: expected {spec}, got a tensor of dtype {value.dtype.name}."
                )
        missing = [k for k, v in values.items() if isinstance(v, TensorSpec)]
        if missing:
            raise TypeError(f"{self.name}: missing the arguments {missing}.")
        fitted = {name: fit(spec, values[name], self.name) for name, spec in named.items()}
        return self._function(*(fitted[n] for n in self._names), **{k: fitted[k] for k in fixed_kwargs})

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The signature as text, in lines or (`verbose=False`) in one."""
        args, kwargs = self.structured_input_signature
        parameters = [*zip(self._names, args, strict=True), *kwargs.items()]
        if not verbose:
            inside = ", ".join(f"{name}: {_text(s)}" for name, s in parameters)
            return f"({inside}) -> {_text(self.structured_outputs)}"
        count = len(args)
        kinds = ["POSITIONAL_OR_KEYWORD"] * count + ["KEYWORD_ONLY"] * len(kwargs)
        lines = ["Input Parameters:"]
        lines += [f"  {name} ({kind}): {_text(s)}" for (name, s), kind in zip(parameters, kinds, strict=True)]
        lines += ["Output Type:", f"  {_text(self.structured_outputs)}", "Captures:"]
        captured = [f"  {id(v)}: {_text(TensorSpec(v.shape, v.dtype))}" for v in self.variables]
        return "\n".join([*lines, *(captured or ["  None"])])

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.pretty_printed_signature(verbose=False)} at {hex(id(self)).upper().replace('X', 'x')}>"

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"


def _parameter_names(function: Any, count: int) -> list[str]:
    """Names of the first arguments, as TensorFlow gives them."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return [f"args_{i}" for i in range(count)]
    names: list[str] = []
    for p in parameters:
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            names.append(p.name)
        elif p.kind is p.VAR_POSITIONAL:
            names += [f"{p.name}_{i}" for i in range(count - len(names))]
    return names[:count]


def _named(spec: Any, name: str) -> Any:
    return TensorSpec(spec.shape, spec.dtype, spec.name or name) if isinstance(spec, TensorSpec) else spec


def _text(spec: Any) -> str:
    """A spec or a structure of them, as TensorFlow writes types."""
    if isinstance(spec, TensorSpec):
        return repr(TensorSpec(None if spec.shape.rank is None else TensorShape(spec.shape), spec.dtype))
    if isinstance(spec, dict):
        return "Dict[" + ", ".join(f"[{k!r}, {_text(v)}]" for k, v in spec.items()) + "]"
    if isinstance(spec, (list, tuple)):
        return ("List" if isinstance(spec, list) else "Tuple") + "[" + ", ".join(map(_text, spec)) + "]"
    return (
        repr(spec)
        if hasattr(spec, "_to_components")
        else f"Literal[{spec!r}]"
        if spec is not None
        else "None"
    )
