"""What is measured, with which peers, and which ratios are aimed at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Peer:
    """One way to run a program: its interpreter ("product" or "peers"), program, arguments and
    environment."""

    name: str
    home: str
    program: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Item:
    """One line group of the table: peers that are compared, the first being unikeras.

    ``targets`` maps a peer to the ratio (unikeras / peer) that is aimed at: at most that.
    """

    name: str
    title: str
    # "turns" (workers asked in turn), "cold" or "warm" (whole processes timed, with an empty or a filled compilation
    # cache), "report" (a process that measures)
    kind: str
    peers: list[Peer]
    targets: dict[str, float] = field(default_factory=dict)
    key: str = "seconds"


ENVIRONMENTS = {
    "unikeras": ("product", {"KERAS_BACKEND": "jax"}),
    "tf.keras": ("peers", {"TF_USE_LEGACY_KERAS": "1"}),
    "keras3-tensorflow": ("peers", {"TF_USE_LEGACY_KERAS": "0", "KERAS_BACKEND": "tensorflow"}),
    "keras3-jax": ("peers", {"KERAS_BACKEND": "jax"}),
    "keras3-torch": ("peers", {"KERAS_BACKEND": "torch"}),
}


def framework(name: str, program: str, *arguments: str, label: str | None = None) -> Peer:
    home, environment = ENVIRONMENTS[name]
    return Peer(label or name, home, program, (name, *arguments), dict(environment))


KERAS = ("tf.keras", "keras3-tensorflow", "keras3-jax", "keras3-torch")
# Nets of programs/nets.py: what they are, and the ratio to the fastest of tf.keras and Keras 3's engines that is aimed at in training.
NETS = {
    "cnn": ("six convolutions, 28x28 images, batch 32", 1.25),
    "separable": ("six separable convolutions, 28x28 images, batch 32", 0.75),
    "lstm": ("LSTM of 64 units over 200 words, batch 32", 0.7),
    "bilstm": ("two bidirectional LSTMs of 32 units over 100 words, batch 32", 0.65),
    "gru": ("GRU of 64 units over 200 words, batch 32", 0.7),
    "transformer": ("a Transformer encoder, 2 blocks, 64 wide, 4 heads, 100 words, batch 32", 0.75),
}


def networks() -> list[Item]:
    """Training and prediction of nets with convolutions, recurrences and attention, and how long they take to start."""
    found = []
    for mode, what in (("train", "an epoch"), ("predict", "prediction")):
        for net, (title, target) in NETS.items():
            peers = [framework(n, "nets.py", net, mode) for n in ENVIRONMENTS]
            peers.append(Peer("plain PyTorch", "peers", "nets_torch.py", (net, mode)))
            aims = dict.fromkeys(KERAS, target) if mode == "train" else {}
            found.append(Item(f"{net}-{mode}", f"{what}: {title}", "turns", peers, aims))
    for net, title in (("stacked-lstm", "three stacked LSTMs"), ("resnet50", "ResNet-50")):
        peers = [framework(n, "start.py", net) for n in ("unikeras", "tf.keras", "keras3-jax")]
        title = f"{title}: python to the end of the first training step, no compilation cache"
        found.append(Item(f"start-{net}", title, "cold", peers, {"keras3-jax": 1.0}))
    return found


PIPELINES = {
    "arrays": "20,000 images from memory: shuffle, batch, prefetch",
    "map": "the same as bytes, normalised by map",
    "csv": "10,000 lines of five CSV shards: interleave, shuffle, decode_csv",
    "records": "500 records of JPEG pictures: decoded, resized",
    "generator": "5,000 rows of a Python generator",
    "padded": "5,000 texts as numbers: padded_batch",
}


def pipelines() -> list[Item]:
    """Input pipelines alone and in `fit`, a function of a hundred operations, and one eager operation."""
    found = []
    for mode, what in (("alone", "an epoch of batches"), ("fit", "an epoch of fit")):
        for name, title in PIPELINES.items():
            peers = [framework(n, "pipeline.py", name, mode) for n in ("unikeras", "tf.keras")]
            found.append(Item(f"{name}-{mode}", f"{what}: {title}", "turns", peers, {"tf.keras": 1.0}))
    for mode, title in (("function", "a tf.function of 100 operations"), ("eager", "one eager addition")):
        peers = [framework(n, "low_level.py", mode) for n in ("unikeras", "tf.keras")]
        found.append(Item(f"low-level-{mode}", f"{title}, 1,000 numbers", "turns", peers, {"tf.keras": 1.0}))
    return found


def items() -> list[Item]:
    """What is measured. The targets are those set for the project (docs/architecture.md)."""
    every = list(ENVIRONMENTS)
    on_tf = ["unikeras", "tf.keras", "keras3-tensorflow"]
    return [
        Item(
            "epoch",
            "an epoch of the seed's model, batch 32, with validation",
            "turns",
            [
                *(framework(n, "epoch_keras.py") for n in every),
                Peer("hand-written JAX", "product", "epoch_jax.py"),
                Peer("plain PyTorch", "peers", "epoch_torch.py"),
            ],
            {
                "hand-written JAX": 1.15,
                "keras3-jax": 1 / 1.7,
                "keras3-tensorflow": 1 / 1.7,
                "keras3-torch": 1 / 1.7,
                "tf.keras": 1 / 5,
            },
        ),
        Item(
            "tape",
            "a step of an eager GradientTape loop",
            "turns",
            [framework(n, "tape.py", "eager") for n in on_tf],
            {"tf.keras": 1 / 3, "keras3-tensorflow": 1 / 3},
        ),
        Item(
            "function",
            "the same step under tf.function",
            "turns",
            [framework(n, "tape.py", "function") for n in on_tf],
            {"tf.keras": 1.0, "keras3-tensorflow": 1.0},
        ),
        Item(
            "predict",
            "model.predict on one sample",
            "turns",
            [
                *(framework(n, "predict.py", "predict") for n in every),
                Peer("compiled call", "product", "predict.py", ("unikeras", "compiled")),
            ],
            {"compiled call": 2.0},
        ),
        Item(
            "call",
            "model(x) on one sample, fetched",
            "turns",
            [
                *(framework(n, "predict.py", "call") for n in every),
                Peer("compiled call", "product", "predict.py", ("unikeras", "compiled")),
            ],
        ),
        Item(
            "import",
            "importing, the whole process",
            "warm",
            [
                Peer("unikeras", "product", "-c", ("import unikeras",), {"KERAS_BACKEND": "jax"}),
                Peer(
                    "unikeras and a first tensor",  # which loads the engine
                    "product",
                    "-c",
                    ("import unikeras as tf; tf.constant(1.0)",),
                    {"KERAS_BACKEND": "jax"},
                ),
                Peer("import jax", "product", "-c", ("import jax",)),
                Peer(
                    "tf.keras",
                    "peers",
                    "-c",
                    ("from tensorflow import keras; keras.Model",),
                    {"TF_USE_LEGACY_KERAS": "1"},
                ),
                Peer("keras3-jax", "peers", "-c", ("import keras",), {"KERAS_BACKEND": "jax"}),
            ],
            {"import jax": 1.3},
        ),
        *networks(),
        *pipelines(),
        Item(
            "cold",
            "python to the end of the first epoch, no compilation cache",
            "cold",
            [framework(n, "cold_start.py") for n in every],
            {"keras3-jax": 0.5, "tf.keras": 0.25},
        ),
        Item(
            "warm",
            "the same, unikeras with its compilation cache",
            "warm",
            [framework(n, "cold_start.py") for n in every],
            {"keras3-jax": 0.5, "tf.keras": 0.25},
        ),
        Item(
            "memory-predict",
            "resident memory's growth over 10,000 predict calls (MB)",
            "report",
            [framework("unikeras", "memory.py", "predict", "10000")],
            key="growth_mb",
        ),
        Item(
            "memory-fit",
            "resident memory's growth over 200 fit calls (MB)",
            "report",
            [framework("unikeras", "memory.py", "fit", "200")],
            key="growth_mb",
        ),
    ]
