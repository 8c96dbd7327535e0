"""Golden data for keras.preprocessing: texts as numbers, skipgrams, windows, affine transforms, ImageDataGenerator; the
names are tf_keras's. See common.py.

What is drawn at random is drawn after seeding Python's and NumPy's generators, so that the numbers can be compared.
"""

import json
import random

import common
import numpy as np

rng = np.random.default_rng(3)
IMAGE = rng.uniform(0, 255, (6, 6, 3)).astype("float32").round()
WIDE = rng.uniform(-3, 300, (3, 5, 4)).astype("float32").round(1)
BATCH = rng.uniform(0, 255, (5, 6, 6, 3)).astype("float32").round()
TEXTS = [
    "The cat sat on the mat.",
    "the dog, the cat & the bird!",
    "A dog's life\tis\na life",
    "",
    "Ünïcode Ωords and 123 numbers",
]
LAST = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}

AFFINE = [
    {"theta": 30},
    {"tx": 1.5},
    {"ty": -2.25},
    {"shear": 20},
    {"zx": 0.7, "zy": 1.3},
    {"theta": -75, "tx": 1.2, "ty": 0.4, "shear": 10, "zx": 1.1, "zy": 0.8},
    {},
]
GENERATORS = [
    {"rotation_range": 40},
    {"width_shift_range": 0.3, "height_shift_range": 0.2},
    {"width_shift_range": 3, "height_shift_range": 2},
    {"width_shift_range": [-2, 1, 3], "height_shift_range": [0.1, 0.2]},
    {"width_shift_range": 2.5, "height_shift_range": 1.0},
    {"shear_range": 25.0, "fill_mode": "reflect"},
    {"zoom_range": 0.3, "fill_mode": "wrap"},
    {"zoom_range": [0.6, 1.1], "fill_mode": "constant", "cval": 9.0},
    {"channel_shift_range": 60.0},
    {"horizontal_flip": True, "vertical_flip": True},
    {"brightness_range": [0.5, 1.5]},
    {
        "rotation_range": 20,
        "shear_range": 5.0,
        "zoom_range": 0.2,
        "channel_shift_range": 20.0,
        "horizontal_flip": True,
        "vertical_flip": True,
        "brightness_range": [0.8, 1.2],
        "rescale": 1 / 255,
        "interpolation_order": 0,
    },
]
STANDARD = [
    {"rescale": 1 / 255},
    {"samplewise_center": True},
    {"samplewise_center": True, "samplewise_std_normalization": True, "rescale": 0.5},
    {"featurewise_center": True},
    {"featurewise_center": True, "featurewise_std_normalization": True},
    {"featurewise_center": True, "zca_whitening": True, "zca_epsilon": 1e-2},
]


def attempt(fn):
    try:
        return fn()
    except Exception as error:
        return common.error_of(error)


def entry(kind, title, answer, **more):
    return {"id": f"{kind}:{title}", "kind": kind, **more, "answers": {"tf_keras": answer}}


def cases(ctx):
    preprocessing = ctx.frameworks["tf_keras"].preprocessing
    yield from texts(preprocessing.text)
    yield from sequences(preprocessing.sequence)
    yield from affine(preprocessing.image)
    yield from generators(preprocessing.image)


def texts(text):
    settings = [
        {},
        {"num_words": 4},
        {"num_words": 4, "oov_token": "<OOV>"},
        {"char_level": True},
        {"char_level": True, "lower": False, "oov_token": "?"},
        {"lower": False, "filters": "", "split": " "},
        {"split": "t"},
    ]
    unseen = ["the unseen cat", "mat mat", "", "life is the best"]
    for kwargs in settings:
        tokenizer = text.Tokenizer(**kwargs)
        tokenizer.fit_on_texts(TEXTS)
        sequences = tokenizer.texts_to_sequences(unseen)
        answer = {
            "word_index": json.dumps(tokenizer.word_index),
            "index_word": json.dumps(tokenizer.index_word),
            "word_counts": json.dumps(tokenizer.word_counts),
            "word_docs": json.dumps(tokenizer.word_docs, sort_keys=True),
            "index_docs": json.dumps(tokenizer.index_docs, sort_keys=True),
            "sequences": sequences,
            "texts": tokenizer.sequences_to_texts([*sequences, [0, 1, 99, 3]]),
            "json": tokenizer.to_json(sort_keys=True),
        }
        if not kwargs.get("char_level"):
            for mode in ("binary", "count", "tfidf", "freq"):
                answer[mode] = tokenizer.texts_to_matrix(["the cat the", "mat dog mat life"], mode=mode)
        yield entry("tokenizer", kwargs, answer, kwargs=kwargs, texts=TEXTS, unseen=unseen)
    for kwargs in ({}, {"lower": False}, {"filters": "aT"}, {"split": "t", "filters": "o"}):
        answer = {"words": [text.text_to_word_sequence(t, **kwargs) for t in TEXTS]}
        yield entry("words", kwargs, answer, kwargs=kwargs, texts=TEXTS)
    answer = {"numbers": [text.hashing_trick(t, 50, "md5") for t in TEXTS]}
    yield entry("md5", 50, answer, texts=TEXTS)


