"""`ContrastLimitedAdaptiveHistogramEqualization`: histograms made flat, tile by tile."""

from __future__ import annotations

from typing import Any

from unikeras.core.op import op
from unikeras.layers.preprocessing.image.equalization import counted
from unikeras.layers.preprocessing.image.image_layer import ImageLayer, value_range_of

__all__ = ["ContrastLimitedAdaptiveHistogramEqualization"]

_SHADES = 256


def _tables(F: Any, tiles: Any, clip_limit: float) -> Any:
    """What becomes of each shade in each tile [tiles, pixels]: [tiles, 256], in [0, 1]."""
    pixels = tiles.shape[1]
    counts = counted(F, tiles, _SHADES)
    if clip_limit > 0:
        kept = F.clip(counts, 0.0, clip_limit * pixels / _SHADES)
        counts = kept + F.sum(counts - kept, axis=1, keepdims=True) / _SHADES
    total = F.cumulative_sum(counts, axis=1)
    rest = pixels - total[:, :1]
    return (total - total[:, :1]) / F.where(rest > 0, rest, F.ones_like(rest))


def _between(F: Any, size: int, tile: int, count: int, dtype: Any) -> tuple[Any, Any, Any]:
    """For each pixel of a side the tiles whose middles are around it, and how far it is from the first to the second."""
    place = F.clip(F.arange(size, dtype=dtype) / tile - 0.5, 0.0, float(count - 1))
    first = F.floor(place)
    index = F.astype(first, F.dtype("int32"))
    return index, F.clip(index + 1, 0, count - 1), place - first


@op
def _clahe(F, images, *, low, high, clip_limit, grid):
    batch, height, width, channels = images.shape
    (down, across), (tile_h, tile_w) = grid, (-(-height // grid[0]), -(-width // grid[1]))
    shades = (
        F.clip((images - low) / (high - low), 0.0, 1.0) * 255 + 1e-4
    )  # pixels that were scaled may be a little too small
    shades = F.astype(F.floor(shades), F.dtype("int32"))
    # Tiles of one size: the last pixels of each side are repeated.
    rows, columns = (
        F.clip(F.arange(t * n), 0, s - 1) for t, n, s in ((tile_h, down, height), (tile_w, across, width))
    )
    whole = F.take(F.take(shades, rows, axis=1), columns, axis=2)
    tiles = F.reshape(whole, (batch, down, tile_h, across, tile_w, channels))
    tiles = F.reshape(F.permute_dims(tiles, (0, 1, 3, 5, 2, 4)), (-1, tile_h * tile_w))
    tables = F.reshape(_tables(F, tiles, clip_limit), (batch, down, across, channels, _SHADES))
    image = F.reshape(F.arange(batch), (-1, 1, 1, 1))
    channel = F.reshape(F.arange(channels), (1, 1, 1, -1))
    upper, lower, v = _between(F, height, tile_h, down, images.dtype)
    left, right, u = _between(F, width, tile_w, across, images.dtype)
    v, u = F.reshape(v, (1, -1, 1, 1)), F.reshape(u, (1, 1, -1, 1))

    def looked_up(row: Any, column: Any) -> Any:
        found = tables[
            image, F.reshape(row, (1, -1, 1, 1)), F.reshape(column, (1, 1, -1, 1)), channel, shades
        ]
        return F.astype(found, images.dtype)

    above = (1 - u) * looked_up(upper, left) + u * looked_up(upper, right)
    below = (1 - u) * looked_up(lower, left) + u * looked_up(lower, right)
    return ((1 - v) * above + v * below) * (high - low) + low


class ContrastLimitedAdaptiveHistogramEqualization(ImageLayer):
    """Images whose shades are about as frequent in each part, with a limit to how much contrast grows.

    Zuiderveld, "Contrast limited adaptive histogram equalization", 1994; mirrors
    `keras.layers.ContrastLimitedAdaptiveHistogramEqualization`. Each tile of each channel has a table of what becomes of its shades; pixels
    between the middles of tiles take the mean of the tables around them.

    Args:
        value_range: (least, most) of a pixel.
        clip_limit: how many times the mean a shade may be counted; what is more is given to all shades. 0 for no limit.
        tile_grid_size: how many tiles there are (down, across).
        data_format: where the channels are.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: no value range, a negative limit, or not two positive numbers of tiles.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.ContrastLimitedAdaptiveHistogramEqualization(clip_limit=0.0, tile_grid_size=(1, 1))
        >>> layer(tf.constant([[[0.0], [7.0], [8.0]]])).numpy()[0, :, 0].tolist()
        [0.0, 127.5, 255.0]
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        name = type(self).__name__
        self.value_range = value_range_of(name, value_range)
        if clip_limit < 0:
            raise ValueError(f"{name}: clip_limit must not be negative, but it is {clip_limit}.")
        self.clip_limit = clip_limit
        grid = tuple(tile_grid_size)
        if len(grid) != 2 or min(grid) < 1:
            raise ValueError(f"{name}: tile_grid_size must be two positive ints, not {tile_grid_size!r}.")
        self.tile_grid_size = grid

    def transform(self, images: Any, drawn: Any) -> Any:
        low, high = self.value_range
        return _clahe(
            images,
            low=float(low),
            high=float(high),
            clip_limit=float(self.clip_limit),
            grid=self.tile_grid_size,
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "value_range": self.value_range,
            "clip_limit": self.clip_limit,
            "tile_grid_size": self.tile_grid_size,
        }
