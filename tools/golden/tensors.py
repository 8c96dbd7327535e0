"""Golden data for the tf surface: how tensors, variables, shapes and dtypes print; what mistakes raise.

Here ``answers`` has one framework, "tensorflow"; each expression is Python text that a test evaluates with
``tf`` bound to unikeras, ``np`` to NumPy. How Keras 3 and tf_keras print a KerasTensor has their names
instead, and ``keras`` bound. See common.py.
"""

import common
import numpy as np

PRINTED = """
tf.constant(1)
tf.constant(1.5)
tf.constant(True)
tf.constant([1, 2, 3])
tf.constant([1.0, 2.5, -3.0])
tf.constant([[1.0, 2.0], [3.0, 4.0]])
tf.constant([[True, False]])
tf.constant(3, tf.int64)
tf.constant([1.5, 2.0], tf.float16)
tf.constant([1.5, 2.0], tf.bfloat16)
tf.constant([1.5, 2.0], tf.float64)
tf.constant([1, 255], tf.uint8)
tf.constant([1 + 2j])
tf.constant([])
tf.constant(np.arange(24).reshape(2, 3, 4))
tf.constant(1e-10)
tf.constant(float("nan"))
tf.constant([float("inf"), 1.0])
tf.constant([0.1, 1000000.0])
tf.zeros([0, 3])
tf.zeros([2, 0])
tf.zeros([2000])
tf.zeros([200, 200])
tf.range(5)
tf.eye(2)
tf.ones([2, 1, 1])
tf.fill([2, 2], 7)
tf.Variable(1)
tf.Variable(2.5, name="rate")
tf.Variable([1.0, 2.0])
tf.Variable([[1, 2], [3, 4]], name="kernel")
tf.Variable([1.0], trainable=False, dtype=tf.float64)
tf.TensorShape([None, 3])
tf.TensorShape([2, 3])
tf.TensorShape([])
tf.TensorShape(None)
tf.constant([[1, 2]]).shape
tf.constant(1.0).shape
tf.float32
tf.int64
tf.bool
tf.string
tf.bfloat16
tf.complex64
tf.TensorSpec([None, 3])
tf.TensorSpec([2], tf.int32, name="x")
tf.shape(tf.zeros([2, 3]))
tf.size(tf.zeros([2, 3]))
tf.rank(tf.zeros([2, 3]))
tf.cast(tf.constant([1.7, -1.7]), tf.int32)
tf.reduce_mean(tf.constant([1, 2, 4]))
tf.reduce_mean(tf.constant([1.0, 2.0, 4.0]))
tf.one_hot([0, 2], 3)
tf.argmax(tf.constant([[1, 5, 2]]), axis=1)
tf.constant(7) / tf.constant(2)
tf.constant(7) // tf.constant(2)
tf.constant(-7) % tf.constant(3)
tf.constant([1, 2]) == tf.constant([1, 3])
tf.constant(2.0) ** 3
-tf.constant([1, -2])
abs(tf.constant([-1.5]))
tf.constant([1, 2, 3])[1]
tf.constant([[1, 2], [3, 4]])[:, 1]
tf.constant([1, 2, 3])[::-1]
tf.constant([1, 2, 3])[..., tf.newaxis]
"""
# a fact that an expression has: evaluated and compared as it is
FACTS = """
tf.float32.name
tf.float32.is_floating
tf.int32.is_integer
tf.float32.as_numpy_dtype.__name__
tf.float32.max
tf.int8.min
tf.float32 == "float32"
tf.float32 == np.float32
tf.as_dtype("int64").name
tf.TensorShape([None, 3]).as_list()
tf.TensorShape([None, 3]).rank
tf.TensorShape([None, 3])[0]
tf.TensorShape([2, 3]).num_elements()
tf.TensorShape([None, 3]).is_fully_defined()
tf.TensorShape([None, 3]).is_compatible_with([5, 3])
tf.TensorShape([None, 3]).concatenate([4]).as_list()
tf.TensorShape([2, 3]) == [2, 3]
tf.TensorShape([2, 3]) == (2, 3)
len(tf.constant([1, 2, 3]))
bool(tf.constant(3))
int(tf.constant(3.7))
float(tf.constant(3))
list(tf.constant([1, 2]).numpy())[1].dtype.name
tf.constant([1, 2]).ndim
tf.constant(3).numpy().dtype.name
type(tf.constant(3).numpy()).__name__
type(tf.constant([3]).numpy()).__name__
(tf.constant([1, 2]) + np.array([1, 2])).dtype.name
(np.array([1, 2]) + tf.constant([1, 2])).dtype.name
(tf.constant([1.0]) + 1).dtype.name
(1 - tf.constant([1.0])).dtype.name
(tf.constant([1]) / 2).dtype.name
tf.constant(np.float64(1)).dtype.name
tf.constant(np.array([1, 2])).dtype.name
tf.constant([1, 2.5]).dtype.name
tf.convert_to_tensor([1, 2]).dtype.name
tf.range(3.0).dtype.name
tf.linspace(0.0, 1.0, 3).dtype.name
tf.argmax([1, 2]).dtype.name
tf.reduce_sum([True, False] if False else [1, 2]).dtype.name
tf.reduce_any([True, False]).dtype.name
np.mean(tf.constant([1.0, 3.0])).item()
np.array(tf.constant([1, 2])).tolist()
3 in [int(v) for v in tf.constant([1, 2, 3])]
tf.Variable([1.0]).trainable
tf.Variable([1.0]).dtype.name
tf.Variable([1.0]).name
tf.Variable([1.0], name="w").name
isinstance(tf.Variable([1.0]), tf.Tensor)
isinstance(tf.constant(1), tf.Tensor)
tf.is_tensor(tf.constant(1))
tf.is_tensor(tf.Variable(1))
tf.is_tensor(np.array(1))
tf.executing_eagerly()
"""
MISTAKES = """
tf.constant(1) + tf.constant(1.0)
tf.constant([1.0]) * tf.constant([1.0], tf.float64)
tf.constant([1, 2]) + 1.5
tf.constant([1, 2, 3]) + tf.constant([1, 2])
tf.add(tf.constant(1), tf.constant(2, tf.int64))
tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))
tf.matmul(tf.zeros([2]), tf.zeros([2]))
tf.zeros([2, 3]) @ tf.zeros([4, 2])
tf.reshape(tf.zeros([6]), [4])
tf.reshape(tf.zeros([6]), [-1, 4])
tf.concat([tf.zeros([2, 3]), tf.zeros([3, 2])], 0)
tf.concat([tf.zeros([2]), tf.zeros([2], tf.int32)], 0)
tf.stack([tf.zeros([2]), tf.zeros([3])])
tf.squeeze(tf.zeros([2, 3]), axis=0)
tf.expand_dims(tf.zeros([2]), 5)
tf.transpose(tf.zeros([2, 3]), [0, 1, 2])
tf.split(tf.zeros([5]), 2)
tf.reduce_sum(tf.zeros([2]), axis=3)
tf.zeros([2, 3])[5]
tf.zeros([3])[5]
tf.zeros([3])[0, 0]
tf.zeros([3])[[0, 1]]
tf.zeros([3])["a"]
tf.constant([[1, 2], [3]])
tf.constant(object())
tf.constant(1.5, tf.int32)
tf.constant("a", tf.int32)
tf.constant(300, tf.uint8)
tf.constant([1, 2], shape=[3])
tf.cast("a", tf.int32)
tf.Variable([1.0, 2.0]).assign([1.0, 2.0, 3.0])
tf.Variable([1.0]).assign(tf.constant([1]))
tf.Variable()
tf.as_dtype("floaty")
tf.TensorShape([None]).num_elements() + 1
tf.TensorShape([2]).assert_is_compatible_with([3])
tf.TensorShape(None).as_list()
bool(tf.constant([1, 2]))
int(tf.constant([1, 2]))
float(tf.constant([1.0, 2.0]))
len(tf.constant(1))
iter(tf.constant(1))
hash(tf.constant(1))
hash(tf.Variable(1))
tf.gather([1, 2, 3], 7)
tf.one_hot([0.5], 3)
tf.sqrt(tf.constant(4))
tf.nn.softmax(tf.constant([1, 2]))
tf.broadcast_to(tf.zeros([3]), [2, 4])
tf.linalg.inv(tf.zeros([2, 3]))
tf.range(0, 5, 0)
tf.debugging.assert_equal(tf.constant(1), tf.constant(2))
tf.constant(1).nonsense
tf.constant([1, 2]).__setitem__(0, 5)
"""
ERRORS = [
    "OpError",
    "InvalidArgumentError",
    "NotFoundError",
    "OutOfRangeError",
    "FailedPreconditionError",
    "UnimplementedError",
    "ResourceExhaustedError",
    "AlreadyExistsError",
    "AbortedError",
    "CancelledError",
    "DataLossError",
    "InternalError",
    "UnavailableError",
    "PermissionDeniedError",
    "UnknownError",
    "DeadlineExceededError",
    "UnauthenticatedError",
]
SYMBOLIC = """
keras.Input((3,))
keras.Input((3,), name="x")
keras.Input((None, 4), batch_size=2, dtype="int32", name="ids")
keras.Input((), name="scalar")
keras.layers.Dense(5, name="d")(keras.Input((3,), name="x"))
keras.Input((3,), name="x").shape
keras.Input((3,), name="x").dtype
"""


