"""What is drawn of a model: a box a layer, arrows between them, and groups where nested models are expanded."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from unikeras.core import nest
from unikeras.core.operation import Operation
from unikeras.layers.layer import Layer
from unikeras.models.order import Place, places

__all__ = ["Box", "Group", "Options", "Sketch", "sketch"]


@dataclass
class Options:
    """What the boxes show; the names are those of `keras.utils.plot_model`."""

    show_shapes: bool = False
    show_dtype: bool = False
    show_layer_names: bool = True
    show_layer_activations: bool = False
    show_trainable: bool = False
    expand_nested: bool = False
    layer_range: Any = None


@dataclass
class Box:
    """A layer or op.

    Attributes:
        number: its number in the picture.
        title: the class's name.
        name: the layer's name.
        rows: what else is shown: (what, value).
        family: which kind of layer it is, for its colour.
    """

    number: int
    title: str
    name: str
    rows: list[tuple[str, str]]
    family: str


@dataclass
class Group:
    """Boxes in a frame: the layers of a nested model (the outermost has no frame)."""

    title: str
    items: list[Box | Group] = field(default_factory=list)

    def boxes(self) -> Iterator[Box]:
        """All boxes, also those of groups inside."""
        for item in self.items:
            if isinstance(item, Group):
                yield from item.boxes()
            else:
                yield item


@dataclass
class Sketch:
    """The boxes, and the arrows as pairs of boxes' numbers."""

    root: Group
    arrows: list[tuple[int, int]]
    options: Options


def sketch(model: Any, options: Options) -> Sketch:
    """What to draw of a model.

    Args:
        model: a model; one that is not built cannot be drawn.
        options: what to show.

    Raises:
        ValueError: the model is not built, or `layer_range` names no layers.

    Example:
        >>> from unikeras import keras
        >>> model = keras.Sequential([keras.Input((2,), name="x"), keras.layers.Dense(1, name="y")])
        >>> drawn = sketch(model, Options())
        >>> [box.name for box in drawn.root.boxes()], drawn.arrows
        (['x', 'y'], [(0, 1)])
    """
    from unikeras.models.model import Model

    if not isinstance(model, Model):
        raise ValueError(f"plot_model draws models; a {type(model).__name__} came.")
    if not model.built:
        raise ValueError(
            f"Model {model.name!r} has not yet been built, so its layers are not known. "
            "Build it first: call `build()`, or call the model on a batch of data."
        )
    drawing = _Drawing(options)
    root, _, _ = drawing.model(model)
    root.title = ""
    arrows = list(dict.fromkeys(drawing.arrows))
    if options.layer_range is not None:
        kept = _in_range(root, options.layer_range)
        arrows = [(a, b) for a, b in arrows if a in kept and b in kept]
    return Sketch(root, arrows, options)


class _Drawing:
    """Collects boxes and arrows; boxes are numbered in the order in which they are met."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.arrows: list[tuple[int, int]] = []
        self._numbers = itertools.count()

    def model(self, model: Any) -> tuple[Group, list[list[int]], list[list[int]]]:
        """A model's boxes; of each of its inputs the boxes that take it, of each of its outputs the boxes that make it."""
        group = Group(f"{model.name} ({type(model).__name__})")
        if model._graph is None:  # subclassed: how the layers are connected is not known
            box = self._box(model.name, model, *_called(model))
            group.items.append(box)
            return group, [[box.number]], [[box.number]]
        graph = model._graph
        made_by: dict[int, list[int]] = {}
        taken_by: dict[int, list[int]] = {}
        ends: list[tuple[Place, list[list[int]]]] = []
        for place in places(graph):
            item, starts, stops = self._place(place)
            group.items.append(item)
            ends.append((place, starts))
            if place.input is not None:
                made_by[id(place.input)] = stops[0]
                taken_by[id(place.input)] = starts[0]
            for node in place.nodes:
                for index, tensor in enumerate(nest.flatten(node.outputs)):
                    made_by[id(tensor)] = stops[index if index < len(stops) else 0]
        for place, starts in ends:
            for node in place.nodes:
                for index, tensor in enumerate(node.inputs):
                    heads = starts[index if len(starts) == len(node.inputs) else 0]
                    self.arrows += itertools.product(made_by[id(tensor)], heads)
        inputs = [taken_by[id(t)] for t in graph.flat_inputs]
        return group, inputs, [made_by[id(t)] for t in graph.flat_outputs]

    def _place(self, place: Place) -> tuple[Box | Group, list[list[int]], list[list[int]]]:
        from unikeras.models.model import Model

        layer = place.operation
        if self.options.expand_nested and isinstance(layer, Model) and layer._graph is not None:
            return self.model(layer)
        outputs = place.outputs
        inputs = outputs if place.input is not None else place.nodes[0].inputs
        box = self._box(place.name, layer, inputs, outputs)
        return box, [[box.number]], [[box.number] for _ in outputs]

    def _box(self, name: str, operation: Any, inputs: Any, outputs: Any) -> Box:
        show = self.options
        rows: list[tuple[str, str]] = []
        entry = operation is None or type(operation).__name__ == "InputLayer"
        if show.show_layer_activations and getattr(operation, "activation", None) is not None:
            rows.append(("activation", _activation(operation.activation)))
        if show.show_dtype:
            rows.append(("dtype", _either([str(getattr(t, "dtype", None) or "?") for t in outputs], _dtype)))
        if show.show_shapes:
            if not entry:
                rows.append(("input", _either(inputs, _shape)))
            rows.append(("output", _either(outputs, _shape)))
        if show.show_trainable and getattr(operation, "weights", None):
            rows.append(("trainable", "yes" if operation.trainable_weights else "no"))
        return Box(next(self._numbers), _title(operation), name, rows, _family(operation))


