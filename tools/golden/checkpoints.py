"""TensorFlow checkpoints of the models in tests/golden/files/*.zip, written by tf_keras: tests/golden/files/checkpoints.zip.

Run in the peers' environment from the repository root, after files.py: .venv-peers/bin/python tools/golden/checkpoints.py
What the models answer is in the other archives; here are, under `<archive>/<folder>/`, the two files of `save_weights` without a
suffix. Under `objects/` is a checkpoint of a `tf.Module` with lists, a table and strings, and of a subclassed model with an optimizer.
"""

import os
import pathlib
import tempfile
import zipfile

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_USE_LEGACY_KERAS="1")

import files
import numpy as np
import tensorflow as tf
import tf_keras


def of_models(archive):
    for path in sorted(files.TARGET.glob("*.zip")):
        if path.stem in ("checkpoints", "text"):  # text: its vocabulary is a table of TensorFlow's own kind
            continue
        with zipfile.ZipFile(path) as source, tempfile.TemporaryDirectory() as folder:
            for name in source.namelist():
                prefix, _, member = name.rpartition("/")
                wanted = "model.h5" if "old_" in name else "model.keras"
                if not prefix.startswith("tf_keras") or member != wanted:
                    continue
                file = pathlib.Path(folder, wanted)
                file.write_bytes(source.read(name))
                tf_keras.backend.clear_session()
                try:
                    model = tf_keras.models.load_model(file)
                except Exception as error:
                    print("   ", path.stem, prefix, "is left out:", str(error)[:90].replace("\n", " "))
                    continue
                model.save_weights(os.path.join(folder, "ckpt"))
                keep(archive, folder, "ckpt", f"{path.stem}/{prefix}")


def keep(archive, folder, name, place):
    for ending in ("index", "data-00000-of-00001"):
        files.write(archive, f"{place}/ckpt.{ending}", pathlib.Path(folder, f"{name}.{ending}").read_bytes())


class Parts(tf.Module):
    def __init__(self):
        super().__init__()
        self.v = tf.Variable([1.0, 2.0])
        self.numbers = [tf.Variable(3), {"four.five/six": tf.Variable(4, dtype=tf.int64)}]
        self.text = tf.Variable(["a", "\u00e9", ""])
        self.half = tf.Variable(np.array([0.5, 1.5]), dtype=tf.bfloat16)
        self.table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
        self.table.insert(["a", "b"], [1, 2])


class Net(tf_keras.Model):
    """Its own weight comes last for tf_keras's optimizers, and first in Keras 3."""

    def __init__(self):
        super().__init__()
        self.first = tf_keras.layers.Dense(5)
        self.blocks = [tf_keras.layers.Dense(2), tf_keras.layers.LSTM(3)]
        self.heads = {"x": tf_keras.layers.Dense(1)}
        self.w = tf.Variable(1.0)

    def call(self, x):
        return self.heads["x"](self.blocks[1](self.blocks[0](self.first(x))[:, None])) * self.w


def of_objects(archive):
    with tempfile.TemporaryDirectory() as folder:
        tf.train.Checkpoint(parts=Parts(), step=tf.Variable(7)).write(os.path.join(folder, "parts"))
        keep(archive, folder, "parts", "objects/parts")
        tf_keras.utils.set_random_seed(1)
        for kind, optimizer in (
            ("new", tf_keras.optimizers.Adam(0.1)),
            ("old", tf_keras.optimizers.legacy.Adam(0.1)),
        ):
            net = Net()
            net.compile(optimizer, "mse")
            x, y = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3), np.ones((4, 1), "float32")
            net.fit(x, y, verbose=0, epochs=2)
            tf.train.Checkpoint(net=net, optimizer=optimizer).save(os.path.join(folder, kind))
            keep(archive, folder, f"{kind}-1", f"objects/{kind}")
            before = net(x).numpy()
            net.train_on_batch(x, y)
            files.write(
                archive,
                f"objects/{kind}/values.npz",
                files.arrays(x=x, y=y, before=before, after=net(x).numpy()),
            )


if __name__ == "__main__":
    target = files.TARGET / "checkpoints.zip"
    with zipfile.ZipFile(target, "w") as archive:
        of_models(archive)
        of_objects(archive)
    print(target.name, target.stat().st_size)
