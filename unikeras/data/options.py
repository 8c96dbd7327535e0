"""`Options`: wishes about how a data set runs, kept and given back; what runs here chooses for itself."""

from __future__ import annotations

import enum
from typing import Any

from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.iterator import ElementIterator

__all__ = [
    "AutoShardPolicy",
    "AutotuneAlgorithm",
    "AutotuneOptions",
    "DistributeOptions",
    "ExternalStatePolicy",
    "OptimizationOptions",
    "Options",
    "ThreadingOptions",
]


class AutoShardPolicy(enum.IntEnum):
    """How a data set is divided between workers (mirrors `tf.data.experimental.AutoShardPolicy`)."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What is done about state outside of the pipeline (mirrors `tf.data.experimental.ExternalStatePolicy`)."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class AutotuneAlgorithm(enum.Enum):
    """How TensorFlow chooses numbers of threads (mirrors `tf.data.experimental.AutotuneAlgorithm`)."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class _Settings:
    """Named settings, `None` where nothing was wished for; others cannot be set."""

    _names: tuple[str, ...] = ()
    _groups: dict[str, type[_Settings]] = {}

    def __init__(self) -> None:
        for name in self._names:
            self.__dict__[name] = None
        for name, kind in self._groups.items():
            self.__dict__[name] = kind()

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._names and name not in self._groups:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        self.__dict__[name] = value

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def _merged(self, other: Any) -> Any:
        made = type(self)()
        for name in self._names:
            value = getattr(other, name)
            made.__dict__[name] = getattr(self, name) if value is None else value
        for name in self._groups:
            made.__dict__[name] = getattr(self, name)._merged(getattr(other, name))
        return made


class ThreadingOptions(_Settings):
    """Numbers of threads (mirrors `tf.data.ThreadingOptions`)."""

    _names = ("max_intra_op_parallelism", "private_threadpool_size")


class AutotuneOptions(_Settings):
    """Automatic tuning (mirrors `tf.data.experimental.AutotuneOptions`)."""

    _names = (
        "autotune_algorithm",
        "cpu_budget",
        "enabled",
        "initial_parallelism",
        "min_parallelism",
        "ram_budget",
    )


class DistributeOptions(_Settings):
    """Dividing between workers (mirrors `tf.data.experimental.DistributeOptions`)."""

    _names = ("num_devices",)
    auto_shard_policy: AutoShardPolicy

    def __init__(self) -> None:
        super().__init__()
        self.__dict__["auto_shard_policy"] = AutoShardPolicy.AUTO

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "auto_shard_policy":
            self.__dict__[name] = AutoShardPolicy(value)
        else:
            super().__setattr__(name, value)

    def _merged(self, other: Any) -> Any:
        made: Any = super()._merged(other)
        chosen = other if other.auto_shard_policy is not AutoShardPolicy.AUTO else self
        made.__dict__["auto_shard_policy"] = chosen.auto_shard_policy
        return made


class OptimizationOptions(_Settings):
    """Rewriting of the pipeline (mirrors `tf.data.experimental.OptimizationOptions`)."""

    _names = (
        "apply_default_optimizations", "filter_fusion", "filter_parallelization", "inject_prefetch", "map_and_batch_fusion",
        "map_and_filter_fusion", "map_fusion", "map_parallelization", "noop_elimination", "parallel_batch",
        "seq_interleave_prefetch", "shuffle_and_repeat_fusion",
    )  # fmt: skip


class _ServiceOptions(_Settings):
    _names = ("pinned",)


class Options(_Settings):
    """Wishes about how a data set runs (mirrors `tf.data.Options`), for `Dataset.with_options`.

    What is run, and in which order, does not depend on them.

    Example:
        >>> import unikeras as tf
        >>> options = tf.data.Options()
        >>> options.deterministic = False
        >>> tf.data.Dataset.range(3).with_options(options).options().deterministic
        False
    """

    _names = (
        "dataset_name", "deterministic", "experimental_external_state_policy", "experimental_slack",
        "experimental_symbolic_checkpoint", "experimental_warm_start", "framework_type",
    )  # fmt: skip
    _groups = {
        "autotune": AutotuneOptions,
        "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions,
        "experimental_service": _ServiceOptions,
        "threading": ThreadingOptions,
    }
    _old = {
        "experimental_deterministic": "deterministic",
        "experimental_threading": "threading",
        "experimental_autotune": "autotune",
    }

    def __getattr__(self, name: str) -> Any:
        if name in self._old:
            return getattr(self, self._old[name])
        raise AttributeError(f"'Options' object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(self._old.get(name, name), value)

    def merge(self, options: Options) -> Options:
        """These wishes, and those of `options`, which come first."""
        return self._merged(options)


class _OptionsDataset(SameElements):
    """The elements of a data set, with wishes.

    Args:
        source: the data set.
        options: the wishes.
    """

    def __init__(self, source: Dataset, options: Options) -> None:
        super().__init__(source)
        if not isinstance(options, Options):
            raise TypeError(f"with_options takes a tf.data.Options, not {options!r}.")
        self._options = options

    def options(self) -> Options:
        """The source's, and these, which come first."""
        return super().options().merge(self._options)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return self._inputs[0]._make_iterator(run)