@dataclass
class _Known:
    """The shape of a tensor that is not at hand."""

    shape: Any
    dtype: Any


def _called(model: Any) -> tuple[list[Any], list[Any]]:
    """What goes into a subclassed model and comes out of it, as far as that is known."""
    shape = model.__dict__.get("_called_shape") or model.__dict__.get("_build_shape")
    if shape is None:
        return [], []
    inputs = [
        _Known((None, *tuple(s)[1:]), model.compute_dtype) for s in nest.flatten(shape) if s is not None
    ]
    try:
        found = model.compute_output_shape(shape)
        outputs = [_Known((None, *tuple(s)[1:]), model.compute_dtype) for s in _shapes(found)]
    except Exception:  # the model's code needs values: the shapes are not known
        return inputs, []
    return inputs, outputs


def _shapes(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return [s for value in found.values() for s in _shapes(value)]
    if isinstance(found, (list, tuple)) and found and all(hasattr(f, "__len__") for f in found):
        return [s for value in found for s in _shapes(value)]
    return [found]


def _title(operation: Any) -> str:
    if operation is None:
        return "InputLayer"
    if not isinstance(operation, Operation):
        return "".join(part.capitalize() for part in operation.__name__.strip("_").split("_"))
    inner = operation.__dict__.get("layer") or operation.__dict__.get("forward_layer")
    kind = type(operation).__name__
    return f"{kind}({type(inner).__name__})" if isinstance(inner, Layer) else kind


_FAMILIES = ("conv", "pool", "recurrent", "rnn", "attention", "normalization", "regularization", "activation", "merging", "reshaping",
             "preprocessing", "core")  # fmt: skip


def _family(operation: Any) -> str:
    """The folder of `unikeras/layers` that the class, or the nearest class above it, is in."""
    from unikeras.models.model import Model

    if operation is None or type(operation).__name__ == "InputLayer":
        return "input"
    if isinstance(operation, Model):
        return "model"
    if not isinstance(operation, Layer):
        return "op"
    for cls in type(operation).__mro__:
        parts = cls.__module__.split(".")
        if parts[:2] == ["unikeras", "layers"] and len(parts) > 3:
            return next((family for family in _FAMILIES if parts[2].startswith(family)), "core")
    return "custom"


def _activation(activation: Any) -> str:
    return str(getattr(activation, "__name__", None) or type(activation).__name__)


def _either(values: Any, text: Any) -> str:
    """One value as text; several as a list."""
    values = list(values)
    if not values:
        return "?"
    return text(values[0]) if len(values) == 1 else f"[{', '.join(text(v) for v in values)}]"


def _shape(tensor: Any) -> str:
    return str(tuple(tensor.shape))


def _dtype(name: str) -> str:
    return re.sub(r"<dtype: '(\w+)'>", r"\1", name)


def _in_range(root: Group, layer_range: Any) -> set[int]:
    """Leave the items from the first to the second name; the numbers of the boxes that stay."""
    if len(layer_range) != 2 or not all(isinstance(name, str) for name in layer_range):
        raise ValueError(f"layer_range must be two layer names or patterns, not {layer_range!r}.")
    names = [item.title.rsplit(" (", 1)[0] if isinstance(item, Group) else item.name for item in root.items]
    ends = []
    for pattern in layer_range:
        found = [i for i, name in enumerate(names) if name == pattern or re.fullmatch(pattern, name)]
        if not found:
            raise ValueError(
                f"layer_range {layer_range!r}: no layer is called {pattern!r}; the layers are {names}."
            )
        ends.append(found)
    first, last = sorted((ends[0][0], ends[1][-1]))
    root.items = root.items[first : last + 1]
    return {box.number for box in root.boxes()}
