"""What SimpleRNN, LSTM and GRU share: a cell made of their own arguments, and whole sequences as one operation."""

from __future__ import annotations

from typing import Any

from unikeras import ops, regularizers
from unikeras.layers.input_spec import InputSpec
from unikeras.layers.recurrent.cell import RecurrentCell
from unikeras.layers.recurrent.rnn import RNN

__all__ = ["GatedRNN"]


class GatedRNN(RNN):
    """A layer whose cell is made of its own arguments."""

    cell: Any

    def __init__(self, cell: RecurrentCell, *args: Any, **kwargs: Any) -> None:
        super().__init__(cell, *args, **kwargs)
        self.input_spec = InputSpec(ndim=3)

    @staticmethod
    def _make_cell(cls: type, kwargs: dict[str, Any], **arguments: Any) -> Any:
        """The cell, of the layer's dtype."""
        shared = {k: kwargs[k] for k in ("dtype", "trainable") if k in kwargs}
        from unikeras.core.module import to_snake_case

        return cls(**arguments, **shared, name=to_snake_case(cls.__name__))

    def __getattr__(self, name: str) -> Any:
        """The cell's arguments are the layer's too: `layer.units`, `layer.kernel_initializer` ..."""
        cell = self.__dict__.get("cell")
        if cell is not None and not name.startswith("_") and name in _ARGUMENTS:
            return getattr(cell, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        self.input_spec = InputSpec(ndim=3, axes={-1: self.cell.kernel.shape[0]})

    def _is_fused(self) -> bool:
        """Whether the cell's arguments are those of the op for the whole sequence."""
        raise NotImplementedError

    def _fused(self, x: Any, states: list[Any], mask: Any, keep: Any, options: dict[str, Any]) -> Any:
        """(output, *states) by the op for the whole sequence."""
        raise NotImplementedError

    def inner_loop(
        self,
        sequences: Any,
        initial_state: list[Any],
        mask: Any,
        training: bool = False,
        constants: Any = None,
    ) -> tuple[Any, Any, list[Any]]:
        """The last output, all outputs, and the last states, by one operation where the cell's arguments allow it."""
        steps = sequences.shape[0 if self.time_major else 1]
        if self.unroll or not steps or not self._is_fused():
            return super().inner_loop(sequences, initial_state, mask, training, constants)
        cell, keep = self.cell, None
        if training and (cell.dropout or cell.recurrent_dropout):
            cell.draw_masks(sequences[0] if self.time_major else sequences[:, 0], initial_state[0])
            kept, keep = cell._input_mask, cell._state_mask
            cell.forget_masks()
            if kept is not None:
                sequences = sequences * ops.expand_dims(kept, 0 if self.time_major else 1)
        options = {
            "go_backwards": self.go_backwards,
            "time_major": self.time_major,
            "zero_output": self.zero_output_for_mask,
            "sequences": self.return_sequences,
        }
        if mask is not None:
            mask = ops.cast(mask, "bool")
        output, *states = self._fused(sequences, initial_state, mask, keep, options)
        return output, output, states

    def get_config(self) -> dict[str, Any]:
        cell = self.cell.get_config()
        own = self._own_config()
        return {
            **own,
            **{k: v for k, v in cell.items() if k not in own},
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
        }


_ARGUMENTS = frozenset(
    {
        "units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer",
        "unit_forget_bias", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint",
        "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "reset_after", "seed",
    }
)  # fmt: skip
