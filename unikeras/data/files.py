"""`FilesDataset`: what several files consist of, one after the other or several in turn. The base of the sources that read files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError, OpError
from unikeras.core.spec import TensorSpec
from unikeras.core.tensor import default_numpy
from unikeras.data.constants import AUTOTUNE, scalar
from unikeras.data.dataset import Dataset
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.io.readers import Reader
from unikeras.io.stream import CHUNK, Stream, compression_of

__all__ = ["FilesDataset", "names_of"]


def names_of(filenames: Any) -> Dataset:
    """A data set of file names, of a name, of names in any structure of lists, or of a data set.

    Raises:
        TypeError: they are no strings.
    """
    if isinstance(filenames, Dataset):
        spec = filenames.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype.name != "string":
            kind = f"`tf.{spec.dtype.name}` elements" if isinstance(spec, TensorSpec) else f"{spec}"
            raise TypeError(
                f"The `filenames` argument must contain `tf.string` elements. Got a dataset of {kind}."
            )
        if spec.shape.rank not in (None, 0):
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements of shape [] (i.e. scalars). Got a dataset of element "
                f"shape {spec.shape!r}."
            )
        return filenames
    names = _paths(filenames)
    if names.dtype != object:
        if names.size:
            raise TypeError(
                f"The `filenames` argument must contain `tf.string` elements. Got `tf.{as_dtype(names.dtype).name}` elements."
            )
        names = names.astype(object)
    return Dataset.from_tensor_slices(names.reshape(-1))


def _paths(names: Any) -> np.ndarray:
    """File names, which may be paths of `pathlib`, as an array."""
    if hasattr(names, "numpy"):
        return np.asarray(names.numpy(), object if isinstance(names.numpy(), bytes) else None)
    if isinstance(names, (list, tuple)):
        names = [_text(name) for name in names]
    return default_numpy(_text(names))


def _text(name: Any) -> Any:
    return str(name) if hasattr(name, "__fspath__") else name


class FilesDataset(Dataset):
    """The items of files, strings.

    Args:
        filenames: a name, names, or a data set of names.
        compression_type: "", "GZIP" or "ZLIB".
        buffer_size: bytes to read at a time; 256 KiB if `None`.
        num_parallel_reads: how many files are read in turn, an item of each; one after the other if `None`.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
    ) -> None:
        super().__init__(names_of(filenames))
        self._compression = compression_type
        self._buffer = None if buffer_size is None else scalar(buffer_size, "buffer_size")
        reads = 1 if num_parallel_reads is None else scalar(num_parallel_reads, "num_parallel_reads")
        self._cycle = 1 if reads == AUTOTUNE else reads
        if self._cycle < 1:
            raise InvalidArgumentError("`cycle_length` must be > 0: num_parallel_reads")

    def _make_spec(self) -> Any:
        return TensorSpec((), "string")

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        if self._buffer is not None and self._buffer < 0:
            raise InvalidArgumentError("`buffer_size` must be >= 0 (0 == no buffering)")
        compression_of(self._compression)
        return _FilesIterator(self._inputs[0]._make_iterator(run), self._open, self._cycle, self._convert)

    def _convert(self, items: list[bytes]) -> list[np.ndarray]:
        """Items as a block: the leaves of all of them, with a first dimension for the items."""
        block = np.empty(len(items), object)
        block[:] = items
        return [block]

    def _open(self, name: str, place: int) -> Reader:
        """A reader of a file from a place on."""
        chunk = max(self._buffer or CHUNK, 1 << 12)
        return self._reader(Stream(name, compression_of(self._compression), place, chunk), place)

    def _reader(self, stream: Stream, place: int) -> Reader:
        raise NotImplementedError


