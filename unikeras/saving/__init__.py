"""Saving and loading: configs, `.keras` files, weights."""
