"""A value to watch and which way is better: EarlyStopping, ModelCheckpoint and ReduceLROnPlateau share it."""

from __future__ import annotations

import difflib
import math
import re
from typing import Any

from unikeras.callbacks.callback import Logs
from unikeras.core.strict import report

# Metrics whose names say that more is better. Everything else counts as a loss, as in tf.keras 2.
_MORE_IS_BETTER = re.compile(
    r"(acc|accuracy|auc|precision|recall|(precision|recall|sensitivity|specificity)_at_\w+"
    r"|true_positives|true_negatives|f1|f1_score|fbeta|f_beta_score|fbeta_score|iou|mean_iou|io_u|mean_io_u|dice|dice_score"
    r"|r2|r2_score|cosine_similarity|psnr|ssim|bleu)(_\d+)?$"
)


class Monitor:
    """Reads one value from the logs and remembers nothing but which way is better.

    Args:
        owner: name of the callback, for messages.
        name: key of the value in the logs.
        mode: `"min"`, `"max"` or `"auto"`: tell from the name.
        min_delta: the least change that counts as better.

    Example:
        >>> watch = Monitor("EarlyStopping", "val_accuracy")
        >>> watch.mode, watch.worst
        ('max', -inf)
        >>> watch.better(0.9, 0.8), watch.better(0.8, 0.8)
        (True, False)
    """

    def __init__(self, owner: str, name: str, mode: str = "auto", min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            report(f"{owner}: mode must be 'auto', 'min' or 'max', got {mode!r}. Going on with 'auto'.")
            mode = "auto"
        if mode == "auto":
            mode = "max" if _MORE_IS_BETTER.search(name) else "min"
        self.owner = owner
        self.name = name
        self.mode = mode
        self.min_delta = abs(min_delta)
        self._reported = False

    @property
    def worst(self) -> float:
        """The value that any other is better than."""
        return -math.inf if self.mode == "max" else math.inf

    def better(self, value: float, than: float) -> bool:
        """Whether `value` is better than `than` by more than `min_delta`; never for NaN."""
        if self.mode == "max":
            return value - self.min_delta > than
        return value + self.min_delta < than

    def value(self, logs: Logs | None) -> float | None:
        """The watched value; `None`, and a report the first time, if the logs do not have it."""
        found: Any = (logs or {}).get(self.name)
        if found is None:
            if not self._reported:
                self._reported = True
                report(self._missing(logs or {}))
            return None
        return float(found)

    def _missing(self, logs: Logs) -> str:
        close = difflib.get_close_matches(self.name, logs, n=3)
        text = (
            f"{self.owner}: monitor {self.name!r} is not in the logs, so the callback does nothing in this "
            f"epoch. Available: {', '.join(logs) or 'none'}."
        )
        if close:
            text += f" Did you mean {' or '.join(map(repr, close))}?"
        if self.name.startswith("val_") and not any(name.startswith("val_") for name in logs):
            text += " Pass validation_data or validation_split to fit to get 'val_' values."
        return text
