"""What a row of the table is."""

import pytest


def case(name, init_kwargs, **expected):
    """A layer's name, its constructor's arguments (or a function that makes them), and what `run_layer_test` is told beside them."""
    if callable(init_kwargs):
        return pytest.param(name, init_kwargs, expected, id=f"{name}({','.join(init_kwargs())})")
    text = ",".join(f"{k}={v}" for k, v in init_kwargs.items())
    return pytest.param(name, init_kwargs, expected, id=f"{name}({text})")
