"""IDX, NPZ and pickle files: right, damaged, hostile, random."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unikeras.datasets import _pickle, _readers
from unikeras.datasets._errors import DataFileError
from unikeras.datasets._readers import read_idx, read_npz

FUZZ = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)


def test_idx(tmp_path, fakes):
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    (tmp_path / "a.gz").write_bytes(fakes.idx(images))
    got = read_idx(tmp_path / "a.gz", 3)
    np.testing.assert_array_equal(got, images)
    assert got.dtype == np.uint8
    assert got.flags.writeable


def idx_head(*shape: int) -> bytes:
    return bytes([0, 0, 8, len(shape)]) + b"".join(struct.pack(">I", size) for size in shape)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no IDX file"),
        (gzip.compress(b"\0\0\x08"), "no IDX file"),
        (gzip.compress(idx_head(2)), "in 3 dimension"),
        (gzip.compress(idx_head(2, 2, 2) + bytes(7)), "fewer"),
        (gzip.compress(idx_head(2, 2, 2) + bytes(9)), "more"),
        (gzip.compress(idx_head(2**31, 2**31, 28)), "larger"),
        (b"not gzip at all", "damaged"),
        (gzip.compress(idx_head(2, 2, 2) + os.urandom(8))[:-9], "damaged"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_bad_idx(tmp_path, content, why):
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(DataFileError, match=why) as caught:
        read_idx(tmp_path / "a.gz", 3)
    assert str(tmp_path / "a.gz") in str(caught.value)


def test_idx_claiming_much_takes_little_memory(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(idx_head(300_000, 28, 28) + bytes(100)))
    tracemalloc.start()
    with pytest.raises(DataFileError, match="fewer"):
        read_idx(tmp_path / "a.gz", 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20


def npz(path, **members: bytes):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name + ".npy", content)
    return path


def npy(array, **options) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["u1", "<i8", ">i4", "f8", "?"])
def test_npz(tmp_path, dtype, order):
    array = np.asarray(np.arange(6).reshape(2, 3).astype(dtype), order=order)
    np.savez_compressed(tmp_path / "a.npz", x=array, other=array)
    (got,) = read_npz(tmp_path / "a.npz", ("x",))
    np.testing.assert_array_equal(got, array)
    assert got.dtype == array.dtype
    assert got.flags.writeable


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_npz_of_lists_is_read_in_every_protocol(tmp_path, protocol):
    array = np.empty(3, dtype=object)
    array[:] = [[1, 2], [], [70000, 300, -5]]
    content = npy(array[:0], version=(1, 0))
    header = np.lib.format.header_data_from_array_1_0(array)
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, header)
    content = buffer.getvalue() + pickle.dumps(array, protocol)
    (got,) = read_npz(npz(tmp_path / "a.npz", x=content), ("x",), lists=True)
    assert got.tolist() == array.tolist()
    assert all(type(item) is list for item in got)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "magic|header|read"),
        (npy(np.arange(5))[:-1], "announced"),
        (npy(np.arange(5)) + b"x", "announced"),
        (npy(np.array(["text"])), "type"),
        (npy(np.zeros(2, dtype=[("a", "i4")])), "type"),
        (npy(np.arange(5)).replace(b"(5,)", b"(-5,)".ljust(4)), "header|shape|announced|reading"),
        (npy(np.array([[1]], dtype=object)), "Python objects"),
    ],
)
def test_bad_npz(tmp_path, content, why):
    with pytest.raises(DataFileError, match=why):
        read_npz(npz(tmp_path / "a.npz", x=content), ("x",))


def test_npz_without_the_array_or_no_zip(tmp_path):
    with pytest.raises(DataFileError, match="no array 'y'"):
        read_npz(npz(tmp_path / "a.npz", x=npy(np.arange(3))), ("x", "y"))
    (tmp_path / "b.npz").write_bytes(b"<html>not found</html>")
    with pytest.raises(DataFileError, match="zip"):
        read_npz(tmp_path / "b.npz", ("x",))


def test_npz_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(_readers, "MAX_BYTES", 1 << 20)
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(4 << 20, np.uint8))
    with pytest.raises(DataFileError, match="larger"):
        read_npz(tmp_path / "a.npz", ("x",))


# --- pickles ------------------------------------------------------------------------------------------


class Call:
    """Pickles to a call of `function(*args)`."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_hostile_pickles_run_nothing(tmp_path, protocol):
    canary = tmp_path / "canary"
    for function, args in [
        (os.system, (f"touch {canary}",)),
        (eval, (f"open({str(canary)!r}, 'w')",)),
        (np.fromfile, ("/etc/passwd",)),
        (np.load, ("x",)),
    ]:
        data = pickle.dumps([1, {"x": Call(function, *args)}], protocol)
        with pytest.raises(ValueError, match="no data file needs"):
            _pickle.load(data)
    assert not canary.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"cnumpy\nload\n(S'x'\ntR.",
        b"cnumpy.core.multiarray\n_reconstruct.__globals__\n.",  # dotted names are not walked
        b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.",
        b"\x80\x02]r\xff\xff\xff\x7f.",  # a memo slot that would take 32 GB
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7fN.",  # a frame of 2**63 bytes
        b"\x80\x02B\xff\xff\xff\x7fabc.",  # a string longer than the file
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x02}(K\x01",
        b"\x80\x02}b.",
        b".",
        b"",
        b"0.",
        b"\x80\x02cnumpy\nndarray\n)R.",  # an array that never gets its content
        b"\x80\x02ccopyreg\n_extension_registry\n.",
        b"\x82\x01.",  # an extension code
        b"Pid\n.",  # a persistent id
    ],
)
def test_bad_pickles(data):
    with pytest.raises(ValueError, match=r"the pickle|invalid literal"):
        _pickle.load(data)


