"""The table of layers in parts, found by being there.

A module of this folder defines `TABLE`, a list of `case`s for the whole harness, and may define `LIGHT`, one for `light.py`: layers that
differ from one in a `TABLE` by a formula alone.
"""

import importlib
import pkgutil

_modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
TABLE = [row for module in _modules for row in getattr(module, "TABLE", [])]
LIGHT = [row for module in _modules for row in getattr(module, "LIGHT", [])]
