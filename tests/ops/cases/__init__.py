"""One table in parts: every op with inputs and the same formula in NumPy. The tests of the folder above drive it.

A module of this folder defines `CASES`, a list of `Case`; it is found by being there.
"""

import importlib
import pkgutil

_modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
CASES = [case for module in _modules for case in getattr(module, "CASES", [])]
