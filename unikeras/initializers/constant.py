"""Initializers without randomness: constants, the identity matrix, the short-time Fourier transform's
kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from unikeras.core.dtypes import as_dtype, floatx
from unikeras.core.operators import Operators
from unikeras.core.tensor import Tensor
from unikeras.initializers.initializer import Initializer, as_tensor

__all__ = ["STFT", "Constant", "Identity", "Ones", "Zeros"]


class Zeros(Initializer):
    """All 0 (mirrors `keras.initializers.Zeros`).

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.Zeros()((2,)).numpy().tolist()
        [0.0, 0.0]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """Zeros of the shape; of floatx if `dtype` is `None`."""
        dtype = as_dtype(dtype or floatx())
        return as_tensor(np.zeros(self._dimensions(shape)), dtype)


class Ones(Initializer):
    """All 1 (mirrors `keras.initializers.Ones`).

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.Ones()((2,)).numpy().tolist()
        [1.0, 1.0]
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """Ones of the shape; of floatx if `dtype` is `None`."""
        dtype = as_dtype(dtype or floatx())
        return as_tensor(np.ones(self._dimensions(shape)), dtype)


class Constant(Initializer):
    """A given value (mirrors `keras.initializers.Constant`).

    Args:
        value: a number that fills the shape; or an array, list or tensor: of the shape itself, of as many
            elements (then it
            is reshaped, as in tf.keras 2), or one that broadcasts to it (as in Keras 3).

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.Constant(0.5)((2,)).numpy().tolist()
        [0.5, 0.5]
        >>> keras.initializers.Constant([1, 2, 3, 4])((2, 2)).numpy().tolist()
        [[1.0, 2.0], [3.0, 4.0]]
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """The value in the shape; of floatx if `dtype` is `None`.

        Raises:
            ValueError: the value has another shape, which cannot become this one.
        """
        dims, dtype = self._dimensions(shape), as_dtype(dtype or floatx())
        value = np.asarray(self.value)
        if value.ndim and value.size == int(np.prod(dims)):
            return as_tensor(value.reshape(dims), dtype)
        try:
            return as_tensor(np.broadcast_to(value, dims), dtype)
        except ValueError:
            raise ValueError(
                f"Constant: the value has the shape {value.shape}, which is neither {dims}, nor as many elements, nor can "
                "be broadcast to it."
            ) from None

    def get_config(self) -> dict[str, Any]:
        """The settings; an array in Keras 3's serialized form."""
        value = np.asarray(self.value) if isinstance(self.value, (Operators, np.ndarray)) else self.value
        if isinstance(value, np.ndarray):
            value = {
                "class_name": "__numpy__",
                "config": {"value": value.tolist(), "dtype": value.dtype.name},
            }
        elif isinstance(value, np.generic):
            value = value.item()
        return {"value": value}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constant:
        """An initializer from the result of `get_config`, of unikeras or Keras 3."""
        value = config.get("value", 0.0)
        if isinstance(value, dict):
            inner = value.get("config")
            if value.get("class_name") not in ("__numpy__", "__tensor__") or not isinstance(inner, dict):
                raise ValueError(f"Constant: cannot read the value {value!r}.")
            value = np.array(inner["value"], dtype=as_dtype(inner["dtype"]).np_dtype)
        return cls(value)


class Identity(Initializer):
    """The identity matrix times `gain` (mirrors `keras.initializers.Identity`).

    Args:
        gain: the diagonal's value.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.Identity(2.0)((2, 3)).numpy().tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """The matrix; of floatx if `dtype` is `None`.

        Raises:
            ValueError: a shape that is not a matrix's.
        """
        dims, dtype = self._dimensions(shape), as_dtype(dtype or floatx())
        if len(dims) != 2:
            raise ValueError(
                f"Identity: makes matrices, so the shape must have 2 dimensions, not {len(dims)}: {dims}."
            )
        return as_tensor(self.gain * np.eye(*dims), dtype)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        return {"gain": self.gain}


class STFT(Initializer):
    """The kernel with which a 1-D convolution is a short-time Fourier transform (mirrors
    `keras.initializers.STFT`).

    With a kernel of shape (length, 1, frequencies), the frequency k of 2 * (frequencies - 1) is cos(2 pi k n
    / that) for the real
    part and -sin of the same for the imaginary part, times the window.

    Args:
        side: 'real' or 'imag'.
        window: 'hann', 'hamming', an array of the kernel's length, or `None` for no window.
        scaling: 'density' divides by the root of the sum of the squared window, 'spectrum' by the window's
            sum; `None`.
        periodic: whether the window is one period, instead of symmetric.

    Raises:
        ValueError: another side, scaling or window.

    Example:
        >>> from unikeras import keras
        >>> keras.initializers.STFT(window=None)((2, 1, 3)).numpy().round(3)[:, 0] + 0.0
        array([[ 1.,  1.,  1.],
               [ 1.,  0., -1.]], dtype=float32)
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in ("real", "imag"):
            raise ValueError(f"STFT: side must be 'real' or 'imag', not {side!r}.")
        if scaling not in ("density", "spectrum", None):
            raise ValueError(f"STFT: scaling must be 'density', 'spectrum' or None, not {scaling!r}.")
        if isinstance(window, str) and window not in ("hann", "hamming"):
            raise ValueError(f"STFT: window must be 'hann', 'hamming', an array or None, not {window!r}.")
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = periodic

    def _window(self, length: int) -> np.ndarray:
        if not isinstance(self.window, str):
            window = np.asarray(self.window, np.float64)
            if window.shape != (length,):
                raise ValueError(
                    f"STFT: the window has the shape {window.shape}; the kernel's length is {length}."
                )
            return window
        edge = 0.5 if self.window == "hann" else 0.54
        period = length if self.periodic else length - 1
        return edge - (1 - edge) * np.cos(2 * np.pi * np.arange(length) / max(period, 1))

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """The kernel, of shape (length, 1, frequencies); of floatx if `dtype` is `None`.

        Raises:
            ValueError: another shape.
        """
        dims, dtype = self._dimensions(shape), self._float(dtype)
        if len(dims) != 3 or dims[1] != 1 or dims[2] < 2:
            raise ValueError(
                f"STFT: the shape must be (length, 1, frequencies) with 2 frequencies or more, not {dims}."
            )
        length, _, frequencies = dims
        angle = 2 * np.pi * np.outer(np.arange(length), np.arange(frequencies)) / (2 * (frequencies - 1))
        kernel = np.cos(angle) if self.side == "real" else -np.sin(angle)
        if self.window is not None:
            window = self._window(length)
            if self.scaling == "density":
                window = window / np.sqrt(np.sum(window**2))
            elif self.scaling == "spectrum":
                window = window / np.sum(window)
            kernel = kernel * window[:, None]
        return as_tensor(kernel[:, None, :], dtype)

    def get_config(self) -> dict[str, Any]:
        """The settings."""
        window = (
            self.window
            if self.window is None or isinstance(self.window, str)
            else np.asarray(self.window).tolist()
        )
        return {"side": self.side, "window": window, "periodic": self.periodic, "scaling": self.scaling}
