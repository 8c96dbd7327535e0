"""From nothing to the end of the first epoch; run.py times the whole process. Argument: the framework."""

import sys

import worker
from frameworks import load, seed_model

_, keras = load(sys.argv[1])
x, y, x_valid, y_valid = worker.data()
model = seed_model(keras)
model.fit(x, y, batch_size=32, epochs=1, validation_data=(x_valid, y_valid), verbose=0)
