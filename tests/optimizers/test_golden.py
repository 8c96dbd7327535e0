"""Twenty steps on fixed gradients, configs and schedules, against what Keras 3 answered."""

from __future__ import annotations

import numpy as np
import pytest

from unikeras import optimizers
from unikeras.core.tensor import convert_to_tensor
from unikeras.core.variable import Variable


def walk(golden, key, optimizer):
    """Make the golden steps; compare the variables after each of the kept ones."""
    data, answer = golden.entries["data"], golden.answer(key)
    variables = [Variable(golden.array(s), name=f"v{i}") for i, s in enumerate(data["starts"])]
    expected = iter(answer["variables"])
    compared = 0
    for step, gradients in enumerate(data["gradients"]):
        tensors = [convert_to_tensor(golden.array(g)) for g in gradients]
        optimizer.apply_gradients(zip(tensors, variables, strict=True))
        if step in data["kept"]:
            for variable, wanted in zip(variables, next(expected), strict=True):
                np.testing.assert_allclose(variable.numpy(), golden.array(wanted), rtol=2e-6, atol=2e-6)
                compared += 1
    assert compared == 15
    assert int(optimizer.iterations) == answer["iterations"]
    assert float(np.asarray(optimizer.learning_rate)) == pytest.approx(answer["learning_rate"], abs=1e-8)
    if "finalized" in answer:
        optimizer.finalize_variable_values(variables)
        for variable, wanted in zip(variables, answer["finalized"], strict=True):
            np.testing.assert_allclose(variable.numpy(), golden.array(wanted), rtol=2e-6, atol=2e-6)


def test_walk(golden, walk_id):
    entry = golden.entries[walk_id]
    walk(golden, walk_id, getattr(optimizers, entry["name"])(**entry["kwargs"]))


def test_walk_after_config_round_trip(golden, walk_id):
    entry = golden.entries[walk_id]
    made = getattr(optimizers, entry["name"])(**entry["kwargs"])
    walk(golden, walk_id, optimizers.deserialize(optimizers.serialize(made)))


def test_scheduled(golden, scheduled_id):
    entry = golden.entries[scheduled_id]
    schedule = getattr(optimizers.schedules, entry["name"])(**entry["kwargs"])
    walk(golden, scheduled_id, optimizers.SGD(learning_rate=schedule, momentum=0.5))


def test_config(golden, config_id):
    wanted = dict(golden.answer(config_id)["config"])
    config = getattr(optimizers, golden.entries[config_id]["name"])().get_config()
    config = {k: v for k, v in config.items() if not isinstance(v, list)}  # the golden data keeps no lists
    prefix = wanted.pop("name").rstrip("0123456789").rstrip("_")
    assert config.pop("name").rstrip("0123456789").rstrip("_") == prefix
    assert config == wanted
    assert list(config) == list(wanted)


def test_schedule(golden, schedule_id):
    entry = golden.entries[schedule_id]
    schedule = getattr(optimizers.schedules, entry["name"])(**entry["kwargs"])
    values = [np.asarray(schedule(step)) for step in range(26)]
    assert values[0].dtype == np.float32
    np.testing.assert_allclose(
        values, golden.array(golden.answer(schedule_id)["values"]), rtol=5e-6, atol=1e-8
    )


@pytest.mark.parametrize(
    "kind", [np.int64, np.int32, np.array, convert_to_tensor, lambda s: Variable(s, dtype="int64")]
)
def test_schedule_of_any_integer(golden, schedule_id, kind):
    entry = golden.entries[schedule_id]
    schedule = getattr(optimizers.schedules, entry["name"])(**entry["kwargs"])
    wanted = golden.array(golden.answer(schedule_id)["values"])[7]
    np.testing.assert_allclose(np.asarray(schedule(kind(7))), wanted, rtol=5e-6)


def test_schedule_config(golden, schedule_config_id):
    entry = golden.entries[schedule_config_id]
    schedule = getattr(optimizers.schedules, entry["name"])(**entry["kwargs"])
    assert schedule.get_config() == golden.answer(schedule_config_id)["config"]
    again = optimizers.schedules.deserialize(optimizers.schedules.serialize(schedule))
    assert type(again) is type(schedule)
    assert again.get_config() == schedule.get_config()


def test_alias(golden, alias_id):
    name, answers = golden.entries[alias_id]["name"], golden.entries[alias_id]["answers"]
    known = [a["class"] for a in answers.values() if "class" in a]
    if known or name == "lamb":  # Keras has the class, but not the string
        assert type(optimizers.get(name)).__name__ == (known[0] if known else "Lamb")
    else:
        with pytest.raises(ValueError, match="Unknown optimizer"):
            optimizers.get(name)
