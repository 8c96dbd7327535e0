"""`convert`: the AutoGraph form of a user's function, in which `if`, `while`, `for` and calls go through `unikeras.autograph`.

diastatic-malt rewrites the syntax tree. The tree keeps the lines of the user's file and is compiled under its name, so that
tracebacks, debuggers and messages show what the user wrote. What the statements mean is in `unikeras/autograph/operators.py`.
"""

from __future__ import annotations

import ast
import functools
import inspect
import os
import sys
import sysconfig
import threading
import types
from collections.abc import Callable
from typing import Any

from unikeras import engine
from unikeras.core.state import thread

__all__ = ["code_of", "convert", "do_not_convert", "is_converted", "unconverted", "when_traced", "why_not"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_STANDARD = os.path.abspath(sysconfig.get_paths()["stdlib"]) + os.sep
_SITE = tuple(
    os.path.abspath(folder) + os.sep
    for folder in {sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]}
)
# Libraries that never hold a condition on a tensor of ours.
_LIBRARIES = frozenset(
    (
        "IPython", "PIL", "_pytest", "array_api_compat", "h5py", "jax", "jaxlib", "malt", "matplotlib", "ml_dtypes", "numpy", "pandas",
        "pluggy", "pytest", "scipy", "sklearn", "torch", "tqdm",
    )
)  # fmt: skip
_OUTER, _INNER = "ag__outer", "ag__inner"  # names that no user has
_lock = threading.RLock()
_factories: dict[types.CodeType, Any] = {}  # code -> what makes the converted function, or why there is none


def convert(function: Callable[..., Any]) -> Callable[..., Any]:
    """The AutoGraph form of a function: control flow over traced tensors becomes part of the program.

    With values that are not traced it does what the function does. What cannot be converted is returned as it is: builtins,
    functions of this and other known libraries, generators, functions without source (`why_not` tells the reason).

    Args:
        function: a function, bound method, `functools.partial` or callable object.

    Example:
        >>> def sign(x):
        ...     if x > 0:
        ...         return 1
        ...     return -1
        >>> convert(sign)(3), convert(len)([1, 2])
        (1, 2)
    """
    if isinstance(function, types.FunctionType):
        return _converted(function)
    if isinstance(function, types.MethodType):
        inner = convert(function.__func__)
        return function if inner is function.__func__ else types.MethodType(inner, function.__self__)
    if isinstance(function, functools.partial):
        inner = convert(function.func)
        return (
            function
            if inner is function.func
            else functools.partial(inner, *function.args, **function.keywords)
        )
    if isinstance(function, type) or getattr(function, "_autograph_artifact", False):
        return function
    call = inspect.getattr_static(type(function), "__call__", None)
    if isinstance(call, types.FunctionType):
        inner = _converted(call)
        return function if inner is call else types.MethodType(inner, function)
    return function


