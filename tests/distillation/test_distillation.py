"""What a distiller does beyond what Keras's own answers to the golden programs show."""

import numpy as np

from unikeras import keras

L = keras.distillation.LogitsDistillation(1.0, "mse")


def network(rate=0.0, regularizer=None):
    return keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dropout(rate, seed=1),
            keras.layers.Dense(3, kernel_initializer="ones", kernel_regularizer=regularizer),
        ]
    )


def losses(distiller, sample_weight=None):
    distiller.compile("sgd", loss="mse")
    x = np.arange(8, dtype="float32").reshape(4, 2)
    total = distiller.compute_loss(x, np.zeros((4, 3)), distiller(x, training=False), sample_weight)
    found = {m.name: float(m.result()) for m in distiller.metrics if m.name != "loss"}
    return float(total), found


def test_sample_weights_and_regularizers_count():
    total, plain = losses(keras.distillation.Distiller(network(), network(), L))
    assert total == plain["total_loss"] == 0.5 * plain["student_loss"]
    assert plain["distillation_loss"] == 0.0
    _, half = losses(keras.distillation.Distiller(network(), network(), L), np.full(4, 0.5))
    assert half["student_loss"] == 0.5 * plain["student_loss"]
    _, more = losses(keras.distillation.Distiller(network(), network(0.0, keras.regularizers.L2(0.5)), L))
    np.testing.assert_allclose(more["student_loss"], plain["student_loss"] + 3.0)


def test_the_teacher_is_never_in_training():
    features = keras.distillation.FeatureDistillation("mse", "out", "out")
    for loss in (L, features):
        teacher, student = network(0.5), network()
        teacher.layers[-1].name = student.layers[-1].name = "out"
        distiller = keras.distillation.Distiller(teacher, student, loss)
        assert losses(distiller)[1]["distillation_loss"] == 0.0
        assert len(distiller.variables) == len(teacher.variables) + len(student.variables)
