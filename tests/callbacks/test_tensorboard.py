"""Events read back with the tensorboard package; tags as the peers write them."""

from __future__ import annotations

import builtins
import io
import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from unikeras.callbacks import CallbackList, TensorBoard
from unikeras.callbacks.tensorboard_events import bucket_counts, png, weight_pictures

accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
tensor_util = pytest.importorskip("tensorboard.util.tensor_util")


def read(folder):
    """{tag: [(step, array)]}, {tag: plugin name}"""
    events = accumulator.EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    tags = events.Tags()["tensors"]
    values = {
        tag: [(event.step, tensor_util.make_ndarray(event.tensor_proto)) for event in events.Tensors(tag)]
        for tag in tags
    }
    return values, {tag: events.summary_metadata[tag].plugin_data.plugin_name for tag in tags}


def layer(name, kind="Dense", **weights):
    weights = [Weight(f"{name}/{key}", value) for key, value in weights.items()]
    made = type(kind, (), {})()
    made.name, made.weights, made.get_weights = name, weights, lambda: [np.asarray(w) for w in weights]
    return made


class Weight:
    def __init__(self, path, value):
        self.path, self.value = path, value

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.value, dtype)


def fit(board, model, epochs=2, batches=4):
    run = CallbackList([board], model=model, epochs=epochs, steps=batches)
    chunks = range(batches) if run.wants_train_batches else [batches - 1]
    run.on_train_begin()
    for epoch in range(epochs):
        run.on_epoch_begin(epoch)
        for batch in chunks:
            run.on_train_batch_begin(batch)
            run.on_train_batch_end(batch, {"accuracy": 0.5, "loss": 1.0 / (batch + 1)})
        model.optimizer.iterations += batches
        run.on_test_begin()
        run.on_test_end({"accuracy": 0.25, "loss": 2.0})
        run.on_epoch_end(epoch, {"accuracy": 0.5, "loss": 0.25, "val_accuracy": 0.25, "val_loss": 2.0})
    run.on_train_end()


def test_epoch_tags(model, tmp_path):
    fit(TensorBoard(tmp_path, write_steps_per_second=True), model)
    values, plugins = read(tmp_path / "train")
    assert set(values) == {
        "keras",
        "epoch_accuracy",
        "epoch_loss",
        "epoch_learning_rate",
        "epoch_steps_per_second",
    }
    assert plugins.pop("keras") == "graph_keras_model"
    assert set(plugins.values()) == {"scalars"}
    assert values["epoch_loss"] == [(0, np.float32(0.25)), (1, np.float32(0.25))]
    assert values["epoch_learning_rate"][0] == (0, np.float32(0.1))
    assert values["epoch_steps_per_second"][0][1] > 0
    assert json.loads(values["keras"][0][1].item())["class_name"] == "Sequential"

    values, _ = read(tmp_path / "validation")
    assert values == {
        "evaluation_accuracy_vs_iterations": [(4, 0.25), (8, 0.25)],
        "evaluation_loss_vs_iterations": [(4, 2.0), (8, 2.0)],
        "epoch_accuracy": [(0, 0.25), (1, 0.25)],
        "epoch_loss": [(0, 2.0), (1, 2.0)],
    }


@pytest.mark.parametrize(("freq", "steps"), [("batch", range(1, 9)), (1, range(1, 9)), (3, [3, 6])])
def test_batch_tags(freq, steps, model, tmp_path):
    fit(TensorBoard(tmp_path, update_freq=freq, write_steps_per_second=True), model)
    values, _ = read(tmp_path / "train")
    for tag in ("batch_loss", "batch_accuracy", "batch_steps_per_second"):
        assert [step for step, _ in values[tag]] == list(steps)
    assert [step for step, _ in values["epoch_loss"]] == [0, 1]


def test_histograms_and_images(model, tmp_path):
    kernel = np.arange(12.0).reshape(4, 3)
    model.layers = [layer("net/dense", kernel=kernel, bias=np.zeros(3)), layer("net/flatten", "Flatten")]
    fit(TensorBoard(tmp_path, histogram_freq=2, write_images=True, write_graph=False), model, epochs=3)
    values, plugins = read(tmp_path / "train")
    assert [step for step, _ in values["net/dense/kernel/histogram"]] == [0, 2]
    assert plugins["net/dense/kernel/histogram"] == "histograms"
    table = values["net/dense/kernel/histogram"][0][1]
    assert table.shape == (30, 3)
    assert table[:, 2].sum() == 12
    assert (table[0, 0], table[-1, 1]) == (0.0, 11.0)
    bias = values["net/dense/bias/histogram"][0][1]
    assert bias[-1].tolist() == [0.0, 0.0, 3.0]
    assert bias[:-1, 2].sum() == 0
    width, height, png = values["net/dense/kernel/image"][0][1]
    assert plugins["net/dense/kernel/image"] == "images"
    assert (width, height) == (b"4", b"3")
    assert png.startswith(b"\x89PNG")


def test_bucket_counts_against_numpy():
    values = np.random.default_rng(0).normal(size=(50, 7))
    counts, edges = np.histogram(values, 30)
    table = bucket_counts(values)
    np.testing.assert_array_equal(table[:, 2], counts)
    np.testing.assert_allclose(table[:, 0], edges[:-1])
    assert bucket_counts(np.array([np.nan, 1.0, np.inf]))[-1].tolist() == [1.0, 1.0, 1.0]
    assert bucket_counts(np.zeros(0)).shape == (0, 3)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((5,), (1, 5, 1)), ((4, 1), (1, 4, 1)), ((2, 5), (1, 2, 5)), ((5, 2), (1, 2, 5)), ((3, 4, 6), (6, 3, 4)),
     ((1,), None), ((2, 2, 2, 2), None)],
)  # fmt: skip
def test_weight_pictures(shape, expected):
    pictures = weight_pictures(np.arange(np.prod(shape), dtype=float).reshape(shape))
    assert (pictures if pictures is None else pictures.shape) == expected
    if pictures is not None:
        assert pictures.dtype == np.uint8
        assert (pictures.min(), pictures.max()) == (0, 255)


