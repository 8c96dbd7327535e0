"""A matplotlib backend without windows: `show()` hands the open figures to `display.on_figure`.

Chosen by `MPLBACKEND=module://unikeras.runner.figures`; matplotlib imports it when `pyplot` draws its first
figure.
"""

from __future__ import annotations

import sys
from typing import Any

from matplotlib import _pylab_helpers as managers
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from unikeras.runner import display


class FigureManager(FigureManagerBase):
    """One open figure."""

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """Do what `plt.show()` does here: hand over all open figures, oldest first, and close them."""
        for manager in managers.Gcf.get_all_fig_managers():
            figure = manager.canvas.figure
            managers.Gcf.destroy(manager)
            if display.on_figure is not None:
                display.on_figure(figure)


class FigureCanvas(FigureCanvasAgg):
    """Draws with Agg, matplotlib's own renderer into memory."""

    manager_class: Any = FigureManager


def show_open() -> None:
    """Show the figures that are open; what a notebook does at the end of a cell."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None and managers.Gcf.get_num_fig_managers():
        pyplot.show()
