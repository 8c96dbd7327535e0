"""`plot_model` and `model_to_dot`: a model's layers and how they are connected, as a picture."""

from __future__ import annotations

import os
from typing import Any

from unikeras.plotting.boxes import Options, sketch
from unikeras.plotting.dot import Dot, ModelImage

__all__ = ["model_to_dot", "plot_model"]


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 96,
    subgraph: bool = False,
    layer_range: Any = None,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Dot:
    """The graph of a model (mirrors `keras.utils.model_to_dot`).

    Args:
        model: a built model; a subclassed one is a single box.
        show_shapes: whether the shapes of inputs and outputs are shown.
        show_dtype: whether the outputs' dtypes are shown.
        show_layer_names: whether the layers' names are shown.
        rankdir: 'TB' (top to bottom) or 'LR' (left to right).
        expand_nested: whether the layers of nested models are shown, in a frame.
        dpi: pixels an inch of images.
        subgraph: whether the DOT text is that of a cluster.
        layer_range: two layer names or patterns: only what lies between them is shown.
        show_layer_activations: whether activations are shown.
        show_trainable: whether it is shown which layers are trained.
        splines: accepted; edges are curves.
        **kwargs: none are known.

    Returns:
        An object with `to_string()` (DOT text), `write(path, format=...)` and `create(format=...)`, as pydot's.

    Raises:
        ValueError: the model is not built, or an option is wrong.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,), name="x"), keras.layers.Dense(1, name="y")])
        >>> "n0 -> n1;" in keras.utils.model_to_dot(model).to_string()
        True
    """
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments: {sorted(kwargs)}.")
    options = Options(
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        expand_nested=expand_nested,
        layer_range=layer_range,
    )
    return Dot(sketch(model, options), rankdir, dpi, model.name, subgraph)


def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: float = 96,
    layer_range: Any = None,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> ModelImage:
    """Draw a model to a file (mirrors `keras.utils.plot_model`). Graphviz is not needed.

    Layers' names are shown unless told otherwise, as in tf.keras 2.

    Args:
        model: a built model; a subclassed one is a single box.
        to_file: the file; its ending says the format. 'svg' and 'dot' need nothing else; 'png', 'pdf' and 'jpg' need matplotlib
            (`pip install 'unikeras[plot]'`). Without an ending it is png.
        show_shapes: see `model_to_dot`, as the following.
        show_dtype: ...
        show_layer_names: ...
        rankdir: ...
        expand_nested: ...
        dpi: pixels an inch of images.
        layer_range: ...
        show_layer_activations: ...
        show_trainable: ...
        splines: accepted.
        **kwargs: none are known.

    Returns:
        The picture; notebooks show it.

    Raises:
        ValueError: the model is not built, an option is wrong, or the format is unknown.
        ImportError: the format needs matplotlib, which is not installed.

    Example:
        >>> import tempfile, os
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     image = keras.utils.plot_model(model, os.path.join(folder, "model.svg"), show_shapes=True)
        >>> image.data[:4]
        b'<svg'
    """
    dot = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        layer_range=layer_range,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
        **kwargs,
    )
    to_file = os.fspath(to_file)
    kind = os.path.splitext(to_file)[1][1:].lower()
    if not kind:
        kind, to_file = "png", f"{to_file}.png"
    data = dot.create(format=kind)
    with open(to_file, "wb") as file:
        file.write(data)
    return ModelImage(dot, data, kind)
