"""`keras.config`."""

from unikeras.core.dtypes import floatx as floatx
from unikeras.core.dtypes import set_floatx as set_floatx
from unikeras.core.strict import strict as strict
from unikeras.layers.policy import dtype_policy as dtype_policy
from unikeras.layers.policy import set_dtype_policy as set_dtype_policy
