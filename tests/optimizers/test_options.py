"""What all optimizers share: learning rate, clipping, decay, averages, constraints, identifying, errors."""

from __future__ import annotations

import signal
import threading

import numpy as np
import pytest

import unikeras.core.strict as strict
from unikeras import engine, ops, optimizers
from unikeras.core.function import function
from unikeras.core.tape import GradientTape
from unikeras.core.tensor import convert_to_tensor
from unikeras.core.variable import Variable
from unikeras.optimizers import SGD, Adam
from unikeras.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from unikeras.saving.registry import register_keras_serializable


def descend(optimizer, gradients, start=(3.0, 4.0), constraint=None):
    """The variable after each of the gradients."""
    variable = Variable(np.array(start, "float32"), name="w", constraint=constraint)
    after = []
    for gradient in gradients:
        optimizer.apply_gradients([(convert_to_tensor(np.array(gradient, "float32")), variable)])
        after.append(variable.numpy().tolist())
    return after


GROWING = [[i, -2.0 * i] for i in range(1, 7)]

# Asked of Keras 3.15: w = [3, 4], gradients i * [1, -2] at call i.
ASKED = {
    "average and constraint": (
        {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3},
        True,
        [[2.9, 3.5], [2.7, 3.5], [2.6, 3.5], [2.2, 3.5], [1.7, 3.5], [1.575, 3.5]],
    ),
    "average and accumulation": (
        {
            "use_ema": True,
            "ema_momentum": 0.5,
            "gradient_accumulation_steps": 2,
            "ema_overwrite_frequency": 3,
        },
        False,
        [[3.0, 4.0], [2.85, 4.3], [2.85, 4.3], [2.5, 5.0], [2.5875, 4.825], [2.3125, 5.375]],
    ),
    "accumulation, clipping and weight decay": (
        {"gradient_accumulation_steps": 2, "clipnorm": 1.0, "weight_decay": 0.5},
        False,
        [
            [3, 4],
            [2.80527854, 3.88944268],
            [2.80527854, 3.88944268],
            [2.62029314, 3.78441334],
            [2.62029314, 3.78441334],
            [2.44455719, 3.6846354],
        ],
    ),
    "accumulation and constraint": (
        {"gradient_accumulation_steps": 2},
        True,
        [[3.0, 3.5], [2.85, 3.5], [2.85, 3.5], [2.5, 3.5], [2.5, 3.5], [1.95, 3.5]],
    ),
    "loss scale": (
        {"loss_scale_factor": 2.0, "clipvalue": 0.3},
        False,
        [[2.97, 4.03], [2.94, 4.06], [2.91, 4.09], [2.88, 4.12], [2.85, 4.15], [2.82, 4.18]],
    ),
}


@pytest.mark.parametrize("key", ASKED)
def test_options_together(key):
    options, constrained, expected = ASKED[key]
    constraint = (lambda w: ops.clip(w, -1.0, 3.5)) if constrained else None
    np.testing.assert_allclose(
        descend(SGD(0.1, **options), GROWING, constraint=constraint), expected, rtol=1e-6
    )


def test_accumulation_holds_back_adam_as_well():
    optimizer = Adam(0.1, gradient_accumulation_steps=2)
    after = descend(optimizer, GROWING)
    expected = [[3, 4], [2.9000008, 4.0999994], [2.9000008, 4.0999994], [2.8052158, 4.1947846]]
    np.testing.assert_allclose(after[:4], expected, rtol=1e-6)
    assert int(optimizer.iterations) == 3
    assert int(optimizer.variables[0]) == 6


