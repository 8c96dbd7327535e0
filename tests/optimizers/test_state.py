"""The optimizers' variables: order, shapes, dtypes, saving and loading; copies."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from unikeras import optimizers
from unikeras.core.variable import Variable

# Asked of Keras 3.15: names and shapes of `optimizer.variables` after build([k, b]).
K, B = (3, 2), (2,)
STATE = [
    ("SGD", {}, []),
    ("SGD", {"momentum": 0.9}, [("k_momentum", K), ("b_momentum", B)]),
    ("RMSprop", {}, [("k_velocity", K), ("b_velocity", B)]),
    (
        "RMSprop",
        {"momentum": 0.5, "centered": True},
        [
            ("k_velocity", K),
            ("b_velocity", B),
            ("k_momentum", K),
            ("b_momentum", B),
            ("k_average_gradient", K),
            ("b_average_gradient", B),
        ],
    ),
    ("Adam", {}, [("k_momentum", K), ("k_velocity", K), ("b_momentum", B), ("b_velocity", B)]),
    (
        "Adam",
        {"amsgrad": True},
        [
            ("k_momentum", K),
            ("k_velocity", K),
            ("b_momentum", B),
            ("b_velocity", B),
            ("k_velocity_hat", K),
            ("b_velocity_hat", B),
        ],
    ),
    (
        "SGD",
        {"use_ema": True, "gradient_accumulation_steps": 2, "momentum": 0.5},
        [
            ("k_average", K),
            ("b_average", B),
            ("k_gradient_accumulator", K),
            ("b_gradient_accumulator", B),
            ("k_momentum", K),
            ("b_momentum", B),
        ],
    ),
    ("AdamW", {}, [("k_momentum", K), ("k_velocity", K), ("b_momentum", B), ("b_velocity", B)]),
    ("Adagrad", {}, [("k_accumulator", K), ("b_accumulator", B)]),
    (
        "Nadam",
        {},
        [("k_momentum", K), ("k_velocity", K), ("b_momentum", B), ("b_velocity", B), ("variable", ())],
    ),
    (
        "Adadelta",
        {},
        [
            ("k_accumulated_grad", K),
            ("k_accumulated_delta_var", K),
            ("b_accumulated_grad", B),
            ("b_accumulated_delta_var", B),
        ],
    ),
    ("Adamax", {}, [("k_momentum", K), ("k_norm", K), ("b_momentum", B), ("b_norm", B)]),
    ("Ftrl", {}, [("k_accumulator", K), ("k_linear", K), ("b_accumulator", B), ("b_linear", B)]),
    ("Lion", {}, [("k_momentum", K), ("b_momentum", B)]),
    ("Lamb", {}, [("k_momentum", K), ("k_velocity", K), ("b_momentum", B), ("b_velocity", B)]),
    (
        "Adafactor",
        {},
        [("k", (3,)), ("k", (2,)), ("k_velocity", K), ("b", ()), ("b", ()), ("b_velocity", B)],
    ),
]


def weights():
    return [Variable(np.ones(K, "float32"), name="k"), Variable(np.ones(B, "float32"), name="b")]


def trained(name, kwargs, steps=3):
    optimizer, variables = getattr(optimizers, name)(**kwargs), weights()
    for step in range(steps):
        step_of(optimizer, variables, step)
    return optimizer, variables


def step_of(optimizer, variables, step):
    optimizer.apply([np.full(K, 0.5 + step, "float32"), np.full(B, -1.0, "float32")], variables)


@pytest.mark.parametrize(("name", "kwargs", "expected"), STATE)
def test_variables_are_those_of_keras(name, kwargs, expected):
    optimizer = getattr(optimizers, name)(**kwargs)
    optimizer.build(weights())
    found = [(v.name.removesuffix(":0"), tuple(v.shape)) for v in optimizer.variables]
    assert found == [("iteration", ()), ("learning_rate", ()), *expected]
    assert optimizer.variables[0].dtype == "int64"
    integers = 2 if name == "Adafactor" else 0
    assert [v.dtype.name for v in optimizer.variables[1:]].count("int32") == integers
    assert not any(v.trainable for v in optimizer.variables)
    assert (
        optimizer.variables[2:] == [] or optimizer.variables[2].path == f"{optimizer.name}/{expected[0][0]}"
    )
    assert optimizer.variables() == optimizer.variables  # as before Keras 2.11


def test_a_schedule_takes_the_place_of_the_learning_rate_variable():
    optimizer = optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 5, 0.9))
    assert [v.name for v in optimizer.variables] == ["iteration:0"]


@pytest.mark.parametrize(("name", "kwargs", "expected"), STATE)
def test_saved_state_goes_on_where_it_stopped(name, kwargs, expected):
    optimizer, variables = trained(name, kwargs)
    store: dict = {}
    optimizer.save_own_variables(store)
    assert list(store) == [str(i) for i in range(2 + len(expected))]
    other = getattr(optimizers, name)(**kwargs)
    copies = [Variable(v.numpy(), name=n) for v, n in zip(variables, "kb", strict=True)]
    other.build(copies)
    other.load_own_variables(store)
    step_of(optimizer, variables, 3)
    step_of(other, copies, 3)
    for a, b in zip([*variables, *optimizer.variables], [*copies, *other.variables], strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    assert int(other._iterations) == 4


@pytest.mark.parametrize("copier", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_copies_keep_their_state(copier):
    optimizer, variables = trained("Adam", {})
    other, copies = copier((optimizer, variables))
    step_of(other, copies, 3)
    assert int(optimizer.iterations) == 3
    step_of(optimizer, variables, 3)
    np.testing.assert_array_equal(variables[0].numpy(), copies[0].numpy())
    assert other._trainable_variables[0] is copies[0]


def test_set_weights_and_get_weights():
    optimizer, _ = trained("Adam", {})
    values = optimizer.get_weights()
    assert [v.shape for v in values] == [(), (), K, K, B, B]
    values[2] = values[2] + 1
    optimizer.set_weights(values)
    np.testing.assert_array_equal(
        optimizer.get_slot(optimizer._trainable_variables[0], "momentum").numpy(), values[2]
    )
    with pytest.raises(ValueError, match="5 values for the optimizer's 6 variables"):
        optimizer.set_weights(values[:-1])
    wrong = [*values[:-1], np.zeros((7,))]
    wrong[2] = values[2] * 0
    with pytest.raises(ValueError, match=r"shape \(7,\) for the variable 'b_velocity:0' of shape \(2,\)"):
        optimizer.set_weights(wrong)
    np.testing.assert_array_equal(optimizer.get_weights()[2], values[2])  # nothing was set
    with pytest.raises(ValueError, match="not built yet"):
        optimizers.Adam().set_weights(values)


def test_state_of_another_size_is_left_with_a_warning():
    optimizer, _ = trained("Adam", {})
    before = optimizer.get_weights()
    with pytest.warns(UserWarning, match="it has 6, the saved one 2"):
        optimizer.load_own_variables({"0": np.int64(9), "1": np.float32(1)})
    np.testing.assert_array_equal(optimizer.get_weights()[2], before[2])


def test_slots_take_the_dtype_of_their_variable():
    for dtype in ("float16", "bfloat16", "float64"):
        variable = Variable(np.ones(3), dtype=dtype)
        for name in (
            "SGD",
            "RMSprop",
            "Adam",
            "Adagrad",
            "Nadam",
            "Adadelta",
            "Adamax",
            "Ftrl",
            "Lion",
            "Lamb",
            "Adafactor",
        ):
            optimizer = getattr(optimizers, name)(0.01)
            optimizer.apply([np.ones(3, "float32")], [variable])
            assert variable.dtype == dtype
            assert all(v.dtype in (dtype, "int64", "int32", "float32") for v in optimizer.variables)
            assert name == "SGD" or optimizer.variables[-2 if name == "Nadam" else -1].dtype == dtype
        assert np.isfinite(variable.numpy().astype("float64")).all()
        assert (variable.numpy().astype("float64") < 1).all()


def test_get_slot():
    optimizer, variables = trained("Adam", {})
    assert optimizer.get_slot_names() == ["momentum", "velocity"]
    assert optimizer.get_slot(variables[1], "velocity").name == "b_velocity:0"
    with pytest.raises(ValueError, match=r"keeps no 'velocty'\. Did you mean 'velocity'"):
        optimizer.get_slot(variables[0], "velocty")
    with pytest.raises(ValueError, match=r"Unknown variable 'other:0'.*'k:0', 'b:0'"):
        optimizer.get_slot(Variable(1.0, name="other"), "velocity")


def test_new_variables_get_their_slots_when_they_come():
    optimizer, variables = trained("Adam", {})
    extra = Variable([1.0], name="extra")
    optimizer.apply([np.ones(K, "float32"), np.ones(1, "float32")], [variables[0], extra])
    assert [v.name for v in optimizer.variables[-2:]] == ["extra_momentum:0", "extra_velocity:0"]
    assert extra.numpy()[0] < 1
