"""What layers that change images draw, and what they do with dictionaries, bytes and single images."""

import numpy as np
import pytest

import unikeras as tf
from unikeras import keras
from unikeras.layers.preprocessing.image.random_gaussian_blur import RandomGaussianBlur

L = keras.layers
ROW = np.tile(np.arange(8, dtype="float32").reshape(1, 1, 8, 1), (400, 6, 1, 1))


def drawn(layer, images=ROW):
    return layer(tf.constant(images), training=True).numpy()


def test_flips_half_of_the_images():
    y = drawn(L.RandomFlip("horizontal", seed=1))
    flipped = y[:, 0, 0, 0] == 7
    assert 150 < flipped.sum() < 250
    assert np.array_equal(y[flipped], ROW[flipped][:, :, ::-1])
    assert np.array_equal(y[~flipped], ROW[~flipped])


def test_crops_lie_inside_at_every_place():
    y = drawn(L.RandomCrop(6, 3, seed=1))
    starts = y[:, 0, 0, 0]
    assert set(starts) == {0, 1, 2, 3, 4, 5}
    assert np.array_equal(y[:, :, :, 0] - starts[:, None, None], np.tile([0, 1, 2], (400, 6, 1)))


@pytest.mark.parametrize(
    ("layer", "low", "high"),
    [
        (L.RandomContrast((0.2, 0.6), seed=1), 0.8, 1.6),
        (L.RandomContrast(0.3, seed=1), 0.7, 1.3),
    ],
)
def test_contrast_is_uniform_in_its_range(layer, low, high):
    y = drawn(layer, ROW + 100)
    found = (y[:, 0, 7, 0] - y[:, 0, 0, 0]) / 7
    assert low <= found.min() < low + 0.02
    assert high - 0.02 < found.max() <= high + 1e-4
    assert np.mean(found) == pytest.approx((low + high) / 2, abs=0.05)


def test_a_number_means_both_directions():
    moved = drawn(L.RandomBrightness(0.2, seed=1), ROW + 100)[:, 0, 0, 0] - 100
    assert -51.01 <= moved.min() < -48
    assert 48 < moved.max() <= 51.01
    assert len(np.unique(moved)) > 390  # each image its own


