"""`tf.nn`: activations, normalisation, cross-entropies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unikeras.activations import gelu
from unikeras.core.absent import missing
from unikeras.ops import (
    batch_normalization,
    bias_add,
    elu,
    embedding_lookup,
    l2_normalize,
    leaky_relu,
    log_softmax,
    moments,
    relu,
    relu6,
    selu,
    sigmoid,
    sigmoid_cross_entropy_with_logits,
    silu,
    softmax,
    softmax_cross_entropy_with_logits,
    softplus,
    softsign,
    sparse_softmax_cross_entropy_with_logits,
    tanh,
    top_k,
)
from unikeras.ops import silu as swish
from unikeras.ops.counting import in_top_k, zero_fraction
from unikeras.ops.loss_scaling import (
    compute_average_loss,
    l2_loss,
    scale_regularization_loss,
    weighted_cross_entropy_with_logits,
)
from unikeras.ops.random import dropout

__all__ = [
    "batch_normalization",
    "bias_add",
    "compute_average_loss",
    "dropout",
    "elu",
    "embedding_lookup",
    "gelu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_softmax",
    "moments",
    "relu",
    "relu6",
    "scale_regularization_loss",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "zero_fraction",
]

if not TYPE_CHECKING:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        raise missing("tf.nn", name, __all__)
