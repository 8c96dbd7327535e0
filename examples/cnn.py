"""A convolutional and a separable convolutional network on Fashion-MNIST.

    unikeras run examples/cnn.py

`IMAGES` and `EPOCHS` in the environment say how many images are used and for how long; by default the first 10,000, twice.
"""

import os
import time

import numpy as np
from tensorflow import keras

count, epochs = int(os.environ.get("IMAGES", "10000")), int(os.environ.get("EPOCHS", "2"))
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, y_train = x_train[:count, :, :, np.newaxis].astype("float32"), y_train[:count]
x_test, y_test = x_test[:2000, :, :, np.newaxis].astype("float32"), y_test[:2000]
mean, deviation = x_train.mean(), x_train.std()
x_train, x_test = (x_train - mean) / deviation, (x_test - mean) / deviation
print(x_train.shape, x_test.shape)


def network(convolution):
    """Three pairs of convolutions, each pair followed by pooling."""
    model = keras.models.Sequential()
    model.add(
        keras.layers.Conv2D(
            filters=32, kernel_size=3, padding="same", activation="selu", input_shape=(28, 28, 1)
        )
    )
    model.add(convolution(filters=32, kernel_size=3, padding="same", activation="selu"))
    model.add(keras.layers.MaxPool2D(pool_size=2))
    for filters in (64, 128):
        model.add(convolution(filters=filters, kernel_size=3, padding="same", activation="selu"))
        model.add(convolution(filters=filters, kernel_size=3, padding="same", activation="selu"))
        model.add(keras.layers.MaxPool2D(pool_size=2))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(128, activation="selu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


for convolution in (keras.layers.Conv2D, keras.layers.SeparableConv2D):
    keras.utils.set_random_seed(1)
    model = network(convolution)
    if convolution is keras.layers.Conv2D:
        model.summary()
    start = time.time()
    model.fit(x_train, y_train, epochs=epochs, validation_split=0.1, verbose=2)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(
        f"{convolution.__name__}: {model.count_params():,} parameters, test accuracy {accuracy:.3f}, {time.time() - start:.1f} s"
    )
