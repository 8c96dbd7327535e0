"""`unikeras demo`: a first model, from the data to the saved file."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

CLASSES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

INK, MUTED, LINE = "#1f2937", "#6b7280", "#e5e7eb"
BLUE, ORANGE, RED, GREEN = "#2563eb", "#ea8a0c", "#dc2626", "#15803d"


def main(full: bool = False, epochs: int = 10, output: str = "demo-output") -> int:
    """Train the 784-300-100-10 classifier on Fashion-MNIST and keep what comes of it.

    Args:
        full: all 70,000 images (from the cache, or downloaded) instead of the built-in sample.
        epochs: how often to go through the training images.
        output: the folder for `learning_curves.png`, `predictions.png` and `model.keras`.

    Returns:
        0, or 1 if something that it needs is missing (it says what, on stderr).
    """
    try:
        import matplotlib
    except ImportError:
        print('The demo draws pictures with matplotlib: pip install "unikeras[plot]"', file=sys.stderr)
        return 1
    matplotlib.use("Agg")
    from unikeras import keras

    fashion_mnist = keras.datasets.fashion_mnist
    try:
        train, (x_test, y_test) = fashion_mnist.load_data() if full else fashion_mnist.load_data(sample=True)
    except (ImportError, OSError) as error:  # the sample is not installed; the full set is not to be had
        print(error, file=sys.stderr)
        return 1
    held_out = len(train[0]) // 12  # 5,000 of 60,000
    x_valid, y_valid = train[0][:held_out], train[1][:held_out]
    x_train, y_train = train[0][held_out:], train[1][held_out:]
    print(
        f"Fashion-MNIST: {len(x_train):,} images to train on, {len(x_valid):,} to validate, "
        f"{len(x_test):,} to test{'' if full else ' (the built-in sample; --full takes all)'}"
    )

    mean, deviation = x_train.mean(), x_train.std()

    def scale(images: np.ndarray) -> np.ndarray:
        return ((images - mean) / deviation).astype("float32")

    keras.utils.set_random_seed(42)
    model = keras.models.Sequential(
        [
            keras.layers.Flatten(input_shape=(28, 28)),
            keras.layers.Dense(300, activation="relu"),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.summary()
    start = time.perf_counter()
    history = model.fit(
        scale(x_train), y_train, epochs=epochs, validation_data=(scale(x_valid), y_valid)
    ).history
    seconds = (time.perf_counter() - start) / epochs
    loss, accuracy = model.evaluate(scale(x_test), y_test, verbose=0)
    print_table(history, loss, accuracy, seconds)

    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    draw_curves(history, folder / "learning_curves.png")
    draw_predictions(model.predict(scale(x_test), verbose=0), x_test, y_test, folder / "predictions.png")
    model.save(folder / "model.keras")
    print("\nSaved:")
    for name in ("learning_curves.png", "predictions.png", "model.keras"):
        print(f"  {folder / name}")
    return 0


def print_table(history: dict[str, list[float]], loss: float, accuracy: float, seconds: float) -> None:
    """Print how training ended and what the test says."""
    rows = [
        ("training", history["loss"][-1], history["accuracy"][-1]),
        ("validation", history["val_loss"][-1], history["val_accuracy"][-1]),
        ("test", loss, accuracy),
    ]
    print(f"\n{'':<12}{'loss':>8}{'accuracy':>12}")
    for name, its_loss, its_accuracy in rows:
        print(f"{name:<12}{its_loss:>8.4f}{its_accuracy:>12.4f}")
    print(f"{seconds:.2f} s an epoch, compilation included")


def draw_curves(history: dict[str, list[float]], path: Path) -> None:
    """Draw loss and accuracy over the epochs.

    Args:
        history: `History.history` with `loss`, `accuracy` and their `val_` twins.
        path: the PNG file.
    """
    import matplotlib.pyplot as plt
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    figure, panels = plt.subplots(1, 2, figsize=(10, 4), layout=layout)
    epochs = range(1, len(history["loss"]) + 1)
    for axes, name in zip(panels, ("loss", "accuracy"), strict=True):
        for key, color, label in ((name, BLUE, "training"), (f"val_{name}", ORANGE, "validation")):
            axes.plot(epochs, history[key], color=color, linewidth=2, marker="o", markersize=4, label=label)
        axes.set_title(name.capitalize(), loc="left", color=INK, fontsize=13, fontweight="bold")
        axes.set_xlabel("epoch", color=MUTED)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(colors=MUTED, length=0)
        axes.grid(axis="y", color=LINE)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(LINE)
        axes.legend(frameon=False, labelcolor=INK, loc="upper right" if name == "loss" else "lower right")
    panels[1].yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))  # whole percents
    panels[1].yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    figure.savefig(path, dpi=150)
    plt.close(figure)


def draw_predictions(
    probabilities: Any, images: np.ndarray, labels: np.ndarray, path: Path, rows: int = 4, columns: int = 8
) -> None:
    """Draw test images with what the model takes them for; mistakes are marked.

    Args:
        probabilities: the model's answers, `(images, 10)`.
        images: `(images, 28, 28)`, grey values.
        labels: the true classes.
        path: the PNG file.
        rows: how many rows of images.
        columns: how many in a row.
    """
    import matplotlib.pyplot as plt
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06)
    figure, panels = plt.subplots(rows, columns, figsize=(columns * 1.35, rows * 1.75 + 0.5), layout=layout)
    right = sum(int(p.argmax()) == label for p, label in zip(probabilities, labels, strict=True))
    figure.suptitle(
        f"{right:,} of {len(labels):,} test images recognised ({right / len(labels):.1%})",
        x=0.01,
        ha="left",
        color=INK,
        fontsize=13,
        fontweight="bold",
    )
    for axes, answer, image, label in zip(panels.flat, probabilities, images, labels, strict=False):
        guess = int(answer.argmax())
        correct = guess == label
        axes.imshow(image, cmap="binary", interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(color=LINE if correct else RED, linewidth=1 if correct else 2.5)
        axes.set_title(
            f"{CLASSES[guess]} {answer[guess]:.0%}", color=GREEN if correct else RED, fontsize=9, pad=3
        )
        axes.set_xlabel("" if correct else f"is: {CLASSES[int(label)]}", color=INK, fontsize=9, labelpad=2)
    figure.savefig(path, dpi=150)
    plt.close(figure)
