"""Images as files and arrays, and ImageDataGenerator on arrays, folders and tables."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest

from unikeras import keras

image = keras.preprocessing.image
GRADIENTS = os.environ.get("KERAS_BACKEND", "jax") != "numpy"


def pictures(count=6, size=8, channels=3):
    return np.random.default_rng(0).integers(0, 256, (count, size, size, channels)).astype("float32")


@pytest.fixture
def folder(tmp_path):
    """Three cats and five dogs, one of them in a folder below, and a file that is no image."""
    for number, x in enumerate(pictures(8)):
        kind = "cats" if number < 3 else "dogs/puppies" if number == 7 else "dogs"
        (tmp_path / kind).mkdir(parents=True, exist_ok=True)
        keras.utils.save_img(tmp_path / kind / f"{number}.png", x, scale=False)
    (tmp_path / "dogs" / "notes.txt").write_text("not an image")
    return tmp_path


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_files_round_trip(tmp_path, channels):
    x = pictures(1, channels=channels)[0]
    path = tmp_path / "x.png"
    keras.utils.save_img(path, x, scale=False)
    mode = {1: "grayscale", 3: "rgb", 4: "rgba"}[channels]
    np.testing.assert_array_equal(keras.utils.img_to_array(keras.utils.load_img(path, color_mode=mode)), x)
    first = keras.utils.img_to_array(
        keras.utils.load_img(path, color_mode=mode), data_format="channels_first"
    )
    assert first.shape == (channels, 8, 8)
    keras.utils.save_img(tmp_path / "y.png", first, data_format="channels_first", scale=False)
    np.testing.assert_array_equal(
        np.asarray(keras.utils.load_img(tmp_path / "y.png", color_mode=mode)).reshape(x.shape), x
    )


def test_load_img(tmp_path):
    x = pictures(1)[0]
    keras.utils.save_img(tmp_path / "x.png", x, scale=False)
    load = keras.utils.load_img
    assert load(tmp_path / "x.png").size == (8, 8)
    assert load(str(tmp_path / "x.png"), target_size=(4, 6)).size == (6, 4)
    assert load(tmp_path / "x.png", "grayscale").mode == "L"  # Keras 3's second argument
    assert load(io.BytesIO((tmp_path / "x.png").read_bytes())).mode == "RGB"
    with pytest.warns(DeprecationWarning, match="color_mode='grayscale'"):
        assert load(tmp_path / "x.png", grayscale=True).mode == "L"
    wide = np.zeros((4, 8, 3))
    wide[:, 2:6] = 200  # the middle
    keras.utils.save_img(tmp_path / "wide.png", wide, scale=False)
    kept = np.asarray(load(tmp_path / "wide.png", target_size=(2, 2), keep_aspect_ratio=True))
    assert (kept == 200).all()
    for options, message in (
        ({"color_mode": "cmyk"}, "color_mode"),
        ({"target_size": (2, 2), "interpolation": "best"}, "interpolation"),
    ):
        with pytest.raises(ValueError, match=message):
            load(tmp_path / "x.png", **options)
    with pytest.raises(TypeError, match="path"):
        load(7)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nope.png")


def test_array_to_img():
    scaled = np.asarray(keras.utils.array_to_img(np.array([[[-1.0], [0.0], [1.0]]])))
    assert scaled.tolist() == [[0, 127, 255]]
    assert keras.utils.array_to_img(np.full((2, 2, 1), 300.0), scale=False).mode == "I"
    for shape, message in (((2, 2), "rank 3"), ((2, 2, 5), "not 5")):
        with pytest.raises(ValueError, match=message):
            keras.utils.array_to_img(np.zeros(shape))
    with pytest.raises(ValueError, match="rank 2 or 3"):
        keras.utils.img_to_array(np.zeros(3))
    with pytest.raises(ValueError, match="data_format"):
        keras.utils.img_to_array(np.zeros((2, 2)), data_format="NHWC")


def test_jpeg_has_no_transparency(tmp_path):
    with pytest.warns(UserWarning, match="fourth channel"):
        keras.utils.save_img(tmp_path / "x.jpg", pictures(1, channels=4)[0])
    assert keras.utils.load_img(tmp_path / "x.jpg").mode == "RGB"


def test_without_pillow(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(ImportError, match="pip install pillow"):
        keras.utils.array_to_img(np.zeros((2, 2, 3)))


def test_shifts_go_where_they_say():
    x = np.zeros((5, 5, 1), "float32")
    x[2, 2] = 1
    down = image.ImageDataGenerator(height_shift_range=[1], fill_mode="constant").random_transform(x, seed=0)
    side = image.ImageDataGenerator(width_shift_range=[1], fill_mode="constant").random_transform(x, seed=0)
    assert np.argwhere(down[:, :, 0])[0].tolist() in ([1, 2], [3, 2])
    assert np.argwhere(side[:, :, 0])[0].tolist() in ([2, 1], [2, 3])


def test_oblong_images_turn_about_their_middle():
    x = np.zeros((5, 9, 1), "float32")
    x[2, 4] = 1
    turned = image.apply_affine_transform(
        x, theta=90, row_axis=0, col_axis=1, channel_axis=2, fill_mode="constant"
    )
    assert turned[2, 4, 0] == pytest.approx(1)


@pytest.mark.parametrize("order", [2, 3])
def test_splines_come_from_scipy(order):
    pytest.importorskip("scipy")
    x = pictures(1)[0]
    axes = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}
    moved = image.apply_affine_transform(x, tx=1, order=order, **axes)
    np.testing.assert_allclose(moved[:, :-1], x[:, 1:], atol=0.5)


def test_affine_refusals():
    x = np.zeros((4, 4, 3))
    for options, message in (
        ({"fill_mode": "mirror"}, "fill_mode"),
        ({"row_axis": 1, "col_axis": 1}, "axes"),
    ):
        with pytest.raises(ValueError, match=message):
            image.apply_affine_transform(x, theta=1, **options)
    with pytest.raises(ValueError, match="rank 3"):
        image.apply_affine_transform(np.zeros((4, 4)), theta=1)


def test_flow_is_a_dataset_and_an_iterator():
    x, y = pictures(5), np.arange(5)
    flow = image.ImageDataGenerator().flow(x, y, batch_size=2, shuffle=False)
    assert len(flow) == 3
    assert [labels.tolist() for _, labels in (flow[i] for i in range(3))] == [[0, 1], [2, 3], [4]]
    assert [next(flow)[1].tolist() for _ in range(4)] == [[0, 1], [2, 3], [4], [0, 1]]
    flow.reset()
    assert flow.next()[1].tolist() == [0, 1]
    with pytest.raises(ValueError, match="no batch 3"):
        flow[3]
    shuffled = image.ImageDataGenerator().flow(x, y, batch_size=5, shuffle=True, seed=1)
    assert sorted(next(shuffled)[1].tolist()) == list(range(5))
    assert image.ImageDataGenerator().flow(x, batch_size=2)[0].shape == (2, 8, 8, 3)
    (images, extra), labels, weights = image.ImageDataGenerator().flow(
        (x, [np.arange(5.0)]), y, sample_weight=y * 0.5, batch_size=2, shuffle=False
    )[1]
    assert images.shape == (2, 8, 8, 3)
    assert (extra.tolist(), labels.tolist(), weights.tolist()) == ([2, 3], [2, 3], [1, 1.5])


def test_flow_subsets():
    x, y = pictures(8), np.array([0, 1] * 4)
    generator = image.ImageDataGenerator(validation_split=0.25)
    assert generator.flow(x, y, subset="validation").n == 2
    assert generator.flow(x, y, subset="training").n == 6
    with pytest.raises(ValueError, match="different classes"):
        generator.flow(x, np.array([0] * 2 + [1] * 6), subset="training")
    assert generator.flow(x, np.arange(8), subset="training", ignore_class_split=True).n == 6
    with pytest.raises(ValueError, match="'training' or 'validation'"):
        generator.flow(x, y, subset="test")
    with pytest.raises(ValueError, match="y has length 3"):
        generator.flow(x, y[:3])
    with pytest.raises(ValueError, match="rank 4"):
        generator.flow(x[0], y)


def test_warnings_of_settings():
    with pytest.warns(UserWarning, match="featurewise_center=True, which is set"):
        generator = image.ImageDataGenerator(zca_whitening=True)
    with pytest.warns(UserWarning, match=r"\.fit\(images\)"):
        generator.standardize(pictures(1)[0])
    with pytest.warns(UserWarning, match="expected 1, 3 or 4 channels"):
        image.ImageDataGenerator().flow(pictures(2, channels=2))
    with pytest.raises(ValueError, match="rank 4"):
        image.ImageDataGenerator().fit(pictures(1)[0])


def test_preprocessing_function_and_saving(tmp_path):
    seen = []

    def halve(x):
        seen.append(x.shape)
        return x / 2

    x = pictures(3)
    flow = image.ImageDataGenerator(preprocessing_function=halve).flow(
        x, batch_size=3, shuffle=False, save_to_dir=tmp_path, save_prefix="seen"
    )
    np.testing.assert_allclose(next(flow), x / 2)
    assert seen == [(8, 8, 3)] * 3
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name[:6] for name in names] == ["seen_0", "seen_1", "seen_2"]


def test_flow_from_directory(folder, capsys):
    generator = image.ImageDataGenerator(rescale=1 / 255, validation_split=0.4)
    flow = generator.flow_from_directory(folder, target_size=(4, 6), batch_size=3, shuffle=False)
    assert capsys.readouterr().out == "Found 8 images belonging to 2 classes.\n"
    assert flow.class_indices == {"cats": 0, "dogs": 1}
    assert flow.classes.tolist() == [0] * 3 + [1] * 5
    assert flow.filenames[:4] == [os.path.join("cats", f"{i}.png") for i in range(3)] + [
        os.path.join("dogs", "3.png")
    ]
    assert os.path.join("dogs", "puppies", "7.png") in flow.filenames
    assert (flow.samples, flow.num_classes, len(flow), flow.image_shape) == (8, 2, 3, (4, 6, 3))
    x, y = next(flow)
    assert (x.shape, y.tolist()) == ((3, 4, 6, 3), [[1, 0]] * 3)
    assert x.min() >= 0
    assert x.max() <= 1
    whole = image.ImageDataGenerator().flow_from_directory(folder, target_size=(8, 8), shuffle=False)
    np.testing.assert_array_equal(next(whole)[0], pictures(8))
    for mode, shape in (("binary", (8,)), ("sparse", (8,)), ("input", (8, 8, 8, 3))):
        flow = generator.flow_from_directory(folder, target_size=(8, 8), class_mode=mode)
        assert flow[0][1].shape == shape
    gray = generator.flow_from_directory(folder, class_mode=None, color_mode="grayscale", target_size=(8, 8))
    assert gray[0].shape == (8, 8, 8, 1)
    parts = [
        generator.flow_from_directory(folder, subset=s, shuffle=False).filenames
        for s in ("validation", "training")
    ]
    assert [len(p) for p in parts] == [3, 5]
    assert not set(parts[0]) & set(parts[1])
    only = generator.flow_from_directory(folder, classes=["dogs"])
    assert (only.samples, only.class_indices) == (5, {"dogs": 0})
    for options, message in (
        ({"class_mode": "one"}, "class_mode"),
        ({"color_mode": "x"}, "color_mode"),
        ({"subset": "x"}, "subset"),
    ):
        with pytest.raises(ValueError, match=message):
            generator.flow_from_directory(folder, **options)
    with pytest.raises(FileNotFoundError):
        generator.flow_from_directory(folder / "nope")


def test_flow_from_dataframe(folder):
    pandas = pytest.importorskip("pandas")
    names = [f"cats/{i}.png" for i in range(3)] + ["dogs/3.png", "dogs/4.png"]
    table = pandas.DataFrame(
        {
            "filename": names,
            "class": ["cat"] * 3 + ["dog"] * 2,
            "age": [1.0, 2, 3, 4, 5],
            "both": [["cat"], ["cat", "dog"], ["cat"], ["dog"], ["dog"]],
            "weight": [1, 1, 2, 2, 3],
        }
    )
    generator = image.ImageDataGenerator(validation_split=0.4)

    def flow(**options):
        return generator.flow_from_dataframe(table, folder, target_size=(8, 8), shuffle=False, **options)

    x, y = next(flow())
    np.testing.assert_array_equal(x, pictures(8)[:5])
    assert y.tolist() == [[1, 0]] * 3 + [[0, 1]] * 2
    assert next(flow(class_mode="binary"))[1].tolist() == [0, 0, 0, 1, 1]
    assert next(flow(class_mode="sparse", classes=["dog", "cat"]))[1].tolist() == [1, 1, 1, 0, 0]
    assert next(flow(classes=["dog"]))[1].tolist() == [[1], [1]]
    assert next(flow(class_mode="raw", y_col="age"))[1].tolist() == [1, 2, 3, 4, 5]
    ages, weights = next(flow(class_mode="multi_output", y_col=["age", "weight"]))[1]
    assert (ages.tolist(), weights.tolist()) == ([1, 2, 3, 4, 5], [1, 1, 2, 2, 3])
    assert next(flow(y_col="both"))[1].tolist() == [[1, 0], [1, 1], [1, 0], [0, 1], [0, 1]]
    assert next(flow(class_mode="input"))[1].shape == (5, 8, 8, 3)
    assert next(flow(class_mode=None)).shape == (5, 8, 8, 3)
    assert next(flow(weight_col="weight"))[2].tolist() == [1, 1, 2, 2, 3]
    assert (flow(subset="validation").samples, flow(subset="training").samples) == (2, 3)
    table.loc[0, "filename"] = "cats/none.png"
    with pytest.warns(UserWarning, match="1 of 5 files"):
        assert flow().samples == 4
    for options, error, message in (
        ({"class_mode": "x"}, ValueError, "class_mode"),
        ({"class_mode": "multi_output"}, TypeError, "list of columns"),
        ({"x_col": "age"}, TypeError, "strings"),
        ({"weight_col": "class"}, TypeError, "numbers"),
        ({"class_mode": "binary", "classes": ["a", "b", "c"]}, ValueError, "two classes"),
        ({"class_mode": "sparse", "y_col": "age"}, TypeError, "strings"),
    ):
        with pytest.raises(error, match=message):
            flow(**options)


@pytest.mark.skipif(not GRADIENTS, reason="this engine does not train")
def test_fit_on_a_generator():
    x, y = pictures(12, size=4), np.arange(12) % 2
    generator = image.ImageDataGenerator(rescale=1 / 255, horizontal_flip=True, validation_split=0.25)
    model = keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(
        generator.flow(x, y, batch_size=3, subset="training"),
        validation_data=generator.flow(x, y, batch_size=3, subset="validation"),
        epochs=2,
        verbose=0,
    )
    assert len(history.history["val_loss"]) == 2
    assert np.isfinite(history.history["loss"]).all()
    flow = image.ImageDataGenerator().flow(x, batch_size=5, shuffle=False)
    predicted = model.predict(flow, verbose=0)
    np.testing.assert_allclose(predicted, model.predict(x, verbose=0), rtol=1e-4, atol=1e-3)
