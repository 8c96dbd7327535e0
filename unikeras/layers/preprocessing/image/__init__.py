"""Layers that change images: sizes, and random changes that make more of few pictures."""