def when_traced(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that users write, such as a layer's `call`: its AutoGraph form while a function is being traced."""
    if not thread.tracing:
        return function
    return convert(function) if engine.current().compiles else function


def do_not_convert(func: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Let a function run as it is inside of functions that AutoGraph converts (mirrors `tf.autograph.experimental.do_not_convert`).

    Example:
        >>> import unikeras as tf
        >>> @tf.autograph.experimental.do_not_convert
        ... def plain(x):
        ...     return x + 1
        >>> plain(1)
        2
    """
    if func is None:
        return do_not_convert

    @functools.wraps(func)
    def unconverted(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    unconverted._autograph_artifact = True  # type: ignore[attr-defined]
    return unconverted


def is_converted(function: Any) -> bool:
    """Whether this is a function that `convert` made."""
    return getattr(function, "_autograph_artifact", False) and hasattr(function, "_autograph_source")


def why_not(code: types.CodeType) -> str | None:
    """Why the function of this code was not converted, if it could not be."""
    found = _factories.get(code)
    return found if isinstance(found, str) else None


def unconverted() -> str:
    """Why the user's function that is running was not converted, as a sentence; "" if it was."""
    frame = sys._getframe(1)
    while frame.f_back is not None and os.path.abspath(frame.f_code.co_filename).startswith(_PACKAGE):
        frame = frame.f_back
    reason = why_not(frame.f_code)
    return f" AutoGraph could not convert {frame.f_code.co_name!r} ({reason})." if reason else ""


def code_of(function: Callable[..., Any]) -> str:
    """The Python source of the converted function.

    Raises:
        ValueError: the function cannot be converted.
    """
    while isinstance(function, (functools.partial, types.MethodType)):
        function = function.func if isinstance(function, functools.partial) else function.__func__
    if not isinstance(function, types.FunctionType):
        raise ValueError(f"{function!r} is not a function with source that AutoGraph can convert.")
    if is_converted(function):
        return function._autograph_source  # type: ignore[attr-defined]
    with _lock:
        return _Factory(function).source


def _wanted(function: types.FunctionType) -> bool:
    """Whether a function is of those that are converted: not of a library that has nothing to do with our tensors."""
    if getattr(function, "_autograph_artifact", False):
        return False
    code = function.__code__
    if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        return False
    path = code.co_filename
    if path.startswith("<doctest"):
        return True
    path = os.path.abspath(path)
    if path.startswith(_PACKAGE):
        return False
    for folder in _SITE:
        if path.startswith(folder):
            return path[len(folder) :].split(os.sep)[0].removesuffix(".py") not in _LIBRARIES
    return not path.startswith(_STANDARD)


def _converted(function: types.FunctionType) -> Callable[..., Any]:
    code = function.__code__
    factory = _factories.get(code)
    if factory is None:
        with _lock:
            factory = _factories.get(code)
            if factory is None:
                factory = _factories[code] = _factory(function)
    if isinstance(factory, str):
        return function
    # The same code may have been asked for through a wrapper that says not to convert it.
    return function if getattr(function, "_autograph_artifact", False) else factory.instantiate(function)


def _factory(function: types.FunctionType) -> Any:
    if not _wanted(function):
        return ""
    try:
        return _Factory(function)
    except Exception as error:  # whatever the rewriting does not know: the function runs as it is
        return f"{type(error).__name__}: {error}".split("\n")[0]


class _Factory:
    """The converted code of one function's code; `instantiate` joins it to a function's globals, closure and defaults."""

    def __init__(self, function: types.FunctionType) -> None:
        self.source, tree, name = _transpiler()(function)
        code = function.__code__
        outer = _function(_OUTER, [_function(_INNER, [tree, _return(name)], ["ag__"]), _return(_INNER)])
        free = [f for f in code.co_freevars if f != "ag__"]
        outer.body[:0] = [
            ast.Assign([ast.Name(f, ast.Store())], ast.Constant(None)) for f in free
        ]  # makes them variables of the enclosing function
        module = ast.Module([outer], [])
        _set_lines(module, code.co_firstlineno)
        compiled = compile(
            ast.fix_missing_locations(module), code.co_filename, "exec", dont_inherit=True, flags=_flags(code)
        )
        made = _code_in(_code_in(compiled, _OUTER), _INNER)
        self._inner = made
        self._free = made.co_freevars

    def instantiate(self, function: types.FunctionType) -> Callable[..., Any]:
        """The converted form of a function of this code."""
        from unikeras.autograph import operators

        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        inner = types.FunctionType(
            self._inner, function.__globals__, closure=tuple(cells[f] for f in self._free)
        )
        made = inner(operators)
        made.__defaults__ = function.__defaults__
        made.__kwdefaults__ = function.__kwdefaults__
        made.__name__, made.__qualname__ = function.__name__, function.__qualname__
        made.__code__ = made.__code__.replace(co_name=function.__name__)  # for tracebacks
        made.__module__, made.__doc__ = function.__module__, function.__doc__
        made._autograph_artifact = True
        made._autograph_source = self.source
        return made


def _flags(code: types.CodeType) -> int:
    import __future__

    return code.co_flags & __future__.annotations.compiler_flag


def _function(name: str, body: list[Any], parameters: list[str] | None = None) -> ast.FunctionDef:
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(p) for p in parameters or ()],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    return ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=[])


