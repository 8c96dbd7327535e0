"""Numbers as categories: bins between boundaries, and indicator vectors of indices."""

from __future__ import annotations

from unikeras.core.op import op


@op(no_gradient=True)
def discretize(F, x, *, boundaries):
    """The number of the bin that each value falls in: how many boundaries are not above it. nan is in the last bin.

    Args:
        x: numbers, of any shape.
        boundaries: increasing numbers.

    Returns:
        int64, in the shape of `x`.

    Example:
        >>> from unikeras.ops.categories import discretize
        >>> discretize([-1.0, 0.0, 5.0], boundaries=(0.0, 1.0)).numpy().tolist()
        [0, 1, 2]
    """
    bounds = F.asarray(boundaries, dtype=x.dtype if "float" in str(x.dtype) else F.dtype("float64"))
    below = F.astype(x, bounds.dtype)[..., None] < bounds
    return len(boundaries) - F.sum(F.astype(below, F.dtype("int64")), axis=-1)


@op
def indicate(F, ids, weights=None, *, depth, mode, dtype):
    """Indices as indicator vectors.

    Args:
        ids: integers in [0, depth); one elsewhere stands for nothing.
        weights: for 'count', what each index counts; in the shape of `ids`.
        depth: the length of the vectors.
        mode: 'one_hot' (a vector an index; a last axis of length 1 is replaced by the vector), 'multi_hot' or 'count' (a vector for
            all indices along the last axis).
        dtype: of the result.

    Example:
        >>> from unikeras.ops.categories import indicate
        >>> indicate([[0, 2, 2]], depth=3, mode="count", dtype="float32").numpy().tolist()
        [[1.0, 0.0, 2.0]]
    """
    if mode == "one_hot":
        if ids.ndim > 1 and ids.shape[-1] == 1:
            ids = ids[..., 0]
        ids = ids[..., None]
    elif not ids.ndim:
        ids = ids[None]
    dtype = F.dtype(dtype)
    same = ids[..., None] == F.arange(depth, dtype=ids.dtype)
    if mode in ("one_hot", "multi_hot"):
        return F.astype(F.any(same, axis=-2), dtype)
    counts = F.astype(same, dtype)
    if weights is not None:
        counts = counts * F.astype(weights, dtype)[..., None]
    return F.sum(counts, axis=-2)
