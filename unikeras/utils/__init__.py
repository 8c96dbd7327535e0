"""Helpers with public names in `keras.utils`."""
