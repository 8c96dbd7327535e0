"""Wide & deep models of the California housing data: functional, subclassed, with several inputs and outputs.

    unikeras run examples/wide_deep.py

The data is downloaded once (1.4 MB) and kept in Keras's cache. Needs pandas.
"""

import os

import numpy as np
import pandas as pd
from tensorflow import keras

ORIGIN = "https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.csv"
table = (
    pd.read_csv(keras.utils.get_file("housing.csv", origin=ORIGIN)).dropna().sample(frac=1, random_state=7)
)
y = table.pop("median_house_value").to_numpy(dtype="float32") / 100_000
table.pop("ocean_proximity")
x = ((table - table.mean()) / table.std()).to_numpy(dtype="float32")
held = len(x) // 5
x_train, y_train, x_valid, y_valid = x[held:], y[held:], x[:held], y[:held]
epochs = int(os.environ.get("EPOCHS", "10"))
keras.utils.set_random_seed(1)


def report(name, found):
    print(f"{name}: validation loss {found['val_loss'][-1]:.3f} after {len(found['val_loss'])} epochs")


# The same input goes the deep way and the wide one.
inputs = keras.layers.Input(shape=x_train.shape[1:])
hidden1 = keras.layers.Dense(30, activation="relu")(inputs)
hidden2 = keras.layers.Dense(30, activation="relu")(hidden1)
concat = keras.layers.concatenate([inputs, hidden2])
output = keras.layers.Dense(1)(concat)
model = keras.models.Model(inputs=[inputs], outputs=[output])
model.summary()
model.compile(loss="mse", optimizer="adam")
history = model.fit(x_train, y_train, validation_data=(x_valid, y_valid), epochs=epochs, verbose=0)
report("functional", history.history)


# As a subclass.
class WideDeepModel(keras.models.Model):
    """One wide and one deep way to the output."""

    def __init__(self):
        super().__init__()
        self.hidden1_layer = keras.layers.Dense(30, activation="relu")
        self.hidden2_layer = keras.layers.Dense(30, activation="relu")
        self.output_layer = keras.layers.Dense(1)

    def call(self, inputs):
        hidden1 = self.hidden1_layer(inputs)
        hidden2 = self.hidden2_layer(hidden1)
        return self.output_layer(keras.layers.concatenate([inputs, hidden2]))


model = WideDeepModel()
model.build(input_shape=(None, x_train.shape[1]))
model.compile(loss="mse", optimizer="adam")
history = model.fit(x_train, y_train, validation_data=(x_valid, y_valid), epochs=epochs, verbose=0)
report("subclassed", history.history)

# Two inputs: the first five features go the wide way, the last six the deep one.
input_wide = keras.layers.Input(shape=[5], name="wide")
input_deep = keras.layers.Input(shape=[6], name="deep")
hidden1 = keras.layers.Dense(30, activation="relu")(input_deep)
hidden2 = keras.layers.Dense(30, activation="relu")(hidden1)
concat = keras.layers.concatenate([input_wide, hidden2])
output = keras.layers.Dense(1, name="price")(concat)
model = keras.models.Model(inputs=[input_wide, input_deep], outputs=[output])
model.compile(loss="mse", optimizer="adam")
two_train, two_valid = [x_train[:, :5], x_train[:, 2:]], [x_valid[:, :5], x_valid[:, 2:]]
history = model.fit(two_train, y_train, validation_data=(two_valid, y_valid), epochs=epochs, verbose=0)
report("two inputs", history.history)

# Two outputs, the second one from the deep way alone, by name.
helper = keras.layers.Dense(1, name="helper")(hidden2)
model = keras.models.Model(inputs=[input_wide, input_deep], outputs=[output, helper])
model.compile(
    loss={"price": "mse", "helper": "mse"},
    loss_weights={"price": 0.9, "helper": 0.1},
    metrics={"price": "mae"},
    optimizer="adam",
)
by_name = {"wide": x_train[:, :5], "deep": x_train[:, 2:]}
history = model.fit(
    by_name,
    {"price": y_train, "helper": y_train},
    validation_data=(two_valid, [y_valid, y_valid]),
    epochs=epochs,
    verbose=0,
)
report("two outputs", history.history)
print("logs:", sorted(history.history))
price, second = model.predict(two_valid, verbose=0)
print("predictions:", price.shape, second.shape, "mean price", round(float(np.mean(price)), 2))
