"""Input pipelines: an epoch of batches alone, or through `fit`.

Arguments: the framework, the pipeline (arrays, map, csv, records, generator, padded), and "alone" or "fit".
The files are written once by whoever runs first; they are the same for all.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np
from frameworks import load
from worker import data, serve

tf, keras = load(sys.argv[1])
pipeline, mode = sys.argv[2:4]
BATCH = 32
FOLDER = os.path.join(os.path.dirname(os.environ["BENCH_DATA"]), f"pipeline-{os.getpid()}")
os.makedirs(FOLDER, exist_ok=True)


def arrays():
    """Images from memory, shuffled."""
    x, y, _, _ = data()
    made = tf.data.Dataset.from_tensor_slices((x[:20000], y[:20000])).shuffle(10000, seed=1)
    return made.batch(BATCH).prefetch(2), 20000


def mapped():
    """Bytes from memory, normalised one by one."""
    x, y, _, _ = data()
    pixels = (x[:20000] * 50 % 256).astype("uint8")
    made = tf.data.Dataset.from_tensor_slices((pixels, y[:20000])).shuffle(10000, seed=1)
    made = made.map(lambda a, b: (tf.cast(a, tf.float32) / 255.0, b), num_parallel_calls=tf.data.AUTOTUNE)
    return made.batch(BATCH).prefetch(2), 20000


def csv():
    """Shards of lines of nine numbers."""
    rng = np.random.default_rng(0)
    names = []
    for shard in range(5):
        names.append(os.path.join(FOLDER, f"{shard}.csv"))
        with open(names[-1], "w") as file:
            for row in rng.normal(size=(2000, 9)):
                file.write(",".join(f"{v:.5f}" for v in row) + "\n")

    def parse(line):
        fields = tf.io.decode_csv(line, record_defaults=[tf.constant(0.0)] * 9)
        return tf.stack(fields[:-1]), tf.stack(fields[-1:])

    made = tf.data.Dataset.from_tensor_slices(names).interleave(
        lambda n: tf.data.TextLineDataset(n), cycle_length=5
    )
    return made.shuffle(2000, seed=1).map(parse, num_parallel_calls=tf.data.AUTOTUNE).batch(BATCH).prefetch(
        2
    ), 10000


def records():
    """Records of JPEG pictures, decoded and resized."""
    rng = np.random.default_rng(0)
    name = os.path.join(FOLDER, "pictures")
    with tf.io.TFRecordWriter(name) as writer:
        for i in range(500):
            picture = np.kron(rng.integers(0, 255, (8, 8, 3)), np.ones((16, 16, 1))).astype("uint8")
            content = tf.io.encode_jpeg(picture).numpy()
            feature = {
                "picture": tf.train.Feature(bytes_list=tf.train.BytesList(value=[content])),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[i % 10])),
            }
            writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
    expected = {"picture": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}

    def parse(content):
        example = tf.io.parse_single_example(content, expected)
        picture = tf.io.decode_jpeg(example["picture"], channels=3)
        return tf.image.resize(picture, [64, 64]) / 255.0, example["label"]

    return tf.data.TFRecordDataset(name).map(parse, num_parallel_calls=tf.data.AUTOTUNE).batch(
        BATCH
    ).prefetch(2), 500


def generator():
    """Rows from a Python generator."""
    x = np.random.default_rng(0).normal(size=(5000, 20)).astype("float32")

    def rows():
        for row in x:
            yield row, row[:1]

    signature = (tf.TensorSpec([20], tf.float32), tf.TensorSpec([1], tf.float32))
    return tf.data.Dataset.from_generator(rows, output_signature=signature).batch(BATCH).prefetch(2), 5000


def padded():
    """Texts of different lengths as numbers, filled up."""
    rng = np.random.default_rng(0)
    texts = tf.ragged.constant(
        [rng.integers(1, 1000, n).tolist() for n in rng.integers(5, 80, 5000)], dtype=tf.int32
    )
    labels = np.arange(5000) % 2
    made = tf.data.Dataset.from_tensor_slices((texts, labels)).map(lambda t, y: (tf.convert_to_tensor(t), y))
    return made.shuffle(5000, seed=1).padded_batch(BATCH, padded_shapes=([80], [])).prefetch(2), 5000


dataset, rows = {
    "arrays": arrays, "map": mapped, "csv": csv, "records": records, "generator": generator, "padded": padded,
}[pipeline]()  # fmt: skip


def alone() -> None:
    for _ in dataset:
        pass


def model():
    layers = keras.layers
    if pipeline == "padded":
        inner = [
            layers.Embedding(1000, 16),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2, activation="softmax"),
        ]
    else:
        inner = [
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    made = keras.Sequential(
        inner
        if pipeline not in ("csv", "generator")
        else [layers.Dense(30, activation="relu"), layers.Dense(1)]
    )
    made.compile("sgd", "mse" if pipeline in ("csv", "generator") else "sparse_categorical_crossentropy")
    return made


if mode == "fit":
    net = model()

    def alone() -> None:
        net.fit(dataset, verbose=0)


def measure() -> dict:
    start = time.perf_counter()
    alone()
    return {"seconds": time.perf_counter() - start}


alone()
serve(measure, rows=rows)
