"""Enqueuers of tf.keras 2: batches made ahead in threads, for loops of one's own. (`fit` works ahead by itself.)"""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from unikeras.core.strict import report

__all__ = ["GeneratorEnqueuer", "OrderedEnqueuer", "SequenceEnqueuer"]

_END = object()


class SequenceEnqueuer:
    """What the enqueuers share: start, get, stop (mirrors `tf.keras.utils.SequenceEnqueuer`).

    Subclasses define `_feed(put)`, which runs in a thread and hands over one future after the other while `put` returns True.

    Args:
        sequence: where batches come from.
        use_multiprocessing: accepted; batches are made in threads.
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False) -> None:
        if use_multiprocessing:
            report(f"{type(self).__name__}: batches are made in threads, not in processes.")
        self.sequence = sequence
        self.queue: queue.Queue[Any] | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None

    def is_running(self) -> bool:
        """Whether batches are being made."""
        return self._thread is not None and not self._stopped.is_set()

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Begin to make batches.

        Args:
            workers: the number of threads.
            max_queue_size: how many batches are made ahead.
        """
        self._stopped.clear()
        self.queue = queue.Queue(max_queue_size)
        self._pool = ThreadPoolExecutor(max(1, workers), "unikeras-enqueuer")
        self._thread = threading.Thread(target=self._run, daemon=True, name="unikeras-enqueuer")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._feed(self._put)
        except BaseException as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            self._put(failed)
        self._put(_END)

    def _put(self, item: Any) -> bool:
        assert self.queue is not None
        while not self._stopped.is_set():
            try:
                self.queue.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def _feed(self, put: Callable[[Any], bool]) -> None:
        raise NotImplementedError(f"{type(self).__name__} needs a method _feed(put).")

    def get(self) -> Iterator[Any]:
        """The batches in order; what was raised while making one is raised here."""
        while self.is_running():
            assert self.queue is not None
            try:
                item = self.queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if item is _END:
                return
            try:
                batch = item.result()
            except StopIteration:
                return
            except BaseException:
                self.stop()
                raise
            yield batch

    def stop(self, timeout: float | None = None) -> None:
        """End the threads.

        Args:
            timeout: how many seconds to wait for them; as long as it takes if `None`.
        """
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout)
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


class OrderedEnqueuer(SequenceEnqueuer):
    """Batches of a `Sequence`, in order, epoch after epoch without end (mirrors `tf.keras.utils.OrderedEnqueuer`).

    Args:
        sequence: a `keras.utils.Sequence`; its `on_epoch_end` is called after each epoch.
        use_multiprocessing: accepted; batches are made in threads.
        shuffle: whether the batches come in another order every epoch (of Python's `random`).

    Example:
        >>> from unikeras import keras
        >>> class Tens(keras.utils.Sequence):
        ...     def __len__(self):
        ...         return 2
        ...     def __getitem__(self, index):
        ...         return 10 * index
        >>> enqueuer = keras.utils.OrderedEnqueuer(Tens())
        >>> enqueuer.start(workers=2)
        >>> batches = enqueuer.get()
        >>> [next(batches) for _ in range(3)]
        [0, 10, 0]
        >>> enqueuer.stop()
    """

    def __init__(self, sequence: Any, use_multiprocessing: bool = False, shuffle: bool = False) -> None:
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle

    def _feed(self, put: Callable[[Any], bool]) -> None:
        assert self._pool is not None
        while True:
            order = list(range(len(self.sequence)))
            if not order:
                return
            if self.shuffle:
                random.shuffle(order)
            epoch = []
            for index in order:
                epoch.append(self._pool.submit(self.sequence.__getitem__, index))
                if not put(epoch[-1]):
                    return
            for future in epoch:  # the epoch is over when all its batches are made
                while not future.done():
                    if self._stopped.wait(0.01):
                        return
            if hasattr(self.sequence, "on_epoch_end"):
                self.sequence.on_epoch_end()


class GeneratorEnqueuer(SequenceEnqueuer):
    """Batches of a generator (mirrors `tf.keras.utils.GeneratorEnqueuer`).

    A generator is run by one thread, however many are asked for, so its batches stay in order.

    Args:
        generator: the generator.
        use_multiprocessing: accepted; batches are made in a thread.
        random_seed: accepted; it was for processes.

    Example:
        >>> from unikeras import keras
        >>> enqueuer = keras.utils.GeneratorEnqueuer(iter("ab"))
        >>> enqueuer.start()
        >>> list(enqueuer.get())
        ['a', 'b']
        >>> enqueuer.stop()
    """

    def __init__(
        self, generator: Any, use_multiprocessing: bool = False, random_seed: int | None = None
    ) -> None:
        super().__init__(generator, use_multiprocessing)
        self.random_seed = random_seed

    def _feed(self, put: Callable[[Any], bool]) -> None:
        for batch in self.sequence:
            made: Future[Any] = Future()
            made.set_result(batch)
            if not put(made):
                return
