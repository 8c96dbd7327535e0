"""Golden data for uses of recurrent layers, as programs: states, wrappers, custom cells, K.rnn; and keras.ops' control flow. See common.py."""

# ruff: noqa: E501 (a program a line)

import common
import numpy as np
from layer_cases import as_tensor, given_weights, normal
from losses import attempt

DATA = {
    "x": normal(1, 2, 4, 3),
    "long": normal(2, 2, 4, 2, 3),
    "h": normal(3, 2, 2),
    "c": normal(4, 2, 2),
    "three": normal(5, 2, 3),
    "m": np.array([[True, True, False, True], [False, True, True, False]]),
    "nothing": np.array([[False, False, False, False], [False, True, False, False]]),
    "inner": np.array([[[True, False], [True, True], [False, False], [True, True]]] * 2),
    "ids": np.array([[1, 2, 0, 3], [4, 0, 0, 0]], "int32"),
    "v": normal(6, 5),
}

CELL = """
class Cell(L.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units, self.state_size, self.output_size = units, [units, 3], units + 1
    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(input_shape[-1], self.units))
        self.u = self.add_weight(name="u", shape=(self.units, 3))
    def call(self, inputs, states):
        a, b = states
        a = a * 0.5 + inputs @ self.w
        b = b + a @ self.u
        return {concat}([a, b[:, :1]], -1), [a, b]
"""