def sequences(sequence):
    yield entry("table", 20, {"table": sequence.make_sampling_table(20, 1e-3)}, size=20, factor=1e-3)
    for kwargs in (
        {"window_size": 1},
        {"window_size": 2, "negative_samples": 0.0, "shuffle": False},
        {"window_size": 2, "negative_samples": 2.0, "seed": 3},
        {"window_size": 3, "negative_samples": 0.5, "categorical": True, "seed": 4},
        {"window_size": 2, "sampling_table": [0.5] * 9, "seed": 5},
    ):
        random.seed(11)
        pairs, labels = sequence.skipgrams([1, 2, 0, 3, 8, 2, 5], 9, **({"seed": 7} | kwargs))
        yield entry("skipgrams", kwargs, {"pairs": pairs, "labels": labels}, kwargs={"seed": 7} | kwargs)
    series, targets = np.arange(20.0).reshape(10, 2), np.arange(10.0)
    for kwargs in (
        {"length": 3, "batch_size": 4},
        {"length": 4, "sampling_rate": 2, "stride": 2, "batch_size": 2},
        {"length": 2, "start_index": 2, "end_index": 7, "reverse": True, "batch_size": 3},
        {"length": 2, "shuffle": True, "batch_size": 3},
        {"length": 10, "batch_size": 3},
    ):

        def windows(kwargs=kwargs):
            found = sequence.TimeseriesGenerator(series, targets, **kwargs)
            np.random.seed(5)
            batches = [found[i] for i in range(len(found))]
            return {"x": [x for x, _ in batches], "y": [y for _, y in batches]}

        yield entry("windows", kwargs, attempt(windows), kwargs=kwargs, series=series, targets=targets)


def affine(image):
    for kwargs in AFFINE:
        for order in (0, 1):
            for mode in ("nearest", "constant", "reflect", "wrap"):
                call = {**kwargs, "order": order, "fill_mode": mode, "cval": 7.0, **LAST}
                answer = {"image": image.apply_affine_transform(IMAGE, **call)}
                yield entry("affine", call, answer, kwargs=call, image=IMAGE)
    first = {"theta": 25, "tx": 1, "row_axis": 1, "col_axis": 2, "channel_axis": 0}
    x = IMAGE.transpose(2, 0, 1)
    yield entry(
        "affine", "channels first", {"image": image.apply_affine_transform(x, **first)}, kwargs=first, image=x
    )
    oblong = {"theta": 30, **LAST}
    answer = {"image": image.apply_affine_transform(IMAGE[:3], **oblong)}
    yield entry("affine", "oblong", answer, kwargs=oblong, image=IMAGE[:3])
    calls = {
        "random_rotation": (40,),
        "random_shift": (0.3, 0.2),
        "random_shear": (20,),
        "random_zoom": ((0.7, 1.2),),
        "random_channel_shift": (50.0, 2),
    }
    for name, args in calls.items():
        kwargs = {} if name == "random_channel_shift" else LAST
        np.random.seed(1)
        answer = {"image": getattr(image, name)(IMAGE, *args, **kwargs)}
        yield entry("random", name, answer, name=name, args=list(args), kwargs=kwargs, image=IMAGE)
    wide = WIDE[:, :, :3]
    for name, args in {
        "apply_channel_shift": [(IMAGE, 30.0, 2), (wide, -4.0, 2)],
        "apply_brightness_shift": [
            (IMAGE, 1.4),
            (IMAGE, 0.6, False),
            (wide, 0.6, False),
            (wide, 1.3, True),
            (IMAGE[:, :, :1], 0.5),
        ],
    }.items():
        for number, arguments in enumerate(args):
            answer = attempt(lambda name=name, a=arguments: {"image": np.asarray(getattr(image, name)(*a))})
            yield entry(
                "random",
                f"{name} {number}",
                answer,
                name=name,
                args=list(arguments[1:]),
                kwargs={},
                image=arguments[0],
            )
    np.random.seed(2)
    answer = {"image": image.random_brightness(IMAGE, (0.5, 1.5))}
    yield entry(
        "random",
        "random_brightness",
        answer,
        name="random_brightness",
        args=[[0.5, 1.5]],
        kwargs={},
        image=IMAGE,
        seed=2,
    )


def generators(image):
    for kwargs in GENERATORS:
        generator = image.ImageDataGenerator(**kwargs)
        labels = np.array([0, 1, 2, 1, 0])
        flow = generator.flow(BATCH, labels, batch_size=2, seed=6)
        batches = [next(flow) for _ in range(4)]
        indexed = generator.flow(BATCH, labels, batch_size=3, seed=6)
        parameters = generator.get_random_transform((6, 6, 3), seed=8)
        answer = {
            "x": [x for x, _ in batches],
            "y": [y for _, y in batches],
            "indexed": [indexed[i][1] for i in (1, 0)],
            "transformed": np.asarray(generator.apply_transform(BATCH[0], parameters)),
            "parameters": {k: None if v is None else float(v) for k, v in parameters.items()},
        }
        yield entry("generator", kwargs, answer, kwargs=kwargs, images=BATCH, labels=labels)
    for kwargs in STANDARD:
        generator = image.ImageDataGenerator(**kwargs)
        generator.fit(BATCH)
        answer = {"image": np.asarray(generator.standardize(BATCH[1].copy()))}
        yield entry("standardize", kwargs, answer, kwargs=kwargs, images=BATCH)
    generator = image.ImageDataGenerator(featurewise_center=True, rotation_range=30)
    generator.fit(BATCH, augment=True, rounds=2, seed=4)
    yield entry("fit", "augment", {"mean": np.asarray(generator.mean)}, images=BATCH)
    for name, kwargs in {
        "zoom": {"zoom_range": [1, 2, 3]},
        "brightness": {"brightness_range": 0.5},
        "split": {"validation_split": 1.5},
        "format": {"data_format": "NHWC"},
    }.items():
        answer = attempt(lambda kwargs=kwargs: {"made": bool(image.ImageDataGenerator(**kwargs))})
        yield entry("refused", name, answer, kwargs=kwargs)


if __name__ == "__main__":
    if common.ENGINE == "tensorflow":
        common.main("preprocessing", cases, check_jax=False)
