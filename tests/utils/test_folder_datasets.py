"""Data sets from folders and of windows: what holds whatever the order is. Values are in tests/golden (programs_datasets)."""

import numpy as np
import pytest

from unikeras import keras


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(10):
            (tmp_path / name / f"{i}.txt").write_text(f"{name}{i}")
    return tmp_path


def texts(dataset):
    return [
        (text.decode(), int(label))
        for batch in dataset.as_numpy_iterator()
        for text, label in zip(*batch, strict=True)
    ]


def test_split_parts_do_not_overlap(folder, capsys):
    load = keras.utils.text_dataset_from_directory
    train, held = load(folder, validation_split=0.3, subset="both", seed=3, batch_size=4)
    assert capsys.readouterr().out.splitlines() == [
        "Found 20 files belonging to 2 classes.",
        "Using 14 files for training.",
        "Using 6 files for validation.",
    ]
    first, again = texts(train), texts(train)
    assert first != again
    assert sorted(first) == sorted(again)
    assert texts(held) == texts(held)
    everything = first + texts(held)
    assert len(everything) == 20
    assert len(set(everything)) == 20
    assert all(label == "ab".index(text[0]) for text, label in everything)
    alone = load(folder, validation_split=0.3, subset="validation", seed=3, verbose=False)
    assert sorted(texts(alone)) == sorted(texts(held))
    assert capsys.readouterr().out == ""


def test_same_seed_same_order(folder):
    one, two = (keras.utils.text_dataset_from_directory(folder, seed=7, verbose=False) for _ in range(2))
    assert texts(one) == texts(two)
    assert one.file_paths == two.file_paths


def test_windows_shuffled_keep_their_targets():
    dataset = keras.utils.timeseries_dataset_from_array(
        np.arange(20), np.arange(20) * 10, 3, batch_size=4, shuffle=True, seed=1
    )
    seen = [(x.tolist(), int(y)) for x, y in dataset.unbatch().as_numpy_iterator()]
    assert all(x == [y // 10, y // 10 + 1, y // 10 + 2] for x, y in seen)
    assert [y for _, y in seen] != sorted(y for _, y in seen)
    assert sorted(y for _, y in seen) == [10 * i for i in range(18)]


def test_refused(folder):
    with pytest.raises(NotImplementedError, match="grain"):
        keras.utils.text_dataset_from_directory(folder, format="grain")
    with pytest.raises(ValueError, match="No audio files"):
        keras.utils.audio_dataset_from_directory(folder, verbose=False)
    with pytest.raises(NotImplementedError, match="sampling_rate"):
        keras.utils.audio_dataset_from_directory(folder, sampling_rate=8000)
    with pytest.raises(ValueError, match="exactly 2"):
        keras.utils.text_dataset_from_directory(
            folder, labels=[0, 1, 2, 3] * 5, label_mode="binary", verbose=False
        )