def test_legacy_decay_and_lr():
    # Asked of tf_keras: legacy.SGD(0.1, decay=0.5), start [1, 2], gradients of ones.
    optimizer = SGD(lr=0.1, decay=0.5)
    after = descend(optimizer, [[1, 1]] * 4, start=(1, 2))
    np.testing.assert_allclose([a[0] for a in after], [0.9, 0.8333333, 0.7833333, 0.7433333], rtol=1e-6)
    assert float(optimizer.lr) == pytest.approx(0.1)
    assert optimizer.get_config()["decay"] == 0.5
    assert optimizers.legacy.SGD is SGD
    old = SGD.from_config(
        {"name": "SGD", "lr": 0.5, "decay": 0.0, "momentum": 0.0, "nesterov": False, "jit_compile": True}
    )
    assert float(old.learning_rate) == 0.5


def test_setting_the_learning_rate_takes_effect_at_once():
    optimizer = SGD(1.0)
    assert descend(optimizer, [[1, 1]], start=(0, 0)) == [[-1, -1]]
    optimizer.learning_rate = 0.5
    assert descend(optimizer, [[1, 1]], start=(0, 0)) == [[-0.5, -0.5]]
    optimizer.lr = 0.25
    assert descend(optimizer, [[1, 1]], start=(0, 0)) == [[-0.25, -0.25]]
    optimizer.learning_rate.assign(2.0)
    assert descend(optimizer, [[1, 1]], start=(0, 0)) == [[-2, -2]]


@pytest.mark.skipif(not engine.current().compiles, reason="updates run as they are on this engine")
def test_setting_the_learning_rate_compiles_nothing():
    optimizer, variable, gradient = SGD(1.0), Variable([0.0]), convert_to_tensor([1.0])
    optimizer.apply([gradient], [variable])
    update = next(iter(optimizer._compiled.values()))
    optimizer.learning_rate = 0.5
    optimizer.apply([gradient], [variable])
    assert next(iter(optimizer._compiled.values())) is update
    assert variable.numpy().tolist() == [-1.5]


def test_setting_another_option_takes_effect_at_once():
    optimizer = SGD(1.0)
    variable = Variable([0.0], name="w")
    optimizer.apply([convert_to_tensor([4.0])], [variable])
    optimizer.clipvalue = 1.0
    optimizer.apply([convert_to_tensor([4.0])], [variable])
    assert variable.numpy().tolist() == [-5.0]


def test_learning_rate_from_a_function_a_variable_and_a_users_schedule():
    assert descend(SGD(lambda: 0.5), [[1, 1]], start=(0, 0)) == [[-0.5, -0.5]]
    rate = Variable(0.5, name="rate")
    optimizer = SGD(rate)
    descend(optimizer, [[1, 1]], start=(0, 0))
    rate.assign(0.25)
    assert descend(optimizer, [[1, 1]], start=(0, 0)) == [[-0.25, -0.25]]

    class Rising(LearningRateSchedule):
        def __call__(self, step):
            return ops.cast(step, "float64") * 2 + 1  # a dtype of its own

    optimizer = SGD(Rising())
    assert descend(optimizer, [[1, 1]] * 3, start=(0, 0))[-1] == [-9.0, -9.0]
    assert float(optimizer.learning_rate) == 7.0
    with pytest.raises(NotImplementedError, match="Rising must define get_config"):
        optimizer.get_config()
    with pytest.raises(NotImplementedError, match="must define __call__"):
        LearningRateSchedule()(1)


def test_a_schedule_cannot_be_set_by_a_number_but_by_a_schedule():
    optimizer = SGD(ExponentialDecay(1.0, 1, 0.5))
    with pytest.raises(TypeError, match=r"follows <.*ExponentialDecay.* and cannot be set"):
        optimizer.learning_rate = 0.1
    optimizer.learning_rate = ExponentialDecay(0.5, 1, 0.5)
    assert descend(optimizer, [[1, 1]] * 2, start=(0, 0)) == [[-0.5, -0.5], [-0.75, -0.75]]
    number = SGD(0.1)
    number.learning_rate = ExponentialDecay(0.5, 1, 0.5)
    assert len(number.variables) == 1
    assert descend(number, [[1, 1]] * 2, start=(0, 0)) == [[-0.5, -0.5], [-0.75, -0.75]]


