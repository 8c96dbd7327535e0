"""tf.keras's backend functions (`K.*`) whose arguments differ from those of the op that does the work."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.module import auto_name, get_uid, reset_names
from unikeras.core.operators import Operators
from unikeras.core.printing import tf_print
from unikeras.core.settings import epsilon as default_epsilon
from unikeras.core.state import thread
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import convert_to_tensor
from unikeras.core.variable import Variable
from unikeras.losses import crossentropy
from unikeras.ops import activation, arithmetic, array, creation, elementwise, nn, random, reduce
from unikeras.ops.counting import in_top_k as tf_in_top_k
from unikeras.ops.keras_style import concatenate as joined

__all__ = [
    "arange", "argmax", "argmin", "batch_flatten", "batch_get_value", "batch_normalization", "batch_set_value", "binary_crossentropy",
    "cast_to_floatx", "categorical_crossentropy", "clip", "concatenate", "count_params", "dropout", "expand_dims", "eye", "flatten",
    "get_uid", "get_value", "hard_sigmoid", "in_test_phase", "in_top_k", "in_train_phase", "int_shape", "is_keras_tensor",
    "learning_phase", "moving_average_update", "one_hot", "ones", "permute_dimensions", "pow", "print_tensor", "random_bernoulli",
    "random_normal", "random_uniform", "relu", "repeat", "repeat_elements", "reset_uids", "reverse", "set_learning_phase", "set_value",
    "sparse_categorical_crossentropy", "standardize_dtype", "tile", "truncated_normal", "update", "update_add", "update_sub",
    "variable", "zeros",
]  # fmt: skip

# Variables and values.


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Variable:
    """A variable of floatx, unless told otherwise (mirrors `K.variable`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> float(K.variable(2))
        2.0
    """
    return Variable(value, dtype=dtype or floatx(), name=name or auto_name("variable"), constraint=constraint)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable of zeros (mirrors `K.zeros`)."""
    return variable(np.zeros(shape), dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable of ones (mirrors `K.ones`)."""
    return variable(np.ones(shape), dtype, name)


def eye(size: Any, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable with an identity matrix (mirrors `K.eye`)."""
    return variable(np.eye(*size) if isinstance(size, (tuple, list)) else np.eye(size), dtype, name)


def get_value(x: Any) -> Any:
    """The value as NumPy (mirrors `K.get_value`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> K.get_value(K.variable([1, 2])).tolist()
        [1.0, 2.0]
    """
    return np.asarray(x)[()] if isinstance(x, Operators) else x


def batch_get_value(tensors: Any) -> list[Any]:
    """The values as NumPy (mirrors `K.batch_get_value`)."""
    return [get_value(t) for t in tensors]


def set_value(x: Variable, value: Any) -> None:
    """Assign to a variable (mirrors `K.set_value`).

    Raises:
        TypeError: not a variable.

    Example:
        >>> from unikeras.keras import backend as K
        >>> v = K.variable(1.0)
        >>> K.set_value(v, 5.0); float(v)
        5.0
    """
    if not hasattr(x, "assign"):
        raise TypeError(
            f"set_value: expected a variable, got {type(x).__name__}; to set an optimizer's learning rate: optimizer.learning_rate = ..."
        )
    x.assign(np.asarray(value))


def batch_set_value(tuples: Any) -> None:
    """Assign to variables, from (variable, value) pairs (mirrors `K.batch_set_value`)."""
    for x, value in tuples:
        set_value(x, value)


def update(x: Variable, new_x: Any) -> Any:
    """Assign to a variable (mirrors `K.update`)."""
    return x.assign(new_x)


def update_add(x: Variable, increment: Any) -> Any:
    """Add to a variable (mirrors `K.update_add`)."""
    return x.assign_add(increment)


def update_sub(x: Variable, decrement: Any) -> Any:
    """Subtract from a variable (mirrors `K.update_sub`)."""
    return x.assign_sub(decrement)


def moving_average_update(x: Variable, value: Any, momentum: float) -> Any:
    """x becomes momentum * x + (1 - momentum) * value (mirrors `K.moving_average_update`)."""
    return x.assign(momentum * x + (1 - momentum) * convert_to_tensor(value))


def count_params(x: Any) -> int:
    """The number of elements (mirrors `K.count_params`)."""
    return int(np.prod(tuple(x.shape), dtype=np.int64))


def int_shape(x: Any) -> tuple[int | None, ...]:
    """The dimensions, `None` for those not known (mirrors `K.int_shape`)."""
    return tuple(x.shape)


def is_keras_tensor(x: Any) -> bool:
    """Whether this is a symbolic tensor, made by `keras.Input` or from one (mirrors `keras.utils.is_keras_tensor`).

    Example:
        >>> from unikeras import keras
        >>> keras.backend.is_keras_tensor(keras.Input((2,))), keras.backend.is_keras_tensor(1)
        (True, False)
    """
    return is_symbolic(x)


def standardize_dtype(dtype: Any) -> str:
    """A dtype's name; floatx for `None` (mirrors `keras.backend.standardize_dtype`).

    Raises:
        ValueError: not a dtype.

    Example:
        >>> standardize_dtype(None), standardize_dtype(np.int64)
        ('float32', 'int64')
    """
    kinds = {int: "int64", "int": "int64", float: "float32", str: "string"}
    try:
        found = kinds.get(dtype)  # Python's own kinds, as Keras takes them
    except TypeError:
        found = None
    if found is not None:
        return found
    try:
        return floatx() if dtype is None else as_dtype(dtype).name
    except TypeError as error:
        raise ValueError(str(error)) from None


def cast_to_floatx(x: Any) -> Any:
    """x with elements of floatx: a tensor if it is one, else NumPy (mirrors `K.cast_to_floatx`)."""
    return (
        elementwise.cast(x, floatx())
        if isinstance(x, Operators)
        else np.asarray(x, dtype=as_dtype(floatx()).np_dtype)
    )


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """Print the value and return the tensor (mirrors `K.print_tensor`).

    Raises:
        NotImplementedError: inside a compiled function; see `tf.print`.
    """
    tf_print(message, x, summarize=summarize)
    return x


def reset_uids() -> None:
    """Let `get_uid` and automatic names start over (mirrors `K.reset_uids`)."""
    reset_names()


# Training or not.

_phase: dict[str, Any] = {}


def learning_phase() -> Any:
    """1 while a model trains, else 0, or what `set_learning_phase` set (mirrors `K.learning_phase`)."""
    if thread.call is not None and thread.call.training is not None:
        return int(bool(thread.call.training))
    return _phase.get("value", 0)


def set_learning_phase(value: int) -> None:
    """Set what `learning_phase` gives outside of models; layers go by their `training` argument.

    Raises:
        ValueError: neither 0 nor 1.
    """
    if value not in (0, 1):
        raise ValueError(f"set_learning_phase: expected 0 or 1, got {value!r}.")
    _phase["value"] = int(value)


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x while training, else alt; either may be a function without arguments (mirrors `K.in_train_phase`)."""
    chosen = x if (learning_phase() if training is None else training) else alt
    return chosen() if callable(chosen) and not isinstance(chosen, Operators) else chosen


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """alt while training, else x (mirrors `K.in_test_phase`)."""
    return in_train_phase(alt, x, training)


# Ops under K's arguments.


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = "int32") -> Any:
    """start, start + step ... below stop (mirrors `K.arange`)."""
    return creation.range(start, stop, step, dtype)


def argmax(x: Any, axis: int = -1) -> Any:
    """The index of the largest element along the last axis, or another (mirrors `K.argmax`)."""
    return reduce.argmax(x, axis=axis)


def argmin(x: Any, axis: int = -1) -> Any:
    """The index of the smallest element along the last axis, or another (mirrors `K.argmin`)."""
    return reduce.argmin(x, axis=axis)


def concatenate(tensors: Any, axis: int = -1) -> Any:
    """The tensors one after the other along the last axis, or another (mirrors `K.concatenate`)."""
    return joined(tensors, axis=axis)


def expand_dims(x: Any, axis: int = -1) -> Any:
    """x with an axis of size 1 at the end, or elsewhere (mirrors `K.expand_dims`)."""
    return array.expand_dims(x, axis=axis)


def permute_dimensions(x: Any, pattern: Any) -> Any:
    """x with its axes in another order (mirrors `K.permute_dimensions`)."""
    return array.transpose(x, axes=tuple(pattern))


def flatten(x: Any) -> Any:
    """x with one axis (mirrors `K.flatten`)."""
    return array.reshape(x, (-1,))


def batch_flatten(x: Any) -> Any:
    """x with the first axis and one for all the rest (mirrors `K.batch_flatten`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> K.batch_flatten(K.ones((2, 3, 4))).shape
        TensorShape([2, 12])
    """
    return array.reshape(x, (-1, int(np.prod(tuple(x.shape[1:])))))


def repeat(x: Any, n: int) -> Any:
    """[samples, n, dim] of [samples, dim] (mirrors `K.repeat`)."""
    return array.repeat(array.expand_dims(x, axis=1), n, 1)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element so many times along an axis (mirrors `K.repeat_elements`)."""
    return array.repeat(x, rep, axis)


def reverse(x: Any, axes: Any) -> Any:
    """x with the order along some axes reversed (mirrors `K.reverse`)."""
    return array.flip(x, axis=axes)


def tile(x: Any, n: Any) -> Any:
    """x so many times along each axis (mirrors `K.tile`)."""
    return array.tile(x, [n] if isinstance(n, int) else n)


def one_hot(indices: Any, num_classes: int) -> Any:
    """Rows with a 1 in the place of the class (mirrors `K.one_hot`)."""
    return array.one_hot(indices, depth=int(num_classes))


def pow(x: Any, a: Any) -> Any:
    """x to the power of a (mirrors `K.pow`)."""
    return arithmetic.power(x, a)


def clip(x: Any, min_value: Any = None, max_value: Any = None) -> Any:
    """x limited to [min_value, max_value]; `None`: no limit (mirrors `K.clip`)."""
    return elementwise.clip(
        x, -np.inf if min_value is None else min_value, np.inf if max_value is None else max_value
    )


def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """The rectified linear unit (mirrors `K.relu`)."""
    return activation.relu(x, negative_slope=alpha, max_value=max_value, threshold=threshold)


def hard_sigmoid(x: Any) -> Any:
    """0.2 * x + 0.5, limited to [0, 1]: tf.keras 2's (mirrors `K.hard_sigmoid`).

    Example:
        >>> from unikeras.keras import backend as K
        >>> float(K.hard_sigmoid(1.0))
        0.699999988079071
    """
    return elementwise.clip(0.2 * elementwise.cast(x, floatx()) + 0.5, 0.0, 1.0)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether each target is among the k highest predictions (mirrors `K.in_top_k`)."""
    return tf_in_top_k(targets, predictions, k=k)


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """x with a fraction `level` set to 0 and the rest scaled up (mirrors `K.dropout`)."""
    return random.dropout(x, level, noise_shape, seed)


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """(x - mean) / sqrt(var + epsilon) * gamma + beta along the channels (mirrors `K.batch_normalization`)."""
    place = axis % len(x.shape)
    shape = [d if i == place else 1 for i, d in enumerate(x.shape)]
    mean, var, beta, gamma = (
        v if v is None or len(v.shape) == len(shape) else array.reshape(v, shape)
        for v in (mean, var, beta, gamma)
    )
    return nn.batch_normalization(
        x, mean, var, beta, gamma, variance_epsilon=default_epsilon() if epsilon is None else epsilon
    )


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Normally distributed numbers (mirrors `K.random_normal`)."""
    return random.normal(shape, mean, stddev, dtype, seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Numbers uniform in [minval, maxval) (mirrors `K.random_uniform`)."""
    return random.uniform(shape, minval, maxval, dtype, seed)


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """1 with probability p, else 0 (mirrors `K.random_bernoulli`)."""
    return random.bernoulli(p, shape, dtype, seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Normally distributed numbers within two standard deviations (mirrors `K.truncated_normal`)."""
    return random.truncated_normal(shape, mean, stddev, dtype, seed)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The binary cross-entropy, elementwise (mirrors `K.binary_crossentropy`)."""
    wide = [
        array.expand_dims(v, axis=-1) for v in (target, output)
    ]  # the loss takes the mean over the last axis
    return crossentropy.binary_crossentropy(*wide, from_logits=from_logits)


def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> Any:
    """The binary focal cross-entropy, elementwise (mirrors `K.binary_focal_crossentropy`)."""
    wide = [array.expand_dims(v, axis=-1) for v in (target, output)]
    return crossentropy.binary_focal_crossentropy(
        *wide, apply_class_balancing=apply_class_balancing, alpha=alpha, gamma=gamma, from_logits=from_logits
    )


def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """The cross-entropy of one-hot targets (mirrors `K.categorical_crossentropy`)."""
    return crossentropy.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """The cross-entropy of integer targets (mirrors `K.sparse_categorical_crossentropy`)."""
    return crossentropy.sparse_categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)
