"""Layers that regularize: dropout, noise, penalties."""