def test_global_clipnorm_spans_the_variables():
    a, b = Variable([0.0]), Variable([0.0, 0.0])
    SGD(1.0, global_clipnorm=1.0).apply([np.float32([3.0]), np.float32([0.0, 4.0])], [a, b])
    np.testing.assert_allclose(a.numpy(), [-0.6], rtol=1e-6)
    np.testing.assert_allclose(b.numpy(), [0.0, -0.8], rtol=1e-6)


@pytest.mark.parametrize("kind", ["var_list", "var_names"])
def test_exclude_from_weight_decay(kind):
    kernel, bias = Variable([1.0], name="kernel"), Variable([1.0], name="bias")
    optimizer = SGD(0.5, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(**{kind: [bias] if kind == "var_list" else ["^bi"]})
    optimizer.apply([np.zeros(1, "float32"), np.zeros(1, "float32")], [kernel, bias])
    assert (kernel.numpy()[0], bias.numpy()[0]) == (0.75, 1.0)
    with pytest.raises(ValueError, match="before the optimizer is built"):
        optimizer.exclude_from_weight_decay(var_names=["x"])


def test_finalize_without_averages_changes_nothing():
    variable = Variable([1.0])
    optimizer = SGD(1.0)
    optimizer.apply([np.float32([1])], [variable])
    optimizer.finalize_variable_values([variable])
    assert variable.numpy().tolist() == [0.0]


def test_missing_gradients():
    a, b = Variable([1.0], name="a"), Variable([1.0], name="b")
    optimizer = Adam(0.1)
    with pytest.warns(
        UserWarning, match=r"Gradients do not exist for variables \['a:0'\] when minimizing the loss"
    ):
        optimizer.apply_gradients([(None, a), (convert_to_tensor([1.0]), b)])
    assert a.numpy().tolist() == [1.0]
    assert b.numpy()[0] < 1
    with pytest.raises(ValueError, match=r"No gradients provided for any variable: \['a:0', 'b:0'\]"):
        optimizer.apply_gradients([(None, a), (None, b)])
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([])
    strict.strict(True)
    try:
        with pytest.raises(ValueError, match="Gradients do not exist"):
            optimizer.apply_gradients([(None, a), (convert_to_tensor([1.0]), b)])
    finally:
        strict.strict(False)


def test_wrong_shapes_and_numbers_name_the_variable():
    variable = Variable(np.zeros((3, 2), "float32"), name="kernel")
    optimizer = Adam()
    for _ in range(2):  # also once it is compiled
        with pytest.raises(
            ValueError, match=r"variable 'kernel:0' has shape \(2,\), but the variable has shape \(3, 2\)"
        ):
            optimizer.apply([np.ones(2, "float32")], [variable])
        assert np.all(variable.numpy() == 0)
        optimizer.apply([np.zeros((3, 2), "float32")], [variable])
    with pytest.raises(ValueError, match="2 gradients for 1 variables"):
        optimizer.apply([1.0, 2.0], [variable])
    with pytest.raises(ValueError, match="not built yet"):
        SGD().apply([1.0])
    optimizer.apply([np.ones((3, 2), "float32")])  # the variables it was built for
    assert int(optimizer.iterations) == 3


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SGD(momentum=2.0), ValueError, "momentum must be in the range"),
        (
            lambda: SGD(clipnorm=1.0, clipvalue=1.0),
            ValueError,
            "Only one of clipnorm, clipvalue and global_clipnorm",
        ),
        (lambda: SGD(clipnorm=-1.0), ValueError, "clipnorm must be a positive number"),
        (lambda: SGD(ema_momentum=2), ValueError, "ema_momentum must be in the range"),
        (
            lambda: SGD(use_ema=True, ema_overwrite_frequency=0),
            ValueError,
            "ema_overwrite_frequency must be an integer",
        ),
        (
            lambda: SGD(gradient_accumulation_steps=1),
            ValueError,
            "gradient_accumulation_steps must be an integer",
        ),
        (lambda: SGD(-0.1), ValueError, "learning_rate must be a number that is not negative"),
        (lambda: SGD("fast"), ValueError, "not 'fast'"),
        (
            lambda: SGD(clipnrm=1.0),
            TypeError,
            "unexpected keyword argument 'clipnrm'. Did you mean 'clipnorm'",
        ),
        (lambda: optimizers.AdamW(weight_decay=None), ValueError, "weight_decay must be a number"),
        (lambda: optimizers.Adagrad(initial_accumulator_value=-1), ValueError, "must not be negative"),
        (lambda: optimizers.Ftrl(learning_rate_power=1), ValueError, "must not be positive"),
        (lambda: optimizers.Ftrl(beta=-1), ValueError, "beta must not be negative"),
        (lambda: optimizers.Lion(beta_1=0), ValueError, r"in the range \(0, 1\]"),
        (lambda: ExponentialDecay(0.1, 0, 0.9), ValueError, "decay_steps must be greater than 0"),
        (lambda: ExponentialDecay("0.1", 1, 0.9), TypeError, "initial_learning_rate must be a number"),
        (lambda: CosineDecay(0.1, 5, warmup_steps=-1), ValueError, "warmup_steps must not be negative"),
        (lambda: CosineDecayRestarts(0.1, 0), ValueError, "first_decay_steps must be greater than 0"),
        (lambda: PiecewiseConstantDecay([1, 2], [1.0, 2.0]), ValueError, "2 values for 2 boundaries"),
        (lambda: PiecewiseConstantDecay([2, 1], [1.0, 2.0, 3.0]), ValueError, "boundaries must grow"),
        (lambda: optimizers.get("adm"), ValueError, "Unknown optimizer 'adm'. Did you mean 'adam'"),
        (lambda: optimizers.get(3), ValueError, "Cannot use 3"),
        (
            lambda: optimizers.schedules.deserialize({"class_name": "X", "config": {}}),
            ValueError,
            "Unknown learning rate schedule",
        ),
    ],
)
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_root_of_a_polynomial_decay_is_never_nan():
    schedule = PolynomialDecay(0.1, 10, power=0.5)
    traced = function(lambda step: schedule(step))
    for step in (10, 11, 1000):
        assert float(traced(convert_to_tensor(step))) == pytest.approx(1e-4)


