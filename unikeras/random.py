"""`tf.random`: random tensors, and the global seed."""

from unikeras.core.random import set_global_seed as set_seed
from unikeras.ops.random import categorical as categorical
from unikeras.ops.random import normal as normal
from unikeras.ops.random import shuffle as shuffle
from unikeras.ops.random import truncated_normal as truncated_normal
from unikeras.ops.random import uniform as uniform

__all__ = ["categorical", "normal", "set_seed", "shuffle", "truncated_normal", "uniform"]
