"""Where a dotted TensorFlow or Keras name lives below unikeras."""

from __future__ import annotations

from collections.abc import Iterator

ROOTS = frozenset({"tensorflow", "tensorflow_core", "keras", "tf_keras"})
"""The top-level packages that are mapped."""

PREFIXES = {
    "tensorflow.python.keras": "keras",
    "tensorflow_core.python.keras": "keras",
    "tensorflow.compat.v1.keras": "keras",
    "tensorflow.compat.v1": "",
    "tensorflow.compat.v2": "",
    "tensorflow._api.v2": "",
    "tensorflow_core._api.v2": "",
    "tensorflow_core": "",
    "tensorflow": "",
    "tf_keras.api": "keras",
    "tf_keras.src": "keras",
    "tf_keras": "keras",
    "keras.api._v2.keras": "keras",
    "keras.api._v1.keras": "keras",
    "keras.api": "keras",
    "keras.src": "keras",
    "keras": "keras",
}
"""Spelling -> path below unikeras ("" is unikeras itself). The longest prefix that matches comes first."""

HOLDERS = frozenset(
    {
        "tensorflow.compat",
        "tensorflow.python",
        "tensorflow._api",
        "tensorflow_core.python",
        "tensorflow_core._api",
        "keras.api._v1",
        "keras.api._v2",
    }
)
"""Packages with nothing of their own in them: they are only on the way to a name in `PREFIXES`."""

# Keras 2.0 to 2.3 spread its public classes over modules that later releases folded into one. Programs of
# those years import from them, so each is the module that has the names today.
_MERGED = {
    "keras.layers": (
        "advanced_activations convolutional convolutional_recurrent core embeddings experimental "
        "experimental.preprocessing local merge merging noise normalization pooling preprocessing recurrent "
        "rnn wrappers"
    ),
    "keras.utils": "all_utils data_utils generic_utils io_utils layer_utils np_utils vis_utils",
    "keras.callbacks": "callbacks",
    "keras.optimizers": "legacy experimental",
    "keras": (
        "engine engine.base_layer engine.functional engine.input_layer engine.input_spec engine.network "
        "engine.sequential engine.topology engine.training"
    ),
}
MERGED = {f"{home}.{old}": home for home, olds in _MERGED.items() for old in olds.split()}
"""Path below unikeras of a module that no longer exists -> the module that has its names now."""


def candidates(fullname: str) -> Iterator[str]:
    """Paths below unikeras where `fullname` may live, best first.

    Args:
        fullname: a dotted name whose first part is in `ROOTS`.

    Yields:
        Dotted paths relative to unikeras; "" is unikeras itself.

    Example:
        >>> list(candidates("tensorflow.python.keras.layers"))
        ['keras.layers', 'python.keras.layers']
        >>> list(candidates("keras.layers.core"))
        ['keras.layers.core', 'keras.layers']
        >>> list(candidates("tensorflow"))
        ['']
    """
    seen = set()
    for prefix in sorted(PREFIXES, key=len, reverse=True):
        if fullname == prefix or fullname.startswith(prefix + "."):
            path = (PREFIXES[prefix] + fullname[len(prefix) :]).lstrip(".")
            for found in (path, MERGED.get(path)):
                if found is not None and found not in seen:
                    seen.add(found)
                    yield found
