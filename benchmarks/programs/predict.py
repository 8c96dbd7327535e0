"""One sample through the seed's model, seconds a call. Arguments: framework; "predict", "call", "compiled".

``compiled`` is the floor: a jitted function of the same weights, called with the NumPy sample, its result
fetched as NumPy.
"""

import sys
import time

import numpy as np
import worker

framework, mode = sys.argv[1:]
x = worker.data()[0][:1]
CALLS = 100

if mode == "compiled":
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(1)
    sizes = [(784, 300), (300, 100), (100, 10)]
    weights = [(jnp.asarray(rng.normal(size=s) * 0.05, jnp.float32), jnp.zeros(s[1])) for s in sizes]

    @jax.jit
    def forward(weights, x):
        x = x.reshape(len(x), -1)
        for w, b in weights[:-1]:
            x = jax.nn.relu(x @ w + b)
        w, b = weights[-1]
        return jax.nn.softmax(x @ w + b)

    def call():
        return np.asarray(forward(weights, x))

else:
    from frameworks import load, seed_model

    _, keras = load(framework)
    model = seed_model(keras)
    if mode == "predict":

        def call():
            return model.predict(x, verbose=0)

    else:

        def call():
            return (
                keras.ops.convert_to_numpy(model(x)) if framework.startswith("keras3") else model(x).numpy()
            )


def measure(calls: int = CALLS) -> dict:
    start = time.perf_counter()
    for _ in range(calls):
        out = call()
    return {"seconds": (time.perf_counter() - start) / calls, "sum": float(out.sum())}


measure(30)
worker.serve(measure)
