"""`@application`: makes the public function of an architecture that is written as a formula over its input.

Every architecture takes the same options, which are checked and carried out here: the input, the top, the weights.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unikeras import layers
from unikeras.applications.checkpoints import CHECKPOINTS, fetch
from unikeras.core.settings import image_data_format
from unikeras.core.strict import report
from unikeras.core.symbolic import is_symbolic
from unikeras.models.model import Model
from unikeras.utils.legacy import get_source_inputs

__all__ = ["Head", "application", "channel_axis", "halving_padding", "trained_size"]

_ARGUMENTS = """
    Args:
        include_top: bool, whether the pooling and the dense layer that classify come last.
        weights: "imagenet" (downloaded into Keras's cache), `None` (random), or the path of a weights file.
        input_tensor: symbolic tensor to use as the input.
        input_shape: (height, width, channels), channels first where the image data format says so; the one it was
            trained with if `None`, and any size without the top.
        pooling: "avg", "max" or `None`, over the image, where there is no top.
        classes: int, how many classes the top tells apart.
        classifier_activation: the top's activation; `None` for logits.
{more}        name: str, the model's name.

    Returns:
        A `keras.Model`, not compiled.

    Raises:
        ValueError: options that do not go together, an input that is too small, or no such weights file.
        DownloadError: an `OSError`, if the weights are neither in the cache nor to be had; it names the file.

    Example:
        >>> from unikeras import keras
        >>> keras.applications.{name}(weights=None, classes=10, input_shape=(8, 8, 3))
        Traceback (most recent call last):
        ...
        ValueError: {name}: images must be at least {minimum} x {minimum}, but input_shape=(8, 8, 3).
"""
_OPTIONS: dict[str, Any] = {
    "include_top": True,
    "weights": "imagenet",
    "input_tensor": None,
    "input_shape": None,
    "pooling": None,
    "classes": 1000,
    "classifier_activation": "softmax",
}


def channel_axis() -> int:
    """The axis of the channels in a batch of images."""
    return 3 if image_data_format() == "channels_last" else 1


def trained_size(shape: tuple[Any, ...], sizes: tuple[int, ...]) -> int:
    """The size of images whose weights fit an image of `shape`: its own, or the largest."""
    height, width = shape[1:] if channel_axis() == 1 else shape[:2]
    return height if height == width and height in sizes else sizes[-1]


def halving_padding(x: Any, kernel: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The padding that makes a valid convolution of stride 2 what a padded one is: of even (and unknown) sizes one less in front."""
    axis = channel_axis()
    sides = x.shape[2:4] if axis == 1 else x.shape[1:3]
    half = kernel // 2
    height, width = ((half - (side is None or side % 2 == 0), half) for side in sides)
    return height, width


@dataclass(frozen=True)
class Head:
    """What comes after the features: the classifier, the pooling asked for, or nothing."""

    include_top: bool
    pooling: str | None
    classes: int
    activation: Any
    name: str  # the model's
    pretrained: bool  # whether ImageNet's weights will be loaded

    def __call__(
        self, x: Any, *, dropout: float = 0.0, dropout_name: str = "top_dropout", name: str = "predictions",
        **dense: Any,
    ) -> Any:  # fmt: skip
        """Average over the image and classify; without the top, only what was asked for."""
        if not self.include_top:
            return self.pooled(x)
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        if dropout:
            x = layers.Dropout(dropout, name=dropout_name)(x)
        return self.classified(x, name=name, **dense)

    def pooled(self, x: Any, avg: str | None = "avg_pool", max: str | None = "max_pool") -> Any:
        """The pooling asked for."""
        if self.pooling == "avg":
            return layers.GlobalAveragePooling2D(name=avg)(x)
        return layers.GlobalMaxPooling2D(name=max)(x) if self.pooling == "max" else x

    def classified(self, x: Any, *, name: str = "predictions", **dense: Any) -> Any:
        """The dense layer that tells the classes apart."""
        return layers.Dense(self.classes, activation=self.activation, name=name, **dense)(x)


def application(
    name: str, *, size: int, sizes: tuple[int, ...] = (), minimum: int = 32, any_size: bool = False, flattens: bool = False,
    checkpoint: Callable[..., str] | None = None, naming: Callable[..., str] | None = None,
    **extra: tuple[Any, str],
) -> Callable[[Callable[..., Any]], Callable[..., Model]]:  # fmt: skip
    """Make the public function of `body(x, head, **extra) -> outputs`.

    Args:
        name: the model's name.
        size: height and width of the images it takes by default.
        sizes: all heights and widths that there are weights with a top for; `size` by default.
        minimum: the least height and width.
        any_size: whether it takes images of any size by default, also with its top.
        flattens: whether the top flattens the image, so that its size must be known.
        checkpoint: function of (input shape, **extra) -> the name of the weights' files; the model's name by default.
        naming: function of (input shape, **extra) -> the model's name, where it depends on them.
        **extra: further options of this architecture: (default, description).
    """

    def decorate(body: Callable[..., Any]) -> Callable[..., Model]:
        @functools.wraps(body)
        def build(*args: Any, **kwargs: Any) -> Model:
            bound = build.__signature__.bind(*args, **kwargs)  # type: ignore[attr-defined]
            bound.apply_defaults()
            options = dict(bound.arguments)
            special = {key: options[key] for key in extra}
            return _build(body, options, special, limits, checkpoint, naming)

        limits = _Limits(size, sizes or (size,), minimum, any_size, flattens)
        own = {key: default for key, (default, _) in extra.items()}
        parameters = {**_OPTIONS, **own, "name": None if naming else name}
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        build.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [inspect.Parameter(key, kind, default=default) for key, default in parameters.items()]
        )
        more = "".join(f"        {key}: {text}\n" for key, (_, text) in extra.items())
        build.__doc__ = (body.__doc__ or "") + _ARGUMENTS.format(
            more=more, name=body.__name__, minimum=minimum
        )
        return build

    return decorate