@pytest.mark.skipif(keras.backend.backend() == "numpy", reason="no gradients")
@pytest.mark.parametrize(
    "layer",
    [
        L.RandomRotation((0.1, 0.1), fill_mode="wrap"),
        L.RandomZoom((0.3, 0.3), (-0.4, -0.4), fill_mode="reflect"),
        L.RandomTranslation((0.4, 0.4), (-0.3, -0.3), fill_mode="nearest"),
    ],
)
def test_gradients_of_moved_pixels(layer):
    """The result is linear in the pixels: the gradient of a weighted sum is that sum for images of a single pixel each."""
    random = np.random.default_rng(6)
    weights = random.normal(size=(1, 4, 7, 1)).astype("float32")
    x = tf.constant(random.uniform(size=(1, 4, 7, 1)).astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(layer(x, training=True) * weights)
    pixels = drawn(layer, np.eye(28, dtype="float32").reshape(28, 4, 7, 1))
    expected = (pixels * weights).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(tape.gradient(total, x).numpy().ravel(), expected, atol=1e-5)


def test_seeds():
    a, b, c = (drawn(L.RandomRotation(0.2, seed=s)) for s in (4, 4, 5))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


def test_probabilities():
    """A pair of equal numbers is the probability; a number f means (0, f)."""
    for factor, share in (((0.3, 0.3), 0.3), (0.6, 0.3), ((1, 1), 1.0), (0.0, 0.0)):
        inverted = (
            drawn(L.RandomInvert(factor, seed=2), np.zeros((400, 1, 1, 1), "float32"))[:, 0, 0, 0] == 255
        )
        assert inverted.mean() == pytest.approx(share, abs=0.08)


def test_erased_rectangles():
    y = drawn(
        L.RandomErasing((1, 1), scale=(0.25, 0.25), fill_value=9.0, seed=1),
        np.zeros((200, 8, 12, 1), "float32"),
    )
    assert np.all((y == 9).sum(axis=(1, 2, 3)) == 4 * 6)
    assert {int(v) for v in (y == 9).any(axis=(2, 3)).argmax(axis=1)} == {0, 1, 2, 3, 4}


def test_shear_goes_both_ways():
    image = np.zeros((100, 3, 9, 1), "float32")
    image[:, :, 4] = 1
    y = drawn(L.RandomShear(x_factor=(1, 1), seed=1), image)
    assert set(y[:, 1, :, 0].argmax(axis=1)) == {3, 5}


def test_elastic_displacements():
    ramp = np.tile(np.arange(30, dtype="float32").reshape(1, 1, 30, 1), (30, 30, 1, 1))
    moved = (drawn(L.RandomElasticTransform((1, 1), (1.0, 1.0), seed=1), ramp) - ramp)[:, 8:-8, 8:-8]
    assert moved.std() == pytest.approx(0.0282 * 30, rel=0.1)


@pytest.mark.parametrize("cls", [L.MixUp, L.CutMix])
def test_mixed_images_and_labels(cls):
    """Image i is full of i, so that its mean and its label say the same."""
    images = np.ones((16, 8, 8, 1), "float32") * np.arange(16, dtype="float32").reshape(-1, 1, 1, 1)
    data = {"images": tf.constant(images), "labels": tf.constant(np.eye(16, dtype="float32"))}
    found = cls(seed=3)(data, training=True)
    labels = found["labels"].numpy()
    np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(
        found["images"].numpy().mean(axis=(1, 2, 3)), labels @ np.arange(16), atol=1e-4
    )
    assert np.any((labels > 0.01) & (labels < 0.99))
    with pytest.raises(ValueError, match="one-hot"):
        cls()({"images": tf.constant(images), "labels": tf.range(16)}, training=True)


def test_masks_and_boxes_go_with_the_pixels():
    """A rectangle of 9s, as pixels, as a mask and as a box, stays together."""
    images = np.zeros((4, 10, 12, 1), "float32")
    images[:, 2:6, 3:8] = 9
    data = {
        "images": tf.constant(images),
        "segmentation_masks": tf.constant((images[..., 0] > 0).astype("int32")),
        "bounding_boxes": {
            "boxes": tf.constant(np.tile(np.array([[[3.0, 2, 8, 6]]], "float32"), (4, 1, 1))),
            "labels": tf.constant(np.ones((4, 1), "int32")),
        },
    }
    kind = {"bounding_box_format": "xyxy"}
    layers = [
        L.RandomFlip(seed=1, **kind),
        L.RandomTranslation((0.2, 0.2), (-0.25, -0.25), fill_mode="constant", **kind),
        L.RandomRotation((0.5, 0.5), fill_mode="constant", **kind),
        L.RandomZoom((-0.5, -0.5), fill_mode="constant", interpolation="nearest", **kind),
        L.Resizing(20, 24, interpolation="nearest", **kind),
        L.CenterCrop(6, 8, **kind),
    ]
    for layer in layers:
        found = layer(data, training=True)
        pixels = found["images"].numpy()[..., 0] > 4.5
        assert np.array_equal(found["segmentation_masks"].numpy() > 0, pixels), layer
        for i in range(4):
            rows, columns = np.flatnonzero(pixels[i].any(axis=1)), np.flatnonzero(pixels[i].any(axis=0))
            around = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
            np.testing.assert_allclose(found["bounding_boxes"]["boxes"].numpy()[i, 0], around, atol=0.51)
    with pytest.raises(NotImplementedError, match="bounding boxes"):
        L.RandomPerspective(**kind)(data, training=True)
    with pytest.raises(ValueError, match="bounding_box_format"):
        L.RandomFlip()(data, training=True)


def test_bytes_and_single_images():
    image = np.array([[[10], [250]]], "uint8")
    y = L.RandomBrightness((0.1, 0.1), dtype="uint8")(image, training=True)
    assert y.dtype == "uint8"
    assert y.numpy().ravel().tolist() == [36, 255]
    assert L.RandomBrightness((0.1, 0.1))(image, training=True).numpy().ravel().tolist() == [35.5, 255.0]
    first = L.RandomCrop(1, 1, data_format="channels_first")(np.ones((3, 4, 5), "float32"), training=True)
    assert first.shape == (3, 1, 1)


def test_inside_of_a_fitted_model():
    """The first layers of a model change images in fit, and nothing at inference."""
    x = np.random.default_rng(0).uniform(0, 255, (8, 6, 6, 3)).astype("float32")
    start = [L.RandomFlip(), L.RandomRotation(0.1), RandomGaussianBlur(), L.RandomCrop(4, 4)]
    model = keras.Sequential([keras.Input((6, 6, 3)), *start, L.Flatten(), L.Dense(1)])
    model.compile("sgd", "mse")
    if tf.keras.backend.backend() != "numpy":
        assert np.isfinite(model.fit(x / 255, np.ones((8, 1)), verbose=0).history["loss"][0])
    a, b = (model.predict(x, verbose=0) for _ in range(2))
    assert np.array_equal(a, b)
    assert L.Resizing(3, 3)(x).shape == (8, 3, 3, 3)


def test_random_sizes():
    """`RandomHeight` cannot be compiled while training: fit runs steps as plain Python, a function says so."""
    layer = L.RandomHeight(0.5, seed=1)
    assert len({layer(ROW[:1], training=True).shape[1] for _ in range(12)}) > 2
    assert layer(keras.Input((6, 8, 1))).shape == (None, None, 8, 1)
    if tf.keras.backend.backend() == "jax":
        with pytest.raises(NotImplementedError, match="RandomHeight"):
            tf.function(lambda x: layer(x, training=True))(tf.constant(ROW[:1]))


def test_number_of_boxes():
    boxes = {"boxes": tf.ones([2, 2, 4]), "labels": tf.ones([2, 2], "int32")}
    data = {"images": tf.ones([2, 4, 4, 3]), "bounding_boxes": boxes}
    assert L.MaxNumBoundingBoxes(1)(data)["bounding_boxes"]["boxes"].shape == (2, 1, 4)
    more = L.MaxNumBoundingBoxes(3, fill_value=-2)(data)["bounding_boxes"]
    assert more["labels"].numpy().tolist() == [[1, 1, -2]] * 2
