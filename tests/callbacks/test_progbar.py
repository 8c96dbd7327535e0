"""The progress bar on terminals, in notebooks, in files; the texts are those that Keras 3.15 printed."""

from __future__ import annotations

import io
import os
import re
import sys

import pytest

from unikeras.callbacks import CallbackList, ProgbarLogger
from unikeras.utils import progbar
from unikeras.utils.progbar import Progbar

CODES = re.compile("\033\\[\\d*m")


class Clock:
    now = 1000.0

    def time(self):
        return self.now


class Terminal(io.TextIOWrapper):
    columns = 0

    def __init__(self, encoding="utf-8"):
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    def isatty(self):
        return True

    @property
    def raw_text(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)

    @property
    def frames(self):
        """What was visible after each redraw."""
        return [frame.rstrip() for frame in CODES.sub("", self.raw_text).split("\r")[1:]]


class File(Terminal):
    def isatty(self):
        return False


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progbar, "time", clock)
    return clock


@pytest.fixture
def screen(monkeypatch):
    def show(kind=Terminal, columns=0, **kwargs):
        stream = kind(**kwargs)
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(progbar, "_columns", lambda s: columns)
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        return stream

    return show


def run(clock, target, plan, **kwargs):
    clock.now = 1000.0
    bar = Progbar(target, **kwargs)
    for seconds, current, *finalize in plan:
        clock.now += seconds
        bar.update(current, [("loss", 1.5)], *(finalize and [finalize[0]]))


BAR = "━" * 20
KERAS3 = [  # target, plan, lines as Keras 3 draws them
    (100, [(3, 1), (3, 2), (400, 3), (40000, 4)], [
        f"  1/100 {BAR} 4:57 3s/step - loss: 1.5000", f"  2/100 {BAR} 4:54 3s/step - loss: 1.5000",
        f"  3/100 {BAR} 5:25:45 202s/step - loss: 1.5000",
        f"  4/100 {BAR} 359:08:16 13468s/step - loss: 1.5000"]),
    (5, [(100, 1), (10, 2), (10, 3), (10, 4), (10, 5)], [
        f"1/5 {BAR} 6:40 100s/step - loss: 1.5000", f"2/5 {BAR} 30s 10s/step - loss: 1.5000",
        f"3/5 {BAR} 20s 10s/step - loss: 1.5000", f"4/5 {BAR} 10s 10s/step - loss: 1.5000",
        f"5/5 {BAR} 140s 10s/step - loss: 1.5000"]),
    (3, [(4000, 1), (70, 2), (70, 3)], [
        f"1/3 {BAR} 2:13:20 4000s/step - loss: 1.5000", f"2/3 {BAR} 1:10 70s/step - loss: 1.5000",
        f"3/3 {BAR} 4140s 70s/step - loss: 1.5000"]),
    (1000, [(0.0001, 1), (1, 500), (1.123, 1000)], [
        f"   1/1000 {BAR} 0s 100us/step - loss: 1.5000", f" 500/1000 {BAR} 1s 2ms/step - loss: 1.5000",
        f"1000/1000 {BAR} 2s 2ms/step - loss: 1.5000"]),
    (10, [(0.1, 1), (0.1, 5), (0.1, 5, True)], [
        f" 1/10 {BAR} 0s 100ms/step - loss: 1.5000", f" 5/10 {BAR} 0s 25ms/step - loss: 1.5000",
        f" 5/10 {BAR} 0s 50ms/step - loss: 1.5000"]),
    (10, [(0.1, 1), (0.01, 2), (0.01, 3), (0.05, 4), (0.1, 5)], [
        f" 1/10 {BAR} 0s 100ms/step - loss: 1.5000", f" 4/10 {BAR} 0s 23ms/step - loss: 1.5000",
        f" 5/10 {BAR} 0s 42ms/step - loss: 1.5000"]),
    (None, [(0.1, 1), (0.1, 2)], [
        "      1/Unknown 0s 100ms/step - loss: 1.5000", "      2/Unknown 0s 100ms/step - loss: 1.5000"]),
]  # fmt: skip


@pytest.mark.parametrize(("target", "plan", "lines"), KERAS3)
def test_lines_as_keras3(target, plan, lines, clock, screen):
    terminal = screen()
    run(clock, target, plan)
    assert terminal.frames == lines


def test_raw_output_redraws_in_place_with_colours(clock, screen):
    terminal = screen()
    run(clock, 4, [(1, 1), (1, 4)])
    assert terminal.raw_text == (
        "\r\033[1m1/4\033[0m \033[32m━━━━━\033[0m\033[37m━━━━━━━━━━━━━━━\033[0m "
        "\033[1m3s\033[0m 1s/step - loss: 1.5000"
        "\r\033[1m4/4\033[0m \033[32m━━━━━━━━━━━━━━━━━━━━\033[0m\033[37m\033[0m "
        "\033[1m2s\033[0m 333ms/step - loss: 1.5000\n"
    )


