"""Layers of attention: what to look at."""