# Programs that define `run`, and `layer` if weights are to be set; x, h ... are tensors of the data above.
PROGRAMS = {
    "lstm initial state": "layer = L.LSTM(2, return_sequences=True, return_state=True)\nrun = lambda: layer(x, initial_state=[h, c])",
    "lstm initial state mask": "layer = L.LSTM(2, return_sequences=True, return_state=True)\nrun = lambda: layer(x, initial_state=[h, c], mask=nothing)",
    "lstm initial state mask backwards": "layer = L.LSTM(2, return_sequences=True, return_state=True, go_backwards=True)\nrun = lambda: layer(x, initial_state=[h, c], mask=nothing)",
    "lstm relu initial state mask": "layer = L.LSTM(2, activation='relu', return_sequences=True, return_state=True)\nrun = lambda: layer(x, initial_state=[h, c], mask=nothing)",
    "lstm last initial state mask": "layer = L.LSTM(2, return_state=True)\nrun = lambda: layer(x, initial_state=[h, c], mask=nothing)",
    "lstm list": "layer = L.LSTM(2)\nrun = lambda: layer([x, h, c])",
    "gru initial state": "layer = L.GRU(2, return_state=True)\nrun = lambda: layer(x, initial_state=[h])",
    "gru initial state backwards": "layer = L.GRU(2, go_backwards=True, return_sequences=True)\nrun = lambda: layer(x, initial_state=h, mask=nothing)",
    "simple initial state": "layer = L.SimpleRNN(2, return_state=True)\nrun = lambda: layer(x, initial_state=h, mask=nothing)",
    "lstm cell": "layer = L.LSTMCell(2)\nrun = lambda: layer(three, [h, c])",
    "stateful": "layer = L.LSTM(2, stateful=True, **stateful)\ndef run():\n    layer.reset_states()\n    return [layer(x), layer(x), layer(x, mask=m)]",
    "stateful gru": "layer = L.GRU(2, stateful=True, return_sequences=True, **stateful)\ndef run():\n    layer.reset_states()\n    return [layer(x), layer(x)]",
    "time major": "layer = L.LSTM(2, time_major=True, return_sequences=True)\nrun = lambda: layer(x)",
    "time major relu": "layer = L.GRU(2, time_major=True, activation='relu')\nrun = lambda: layer(x)",
    "embedding mask": "layer = keras.Sequential([L.Embedding(5, 3, mask_zero=True), L.GRU(2, return_sequences=True), L.LSTM(2)])\nrun = lambda: layer(ids)",
    "masking": "layer = keras.Sequential([L.Masking(0.5), L.SimpleRNN(2)])\nrun = lambda: layer(x)",
    "stacked cells": "layer = L.RNN([L.LSTMCell(2), L.GRUCell(3), L.SimpleRNNCell(2)], return_sequences=True, return_state=True)\nrun = lambda: layer(x, mask=m)",
    "stacked cells as a cell": "layer = L.RNN(L.StackedRNNCells([L.GRUCell(3), L.LSTMCell(2)]), go_backwards=True)\nrun = lambda: layer(x)",
    "rnn of lstm cell": "layer = L.RNN(L.LSTMCell(2, recurrent_activation='relu'), return_sequences=True)\nrun = lambda: layer(x, initial_state=[h, c])",
    "rnn unrolled": "layer = L.RNN(L.LSTMCell(2), return_sequences=True, unroll=True)\nrun = lambda: layer(x, mask=m)",
    "custom cell": CELL
    + "\nlayer = L.RNN(Cell(2), return_sequences=True, return_state=True)\nrun = lambda: layer(x)",
    "custom cell mask": CELL
    + "\nlayer = L.RNN(Cell(2), return_sequences=True, return_state=True)\nrun = lambda: layer(x, mask=m)",
    "custom cell mask zero": CELL
    + "\nlayer = L.RNN(Cell(2), return_sequences=True, zero_output_for_mask=True)\nrun = lambda: layer(x, mask=m)",
    "custom cell backwards": CELL
    + "\nlayer = L.RNN(Cell(2), go_backwards=True)\nrun = lambda: layer(x, initial_state=[h, three], mask=nothing)",
    **{
        f"bidirectional {mode}": f"layer = L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode={mode!r})\nrun = lambda: layer(x)"
        for mode in ("sum", "mul", "ave", "concat", None)
    },
    "bidirectional last": "layer = L.Bidirectional(L.GRU(2))\nrun = lambda: layer(x, mask=m)",
    "bidirectional mask": "layer = L.Bidirectional(L.SimpleRNN(2, return_sequences=True))\nrun = lambda: layer(x, mask=m)",
    "bidirectional states": "layer = L.Bidirectional(L.LSTM(2, return_state=True))\nrun = lambda: layer(x, initial_state=[h, c, c, h])",
    "bidirectional states none": "layer = L.Bidirectional(L.GRU(2, return_state=True, return_sequences=True), merge_mode=None)\nrun = lambda: layer(x)",
    "bidirectional two": "layer = L.Bidirectional(L.LSTM(2, return_sequences=True), backward_layer=L.GRU(3, go_backwards=True, return_sequences=True))\nrun = lambda: layer(x)",
    "bidirectional backwards": "layer = L.Bidirectional(L.LSTM(2, return_sequences=True, go_backwards=True))\nrun = lambda: layer(x)",
    "bidirectional cell": CELL
    + "\nCell.get_config = lambda self: {'units': self.units}\nlayer = L.Bidirectional(L.RNN(L.GRUCell(2)))\nrun = lambda: layer(x)",
    "time distributed": "layer = L.TimeDistributed(L.Dense(2, activation='tanh'))\nrun = lambda: layer(x)",
    "time distributed lstm": "layer = L.TimeDistributed(L.LSTM(2))\nrun = lambda: layer(long)",
    "time distributed lstm mask": "layer = L.TimeDistributed(L.LSTM(2))\nrun = lambda: layer(long, mask=inner)",
    "time distributed model": "layer = L.TimeDistributed(keras.Sequential([L.Dense(2), L.Flatten(), L.Dense(3)]))\nrun = lambda: layer(long)",
    "time distributed norm": "layer = L.TimeDistributed(L.BatchNormalization())\nrun = lambda: layer(x, training=True)",
    "functional state": "a = keras.Input((4, 3)); b = keras.Input((2,)); c2 = keras.Input((2,))\nlayer = keras.Model([a, b, c2], L.LSTM(2)(a, initial_state=[b, c2]))\nrun = lambda: layer([x, h, c])",
    "encoder decoder": "a = keras.Input((None, 3)); b = keras.Input((None, 3))\n_, s, t = L.LSTM(2, return_state=True)(a)\nlayer = keras.Model([a, b], L.Dense(2)(L.LSTM(2, return_sequences=True)(b, initial_state=[s, t])))\nrun = lambda: layer([x, x])",
    "K.rnn": "run = lambda: K.rnn(lambda i, s: (i[:, :2] * s[0], [s[0] + i[:, :2]]), x, [h])",
    "K.rnn mask": "run = lambda: K.rnn(lambda i, s: (i[:, :2] * s[0], [s[0] + i[:, :2]]), x, [h], mask=m)",
    "K.rnn backwards": "run = lambda: K.rnn(lambda i, s: (i[:, :2] * s[0], [s[0] + i[:, :2]]), x, [h], go_backwards=True, mask=m, zero_output_for_mask=True)",
    "K.rnn unrolled": "run = lambda: K.rnn(lambda i, s: (i[:, :2] * s[0] + s[1], [s[0] + i[:, :2]]), x, [h], unroll=True, mask=m, constants=[c])",
    "K.rnn last": "run = lambda: K.rnn(lambda i, s: (i + 0, [s[0] + i[:, :2]]), x, [h], time_major=False, return_all_outputs=False)",
    "ops scan": "run = lambda: ops.scan(lambda c, a: (c + a, c * a), ops.sum(v) * 0, v)",
    "ops scan reverse": "run = lambda: ops.scan(lambda c, a: (c * 0.5 + a, c + a), v[0], v, reverse=True)",
    "ops scan length": "run = lambda: ops.scan(lambda c, a: (c * 2, c), v[:2], length=3)",
    "ops associative_scan": "run = lambda: ops.associative_scan(lambda a, b: a + b, v)",
    "ops associative_scan axis": "run = lambda: ops.associative_scan(lambda a, b: a * b, x, axis=1)",
    "ops associative_scan reverse": "run = lambda: ops.associative_scan(lambda a, b: a + b, x, reverse=True, axis=-1)",
    "ops map": "run = lambda: ops.map(lambda a: a * 2 + 1, v)",
    "ops map structure": "run = lambda: ops.map(lambda a: {'s': a[0] + a[1], 'p': a[0] * a[1]}, (v, v))",
    "ops while_loop": "run = lambda: ops.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t * 1.5), (0, v))",
    "ops while_loop limit": "run = lambda: ops.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t * 1.5), (0, v), maximum_iterations=2)",
    "ops while_loop one": "run = lambda: ops.while_loop(lambda t: ops.sum(t) < 100, lambda t: t * 2, ops.abs(v))",
    "ops fori_loop": "run = lambda: ops.fori_loop(1, 4, lambda i, t: t + ops.cast(i, 'float32') * t, v)",
    "ops cond": "run = lambda: [ops.cond(ops.sum(v) > k, lambda: v * 2, lambda: -v) for k in (-100.0, 100.0)]",
    "ops switch": "run = lambda: [ops.switch(k, [lambda a: a, lambda a: 2 * a, lambda a: 3 * a], v) for k in (-1, 0, 1, 2, 5)]",
    "ops vectorized_map": "run = lambda: ops.vectorized_map(lambda a: a * a, v)",
}


