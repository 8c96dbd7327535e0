"""Sentiment of film reviews, one sentence each: embedding and pooling, an LSTM, bidirectional LSTMs.

    unikeras run examples/sentiment.py

The data (Pang and Lee, 2005) is downloaded once (0.5 MB) and kept in Keras's cache.
"""

import os
import tarfile
import time

import numpy as np
from tensorflow import keras

ORIGIN = "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz"
WORDS, LENGTH, WIDTH = 8000, 40, 16
epochs = int(os.environ.get("EPOCHS", "4"))

texts, labels = [], []
with tarfile.open(keras.utils.get_file("rt-polaritydata.tar.gz", origin=ORIGIN)) as archive:
    for label, name in enumerate(("neg", "pos")):
        lines = (
            archive.extractfile(f"rt-polaritydata/rt-polarity.{name}").read().decode("latin-1").splitlines()
        )
        texts += lines
        labels += [label] * len(lines)
order = np.random.default_rng(1).permutation(len(texts))
texts, labels = [texts[i] for i in order], np.array(labels, "float32")[order]
print(len(texts), "sentences; the first:", texts[0])

tokenizer = keras.preprocessing.text.Tokenizer(num_words=WORDS, oov_token="<UNK>")
tokenizer.fit_on_texts(texts)
x = keras.preprocessing.sequence.pad_sequences(
    tokenizer.texts_to_sequences(texts), maxlen=LENGTH, padding="post", truncating="post"
)
held = len(x) // 5
x_test, y_test, x_train, y_train = x[:held], labels[:held], x[held:], labels[held:]
print(x_train.shape, x_test.shape)

models = {
    "embedding and pooling": [
        keras.layers.Embedding(WORDS, WIDTH, input_length=LENGTH),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(64, activation="relu"),
    ],
    "LSTM": [
        keras.layers.Embedding(WORDS, WIDTH, mask_zero=True),
        keras.layers.LSTM(units=32, return_sequences=False),
        keras.layers.Dense(32, activation="relu"),
    ],
    "bidirectional LSTMs": [
        keras.layers.Embedding(WORDS, WIDTH),
        keras.layers.Bidirectional(keras.layers.LSTM(units=16, return_sequences=True)),
        keras.layers.Bidirectional(keras.layers.LSTM(units=16)),
        keras.layers.Dense(32, activation="relu"),
    ],
}
for name, layers in models.items():
    keras.utils.set_random_seed(1)
    model = keras.models.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    start = time.time()
    model.fit(x_train, y_train, epochs=epochs, batch_size=64, validation_split=0.1, verbose=2)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"{name}: test accuracy {accuracy:.3f}, {time.time() - start:.1f} s")