def test_a_shorter_line_covers_the_longer_one(clock, screen):
    terminal = screen()
    bar = Progbar(100)
    bar.update(1, [("loss", 12345678.0)])
    clock.now += 1
    bar.stateful_metrics.add("loss")
    bar.update(50, [("loss", 1.0)])
    first, second = CODES.sub("", terminal.raw_text).split("\r")[1:]
    assert len(second) == len(first)
    assert re.search(r"loss: 1\.0000 +$", second)


def test_no_colour(clock, screen, monkeypatch):
    terminal = screen()
    monkeypatch.setenv("NO_COLOR", "1")
    run(clock, 4, [(1, 1)])
    assert terminal.raw_text == "\r1/4 ━━━━━─────────────── 3s 1s/step - loss: 1.5000"


@pytest.mark.parametrize("columns", range(1, 70))
def test_narrow_terminal_never_wraps(columns, clock, screen):
    terminal = screen(columns=columns)
    run(clock, 1000, [(0.1, 10), (0.1, 20)])
    assert all(len(frame) < columns for frame in terminal.frames)
    run(clock, 10, [(1, 10)])
    assert terminal.frames[-1] == f"10/10 {BAR} 1s 100ms/step - loss: 1.5000"


def test_narrow_terminal_shortens_the_bar_before_the_values(clock, screen):
    terminal = screen(columns=50)
    run(clock, 1000, [(0.1, 500)])
    assert terminal.frames == [f" 500/1000 {'━' * 10} 0s 200us/step - loss: 1.5000"]
    assert len(terminal.frames[0]) == 49


def test_file_gets_one_plain_line(clock, screen):
    file = screen(File)
    run(clock, 100, [(0.1, step) for step in range(1, 101)])
    assert file.raw_text == f"100/100 {BAR} 10s 100ms/step - loss: 1.5000\n"


def test_notebook_redraws(clock, screen):
    Notebook = type("OutStream", (File,), {"__module__": "ipykernel.iostream"})
    stream = screen(Notebook)
    run(clock, 2, [(1, 1), (1, 2)])
    assert stream.raw_text.count("\r") == 2
    assert "\b" not in stream.raw_text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_stream_that_cannot_show_the_bar(encoding, clock, screen):
    file = screen(File, encoding=encoding)
    run(clock, 2, [(1, 1), (1, 2)])
    assert file.raw_text == f"2/2 {'=' * 20} 2s 1s/step - loss: 1.5000\n"


def test_a_metric_name_that_cannot_be_shown(clock, screen):
    file = screen(File, encoding="ascii")
    Progbar(1).update(1, [("größe", 1.5)])
    assert "gr\\xf6\\xdfe: 1.5000" in file.raw_text


@pytest.mark.parametrize("kind", [Terminal, File])
def test_verbose_2_is_one_line(kind, clock, screen):
    stream = screen(kind)
    run(clock, 3, [(4000, 1), (70000, 2), (70, 3)], verbose=2)
    assert stream.raw_text == "3/3 - 74070s - 35035s/step - loss: 1.5000\n"


def test_verbose_0_is_silent(clock, screen):
    terminal = screen()
    run(clock, 3, [(1, 1), (1, 3)], verbose=0)
    assert terminal.raw_text == ""


def test_values(clock, screen):
    terminal = screen()
    bar = Progbar(4, verbose=1, stateful_metrics=["s"], unit_name="sample", width=4, interval=0)
    bar.update(1, [("a", 2.0), ("s", 1.0)])
    bar.update(3, [("a", 5.0), ("s", 3.0)])
    bar.update(4, [("a", 1e-3), ("s", -0.0002), ("n", float("nan"))])
    assert terminal.frames[0] == "1/4 ━━━━ 0s 0s/sample - a: 2.0000 - s: 1.0000"
    assert terminal.frames[1].endswith("a: 4.0000 - s: 3.0000")  # (2 x 1 + 5 x 2) / 3
    assert terminal.frames[2].endswith("a: 1.0000e-03 - s: -2.0000e-04 - n: nan")


def test_unknown_target_is_known_at_the_end(clock, screen):
    file = screen(File)
    bar = Progbar(None)
    bar.add(3)
    bar.add(4)
    clock.now += 7
    bar.update(7, finalize=True)
    assert bar.target == 7
    assert file.raw_text.startswith(f"7/7 {BAR} 7s")


def test_zero_and_too_many_steps(clock, screen):
    terminal = screen()
    Progbar(0).update(0, finalize=True)
    bar = Progbar(3, interval=0)
    bar.update(4)
    assert terminal.frames == [f"0/0 {BAR} 0s 0s/step", f"4/3 {BAR} 0s 0s/step"]


