"""NASNet-A (Zoph et al., "Learning transferable architectures for scalable image recognition", 2017)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unikeras import layers
from unikeras.applications.application import Head, application, channel_axis, halving_padding
from unikeras.applications.imagenet import preprocessing
from unikeras.models.model import Model

__all__ = ["NASNetLarge", "NASNetMobile", "preprocess_input"]


def _axis() -> int:
    return 1 if channel_axis() == 1 else -1


def _normalization(name: str) -> Any:
    return layers.BatchNormalization(axis=_axis(), momentum=0.9997, epsilon=1e-3, name=name)


def _relu(x: Any, name: str | None = None) -> Any:
    return layers.Activation("relu", name=name)(x)


def _separable(x: Any, filters: int, kernel: int, stride: int, name: str) -> Any:
    """Twice an activation, a separable convolution and a normalization; the first may halve the image."""
    x = _relu(x)
    padding = "same"
    if stride == 2:
        x = layers.ZeroPadding2D(halving_padding(x, kernel), name=f"separable_conv_1_pad_{name}")(x)
        padding = "valid"
    x = layers.SeparableConv2D(
        filters, kernel, strides=stride, padding=padding, use_bias=False, name=f"separable_conv_1_{name}"
    )(x)
    x = _relu(_normalization(f"separable_conv_1_bn_{name}")(x))
    x = layers.SeparableConv2D(
        filters, kernel, padding="same", use_bias=False, name=f"separable_conv_2_{name}"
    )(x)
    return _normalization(f"separable_conv_2_bn_{name}")(x)


def _adjusted(before: Any, x: Any, filters: int, name: str) -> Any:
    """What came before the last cell, in the shape of what comes from it."""
    if before is None:
        return x
    side, axis = (2 if channel_axis() == 1 else 1), channel_axis()
    if before.shape[side] != x.shape[side]:
        before = _relu(before, f"adjust_relu_1_{name}")
        shifted = layers.Cropping2D(((1, 0), (1, 0)))(layers.ZeroPadding2D(((0, 1), (0, 1)))(before))
        thinned = []
        for i, image in enumerate((before, shifted), 1):
            pooled = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{i}_{name}")(image)
            conv = layers.Conv2D(
                filters // 2,
                1,
                padding="same",
                use_bias=False,
                kernel_initializer="he_normal",
                name=f"adjust_conv_{i}_{name}",
            )
            thinned.append(conv(pooled))
        return _normalization(f"adjust_bn_{name}")(layers.concatenate(thinned, axis=_axis()))
    if before.shape[axis] != filters:
        before = layers.Conv2D(
            filters,
            1,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
            name=f"adjust_conv_projection_{name}",
        )(_relu(before))
        return _normalization(f"adjust_bn_{name}")(before)
    return before


def _squeezed(x: Any, filters: int, kind: str, name: str) -> Any:
    x = layers.Conv2D(
        filters,
        1,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{kind}_conv_1_{name}",
    )(_relu(x))
    return _normalization(f"{kind}_bn_1_{name}")(x)


def _normal_cell(x: Any, before: Any, filters: int, name: str) -> tuple[Any, Any]:
    """A cell that keeps the image's size: (its result, its input)."""
    p = _adjusted(before, x, filters, name)
    h = _squeezed(x, filters, "normal", name)

    def separable(y: Any, kernel: int, place: str) -> Any:
        return _separable(y, filters, kernel, 1, f"normal_{place}_{name}")

    def average(y: Any, place: str) -> Any:
        return layers.AveragePooling2D(3, strides=1, padding="same", name=f"normal_{place}_{name}")(y)

    def added(a: Any, b: Any, number: int) -> Any:
        return layers.add([a, b], name=f"normal_add_{number}_{name}")

    one = added(separable(h, 5, "left1"), separable(p, 3, "right1"), 1)
    two = added(separable(p, 5, "left2"), separable(p, 3, "right2"), 2)
    three = added(average(h, "left3"), p, 3)
    four = added(average(p, "left4"), average(p, "right4"), 4)
    five = added(separable(h, 3, "left5"), h, 5)
    parts = [p, one, two, three, four, five]
    return layers.concatenate(parts, axis=_axis(), name=f"normal_concat_{name}"), x


def _reduction_cell(x: Any, before: Any, filters: int, name: str) -> tuple[Any, Any]:
    """A cell that halves the image: (its result, its input)."""
    p = _adjusted(before, x, filters, name)
    h = _squeezed(x, filters, "reduction", name)
    padded = layers.ZeroPadding2D(halving_padding(h, 3), name=f"reduction_pad_1_{name}")(h)

    def separable(y: Any, kernel: int, place: str, stride: int = 2) -> Any:
        return _separable(y, filters, kernel, stride, f"reduction_{place}_{name}")

    def pooled(pooling: Any, place: str) -> Any:
        return pooling(3, strides=2, name=f"reduction_{place}_{name}")(padded)

    def added(a: Any, b: Any, label: str | None) -> Any:
        return layers.add([a, b], name=None if label is None else f"reduction_{label}_{name}")

    one = added(separable(h, 5, "left1"), separable(p, 7, "right1"), "add_1")
    two = added(pooled(layers.MaxPooling2D, "left2"), separable(p, 7, "right2"), "add_2")
    three = added(pooled(layers.AveragePooling2D, "left3"), separable(p, 5, "right3"), "add3")
    average = layers.AveragePooling2D(3, strides=1, padding="same", name=f"reduction_left4_{name}")(one)
    four = added(two, average, None)
    five = added(
        separable(one, 3, "left4", stride=1), pooled(layers.MaxPooling2D, "right5"), "add4"
    )  # fmt: skip
    return layers.concatenate([two, three, four, five], axis=_axis(), name=f"reduction_concat_{name}"), x


def _nasnet(
    size_name: str, size: int, cells: int, filters: int, stem: int, skip: bool
) -> Callable[..., Model]:
    """The public function of one size.

    Args:
        size_name: "Large" or "Mobile".
        size: of images.
        cells: how many between two reductions.
        filters: of the first of these.
        stem: filters of the first convolution.
        skip: whether the cell after a reduction looks back past it.
    """

    def body(x: Any, head: Head) -> Any:
        x = layers.Conv2D(
            stem, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1"
        )(x)
        x, before = _normalization("stem_bn1")(x), None
        for i, part in enumerate((4, 2), 1):
            x, before = _reduction_cell(x, before, filters // part, f"stem_{i}")
        for stage in range(3):
            if stage:
                x, reduced = _reduction_cell(x, before, filters * 2**stage, f"reduce_{stage * cells}")
                before = before if skip else reduced
            for i in range(cells):
                number = stage * cells + i + (stage > 0)
                x, before = _normal_cell(x, before, filters * 2**stage, str(number))
        x = _relu(x)
        if not head.include_top:
            return head.pooled(x, avg=None, max=None)
        return head.classified(layers.GlobalAveragePooling2D()(x))

    body.__name__ = f"NASNet{size_name}"
    body.__doc__ = f"NASNet-A, {size_name.lower()}, for images scaled to [-1, 1] (mirrors `keras.applications.{body.__name__}`)."
    return application(f"nasnet_{size_name.lower()}", size=size)(body)


NASNetMobile = _nasnet("Mobile", 224, 4, 44, 32, skip=False)
NASNetLarge = _nasnet("Large", 331, 6, 168, 96, skip=True)

preprocess_input = preprocessing("tf", "NASNet")
