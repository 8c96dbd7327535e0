"""The logger that programs set the level of."""

from __future__ import annotations

import logging

__all__ = ["get_logger"]


def get_logger() -> logging.Logger:
    """Python's logger "tensorflow", which this library's own messages go to (mirrors `tf.get_logger`).

    Example:
        >>> import unikeras as tf
        >>> tf.get_logger().setLevel("ERROR")
        >>> tf.get_logger().name
        'tensorflow'
    """
    return logging.getLogger("tensorflow")