@dataclass(frozen=True)
class _Limits:
    """The sizes of images that an architecture takes; see `application`."""

    size: int
    sizes: tuple[int, ...]
    minimum: int
    any_size: bool
    flattens: bool


def _build(
    body: Callable[..., Any], options: dict[str, Any], special: dict[str, Any], limits: _Limits,
    checkpoint: Callable[..., str] | None, naming: Callable[..., str] | None,
) -> Model:  # fmt: skip
    who, weights, include_top = body.__name__, options["weights"], options["include_top"]
    _check_weights(who, weights, include_top, options["classes"])
    if not include_top and options["pooling"] not in (None, "avg", "max"):
        raise ValueError(f"{who}: pooling must be 'avg', 'max' or None, not {options['pooling']!r}.")
    inputs, x, shape = _input(who, options, limits)
    name = options["name"] or (naming(shape, **special) if naming else body.__name__)
    head = Head(
        include_top, options["pooling"], options["classes"], options["classifier_activation"], name,
        weights == "imagenet",
    )  # fmt: skip
    model = Model(inputs, body(x, head, **special), name=name)
    if weights == "imagenet":
        key = checkpoint(shape, **special) if checkpoint else name
        if (key, include_top) not in CHECKPOINTS:
            raise ValueError(
                f"{who}: there are no weights of ImageNet for these options ({key}); use weights=None and train."
            )
        model.load_weights(fetch(key, include_top))
    elif weights is not None:
        model.load_weights(weights)
    return model


def _check_weights(who: str, weights: Any, include_top: bool, classes: int) -> None:
    if weights not in (None, "imagenet") and not os.path.exists(weights):
        raise ValueError(
            f"{who}: weights must be None (random), 'imagenet', or the path of a weights file, but there is no file {weights!r}."
        )
    if weights == "imagenet" and include_top and classes != 1000:
        raise ValueError(
            f"{who}: with weights='imagenet' and include_top=True, classes must be 1000, not {classes}; "
            "use include_top=False and add a top of your own."
        )


def _input(who: str, options: dict[str, Any], limits: _Limits) -> tuple[Any, Any, tuple[Any, ...]]:
    """The model's input, the tensor that the formula begins with, and the shape of an image."""
    first = image_data_format() == "channels_first"
    tensor, shape = options["input_tensor"], options["input_shape"]

    def square(side: Any, channels: int = 3) -> tuple[Any, ...]:
        return (channels, side, side) if first else (side, side, channels)

    default = square(limits.size)
    if options["weights"] != "imagenet" and shape is not None and len(shape) == 3:
        channels = shape[0] if first else shape[-1]
        if channels not in (1, 3):
            report(f"{who} usually expects 1 or 3 channels, but input_shape={tuple(shape)} has {channels}.")
    if shape is None:
        shape = default if options["include_top"] and not limits.any_size else square(None)
        if tensor is not None and is_symbolic(tensor):
            shape = tuple(tensor.shape[1:])
    elif len(shape) != 3:
        raise ValueError(
            f"{who}: input_shape must be (height, width, channels), channels first with that image data format, not {tuple(shape)}."
        )
    shape = tuple(shape)
    height, width = (shape[1:] if first else shape[:2]) if len(shape) == 3 else (None, None)
    if options["weights"] == "imagenet" and (shape[0] if first else shape[-1]) != 3:
        raise ValueError(
            f"{who}: with weights='imagenet' the input must have 3 channels, but input_shape={shape}."
        )
    least = limits.minimum
    if any(side is not None and side < least for side in (height, width)):
        raise ValueError(f"{who}: images must be at least {least} x {least}, but input_shape={shape}.")
    if options["include_top"] and limits.flattens and None in shape:
        raise ValueError(
            f"{who}: with include_top=True the input's size must be known, but input_shape={shape}."
        )
    allowed = [square(side) for side in limits.sizes]
    fixed = options["include_top"] and options["weights"] == "imagenet" and not limits.any_size
    if fixed and shape not in allowed:
        raise ValueError(
            f"{who}: with weights='imagenet' and include_top=True, input_shape must be {' or '.join(map(str, allowed))}, not {shape}."
        )
    if tensor is None:
        tensor = layers.Input(shape=shape)
        return tensor, tensor, shape
    if not is_symbolic(tensor):
        tensor = layers.Input(tensor=tensor, shape=shape)
    sources = get_source_inputs(tensor)
    return sources[0] if len(sources) == 1 else sources, tensor, shape
