"""Operations on images: resizing, sampling, filters, colors, patches."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.keras.ops import image

from .case import RNG, case

IMAGES = RNG.normal(size=(2, 3, 4, 2))
COLORS = RNG.uniform(0.05, 0.95, size=(1, 2, 3, 3))
PLACES = np.array([[0.5, -0.6, 2.3, 1.2], [0.3, 2.4, 2.2, -3.7]])
TURN = np.array([1.1, 0.1, -0.5, 0.05, 0.9, 0.3, 0.01, 0.02])


def linear(x: Any, height: int, width: int) -> Any:
    """Bilinear interpolation, pixel by pixel."""
    result = np.zeros((x.shape[0], height, width, x.shape[3]), x.dtype)
    for i in range(height):
        for j in range(width):
            y = np.clip((i + 0.5) * x.shape[1] / height - 0.5, 0, x.shape[1] - 1)
            z = np.clip((j + 0.5) * x.shape[2] / width - 0.5, 0, x.shape[2] - 1)
            result[:, i, j] = sampled(x, y, z)
    return result


def sampled(x: Any, y: Any, z: Any, fill: Any = None) -> Any:
    """[batch, channels] at one place between four pixels; `fill` is what lies outside."""
    total = 0
    for row, down in ((int(np.floor(y)), 1 - y % 1), (int(np.floor(y)) + 1, y % 1)):
        for column, across in ((int(np.floor(z)), 1 - z % 1), (int(np.floor(z)) + 1, z % 1)):
            inside = 0 <= row < x.shape[1] and 0 <= column < x.shape[2]
            if fill is None or inside:
                value = x[:, np.clip(row, 0, x.shape[1] - 1), np.clip(column, 0, x.shape[2] - 1)]
            else:
                value = np.full((x.shape[0], x.shape[3]), fill, x.dtype)
            total = total + down * across * value
    return total


def projected(x: Any, t: Any) -> Any:
    result = np.zeros_like(x)
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            k = t[6] * j + t[7] * i + 1
            result[:, i, j] = sampled(
                x, (t[3] * j + t[4] * i + t[5]) / k, (t[0] * j + t[1] * i + t[2]) / k, 0.5
            )
    return result


def coordinates(x: Any, places: Any) -> Any:
    wide = x[None, :, :, None]
    return np.array([sampled(wide, y, z)[0, 0] for y, z in places.T])


def blurred(x: Any) -> Any:
    weights = np.exp(-0.5 * np.array([-1.0, 0.0, 1.0]) ** 2)
    weights = weights / weights.sum()
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return sum(
        weights[i] * weights[j] * padded[:, i : i + x.shape[1], j : j + x.shape[2]]
        for i in range(3)
        for j in range(3)
    )


def patches(x: Any) -> Any:
    return np.stack(
        [
            np.stack([x[:, i : i + 2, j : j + 3].reshape(x.shape[0], -1) for j in range(x.shape[2] - 2)], 1)
            for i in range(x.shape[1] - 1)
        ],
        1,
    )


def colors(x: Any) -> Any:
    import colorsys

    return np.array([colorsys.rgb_to_hsv(*rgb) for rgb in x.reshape(-1, 3)]).reshape(x.shape).astype(x.dtype)


def back(x: Any) -> Any:
    import colorsys

    return np.array([colorsys.hsv_to_rgb(*hsv) for hsv in x.reshape(-1, 3)]).reshape(x.shape).astype(x.dtype)


CASES = [
    case("resize bilinear", lambda x: image.resize(x, (5, 3)), lambda x: linear(x, 5, 3), IMAGES),
    case("resize twofold", lambda x: image.resize(x, (6, 8), "nearest"), lambda x: x.repeat(2, 1).repeat(2, 2), IMAGES),
    case("resize nearest", lambda x: image.resize(x, (2, 6), "nearest"), lambda x: x[:, [0, 2]][:, :, [0, 1, 1, 2, 3, 3]], IMAGES),
    case(
        "resize area",
        lambda x: image.resize(x, (3, 2), "area"),
        lambda x: x.reshape(2, -1, 2, 2, 2).mean(3) if x.shape[1] == 3 else linear(x, 3, 2),
        IMAGES,
        symbolic=False,
    ),
    case("affine", lambda x, t: image.affine_transform(x, t, fill_value=0.5), projected, IMAGES, TURN),
    case("coordinates", lambda x, p: image.map_coordinates(x, p, 1, "nearest"), coordinates, RNG.normal(size=(3, 4)), PLACES),
    case("blur", image.gaussian_blur, blurred, IMAGES),
    case("patches", lambda x: image.extract_patches(x, (2, 3), 1), patches, IMAGES),
    case("rgb to hsv", image.rgb_to_hsv, colors, COLORS),
    case("hsv to rgb", image.hsv_to_rgb, back, COLORS),
    case("gray", image.rgb_to_grayscale, lambda x: x @ np.array([[0.2989], [0.587], [0.114]], x.dtype), COLORS),
    case("ssim of equals", lambda x: image.ssim(x, x, filter_size=3), lambda x: np.ones(2), IMAGES, gradient=False),
    case("crop", lambda x: image.crop_images(x, 1, 1, target_height=1, target_width=2), lambda x: x[:, 1:2, 1:3], IMAGES),
]  # fmt: skip
