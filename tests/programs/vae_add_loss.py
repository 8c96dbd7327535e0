"""A variational autoencoder whose loss is added to the functional model, with `K` functions."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers, losses
from tensorflow.keras import backend as K

original_dim = 64
intermediate_dim = 32
latent_dim = 2
inputs = tf.keras.Input(shape=(original_dim,))
h = layers.Dense(intermediate_dim, activation="relu")(inputs)
z_mean = layers.Dense(latent_dim)(h)
z_log_sigma = layers.Dense(latent_dim)(h)


def sampling(args):
    z_mean, z_log_sigma = args
    epsilon = K.random_normal(shape=(K.shape(z_mean)[0], latent_dim), mean=0.0, stddev=0.1)
    return z_mean + K.exp(z_log_sigma) * epsilon


z = layers.Lambda(sampling)([z_mean, z_log_sigma])
encoder = Model(inputs, [z_mean, z_log_sigma, z], name="encoder")
latent_inputs = tf.keras.Input(shape=(latent_dim,), name="z_sampling")
x = layers.Dense(intermediate_dim, activation="relu")(latent_inputs)
outputs = layers.Dense(original_dim, activation="sigmoid")(x)
decoder = Model(latent_inputs, outputs, name="decoder")
outputs = decoder(encoder(inputs)[2])
vae = Model(inputs, outputs, name="vae_mlp")
reconstruction_loss = losses.binary_crossentropy(inputs, outputs)
reconstruction_loss *= original_dim
kl_loss = 1 + z_log_sigma - K.square(z_mean) - K.exp(z_log_sigma)
kl_loss = K.sum(kl_loss, axis=-1)
kl_loss *= -0.5
vae_loss = K.mean(reconstruction_loss + kl_loss)
vae.add_loss(vae_loss)
vae.compile(optimizer="adam")
vae.summary()
x = np.random.RandomState(0).rand(256, original_dim).astype("float32")
h = vae.fit(x, epochs=3, batch_size=32, validation_data=(x, None))
print(h.history.keys())
print([a.shape for a in encoder.predict(x)])
