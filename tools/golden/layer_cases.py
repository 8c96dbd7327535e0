"""What the golden scripts of layers share: how a layer is called on each framework, and what is noted of it.

A script `layers_<family>.py` has a `TABLE` of (class, arguments, input or list of inputs, call arguments) and a list `BAD` of
(class, arguments, input) that should be refused, and ends with

    def cases(ctx):
        yield from layer_entries(ctx, TABLE)
        yield from refused_entries(ctx, BAD)

    if __name__ == "__main__":
        common.main("layers_<family>", cases)

tests/golden/test_layers.py finds every family by its file.
"""

import numpy as np
from losses import attempt

# Layers that are called with several tensors one after the other, not with a list.
SPREAD = ("MultiHeadAttention", "GroupQueryAttention")


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def plain(value):
    """A configuration as JSON would hold it."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(type(value).__name__)


def as_tensor(ctx, framework, x):
    keras = ctx.frameworks[framework]
    return keras.ops.convert_to_tensor(x) if framework == "keras3" else ctx.tf.constant(x)


def flat(value):
    """The tensors of a layer's result."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def given_weights(layer):
    """Fixed values in the shapes of the layer's weights, positive where a variance needs it."""
    return [
        (np.abs(normal(50 + i, *w.shape)) + 0.5).astype("float32")
        if w.ndim == 1
        else normal(50 + i, *w.shape)
        for i, w in enumerate(layer.get_weights())
    ]


def call_case(ctx, framework, name, kwargs, x, call):
    keras = ctx.frameworks[framework]
    keras.backend.clear_session()
    layer = getattr(keras.layers, name)(**kwargs)
    many = isinstance(x, list)
    xs = x if many else [x]
    tensors = [as_tensor(ctx, framework, v) for v in xs]
    call = {k: as_tensor(ctx, framework, v) if isinstance(v, np.ndarray) else v for k, v in call.items()}

    def arguments(values):
        return values if name in SPREAD else [values if many else values[0]]

    def forward(*values):
        return layer(*arguments(list(values)), **call)

    forward(*tensors)
    answer = {}
    if name != "Normalization":
        answer["weights"] = given_weights(layer)
        if name in SPREAD:  # with larger weights the softmax is nearly one-hot, and gradients are noise
            answer["weights"] = [w * np.float32(0.3) for w in answer["weights"]]
        layer.set_weights(answer["weights"])
    names = [w.name.split("/")[-1].split(":")[0] for w in layer.weights]
    answer |= {
        "weight_names": names,
        "trainable": [any(w is t for t in layer.trainable_weights) for w in layer.weights],
        "count_params": int(layer.count_params()),
        "name": layer.name,
    }
    if ctx.engine == "tensorflow":
        tf = ctx.tf
        float_inputs = all(v.dtype.kind == "f" for v in xs)
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            y = forward(*tensors)
            total = sum(tf.reduce_sum(tf.cast(v, "float32") ** 2) for v in flat(y))
        sources = [w.value if framework == "keras3" else w for w in layer.trainable_weights]
        # the seeds of Keras 3's gradients are its variables' tf.Variables
        grads = tape.gradient(total, [*tensors, *sources] if float_inputs else sources)
        answer["gradients"] = [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in grads]
    else:
        y = forward(*tensors)
    several = isinstance(y, (list, tuple))
    answer["output"] = [ctx.array(v) for v in y] if several else ctx.array(y)
    losses = [float(np.asarray(loss)) for loss in layer.losses]
    if losses:
        answer["losses"] = losses[-1]
    if call.get("training"):
        answer["weights_after"] = [ctx.array(w) for w in layer.get_weights()]
    shape = [[None, *v.shape[1:]] for v in xs]
    symbolic = [keras.Input(s[1:], dtype=v.dtype.name) for s, v in zip(shape, xs, strict=True)]
    extra = {k: v for k, v in call.items() if isinstance(v, bool) and name not in ("Softmax",)}
    again = getattr(keras.layers, name)(**kwargs)(*arguments(symbolic), **extra)
    shapes = [[None if d is None else int(d) for d in v.shape] for v in flat(again)]
    answer["symbolic_shape"] = shapes if several else shapes[0]
    if name in SPREAD:
        return answer
    mask = layer.compute_mask(tensors if many else tensors[0], None if not many else [None] * len(tensors))
    answer["mask"] = (
        [None if m is None else np.asarray(m) for m in mask]
        if isinstance(mask, (list, tuple))
        else None
        if mask is None
        else np.asarray(mask)
    )
    return answer


def layer_entries(ctx, table):
    """A call and the config of every row."""
    frameworks = list(ctx.frameworks)
    for number, (name, kwargs, x, call) in enumerate(table):
        answers = {
            f: attempt(
                lambda f=f, name=name, kwargs=kwargs, x=x, call=call: call_case(ctx, f, name, kwargs, x, call)
            )
            for f in frameworks
        }
        yield {
            "id": f"call:{name}:{number}",
            "kind": "call",
            "name": name,
            "kwargs": kwargs,
            "x": x,
            "call": call,
            "answers": answers,
        }
        answers = {
            f: attempt(
                lambda keras=keras, name=name, kwargs=kwargs: {
                    "config": plain(getattr(keras.layers, name)(**({"name": "x"} | kwargs)).get_config())
                }
            )
            for f, keras in ctx.frameworks.items()
        }
        yield {
            "id": f"config:{name}:{number}",
            "kind": "config",
            "name": name,
            "kwargs": kwargs,
            "answers": answers,
        }


def refused_entries(ctx, table):
    """Whether each framework refuses the row."""
    frameworks = list(ctx.frameworks)
    for number, (name, kwargs, x) in enumerate(table):
        answers = {}
        for framework in frameworks:

            def run(framework=framework, name=name, kwargs=kwargs, x=x):
                layer = getattr(ctx.frameworks[framework].layers, name)(**kwargs)
                many = isinstance(x, list)
                tensors = [as_tensor(ctx, framework, v) for v in (x if many else [x])]
                layer(*tensors) if name in SPREAD else layer(tensors if many else tensors[0])
                return {"accepted": True}

            answers[framework] = attempt(run)
        yield {
            "id": f"bad:{name}:{number}",
            "kind": "bad",
            "name": name,
            "kwargs": kwargs,
            "x": x,
            "answers": answers,
        }
