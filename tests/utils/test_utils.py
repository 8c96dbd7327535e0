"""keras.utils: what the goldens do not show."""

from __future__ import annotations

import numpy as np
import pytest

from unikeras import keras

utils = keras.utils


class Tens(utils.Sequence):
    """Batches 0, 10, 20; counts its epochs."""

    def __init__(self, fails: bool = False):
        super().__init__()
        self.fails = fails
        self.epochs = 0

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if self.fails and index == 1:
            raise KeyError("batch 1")
        return 10 * index

    def on_epoch_end(self):
        self.epochs += 1


@pytest.mark.parametrize("workers", [1, 3])
def test_ordered_enqueuer(workers):
    sequence = Tens()
    enqueuer = utils.OrderedEnqueuer(sequence)
    assert not enqueuer.is_running()
    enqueuer.start(workers=workers, max_queue_size=2)
    batches = enqueuer.get()
    assert [next(batches) for _ in range(7)] == [0, 10, 20, 0, 10, 20, 0]
    assert enqueuer.is_running()
    assert sequence.epochs >= 2
    enqueuer.stop()
    assert not enqueuer.is_running()
    assert list(batches) == []


def test_shuffled_enqueuer():
    enqueuer = utils.OrderedEnqueuer(Tens(), shuffle=True)
    enqueuer.start()
    batches = enqueuer.get()
    assert sorted(next(batches) for _ in range(3)) == [0, 10, 20]
    enqueuer.stop()


def test_enqueuers_hand_on_errors():
    enqueuer = utils.OrderedEnqueuer(Tens(fails=True))
    enqueuer.start()
    batches = enqueuer.get()
    assert next(batches) == 0
    with pytest.raises(KeyError, match="batch 1"):
        next(batches)
    assert not enqueuer.is_running()

    def broken():
        yield 1
        raise OSError("gone")

    enqueuer = utils.GeneratorEnqueuer(broken())
    enqueuer.start()
    batches = enqueuer.get()
    assert next(batches) == 1
    with pytest.raises(OSError, match="gone"):
        next(batches)
    with pytest.warns(UserWarning, match="in threads"):
        utils.OrderedEnqueuer(Tens(), use_multiprocessing=True)


def test_split_dataset_keeps_the_kind():
    x, y = np.arange(10), np.arange(20).reshape(10, 2)
    (x1, y1), (x2, y2) = utils.split_dataset((x, y), left_size=0.7, shuffle=True, seed=1)
    assert sorted([*x1, *x2]) == list(range(10))
    for part_x, part_y in ((x1, y1), (x2, y2)):
        np.testing.assert_array_equal(part_y, y[part_x])
    left, right = utils.split_dataset([x, y], left_size=3)
    assert isinstance(left, list)
    assert [len(part) for part in right] == [7, 7]
    left, _ = utils.split_dataset([1, 2, 3, 4], right_size=1)
    assert left.tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="different lengths"):
        utils.split_dataset([x, y[:3]], left_size=0.5)
    with pytest.raises(TypeError, match="dict"):
        utils.split_dataset({"a": x}, left_size=0.5)


def test_to_ordinal_refuses():
    with pytest.raises(ValueError, match="class 3"):
        utils.to_ordinal([3], num_classes=3)
    assert utils.to_ordinal([1], 3, dtype="int32").dtype == np.int32


def test_get_source_inputs():
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    joined = keras.layers.Add()([keras.layers.Dense(2)(b), a])
    assert [t.name for t in utils.get_source_inputs(joined)] == ["b", "a"]
    assert utils.get_source_inputs(a)[0] is a
    assert utils.get_source_inputs(joined * joined + a)[0] is b


def test_warmstart_embedding_matrix(tmp_path):
    (tmp_path / "old.txt").write_text("a\nb\n")
    matrix = utils.warmstart_embedding_matrix(str(tmp_path / "old.txt"), np.array(["b", "x"]), np.eye(2))
    assert matrix.numpy()[0].tolist() == [0, 1]
    with pytest.raises(ValueError, match="3 words"):
        utils.warmstart_embedding_matrix(["a", "b", "c"], ["a"], np.eye(2))


