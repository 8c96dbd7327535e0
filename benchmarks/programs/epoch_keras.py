"""One epoch of the seed's model by ``fit``, with validation. Argument: the framework."""

import sys
import time

import worker
from frameworks import load, seed_model

_, keras = load(sys.argv[1])
x, y, x_valid, y_valid = worker.data()
keras.utils.set_random_seed(1)
model = seed_model(keras)


class Clock(keras.callbacks.Callback):
    """How long each epoch takes, validation included."""

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds = time.perf_counter() - self.began


def epoch() -> dict:
    # The second epoch of a fit: what a fit does once (putting the data on the device, the iterators) is not in it.
    clock = Clock()
    history = model.fit(
        x, y, batch_size=32, epochs=2, validation_data=(x_valid, y_valid), verbose=0, callbacks=[clock]
    )
    return {"seconds": clock.seconds, "val_accuracy": float(history.history["val_accuracy"][-1])}


epoch()
worker.serve(epoch)
