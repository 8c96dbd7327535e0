"""What a network computes inside: intermediate outputs, saliency, Grad-CAM, a gradient penalty."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras import layers
from tensorflow.keras.models import Model

inp = layers.Input((16, 16, 3))
x = layers.Conv2D(4, 3, name="c1", activation="relu")(inp)
x = layers.MaxPooling2D(name="p1")(x)
x = layers.Conv2D(8, 3, name="c2", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
out = layers.Dense(5, name="out", activation="softmax")(x)
model = Model(inp, out)
img = np.random.RandomState(0).rand(2, 16, 16, 3).astype("float32")
im = Model(inputs=model.input, outputs=model.get_layer("c2").output)
print(im.predict(img).shape)
acts = Model(inputs=model.input, outputs=[layer.output for layer in model.layers[1:]]).predict(img)
print([a.shape for a in acts])
f = K.function([model.layers[0].input], [model.layers[2].output])
print(f([img])[0].shape, type(f([img])[0]).__name__)
try:
    f = K.function([model.layers[0].input, K.learning_phase()], [model.layers[2].output])
    print(f([img, 0])[0].shape)
except Exception as e:
    print(type(e).__name__, str(e)[:200])
d = layers.Dense(4)
a = layers.Input((3,))
b = layers.Input((3,))
ya, yb = d(a), d(b)
print(d.get_output_at(0) is ya, d.get_input_at(1) is b, d.get_output_shape_at(1), d.get_input_shape_at(0))
try:
    print(d.output)
except Exception as e:
    print(type(e).__name__, e)
print(
    model.layers[1].input_shape,
    model.layers[1].output_shape,
    model.input_shape,
    model.output_shape,
    model.layers[1].output.shape,
    model.inputs[0].shape,
    model.output_names,
    model.input_names,
)
# saliency
x = tf.Variable(img)
with tf.GradientTape() as t:
    p = model(x)
    s = tf.reduce_max(p, axis=1)
g = t.gradient(s, x)
print(g.shape, float(tf.reduce_sum(tf.abs(g))) > 0)
# grad-cam
grad_model = tf.keras.models.Model([model.inputs], [model.get_layer("c2").output, model.output])
with tf.GradientTape() as tape:
    last, preds = grad_model(img[:1])
    pred_index = tf.argmax(preds[0])
    class_channel = preds[:, pred_index]
grads = tape.gradient(class_channel, last)
pooled = tf.reduce_mean(grads, axis=(0, 1, 2))
last = last[0]
heatmap = last @ pooled[..., tf.newaxis]
heatmap = tf.squeeze(heatmap)
heatmap = tf.maximum(heatmap, 0) / (tf.math.reduce_max(heatmap) + 1e-8)
print(heatmap.numpy().shape)
# gradient penalty
D = keras.Sequential(
    [
        layers.Conv2D(4, 3, strides=2, activation=tf.nn.leaky_relu, input_shape=(16, 16, 3)),
        layers.LayerNormalization(),
        layers.Flatten(),
        layers.Dense(1),
    ]
)


def gp():
    with tf.GradientTape() as outer:
        with tf.GradientTape() as gt:
            xx = tf.convert_to_tensor(img)
            gt.watch(xx)
            pred = D(xx, training=True)
        g = gt.gradient(pred, [xx])[0]
        norm = tf.sqrt(tf.reduce_sum(tf.square(g), axis=[1, 2, 3]))
        pen = tf.reduce_mean((norm - 1.0) ** 2)
    return pen, outer.gradient(pen, D.trainable_variables)


p, gs = gp()
print(p.shape, [None if g is None else g.shape for g in gs])
p2, gs2 = tf.function(gp)()
print(np.allclose(p, p2, atol=1e-5))
