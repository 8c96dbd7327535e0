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
    local_response_normalization,
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
)
from unikeras.ops import local_response_normalization as lrn
from unikeras.ops import silu as swish
from unikeras.ops.conv_tf_style import (
    atrous_conv2d,
    atrous_conv2d_transpose,
    conv1d,
    conv1d_transpose,
    conv2d,
    conv2d_transpose,
    conv3d,
    conv3d_transpose,
    conv_transpose,
    convolution,
    depthwise_conv2d,
    separable_conv2d,
)
from unikeras.ops.counting import in_top_k, zero_fraction
from unikeras.ops.loss_scaling import (
    compute_average_loss,
    l2_loss,
    scale_regularization_loss,
    weighted_cross_entropy_with_logits,
)
from unikeras.ops.math_tf_style import top_k
from unikeras.ops.pool_tf_style import (
    avg_pool,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    depth_to_space,
    max_pool,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    pool,
    space_to_depth,
)
from unikeras.ops.random_tf_style import dropout

__all__ = [
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_normalization",
    "bias_add",
    "compute_average_loss",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "conv_transpose",
    "convolution",
    "depth_to_space",
    "depthwise_conv2d",
    "dropout",
    "elu",
    "embedding_lookup",
    "embedding_lookup_sparse",
    "gelu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "local_response_normalization",
    "log_softmax",
    "lrn",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "moments",
    "pool",
    "relu",
    "relu6",
    "safe_embedding_lookup_sparse",
    "scale_regularization_loss",
    "selu",
    "separable_conv2d",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "space_to_depth",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "zero_fraction",
]

if TYPE_CHECKING:
    from unikeras.composites.sparse_embedding import embedding_lookup_sparse as embedding_lookup_sparse
    from unikeras.composites.sparse_embedding import (
        safe_embedding_lookup_sparse as safe_embedding_lookup_sparse,
    )
else:  # so that type checkers report names that are not there

    def __getattr__(name: str) -> Any:
        if name in ("embedding_lookup_sparse", "safe_embedding_lookup_sparse"):
            from unikeras.composites import sparse_embedding

            return getattr(sparse_embedding, name)
        raise missing("tf.nn", name, __all__)
