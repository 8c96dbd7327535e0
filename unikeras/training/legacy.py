"""The methods of models of Keras before 2.6: `fit_generator` and its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["LegacyTrainer"]


class LegacyTrainer:
    """What programs of 2020 call on models; the methods of today do the work."""

    # Given by `Trainer`.
    fit: Callable[..., Any]
    evaluate: Callable[..., Any]
    predict: Callable[..., Any]

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: Any = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: Any = 1,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> Any:
        """`fit` with a generator or `Sequence` (mirrors tf.keras 2); `fit` takes them too.

        Args:
            generator: gives batches (x, y) or (x, y, sample_weight).
            steps_per_epoch: batches an epoch.
            epochs: the number of the last epoch.
            verbose: as for `fit`.
            callbacks: as for `fit`.
            validation_data: a generator, or (x, y) or (x, y, sample_weight).
            validation_steps: batches of a validation.
            validation_freq: as for `fit`.
            class_weight: as for `fit`.
            max_queue_size: accepted.
            workers: accepted.
            use_multiprocessing: accepted.
            shuffle: whether a `Sequence`'s batches come in another order each epoch.
            initial_epoch: the epoch to begin with.

        Returns:
            A `History`.
        """
        return self.fit(
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            max_queue_size=max_queue_size,
            workers=workers,
            use_multiprocessing=use_multiprocessing,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
        )

    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """`evaluate` with a generator or `Sequence` (mirrors tf.keras 2); arguments as for `evaluate`."""
        queue = {
            "max_queue_size": max_queue_size,
            "workers": workers,
            "use_multiprocessing": use_multiprocessing,
        }
        return self.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose, **queue)

    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: Any = 0,
    ) -> Any:
        """`predict` with a generator or `Sequence` (mirrors tf.keras 2); arguments as for `predict`."""
        queue = {
            "max_queue_size": max_queue_size,
            "workers": workers,
            "use_multiprocessing": use_multiprocessing,
        }
        return self.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose, **queue)

    @property
    def state_updates(self) -> list[Any]:
        """Always empty: assignments take place where they are written."""
        return []

    @property
    def sample_weight_mode(self) -> None:
        """Always `None`: weights have the shape of the targets or their first dimensions."""
        return None

    def to_yaml(self, **kwargs: Any) -> str:
        """Not there any more, as in TensorFlow since 2.6.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(
            "to_yaml() was taken out of Keras, since reading YAML can run code. Use model.to_json() instead."
        )
