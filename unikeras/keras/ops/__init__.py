"""`keras.ops`: operations under Keras 3's names; operands of different dtypes are promoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.core.absent import missing
from unikeras.core.custom_gradient import custom_gradient
from unikeras.core.tensor import is_tensor
from unikeras.keras.ops import image, linalg, nn, numpy
from unikeras.keras.ops.linalg import *  # noqa: F403
from unikeras.keras.ops.nn import *  # noqa: F403
from unikeras.keras.ops.numpy import *  # noqa: F403
from unikeras.ops import cast, erf, erfinv, logsumexp, rsqrt, stop_gradient, top_k, unstack
from unikeras.ops.control_flow import (
    associative_scan,
    cond,
    fori_loop,
    map,
    scan,
    switch,
    vectorized_map,
    while_loop,
)
from unikeras.ops.counting import in_top_k, segment_sum
from unikeras.ops.keras_style import convert_to_numpy, convert_to_tensor, dtype, shape
from unikeras.ops.matrix import logdet
from unikeras.ops.numeric import erfc, saturate_cast
from unikeras.ops.rearrange import rearrange
from unikeras.ops.signal import (
    extract_sequences,
    fft,
    fft2,
    ifft2,
    irfft,
    istft,
    rfft,
    stft,
    view_as_complex,
    view_as_real,
)
from unikeras.ops.statistics import cdist
from unikeras.ops.updates import (
    scatter,
    scatter_update,
    segment_max,
    segment_min,
    segment_prod,
    slice,
    slice_update,
)

__all__ = [
    *linalg.__all__,
    *nn.__all__,
    *numpy.__all__,
    "image",
    "linalg",
    "nn",
    "numpy",
    "associative_scan",
    "cast",
    "cond",
    "convert_to_numpy",
    "convert_to_tensor",
    "dtype",
    "erf",
    "erfinv",
    "fori_loop",
    "in_top_k",
    "is_tensor",
    "logsumexp",
    "map",
    "rsqrt",
    "scan",
    "segment_sum",
    "shape",
    "stop_gradient",
    "switch",
    "top_k",
    "unstack",
    "vectorized_map",
    "while_loop",
    "erfc",
    "saturate_cast",
    "extract_sequences",
    "fft",
    "fft2",
    "ifft2",
    "irfft",
    "istft",
    "rfft",
    "stft",
    "view_as_complex",
    "view_as_real",
    "scatter",
    "scatter_update",
    "segment_max",
    "segment_min",
    "segment_prod",
    "slice",
    "slice_update",
    "rearrange",
    "logdet",
    "cdist",
    "custom_gradient",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("keras.ops", name, __all__)
