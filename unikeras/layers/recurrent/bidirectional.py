"""`Bidirectional`: a recurrent layer in both directions."""

from __future__ import annotations

from typing import Any

from unikeras import ops
from unikeras.core import nest
from unikeras.layers.layer import Layer
from unikeras.layers.recurrent.inner import inner_config, inner_from_config
from unikeras.layers.recurrent.states import as_list, split_inputs

__all__ = ["Bidirectional"]

_MERGES = {
    "sum": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "ave": lambda a, b: (a + b) / 2,
    "concat": lambda a, b: ops.concat([a, b], axis=-1),
}


class Bidirectional(Layer):
    """A recurrent layer that goes over sequences in both directions (mirrors `keras.layers.Bidirectional`).

    Both layers are made from the config of the one given, which is not used itself.

    Args:
        layer: a recurrent layer: a `keras.layers.RNN`, or one with its attributes.
        merge_mode: how the outputs are combined: 'sum', 'mul', 'ave', 'concat', or `None` for a list of both.
        weights: initial weights, those of the forward layer first.
        backward_layer: the layer for the other direction (its `go_backwards` must differ); made from `layer` if `None`.
        **kwargs: as for `Layer`.

    Raises:
        ValueError: `layer` is no recurrent layer, an unknown merge_mode, or two layers that do not fit together.

    Example:
        >>> import unikeras as tf
        >>> layer = tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(4, return_sequences=True))
        >>> layer(tf.ones([2, 5, 3])).shape
        TensorShape([2, 5, 8])
    """

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        **kwargs: Any,
    ) -> None:
        recurrent: Any = layer
        if not isinstance(layer, Layer):
            raise ValueError(f"Bidirectional: layer must be a keras.layers.Layer, not {layer!r}.")
        for given in (layer, backward_layer):
            if given is not None and not isinstance(given, Layer):
                raise ValueError(
                    f"Bidirectional: backward_layer must be a keras.layers.Layer, not {given!r}."
                )
            if given is not None and not hasattr(given, "go_backwards"):
                raise ValueError(
                    f"Bidirectional: {given!r} has no `go_backwards`, so it is no recurrent layer."
                )
        if merge_mode is not None and merge_mode not in _MERGES:
            raise ValueError(
                f"Bidirectional: merge_mode must be one of {[*_MERGES, None]}, not {merge_mode!r}."
            )
        if weights is not None:
            kwargs["weights"] = weights
        kwargs.setdefault("dtype", layer.dtype_policy)
        super().__init__(**kwargs)
        if self._batch_input_shape is None:
            self._batch_input_shape = layer._batch_input_shape
        self.merge_mode = merge_mode
        self.forward_layer = _made_again(layer, "forward", recurrent.go_backwards)
        self._own_backward = backward_layer is not None
        if backward_layer is None:
            self.backward_layer = _made_again(layer, "backward", not recurrent.go_backwards)
        else:
            self.backward_layer = backward_layer
            for name in ("return_sequences", "return_state", "stateful"):
                if getattr(backward_layer, name, None) != getattr(layer, name, None):
                    raise ValueError(
                        f"Bidirectional: layer and backward_layer must have the same {name}, but they have "
                        f"{getattr(layer, name, None)} and {getattr(backward_layer, name, None)}."
                    )
            if backward_layer.go_backwards == recurrent.go_backwards:
                raise ValueError(
                    "Bidirectional: layer and backward_layer must go in different directions (go_backwards)."
                )
        self.return_sequences = recurrent.return_sequences
        self.return_state = recurrent.return_state
        self.stateful = recurrent.stateful
        if (
            self.return_sequences
        ):  # a masked step is zero in both directions, as in both Kerases, so that what is merged fits
            for one in (self.forward_layer, self.backward_layer):
                one.zero_output_for_mask = True
        self.supports_masking = True
        self.input_spec = layer.input_spec
        self._num_constants = 0

    @property
    def layer(self) -> Any:
        """The forward layer."""
        return self.forward_layer

    def build(self, input_shape: Any) -> None:
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(input_shape)
                layer.built = True

    def __call__(
        self, sequences: Any = None, initial_state: Any = None, constants: Any = None, **kwargs: Any
    ) -> Any:
        if sequences is None:
            sequences = kwargs.pop("inputs", None)
        sequences, initial_state, constants = split_inputs(
            sequences, initial_state, constants, self._num_constants
        )
        if initial_state is not None:
            kwargs["initial_state"] = initial_state
        if constants is not None:
            kwargs["constants"] = as_list(constants)
            self._num_constants = len(kwargs["constants"])
        return super().__call__(sequences, **kwargs)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
        constants: Any = None,
    ) -> Any:
        states: list[Any] = [None, None]
        if initial_state is not None:
            half, odd = divmod(len(initial_state), 2)
            if odd:
                raise ValueError(
                    f"Bidirectional {self.name!r}: initial_state must have the states of the forward layer and then those of the "
                    f"backward layer, so an even number, but it has {len(initial_state)}."
                )
            states = [list(initial_state[:half]), list(initial_state[half:])]
        found = []
        for layer, state in zip((self.forward_layer, self.backward_layer), states, strict=True):
            given = {"constants": constants} if constants else {}
            if state is not None:
                given["initial_state"] = state
            found.append(layer(sequences, mask=mask, training=training, **given))
        last: list[Any] = []
        if self.return_state:
            last = [*found[0][1:], *found[1][1:]]
            found = [f[0] for f in found]
        forward, backward = found
        if self.return_sequences:
            backward = ops.flip(backward, axis=0 if getattr(self.forward_layer, "time_major", False) else 1)
        output: Any = (
            [forward, backward] if self.merge_mode is None else _MERGES[self.merge_mode](forward, backward)
        )
        if not self.return_state:
            return output
        return [*output, *last] if self.merge_mode is None else [output, *last]

    def reset_states(self) -> None:
        """Let the next batch begin anew."""
        if not self.stateful:
            raise AttributeError(f"Layer {self.name!r} must be stateful to reset its states.")
        self.forward_layer.reset_states()
        self.backward_layer.reset_states()

    def reset_state(self) -> None:
        """Keras 3's name of `reset_states`."""
        self.reset_states()

    @property
    def states(self) -> Any:
        """The states of both layers, if they are stateful and built."""
        return [*self.forward_layer.states, *self.backward_layer.states]

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        mask = nest.flatten(previous_mask)[0]
        output = mask if self.return_sequences else None
        masks = [output] if self.merge_mode is not None else [output, output]
        if self.return_state:
            masks += [None] * (2 * len(as_list(self.forward_layer.state_size)))
        return masks if len(masks) > 1 else masks[0]

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "merge_mode": self.merge_mode,
            "layer": inner_config(self.forward_layer),
        }
        if self._own_backward:
            config["backward_layer"] = inner_config(self.backward_layer)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A layer from `get_config()`'s result.

        Args:
            config: the config.
            custom_objects: name -> class or function, for those of your own that are not registered.
        """
        given = dict(config)
        given.pop("num_constants", None)
        for key in ("layer", "backward_layer"):
            if key in given:
                given[key] = inner_from_config(given[key], custom_objects)
        return cls(**given)


def _made_again(layer: Any, direction: str, go_backwards: bool) -> Any:
    """A layer like the given one, named for a direction."""
    config = layer.get_config()
    name = config["name"].removeprefix("forward_").removeprefix("backward_")
    return type(layer).from_config({**config, "name": f"{direction}_{name}", "go_backwards": go_backwards})
