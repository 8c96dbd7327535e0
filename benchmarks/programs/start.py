"""From nothing to the end of the first training step of a large net. Arguments: the framework, the net."""

import sys

import numpy as np
from frameworks import load

_, keras = load(sys.argv[1])
L = keras.layers
if sys.argv[2] == "resnet50":
    model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=10)
    x, y = np.ones((8, 64, 64, 3), "float32"), np.arange(8)
else:
    words = [keras.Input((100,), dtype="int32"), L.Embedding(5000, 32)]
    recurrent = [L.LSTM(64, return_sequences=True), L.LSTM(64, return_sequences=True), L.LSTM(64)]
    model = keras.Sequential([*words, *recurrent, L.Dense(2, activation="softmax")])
    x, y = np.ones((32, 100), "int32"), np.arange(32) % 2
model.compile("adam", "sparse_categorical_crossentropy")
model.train_on_batch(x, y)
