"""A character-level language model of Shakespeare's plays that goes on writing: trained on windows, then stateful.

    unikeras run examples/text_generation.py

The text is downloaded once (1.1 MB) and kept in Keras's cache. `CHARACTERS` and `EPOCHS` in the environment say how much of it
is read and how often; by default the first 200,000 characters, five times.
"""

import os

import numpy as np
import tensorflow as tf
from tensorflow import keras

ORIGIN = "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt"
LENGTH, BATCH = 100, 32
with open(keras.utils.get_file("shakespeare.txt", origin=ORIGIN)) as file:
    text = file.read()[: int(os.environ.get("CHARACTERS", "200000"))]
epochs = int(os.environ.get("EPOCHS", "5"))

vocabulary = sorted(set(text))
char2idx = {character: i for i, character in enumerate(vocabulary)}
idx2char = np.array(vocabulary)
numbers = np.array([char2idx[c] for c in text], "int32")
print(len(text), "characters,", len(vocabulary), "different")

windows = (len(numbers) - 1) // LENGTH
x = numbers[: windows * LENGTH].reshape(windows, LENGTH)
y = numbers[1 : windows * LENGTH + 1].reshape(windows, LENGTH)


def build_model(batch_size, stateful):
    """The same weights fit both: windows of a batch, and one text written character by character."""
    return keras.models.Sequential(
        [
            keras.layers.Embedding(len(vocabulary), 64, batch_input_shape=[batch_size, None]),
            keras.layers.LSTM(
                units=128, stateful=stateful, recurrent_initializer="glorot_uniform", return_sequences=True
            ),
            keras.layers.Dense(len(vocabulary)),
        ]
    )


def loss(labels, logits):
    return keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)


keras.utils.set_random_seed(1)
model = build_model(None, False)
model.summary()
model.compile(optimizer=keras.optimizers.Adam(0.005), loss=loss)
history = model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=2)
print(f"loss from {history.history['loss'][0]:.3f} to {history.history['loss'][-1]:.3f}")

writer = build_model(1, True)
writer.set_weights(model.get_weights())
writer.build(tf.TensorShape([1, None]))


def generate_text(model, start_string, count=200, temperature=0.7):
    """Go on from `start_string`, feeding back one character at a time; the layer keeps the state."""
    input_eval = tf.expand_dims([char2idx[c] for c in start_string], 0)
    written = []
    model.reset_states()
    for _ in range(count):
        predictions = tf.squeeze(model(input_eval), 0) / temperature
        predicted_id = tf.random.categorical(predictions, num_samples=1)[-1, 0].numpy()
        written.append(idx2char[predicted_id])
        input_eval = tf.expand_dims([predicted_id], 0)
    return start_string + "".join(written)


print(generate_text(writer, "All: "))
