"""Who survived the Titanic: a table of strings, numbers and gaps, prepared by layers inside the model, in two ways.

    unikeras run examples/structured_titanic.py [titanic.csv]

Without a file the data is downloaded once (60 kB) and kept in Keras's cache.
"""

import csv
import os
import sys

import numpy as np
from tensorflow import keras

ORIGIN = "https://raw.githubusercontent.com/datasciencedojo/datasets/master/titanic.csv"
path = sys.argv[1] if len(sys.argv) > 1 else keras.utils.get_file("titanic.csv", origin=ORIGIN)
if not os.path.exists(path):
    raise SystemExit(f"There is no file {path}; give that of the Titanic's passengers.")
with open(path, newline="", encoding="utf-8") as file:
    table = list(csv.DictReader(file))
layers = keras.layers
epochs = int(os.environ.get("EPOCHS", "30"))
keras.utils.set_random_seed(3)
np.random.default_rng(3).shuffle(table)


def column(name, kind, gap):
    """A column [passengers, 1]; gaps get a value of their own."""
    return np.array([[kind(row[name]) if row[name] else gap] for row in table])


known_ages = [float(row["Age"]) for row in table if row["Age"]]
data = {
    "sex": column("Sex", str, "unknown"),
    "port": column("Embarked", str, "unknown"),
    "class": column("Pclass", int, 0),
    "age": column("Age", float, np.median(known_ages)).astype("float32"),
    "fare": column("Fare", float, 0.0).astype("float32"),
    "family": column("SibSp", int, 0) + column("Parch", int, 0),
}
survived = column("Survived", int, 0).astype("float32")
held = len(table) // 5
train = {name: values[held:] for name, values in data.items()}
test = {name: values[:held] for name, values in data.items()}
print(
    f"passengers: {len(table)}, of whom {survived.mean():.0%} survived; ages missing: {len(table) - len(known_ages)}"
)

# By hand: a layer a column, which learns from the training data what it needs.
inputs = {
    name: keras.Input((1,), name=name, dtype="string" if values.dtype.kind == "U" else values.dtype.name)
    for name, values in data.items()
}
prepared = []
for name in ("sex", "port"):
    lookup = layers.StringLookup(output_mode="one_hot")
    lookup.adapt(train[name])
    print(f"{name}: {lookup.get_vocabulary()}")
    prepared.append(lookup(inputs[name]))
bins = layers.Discretization(num_bins=6)
bins.adapt(train["age"])
print("ages between:", np.round(bins.bin_boundaries, 1).tolist())
prepared.append(layers.CategoryEncoding(6, output_mode="one_hot")(bins(inputs["age"])))
prepared.append(layers.CategoryEncoding(4, output_mode="one_hot")(inputs["class"]))
prepared.append(layers.HashedCrossing(12, output_mode="one_hot")([inputs["sex"], inputs["class"]]))
for name in ("fare", "family"):
    normalization = layers.Normalization()
    normalization.adapt(train[name])
    prepared.append(normalization(inputs[name]))
hidden = layers.Dense(16, activation="relu")(layers.Concatenate()(prepared))
by_hand = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.3)(hidden)))

# The same by a FeatureSpace, which does all of it and can be saved by itself.
F = keras.utils.FeatureSpace
space = F(
    {
        "sex": "string_categorical",
        "port": "string_categorical",
        "class": F.integer_categorical(num_oov_indices=1),
        "age": F.float_discretized(num_bins=6),
        "fare": "float_normalized",
        "family": F.float_normalized(name="family"),
    },
    crosses=[F.cross(("sex", "class"), crossing_dim=12)],
)
space.adapt(train)
encoded = space.get_encoded_features()
print("encoded features:", encoded.shape)
hidden = layers.Dropout(0.3)(layers.Dense(16, activation="relu")(encoded))
by_space = keras.Model(space.get_inputs(), layers.Dense(1, activation="sigmoid")(hidden))

rose = {"sex": "female", "port": "S", "class": 1, "age": 17.0, "fare": 150.0, "family": 1}
jack = {"sex": "male", "port": "S", "class": 3, "age": 20.0, "fare": 7.5, "family": 0}
passengers = {name: np.array([[rose[name]], [jack[name]]]) for name in data}
for title, model in (("by hand", by_hand), ("feature space", by_space)):
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(train, survived[held:], epochs=epochs, batch_size=64, verbose=0)
    loss, accuracy = model.evaluate(test, survived[:held], verbose=0)
    print(f"{title}: test loss {loss:.3f}, test accuracy {accuracy:.3f}")
    chances = model.predict(passengers, verbose=0)[:, 0]
    print(f"{title}: a girl of the first class {chances[0]:.2f}, a man of the third {chances[1]:.2f}")
    # The tables are in the file: the model takes raw columns wherever it is loaded.
    model.save("titanic.keras")
    again = keras.models.load_model("titanic.keras").predict(passengers, verbose=0)[:, 0]
    print(f"{title}: after loading differs by {np.abs(again - chances).max():.7f}")
