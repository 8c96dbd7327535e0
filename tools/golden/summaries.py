"""Golden data for model.summary(): the tables that Keras 3 and tf_keras print for several models.
See common.py.

A model is a Python function body in text, so that a test builds the same model with ``keras`` bound to
unikeras's.
"""

# ruff: noqa: B023 (every closure here is called at once, before its loop goes on)

import common

MODELS = {
    "seed": """
model = keras.models.Sequential([
    keras.layers.Flatten(input_shape=[28, 28]),
    keras.layers.Dense(300, activation="relu"),
    keras.layers.Dense(100, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
""",
    "seed, compiled and trained one batch": """
import numpy as np
model = keras.models.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
model.compile(loss="mse", optimizer="adam")
model.train_on_batch(np.ones((2, 3), "float32"), np.ones((2, 1), "float32"))
""",
    "dropout and batch normalization": """
model = keras.Sequential(name="regular")
model.add(keras.Input((20,)))
model.add(keras.layers.Dense(8, use_bias=False))
model.add(keras.layers.BatchNormalization())
model.add(keras.layers.Activation("relu"))
model.add(keras.layers.Dropout(0.5))
model.add(keras.layers.Dense(1))
""",
    "unbuilt": """
model = keras.Sequential([keras.layers.Dense(4, name="first"), keras.layers.Dense(2, name="second")])
""",
    "two inputs": """
wide = keras.Input((5,), name="wide")
deep = keras.Input((6,), name="deep")
hidden = keras.layers.Dense(30, activation="relu")(deep)
hidden = keras.layers.Dense(30, activation="relu")(hidden)
joined = keras.layers.Concatenate()([wide, hidden])
main = keras.layers.Dense(1, name="main")(joined)
extra = keras.layers.Dense(1, name="extra")(hidden)
model = keras.Model([wide, deep], [main, extra])
""",
    "nested": """
inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)], name="inner")
x = keras.Input((4,))
model = keras.Model(x, keras.layers.Dense(1)(inner(x)), name="outer")
""",
    "frozen": """
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, trainable=False), keras.layers.Dense(2)])
""",
    "sequence": """
model = keras.Sequential([
    keras.Input((None,), dtype="int32"), keras.layers.Embedding(100, 8), keras.layers.LayerNormalization(),
])
""",
    "long names": """
model = keras.Sequential([
    keras.Input((4,)), keras.layers.Dense(3, name="a_layer_with_a_rather_long_name_indeed"),
])
""",
}
CALLS = [{}, {"line_length": 100}, {"expand_nested": True}, {"show_trainable": True}]


def cases(ctx):
    for title, source in MODELS.items():
        for call in CALLS:
            if call and title not in ("nested", "frozen", "seed"):
                continue
            answers = {}
            for framework, keras in ctx.frameworks.items():
                keras.backend.clear_session()
                names = {"keras": keras}
                try:
                    exec(source, names)  # our own text above
                    printed = []
                    # Keras 3 hands over the whole table at once, tf_keras line by line
                    names["model"].summary(print_fn=lambda text, *_, **__: printed.append(text), **call)
                    answers[framework] = {"text": "\n".join(printed)}
                except Exception as error:
                    answers[framework] = common.error_of(error)
            yield {
                "id": f"{title}:{call}",
                "kind": "summary",
                "source": source,
                "call": call,
                "answers": answers,
            }


if __name__ == "__main__":
    common.main("summaries", cases, check_jax=False)
