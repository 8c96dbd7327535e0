"""What TensorFlow's own functions around the ops do: clipping, counting, checks, devices, printing, scopes, generators."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import unikeras as tf
from unikeras import engine


def test_reductions_and_arithmetic_follow_tensorflow():
    assert int(tf.reduce_mean([1, 2])) == 1  # of integers: an integer
    assert float(tf.keras.ops.mean([1, 2])) == 1.5
    with pytest.raises(tf.errors.InvalidArgumentError, match="dtypes of the tensors differ"):
        tf.add(tf.constant(1), tf.constant(1.0))
    assert float(tf.keras.ops.add(tf.constant(1), tf.constant(1.0))) == 2.0
    assert tf.argmax([[1, 5], [7, 2]]).numpy().tolist() == [1, 0]
    assert int(tf.keras.ops.argmax([[1, 5], [7, 2]])) == 2


def test_clipping():
    g = [tf.constant([3.0]), None, tf.constant([4.0])]
    clipped, norm = tf.clip_by_global_norm(g, 2.5)
    assert float(norm) == 5.0
    assert clipped[1] is None
    np.testing.assert_allclose([clipped[0][0], clipped[2][0]], [1.5, 2.0])
    assert np.isnan(tf.clip_by_global_norm([tf.constant([np.inf])], 1.0)[0][0])
    np.testing.assert_allclose(tf.clip_by_norm([0.3, 0.4], 1.0), [0.3, 0.4])
    with pytest.raises(ValueError, match="no tensor"):
        tf.linalg.global_norm([None])
    with pytest.raises(ValueError, match="empty list"):
        tf.add_n([])
    with pytest.raises(tf.errors.InvalidArgumentError, match="shapes"):
        tf.add_n([tf.zeros(2), tf.zeros(3)])


def test_clip_by_norm_has_a_finite_gradient_at_zero():
    if not engine.current().gradients:
        pytest.skip("the engine has no gradients")
    x = tf.constant([0.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.clip_by_norm(x, 1.0))
    assert np.isfinite(tape.gradient(y, x)).all()


def test_counting():
    matrix = tf.math.confusion_matrix([0, 1, 1], [0, 1, 0], num_classes=3, weights=[1, 2, 3])
    assert matrix.numpy().tolist() == [[1, 0, 0], [3, 2, 0], [0, 0, 0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="class 5 is not in"):
        tf.math.confusion_matrix([5], [0], num_classes=3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative"):
        tf.math.confusion_matrix([-1], [0])
    assert tf.math.bincount([1, 5, 1], maxlength=3).numpy().tolist() == [0, 2, 0]
    assert tf.math.in_top_k([7, 1], [[0.5, 0.5], [0.5, 0.5]], k=2).numpy().tolist() == [False, True]
    assert tf.math.unsorted_segment_sum([[1.0], [2.0], [4.0]], [1, -1, 1], 2).numpy().tolist() == [
        [0.0],
        [5.0],
    ]


def test_selection():
    assert tf.boolean_mask([[1, 2], [3, 4]], [True, False], axis=1).numpy().tolist() == [[1], [3]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="not within a dimension"):
        tf.slice([1, 2, 3], [2], [5])
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected shape"):
        tf.ensure_shape(tf.zeros([2, 3]), [None, 4])
    assert tf.ensure_shape(tf.zeros([2, 3]), [None, 3]).shape == (2, 3)


def test_linear_algebra():
    m = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
    np.testing.assert_allclose(tf.linalg.inv(m) @ m, np.eye(2), atol=1e-6)
    np.testing.assert_allclose(tf.linalg.solve(m, m), np.eye(2), atol=1e-6)
    low = tf.linalg.cholesky(m)
    np.testing.assert_allclose(tf.matmul(low, low, transpose_b=True), m, atol=1e-6)
    values, vectors = tf.linalg.eigh(m)
    np.testing.assert_allclose(tf.linalg.matvec(m, vectors[:, 0]), values[0] * vectors[:, 0], atol=1e-5)
    assert tf.linalg.diag_part(tf.linalg.diag([1, 2])).numpy().tolist() == [1, 2]


def test_checks():
    tf.debugging.assert_equal([1, 2], [1, 2])
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match=r"sizes: assert_equal does not hold for 1 of 2 elements, first at \[1\]: 2, 3",
    ):
        tf.debugging.assert_equal([1, 2], [1, 3], message="sizes")
    with pytest.raises(tf.errors.InvalidArgumentError, match="do not fit"):
        tf.debugging.assert_less([1, 2], [1, 2, 3])
    with pytest.raises(tf.errors.InvalidArgumentError, match="assert_positive"):
        tf.debugging.assert_positive([1.0, 0.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="assert_near"):
        tf.debugging.assert_near([1.0], [1.1])
    with pytest.raises(ValueError, match="expected 2 axes, got 1"):
        tf.debugging.assert_rank([1], 2)
    with pytest.raises(ValueError, match="N is 2, not 3"):
        tf.debugging.assert_shapes([(tf.zeros([2]), ("N",)), (tf.zeros([3]), ("N",))])
    with pytest.raises(TypeError, match="expected dtype int32, got float32"):
        tf.debugging.assert_type(tf.zeros(1), tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Inf"):
        tf.debugging.check_numerics(tf.constant([np.inf]), "x")


@pytest.mark.skipif(not engine.current().compiles, reason="nothing is compiled on this engine")
def test_checks_in_compiled_functions():
    @tf.function
    def f(x):
        tf.debugging.assert_positive(x)
        return x

    assert f(tf.constant([1.0])).numpy().tolist() == [1.0]
    with pytest.raises(tf.errors.InvalidArgumentError):
        f(tf.constant([-1.0]))


def test_devices():
    cpus = tf.config.list_physical_devices("CPU")
    assert cpus[0] == tf.config.PhysicalDevice("/physical_device:CPU:0", "CPU")
    assert (
        bool(tf.config.list_physical_devices("GPU"))
        is tf.test.is_gpu_available()
        is bool(tf.test.gpu_device_name())
    )
    used = engine.current().devices()[0]
    for name in (None, "", f"/{used}", f"/device:{used}", f"/job:localhost/replica:0/task:0/device:{used}"):
        with tf.device(name):
            assert float(tf.constant(1.0)) == 1.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="no such device"), tf.device("/GPU:9"):
        pass
    with pytest.raises(ValueError, match="not a device's name"), tf.device("fast"):
        pass
    with pytest.raises(ValueError, match="is not one of"):
        tf.config.experimental.set_memory_growth(
            tf.config.PhysicalDevice("/physical_device:GPU:9", "GPU"), True
        )
    with pytest.warns(UserWarning, match="leaves out"):
        tf.config.set_visible_devices([])


def test_threads():
    tf.config.threading.set_intra_op_parallelism_threads(2)
    assert tf.config.threading.get_intra_op_parallelism_threads() == 2
    tf.config.threading.set_intra_op_parallelism_threads(0)
    with pytest.raises(ValueError, match="number of threads"):
        tf.config.threading.set_inter_op_parallelism_threads(-1)


def test_print(capsys, tmp_path):
    tf.print("a", tf.constant(3.0), tf.range(10), tf.constant([True]), sep="|")
    assert capsys.readouterr().err == "a|3|[0 1 2 ... 7 8 9]|[1]\n"
    tf.print(tf.range(8), summarize=-1, output_stream=sys.stdout)
    assert capsys.readouterr().out == "[0 1 2 3 4 5 6 7]\n"
    tf.print([tf.constant([1.5]), "b"], output_stream=f"file://{tmp_path / 'log'}")
    assert (tmp_path / "log").read_text() == "[[1.5], 'b']\n"
    with pytest.raises(ValueError, match="file://"):
        tf.print(1, output_stream="log.txt")


def test_scopes():
    with tf.name_scope("a"):
        assert tf.get_current_name_scope() == "a"
    assert tf.get_current_name_scope() == ""
    with pytest.raises(ValueError, match="must be a string"):
        tf.name_scope(3)
    called = []
    with tf.control_dependencies([lambda: called.append(1), tf.constant(1)]):
        assert called == [1]
    assert tf.group(tf.constant(1)) is None
    assert tf.executing_eagerly()


def test_specs():
    spec = tf.TensorSpec([None, 2], name="x")
    assert spec == tf.TensorSpec(tf.TensorShape([None, 2]), "float32", "x")
    assert spec != tf.TensorSpec([None, 3], name="x")
    assert not spec.is_compatible_with(tf.zeros([2, 2], tf.int32))
    assert tf.TensorSpec.from_spec(spec, "y").name == "y"


def test_generators():
    g = tf.random.Generator.from_seed(3)
    first = g.uniform([4]).numpy()
    g.reset_from_seed(3)
    np.testing.assert_array_equal(g.uniform([4]), first)
    assert len(g.split(2)) == 2
    a = tf.random.stateless_normal([3], seed=[1, 2]).numpy()
    np.testing.assert_array_equal(tf.random.stateless_normal([3], seed=tf.constant([1, 2])), a)
    assert (tf.random.stateless_normal([3], seed=[1, 3]).numpy() != a).all()
    with pytest.raises(ValueError, match="two integers"):
        tf.random.stateless_uniform([2], seed=1)


def test_losses_for_distributed_programs():
    assert float(tf.nn.compute_average_loss([1.0, 3.0], sample_weight=[1.0, 0.0])) == 0.5
    with pytest.raises(ValueError, match="for each sample"):
        tf.nn.compute_average_loss(1.0)
    assert float(tf.nn.scale_regularization_loss(2.0)) == 2.0
    x = np.linspace(-3, 3, 7).astype("float32")
    plain = tf.nn.sigmoid_cross_entropy_with_logits(labels=np.ones(7, "float32"), logits=x)
    np.testing.assert_allclose(
        tf.nn.weighted_cross_entropy_with_logits(np.ones(7, "float32"), x, 2.0), 2 * plain.numpy(), rtol=1e-5
    )
