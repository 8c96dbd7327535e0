"""`save`, `load` and `snapshot`: data sets in folders.

A folder holds `dataset.json` (a version, the element spec and the number of elements of every shard) and the shards,
`shard-00000.elements` ..., in the format of `storage.py`. It is not TensorFlow's format.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from unikeras.core.errors import DataLossError, NotFoundError
from unikeras.core.operators import Operators
from unikeras.data.cache import FileIterator
from unikeras.data.dataset import Dataset, SameElements
from unikeras.data.flat_map import _InterleaveDataset
from unikeras.data.function import UserFunction
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.data.storage import ElementWriter, spec_as_plain, spec_from_plain

__all__ = ["_LoadDataset", "_SnapshotDataset", "load", "save"]

_INDEX = "dataset.json"


def _folder(path: Any) -> Path:
    if isinstance(path, (Operators, np.ndarray)):
        path = np.asarray(path).item()
    return Path(path.decode() if isinstance(path, bytes) else path)


def _write_index(folder: Path, spec: Any, counts: dict[int, int]) -> None:
    shards = [{"file": _shard_name(shard), "count": count} for shard, count in sorted(counts.items())]
    partial = folder / f"{_INDEX}.partial"
    partial.write_text(json.dumps({"version": 1, "element_spec": spec_as_plain(spec), "shards": shards}))
    partial.replace(folder / _INDEX)


def _shard_name(shard: int) -> str:
    return f"shard-{shard:05d}.elements"


def save(dataset: Dataset, path: Any, compression: str | None, shard_func: Callable[..., Any] | None) -> None:
    """Write the elements of a data set into a folder; see `Dataset.save`."""
    folder = _folder(path)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _INDEX).unlink(missing_ok=True)
    for old in folder.glob("shard-*.elements"):
        old.unlink()
    function = None if shard_func is None else UserFunction(shard_func, dataset._known_spec())
    draws = None if function is None else function.draws((0,))
    writers: dict[int, ElementWriter] = {}
    elements = dataset._iterator()
    try:
        for number, leaves in enumerate(elements):
            shard = 0
            if function is not None and draws is not None:
                shard = int(np.asarray(function(leaves, draws, number, lambda: dataset.structure)[0]))
            if shard not in writers:
                writers[shard] = ElementWriter(folder / _shard_name(shard), compression)
            writers[shard].write(leaves)
    except BaseException:
        for writer in writers.values():
            writer.discard()
        raise
    finally:
        elements.close()
    for writer in writers.values():
        writer.close()
    _write_index(folder, dataset.element_spec, {shard: writer.count for shard, writer in writers.items()})


def _index(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _INDEX).read_text())
    except FileNotFoundError:
        raise NotFoundError(
            f"There is no saved data set at {str(folder)!r} (it would have a file {_INDEX!r}; TensorFlow's own format is not read)."
        ) from None
    except ValueError as error:
        raise DataLossError(f"{str(folder / _INDEX)!r} is damaged: {error}.") from None
    return found


def load(path: Any, element_spec: Any, reader_func: Callable[..., Any] | None) -> Dataset:
    """The data set that was written into a folder; see `Dataset.load`."""
    folder = _folder(path)
    index = _index(folder)
    spec = spec_from_plain(index["element_spec"])
    if element_spec is not None:
        from unikeras.data.concatenate import common_spec

        common_spec(spec, element_spec)
        spec = element_spec
    shards = [_LoadDataset(folder / s["file"], s["count"], spec) for s in index["shards"]]
    if reader_func is not None:
        from unikeras.data.window import _VariantDataset

        return reader_func(_OfShards(spec, [[shard] for shard in shards], _VariantDataset))
    if len(shards) == 1:
        return shards[0]
    numbers = Dataset.range(len(shards))
    return (
        _InterleaveDataset(numbers, lambda i: shards[int(i)], max(1, len(shards)), 1)
        if shards
        else _LoadDataset(folder, 0, spec)
    )


class _OfShards(Dataset):
    """The shards, each a data set, as a data set."""

    def __init__(self, spec: Any, shards: list[list[Any]], kind: Any) -> None:
        super().__init__()
        self._spec, self._shards = spec, shards

    def _make_spec(self) -> Any:
        from unikeras.data.specs import DatasetSpec

        return DatasetSpec(self._spec)

    def _make_cardinality(self) -> int:
        return len(self._shards)

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        from unikeras.data.tensors import _ListIterator

        return _ListIterator(self._shards)


class _LoadDataset(Dataset):
    """The elements of a shard.

    Args:
        path: the file.
        count: how many elements it has.
        spec: their specs.
    """

    def __init__(self, path: Path, count: int, spec: Any) -> None:
        super().__init__()
        self._path, self._count, self._spec = path, count, spec

    def _make_spec(self) -> Any:
        return self._spec

    def _make_cardinality(self) -> int:
        return self._count

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        if not self._count:
            from unikeras.data.tensors import _ListIterator

            return _ListIterator([])
        return FileIterator(self._path)


class _SnapshotDataset(SameElements):
    """The elements of a data set, written into a folder by the first iteration and read from there by those that follow.

    Args:
        source: the data set.
        path: the folder.
        compression: `None` or "GZIP".
        reader_func: function of a data set of shards that gives the data set.
    """

    def __init__(self, source: Dataset, path: Any, compression: str | None, reader_func: Any) -> None:
        super().__init__(source)
        self._folder, self._compression, self._reader = _folder(path), compression, reader_func

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        if (self._folder / _INDEX).exists():
            return load(self._folder, None, self._reader)._make_iterator(run)
        return _SnapshotIterator(self._inputs[0], run, self._folder, self._compression)


class _SnapshotIterator(Chained):
    def __init__(self, dataset: Dataset, run: tuple[int, ...], folder: Path, compression: str | None) -> None:
        super().__init__(dataset._make_iterator(run))
        self._dataset, self._folder, self._compression = dataset, folder, compression
        self._writer: ElementWriter | None = None
        self._count = 0
        self._ended = False

    def __next__(self) -> list[Any]:
        if self._ended:
            raise StopIteration
        if self._writer is None:
            self._writer = ElementWriter(self._folder / _shard_name(0), self._compression)
        try:
            leaves = next(self.source)
        except StopIteration:
            self._ended = True
            self._writer.close()
            _write_index(self._folder, self._dataset.element_spec, {0: self._writer.count})
            raise
        self._writer.write(leaves)
        self._count += 1
        return leaves

    def save(self) -> dict[str, Any]:
        return {"at": self._count}

    def restore(self, state: dict[str, Any]) -> None:
        self.skip(int(state["at"]) - self._count)

    def close(self) -> None:
        if self._writer is not None and not self._ended:
            self._writer.discard()
            self._ended = True
        super().close()

    def __del__(self) -> None:
        self.close()
