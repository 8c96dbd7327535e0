"""Record what the callbacks of Keras 3 and tf_keras do, as golden traces for tests/callbacks.

Run in an environment that has `tensorflow`, `keras` (3) and `tf_keras`:

    python tools/golden/callbacks.py            # writes tests/golden/callbacks.json

Each case feeds a callback a made-up sequence of logs on a one-weight model whose weight is the number of the
epoch. `drive` is used by the tests too, with unikeras's callbacks and a fake model, so all three answer the
same questions.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "golden" / "callbacks.json"
NAN, INF = math.nan, math.inf


def case(
    name: str, callback: str, kwargs: dict, logs: list[dict], *, batches: int = 0, lr: float = 0.1
) -> dict:
    """One question: the callback, its arguments, what it is told."""
    return {
        "name": name,
        "callback": callback,
        "kwargs": kwargs,
        "logs": logs,
        "batches": batches,
        "lr": lr,
    }


def val(*losses: float, key: str = "val_loss") -> list[dict]:
    return [{"loss": 1.0 / (i + 1), key: v} for i, v in enumerate(losses)]


CURVE = val(1.0, 0.8, 0.7, 0.75, 0.72, 0.71, 0.69, 0.9, 0.9, 0.9, 0.9)
RISE = val(0.1, 0.5, 0.6, 0.55, 0.58, 0.4, key="val_accuracy")
FLAT = val(*[1.0] * 12)

CASES = [
    case("es-default", "EarlyStopping", {}, CURVE),
    case("es-patience-2", "EarlyStopping", {"patience": 2, "verbose": 1}, CURVE),
    case("es-patience-3-restore", "EarlyStopping", {"patience": 3, "restore_best_weights": True,
         "verbose": 1}, CURVE),
    case("es-restore-unstopped", "EarlyStopping", {"patience": 50, "restore_best_weights": True}, CURVE),
    case("es-restore-unstopped-verbose", "EarlyStopping",
         {"patience": 50, "restore_best_weights": True, "verbose": 1}, CURVE),
    case("es-min-delta", "EarlyStopping", {"min_delta": 0.15, "patience": 2}, CURVE),
    case("es-min-delta-negative", "EarlyStopping", {"min_delta": -0.15, "patience": 2}, CURVE),
    case("es-max", "EarlyStopping", {"monitor": "val_accuracy", "mode": "max", "patience": 2}, RISE),
    case("es-auto-accuracy", "EarlyStopping", {"monitor": "val_accuracy", "patience": 2}, RISE),
    case("es-min-of-accuracy", "EarlyStopping", {"monitor": "val_accuracy", "mode": "min", "patience": 2},
         RISE),
    case("es-max-delta", "EarlyStopping",
         {"monitor": "val_accuracy", "mode": "max", "patience": 1, "min_delta": 0.2}, RISE),
    case("es-baseline-never", "EarlyStopping", {"baseline": 0.5, "patience": 3}, CURVE),
    case("es-baseline-met", "EarlyStopping", {"baseline": 0.74, "patience": 3}, CURVE),
    case("es-baseline-restore", "EarlyStopping",
         {"baseline": 0.5, "patience": 3, "restore_best_weights": True, "verbose": 1}, CURVE),
    case("es-start-from", "EarlyStopping", {"start_from_epoch": 4, "patience": 1, "verbose": 1}, CURVE),
    case("es-start-from-restore", "EarlyStopping",
         {"start_from_epoch": 4, "patience": 2, "restore_best_weights": True}, CURVE),
    case("es-nan", "EarlyStopping", {"patience": 2, "restore_best_weights": True}, val(1.0, NAN, NAN, NAN)),
    case("es-nan-first", "EarlyStopping", {"patience": 3, "restore_best_weights": True}, val(NAN, NAN, 0.5,
         0.6)),
    case("es-missing", "EarlyStopping", {"monitor": "val_acc", "patience": 1}, CURVE),
    case("es-loss", "EarlyStopping", {"monitor": "loss"}, CURVE),
    case("es-bad-mode", "EarlyStopping", {"mode": "upwards"}, val(1.0, 2.0)),

    case("lr-default", "ReduceLROnPlateau", {}, FLAT),
    case("lr-patience-2", "ReduceLROnPlateau", {"patience": 2, "factor": 0.5, "verbose": 1}, CURVE),
    case("lr-cooldown", "ReduceLROnPlateau", {"patience": 2, "factor": 0.5, "cooldown": 2}, FLAT),
    case("lr-patience-0", "ReduceLROnPlateau", {"patience": 0, "factor": 0.5}, CURVE),
    case("lr-patience-1", "ReduceLROnPlateau", {"patience": 1, "factor": 0.1, "min_lr": 0.002,
         "verbose": 1}, FLAT),
    case("lr-min-delta", "ReduceLROnPlateau", {"patience": 2, "min_delta": 0.3}, CURVE),
    case("lr-max", "ReduceLROnPlateau", {"monitor": "val_accuracy", "mode": "max", "patience": 1}, RISE),
    case("lr-auto-accuracy", "ReduceLROnPlateau", {"monitor": "val_accuracy", "patience": 1}, RISE),
    case("lr-missing", "ReduceLROnPlateau", {"monitor": "nope", "patience": 1}, CURVE),
    case("lr-factor-1", "ReduceLROnPlateau", {"factor": 1.0}, FLAT),
    case("lr-bad-mode", "ReduceLROnPlateau", {"mode": "upwards", "patience": 1}, val(1.0, 2.0, 2.0)),

    case("ck-every", "ModelCheckpoint", {"filepath": "m-{epoch:02d}-{val_loss:.2f}.keras"}, CURVE[:3]),
    case("ck-weights", "ModelCheckpoint",
         {"filepath": "m.weights.h5", "save_weights_only": True, "verbose": 1}, CURVE[:2]),
    case("ck-best", "ModelCheckpoint", {"filepath": "best.keras", "save_best_only": True, "verbose": 1},
         CURVE),
    case("ck-best-weights", "ModelCheckpoint",
         {"filepath": "{epoch}.weights.h5", "save_best_only": True, "save_weights_only": True}, CURVE),
    case("ck-best-max", "ModelCheckpoint",
         {"filepath": "{epoch}.keras", "save_best_only": True, "monitor": "val_accuracy", "mode": "max"},
         RISE),
    case("ck-best-auto", "ModelCheckpoint",
         {"filepath": "{epoch}.keras", "save_best_only": True, "monitor": "val_accuracy"}, RISE),
    case("ck-threshold", "ModelCheckpoint",
         {"filepath": "{epoch}.keras", "save_best_only": True, "initial_value_threshold": 0.72,
         "verbose": 1}, CURVE),
    case("ck-nan", "ModelCheckpoint", {"filepath": "{epoch}.keras", "save_best_only": True}, val(NAN, 0.5,
         NAN)),
    case("ck-freq-2", "ModelCheckpoint",
         {"filepath": "{epoch}-{batch}.keras", "save_freq": 2}, CURVE[:3], batches=3),
    case("ck-freq-5", "ModelCheckpoint",
         {"filepath": "{epoch}-{batch}.keras", "save_freq": 5}, CURVE[:4], batches=3),
    case("ck-freq-bad", "ModelCheckpoint", {"filepath": "a.keras", "save_freq": "often"}, CURVE[:1]),
    case("ck-missing-format", "ModelCheckpoint", {"filepath": "{val_acc:.2f}.keras"}, CURVE[:1]),
    case("ck-missing-monitor", "ModelCheckpoint",
         {"filepath": "a.keras", "save_best_only": True, "monitor": "nope", "mode": "min"}, CURVE[:2]),
    case("ck-h5", "ModelCheckpoint", {"filepath": "{epoch}.h5"}, CURVE[:2]),
    case("ck-no-suffix", "ModelCheckpoint", {"filepath": "folder/model"}, CURVE[:2]),
    case("ck-weights-no-suffix", "ModelCheckpoint",
         {"filepath": "ckpt", "save_weights_only": True}, CURVE[:2]),
    case("ck-ckpt", "ModelCheckpoint",
         {"filepath": "cp-{epoch:04d}.ckpt", "save_weights_only": True}, CURVE[:2]),
    case("ck-bad-mode", "ModelCheckpoint",
         {"filepath": "a.keras", "mode": "upwards", "save_best_only": True}, CURVE[:2]),

    case("csv", "CSVLogger", {"filename": "log.csv"}, CURVE[:3]),
    case("csv-separator", "CSVLogger", {"filename": "log.csv", "separator": ";"}, CURVE[:3]),
    case("csv-missing-later", "CSVLogger", {"filename": "log.csv"}, [*CURVE[:2], {"loss": 0.5}]),
    case("csv-order", "CSVLogger", {"filename": "log.csv"}, [{"loss": 1.0, "accuracy": 0.5, "b": 2.0}] * 2),
    case("nan", "TerminateOnNaN", {}, val(1.0, 1.0), batches=2),
]  # fmt: skip
CASES += [
    {**case("nan-batch", "TerminateOnNaN", {}, val(1.0, 1.0), batches=3), "batch_losses": [1.0, NAN, 1.0]},
    {**case("inf-batch", "TerminateOnNaN", {}, val(1.0, 1.0), batches=3), "batch_losses": [1.0, 1.0, INF]},
    {
        **case("schedule-epoch", "LearningRateScheduler", {"verbose": 1}, FLAT[:3]),
        "schedule": "0.1 / (1 + epoch)",
    },
    {**case("schedule-lr", "LearningRateScheduler", {}, FLAT[:3]), "schedule": "lr * 0.5"},
    {**case("schedule-bad", "LearningRateScheduler", {}, FLAT[:2]), "schedule": "'fast'"},
]


def number(x: Any) -> Any:
    """A number that survives JSON and float32."""
    x = float(x)
    return x if math.isfinite(x) and x == 0 else (float(f"{x:.5g}") if math.isfinite(x) else str(x))


def plain(text: str) -> list[str]:
    """Printed lines without blanks, their long decimals rounded."""
    text = re.sub(r"\d+\.\d+", lambda m: f"{float(m.group()):.4g}", text)
    return [line.strip() for line in text.splitlines() if line.strip()]


def make(case: dict, callbacks: Any, folder: Path) -> Any:
    """The callback of a case, its files inside `folder`."""
    kwargs = dict(case["kwargs"])
    for key in ("filepath", "filename"):
        if key in kwargs:
            kwargs[key] = str(folder / kwargs[key])
    if "schedule" in case:
        arguments = "epoch, lr" if "lr" in case["schedule"] else "epoch"
        kwargs["schedule"] = eval(f"lambda {arguments}: {case['schedule']}")
    return getattr(callbacks, case["callback"])(**kwargs)


def drive(case: dict, callbacks: Any, model: Any, folder: Path) -> dict:
    """Feed the case to the callback; what it did, as plain data."""
    saves: list = []

    def saver(method: str) -> Any:
        def save(path: Any, *args: Any, **kwargs: Any) -> None:
            saves.append([method, os.path.relpath(str(path), folder)])

        return save

    model.save, model.save_weights = saver("save"), saver("save_weights")
    model.stop_training = False
    model.optimizer.learning_rate = case["lr"]
    trace: dict = {"epochs": []}
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            callback = make(case, callbacks, folder)
            callback.set_params({"epochs": len(case["logs"]), "steps": case["batches"] or 1, "verbose": 0})
            callback.set_model(model)
            callback.on_train_begin({})
            for epoch, logs in enumerate(case["logs"]):
                logs = dict(logs)
                callback.on_epoch_begin(epoch, {})
                for batch in range(case["batches"]):
                    callback.on_train_batch_begin(batch, {})
                    loss = case.get("batch_losses", [1.0] * 99)[batch]
                    callback.on_train_batch_end(batch, {"loss": loss})
                    if model.stop_training:
                        break
                model.set_weights([model.get_weights()[0] * 0 + epoch])
                callback.on_epoch_end(epoch, logs)
                rate = getattr(
                    model.optimizer.learning_rate, "numpy", lambda: model.optimizer.learning_rate
                )()
                trace["epochs"].append(
                    {
                        "stop": bool(model.stop_training),
                        "lr": number(rate),
                        "saves": list(saves),
                        "learning_rate_logged": number(logs.get("learning_rate", logs.get("lr", 0))),
                    }
                )
                saves.clear()
                if model.stop_training:
                    break
            callback.on_train_end({})
            trace["weight"] = number(model.get_weights()[0].ravel()[0])
            for name in ("stopped_epoch", "best_epoch", "wait", "best", "cooldown_counter"):
                value = getattr(callback, name, None)
                if isinstance(value, (int, float)) or hasattr(value, "dtype"):
                    trace[name] = number(value)
        except Exception as error:
            trace["error"] = type(error).__name__
    trace["printed"] = plain(out.getvalue().replace(str(folder) + os.sep, ""))
    trace["warned"] = bool(caught)
    for file in folder.rglob("*.csv"):
        trace["csv"] = file.read_text().splitlines()
    return trace


def main() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    import keras
    import numpy as np
    import tensorflow as tf
    import tf_keras

    def model_of(k: Any) -> Any:
        model = k.Sequential([k.layers.Dense(1, use_bias=False)])
        model.compile(k.optimizers.SGD(0.1), "mse", metrics=["accuracy"])
        model.train_on_batch(np.zeros((2, 1)), np.zeros((2, 1)))
        return model

    peers = {"keras3": keras, "tf_keras": tf_keras}
    models = {name: model_of(k) for name, k in peers.items()}
    traces: dict = {}
    for question in CASES:
        traces[question["name"]] = {}
        for name, k in peers.items():
            with tempfile.TemporaryDirectory() as folder:
                traces[question["name"]][name] = drive(question, k.callbacks, models[name], Path(folder))
    versions = {"keras": keras.__version__, "tf_keras": tf_keras.__version__, "tensorflow": tf.__version__}
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(json.dumps({"versions": versions, "cases": CASES, "traces": traces}, indent=1) + "\n")
    for name, answers in traces.items():
        same = answers["keras3"] == answers["tf_keras"]
        print("same  " if same else "DIFFER", name, file=sys.stderr)


if __name__ == "__main__":
    main()
