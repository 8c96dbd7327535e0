"""Regression on the California housing data, with callbacks: a tf.keras program as it was written for TensorFlow.

    unikeras run examples/regression.py

The data is downloaded once (1.4 MB) and kept in Keras's cache. Needs pandas and scikit-learn.
"""

import os

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras

ORIGIN = "https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.csv"
table = pd.read_csv(keras.utils.get_file("housing.csv", origin=ORIGIN)).dropna()
y = table.pop("median_house_value").to_numpy(dtype="float32") / 100_000
table.pop("ocean_proximity")
x = table.to_numpy(dtype="float32")
print("districts and features:", x.shape)

x_rest, x_test, y_rest, y_test = train_test_split(x, y, random_state=7)
x_train, x_valid, y_train, y_valid = train_test_split(x_rest, y_rest, random_state=11)
scaler = StandardScaler()
x_train = scaler.fit_transform(x_train)
x_valid, x_test = scaler.transform(x_valid), scaler.transform(x_test)

keras.backend.clear_session()
np.random.seed(42)
keras.utils.set_random_seed(42)
model = keras.models.Sequential(
    [
        keras.layers.Dense(30, activation="relu", input_shape=x_train.shape[1:]),
        keras.layers.Dense(30, activation="relu"),
        keras.layers.Dense(1),
    ]
)
model.summary()
model.compile(loss="mean_squared_error", optimizer=keras.optimizers.SGD(learning_rate=0.02), metrics=["mae"])

logs = os.path.join("logs", "regression")
os.makedirs(logs, exist_ok=True)
best = os.path.join(logs, "best.h5")
callbacks = [
    keras.callbacks.ModelCheckpoint(best, save_best_only=True),
    keras.callbacks.EarlyStopping(patience=5, min_delta=1e-3, restore_best_weights=True),
    keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=2, verbose=1),
    keras.callbacks.CSVLogger(os.path.join(logs, "epochs.csv")),
    keras.callbacks.LambdaCallback(on_train_end=lambda logs: print("training ends")),
]
epochs = int(os.environ.get("EPOCHS", "40"))
history = model.fit(
    x_train, y_train, validation_data=(x_valid, y_valid), epochs=epochs, callbacks=callbacks, verbose=2
)
print("epochs run:", len(history.epoch))

loss, mae = model.evaluate(x_test, y_test, verbose=0)
print(f"test: mean squared error {loss:.3f}, mean absolute error {mae:.3f} (100,000 dollars)")
again = keras.models.load_model(best)
difference = np.abs(again.predict(x_test[:100], verbose=0) - model.predict(x_test[:100], verbose=0)).max()
print(f"the best model, loaded again, differs by {difference:.6f}")
