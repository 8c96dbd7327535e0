"""Callbacks from plain functions."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from unikeras.callbacks.callback import Callback

Hook = Callable[..., Any] | None


class LambdaCallback(Callback):
    """A callback made of functions, one for each hook given.

    Args:
        on_epoch_begin: called with `(epoch, logs)`, as the next one.
        on_epoch_end: called when an epoch has ended.
        on_train_begin: called with `(logs)`, as the next one.
        on_train_end: called when training has ended.
        on_train_batch_begin: called with `(batch, logs)`, as the next one.
        on_train_batch_end: called when a batch has ended.
        **kwargs: any other hook of `Callback` by its name (`on_test_end`, `on_batch_end`, ...).

    Raises:
        TypeError: a name that is no hook, or a value that cannot be called.

    Example:
        >>> show = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
        >>> show.on_epoch_end(0, {"loss": 0.5})
        0 0.5

    Source: `keras.callbacks.LambdaCallback`.
    """

    def __init__(
        self,
        on_epoch_begin: Hook = None,
        on_epoch_end: Hook = None,
        on_train_begin: Hook = None,
        on_train_end: Hook = None,
        on_train_batch_begin: Hook = None,
        on_train_batch_end: Hook = None,
        **kwargs: Hook,
    ) -> None:
        named = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        methods = [name for name in vars(Callback) if callable(getattr(Callback, name)) and name[0] != "_"]
        for name, function in {**named, **kwargs}.items():
            if name not in methods:
                close = difflib.get_close_matches(name, methods, n=2)
                hint = (
                    f" Did you mean {' or '.join(close)}?" if close else f" There are: {', '.join(methods)}."
                )
                raise TypeError(f"LambdaCallback: {name!r} is not a hook of Callback.{hint}")
            if function is None:
                continue
            if not callable(function):
                raise TypeError(f"LambdaCallback: {name} must be a function, got {function!r}.")
            setattr(self, name, function)
