"""`tf.summary` where the golden programs do not look."""

import gc
import logging

import numpy as np
import pytest

import unikeras as tf

pytest.importorskip("tensorboard")


def test_records_are_written_without_a_close(tmp_path):
    """A writer that is forgotten leaves whole records."""
    writer = tf.summary.create_file_writer(tmp_path)
    writer.set_as_default()
    (file,) = tmp_path.iterdir()
    empty = file.stat().st_size
    tf.summary.scalar("a", 1.0, step=0)
    tf.summary.create_noop_writer().set_as_default()
    del writer
    gc.collect()
    assert file.stat().st_size > empty


def test_traces_say_that_they_do_nothing(caplog):
    with caplog.at_level(logging.WARNING, "tensorflow"):
        tf.summary.trace_on(graph=True)
        tf.summary.trace_export("model", step=0)
        tf.summary.trace_off()
    assert [r.getMessage().split(" ")[0] for r in caplog.records] == [
        "tf.summary.trace_on",
        "tf.summary.trace_export",
        "tf.summary.trace_off",
    ]
    with pytest.raises(NotImplementedError, match=r"tf\.summary\.graph"):
        tf.summary.graph(None)


def test_pictures_need_channels(tmp_path):
    with (
        tf.summary.create_file_writer(tmp_path).as_default(step=0),
        pytest.raises(ValueError, match="1 to 4 channels"),
    ):
        tf.summary.image("a", np.zeros((1, 2, 2, 5), np.uint8))