def test_columns_of_a_stream_without_terminal(tmp_path):
    assert progbar._columns(io.StringIO()) == 0
    with open(os.devnull) as file:
        assert progbar._columns(file) == 0


# -- the callback


def logger(**params):
    return CallbackList(add_progbar=True, **params)


def test_fit(clock, screen):
    terminal = screen()
    bars = logger(verbose=1, epochs=2, steps=1719)
    bars.on_train_begin()
    for epoch in range(2):
        bars.on_epoch_begin(epoch)
        for batch in (799, 1718):  # two chunks
            clock.now += 1.0
            bars.on_train_batch_end(batch, {"accuracy": 0.7593, "loss": 0.6895})
        bars.on_test_begin()
        bars.on_test_batch_end(171, {"loss": 0.4498})
        bars.on_test_end({"loss": 0.4498})
        bars.on_epoch_end(
            epoch, {"accuracy": 0.7593, "loss": 0.6895, "val_accuracy": 0.8412, "val_loss": 0.4498}
        )
    bars.on_train_end()
    text = CODES.sub("", terminal.raw_text)
    last = f"1719/1719 {BAR} 2s 1ms/step"
    last += " - accuracy: 0.7593 - loss: 0.6895 - val_accuracy: 0.8412 - val_loss: 0.4498"
    assert text.startswith("Epoch 1/2\n\r 800/1719 ━")
    assert last + "\nEpoch 2/2\n" in text
    assert text.endswith(last + "\n")
    assert text.count("\n") == 4


def test_means_are_not_averaged_again(clock, screen):
    terminal = screen()
    bars = logger(verbose=1, epochs=1, steps=4)
    bars.on_train_begin()
    bars.on_epoch_begin(0)
    clock.now += 1
    bars.on_train_batch_end(0, {"loss": 4.0})
    clock.now += 1
    bars.on_train_batch_end(2, {"loss": 2.0})
    assert [frame.split("loss: ")[1] for frame in terminal.frames] == ["4.0000", "2.0000"]


def test_one_epoch_has_no_heading(clock, screen):
    file = screen(File)
    bars = logger(verbose=1, epochs=1, steps=2)
    bars.on_train_begin()
    bars.on_epoch_begin(0)
    bars.on_train_batch_end(1, {"loss": 1.0})
    bars.on_epoch_end(0, {"loss": 1.0})
    assert file.raw_text.startswith(f"2/2 {BAR} ")


def test_unknown_steps_are_learned_in_the_first_epoch(clock, screen):
    terminal = screen()
    bars = logger(verbose=1, epochs=2, steps=None)
    bars.on_train_begin()
    for epoch in range(2):
        bars.on_epoch_begin(epoch)
        clock.now += 1
        bars.on_train_batch_end(3, {})
        bars.on_train_batch_end(6, {})
        bars.on_epoch_end(epoch, {})
    lines = [frame.split()[0] for frame in terminal.frames]
    assert lines == ["4/Unknown", "7/7", "4/7", "7/7"]


def test_an_epoch_cut_short_says_how_far_it_came(clock, screen):
    file = screen(File)
    bars = logger(verbose=1, epochs=1, steps=10)
    bars.on_train_begin()
    bars.on_epoch_begin(0)
    bars.on_train_batch_end(4, {"loss": 1.0})
    bars.on_epoch_end(0, {"loss": 1.0})
    assert file.raw_text.startswith(" 5/10 ━━━━━━━━━━──────────")


@pytest.mark.parametrize("phase", ["test", "predict"])
def test_evaluate_and_predict(phase, clock, screen):
    file = screen(File)
    bars = logger(verbose="auto", epochs=1, steps=2)
    getattr(bars, f"on_{phase}_begin")()
    clock.now += 1
    logs = {"loss": 0.5} if phase == "test" else {"outputs": object()}
    getattr(bars, f"on_{phase}_batch_end")(1, logs)
    getattr(bars, f"on_{phase}_end")({"loss": 0.5} if phase == "test" else {})
    assert file.raw_text == f"2/2 {BAR} 1s 500ms/step" + (" - loss: 0.5000\n" if phase == "test" else "\n")


def test_verbose_0_and_2(clock, screen):
    for verbose, expected in ((0, ""), (2, "Epoch 1/2\n4/4 - 1s - 250ms/step - loss: 1.0000\n")):
        file = screen(File)
        bars = logger(verbose=verbose, epochs=2, steps=4)
        bars.on_train_begin()
        bars.on_epoch_begin(0)
        clock.now += 1
        bars.on_train_batch_end(3, {"loss": 1.0})
        bars.on_epoch_end(0, {"loss": 1.0})
        assert file.raw_text == expected


def test_count_mode():
    assert isinstance(ProgbarLogger(count_mode="samples", stateful_metrics=["loss"]), ProgbarLogger)
    with pytest.raises(ValueError, match="'steps' or 'samples', got 'batches'"):
        ProgbarLogger("batches")
