"""Names of TensorFlow's and Keras's that are not there yet, and what is said when a program asks for one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["NOT_YET", "missing"]

_TABLE = "docs/compatibility.md has the table of what is there and what is not yet"

NOT_YET: dict[str, dict[str, str]] = {
    "tf": {
        "distribute": "distribution over devices",
        "estimator": "Estimators",
        "saved_model": "SavedModel; for now model.save('model.keras')",
        "lite": "TFLite",
        "feature_column": "feature columns",
        "compat": "TensorFlow 1 (tf.compat.v1)",
        "Session": "TensorFlow 1 sessions",
        "placeholder": "TensorFlow 1 placeholders",
        "Graph": "graphs",
        "signal": "signal processing",

        "tpu": "TPU systems",
        "profiler": "the profiler",
        "quantization": "quantisation",
        "types": "type protocols",
        "xla": "XLA's own operations",
        "raw_ops": "raw operations",
    },
    "tf.config": {
        "set_logical_device_configuration": "virtual devices",
        "get_logical_device_configuration": "virtual devices",
        "LogicalDeviceConfiguration": "virtual devices",
        "experimental_connect_to_cluster": "distribution over devices",
        "experimental_connect_to_host": "distribution over devices",
        "optimizer": "grappler options",
    },
    "tf.config.experimental": {
        "set_virtual_device_configuration": "virtual devices",
        "VirtualDeviceConfiguration": "virtual devices",
    },
    "tf.debugging": {
        "enable_check_numerics": "checking every operation; for now tf.debugging.check_numerics and keras.callbacks.TerminateOnNaN",
        "disable_check_numerics": "checking every operation",
        "experimental": "the debugger",
    },
    "tf.dtypes": {},
    "tf.errors": {},
    "tf.random": {},
    "tf.image": {},
    "tf.bitwise": {},
    "tf.math.special": dict.fromkeys(
        ["bessel_j0", "bessel_j1", "bessel_k0", "bessel_k0e", "bessel_k1", "bessel_k1e", "bessel_y0", "bessel_y1", "dawsn", "fresnel_cos", "fresnel_sin"],
        "this special function",
    ),
    "tf.math": {
    },
    "tf.nn": {
        "ctc_loss": "CTC by this name; keras.losses.CTC is there",
        "nce_loss": "sampled losses",
        "sampled_softmax_loss": "sampled losses",
    },
    "tf.linalg": {"LinearOperator": "linear operators"},
    "tf.test": {},
    "tf.nest": {},
    "keras": {
        "estimator": "Estimators",
        "quantizers": "quantisation",
        "Quantizer": "quantisation",
        "export": "export (SavedModel, ONNX ...); for now model.save('model.keras')",
        "distribution": "distribution over devices",
        "visualization": "visualisation",
        "dtensor": "distribution over devices",
    },
    "keras.layers": {
        "TFSMLayer": "SavedModel",
        **dict.fromkeys(("DenseFeatures",), "preprocessing of text and categories"),
    },
    "keras.layers.experimental": {
        **dict.fromkeys(("DynamicEmbedding", "DynamicLookup"), "dynamic embeddings"),
    },
    "keras.optimizers": {},
    "keras.callbacks": {
        "SidecarEvaluator": "distribution over machines",
        "SidecarEvaluatorModelExport": "distribution over machines",
    },
    "keras.experimental": {"SequenceFeatures": "feature columns", "SidecarEvaluator": "distribution over machines"},
    "keras.metrics": {"experimental": "PyMetric; for now a keras.metrics.Metric of tensor operations"},
    "keras.callbacks.experimental": {"UpdateEmbeddingCallback": "dynamic embeddings"},
    "keras.utils.bounding_boxes": {"affine_transform": "affine transformations of boxes"},
    "keras.utils": {
        "SidecarEvaluator": "distribution over devices",
        "StepsPerExecutionTuner": "tuning steps per execution; steps are run many at a time anyway",
        "experimental": "distribution over devices",
    },
    "keras.ops": {

    },
    "keras.backend": {
        **dict.fromkeys(("get_session", "set_session", "tensorflow_backend"), "TensorFlow 1 sessions"),
        "gradients": "graphs; for now tf.GradientTape",
        "ctc_label_dense_to_sparse": "sparse tensors",
        "experimental": "TensorFlow's own random generator; for now keras.utils.set_random_seed",
    },
    "keras.mixed_precision": {},
    "keras.preprocessing": {
        "timeseries": "a module of tf_keras's source; use keras.utils.timeseries_dataset_from_array",
    },
}  # fmt: skip
"""Module as programs write it -> name -> what it is, and what to use for now."""


def missing(module: str, name: str, known: Iterable[str]) -> AttributeError:
    """The error for a name that a facade does not have.

    Args:
        module: the facade as programs write it, such as "tf.nn".
        name: what was asked for.
        known: the names that are there.

    Returns:
        An `AttributeError` that says that the feature is not there yet, or names the close matches.

    Example:
        >>> str(missing("tf", "reduce_meen", ["reduce_mean", "zeros"]))
        "tf has no attribute 'reduce_meen'. Did you mean 'reduce_mean'?"
        >>> str(missing("tf", "lite", []))  # doctest: +ELLIPSIS
        'tf.lite (TFLite) is not available in unikeras yet; docs/compatibility.md has ...'
    """
    reason = NOT_YET.get(module, {}).get(name)
    if reason is not None:
        what, _, instead = reason.partition("; ")
        return AttributeError(
            f"{module}.{name} ({what}) is not available in unikeras yet{': ' + instead if instead else ''}; {_TABLE}"
        )
    close = difflib.get_close_matches(name, [*known, *NOT_YET.get(module, {})], n=3)
    hint = f" Did you mean {' or '.join(repr(c) for c in close)}?" if close else ""
    return AttributeError(
        f"{module} has no attribute {name!r}.{hint or f' If TensorFlow or Keras has it: {_TABLE}.'}"
    )
