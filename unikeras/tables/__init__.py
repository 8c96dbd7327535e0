"""Lookup tables; their public names are in `unikeras.lookup`."""
