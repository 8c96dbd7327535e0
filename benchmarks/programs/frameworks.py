"""The one difference between the peers' programs: what is imported."""

from __future__ import annotations


def load(framework: str):
    """The ``tf`` and ``keras`` modules of a framework (``tf`` is None for Keras 3 without TensorFlow).

    ``tf.keras`` and ``keras3-tensorflow`` are told apart by TF_USE_LEGACY_KERAS, Keras 3's engines by
    KERAS_BACKEND; ``run.py`` sets both.
    """
    if framework == "unikeras":
        import unikeras as tf
        from unikeras import keras

        return tf, keras
    if framework in ("tf.keras", "keras3-tensorflow"):
        import tensorflow as tf
        from tensorflow import keras

        return tf, keras
    import keras

    return None, keras


def seed_model(keras):
    """The seed's classifier, 784-300-100-10, compiled as the seed does."""
    model = keras.models.Sequential(
        [
            keras.Input(shape=[28, 28]),
            keras.layers.Flatten(),
            keras.layers.Dense(300, activation="relu"),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd", metrics=["accuracy"])
    return model
