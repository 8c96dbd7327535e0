"""A training that can be killed at any batch: run by test_backup_and_restore.py as a program, and imported by it."""

import json
import os
import pathlib
import signal
import sys

import numpy as np

from unikeras import keras

EPOCHS = 4


class Killer(keras.callbacks.Callback):
    """Ends the run after a number of batches: by an exception, or the whole process by SIGKILL."""

    def __init__(self, after, hard=False):
        self.after, self.hard, self.seen = after, hard, 0

    def backup_state(self):
        return {}

    def restore_state(self, state):
        pass

    def on_train_batch_end(self, batch, logs=None):
        self.seen += 1
        if self.seen == self.after:
            if self.hard:
                os.kill(os.getpid(), signal.SIGKILL)
            raise KeyboardInterrupt


class Counter(keras.callbacks.Callback):
    """A user's callback with state of its own."""

    def __init__(self):
        self.epochs, self.losses, self.draws = 0, [], []

    def on_epoch_end(self, epoch, logs=None):
        self.epochs += 1
        self.losses.append(logs["loss"])
        if self.draws is not None:
            self.draws.append(float(np.random.random()))  # the global numbers are meant


class Batches(keras.utils.PyDataset):
    """Batches shuffled anew at each epoch's end by the data set's own numbers."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y, self.rng = x, y, np.random.default_rng(5)
        self.order = self.rng.permutation(len(x))

    def __len__(self):
        return 6

    def __getitem__(self, index):
        rows = self.order[index * 8 : index * 8 + 8]
        return self.x[rows], self.y[rows]

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.x))


def batches_for_ever(x, y):
    rng = np.random.default_rng(6)
    while True:
        rows = rng.permutation(len(x))[:8]
        yield x[rows], y[rows]


def make_model():
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    return model


def train(folder, kind="arrays", after=0, hard=False, model=None, save_freq=2):
    """Train, perhaps until it is interrupted; what there is to compare at the end."""
    folder = pathlib.Path(folder)
    keras.utils.set_random_seed(3)
    rng = np.random.default_rng(1)
    x = rng.normal(size=(46, 4)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    model = model or make_model()
    counter = Counter()
    callbacks = [
        keras.callbacks.BackupAndRestore(folder / "backup", save_freq=save_freq),
        keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=0.2),
        keras.callbacks.ModelCheckpoint(
            folder / "best.weights.h5", "loss", save_best_only=True, save_weights_only=True
        ),
        keras.callbacks.CSVLogger(folder / "log.csv"),
        counter,
    ]
    if after:
        callbacks.append(Killer(after, hard))
    data = {"validation_data": (x[:10], y[:10]), "epochs": EPOCHS, "verbose": 0, "callbacks": callbacks}
    if kind == "arrays" or kind == "streamed":
        history = model.fit(x, y, batch_size=8, **data)
    elif kind == "steps":
        history = model.fit(x, y, batch_size=8, steps_per_epoch=4, **data)
    elif kind == "dataset":
        history = model.fit(Batches(x, y), shuffle=True, **data)
    else:
        counter.draws = None  # global numbers are the generator's, which draws them again
        history = model.fit(batches_for_ever(x, y), steps_per_epoch=6, **data)
    return {
        "history": history.history,
        "epoch": history.epoch,
        "weights": [w.tolist() for w in model.get_weights()],
        "optimizer": [np.asarray(v).tolist() for v in model.optimizer.variables],
        "log": (folder / "log.csv").read_text(),
        "counter": [counter.epochs, counter.losses, counter.draws],
        "after": float(keras.random.uniform(())),
    }


if __name__ == "__main__":
    json.dump(train(sys.argv[1], after=int(sys.argv[2]), hard=True), sys.stdout)
