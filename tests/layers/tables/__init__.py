"""The table of layers in parts: a module of this folder defines `TABLE`, a list of `case`s; it is found by being there."""

import importlib
import pkgutil

_modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
TABLE = [row for module in _modules for row in getattr(module, "TABLE", [])]
