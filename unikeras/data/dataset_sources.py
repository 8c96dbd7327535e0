"""`Dataset`'s static methods: where elements come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unikeras.data.dataset import Dataset

__all__ = ["Sources"]


class Sources:
    """`Dataset`'s static methods: where elements come from."""

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """The slices of tensors along their first dimension (mirrors `tf.data.Dataset.from_tensor_slices`).

        Args:
            tensors: tensors, arrays, lists, tables' columns (`dict(frame)`), ragged and sparse tensors, in tuples and
                dictionaries, all with the same first dimension.
            name: accepted.

        Raises:
            ValueError: the first dimensions differ, or there is none.

        Example:
            >>> import unikeras as tf
            >>> dataset = tf.data.Dataset.from_tensor_slices(([1, 2], {"name": ["a", "b"]}))
            >>> list(dataset.as_numpy_iterator())
            [(np.int32(1), {'name': b'a'}), (np.int32(2), {'name': b'b'})]
        """
        from unikeras.data.slices import tensor_slices

        return tensor_slices(tensors)

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> Dataset:
        """One element, these tensors.

        Example:
            >>> import unikeras as tf
            >>> list(tf.data.Dataset.from_tensors([1, 2]).as_numpy_iterator())
            [array([1, 2], dtype=int32)]
        """
        from unikeras.data.tensors import _TensorDataset

        return _TensorDataset(tensors)

    @staticmethod
    def range(*args: Any, output_type: Any = "int64", name: str | None = None) -> Dataset:
        """Numbers from a start to a stop in steps, as `range` takes them.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.range(1, 8, 3)]
            [1, 4, 7]
        """
        from unikeras.data.range import _RangeDataset

        return _RangeDataset(args, output_type)

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: tuple[Any, ...] | None = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """What a generator yields.

        Every iteration calls `generator` again. To go to a place that was saved, it is run up to there.

        Args:
            generator: function that gives something to iterate over.
            output_types: dtypes in the structure of an element; better give `output_signature`.
            output_shapes: shapes in that structure.
            args: tensors that `generator` is called with, as NumPy arrays.
            output_signature: `tf.TensorSpec`, `tf.RaggedTensorSpec` ... in the structure of an element.
            name: accepted.

        Raises:
            TypeError: neither types nor a signature.
            InvalidArgumentError: when it runs: an element is not as announced, or the generator raises TypeError or ValueError.

        Example:
            >>> import unikeras as tf
            >>> def count(stop):
            ...     for i in range(stop):
            ...         yield i, [1.0] * i
            >>> spec = (tf.TensorSpec((), tf.int32), tf.TensorSpec([None], tf.float32))
            >>> dataset = tf.data.Dataset.from_generator(count, args=(2,), output_signature=spec)
            >>> list(dataset.as_numpy_iterator())
            [(np.int32(0), array([], dtype=float32)), (np.int32(1), array([1.], dtype=float32))]
        """
        from unikeras.data.generator import from_generator

        return from_generator(generator, output_types, output_shapes, args, output_signature)

    @staticmethod
    def random(
        seed: Any = None, rerandomize_each_iteration: bool | None = None, name: str | None = None
    ) -> Dataset:
        """Random integers of 32 bits as int64, without end. The numbers are not TensorFlow's.

        Args:
            seed: makes them the same in every run.
            rerandomize_each_iteration: whether every iteration has numbers of its own.
            name: accepted.

        Example:
            >>> import unikeras as tf
            >>> a = list(tf.data.Dataset.random(seed=4).take(3).as_numpy_iterator())
            >>> a == list(tf.data.Dataset.random(seed=4).take(3).as_numpy_iterator())
            True
        """
        from unikeras.data.random_numbers import _RandomDataset

        return _RandomDataset(seed, rerandomize_each_iteration)

    @staticmethod
    def counter(start: Any = 0, step: Any = 1, dtype: Any = "int64", name: str | None = None) -> Dataset:
        """Numbers from a start in steps, without end.

        Example:
            >>> import unikeras as tf
            >>> [int(i) for i in tf.data.Dataset.counter(start=2, step=3).take(3)]
            [2, 5, 8]
        """
        from unikeras.data.range import _ScanDataset

        return _ScanDataset((start, None, step), dtype)

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> Dataset:
        """The elements of several data sets side by side, until one of them ends.

        Args:
            *args: data sets, or tuples and dictionaries of them.
            datasets: the same as one structure.
            name: accepted.

        Raises:
            TypeError: a list, or something that is no data set.

        Example:
            >>> import unikeras as tf
            >>> a, b = tf.data.Dataset.range(3), tf.data.Dataset.range(10, 12)
            >>> list(tf.data.Dataset.zip((a, b)).as_numpy_iterator())
            [(np.int64(0), np.int64(10)), (np.int64(1), np.int64(11))]
        """
        from unikeras.data.zip import zip_datasets

        return zip_datasets(args, datasets)

    @staticmethod
    def sample_from_datasets(
        datasets: Any,
        weights: Any = None,
        seed: Any = None,
        stop_on_empty_dataset: bool = False,
        rerandomize_each_iteration: bool | None = None,
    ) -> Dataset:
        """Elements of data sets, each from one chosen at random.

        Args:
            datasets: data sets with elements of one kind.
            weights: how often each is chosen: a list, or a data set of such lists; equally often if `None`.
            seed: makes the choices the same in every run.
            stop_on_empty_dataset: whether the first data set that ends, ends all; else it is left out from then on.
            rerandomize_each_iteration: whether every iteration chooses anew; so if `None`.

        Raises:
            ValueError: no data set, or another number of weights.

        Example:
            >>> import unikeras as tf
            >>> a, b = tf.data.Dataset.range(3), tf.data.Dataset.range(10, 13)
            >>> sorted(int(i) for i in tf.data.Dataset.sample_from_datasets([a, b], weights=[0.5, 0.5], seed=1))
            [0, 1, 2, 10, 11, 12]
        """
        from unikeras.data.directed import sampled

        return sampled(datasets, weights, seed, stop_on_empty_dataset, rerandomize_each_iteration)

    @staticmethod
    def choose_from_datasets(
        datasets: Any, choice_dataset: Dataset, stop_on_empty_dataset: bool = True
    ) -> Dataset:
        """Elements of data sets, each from the one that a number names.

        Args:
            datasets: data sets with elements of one kind.
            choice_dataset: their numbers, int64.
            stop_on_empty_dataset: whether the first data set that ends, ends all; else it is left out from then on.

        Raises:
            TypeError: choices of another dtype.
            InvalidArgumentError: when it runs: there is no data set of that number.

        Example:
            >>> import unikeras as tf
            >>> a, b = tf.data.Dataset.from_tensors("a").repeat(), tf.data.Dataset.from_tensors("b").repeat()
            >>> choices = tf.data.Dataset.range(2).repeat(2)
            >>> list(tf.data.Dataset.choose_from_datasets([a, b], choices).as_numpy_iterator())
            [b'a', b'b', b'a', b'b']
        """
        from unikeras.data.directed import chosen

        return chosen(datasets, choice_dataset, stop_on_empty_dataset)

    @staticmethod
    def load(
        path: Any,
        element_spec: Any = None,
        compression: str | None = None,
        reader_func: Callable[..., Any] | None = None,
        wait: bool = False,
    ) -> Dataset:
        """The data set that `save` wrote.

        Args:
            path: the folder.
            element_spec: accepted if it fits what is there.
            compression: accepted; the files tell.
            reader_func: function of a data set of shards (data sets) that gives the data set; by default the shards take turns.
            wait: accepted.

        Raises:
            NotFoundError: nothing was saved there, or not by unikeras.
        """
        from unikeras.data.saved import load

        return load(path, element_spec, reader_func)

    @staticmethod
    def list_files(
        file_pattern: Any, shuffle: bool | None = None, seed: Any = None, name: str | None = None
    ) -> Dataset:
        """The names of the files that match, strings.

        Args:
            file_pattern: a pattern or several: `*`, `?`, `[...]` within one part of a path.
            shuffle: whether they come in a random order (they do, if `None`), another in every iteration.
            seed: makes the order the same in every run.
            name: accepted.

        Raises:
            InvalidArgumentError: no file matches.

        Example:
            >>> import unikeras as tf
            >>> folder = getfixture("tmp_path")
            >>> _ = [(folder / name).write_text("") for name in ("b.txt", "a.txt", "c.csv")]
            >>> files = tf.data.Dataset.list_files(f"{folder}/*.txt", shuffle=False)
            >>> [path.decode()[-5:] for path in files.as_numpy_iterator()]
            ['a.txt', 'b.txt']
        """
        from unikeras.data.list_files import list_files

        return list_files(file_pattern, shuffle, seed)
