"""Threads of pipelines: they end with what they work for, pass errors on, keep the order, and hold no more than they say."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import unikeras as tf

D = tf.data.Dataset


def _threads():
    return [t for t in threading.enumerate() if t.name.startswith("unikeras-data")]


def _none_left(seconds=5.0):
    end = time.monotonic() + seconds
    collected = False
    while _threads() and time.monotonic() < end:
        time.sleep(0.01)
        if (
            not collected and time.monotonic() > end - seconds + 0.5
        ):  # an error's traceback may hold on to an iterator
            gc.collect()
            collected = True
    return not _threads()


def slow(x):
    time.sleep(0.002)
    return x


def host(function, dtype=tf.int64):
    return lambda x: tf.numpy_function(function, [x], dtype)


ENDLESS = {
    "prefetch": lambda: D.counter().prefetch(4),
    "map": lambda: D.counter().map(host(slow), num_parallel_calls=3),
    "interleave": lambda: D.counter().interleave(lambda x: D.counter(), cycle_length=3, num_parallel_calls=3),
    "all": lambda: D.counter().map(host(slow), 2).prefetch(2).shuffle(3).batch(2).prefetch(2),
}


def _stop_with_an_error(dataset):
    try:
        for _ in dataset:
            raise KeyError
    except KeyError:
        return


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("how", ["forgotten", "closed", "break", "error"])
def test_an_iterator_that_is_not_used_any_more_leaves_no_thread(name, how):
    assert _none_left()
    dataset = ENDLESS[name]()
    if how == "break":
        for _ in dataset:
            assert _threads()
            break
    elif how == "error":
        _stop_with_an_error(dataset)
    else:
        iterator = iter(dataset)
        next(iterator)
        assert _threads()
        if how == "closed":
            iterator.close()
            with pytest.raises(StopIteration):
                next(iterator)
        del iterator
    assert _none_left()


def test_threads_end_at_the_end_of_the_data():
    assert len(list(D.range(20).map(host(slow), 2).prefetch(2))) == 20
    assert _none_left()


def test_a_program_ends_although_iterators_are_open():
    program = """
        import unikeras as tf, time
        kept = [iter(tf.data.Dataset.counter().prefetch(2)), iter(tf.data.Dataset.counter().map(
            lambda x: tf.numpy_function(lambda v: (time.sleep(0.01), v)[1], [x], tf.int64), 2).prefetch(2))]
        [next(k) for k in kept]
        print("done")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_ctrl_c_reaches_a_program_that_waits_for_an_element():
    program = """
        import unikeras as tf, time, sys
        def wait(v):
            sys.stdout.write("waiting\\n")
            sys.stdout.flush()
            time.sleep(60)
            return v
        try:
            for _ in tf.data.Dataset.range(3).map(lambda x: tf.numpy_function(wait, [x], tf.int64), 2).prefetch(1):
                pass
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "waiting\n"
        os.kill(child.pid, signal.SIGINT)
        assert "interrupted" in child.stdout.read()
        assert child.wait(30) == 0


@pytest.mark.parametrize("calls", [None, 3])
@pytest.mark.parametrize("ahead", [0, 2])
def test_an_error_reaches_the_user_with_the_users_line(calls, ahead):
    def fail(value):
        if value == 2:
            raise RuntimeError("this very line")
        return value

    dataset = D.range(5).map(host(fail), num_parallel_calls=calls).prefetch(ahead)
    iterator = iter(dataset)
    assert [int(next(iterator)), int(next(iterator))] == [0, 1]
    with pytest.raises(tf.errors.UnknownError, match="this very line") as raised:
        next(iterator)
    lines, error = [], raised.value
    while error is not None:
        for entry in raised.traceback if error is raised.value else []:
            lines.append(str(entry.frame.code.path))
        trace = error.__traceback__
        while trace is not None:
            lines.append(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        error = error.__cause__
    assert any(line.endswith("test_threads.py") for line in lines[1:])
    assert [int(v) for v in iterator] == [3, 4]  # and it goes on


def test_a_generators_error_is_of_tensorflows_kind():
    def rows():
        yield 1
        raise ValueError("in the generator")

    for dataset in (D.from_generator(rows, output_signature=tf.TensorSpec((), tf.int32)),):
        iterator = iter(dataset.prefetch(2))
        next(iterator)
        with pytest.raises(tf.errors.InvalidArgumentError, match="in the generator") as raised:
            next(iterator)
        assert isinstance(raised.value.__cause__, ValueError)
        assert "test_threads.py" in str(raised.value)


def test_the_order_does_not_depend_on_workers():
    rng = np.random.default_rng(0)
    pauses = rng.uniform(0, 0.003, 30)

    def pause(value):
        time.sleep(pauses[value])
        return value * 10

    want = [v * 10 for v in range(30)]
    for calls in (None, 1, 2, 5):
        assert [int(v) for v in D.range(30).map(host(pause), calls)] == want


def test_random_numbers_do_not_depend_on_workers():
    def draw(x):
        return tf.cast(x, tf.float32) + tf.random.normal([2])

    def drawn(calls, batch, force):
        tf.random.set_seed(11)
        function = (lambda x: (draw(x), tf.numpy_function(lambda v: v, [x], tf.int64))[0]) if force else draw
        dataset = D.range(12).map(function, calls)
        rows = list(dataset.batch(5).unbatch() if batch else dataset)
        return np.array([r.numpy() for r in rows])

    want = drawn(None, False, False)
    assert len(np.unique(want)) == want.size
    for calls in (None, 2, 4):
        for batch in (False, True):
            np.testing.assert_allclose(drawn(calls, batch, False), want, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(drawn(3, False, True), want, rtol=1e-5, atol=1e-6)


def test_without_order_every_element_comes_once():
    found = [int(v) for v in D.range(40).map(host(slow), 4, deterministic=False)]
    assert sorted(found) == list(range(40))


def test_calls_are_made_at_a_time():
    together, now = [], [0]
    lock = threading.Lock()

    def count(value):
        with lock:
            now[0] += 1
            together.append(now[0])
        time.sleep(0.005)
        with lock:
            now[0] -= 1
        return value

    list(D.range(24).map(host(count), 3))
    assert 2 <= max(together) <= 3


class _Alive:
    """Counts rows that are held by somebody."""

    def __init__(self):
        self.now = self.most = 0

    def rows(self, count):
        import weakref

        for i in range(count):
            row = np.full(1000, i)
            self.now += 1
            self.most = max(self.most, self.now)
            weakref.finalize(row, self._gone)
            yield row
            del row

    def _gone(self):
        self.now -= 1


@pytest.mark.parametrize(
    ("transform", "limit"),
    [
        (lambda d: d.shuffle(20, seed=1), 20),
        (lambda d: d.batch(8), 8),
        (lambda d: d.prefetch(5), 5),
        (lambda d: d.window(6, shift=1).flat_map(lambda w: w.batch(6)), 7),
        (lambda d: d.map(host(lambda v: v, tf.int64), 3), 3),
        (lambda d: d.map(lambda x: x + 1).shuffle(10, seed=1).batch(4), 16),
    ],
    ids=["shuffle", "batch", "prefetch", "window", "map", "chain"],
)
def test_memory_is_bounded(transform, limit):
    alive = _Alive()
    signature = tf.TensorSpec([1000], tf.int64)
    dataset = transform(D.from_generator(lambda: alive.rows(150), output_signature=signature))
    for _ in dataset.as_numpy_iterator():
        pass
    assert alive.most <= limit + 4  # one is made, one is handed over, one is the user's


def test_nothing_is_made_ahead_without_being_asked():
    made = []

    def rows():
        for i in range(10):
            made.append(i)
            yield i

    iterator = iter(
        D.from_generator(rows, output_signature=tf.TensorSpec((), tf.int32)).map(lambda x: x + 1).take(3)
    )
    assert made == []
    next(iterator)
    assert made == [0]
    assert len(list(iterator)) == 2
    assert made == [0, 1, 2]


def test_several_threads_share_an_iterator():
    iterator = iter(D.range(200).map(lambda x: x * 2))
    found, lock = [], threading.Lock()

    def take():
        for value in iterator:
            with lock:
                found.append(int(value))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(found) == [2 * i for i in range(200)]
