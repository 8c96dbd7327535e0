"""A sequence-to-sequence LSTM, its inference models, and both from its .h5 file."""

import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import LSTM, Dense, Input
from tensorflow.keras.models import Model

latent_dim = 16
ne, nd = 10, 12
r = np.random.RandomState(0)
enc = np.eye(ne, dtype="float32")[r.randint(0, ne, (64, 6))]
dec = np.eye(nd, dtype="float32")[r.randint(0, nd, (64, 7))]
tgt = np.roll(dec, -1, axis=1)
encoder_inputs = Input(shape=(None, ne))
encoder = LSTM(latent_dim, return_state=True)
encoder_outputs, state_h, state_c = encoder(encoder_inputs)
encoder_states = [state_h, state_c]
decoder_inputs = Input(shape=(None, nd))
decoder_lstm = LSTM(latent_dim, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=encoder_states)
decoder_dense = Dense(nd, activation="softmax")
decoder_outputs = decoder_dense(decoder_outputs)
model = Model([encoder_inputs, decoder_inputs], decoder_outputs)
model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
model.summary()
h = model.fit([enc, dec], tgt, batch_size=16, epochs=2, validation_split=0.2)
print(list(h.history))
model.save("s2s.h5")
encoder_model = Model(encoder_inputs, encoder_states)
dh = Input(shape=(latent_dim,))
dc = Input(shape=(latent_dim,))
decoder_states_inputs = [dh, dc]
decoder_outputs, state_h, state_c = decoder_lstm(decoder_inputs, initial_state=decoder_states_inputs)
decoder_states = [state_h, state_c]
decoder_outputs = decoder_dense(decoder_outputs)
decoder_model = Model([decoder_inputs, *decoder_states_inputs], [decoder_outputs, *decoder_states])
states = encoder_model.predict(enc[:1])
target = np.zeros((1, 1, nd))
target[0, 0, 0] = 1
for _ in range(4):
    out, hh, cc = decoder_model.predict([target, *states], verbose=0)
    i = np.argmax(out[0, -1, :])
    target = np.zeros((1, 1, nd))
    target[0, 0, i] = 1
    states = [hh, cc]
print(out.shape)
# restore, as the Keras example does
m = keras.models.load_model("s2s.h5")
ei = m.input[0]
eo, sh, sc = m.layers[2].output
em = Model(ei, [sh, sc])
em.summary()
print(
    [a.shape for a in em.predict(enc[:2], verbose=0)],
    np.allclose(em.predict(enc[:1])[0], encoder_model.predict(enc[:1])[0], atol=1e-5),
)
