"""The models of the golden files and of the live round trips: each a program that the Kerases and unikeras run alike.

A program finds `k` (a Keras), `np`, `name` (which Keras: 'keras3', 'tf_keras' or 'unikeras') and gives `model`, compiled, the inputs `x` (an
array or a list of them) and the labels `y`. No bias comes before a normalization: its gradient is noise, which Adam enlarges.
"""

MODELS = {
    "dense": """
model = k.Sequential([
    k.Input((4,), name="entry"),
    k.layers.Dense(5, activation="relu", use_bias=False, kernel_regularizer=k.regularizers.L2(0.01), name="one"),
    k.layers.BatchNormalization(name="normal"),
    k.layers.Dropout(0.0),
    k.layers.Dense(3, activation=k.layers.LeakyReLU(0.2), kernel_initializer="he_normal", bias_constraint="non_neg"),
    k.layers.LayerNormalization(),
    k.layers.Dense(1, activation="sigmoid"),
], name="stack")
model.compile("adam", "binary_crossentropy", metrics=["accuracy", k.metrics.AUC(num_thresholds=20)])
x = normal(8, 4)
y = (x[:, :1] > 0).astype("float32")
""",
    "graph": """
a, b = k.Input((4,), name="a"), k.Input((4,), name="b")
shared = k.layers.Dense(4, activation="tanh", name="shared")
inner = k.Sequential([k.Input((4,)), k.layers.Dense(4, name="in_inner"), k.layers.Activation("gelu")], name="inner")
block_in = k.Input((4,), name="block_in")
block = k.Model(block_in, k.layers.Multiply()([block_in, k.layers.Dense(4, name="gate")(block_in)]), name="block")
joined = k.layers.Concatenate()([shared(a), shared(inner(b)), inner(shared(a))])
h = block(k.layers.Dense(4, name="mix")(joined))
h = k.layers.Add()([h, a])
frozen = k.layers.Dense(2, trainable=False, name="frozen")(h)
model = k.Model([a, b], [k.layers.Dense(1, name="left")(h), k.layers.Dense(2, activation="softmax", name="right")(frozen)], name="net")
model.compile(
    k.optimizers.Adam(k.optimizers.schedules.ExponentialDecay(0.01, 2, 0.5), clipnorm=1.0),
    [k.losses.Huber(), "categorical_crossentropy"], loss_weights=[1.0, 0.5], metrics=[["mae"], ["accuracy"]],
)
x = [normal(8, 4), normal(8, 4) + 1]
y = [x[0][:, :1], np.eye(2, dtype="float32")[[0, 1, 1, 0] * 2]]
""",
    "reshaping": """
model = k.Sequential([
    k.Input((2, 2)), k.layers.Rescaling(0.5, offset=0.1), k.layers.Reshape((4,)), k.layers.RepeatVector(3),
    k.layers.Permute((2, 1)), k.layers.ZeroPadding1D(1), k.layers.Cropping1D((1, 0)), k.layers.UpSampling1D(2),
    k.layers.GaussianNoise(0.0), k.layers.ELU(), k.layers.PReLU(), k.layers.Softmax(), k.layers.ReLU(6.0), k.layers.Flatten(), k.layers.Dense(1),
])
model.compile("sgd", "mse")
x = normal(8, 2, 2)
y = x[:, :1, 0]
""",
    "embedding": """
model = k.Sequential([
    k.Input((4,), dtype="int32"), k.layers.Embedding(10, 3, mask_zero=True), k.layers.SpatialDropout1D(0.0),
    k.layers.GlobalAveragePooling1D(), k.layers.Dense(1),
])
model.compile(k.optimizers.SGD(0.1, momentum=0.9, nesterov=True), "mse")
x = np.abs(10 * normal(8, 4)).astype("int32") % 10
y = x[:, :1].astype("float32")
""",
    "convolution": """
i = k.Input((8, 8, 2))
h = k.layers.Conv2D(4, 3, padding="same", activation="relu", strides=2)(i)
h = k.layers.Concatenate()([k.layers.SeparableConv2D(3, 3, padding="same")(h), k.layers.DepthwiseConv2D(3, padding="same")(h)])
h = k.layers.Conv2DTranspose(2, 3, strides=2, padding="same")(h)
h = k.layers.UpSampling2D()(k.layers.MaxPooling2D()(k.layers.ZeroPadding2D(1)(k.layers.Cropping2D(1)(h))))
h = k.layers.AveragePooling2D(2)(h)
h = k.layers.Conv1D(3, 2, padding="causal", dilation_rate=2)(k.layers.Reshape((16, 2))(h))
h = k.layers.Conv3D(2, 2)(k.layers.Reshape((4, 4, 3, 1))(k.layers.SpatialDropout1D(0.0)(h)))
model = k.Model(i, k.layers.Dense(1)(k.layers.GlobalMaxPooling3D()(h)))
model.compile(k.optimizers.SGD(0.01), "mse")
x = normal(4, 8, 8, 2)
y = x[:, 0, 0, :1]
""",
    "recurrent": """
i = k.Input((5, 3), name="series")
h = k.layers.Masking(0.0)(i)
a = k.layers.Bidirectional(k.layers.LSTM(2, return_sequences=True), name="both")(h)
b = k.layers.TimeDistributed(k.layers.Dense(3, activation="tanh"), name="each")(a)
c = k.layers.GRU(2, name="gru")(b)
d = k.layers.RNN([k.layers.LSTMCell(2), k.layers.GRUCell(2)], name="cells")(b)
e = k.layers.SimpleRNN(2, go_backwards=True, name="simple")(i)
f, state = k.layers.GRU(2, return_state=True, reset_after=False, name="states")(i)
model = k.Model(i, k.layers.Dense(1)(k.layers.Concatenate()([c, d, e, f, state])))
model.compile(k.optimizers.SGD(0.1), "mse")
x = normal(4, 5, 3)
y = x[:, 0, :1]
""",
    "attention": """
q, v = k.Input((3, 4), name="q"), k.Input((5, 4), name="v")
h = k.layers.MultiHeadAttention(2, 3, name="heads")(q, v)
h = k.layers.Add()([q, h])
h = k.layers.LayerNormalization()(h)
g = k.layers.Attention(use_scale=True)([h, v])
e = k.layers.AdditiveAttention()([h, v])
d = k.layers.EinsumDense("abc,cd->abd", output_shape=(None, 3), bias_axes="d")(k.layers.Concatenate()([g, e]))
model = k.Model([q, v], k.layers.Dense(1)(k.layers.Flatten()(d)))
model.compile(k.optimizers.SGD(0.1), "mse")
x = [normal(4, 3, 4), normal(4, 5, 4)]
y = x[0][:, 0, :1]
""",
    "numbers": """
n = k.layers.Normalization()
n.adapt(np.arange(12, dtype="float32").reshape(4, 3))
i = k.Input((3,))
j = k.Input((2,), dtype="int32")
several = k.layers.CategoryEncoding(4, output_mode="multi_hot")(j)
counted = k.layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode="count")(j)
h = k.layers.Concatenate()([n(i), k.layers.Reshape((4,))(several), k.layers.Reshape((4,))(counted)])
h = k.layers.Concatenate()([h, k.layers.Reshape((3,))(k.layers.Embedding(6, 1)(k.layers.Discretization([0.0, 0.5])(i)))])
model = k.Model([i, j], k.layers.Dense(1)(h))
model.compile(k.optimizers.SGD(0.001), "mse")
x = [normal(4, 3), np.array([[0, 1], [1, 2], [3, 3], [2, 0]], "int32")]
y = x[0][:, :1]
""",
}

