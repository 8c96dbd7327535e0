"""`keras.random`."""

from unikeras.core.random import SeedGenerator as SeedGenerator
from unikeras.ops.random import alpha_dropout as _alpha_dropout  # noqa: F401
from unikeras.ops.random import categorical as categorical
from unikeras.ops.random import dropout as dropout
from unikeras.ops.random import normal as normal
from unikeras.ops.random import randint as randint
from unikeras.ops.random import shuffle as shuffle
from unikeras.ops.random import truncated_normal as truncated_normal
from unikeras.ops.random import uniform as uniform
