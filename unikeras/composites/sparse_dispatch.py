"""What ops do with sparse tensors: op's name -> function of (op, arguments, attributes, strict)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

handlers: dict[str, Callable[..., Any]] = {}
