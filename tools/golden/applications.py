"""Golden data for keras.applications: the layers of every model, and the features that some find in an image. See common.py.

Models are built with random weights. Of each model the entry holds the numbers of layers and parameters and a digest of the list
of its layers: class, name, what they are called on, shapes of weights and of the output.
"""

import inspect
import os

os.environ["KERAS_BACKEND"] = "jax"

import common
import numpy as np
from application_models import features, summary

SIZES = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
# Small inputs, no top: the features averaged over the image.
FEATURES = [
    ("VGG16", {}),
    ("ResNet50", {}),
    ("ResNet50V2", {}),
    ("InceptionV3", {}),
    ("InceptionResNetV2", {}),
    ("Xception", {}),
    ("MobileNet", {"alpha": 0.25}),
    ("MobileNetV2", {"alpha": 0.35}),
    ("MobileNetV3Small", {"alpha": 0.75}),
    ("MobileNetV3Large", {"minimalistic": True}),
    ("DenseNet121", {}),
    ("NASNetMobile", {}),
    ("EfficientNetB0", {}),
    ("EfficientNetV2B0", {}),
    ("ConvNeXtTiny", {}),
]
PREPROCESSING = [
    "convnext", "densenet", "efficientnet", "efficientnet_v2", "inception_resnet_v2", "inception_v3", "mobilenet",
    "mobilenet_v2", "mobilenet_v3", "nasnet", "resnet", "resnet50", "resnet_v2", "vgg16", "vgg19", "xception",
]  # fmt: skip
IMAGE = np.arange(24, dtype="float32").reshape(1, 2, 4, 3) * 10


def cases(ctx):
    keras = ctx.frameworks["keras3"]
    zeros = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)  # noqa: E731
    initializers = keras.initializers
    drawn = [initializers.VarianceScaling, initializers.GlorotUniform, initializers.RandomNormal]
    for cls in drawn:
        cls.__call__ = zeros
    for name in sorted(n for n in dir(keras.applications) if n[0].isupper()):
        keras.backend.clear_session()
        model = getattr(keras.applications, name)(weights=None)
        signature = inspect.signature(getattr(keras.applications, name))
        yield {
            "id": f"layers:{name}",
            "kind": "layers",
            "name": name,
            "answers": {
                "keras3": summary(model) | {"arguments": sorted(signature.parameters)},
            },
        }
    for name, kwargs in FEATURES:
        keras.backend.clear_session()
        entry = {
            "id": f"features:{name}",
            "kind": "features",
            "name": name,
            "kwargs": kwargs,
            "size": SIZES.get(name, 32),
        }
        yield entry | {"answers": {"keras3": features(keras, entry)}}
    for name in PREPROCESSING:
        found = getattr(keras.applications, name).preprocess_input(IMAGE.copy())
        yield {
            "id": f"preprocess_input:{name}",
            "kind": "preprocess",
            "name": name,
            "x": IMAGE,
            "answers": {"keras3": {"output": np.asarray(found)}},
        }


if __name__ == "__main__":
    common.main("applications", cases, check_jax=False)