def test_array_that_lies_about_its_shape(fakes):
    data = fakes.cifar_batch(fakes.cifar_images(2, 0), labels=[1, 2])
    big = data.replace(b"J" + struct.pack("<i", 2) + b"J", b"J" + struct.pack("<i", 2**31 - 1) + b"J")
    assert big != data
    with pytest.raises(ValueError, match="with other content"):
        _pickle.load(big)


def test_array_of_other_types_is_refused():
    for dtype in ("M8[s]", "c16", "S4", [("a", "i4")]):
        with pytest.raises(ValueError, match="the pickle"):
            _pickle.load(pickle.dumps(np.zeros(2, dtype), 2))


def test_too_many_opcodes(monkeypatch):
    monkeypatch.setattr(_pickle, "MAX_OPCODE_BYTES", 1000)
    with pytest.raises(ValueError, match="opcodes"):
        _pickle.load(b"\x80\x02" + b"]" * 5000 + b".")


def test_pickle_roundtrip():
    value = {
        "a": np.arange(6, dtype=">u2").reshape(2, 3),
        b"b": [1, -5, 2**40, "x", None, True, 1.5, (1,), np.int32(7)],
    }
    for protocol in (2, 3, 4):
        got = _pickle.load(pickle.dumps(value, protocol))
        np.testing.assert_array_equal(got["a"], value["a"])
        assert got[b"b"] == value[b"b"]


# --- random damage: a clear error or a right answer, never anything else ----------------------------------


def damage(data: bytes, cuts: list[tuple[int, int]], end: int) -> bytes:
    array = bytearray(data)
    for place, byte in cuts:
        array[place % len(array)] = byte
    return bytes(array[: end % (len(array) + 1)] if end else array)


DAMAGE = (st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4), st.integers(0, 10**6))


@FUZZ
@given(*DAMAGE)
def test_fuzz_idx(tmp_path, fakes, cuts, end):
    images = np.arange(24).reshape(2, 3, 4)
    raw = gzip.decompress(fakes.idx(images))
    (tmp_path / "f.gz").write_bytes(gzip.compress(damage(raw, cuts, end)))
    try:
        assert read_idx(tmp_path / "f.gz", 3).ndim == 3
    except DataFileError:
        return


@FUZZ
@given(*DAMAGE)
def test_fuzz_npz(tmp_path, fakes, cuts, end):
    path = tmp_path / "f.npz"
    fakes.write_npz(path, {"x": [[1, 2], [3]], "y": [0, 1]}, lists=("x",))
    path.write_bytes(damage(path.read_bytes(), cuts, end))
    try:
        x, y = read_npz(path, ("x", "y"), lists=True)
    except DataFileError:
        return
    assert isinstance(x, np.ndarray)
    assert isinstance(y, np.ndarray)


@FUZZ
@given(*DAMAGE)
def test_fuzz_pickle(fakes, cuts, end):
    data = fakes.cifar_batch(fakes.cifar_images(1, 0)[:, :12], labels=[1], fine_labels=[2])
    try:
        _pickle.load(damage(data, cuts, end))
    except ValueError:
        return


@FUZZ
@given(st.binary(max_size=80))
def test_fuzz_pickle_opcodes(data):
    try:
        _pickle.load(b"\x80\x02" + data + b".")
    except ValueError:
        return
