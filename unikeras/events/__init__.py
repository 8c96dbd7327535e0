"""Event files written by programs; the public names are in `unikeras.summary`."""
