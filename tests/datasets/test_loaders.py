"""Every data set from made-up cached files; what Keras answers to the same files; the real Fashion-MNIST."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from unikeras import datasets
from unikeras.datasets._errors import DataFileError, DownloadError

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = json.loads((ROOT / "tests" / "golden" / "datasets.json").read_text())
DTYPES = {"boston_housing": "float64", "california_housing": "float32", "mnist": "uint8"}
LISTS = {"imdb": ("x_train", "x_test"), "reuters": ("x",)}


def content_of(name):
    if name == "california_housing":
        return {"x": [[i, -i] for i in range(650)], "y": list(range(650))}
    return GOLDEN["content"][name]


@pytest.fixture
def cached(cache, fakes, trust):
    """Put the made-up file of a data set into the cache, and return its module."""

    def put(name):
        path = cache / f"{name}.npz"
        fakes.write_npz(path, content_of(name), DTYPES.get(name, "int64"), LISTS.get(name, ()))
        return trust(getattr(datasets, name))

    return put


CASES = [
    pytest.param(name, index, id=f"{name}-{json.dumps(arguments)}")
    for name, cases in GOLDEN["cases"].items()
    for index, arguments in enumerate(cases)
]


@pytest.mark.parametrize("peer", ["keras", "tf_keras"])
@pytest.mark.parametrize(("name", "index"), CASES)
def test_same_as_keras(cached, name, index, peer):
    arguments = GOLDEN["cases"][name][index]
    if name not in GOLDEN[peer]:
        pytest.skip(f"{peer} has no {name}")
    expected = GOLDEN[peer][name][index]
    module = cached(name)
    if isinstance(GOLDEN["keras"][name][index], dict):
        with pytest.raises(ValueError, match=r"maxlen|test_split|version"):
            module.load_data(**arguments)
        return
    (x_train, y_train), (x_test, y_test) = module.load_data(**arguments)
    if isinstance(expected, dict):
        assert peer == "tf_keras"  # it fails on plain lists without a start mark; Keras 3 does not
        return
    for got, want in zip((x_train, y_train, x_test, y_test), expected, strict=True):
        assert got.dtype == want["dtype"]
        if name in LISTS:
            # Keras makes a 2-D array where all sequences happen to have one length; ours are always lists
            assert got.shape == tuple(want["shape"][:1])
            assert got.tolist() == want["value"]
        else:
            assert got.shape == tuple(want["shape"])
            first = got.reshape(len(got), -1)[:, 0].astype(float) if len(got) else np.zeros(0)
            if "first_column_times_place" in want:
                assert got[:5].tolist() == want["value"]
                assert (first * np.arange(len(got))).sum() == want["first_column_times_place"]
            else:
                assert got.tolist() == want["value"]


@pytest.mark.parametrize("layout", ["cifar-100-python", "cifar-100-python-target/cifar-100-python"])
@pytest.mark.parametrize("mode", ["fine", "coarse"])
def test_cifar100_in_both_layouts(cache, fakes, offline, layout, mode):
    folder = cache / layout
    folder.mkdir(parents=True)
    for number, part in enumerate(("train", "test")):
        images = fakes.cifar_images(2, number)
        batch = fakes.cifar_batch(images, fine_labels=[number, 7], coarse_labels=[2, number])
        (folder / part).write_bytes(batch)
    (x_train, y_train), (x_test, y_test) = datasets.cifar100.load_data(label_mode=mode)
    expected = GOLDEN["keras"]["cifar100"][0 if mode == "fine" else 1]
    for got, want in zip((x_train, y_train, x_test, y_test), expected, strict=True):
        assert got.dtype == want["dtype"]
        assert got.shape == tuple(want["shape"])
        assert (got[1, 31, :2] if got.ndim == 4 else got).tolist() == want["value"]
    np.testing.assert_array_equal(x_train[1, :, :, 2].ravel(), fakes.cifar_images(2, 0)[1, 2048:])


def write_cifar10(folder, fakes, count=10000):
    folder.mkdir(parents=True)
    labels = [i % 10 for i in range(count)]
    for number, name in enumerate(datasets.cifar10.FILES):
        images = np.full((count, 3072), number, np.uint8)
        images[:, 0] = np.arange(count) % 256
        (folder / name).write_bytes(fakes.cifar_batch(images, labels=labels))


def test_cifar10(cache, fakes, offline):
    write_cifar10(cache / "cifar-10-batches-py", fakes)
    (x_train, y_train), (x_test, y_test) = datasets.cifar10.load_data()
    assert x_train.shape == (50000, 32, 32, 3)
    assert x_test.shape == (10000, 32, 32, 3)
    assert y_train.shape == (50000, 1)
    assert x_train.dtype == y_train.dtype == y_test.dtype == np.uint8
    assert x_train[::10000, 5, 5, 0].tolist() == [0, 1, 2, 3, 4]
    assert x_test[7, 0, 0].tolist() == [7, 5, 5]
    assert y_test[:12, 0].tolist() == [*range(10), 0, 1]


def test_cifar_archive_is_unpacked_as_keras_does(cache, fakes, offline, trust, tmp_path):
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    for part in ("train", "test"):
        batch = fakes.cifar_batch(fakes.cifar_images(1, 0), fine_labels=[3], coarse_labels=[2])
        (folder / part).write_bytes(batch)
    cache.mkdir(parents=True)
    with tarfile.open(cache / "cifar-100-python-target_archive", "w:gz") as tar:
        tar.add(folder, "cifar-100-python")
    module = trust(datasets.cifar100)
    (x_train, y_train), _ = module.load_data()
    assert x_train.shape == (1, 32, 32, 3)
    assert y_train.tolist() == [[3]]
    assert (cache / "cifar-100-python-target" / "cifar-100-python" / "test").is_file()


def test_damaged_cifar(cache, fakes, offline):
    folder = cache / "cifar-10-batches-py"
    write_cifar10(folder, fakes, count=3)
    with pytest.raises(DataFileError, match="3 images"):
        datasets.cifar10.load_data()
    (folder / "data_batch_1").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(DataFileError, match="data_batch_1"):
        datasets.cifar10.load_data()
    (folder / "data_batch_1").write_bytes(fakes.cifar_batch(fakes.cifar_images(1, 0), other=[1]))
    with pytest.raises(DataFileError, match="'labels'"):
        datasets.cifar10.load_data()


def test_fashion_mnist(cache, fakes, offline):
    folder = cache / "fashion-mnist"
    folder.mkdir(parents=True)
    for part, count in (("train", 3), ("t10k", 2)):
        images = np.arange(count * 784).reshape(count, 28, 28) % 256
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(fakes.idx(images))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(fakes.idx(np.arange(count)))
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist.load_data()
    assert x_train.shape == (3, 28, 28)
    assert x_train[1, 0, :3].tolist() == [16, 17, 18]
    assert y_train.tolist() == [0, 1, 2]
    assert y_test.tolist() == [0, 1]
    assert x_test.dtype == y_test.dtype == np.uint8
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(fakes.idx(np.arange(5)))
    with pytest.raises(DataFileError, match="5 labels"):
        datasets.fashion_mnist.load_data()


def test_cache_dir(cache, fakes, trust, tmp_path):
    fakes.write_npz(tmp_path / "other" / "datasets" / "mnist.npz", content_of("mnist"), "uint8")
    (x_train, _), _ = trust(datasets.mnist).load_data(cache_dir=tmp_path / "other")
    assert len(x_train) == 3


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_word_index(cache, trust, name):
    module = trust(getattr(datasets, name))
    cache.mkdir(parents=True)
    path = cache / f"{name}_word_index.json"
    path.write_text('{"the": 1, "naïve": 2}', encoding="utf-8")
    assert module.get_word_index() == {"the": 1, "naïve": 2}
    for bad in ("[1]", '{"the": "x"}', '{"the": 1', "[" * 100_000):
        path.write_text(bad)
        with pytest.raises(DataFileError, match=r"word_index\.json"):
            module.get_word_index()


def test_label_names():
    assert list(datasets.reuters.get_label_names()) == GOLDEN["reuters_labels"]


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_old_spelling(cached, name):
    module = cached(name)
    (old, _), _ = module.load_data(nb_words=10)
    (new, _), _ = module.load_data(num_words=10)
    assert old.tolist() == new.tolist()
    with pytest.raises(TypeError, match="max_len"):
        module.load_data(max_len=3)


@pytest.mark.parametrize("name", datasets.__all__)
def test_offline_error_tells_what_to_do(cache, offline, name):
    module = getattr(datasets, name)
    source = module.SOURCES[0] if name == "fashion_mnist" else module.SOURCE
    with pytest.raises(DownloadError) as caught:
        module.load_data()
    message = str(caught.value)
    for url in source.urls:
        assert f"{url}: no network in tests" in message
    assert str(source.path()) in message
    assert source.file_hash in message
    assert isinstance(caught.value, OSError)
    assert ("sample=True" in message) == (name == "fashion_mnist")
    assert not source.path().exists()


@pytest.mark.parametrize("name", ["mnist", "imdb", "reuters", "boston_housing", "california_housing"])
def test_cached_file_with_another_hash_is_not_used(cache, fakes, offline, name):
    fakes.write_npz(cache / f"{name}.npz", content_of(name), DTYPES.get(name, "int64"), LISTS.get(name, ()))
    with pytest.raises(DownloadError, match="incomplete, or another version"):
        getattr(datasets, name).load_data()
    assert (cache / f"{name}.npz").exists()


def test_signatures():
    def parameters(function):
        return list(inspect.signature(function).parameters)

    words = ["num_words", "skip_top", "maxlen"]
    marks = ["seed", "start_char", "oov_char", "index_from", "cache_dir", "kwargs"]
    assert parameters(datasets.mnist.load_data) == ["path", "cache_dir"]
    assert parameters(datasets.fashion_mnist.load_data) == ["cache_dir", "sample"]
    assert parameters(datasets.cifar10.load_data) == ["cache_dir"]
    assert parameters(datasets.cifar100.load_data) == ["label_mode", "cache_dir"]
    assert parameters(datasets.imdb.load_data) == ["path", *words, *marks]
    assert parameters(datasets.reuters.load_data) == ["path", *words, "test_split", *marks]
    assert parameters(datasets.boston_housing.load_data) == ["path", "test_split", "seed", "cache_dir"]
    assert parameters(datasets.california_housing.load_data)[:4] == ["version", "path", "test_split", "seed"]


def test_import_is_cheap():
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import numpy; before = set(sys.modules)\n"
        "import importlib.util as u, types\n"
        "package = types.ModuleType('unikeras')\n"  # without the package's own imports
        f"package.__path__ = [{str(ROOT / 'unikeras')!r}]; sys.modules['unikeras'] = package\n"
        "import unikeras.datasets, unikeras.datasets.mnist\n"
        "print([m for m in ('h5py', 'urllib.request', 'urllib.error', 'tarfile', 'http.client', 'jax') "
        "if m in set(sys.modules) - before])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_real_fashion_mnist(test_data):
    (x_train, y_train), (x_test, y_test) = datasets.fashion_mnist.load_data(cache_dir=test_data.parent)
    assert x_train.shape == (60000, 28, 28)
    assert x_test.shape == (10000, 28, 28)
    assert np.bincount(y_train).tolist() == [6000] * 10
    assert np.bincount(y_test).tolist() == [1000] * 10
    assert round(float((x_train / 255).mean()), 4) == 0.2861
    assert round(float((x_train / 255).std()), 4) == 0.3528