def flat(value):
    if isinstance(value, dict):
        return [leaf for key in sorted(value) for leaf in flat(value[key])]
    return [leaf for part in value for leaf in flat(part)] if isinstance(value, (list, tuple)) else [value]


def run_program(ctx, framework, text):
    keras = ctx.frameworks[framework]
    keras.backend.clear_session()
    tensors = {k: as_tensor(ctx, framework, v) for k, v in DATA.items()}
    names = {
        **tensors, "keras": keras, "L": keras.layers, "K": keras.backend, "ops": getattr(keras, "ops", None), "np": np,
        "stateful": {"batch_input_shape": (2, 4, 3)} if framework == "tf_keras" else {},
    }  # fmt: skip
    exec(text.replace("{concat}", "ops.concatenate" if framework == "keras3" else "K.concatenate"), names)
    answer = {}
    names["run"]()
    layer = names.get("layer")
    if layer is not None:
        answer["weights"] = given_weights(layer)
        layer.set_weights(answer["weights"])
        answer["trainable"] = [any(w is t for t in layer.trainable_weights) for w in layer.weights]
    if ctx.engine == "tensorflow":
        tf = ctx.tf
        floats = [tensors[k] for k in ("x", "long", "h", "c", "three", "v")]
        with tf.GradientTape() as tape:
            tape.watch(floats)
            y = flat(names["run"]())
            total = sum(tf.reduce_sum(tf.cast(v, "float32") ** 2) for v in y)
        sources = (
            []
            if layer is None
            else [w.value if framework == "keras3" else w for w in layer.trainable_weights]
        )
        found = tape.gradient(total, [*floats, *sources])
        answer["gradients"] = [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in found]
    else:
        y = flat(names["run"]())
    answer["output"] = [ctx.array(v) for v in y]
    return answer


def cases(ctx):
    for name, text in PROGRAMS.items():
        yield {
            "id": f"program:{name}",
            "kind": "program",
            "text": text,
            "answers": {f: attempt(lambda f=f, text=text: run_program(ctx, f, text)) for f in ctx.frameworks},
        }
    yield {"id": "data", "kind": "data", "data": DATA, "answers": {}}


if __name__ == "__main__":
    common.main("recurrent", cases, check_jax=False)
