"""Growth of resident memory over many calls. Arguments: the framework; "predict" or "fit"; calls."""

import gc
import json
import os
import sys

import worker
from frameworks import load, seed_model

framework, mode, calls = sys.argv[1], sys.argv[2], int(sys.argv[3])
_, keras = load(framework)
x, y, x_valid, y_valid = worker.data()
model = seed_model(keras)


def resident() -> float:
    """Resident memory in MB."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def call() -> None:
    if mode == "predict":
        model.predict(x[:1], verbose=0)
    else:
        model.fit(x[:320], y[:320], validation_data=(x_valid[:64], y_valid[:64]), epochs=1, verbose=0)


for _ in range(max(10, calls // 10)):
    call()
before = resident()
for _ in range(calls):
    call()
print(json.dumps({"growth_mb": resident() - before, "resident_mb": resident(), "calls": calls}))
