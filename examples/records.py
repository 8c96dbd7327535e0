"""The California housing data as CSV shards, then as compressed TFRecords, and back into `fit`.

    unikeras run examples/records.py

The data is downloaded once (1.4 MB) and kept in Keras's cache. Needs pandas and scikit-learn.
"""

import os

import numpy as np
import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from tensorflow import keras

ORIGIN = "https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.csv"
table = pd.read_csv(keras.utils.get_file("housing.csv", origin=ORIGIN)).dropna()
y = table.pop("median_house_value").to_numpy(dtype="float32").reshape(-1, 1) / 100_000
table.pop("ocean_proximity")
x = table.to_numpy(dtype="float32")
x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=7)
scaler = StandardScaler()
x_train, x_test = scaler.fit_transform(x_train), scaler.transform(x_test)
features = x_train.shape[1]

# CSV shards.


def save_to_csv(folder, data, prefix, header, parts):
    os.makedirs(folder, exist_ok=True)
    names = []
    for number, rows in enumerate(np.array_split(np.arange(len(data)), parts)):
        name = os.path.join(folder, f"{prefix}_{number:02d}.csv")
        with open(name, "wt", encoding="utf-8") as file:
            file.write(header + "\n")
            for row in rows:
                file.write(",".join(repr(float(v)) for v in data[row]) + "\n")
        names.append(name)
    return names


header = ",".join([*table.columns, "MedianHouseValue"])
save_to_csv("generate_csv", np.c_[x_train, y_train], "train", header, 20)
save_to_csv("generate_csv", np.c_[x_test, y_test], "test", header, 10)


def parse_csv_line(line, n_fields=features + 1):
    fields = tf.io.decode_csv(line, record_defaults=[tf.constant(np.nan)] * n_fields)
    return tf.stack(fields[:-1]), tf.stack(fields[-1:])


def csv_reader_dataset(pattern, batch_size=32, shuffle_buffer_size=10_000):
    dataset = tf.data.Dataset.list_files(pattern, seed=1).repeat()
    dataset = dataset.interleave(lambda name: tf.data.TextLineDataset(name).skip(1), cycle_length=5)
    dataset = dataset.shuffle(shuffle_buffer_size, seed=2)
    return dataset.map(parse_csv_line, num_parallel_calls=tf.data.AUTOTUNE).batch(batch_size)


for x_batch, y_batch in csv_reader_dataset("generate_csv/train_*.csv", batch_size=3).take(1):
    print("a batch of CSV lines:", x_batch.shape, y_batch.shape)

# TFRecords.


def serialize_example(x, y):
    features = tf.train.Features(
        feature={
            "input_features": tf.train.Feature(float_list=tf.train.FloatList(value=x)),
            "label": tf.train.Feature(float_list=tf.train.FloatList(value=y)),
        }
    )
    return tf.train.Example(features=features).SerializeToString()


def csv_dataset_to_tfrecords(base, dataset, shards, steps_per_shard):
    os.makedirs(os.path.dirname(base), exist_ok=True)
    options = tf.io.TFRecordOptions(compression_type="GZIP")
    names = []
    for shard in range(shards):
        name = f"{base}_{shard:05d}-of-{shards:05d}"
        with tf.io.TFRecordWriter(name, options) as writer:
            for x_batch, y_batch in dataset.skip(shard * steps_per_shard).take(steps_per_shard):
                for x_example, y_example in zip(x_batch, y_batch):
                    writer.write(serialize_example(x_example.numpy(), y_example.numpy()))
        names.append(name)
    return names


batch_size = 32
train_lines = csv_reader_dataset("generate_csv/train_*.csv", batch_size)
test_lines = csv_reader_dataset("generate_csv/test_*.csv", batch_size)
steps = int(os.environ.get("STEPS", "60"))
names = csv_dataset_to_tfrecords("generate_tfrecords/train", train_lines, 4, steps // 4)
csv_dataset_to_tfrecords("generate_tfrecords/test", test_lines, 2, steps // 8)
print(
    "records in the first file:", sum(1 for _ in tf.data.TFRecordDataset(names[:1], compression_type="GZIP"))
)

expected = {
    "input_features": tf.io.FixedLenFeature([features], dtype=tf.float32),
    "label": tf.io.FixedLenFeature([1], dtype=tf.float32),
}


def parse_example(serialized):
    example = tf.io.parse_single_example(serialized, expected)
    return example["input_features"], example["label"]


def tfrecords_reader_dataset(pattern, batch_size=32, shuffle_buffer_size=10_000):
    dataset = tf.data.Dataset.list_files(pattern, seed=1).repeat()
    dataset = dataset.interleave(
        lambda name: tf.data.TFRecordDataset(name, compression_type="GZIP"), cycle_length=5
    )
    return dataset.shuffle(shuffle_buffer_size, seed=2).map(parse_example).batch(batch_size)


keras.utils.set_random_seed(42)
model = keras.models.Sequential(
    [keras.layers.Dense(30, activation="relu", input_shape=[features]), keras.layers.Dense(1)]
)
model.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(1e-2))
history = model.fit(
    tfrecords_reader_dataset("generate_tfrecords/train*", batch_size), steps_per_epoch=steps,
    validation_data=tfrecords_reader_dataset("generate_tfrecords/test*", batch_size), validation_steps=steps // 4,
    epochs=int(os.environ.get("EPOCHS", "5")), verbose=2,
)  # fmt: skip
print("losses fall:", history.history["loss"][0] > history.history["loss"][-1])
loss = model.evaluate(
    tfrecords_reader_dataset("generate_tfrecords/test*", batch_size), steps=steps // 4, verbose=0
)
print(f"test: mean squared error {loss:.3f}")