def test_get():
    made = Adam()
    assert optimizers.get(made) is made
    assert optimizers.get(None) is None
    assert type(optimizers.get(Adam)) is Adam
    for config in ({"class_name": "adam", "config": {"learning_rate": 0.5}}, optimizers.serialize(Adam(0.5))):
        assert float(optimizers.get(config).learning_rate) == 0.5
    scheduled = optimizers.get(optimizers.serialize(SGD(ExponentialDecay(0.5, 2, 0.5), momentum=0.5)))
    assert scheduled.get_config()["learning_rate"]["config"]["decay_steps"] == 2


@register_keras_serializable("mine")
class SignDescent(optimizers.Optimizer):
    """In the way Keras 3 asks of users."""

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.counts = [self.add_variable_from_reference(v, "count") for v in variables]

    def update_step(self, gradient, variable, learning_rate):
        count = self.counts[self._get_variable_index(variable)]
        count.assign_add(ops.ones_like(count))
        variable.assign_sub(ops.cast(learning_rate, variable.dtype) * ops.sign(gradient))


def test_a_users_optimizer():
    optimizer = SignDescent(0.5)
    assert descend(optimizer, [[3, -3], [1, 1]], start=(0, 0)) == [[-0.5, 0.5], [-1.0, 0.0]]
    assert optimizer.variables[-1].numpy().tolist() == [2, 2]
    config = optimizers.serialize(optimizer)
    assert config["registered_name"] == "mine>SignDescent"
    assert type(optimizers.deserialize(config)) is SignDescent
    with pytest.raises(ValueError, match=r"built for other variables than \['new:0'\]"):
        optimizer.apply([np.ones(1, "float32")], [Variable([1.0], name="new")])
    with pytest.raises(NotImplementedError, match="must define update_step"):
        optimizers.Optimizer(0.1).apply([np.ones(1, "float32")], [Variable([1.0])])


