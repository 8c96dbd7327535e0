"""Run by the peers' interpreter: restores what unikeras wrote into the same objects of TensorFlow's, trains a step, writes again."""

import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_USE_LEGACY_KERAS="1")

import numpy as np
import tensorflow as tf
import tf_keras as keras

folder = sys.argv[1]
names = {"tf": tf, "keras": keras}
with open(os.path.join(folder, "objects.py")) as file:
    exec(file.read(), names)
x, y = names["x"], names["y"]
for name, make in names["MODELS"].items():
    model = make()
    status = model.load_weights(os.path.join(folder, name))
    before = model(x).numpy()
    model.train_on_batch(x, y)
    if name != "decay":  # whose rates are values in TensorFlow
        status.assert_consumed()
    np.savez(os.path.join(folder, f"{name}.npz"), before=before, after=model(x).numpy())
    model.save_weights(os.path.join(folder, f"{name}-back"))
net = names["net"]()
checkpoint = tf.train.Checkpoint(
    net=net, optimizer=net.optimizer, numbers=[tf.Variable(0), {"a.b/c": tf.Variable(0.0)}]
)
status = checkpoint.restore(tf.train.latest_checkpoint(folder + "/objects"))
before = net(x).numpy()
net.train_on_batch(x, y)
status.assert_consumed()
values = [int(checkpoint.numbers[0]), float(checkpoint.numbers[1]["a.b/c"]), int(checkpoint.save_counter)]
np.savez(os.path.join(folder, "objects.npz"), before=before, after=net(x).numpy(), values=values)
checkpoint.save(folder + "/objects-back/c")
