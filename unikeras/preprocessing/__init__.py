"""Data preparation of earlier years: text tokens, windows of series, image augmentation; on NumPy."""
