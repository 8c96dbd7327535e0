"""The import hook: in this process, `tensorflow` and `keras` are unikeras."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from unikeras.runner.paths import HOLDERS, ROOTS, candidates


def install() -> None:
    """Make `import tensorflow`, `import keras` and `import tf_keras` mean unikeras, in this process.

    `tensorflow` *is* the module `unikeras`, `tensorflow.keras.layers` and `keras.layers` *are*
    `unikeras.keras.layers`, and so on, even where the real packages are installed. Call it before the
    program's first import of them; in a notebook, in the first cell. Calling it again changes nothing.
    `unikeras run` calls it for you. `importlib.metadata` is left alone: it tells the truth about what is
    installed.

    Only this process is mapped. One that it starts (`subprocess`, a spawned `multiprocessing` worker) must
    call `install()` itself, or be started through `unikeras run`; workers that `multiprocessing` spawns from
    a program under `unikeras run` are mapped too. As with plain Python they import the main script again, so
    it needs its `if __name__ == "__main__":`.

    Raises:
        RuntimeError: the real TensorFlow or Keras is already imported.

    Example:
        >>> import subprocess, sys
        >>> program = "import unikeras; unikeras.install(); import tensorflow as tf; print(tf is unikeras)"
        >>> subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip()
        'True'
    """
    install_for("unikeras")


def install_for(package: str) -> AliasFinder:
    """Put an `AliasFinder` for `package` first on `sys.meta_path`, once, and return it.

    Args:
        package: what `tensorflow` is to be; `package.keras` is what `keras` is to be.

    Raises:
        RuntimeError: another package is already imported under one of the names.
    """
    for finder in sys.meta_path:
        if isinstance(finder, AliasFinder) and finder.package == package:
            return finder
    taken = [
        name for name in sorted(ROOTS) if name in sys.modules and not _belongs(sys.modules[name], package)
    ]
    if taken:
        raise RuntimeError(
            f"{package}.install() came too late: this process has already imported {' and '.join(taken)}. "
            f"Call it before the first import of {taken[0]} (in a notebook: restart the kernel and put "
            f"`import {package}; {package}.install()` into the first cell)."
        )
    finder = AliasFinder(package)
    sys.meta_path.insert(0, finder)
    return finder


class AliasFinder(MetaPathFinder):
    """Answers imports of the names in `paths.ROOTS` with the modules of one package.

    Args:
        package: the name of that package.
    """

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say where `fullname` comes from; never leave one of our names to the finders that follow.

        They would look in `package.__path__` and load a second copy of one of its modules.

        Raises:
            ModuleNotFoundError: the package has no such module.
        """
        if fullname == "tensorboard.compat.notf":
            # tensorboard's own switch: it uses TensorFlow's file system where TensorFlow can be imported,
            # unless this module exists. What it would find here is not what it was written for.
            return ModuleSpec(fullname, _Alias(ModuleType(fullname)))
        if fullname.partition(".")[0] not in ROOTS:
            return None
        return ModuleSpec(fullname, _Alias(self.resolve(fullname)), is_package=True)

    def resolve(self, fullname: str) -> ModuleType:
        """The module that `fullname` stands for.

        Raises:
            ModuleNotFoundError: there is none. Its `name` is the package's name for it.
        """
        root = importlib.import_module(self.package)
        for place in candidates(fullname):
            module = _walk(root, place)
            if module is not None:
                return module
        if fullname in HOLDERS:
            return _Holder(fullname)
        wanted = f"{self.package}.{next(candidates(fullname))}"
        raise ModuleNotFoundError(
            f"{self.package} has no module {wanted!r} (the program imports it as {fullname!r}). "
            "docs/compatibility.md lists what is there and what to use instead.",
            name=wanted,
        )


class _Alias(Loader):
    """Hands out a module that exists already, under another name."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make a throw-away module: it would write its `__spec__` over that of the real one."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the real module where the import system looks for its result."""
        if not hasattr(self.module, "__path__"):
            # `import a.b.c` asks that `a.b` have a path, though `c` may be an attribute of a plain module.
            self.module.__path__ = []
        assert module.__spec__ is not None
        sys.modules[module.__spec__.name] = self.module


def _walk(root: ModuleType, place: str) -> ModuleType | None:
    """Follow a dotted path through attributes and submodules; None if it leads nowhere."""
    module = root
    for part in place.split(".") if place else ():
        child = getattr(module, part, None)
        if isinstance(child, _Holder):
            return None
        if not isinstance(child, ModuleType):
            name = f"{module.__name__}.{part}"
            try:
                child = importlib.import_module(name)
            except ModuleNotFoundError as error:
                if error.name not in (name, module.__name__):
                    raise  # the module is there, and something that it needs is not
                return None
        module = child
    return module


class _Holder(ModuleType):
    """A package with no names of its own; see `paths.HOLDERS`."""

    def __init__(self, fullname: str) -> None:
        super().__init__(fullname)
        self.__path__ = []


def _belongs(module: ModuleType, package: str) -> bool:
    name = getattr(module, "__name__", "")
    return name == package or name.startswith(package + ".")
