"""How far a student's answers or inner values are from its teacher's."""

from __future__ import annotations

from typing import Any

from unikeras import losses, ops
from unikeras.core import nest
from unikeras.core.tensor import convert_to_tensor
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

__all__ = ["DistillationLoss", "FeatureDistillation", "LogitsDistillation"]


class DistillationLoss:
    """The base of what `Distiller` minimises beside the student's own loss (mirrors `keras.distillation.DistillationLoss`).

    A subclass defines `compute_loss`.

    Example:
        >>> from unikeras import keras
        >>> class Apart(keras.distillation.DistillationLoss):
        ...     def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        ...         return keras.ops.max(keras.ops.abs(teacher_outputs - student_outputs))
        >>> float(Apart().compute_loss(keras.ops.ones((2, 3)), keras.ops.zeros((2, 3))))
        1.0
    """

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The scalar to minimise.

        Args:
            teacher_outputs: a tensor, or a structure of them.
            student_outputs: likewise.
            **kwargs: nothing yet.
        """
        raise NotImplementedError(f"{type(self).__name__} does not have a `compute_loss()` method.")

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Refuse outputs of different structures.

        Raises:
            ValueError: the structures differ.
        """
        _same_structure(type(self).__name__, "student", student_outputs, "teacher", teacher_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Refuse models that this loss cannot be used with; a subclass may override it."""


class _OfStructure(DistillationLoss):
    """One loss for a tensor, or a structure of them for a structure of tensors; `None`: that tensor does not count."""

    def __init__(self, loss: Any) -> None:
        self.loss = nest.map_structure(lambda one: None if one is None else losses.get(one), loss)
        if all(one is None for one in nest.flatten(self.loss)):
            raise ValueError(f"{type(self).__name__}: at least one loss must not be None.")

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Refuse outputs whose structures differ from each other's or from the losses'.

        Raises:
            ValueError: the structures differ.
        """
        super().validate_outputs(teacher_outputs, student_outputs)
        _same_structure(type(self).__name__, "loss", self.loss, "teacher", teacher_outputs)

    def _total(self, teacher_outputs: Any, student_outputs: Any) -> Any:
        self.validate_outputs(teacher_outputs, student_outputs)
        values = [
            ops.mean(loss(teacher, student))
            for loss, teacher, student in zip(
                nest.flatten(self.loss),
                nest.flatten(teacher_outputs),
                nest.flatten(student_outputs),
                strict=True,
            )
            if loss is not None
        ]
        total = values[0]
        for value in values[1:]:
            total = total + value
        return total

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the loss again."""
        return {"loss": nest.map_structure(serialize_keras_object, self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A loss from `get_config()`'s result."""
        return cls(**{**config, "loss": deserialize_keras_object(config["loss"])})


class LogitsDistillation(_OfStructure):
    """The distance of the models' outputs, each divided by a temperature (mirrors `keras.distillation.LogitsDistillation`).

    The idea is of Hinton et al., Distilling the Knowledge in a Neural Network, 2015. As in Keras the outputs are only divided: there is
    no softmax, and no factor of the temperature's square. For the paper's loss let the models end in a softmax, or give a
    `loss` that takes it.

    Args:
        temperature: a number greater than 0.
        loss: a loss, its name or a function `(teacher, student)`; for several outputs a structure of them (`None`: not
            counted). Their values are added.

    Raises:
        ValueError: the temperature is not greater than 0, or there is no loss.

    Example:
        >>> from unikeras import keras
        >>> loss = keras.distillation.LogitsDistillation(temperature=2.0, loss="mse")
        >>> float(loss.compute_loss(keras.ops.ones((2, 3)), keras.ops.zeros((2, 3))))
        0.25
    """

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence") -> None:
        if not isinstance(temperature, (int, float)) or isinstance(temperature, bool) or not temperature > 0:
            raise ValueError(
                f"LogitsDistillation: temperature must be a number greater than 0, not {temperature!r}."
            )
        self.temperature = temperature
        super().__init__(loss)

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The scalar to minimise."""

        def cooled(outputs: Any) -> Any:
            return nest.map_structure(lambda x: convert_to_tensor(x) / self.temperature, outputs)

        self.validate_outputs(teacher_outputs, student_outputs)
        return self._total(cooled(teacher_outputs), cooled(student_outputs))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the loss again."""
        return {"temperature": self.temperature, **super().get_config()}


class FeatureDistillation(_OfStructure):
    """The distance of what two layers give (mirrors `keras.distillation.FeatureDistillation`).

    After Romero et al., FitNets: Hints for Thin Deep Nets, 2014.

    Args:
        loss: a loss, its name or a function `(teacher, student)`, or a structure of them.
        teacher_layer_name: the layer of the teacher; the model's output if `None`.
        student_layer_name: likewise of the student. Both must give the same shape.

    Raises:
        ValueError: there is no loss.

    Example:
        >>> from unikeras import keras
        >>> loss = keras.distillation.FeatureDistillation("mae")
        >>> float(loss.compute_loss(keras.ops.ones((2, 3)), keras.ops.zeros((2, 3))))
        1.0
    """

    def __init__(
        self,
        loss: Any = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ) -> None:
        super().__init__(loss)
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The scalar to minimise."""
        return self._total(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Refuse models without the layers.

        Raises:
            ValueError: a model lacks its layer, or is not made of symbolic inputs and outputs, so that its layers' outputs cannot be had.
        """
        for role, model, name in (
            ("teacher", teacher, self.teacher_layer_name),
            ("student", student, self.student_layer_name),
        ):
            if name is None:
                continue
            if getattr(model, "_graph", None) is None:
                raise ValueError(
                    f"FeatureDistillation of the layer {name!r}: the {role} {model.name!r} is not made of symbolic inputs and outputs "
                    "(a functional or Sequential model with an input). Leave the layer's name out to compare the final outputs."
                )
            known = [layer.name for layer in model.layers]
            if name not in known:
                raise ValueError(
                    f"FeatureDistillation: the {role} {model.name!r} has no layer {name!r}; it has {known}."
                )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the loss again."""
        names = {"teacher_layer_name": self.teacher_layer_name, "student_layer_name": self.student_layer_name}
        return {**super().get_config(), **names}


def _same_structure(owner: str, what: str, found: Any, of: str, wanted: Any) -> None:
    def form(structure: Any) -> Any:
        return nest.map_structure(lambda _: "...", structure) if nest.is_nested(structure) else "one tensor"

    if form(found) != form(wanted):
        raise ValueError(
            f"{owner}: the {what}'s structure, {form(found)}, is not that of the {of}'s outputs, {form(wanted)}."
        )