def _return(name: str) -> ast.Return:
    return ast.Return(ast.Name(name, ast.Load()))


def _code_in(code: types.CodeType, name: str) -> types.CodeType:
    return next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name)


def _set_lines(tree: ast.AST, line: int) -> None:
    """Give every node the user's line: its own, or that of the node around it."""
    from malt.pyct import anno

    def visit(node: ast.AST, line: int) -> None:
        origin = anno.getanno(node, anno.Basic.ORIGIN, default=None)
        if origin is not None:
            line = origin.loc.lineno
        if "lineno" in node._attributes:
            node.lineno = node.end_lineno = line  # type: ignore[attr-defined]
            node.col_offset = node.end_col_offset = 0  # type: ignore[attr-defined]
        for child in ast.iter_child_nodes(node):
            visit(child, line)

    visit(tree, line)


@functools.cache
def _transpiler() -> Callable[[types.FunctionType], tuple[str, ast.stmt, str]]:
    import importlib.util  # noqa: F401 - malt uses it without importing it

    from malt.core import converter
    from malt.impl import api
    from malt.pyct import parser, transpiler

    class Transpiler(api.PyToPy):
        """The rewriting, without the generated file that malt would import."""

        def get_transformed_name(self, node: Any) -> str:
            return "tf__" + super(api.PyToPy, self).get_transformed_name(node)

        def transform_ast(self, node: Any, ctx: Any) -> Any:
            return super().transform_ast(_Prepare(ctx.user.owner).visit(node), ctx)

    options = converter.ConversionOptions(
        recursive=True,
        user_requested=True,
        optional_features=(converter.Feature.ASSERT_STATEMENTS, converter.Feature.BUILTIN_FUNCTIONS),
    )
    rewriting = Transpiler()

    def transform(function: types.FunctionType) -> tuple[str, ast.stmt, str]:
        context = converter.ProgramContext(options)
        context.owner = _class_of(function)
        tree, made = super(transpiler.PyToPy, rewriting).transform_function(_unwrapped(function), context)
        if isinstance(tree, ast.Lambda):
            tree = ast.Assign([ast.Name(made.info.name, ast.Store())], tree)
        else:
            tree.name = made.info.name
        return parser.unparse(ast.fix_missing_locations(tree)), tree, made.info.name

    return transform


def _unwrapped(function: types.FunctionType) -> types.FunctionType:
    """The function without what `functools.wraps` left on it: its own source is wanted, not the wrapped one's."""
    if not hasattr(function, "__wrapped__"):
        return function
    bare = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    bare.__kwdefaults__ = function.__kwdefaults__
    return bare


def _class_of(function: types.FunctionType) -> str | None:
    """The name of the class in whose body a function was written."""
    parts = function.__qualname__.split(".")
    return parts[-2] if len(parts) > 1 and parts[-2] != "<locals>" else None


class _Prepare(ast.NodeTransformer):
    """Writes in full what would not survive that statements become functions: `super()`, `self.__x`, `except E as e`."""

    def __init__(self, owner: str | None) -> None:
        self._owner = owner
        self._first: str | None = None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer = self._first
        arguments = [*node.args.posonlyargs, *node.args.args]
        self._first = arguments[0].arg if arguments else None
        self.generic_visit(node)
        self._first = outer
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if (
            isinstance(node.func, ast.Name)
            and node.func.id == "super"
            and not node.args
            and self._first is not None
        ):
            node.args = [ast.Name("__class__", ast.Load()), ast.Name(self._first, ast.Load())]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if self._owner and node.attr.startswith("__") and not node.attr.endswith("__"):
            node.attr = f"_{self._owner.lstrip('_')}{node.attr}"
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if node.name is not None:
            value = ast.parse("ag__.caught()", mode="eval").body
            node.body.insert(0, ast.Assign([ast.Name(node.name, ast.Store())], value))
            node.name = None
        return node
