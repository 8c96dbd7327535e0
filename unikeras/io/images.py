"""Pictures as files' bytes and as pixels: JPEG, PNG, GIF, BMP (by Pillow), on the host."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype
from unikeras.core.errors import InvalidArgumentError
from unikeras.core.tensor import Tensor, as_array, convert_to_tensor
from unikeras.ops.image_adjust import convert_image_dtype

__all__ = [
    "adjust_jpeg_quality",
    "decode_and_crop_jpeg",
    "decode_bmp",
    "decode_gif",
    "decode_image",
    "decode_jpeg",
    "decode_png",
    "encode_jpeg",
    "encode_png",
    "extract_jpeg_shape",
    "is_jpeg",
]

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_LIMIT = 1 << 28  # pixels of a picture: a file of few bytes can claim any size


def _content(contents: Any, what: str) -> bytes:
    """The bytes of a scalar string."""
    if isinstance(contents, (bytes, bytearray)):
        return bytes(contents)
    array = np.asarray(convert_to_tensor(contents))
    if array.dtype != object:
        raise ValueError(
            f"{what}: `contents` must be a string tensor, the bytes of a file, not {as_dtype(array.dtype).name}."
        )
    if array.ndim:
        raise InvalidArgumentError(f"{what}: contents must be scalar, got shape {list(array.shape)}.")
    return bytes(array[()])


def _kind(data: bytes) -> str | None:
    for kind, start in (
        ("jpeg", b"\xff\xd8\xff"),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("gif", b"GIF8"),
        ("bmp", b"BM"),
    ):
        if data.startswith(start):
            return kind
    return None


def _open(data: bytes, what: str) -> Any:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(data))
    except Exception as error:
        raise InvalidArgumentError(f"{what}: the bytes are no picture ({error}).") from None
    if picture.width * picture.height > _LIMIT:
        raise InvalidArgumentError(
            f"{what}: a picture of {picture.width} x {picture.height} pixels is too large."
        )
    return picture


def _loaded(picture: Any, what: str) -> Any:
    try:
        picture.load()
    except Exception as error:  # a damaged or cut off file
        raise InvalidArgumentError(f"{what}: the picture is damaged ({error}).") from None
    return picture


def _tensor(pixels: np.ndarray, dtype: Any = "uint8") -> Any:
    made = Tensor(as_array(np.ascontiguousarray(pixels)))
    return (
        made
        if as_dtype(dtype).name == made.dtype.name
        else convert_image_dtype(made, dtype=as_dtype(dtype).name)
    )


def _check_channels(channels: int, allowed: tuple[int, ...], what: str) -> None:
    if channels not in allowed:
        raise InvalidArgumentError(
            f"{what}: channels must be one of {', '.join(map(str, allowed))}, got {channels}."
        )


def is_jpeg(contents: Any, name: str | None = None) -> Any:
    """Whether bytes are a JPEG picture (mirrors `tf.io.is_jpeg`).

    Args:
        contents: a scalar string, the bytes of a file.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> bool(tf.io.is_jpeg(tf.io.encode_jpeg(tf.zeros([2, 2, 3], tf.uint8))))
        True
    """
    return Tensor(as_array(np.asarray(_kind(_content(contents, "is_jpeg")) == "jpeg")))


def extract_jpeg_shape(contents: Any, output_type: Any = "int32", name: str | None = None) -> Any:
    """[height, width, channels] of a JPEG picture, without its pixels (mirrors `tf.io.extract_jpeg_shape`).

    Args:
        contents: a scalar string, the bytes of a file.
        output_type: int32 or int64.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.io.extract_jpeg_shape(tf.io.encode_jpeg(tf.zeros([4, 2, 3], tf.uint8))).numpy().tolist()
        [4, 2, 3]
    """
    picture = _open(_content(contents, "extract_jpeg_shape"), "extract_jpeg_shape")
    shape = [picture.height, picture.width, len(picture.getbands())]
    return Tensor(as_array(np.asarray(shape, as_dtype(output_type).np_dtype)))


def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Any:
    """The pixels of a JPEG picture (mirrors `tf.io.decode_jpeg`; PNG, GIF and BMP are taken too, as there).

    Args:
        contents: a scalar string, the bytes of a file.
        channels: 0 (as in the file), 1 or 3.
        ratio: 1, 2, 4 or 8: by what the picture is made smaller.
        fancy_upscaling: accepted; colors are always interpolated.
        try_recover_truncated: whether what there is of a file that is cut off is good enough.
        acceptable_fraction: accepted.
        dct_method: accepted; the accurate transform is used. TensorFlow's default is a faster one, whose pixels may differ a little.
        name: ignored.

    Returns:
        uint8 [height, width, channels].

    Raises:
        InvalidArgumentError: no picture, a damaged one, or another number of channels.

    Example:
        >>> import unikeras as tf
        >>> tf.io.decode_jpeg(tf.io.encode_jpeg(tf.zeros([4, 2, 3], tf.uint8))).shape
        TensorShape([4, 2, 3])
    """
    _check_channels(channels, (0, 1, 3), "decode_jpeg")
    if ratio not in (1, 2, 4, 8):
        raise InvalidArgumentError(f"decode_jpeg: ratio must be 1, 2, 4, or 8, got {ratio}.")
    data = _content(contents, "decode_jpeg")
    if _kind(data) in ("png", "bmp"):
        return decode_image(data, channels)
    if _kind(data) == "gif":
        return Tensor(decode_gif(data)._array[0])
    return _tensor(_jpeg_pixels(data, channels, ratio, try_recover_truncated, "decode_jpeg"))


def _jpeg_pixels(data: bytes, channels: int, ratio: int, partial: bool, what: str) -> np.ndarray:
    from PIL import ImageFile

    if _kind(data) != "jpeg":
        raise InvalidArgumentError(f"{what}: Unknown image file format. One of JPEG, PNG, GIF, BMP required.")
    picture = _open(data, what)
    if ratio > 1:
        picture.draft(picture.mode, (-(-picture.width // ratio), -(-picture.height // ratio)))
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = partial
    try:
        _loaded(picture, what)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    wanted = _MODES[channels] if channels else ("L" if picture.mode == "L" else "RGB")
    pixels = np.asarray(picture if picture.mode == wanted else picture.convert(wanted))
    return pixels[..., None] if pixels.ndim == 2 else pixels


def decode_and_crop_jpeg(contents: Any, crop_window: Any, channels: int = 0, **kwargs: Any) -> Any:
    """A part of a JPEG picture (mirrors `tf.io.decode_and_crop_jpeg`).

    Args:
        contents: a scalar string, the bytes of a file.
        crop_window: [y, x, height, width].
        channels: as in `decode_jpeg`.
        **kwargs: as in `decode_jpeg`.

    Raises:
        InvalidArgumentError: a part that does not lie within the picture.

    Example:
        >>> import unikeras as tf
        >>> data = tf.io.encode_jpeg(tf.zeros([4, 6, 3], tf.uint8))
        >>> tf.io.decode_and_crop_jpeg(data, [1, 1, 2, 3]).shape
        TensorShape([2, 3, 3])
    """
    pixels = decode_jpeg(contents, channels, **kwargs)
    y, x, height, width = (int(v) for v in np.asarray(crop_window))
    if (
        min(y, x) < 0
        or min(height, width) <= 0
        or y + height > pixels.shape[0]
        or x + width > pixels.shape[1]
    ):
        raise InvalidArgumentError(
            f"decode_and_crop_jpeg: the window {[y, x, height, width]} does not lie within the picture of {list(pixels.shape[:2])}."
        )
    return pixels[y : y + height, x : x + width]


def decode_png(contents: Any, channels: int = 0, dtype: Any = "uint8", name: str | None = None) -> Any:
    """The pixels of a PNG picture (mirrors `tf.io.decode_png`; JPEG, GIF and BMP are taken too, as there).

    Args:
        contents: a scalar string, the bytes of a file.
        channels: 0 (as in the file), 1, 2, 3 or 4.
        dtype: uint8 or uint16.
        name: ignored.

    Returns:
        [height, width, channels].

    Raises:
        InvalidArgumentError: no picture, a damaged one, another number of channels or dtype.

    Example:
        >>> import unikeras as tf
        >>> tf.io.decode_png(tf.io.encode_png([[[1], [2]]])).numpy().ravel().tolist()
        [1, 2]
    """
    _check_channels(channels, (0, 1, 2, 3, 4), "decode_png")
    wanted = as_dtype(dtype).name
    if wanted not in ("uint8", "uint16"):
        raise InvalidArgumentError(f"decode_png: dtype must be uint8 or uint16, not {wanted}.")
    data = _content(contents, "decode_png")
    if _kind(data) != "png":
        return _other(data, channels, "decode_png")
    return Tensor(as_array(_png_pixels(data, channels, wanted)))


def _other(data: bytes, channels: int, what: str) -> Any:
    kind = _kind(data)
    if kind == "jpeg":
        return decode_jpeg(data, channels)
    if kind == "gif":
        return Tensor(decode_gif(data)._array[0])
    if kind == "bmp":
        return decode_bmp(data, channels)
    raise InvalidArgumentError(f"{what}: Unknown image file format. One of JPEG, PNG, GIF, BMP required.")


def _png_pixels(data: bytes, channels: int, wanted: str) -> np.ndarray:
    picture = _open(data, "decode_png")
    deep = picture.mode in ("I;16", "I;16B", "I")  # Pillow gives other pictures of 16 bits in 8
    if data[24:25] == b"\x10" and not deep:
        raise InvalidArgumentError(
            "decode_png: PNG pictures of 16 bits are read in gray only; see docs/compatibility.md."
        )
    picture = _loaded(picture, "decode_png")
    if deep:
        if channels not in (0, 1):
            raise InvalidArgumentError(
                "decode_png: a gray picture of 16 bits is read with one channel; see docs/compatibility.md."
            )
        pixels = np.asarray(picture).astype(np.uint16)[..., None]
        return pixels if wanted == "uint16" else (pixels >> 8).astype(np.uint8)
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif "transparency" in picture.info and picture.mode in ("L", "RGB"):
        picture = picture.convert("LA" if picture.mode == "L" else "RGBA")
    if channels and picture.mode != _MODES[channels]:
        picture = picture.convert(_MODES[channels])
    pixels = np.asarray(picture)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    return pixels.astype(np.uint16) * 257 if wanted == "uint16" else pixels


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Any:
    """The pixels of a BMP picture (mirrors `tf.io.decode_bmp`).

    Args:
        contents: a scalar string, the bytes of a file.
        channels: 0 (as in the file), 1, 3 or 4.
        name: ignored.

    Raises:
        InvalidArgumentError: no such picture, a damaged one, or another number of channels.
    """
    _check_channels(channels, (0, 1, 3, 4), "decode_bmp")
    data = _content(contents, "decode_bmp")
    if _kind(data) != "bmp":
        raise InvalidArgumentError("decode_bmp: the bytes are no BMP picture.")
    picture = _loaded(_open(data, "decode_bmp"), "decode_bmp")
    if picture.mode in ("P", "1"):
        picture = picture.convert("RGB" if picture.mode == "P" else "L")
    if channels and len(picture.getbands()) != channels:
        raise InvalidArgumentError(
            f"decode_bmp: the picture has {len(picture.getbands())} channels, not {channels}."
        )
    pixels = np.asarray(picture)
    return _tensor(pixels[..., None] if pixels.ndim == 2 else pixels)


def decode_gif(contents: Any, name: str | None = None) -> Any:
    """The pictures of a GIF file (mirrors `tf.io.decode_gif`).

    Args:
        contents: a scalar string, the bytes of a file.
        name: ignored.

    Returns:
        uint8 [pictures, height, width, 3].

    Raises:
        InvalidArgumentError: no such file, or a damaged one.
    """
    from PIL import ImageSequence

    data = _content(contents, "decode_gif")
    if _kind(data) != "gif":
        raise InvalidArgumentError("decode_gif: the bytes are no GIF picture.")
    picture = _open(data, "decode_gif")
    pixels, count = [], 0
    try:
        for frame in ImageSequence.Iterator(picture):
            count += frame.width * frame.height
            if count > _LIMIT:
                raise InvalidArgumentError("decode_gif: the pictures are too many or too large.")
            pixels.append(np.asarray(frame.convert("RGB")))
    except (OSError, EOFError, ValueError, SyntaxError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(f"decode_gif: the picture is damaged ({error}).") from None
    return _tensor(np.stack(pixels))


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = "uint8",
    name: str | None = None,
    expand_animations: bool = True,
) -> Any:
    """The pixels of a JPEG, PNG, GIF or BMP picture (mirrors `tf.io.decode_image`).

    Args:
        contents: a scalar string, the bytes of a file.
        channels: 0 (as in the file), 1, 3 or 4.
        dtype: uint8, uint16 or float32, scaled as `tf.image.convert_image_dtype` does.
        name: ignored.
        expand_animations: whether a GIF file gives all its pictures, [pictures, height, width, 3], or the first.

    Raises:
        InvalidArgumentError: no picture, a damaged one, or another number of channels.

    Example:
        >>> import unikeras as tf
        >>> tf.io.decode_image(tf.io.encode_png([[[255]]]), dtype=tf.float32).numpy().ravel().tolist()
        [1.0]
    """
    channels = channels or 0
    _check_channels(channels, (0, 1, 3, 4), "decode_image")
    wanted = as_dtype(dtype).name
    if wanted not in ("uint8", "uint16", "float32"):
        raise InvalidArgumentError(f"decode_image: dtype must be uint8, uint16 or float32, not {wanted}.")
    data = _content(contents, "decode_image")
    kind = _kind(data)
    if kind == "png":
        made = decode_png(data, channels, "uint16" if wanted == "uint16" else "uint8")
    elif kind == "gif":
        made = decode_gif(data)
        made = made if expand_animations else made[0]
    else:
        made = _other(data, channels, "decode_image")
    return made if made.dtype.name == wanted else convert_image_dtype(made, dtype=wanted)


def _pixels(image: Any, what: str, dtypes: tuple[str, ...], channels: tuple[int, ...]) -> np.ndarray:
    array = np.asarray(convert_to_tensor(image, dtype=None if hasattr(image, "dtype") else dtypes[0]))
    if array.dtype.name not in dtypes:
        raise InvalidArgumentError(
            f"{what}: the image must be {' or '.join(dtypes)}, not {array.dtype.name}; use tf.cast or tf.image.convert_image_dtype."
        )
    if array.ndim != 3 or array.shape[-1] not in channels:
        raise InvalidArgumentError(
            f"{what}: the image must be [height, width, channels] with {channels} channels, not of the shape {list(array.shape)}."
        )
    return array


def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> Any:
    """A picture as the bytes of a JPEG file (mirrors `tf.io.encode_jpeg`).

    Args:
        image: uint8 [height, width, 1 or 3].
        format: '' (by the channels), 'grayscale' or 'rgb'.
        quality: from 0 to 100.
        progressive: whether it can be shown while it is loaded.
        optimize_size: whether to take the time for a smaller file.
        chroma_downsampling: whether colors are kept in half the resolution.
        density_unit: 'in' or 'cm'.
        x_density: pixels in a unit across.
        y_density: pixels in a unit down.
        xmp_metadata: what is embedded.
        name: ignored.

    Returns:
        A scalar string.

    Raises:
        InvalidArgumentError: no such image, or settings out of their range.

    Example:
        >>> import unikeras as tf
        >>> tf.io.encode_jpeg(tf.zeros([2, 2, 3], tf.uint8)).numpy()[:3]
        b'\\xff\\xd8\\xff'
    """
    from PIL import Image

    pixels = _pixels(image, "encode_jpeg", ("uint8",), (1, 3))
    if not 0 <= quality <= 100:
        raise InvalidArgumentError(f"encode_jpeg: quality must be in [0,100], got {quality}.")
    if format not in ("", "grayscale", "rgb") or (format and (format == "rgb") != (pixels.shape[-1] == 3)):
        raise InvalidArgumentError(
            f"encode_jpeg: format {format!r} does not fit an image of {pixels.shape[-1]} channels."
        )
    file = io.BytesIO()
    density = (x_density, y_density) if density_unit == "in" else (x_density * 2.54, y_density * 2.54)
    more = {"xmp": xmp_metadata.encode()} if xmp_metadata else {}
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(
        file, "JPEG", quality=int(quality), progressive=progressive, optimize=optimize_size, dpi=density,
        subsampling="4:2:0" if chroma_downsampling else "4:4:4", **more,
    )  # fmt: skip
    return convert_to_tensor(file.getvalue())


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Any:
    """A picture as the bytes of a PNG file (mirrors `tf.io.encode_png`).

    Args:
        image: uint8 [height, width, 1, 2, 3 or 4], or uint16 with one channel.
        compression: from -1 (the default level) to 9.
        name: ignored.

    Returns:
        A scalar string.

    Raises:
        InvalidArgumentError: no such image.

    Example:
        >>> import unikeras as tf
        >>> tf.io.encode_png([[[0]]]).numpy()[1:4]
        b'PNG'
    """
    from PIL import Image

    pixels = _pixels(image, "encode_png", ("uint8", "uint16"), (1, 2, 3, 4))
    if pixels.dtype == np.uint16 and pixels.shape[-1] != 1:
        raise InvalidArgumentError(
            "encode_png: uint16 pictures are written with one channel only; see docs/compatibility.md."
        )
    if not -1 <= compression <= 9:
        raise InvalidArgumentError(f"encode_png: compression should be in [-1,9], got {compression}.")
    file = io.BytesIO()
    level = {} if compression < 0 else {"compress_level": int(compression)}
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(file, "PNG", **level)
    return convert_to_tensor(file.getvalue())


def adjust_jpeg_quality(image: Any, jpeg_quality: int, dct_method: str = "", name: str | None = None) -> Any:
    """An image as it looks after it was a JPEG file (mirrors `tf.image.adjust_jpeg_quality`).

    Args:
        image: [height, width, 1 or 3], floats in [0, 1] or uint8.
        jpeg_quality: from 0 to 100.
        dct_method: accepted.
        name: ignored.

    Example:
        >>> import unikeras as tf
        >>> tf.image.adjust_jpeg_quality(tf.zeros([8, 8, 3]), 75).shape
        TensorShape([8, 8, 3])
    """
    tensor = convert_to_tensor(image)
    own = tensor.dtype.name
    bytes_ = convert_image_dtype(tensor, dtype="uint8", saturate=True)
    made = decode_jpeg(encode_jpeg(bytes_, quality=int(jpeg_quality)), channels=int(tensor.shape[-1]))
    return convert_image_dtype(made, dtype=own, saturate=True)