MODELS["text"] = """
words = k.layers.TextVectorization(max_tokens=8, output_mode="int", output_sequence_length=4, name="words")
words.adapt(["the cat sat", "the dog sat down", "a cat"])
i = k.Input((1,), dtype="string")
model = k.Sequential([i, words, k.layers.Embedding(8, 2), k.layers.Flatten(), k.layers.Dense(1)])
model.compile(k.optimizers.SGD(0.1), "mse")
x = tf.constant([["the cat"], ["a dog sat"], ["unknown words"]])
y = np.ones((3, 1), "float32")
"""

# Models that only one of the Kerases can make.
ONLY = {
    "functions": (
        "tf_keras",
        """
i = k.Input((4,), name="i")
h = k.layers.Dense(4)(i) * 2.0 + 1.0
h = 1.0 - h / 3.0
h = tf.reshape(h, [-1, 2, 2])[:, 0]
h = tf.concat([h, tf.nn.relu(i)], axis=-1)
h = h - tf.reduce_mean(h, axis=-1, keepdims=True) + tf.cast(i[:, :1] > 0.5, "float32")
a, b = tf.split(h, 2, axis=-1)
h = tf.where(a > b, tf.maximum(a, b) ** 2, -a)
h = tf.squeeze(tf.expand_dims(tf.clip_by_value(h, -1.0, 1.0), 1), 1)
h = tf.matmul(h, tf.ones((3, 2)))
h = tf.transpose(tf.stack([h, tf.exp(h)], axis=1), [0, 2, 1])
h = tf.reshape(h, [tf.shape(h)[0], 4])
h = tf.nn.softmax(h) + tf.sqrt(tf.abs(h)) + k.activations.gelu(h) + k.backend.sum(h, axis=1, keepdims=True)
h = tf.math.l2_normalize(tf.gather(h, [0, 2], axis=1), axis=-1)
h = tf.pad(h, [[0, 0], [1, 0]]) + tf.tile(h[:, :1], [1, 3])
model = k.Model(i, k.layers.Dense(1)(h))
model.compile(k.optimizers.SGD(0.01), "mse")
x = normal(8, 4)
y = x[:, :1]
""",
    ),
    "operations": (
        "keras3",
        """
ops = k.ops
i = k.Input((4,), name="i")
h = k.layers.Dense(4)(i) * 2.0 + 1.0
h = 1.0 - h / 3.0
h = ops.reshape(h, (-1, 2, 2))[:, 0]
h = ops.concatenate([h, ops.relu(i)], axis=-1)
h = h - ops.mean(h, axis=-1, keepdims=True) + ops.cast(i[:, :1] > 0.5, "float32")
a, b = ops.split(h, 2, axis=-1)
h = ops.where(a > b, ops.maximum(a, b) ** 2, -a)
h = ops.squeeze(ops.expand_dims(ops.clip(h, -1.0, 1.0), 1), 1)
h = ops.matmul(h, np.ones((3, 2), "float32"))
h = ops.transpose(ops.stack([h, ops.exp(h)], axis=1), (0, 2, 1))
h = ops.reshape(h, (-1, 4))
h = ops.softmax(h) + ops.sqrt(ops.abs(h)) + k.activations.gelu(h) + ops.sum(h, axis=1, keepdims=True)
h = ops.normalize(ops.take(h, [0, 2], axis=1), axis=-1)
h = ops.pad(h, [[0, 0], [1, 0]]) + ops.tile(h[:, :1], (1, 3)) + ops.leaky_relu(h[..., :1], 0.3)
h = ops.einsum("ij,kj->ik", h, np.ones((2, 3), "float32")) + ops.logsumexp(h, axis=1, keepdims=True)
model = k.Model(i, k.layers.Dense(1)(h))
model.compile(k.optimizers.SGD(0.01), "mse")
x = normal(8, 4)
y = x[:, :1]
""",
    ),
}

