"""The colours of the pictures."""

from __future__ import annotations

__all__ = ["ARROW", "COLOURS", "FRAME_FILLS", "FRAME_LINE", "TEXT", "TEXT_LIGHT"]

# Of each family of layers: the header's colour, and that of the lines.
COLOURS = {
    "input": ("#e2e8f0", "#64748b"),
    "core": ("#dbe7fd", "#4a7fd4"),
    "conv": ("#fde8d2", "#d98534"),
    "pool": ("#fbe0e8", "#cf5f82"),
    "recurrent": ("#e6e2fb", "#7b6fd6"),
    "rnn": ("#e6e2fb", "#7b6fd6"),
    "attention": ("#fcf0c0", "#b99518"),
    "normalization": ("#d6f1ea", "#2f9682"),
    "regularization": ("#ececec", "#8c8c8c"),
    "activation": ("#e3f3d6", "#629b36"),
    "merging": ("#d9f0f6", "#3593b0"),
    "reshaping": ("#f0e7da", "#9c8355"),
    "preprocessing": ("#f0e7da", "#9c8355"),
    "model": ("#f1e4fc", "#9559c8"),
    "custom": ("#fbe9f5", "#b8559c"),
    "op": ("#f4f4f4", "#808080"),
}
ARROW, TEXT, TEXT_LIGHT = "#4b5563", "#111827", "#4b5563"
FRAME_LINE, FRAME_FILLS = "#a78bca", ("#faf7fd", "#f3edfa")  # nested frames take turns