def lines(text):
    return [line for line in text.strip().splitlines() if line]


def cases(ctx):
    tf = ctx.tf
    names = {"tf": tf, "np": np}

    def attempt(expression, use):
        try:
            return use(eval(expression, names | {"keras": None}))  # our own expressions above
        except Exception as error:
            return common.error_of(error)

    for text in lines(PRINTED):
        yield {
            "id": f"print:{text}",
            "kind": "print",
            "expression": text,
            "answers": {"tensorflow": attempt(text, lambda v: {"repr": repr(v), "str": str(v)})},
        }
    for text in lines(FACTS):
        yield {
            "id": f"fact:{text}",
            "kind": "fact",
            "expression": text,
            "answers": {"tensorflow": attempt(text, lambda v: {"value": v})},
        }
    for text in lines(MISTAKES):
        yield {
            "id": f"mistake:{text}",
            "kind": "mistake",
            "expression": text,
            "answers": {"tensorflow": attempt(text, lambda v: {"accepted": True})},
        }
    for name in ERRORS:
        error = getattr(tf.errors, name)
        above = [c.__name__ for c in error.__mro__ if c.__module__ != "builtins"]
        builtins = [c.__name__ for c in error.__mro__ if c.__module__ == "builtins"]
        yield {
            "id": f"hierarchy:{name}",
            "kind": "hierarchy",
            "name": name,
            "answers": {"tensorflow": {"tensorflow_bases": above, "builtin_bases": builtins}},
        }
    for text in lines(SYMBOLIC):
        answers = {}
        for framework, keras in ctx.frameworks.items():
            keras.backend.clear_session()
            value = eval(text, names | {"keras": keras})  # our own expressions above
            answers[framework] = {"repr": repr(value), "str": str(value)}
        yield {"id": f"symbolic:{text}", "kind": "symbolic", "expression": text, "answers": answers}


if __name__ == "__main__":
    common.main("tensors", cases, check_jax=False)
