"""Where the figures of a program under the runner go."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

on_figure: Callable[[Any], None] | None = None
"""What `unikeras.runner.figures`, our matplotlib backend, does with each figure that is shown."""


def choose(folder: str | None) -> None:
    """Choose the backend of a script before it imports matplotlib, if there is a reason to.

    Args:
        folder: where to save the figures that are shown; None saves none. Then a script without a screen gets
            a `plt.show()` that returns at once and says nothing, unless the user chose a backend with
            `MPLBACKEND`.
    """
    if folder is not None:
        capture(FigureFolder(Path(folder)).save)
    elif "MPLBACKEND" not in os.environ and not has_screen():
        os.environ["MPLBACKEND"] = "Agg"
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive", category=UserWarning)


def capture(action: Callable[[Any], None]) -> None:
    """Have every figure that the program shows given to `action`, and then closed."""
    global on_figure
    on_figure = action
    os.environ["MPLBACKEND"] = "module://unikeras.runner.figures"


def has_screen() -> bool:
    """Whether a window can be opened: on Windows and macOS always, elsewhere if a display is named."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class FigureFolder:
    """Saves figures as `figure-1.png`, `figure-2.png` ... and says so on the terminal.

    Args:
        folder: made when the first figure comes.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder  # as the user wrote it; the program may change the working directory
        self.folder = folder.absolute()
        self.count = 0

    def save(self, figure: Any) -> None:
        """Save one matplotlib figure."""
        self.count += 1
        self.write(f"figure-{self.count}.png", png(figure))

    def write(self, name: str, data: bytes) -> None:
        """Save the bytes of a PNG file under `name`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(data)
        print(f"[figure saved: {self.name / name}]", file=sys.__stderr__, flush=True)


def png(figure: Any) -> bytes:
    """A matplotlib figure as the bytes of a PNG file, cropped to what is drawn, as notebooks show it."""
    from io import BytesIO

    buffer = BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return buffer.getvalue()