def test_legacy_serialization():
    class Twice:
        def __init__(self, a):
            self.a = a

        def get_config(self):
            return {"a": self.a}

    assert utils.legacy.serialize_keras_object(None) is None
    config = utils.legacy.serialize_keras_object(Twice(3))
    assert config == {"class_name": "Twice", "config": {"a": 3}}
    assert utils.legacy.deserialize_keras_object(config, custom_objects={"Twice": Twice}).a == 3
    with utils.custom_object_scope({"Twice": Twice}):
        assert utils.legacy.deserialize_keras_object(config).a == 3
    assert utils.legacy.deserialize_keras_object("f", {"f": len}) is len
    assert utils.legacy.deserialize_keras_object(len) is len
    dense = utils.legacy.serialize_keras_object(keras.layers.Dense(2, name="d"))
    made = utils.legacy.deserialize_keras_object(dense, {"Dense": keras.layers.Dense})
    assert (made.name, made.units) == ("d", 2)
    with pytest.raises(ValueError, match=r"Unknown thing 'Twise'.*'Twice'"):
        utils.legacy.deserialize_keras_object(
            {"class_name": "Twise", "config": {}}, {"Twice": Twice}, printable_module_name="thing"
        )
    for bad, message in (({"config": {}}, "class_name"), (3.5, "interpret")):
        with pytest.raises(ValueError, match=message):
            utils.legacy.deserialize_keras_object(bad)
    with pytest.raises(ValueError, match="get_config"):
        utils.legacy.serialize_keras_object(3)


def test_boxes():
    boxes = utils.bounding_boxes
    given = {"boxes": np.array([[0.1, 0.2, 0.5, 0.6]]), "labels": [1]}
    there = boxes.convert_format(given, "rel_xyxy", "xywh", height=100, width=200)
    assert there["labels"] == [1]
    np.testing.assert_allclose(there["boxes"].numpy(), [[20, 20, 80, 40]], rtol=1e-6)
    inside = boxes.compute_iou(given["boxes"], given["boxes"] * 2, "rel_xyxy", image_shape=(100, 200, 3))
    again = boxes.compute_iou(given["boxes"], given["boxes"] * 2, "rel_xyxy")
    np.testing.assert_allclose(inside.numpy(), again.numpy(), rtol=1e-5)
    levels = boxes.decode_deltas_to_boxes(
        {"p3": np.array([[0.0, 0, 2, 2]])}, {"p3": np.zeros((1, 4), "float32")}, "xyxy", "xyxy"
    )
    assert levels["p3"].numpy().tolist() == [[0, 0, 2, 2]]
    for call, message in (
        (lambda: boxes.crop(given["boxes"], 0, 0, 5, 5, "rel_xyxy"), "pixels"),
        (lambda: boxes.pad(given["boxes"], 0, 0, bounding_box_format="rel_xywh"), "pixels"),
        (lambda: boxes.clip_to_image_size(given), "height and width"),
        (lambda: boxes.clip_to_image_size(given, 5, 5, "corners"), "formats"),
        (
            lambda: boxes.encode_box_to_deltas([[0, 0, 1, 1]], [[0, 0, 1, 1]], "xyxy", "xyxy", "xyxy"),
            "deltas",
        ),
        (
            lambda: boxes.encode_box_to_deltas([[0, 0, 1, 1]], [[0, 0, 1, 1]], "xyxy", "xyxy", variance=[1]),
            "four",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_smart_resize():
    resize = keras.preprocessing.image.smart_resize
    x = np.arange(24, dtype="uint8").reshape(4, 6, 1)
    assert isinstance(resize(x, (2, 2)), np.ndarray)
    assert resize(np.stack([x, x]), (3, 2)).shape == (2, 3, 2, 1)
    assert not isinstance(resize(keras.ops.ones((4, 6, 1)), (2, 2)), np.ndarray)
    with pytest.raises(ValueError, match="height, width"):
        resize(x, (2, 2, 2))
    with pytest.raises(TypeError, match="unknown arguments"):
        resize(x, (2, 2), antialias=True)
