"""`Dataset`'s methods that put elements together and take them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unikeras.data.dataset import Dataset

__all__ = ["OfBatches"]


class OfBatches:
    """`Dataset`'s methods that put elements together and take them apart."""

    def batch(
        self: Any,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Consecutive elements stacked, with a first dimension for them.

        Args:
            batch_size: how many.
            drop_remainder: whether a last, smaller batch is left out.
            num_parallel_calls: accepted.
            deterministic: accepted.
            name: accepted.

        Raises:
            InvalidArgumentError: `batch_size` is not positive; when it runs: elements of different shapes.

        Example:
            >>> import unikeras as tf
            >>> [b.tolist() for b in tf.data.Dataset.range(5).batch(2, drop_remainder=True).as_numpy_iterator()]
            [[0, 1], [2, 3]]
        """
        from unikeras.data.batch import _BatchDataset, _ParallelBatchDataset

        kind = _BatchDataset if num_parallel_calls is None else _ParallelBatchDataset
        return kind(self, batch_size, drop_remainder)

    def padded_batch(
        self: Any,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Consecutive elements of different sizes stacked, filled up at their ends.

        Args:
            batch_size: how many.
            padded_shapes: shapes in the structure of an element; unknown dimensions (`None`, -1), and all if it is `None`: those
                of the largest element of the batch.
            padding_values: what is filled in, one value or one for each tensor, of its dtype; 0 and "" if `None`.
            drop_remainder: whether a last, smaller batch is left out.
            name: accepted.

        Raises:
            ValueError: shapes that do not fit.
            TypeError: values of another dtype; ragged or sparse elements.
            DataLossError: when it runs: an element is larger than what is padded to.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.from_generator(lambda: iter([[1], [2, 3]]), output_signature=tf.TensorSpec([None], tf.int32))
            >>> [b.tolist() for b in dataset.padded_batch(2, padding_values=-1).as_numpy_iterator()]
            [[[1, -1], [2, 3]]]
        """
        from unikeras.data.padded_batch import _PaddedBatchDataset

        return _PaddedBatchDataset(self, batch_size, padded_shapes, padding_values, drop_remainder)

    def ragged_batch(
        self: Any,
        batch_size: Any,
        drop_remainder: bool = False,
        row_splits_dtype: Any = "int64",
        name: str | None = None,
    ) -> Dataset:
        """Consecutive elements of different sizes as a ragged tensor.

        Args:
            batch_size: how many.
            drop_remainder: whether a last, smaller batch is left out.
            row_splits_dtype: int32 or int64.
            name: accepted.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.from_generator(lambda: iter([[1], [2, 3]]), output_signature=tf.TensorSpec([None], tf.int32))
            >>> list(dataset.ragged_batch(2))
            [<tf.RaggedTensor [[1], [2, 3]]>]
        """
        from unikeras.data.composites import _RaggedBatchDataset

        return _RaggedBatchDataset(self, batch_size, drop_remainder, row_splits_dtype)

    def sparse_batch(self: Any, batch_size: Any, row_shape: Any, name: str | None = None) -> Dataset:
        """Consecutive elements of different sizes as a sparse tensor.

        Args:
            batch_size: how many.
            row_shape: the shape of an element; unknown dimensions: those of the largest element of the batch.
            name: accepted.

        Raises:
            TypeError: elements that are not single tensors.
            DataLossError: when it runs: an element is larger than `row_shape`.
        """
        from unikeras.data.composites import _DenseToSparseBatchDataset

        return _DenseToSparseBatchDataset(self, batch_size, row_shape)

    def unbatch(self: Any, name: str | None = None) -> Dataset:
        """The elements taken apart along their first dimension.

        Raises:
            ValueError: elements without dimensions, or with different first dimensions.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.from_tensors([1, 2, 3]).unbatch()]
            [1, 2, 3]
        """
        from unikeras.data.unbatch import _UnbatchDataset

        return _UnbatchDataset(self)

    def rebatch(self: Any, batch_size: Any, drop_remainder: bool = False, name: str | None = None) -> Dataset:
        """Batches in batches of another size.

        Example:
            >>> import unikeras as tf
            >>> [b.tolist() for b in tf.data.Dataset.range(5).batch(3).rebatch(2).as_numpy_iterator()]
            [[0, 1], [2, 3], [4]]
        """
        from unikeras.data.unbatch import _RebatchDataset

        return _RebatchDataset(self, batch_size, drop_remainder)

    def window(
        self: Any,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Data sets of consecutive elements; of an element with several tensors, one for each.

        Args:
            size: how many elements each has.
            shift: how many elements lie between the beginnings of two; `size` if `None`.
            stride: how many elements lie between two elements of one.
            drop_remainder: whether last, smaller ones are left out.
            name: accepted.

        Raises:
            InvalidArgumentError: a number that is not positive.

        Example:
            >>> import unikeras as tf
            >>> windows = tf.data.Dataset.range(4).window(3, shift=1, drop_remainder=True)
            >>> [b.tolist() for b in windows.flat_map(lambda w: w.batch(3)).as_numpy_iterator()]
            [[0, 1, 2], [1, 2, 3]]
        """
        from unikeras.data.window import _WindowDataset

        return _WindowDataset(self, size, shift, stride, drop_remainder)
