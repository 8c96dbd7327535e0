"""`tf.data.experimental.TFRecordWriter`: a data set's strings as a file of records."""

from __future__ import annotations

from typing import Any

from unikeras.core.spec import TensorSpec
from unikeras.data.dataset import Dataset
from unikeras.io import record_writer

__all__ = ["TFRecordWriter"]


class TFRecordWriter:
    """Writes the elements of a data set, strings, into a file of records (mirrors `tf.data.experimental.TFRecordWriter`).

    Args:
        filename: the file, which is made anew.
        compression_type: "GZIP", "ZLIB", or "" for none.

    Example:
        >>> import unikeras as tf
        >>> path = str(getfixture("tmp_path") / "a.tfrecord")
        >>> tf.data.experimental.TFRecordWriter(path).write(tf.data.Dataset.from_tensor_slices(["a", "b"]))
        >>> list(tf.data.TFRecordDataset(path).as_numpy_iterator())
        [b'a', b'b']
    """

    def __init__(self, filename: Any, compression_type: str | None = None) -> None:
        self._filename, self._compression = filename, compression_type

    def write(self, dataset: Dataset) -> None:
        """Write the elements.

        Raises:
            TypeError: it is no data set, or its elements are no scalar strings.
        """
        if not isinstance(dataset, Dataset):
            raise TypeError(
                f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}."
            )
        spec = dataset.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype.name != "string" or spec.shape.rank:
            raise TypeError(
                f"Invalid `dataset`. Expected a `dataset` that produces scalar `tf.string` elements, but got one that produces {spec}."
            )
        with record_writer.TFRecordWriter(self._filename, self._compression) as writer:
            for text in dataset.as_numpy_iterator():
                writer.write(text)