def test_png_is_read_by_another_library():
    image = pytest.importorskip("matplotlib.image")
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    np.testing.assert_array_equal(np.round(image.imread(io.BytesIO(png(picture))) * 255), picture)


def test_evaluate_alone(model, tmp_path):
    run = CallbackList([TensorBoard(tmp_path)], model=model)
    model.optimizer.iterations += 7
    run.on_test_begin()
    run.on_test_end({"loss": 3.0})
    values, _ = read(tmp_path / "validation")
    assert values == {"evaluation_loss_vs_iterations": [(7, 3.0)]}
    assert not (tmp_path / "train").exists()


def test_a_second_fit_adds(model, tmp_path):
    board = TensorBoard(tmp_path, write_graph=False)
    fit(board, model, epochs=1)
    fit(board, model, epochs=1)
    assert len(list((tmp_path / "train").iterdir())) == 2


def test_long_epochs_are_written_meanwhile(model, tmp_path, monkeypatch):
    monkeypatch.setattr("unikeras.callbacks.tensorboard_events._FLUSH_SECONDS", -1.0)
    run = CallbackList([TensorBoard(tmp_path, update_freq="batch", write_graph=False)], model=model)
    run.on_train_begin()
    run.on_epoch_begin(0)
    run.on_train_batch_end(0, {"loss": 1.0})
    assert read(tmp_path / "train")[0]["batch_loss"] == [(1, 1.0)]


def test_subclassed_model_has_no_graph(model, tmp_path):
    def to_json():
        raise NotImplementedError("subclassed")

    model.to_json = to_json
    fit(TensorBoard(tmp_path), model)
    assert "keras" not in read(tmp_path / "train")[0]


def test_events_are_on_disk_after_every_epoch(model, tmp_path):
    run = CallbackList([TensorBoard(tmp_path, write_graph=False)], model=model)
    run.on_train_begin()
    run.on_epoch_begin(0)
    run.on_epoch_end(0, {"loss": 1.0})
    assert read(tmp_path / "train")[0]["epoch_loss"] == [(0, 1.0)]
    run.on_train_end()


class TestProjector:
    matrix = np.arange(6.0).reshape(3, 2)

    def test_files(self, model, tmp_path):
        model.layers = [layer("words", "Embedding", embeddings=self.matrix)]
        fit(TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"words": "labels.tsv"}), model)
        np.testing.assert_array_equal(np.loadtxt(tmp_path / "words_embedding.tsv"), self.matrix)
        from google.protobuf import text_format
        from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

        config = text_format.Parse((tmp_path / "projector_config.pbtxt").read_text(), ProjectorConfig())
        (entry,) = config.embeddings
        assert (entry.tensor_name, entry.tensor_path, entry.metadata_path) == (
            "words", "words_embedding.tsv", "labels.tsv",
        )  # fmt: skip

    def test_unknown_layer(self, model, tmp_path):
        board = TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"word": "labels.tsv"})
        with pytest.raises(ValueError, match="word, which are no Embedding layers"):
            fit(board, model)


def test_arguments(tmp_path):
    with pytest.raises(ValueError, match="update_freq must be"):
        TensorBoard(tmp_path, update_freq="step")
    with pytest.raises(ValueError, match="local folder"):
        TensorBoard("gs://bucket/logs")
    with pytest.raises(TypeError, match="unknown argument 'hist_freq'"):
        TensorBoard(tmp_path, hist_freq=1)
    with pytest.warns(UserWarning, match="write_grads has had no effect"):
        TensorBoard(tmp_path, write_grads=True)


@pytest.mark.parametrize("profile", [1, 2, "10,20", (5, 8)])
def test_profiling_is_refused_aloud(profile, tmp_path):
    with pytest.warns(UserWarning, match="is ignored: profiling is not supported"):
        TensorBoard(tmp_path, profile_batch=profile)


def test_missing_package(monkeypatch, tmp_path):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("tensorboard"):
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *args, **kwargs)

    for name in [name for name in sys.modules if name.split(".")[0] == "tensorboard"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "unikeras\[tensorboard\]"'):
        TensorBoard(tmp_path)


def test_tensorflow_is_not_loaded_where_it_is_installed(tmp_path):
    (tmp_path / "tensorflow.py").write_text("raise SystemExit('tensorflow was imported')")
    program = """
from types import SimpleNamespace
from unikeras.callbacks import TensorBoard
board = TensorBoard("logs", histogram_freq=1, embeddings_freq=1, write_graph=False)
board.set_model(SimpleNamespace(layers=[]))
board.on_train_begin()
board.on_epoch_end(0, {"loss": 1.0})
board.on_train_end()
import sys
print("tensorflow" in sys.modules)
"""
    env = {"PYTHONPATH": f"{tmp_path}:{':'.join(p for p in sys.path if p)}", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr


def test_weights_without_a_path(model, tmp_path):
    model.layers = [SimpleNamespace(weights=[NamedOnly()])]
    fit(TensorBoard(tmp_path, histogram_freq=1), model)
    assert "w_0/histogram" in read(tmp_path / "train")[0]


class NamedOnly:
    name = "w:0"

    def __array__(self, dtype=None, copy=None):
        return np.ones(2)