# Models with classes of their own, which whoever loads them must have.
OWN_CLASSES = {
    "subclassed": """
@k.saving.register_keras_serializable(package="peers")
class Scaled(k.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = k.layers.Dense(units)
    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")
        self.shift = self.add_weight(name="shift", shape=(input_shape[-1],), initializer="ones", trainable=False)
        self.dense.build(input_shape)
        self.built = True
    def call(self, x):
        return self.dense(x * self.factor + self.shift)
    def get_config(self):
        return {**super().get_config(), "units": self.units}

@k.saving.register_keras_serializable(package="peers")
class Tower(k.Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.zero = [k.layers.Dense(units), [k.layers.Dense(units)], {"k": k.layers.Dense(units)}]
        self.out = k.layers.Dense(1)
        self._private = k.layers.Dense(2)
        self.block = Scaled(2)
        self.named = {"q": k.layers.Dense(2)}
    def call(self, x):
        x = self.zero[2]["k"](self.zero[1][0](self.zero[0](x)))
        return self.out(self._private(self.block(self.named["q"](x))))
    def get_config(self):
        return {**super().get_config(), "units": self.units}

model = Tower(5)
model(np.zeros((2, 4), "float32"))
model.compile("adagrad", "mse")
x = normal(8, 4)
y = x[:, :1]
""",
}

