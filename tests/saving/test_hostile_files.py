"""Broken and hostile files: a clear error, bounded memory, no code."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unikeras import keras
from unikeras.saving import hdf5
from unikeras.saving.errors import ModelFileError

from .conftest import sequential


@pytest.fixture(scope="module")
def saved():
    """The members of a valid file."""
    file = io.BytesIO()
    sequential().save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(members, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def load(content):
    return keras.models.load_model(io.BytesIO(content))


def h5(change, content):
    file = io.BytesIO(content)
    with h5py.File(file, "r+") as weights:
        change(weights)
    return file.getvalue()


def test_the_parts_make_a_model(saved):
    assert load(pack(saved)).count_params() == sequential().count_params()
    assert load(pack(saved, zipfile.ZIP_DEFLATED)).count_params() == sequential().count_params()


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", b"PK\x05\x06" + 18 * b"\0", 5000 * b"\0"])
def test_no_archive(content, tmp_path):
    with pytest.raises(ModelFileError):
        load(content)
    (tmp_path / "bad.keras").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"bad\.keras"):
        keras.models.load_model(tmp_path / "bad.keras")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_off(saved, share):
    content = pack(saved)
    with pytest.raises(ModelFileError, match="complete"):
        load(content[: int(share * len(content))])


@pytest.mark.parametrize("member", ["config.json", "model.weights.h5"])
def test_a_missing_member(saved, member):
    with pytest.raises(ModelFileError, match=f"no member {member}"):
        load(pack({k: v for k, v in saved.items() if k != member}))


def test_paths_that_lead_out_are_not_followed(saved, tmp_path):
    path = tmp_path / "a" / "m.keras"
    path.parent.mkdir()
    path.write_bytes(pack({**saved, "../evil.txt": b"x", "/tmp/evil.txt": b"x"}))
    keras.models.load_model(path)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert [p.name for p in path.parent.iterdir()] == ["m.keras"]


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"class_name": "Dense", "config": {}}',
        b'{"a": ' + 100_000 * b"[",
        b"{}",
        b'"x"',
    ],
)
def test_a_broken_config(saved, config):
    with pytest.raises(ModelFileError, match=r"config\.json"):
        load(pack({**saved, "config.json": config}))


def test_a_config_that_names_other_code(saved):
    config = json.loads(saved["config.json"])
    config["config"]["layers"][1].update(module="subprocess", class_name="Popen", config={"args": ["false"]})
    with pytest.raises(ModelFileError, match="Popen"):
        load(pack({**saved, "config.json": json.dumps(config)}))


@pytest.mark.parametrize("units", [1 << 28, 1 << 45, 10**30])
def test_a_config_of_a_gigantic_layer(saved, units):
    config = json.loads(saved["config.json"])
    config["config"]["layers"][1]["config"]["units"] = units
    with pytest.raises(ModelFileError, match=r"only .* bytes long"):
        load(pack({**saved, "config.json": json.dumps(config)}))


def test_a_config_that_compresses_very_well(saved):
    content = pack({**saved, "config.json": b" " * (300 << 20)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelFileError, match="bytes long"):
        load(content)


def test_weights_that_compress_very_well(saved):
    content = pack({**saved, "model.weights.h5": bytes(200 << 20)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelFileError, match="need at most"):
        load(content)


def replace(weights, value=None, **kwargs):
    del weights["layers/dense/vars/0"]
    weights.create_dataset("layers/dense/vars/0", data=value, **kwargs)


def virtual(weights):
    del weights["layers/dense/vars/0"]
    layout = h5py.VirtualLayout((4, 3), "float32")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "x", shape=(4, 3))
    weights.create_virtual_dataset("layers/dense/vars/0", layout)


def link(weights, target):
    del weights["layers/dense/vars/0"]
    weights["layers/dense/vars/0"] = target


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: replace(w, shape=(1 << 40, 1 << 20), dtype="float64", chunks=(1, 1)), "shape"),
        (lambda w: replace(w, np.zeros((4, 3, 1))), "shape"),
        (lambda w: replace(w, np.full((4, 3), b"text")), "no numbers"),
        (lambda w: replace(w, np.zeros((4, 3), [("a", "f4")])), "no numbers"),
        (lambda w: replace(w, np.full((4, 3), "text", object), dtype=h5py.string_dtype()), "no numbers"),
        (
            lambda w: replace(w, shape=(4, 3), dtype="float32", external=[("/etc/passwd", 0, 48)]),
            "another file",
        ),
        (lambda w: replace(w, h5py.Empty("f4")), "empty|shape"),
        (virtual, "another file"),
        (lambda w: link(w, h5py.ExternalLink("/etc/other.h5", "x")), "link"),
        (lambda w: link(w, h5py.SoftLink("/layers/dense/vars/1")), "link"),
        (lambda w: w["layers/dense"].pop("vars"), "nothing for its 2 variables"),
        (lambda w: w.pop("layers"), "nothing for its 2 variables"),
        (lambda w: w["layers/dense/vars"].pop("1"), "2 variables, but the file has 1"),
        (lambda w: w.create_dataset("layers/more/vars/0", data=1.0), "no layer"),
    ],
)
def test_hostile_weights(saved, change, message):
    def apply(weights):
        change(weights)

    with pytest.raises(ModelFileError, match=message):
        load(pack({**saved, "model.weights.h5": h5(apply, saved["model.weights.h5"])}))


def test_a_circle_of_groups(saved):
    def circle(weights):
        weights["layers/dense/again"] = weights["layers"]

    with pytest.raises(ModelFileError, match="nested"):
        load(pack({**saved, "model.weights.h5": h5(circle, saved["model.weights.h5"])}))


fuzz = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@fuzz
@given(data=st.data())
def test_changed_archives_load_or_say_what_is_wrong(saved, data):
    content = bytearray(pack(saved))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        model = load(bytes(content))
    except (ModelFileError, NotImplementedError):
        return
    assert isinstance(model, keras.Model)


@fuzz
@given(data=st.data())
def test_changed_weights_load_or_say_what_is_wrong(saved, data):
    weights = bytearray(saved["model.weights.h5"])
    end = data.draw(st.one_of(st.just(len(weights)), st.integers(0, len(weights))))
    for _ in range(data.draw(st.integers(1, 8))):
        weights[data.draw(st.integers(0, len(weights) - 1))] = data.draw(st.integers(0, 255))
    try:
        model = load(pack({**saved, "model.weights.h5": bytes(weights[:end])}))
    except ModelFileError:
        return
    assert isinstance(model, keras.Model)


@fuzz
@given(data=st.data())
def test_changed_configs_load_or_say_what_is_wrong(saved, data):
    config = json.loads(saved["config.json"])
    places = []

    def walk(value):
        for key in range(len(value)) if isinstance(value, list) else list(value):
            places.append((value, key))
            if isinstance(value[key], (list, dict)):
                walk(value[key])

    walk(config)
    value, key = data.draw(st.sampled_from(places))
    value[key] = data.draw(
        st.sampled_from(
            [None, -1, 0, 3, "x", [], {}, [None, -3], {"class_name": "Dense", "config": {}}, 1.5, True]
        )
    )
    try:
        model = load(pack({**saved, "config.json": json.dumps(config)}))
    except (ModelFileError, NotImplementedError):
        return
    assert isinstance(model, keras.Model)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("count", [1, 4])
def test_texts_of_variable_length_are_found(tmp_path, libver, count):
    with h5py.File(tmp_path / "w.h5", "w", libver=libver, userblock_size=512) as file:
        for i in range(count):
            file.attrs[f"text{i}"] = "x" * (300 * i)
            file.attrs[f"texts{i}"] = ["a", "b" * 300 * i]
    with hdf5.open_hdf5(tmp_path / "w.h5", "w.h5") as file:
        for i in range(count):
            assert hdf5.attribute(file, f"text{i}") == "x" * (300 * i)
            assert hdf5.attribute(file, f"texts{i}") == ["a", "b" * 300 * i]


def test_a_text_that_claims_a_huge_length(tmp_path):
    """The HDF5 library would make room for it before it looks at what is there."""
    path = tmp_path / "w.h5"
    with h5py.File(path, "w") as file:
        file.create_group("g").attrs["long"] = "x" * 4660
    data = bytearray(path.read_bytes())
    place = data.find((4660).to_bytes(4, "little"))
    data[place : place + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    path.write_bytes(data)
    for source in (path, io.BytesIO(data)):
        with (
            hdf5.open_hdf5(source, "w.h5") as file,
            pytest.raises(ModelFileError, match="'long' of /g claims to be longer than the file"),
        ):
            hdf5.attribute(file["g"], "long")
