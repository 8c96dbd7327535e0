"""One epoch of training, or of prediction, of a net. Arguments: the framework, the net, "train" or "predict"."""

import sys
import time

import worker
from frameworks import load

WORDS = 5000
BATCH = 32


def build(keras, net):
    """A compiled model, written as the Keras documentation writes it."""
    L = keras.layers
    if net in ("cnn", "separable"):
        conv = L.Conv2D if net == "cnn" else L.SeparableConv2D
        layers = [keras.Input((28, 28, 1))]
        for filters in (32, 64, 128):
            first = L.Conv2D if filters == 32 else conv
            layers += [
                first(filters, 3, padding="same", activation="relu"),
                conv(filters, 3, padding="same", activation="relu"),
                L.MaxPooling2D(2),
            ]
        layers += [L.Flatten(), L.Dense(128, activation="relu"), L.Dense(10, activation="softmax")]
    elif net == "transformer":
        return compiled(keras, transformer(keras), "sparse_categorical_crossentropy")
    else:
        recurrent = {
            "lstm": [L.LSTM(64)],
            "gru": [L.GRU(64)],
            "bilstm": [L.Bidirectional(L.LSTM(32, return_sequences=True)), L.Bidirectional(L.LSTM(32))],
        }[net]
        layers = [keras.Input((length(net),), dtype="int32"), L.Embedding(WORDS, 32), *recurrent]
        layers += [L.Dense(2, activation="softmax")]
    return compiled(keras, keras.Sequential(layers), "sparse_categorical_crossentropy")


def transformer(keras):
    """Two encoder blocks of 64 units, 4 heads, over 100 words."""
    L = keras.layers
    words = keras.Input((100,), dtype="int32")
    x = L.Embedding(WORDS, 64)(words)
    for _ in range(2):
        x = L.LayerNormalization(epsilon=1e-6)(L.Add()([x, L.MultiHeadAttention(4, 16)(x, x)]))
        y = L.Dense(64)(L.Dense(128, activation="relu")(x))
        x = L.LayerNormalization(epsilon=1e-6)(L.Add()([x, y]))
    x = L.GlobalAveragePooling1D()(x)
    return keras.Model(words, L.Dense(2, activation="softmax")(x))


def compiled(keras, model, loss):
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


def length(net):
    """How many words a sample has."""
    return 200 if net in ("lstm", "gru") else 100


def main(framework, net, mode):
    _, keras = load(framework)
    x, y = worker.images(1600) if net in ("cnn", "separable") else worker.sentences(640, length(net), WORDS)
    keras.utils.set_random_seed(1)
    model = build(keras, net)

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds = time.perf_counter() - self.began

    def train():
        # The second epoch of a fit: what a fit does once is not in it.
        clock = Clock()
        history = model.fit(x, y, batch_size=BATCH, epochs=2, verbose=0, callbacks=[clock])
        return {"seconds": clock.seconds, "loss": float(history.history["loss"][-1])}

    def predict():
        start = time.perf_counter()
        found = model.predict(x, batch_size=BATCH, verbose=0)
        return {"seconds": time.perf_counter() - start, "sum": float(found.sum())}

    measure = train if mode == "train" else predict
    measure()
    worker.serve(measure)


if __name__ == "__main__":
    main(*sys.argv[1:])
