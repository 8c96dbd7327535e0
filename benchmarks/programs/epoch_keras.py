"""One epoch of the seed's model by ``fit``, with validation. Argument: the framework."""

import sys
import time

import worker
from frameworks import load, seed_model

_, keras = load(sys.argv[1])
x, y, x_valid, y_valid = worker.data()
keras.utils.set_random_seed(1)
model = seed_model(keras)


def epoch() -> dict:
    start = time.perf_counter()
    history = model.fit(x, y, batch_size=32, epochs=1, validation_data=(x_valid, y_valid), verbose=0)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "val_accuracy": float(history.history["val_accuracy"][-1])}


epoch()
worker.serve(epoch)
