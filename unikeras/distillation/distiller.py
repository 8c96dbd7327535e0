"""`Distiller`: a model that trains a student on its targets and on its teacher's answers."""

from __future__ import annotations

from typing import Any

from unikeras import metrics, ops
from unikeras.distillation.losses import DistillationLoss, FeatureDistillation
from unikeras.layers.layer import Layer
from unikeras.models import Model
from unikeras.models.order import places
from unikeras.saving.serialize import deserialize_keras_object, serialize_keras_object

__all__ = ["Distiller"]


class Distiller(Model):
    """Trains a student to do as a trained teacher does (mirrors `keras.distillation.Distiller`).

    Minimised is `student_loss_weight * student's loss + (1 - student_loss_weight) * sum of weighted distillation losses`. Called, it is
    the student. The teacher is frozen. Unlike Keras, the student's loss counts sample weights, and what its layers and regularizers add.

    Args:
        teacher: a trained model.
        student: the model to train; inputs and outputs of the same shapes and dtypes as the teacher's.
        distillation_losses: a `DistillationLoss`, or a list of them.
        distillation_loss_weights: a number for each of a list of losses; 1 if `None`.
        student_loss_weight: between 0 and 1.
        name: the model's name.
        **kwargs: as for a model.

    Raises:
        ValueError: something is not a model or a distillation loss, the models do not fit, or a weight is out of range.

    Example:
        >>> from unikeras import keras
        >>> def network(units):
        ...     return keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, "relu"), keras.layers.Dense(3)])
        >>> student = network(2)
        >>> distiller = keras.distillation.Distiller(network(8), student, keras.distillation.LogitsDistillation(2.0, "mse"))
        >>> distiller.compile("adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        >>> len(distiller.trainable_variables)
        4
    """

    # Made of the models' own layers, so they are not parts of it.
    _untracked = Model._untracked | {"_teacher_layers", "_student_layers"}

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: Any,
        distillation_loss_weights: Any = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        for role, model in (("teacher", teacher), ("student", student)):
            if not isinstance(model, Model):
                raise ValueError(f"Distiller: the {role} must be a keras.Model, not {model!r}.")
        given = (
            distillation_losses if isinstance(distillation_losses, (list, tuple)) else [distillation_losses]
        )
        weights = [1.0] * len(given) if distillation_loss_weights is None else distillation_loss_weights
        weights = list(weights) if isinstance(weights, (list, tuple)) else [weights]
        if len(weights) != len(given):
            raise ValueError(
                f"Distiller: {len(weights)} distillation_loss_weights for {len(given)} distillation_losses."
            )
        if not 0 <= student_loss_weight <= 1:
            raise ValueError(f"Distiller: student_loss_weight must be in [0, 1], not {student_loss_weight}.")
        for loss in given:
            if not isinstance(loss, DistillationLoss):
                raise ValueError(f"Distiller: {loss!r} is no keras.distillation.DistillationLoss.")
            loss.validate_model_compatibility(teacher, student)
        _check_ends(teacher, student)
        self.teacher = teacher
        self.teacher.trainable = False
        self.student = student
        self.distillation_losses = list(given)
        self.distillation_loss_weights = [float(w) for w in weights]
        self.student_loss_weight = float(student_loss_weight)
        self.student_loss_tracker = metrics.Mean(name="student_loss")
        self.distillation_loss_tracker = metrics.Mean(name="distillation_loss")
        self.total_loss_tracker = metrics.Mean(name="total_loss")
        self._teacher_layers = _with_layers(teacher, self.distillation_losses, "teacher")
        self._student_layers = _with_layers(student, self.distillation_losses, "student")

    def compile(  # type: ignore[override]
        self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any
    ) -> None:
        """Choose how the student is trained; arguments as for `keras.Model.compile`.

        Raises:
            ValueError: there is no loss.
        """
        if loss is None:
            raise ValueError("Distiller.compile: give the student's `loss`.")
        super().compile(optimizer=optimizer, loss=loss, metrics=metrics, **kwargs)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The student's outputs."""
        return self.student(inputs, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The weighted sum of the student's loss and the distillation losses."""
        own: Any = ops.constant(0.0)
        if self.student_loss_weight > 0:
            own = super().compute_loss(
                x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training
            )
        apart: Any = ops.constant(0.0)
        if self.student_loss_weight < 1:
            apart = self._apart(x, y_pred, training)
        total = self.student_loss_weight * own + (1.0 - self.student_loss_weight) * apart
        self.student_loss_tracker.update_state(own)
        self.distillation_loss_tracker.update_state(apart)
        self.total_loss_tracker.update_state(total)
        return total

    def _apart(self, x: Any, y_pred: Any, training: Any) -> Any:
        """The weighted sum of the distillation losses."""
        teacher = self._teacher_layers or self.teacher
        of_teacher = _named(teacher(x, training=False), self._teacher_layers)
        of_student: dict[str | None, Any] = {None: y_pred}
        if self._student_layers is not None:
            inner = _named(self._student_layers(x, training=training), self._student_layers)
            of_student = {**inner, None: y_pred}
        total: Any = ops.constant(0.0)
        for loss, weight in zip(self.distillation_losses, self.distillation_loss_weights, strict=True):
            value = loss.compute_loss(
                of_teacher[_layer_of(loss, "teacher")], of_student[_layer_of(loss, "student")]
            )
            total = total + weight * value
        return total

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs to make the model again: both models' architectures, without their weights."""
        return {
            **Layer.get_config(self),
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [serialize_keras_object(loss) for loss in self.distillation_losses],
            "distillation_loss_weights": list(self.distillation_loss_weights),
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A model from `get_config()`'s result."""
        parts = {k: deserialize_keras_object(config[k], custom_objects) for k in ("teacher", "student")}
        losses = [deserialize_keras_object(one, custom_objects) for one in config["distillation_losses"]]
        return cls(**{**config, **parts, "distillation_losses": losses})


def _layer_of(loss: DistillationLoss, role: str) -> str | None:
    return getattr(loss, f"{role}_layer_name") if isinstance(loss, FeatureDistillation) else None


def _with_layers(model: Any, losses: list[DistillationLoss], role: str) -> Any:
    """A model of the outputs of the layers that losses ask for, by name, and of the model's own; `None` if none asks."""
    names = list(dict.fromkeys(name for loss in losses if (name := _layer_of(loss, role)) is not None))
    if not names:
        return None
    found = {place.name: place for place in places(model._graph)}
    outputs = [
        found[name].input if found[name].input is not None else found[name].nodes[0].outputs for name in names
    ]
    made = Model(model._graph.inputs, [*outputs, model._graph.outputs], name=f"{model.name}_layers")
    made.__dict__["_names_of_outputs"] = [*names, None]
    return made


def _named(outputs: Any, layers: Any) -> dict[str | None, Any]:
    return {None: outputs} if layers is None else dict(zip(layers._names_of_outputs, outputs, strict=True))


def _check_ends(teacher: Any, student: Any) -> None:
    """Refuse models whose inputs or outputs differ, as far as both are known."""
    if teacher._graph is None or student._graph is None:
        return
    for what in ("input", "output"):
        ours, theirs = (getattr(m._graph, f"flat_{what}s") for m in (teacher, student))
        if len(ours) != len(theirs):
            raise ValueError(f"Distiller: the teacher has {len(ours)} {what}(s), the student {len(theirs)}.")
        for one, other in zip(ours, theirs, strict=True):
            if not one.shape.is_compatible_with(other.shape):
                raise ValueError(
                    f"Distiller: the {what} shapes do not fit: {tuple(one.shape)} of the teacher, {tuple(other.shape)} of the student."
                )
            if one.dtype != other.dtype:
                raise ValueError(
                    f"Distiller: the {what} dtypes differ: {one.dtype.name} of the teacher, {other.dtype.name} of the student."
                )