class _Opened:
    """A file that is being read.

    Args:
        open: function of the file's name and a place in it that gives a reader.
        convert: makes a block of items.
        name: the file's name.
        place: where to begin.
        skip: how many items from there on are left out.
    """

    __slots__ = ("at", "block", "convert", "items", "name", "place", "reader")

    def __init__(
        self,
        open: Callable[[str, int], Reader],
        convert: Callable[[list[bytes]], list[np.ndarray]],
        name: str,
        place: int = 0,
        skip: int = 0,
    ) -> None:
        self.name, self.place = name, place
        self.reader = open(name, place)
        self.convert = convert
        self.items: list[bytes] = []
        self.block: list[np.ndarray] | None = None
        self.at = 0
        if skip:
            self._read()
            self.at = skip

    def _read(self) -> None:
        self.place = self.reader.place
        self.items, self.block, self.at = [], None, 0
        self.items = self.reader.read()
        if self.items:
            try:
                self.block = self.convert(self.items)
            except OpError:
                self.block = None  # the wrong one is found when it is its turn

    def more(self) -> bool:
        """Whether there is another item."""
        if self.at >= len(self.items):
            self._read()
        return bool(self.items)

    def take(self, count: int) -> list[np.ndarray]:
        """The next items, at least one and at most `count`, as a block.

        Raises:
            OpError: the next item is wrong; it is left out.
        """
        at = self.at
        if self.block is None:
            self.at = at + 1
            return self.convert(self.items[at : at + 1])
        self.at = min(at + count, len(self.items))
        return [leaf[at : self.at] for leaf in self.block]

    def save(self) -> dict[str, Any]:
        """Where it is."""
        return {"name": self.name, "place": self.place, "skip": self.at}


class _FilesIterator(Chained):
    """The items of the files that `source` names; `cycle` files are read in turn."""

    def __init__(
        self,
        source: ElementIterator,
        open: Callable[[str, int], Reader],
        cycle: int,
        convert: Callable[[list[bytes]], list[np.ndarray]],
    ) -> None:
        super().__init__(source)
        self.blocks = True
        self._open, self._convert = open, convert
        self._slots: list[_Opened | None] = [None] * cycle
        self._turn = 0
        self._error: OpError | None = None  # of the item behind a block

    def _file(self) -> _Opened | None:
        """The file that the next item is in; `None` at the end."""
        waited = 0
        while waited < len(self._slots):
            slot = self._slots[self._turn]
            if slot is None:
                leaves = next(self.source, None)
                if leaves is None:
                    waited += 1
                    self._advance()
                    continue
                slot = self._slots[self._turn] = _Opened(self._open, self._convert, _name(leaves[0]))
            try:
                if slot.more():
                    return slot
            except OpError:
                self._drop(slot)
                raise
            self._drop(slot)
            waited = 0
        return None

    def _drop(self, slot: _Opened) -> None:
        slot.reader.close()
        self._slots[self._turn] = None
        self._advance()

    def _advance(self) -> None:
        self._turn = (self._turn + 1) % len(self._slots)

    def _raise_pending(self) -> None:
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def __next__(self) -> list[Any]:
        block = self.next_block(1)
        if block is None:
            raise StopIteration
        return [leaf.reshape(leaf.shape[1:]) for leaf in block]

    def next_block(self, count: int) -> list[np.ndarray] | None:
        self._raise_pending()
        several = len(self._slots) > 1
        parts: list[list[np.ndarray]] = []
        done = 0
        try:
            while done < count:
                slot = self._file()
                if slot is None:
                    break
                try:
                    part = slot.take(1 if several else count - done)
                finally:
                    if several:
                        self._advance()
                parts.append(part)
                done += len(part[0])
        except OpError as error:
            if not parts:
                raise
            self._error = error
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else [np.concatenate(leaf) for leaf in zip(*parts, strict=True)]

    def _save(self) -> dict[str, Any]:
        slots = [None if slot is None else slot.save() for slot in self._slots]
        return {"files": slots, "turn": self._turn}

    def _restore(self, state: dict[str, Any]) -> None:
        self._close_files()
        self._slots = [
            None
            if s is None
            else _Opened(self._open, self._convert, s["name"], int(s["place"]), int(s["skip"]))
            for s in state["files"]
        ]
        self._turn = int(state["turn"])

    def _close_files(self) -> None:
        for slot in self._slots:
            if slot is not None:
                slot.reader.close()

    def close(self) -> None:
        self._close_files()
        self._slots = [None]
        super().close()


def _name(leaf: Any) -> str:
    value = leaf.item() if isinstance(leaf, np.ndarray) else leaf
    return value.decode(errors="surrogateescape") if isinstance(value, bytes) else str(value)
