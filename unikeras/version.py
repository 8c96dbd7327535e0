"""What version this is: unikeras's own, and the API levels that programs check (`tf.version`).

A program that asks for `tf.__version__` wants to know which API it has. So the public version of the surface comes
first, and unikeras's own version follows as the local part (PEP 440): ``2.21.0+unikeras.0.1.0`` sorts right after 2.21.0,
and ``tf.__version__.startswith("2")``, ``tf.__version__ >= "2.0"`` and ``packaging.version.parse(tf.__version__)``
answer as they do with TensorFlow 2.21.
"""

from __future__ import annotations

__all__ = ["COMPILER_VERSION", "GIT_VERSION", "GRAPH_DEF_VERSION", "KERAS_VERSION", "VERSION"]

DISTRIBUTION = "0.1.0"
"""The version of unikeras, as pip shows it."""

VERSION = f"2.21.0+unikeras.{DISTRIBUTION}"
"""`tf.__version__`: the level of TensorFlow's API, then unikeras's version."""

KERAS_VERSION = f"3.15.0+unikeras.{DISTRIBUTION}"
"""`keras.__version__`: the level of Keras's API, then unikeras's version."""

GIT_VERSION = f"unikeras-{DISTRIBUTION}"
COMPILER_VERSION = "none: unikeras has no compiled code of its own"
GRAPH_DEF_VERSION = 0
"""There are no GraphDefs."""

__version__ = DISTRIBUTION
