"""`tf.data.experimental.make_batched_features_dataset` and `parse_example_dataset`: serialized Examples in batches, parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unikeras.composites.ragged_spec import RaggedTensorSpec
from unikeras.composites.sparse_tensor import SparseTensorSpec
from unikeras.core.shape import TensorShape
from unikeras.core.spec import TensorSpec
from unikeras.data.dataset import Dataset
from unikeras.data.file_pattern import shuffled_and_repeated
from unikeras.data.iterator import Chained, ElementIterator
from unikeras.data.records import TFRecordDatasetV2
from unikeras.data.renamed import renamed
from unikeras.data.structure import host_leaf
from unikeras.io.features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, SparseFeature
from unikeras.io.parse import Batch, check_features, parse_values
from unikeras.io.wire import parsed

__all__ = ["make_batched_features_dataset", "parse_example_dataset"]


def parse_example_dataset(
    features: Mapping[str, Any], num_parallel_calls: Any = 1, deterministic: bool | None = None
) -> Callable[[Dataset], Dataset]:
    """To apply to a data set of batches of serialized Examples (mirrors `tf.data.experimental.parse_example_dataset`).

    Args:
        features: name -> what to make of a feature, as for `tf.io.parse_example`.
        num_parallel_calls: accepted.
        deterministic: accepted.

    Raises:
        ValueError: `features` is empty or not understood.
    """
    wanted = check_features(features)
    return lambda dataset: _ParseExampleDataset(dataset, wanted)


class _ParseExampleDataset(Dataset):
    """Batches of serialized Examples, parsed."""

    def __init__(self, source: Dataset, features: dict[str, Any]) -> None:
        super().__init__(source)
        spec = source.element_spec
        if (
            not isinstance(spec, TensorSpec)
            or spec.dtype.name != "string"
            or spec.shape.rank not in (None, 1)
        ):
            raise TypeError(f"parse_example_dataset: elements must be batches of strings, not {spec}.")
        self._features = features

    def _make_spec(self) -> Any:
        size = self._inputs[0].element_spec.shape
        batch = None if size.rank is None else size[0]
        return {key: _spec(feature, batch) for key, feature in self._features.items()}

    def _make_cardinality(self) -> int:
        return self._inputs[0]._make_cardinality()

    def _make_iterator(self, run: tuple[int, ...]) -> ElementIterator:
        return _ParseIterator(self._inputs[0]._make_iterator(run), self._features)


class _ParseIterator(Chained):
    def __init__(self, source: ElementIterator, features: dict[str, Any]) -> None:
        super().__init__(source)
        self._features = features
        self._order = sorted(features)

    def __next__(self) -> list[Any]:
        texts: np.ndarray = next(self.source)[0]
        maps = [made.features.feature for made in parsed("Example", texts.tolist())]
        found = parse_values(self._features, Batch(maps))
        return [host_leaf(found[key]) for key in self._order]


def _spec(feature: Any, batch: int | None) -> Any:
    if isinstance(feature, FixedLenFeature):
        return TensorSpec([batch, *TensorShape(feature.shape)], feature.dtype)
    if isinstance(feature, FixedLenSequenceFeature):
        return TensorSpec([batch, None, *TensorShape(feature.shape)], feature.dtype)
    if isinstance(feature, RaggedFeature):
        inner, rank = [], 1
        for partition in feature.partitions:
            uniform = isinstance(partition, RaggedFeature.UniformRowLength)
            inner.append(partition.length if uniform else None)
            rank = rank if uniform else len(inner) + 1
        return RaggedTensorSpec([batch, None, *inner], feature.dtype, rank, feature.row_splits_dtype)
    sizes: list[int | None] = [None]
    if isinstance(feature, SparseFeature):
        sizes = list(feature.size) if isinstance(feature.size, (list, tuple)) else [feature.size]
    return SparseTensorSpec([batch, *sizes], feature.dtype)


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: Any,
    features: Mapping[str, Any],
    reader: Any = None,
    label_key: str | None = None,
    reader_args: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of Examples of files, parsed (mirrors `tf.data.experimental.make_batched_features_dataset`).

    Args:
        file_pattern: a pattern or several (`*`, `?`).
        batch_size: Examples in a batch.
        features: name -> what to make of a feature, as for `tf.io.parse_example`.
        reader: function of a file's name and `reader_args` that gives a data set of strings; `tf.data.TFRecordDataset` if `None`.
        label_key: the feature that is the label: elements are then (dictionary, label).
        reader_args: further arguments of the reader.
        num_epochs: how often the files are read; without end if `None`, and then every batch is full.
        shuffle: whether files and Examples come in a random order.
        shuffle_buffer_size: how many Examples are shuffled at a time.
        shuffle_seed: makes the order the same in every run.
        prefetch_buffer_size: how many batches are made ahead; a few if `None`.
        reader_num_threads: how many files are read in turn.
        parser_num_threads: accepted.
        sloppy_ordering: accepted: the order is always kept.
        drop_final_batch: whether a last, smaller batch is left out.

    Raises:
        InvalidArgumentError: no file matches.
        ValueError: `label_key` is no feature.

    Example:
        >>> import unikeras as tf
        >>> path = str(getfixture("tmp_path") / "a.tfrecord")
        >>> with tf.io.TFRecordWriter(path) as writer:
        ...     for age in (7, 8, 9):
        ...         feature = {"age": tf.train.Feature(int64_list=tf.train.Int64List(value=[age]))}
        ...         writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
        >>> dataset = tf.data.experimental.make_batched_features_dataset(
        ...     path, 2, {"age": tf.io.FixedLenFeature([], tf.int64)}, num_epochs=1, shuffle=False)
        >>> [batch["age"].tolist() for batch in dataset.as_numpy_iterator()]
        [[7, 8], [9]]
    """
    wanted = check_features(features)
    if label_key is not None and label_key not in wanted:
        raise ValueError(
            f"The `label_key` provided ({label_key}) must be one of the `features` keys: {list(wanted)}."
        )
    files = Dataset.list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)
    threads = reader_num_threads or 1
    arguments = list(reader_args or ())
    texts: Dataset
    if reader is None or reader is TFRecordDatasetV2:
        options = dict(
            zip(("compression_type", "buffer_size", "num_parallel_reads"), arguments, strict=False)
        )
        texts = TFRecordDatasetV2(files, **{"num_parallel_reads": threads, **options})
    else:
        texts = files.interleave(lambda name: reader(name, *arguments), cycle_length=threads, block_length=1)
    texts = shuffled_and_repeated(texts, num_epochs, shuffle_buffer_size if shuffle else None, shuffle_seed)
    batches = texts.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None)
    examples: Dataset = _ParseExampleDataset(batches, wanted)
    if label_key is not None:
        examples = renamed(
            examples, lambda found: ({k: v for k, v in found.items() if k != label_key}, found[label_key])
        )
    return examples.prefetch(-1 if prefetch_buffer_size is None else prefetch_buffer_size)
