"""Layers of functions and modules that are written for the engine's own library."""