# Optimizers of a small model; all in one archive. The old ones are tf.keras 2's of before 2.11.
OPTIMIZERS = {
    "sgd": "k.optimizers.SGD(0.1)",
    "momentum": "k.optimizers.SGD(k.optimizers.schedules.CosineDecay(0.1, 5), momentum=0.9)",
    "adam": "k.optimizers.Adam(0.01, amsgrad=True, global_clipnorm=1.0)",
    "adamw": "k.optimizers.AdamW(0.01, weight_decay=0.1)",
    "adadelta": "k.optimizers.Adadelta(1.0)",
    "adagrad": "k.optimizers.Adagrad(0.1)",
    "adamax": "k.optimizers.Adamax(0.01)",
    "adafactor": "k.optimizers.Adafactor(0.01)",
    "nadam": "k.optimizers.Nadam(0.01)",
    "ftrl": "k.optimizers.Ftrl(0.1, l1_regularization_strength=0.001)",
    "rmsprop": "k.optimizers.RMSprop(0.01, momentum=0.5, centered=True)",
    "lion": "k.optimizers.Lion(0.01)",
    "average": "k.optimizers.SGD(0.1, momentum=0.9, use_ema=True)",
}
OLD_OPTIMIZERS = {
    "old_sgd": "k.optimizers.legacy.SGD(0.1, momentum=0.9, decay=0.1)",
    "old_adam": "k.optimizers.legacy.Adam(0.01, amsgrad=True)",
    "old_adadelta": "k.optimizers.legacy.Adadelta(1.0)",
    "old_adagrad": "k.optimizers.legacy.Adagrad(0.1)",
    "old_adamax": "k.optimizers.legacy.Adamax(0.01)",
    "old_nadam": "k.optimizers.legacy.Nadam(0.01)",
    "old_ftrl": "k.optimizers.legacy.Ftrl(0.1)",
    "old_rmsprop": "k.optimizers.legacy.RMSprop(0.01, momentum=0.5, centered=True)",
}
OF_OPTIMIZER = """
model = k.Sequential([k.Input((3,)), k.layers.Dense(2, name="d"), k.layers.Dense(1, name="e")])
model.compile({optimizer}, "mse")
x = normal(8, 3)
y = x[:, :1]
"""


def programs(which):
    """The programs that a Keras can run, by name."""
    found = dict(MODELS)
    found |= {name: source for name, (only, source) in ONLY.items() if which in (only, "unikeras")}
    optimizers = OPTIMIZERS | (OLD_OPTIMIZERS if which != "keras3" else {})
    found |= {f"optimizer_{name}": OF_OPTIMIZER.format(optimizer=call) for name, call in optimizers.items()}
    return found


def run(source, k, which, tf=None):
    """Run a program: (model, x, y)."""
    import numpy as np

    generator = np.random.default_rng(1)
    names = {
        "k": k,
        "np": np,
        "tf": tf,
        "name": which,
        "normal": lambda *shape: generator.normal(size=shape).astype("float32"),
    }
    exec(source, names)  # the programs of this file
    return names["model"], names["x"], names["y"]


def predictions(model, x):
    """The outputs as a list of NumPy arrays."""
    import numpy as np

    found = model.predict(x, verbose=0)
    return [np.asarray(p) for p in (found if isinstance(found, list) else [found])]


def step(model, x, y):
    """One epoch of one step."""
    size = len(x[0] if isinstance(x, list) else x)
    model.fit(x, y, epochs=1, batch_size=int(size), verbose=0, shuffle=False)
