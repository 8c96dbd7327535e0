"""Joining, stacking, gathering and moving the rows of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

handlers: dict[str, Callable[..., Any]] = {}