def test_traced_steps_equal_eager_ones():
    variables, results = [], []
    for wrap in (lambda f: f, function):
        optimizer, w = Adam(0.1, weight_decay=0.1), Variable([1.0, 2.0], name="w")

        @wrap
        def step(g, optimizer=optimizer, w=w):
            optimizer.apply_gradients([(g * 2.0, w)])

        for i in range(4):
            step(convert_to_tensor([float(i), 1.0]))
        assert int(optimizer.iterations) == 4
        variables.append(w)
        results.append(w.numpy())
    np.testing.assert_allclose(results[0], results[1], rtol=1e-6)


@pytest.mark.usefixtures("needs_gradients")
def test_minimize():
    w = Variable(2.0, name="w")
    optimizer = SGD(0.25)
    optimizer.minimize(lambda: w * w, var_list=lambda: [w])
    assert float(w) == 1.0
    with GradientTape() as tape:
        loss = w * w
    optimizer.minimize(loss, [w], tape=tape)
    assert float(w) == 0.5
    with pytest.raises(ValueError, match="needs the `tape`"):
        optimizer.minimize(loss, [w])


@pytest.mark.usefixtures("needs_gradients")
def test_an_update_inside_a_tape():
    """As in TensorFlow: the tape goes on from the new value, and no gradient flows through the assignment."""
    w, g = Variable(2.0), convert_to_tensor(1.0)
    with GradientTape() as tape:
        tape.watch(g)
        SGD(0.25).apply([g * g], [w])
        after = w * w
    assert float(after) == 1.75**2
    to_w, to_g = tape.gradient(after, [w, g])
    assert float(to_w) == 3.5
    assert to_g is None


def test_stateless_apply():
    w = Variable([1.0, 2.0])
    optimizer = SGD(0.5, momentum=0.5)
    with pytest.raises(ValueError, match=r"call build\(variables\) first"):
        optimizer.stateless_apply([], [], [])
    optimizer.build([w])
    values = [v.value for v in optimizer.variables]
    [new], state = optimizer.stateless_apply(values, [np.float32([1, 1])], [w.value])
    assert np.asarray(new).tolist() == [0.5, 1.5]
    assert int(state[0]) == 1
    assert w.numpy().tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="one value for each of the 3 variables"):
        optimizer.stateless_apply(values[:-1], [np.float32([1, 1])], [w.value])


def test_values_taken_from_slots_stay_valid():
    """Slots' memory is used again at the next step, but not while somebody holds it."""
    w = Variable(np.zeros(4, "float32"))
    optimizer = Adam(0.1)
    held = []
    for _ in range(4):
        optimizer.apply([np.ones(4, "float32")], [w])
        held.append((optimizer.get_slot(w, "momentum").value, optimizer.get_slot(w, "momentum").numpy()))
    for tensor, array in held:
        np.testing.assert_array_equal(np.asarray(tensor), array)
    assert len({float(a[0]) for _, a in held}) == 4


@pytest.mark.skipif(not engine.current().compiles, reason="updates run as they are on this engine")
def test_an_interrupt_during_a_step_keeps_the_state():
    w = Variable(np.zeros(4, "float32"))
    optimizer = Adam(0.1)
    optimizer.apply([np.ones(4, "float32")], [w])
    optimizer.apply([np.ones(4, "float32")], [w])
    timer = threading.Timer(0.0, signal.raise_signal, (signal.SIGINT,))

    def steps_without_end():
        timer.start()
        for _ in range(1_000_000):
            optimizer.apply([np.ones(4, "float32")], [w])

    saved = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            steps_without_end()
        timer.join()
    finally:
        signal.signal(signal.SIGINT, saved)
    before = int(optimizer.iterations)
    optimizer.apply([np.ones(4, "float32")], [w])
    assert int(optimizer.iterations) == before + 1
    assert np.isfinite(w.numpy()).all()
