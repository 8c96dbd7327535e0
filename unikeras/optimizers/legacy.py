"""`keras.optimizers.legacy`: the same optimizers, which also take what the old ones took (`lr`, `decay`)."""

from unikeras.optimizers.adadelta import Adadelta
from unikeras.optimizers.adagrad import Adagrad
from unikeras.optimizers.adam import Adam
from unikeras.optimizers.adamax import Adamax
from unikeras.optimizers.ftrl import Ftrl
from unikeras.optimizers.nadam import Nadam
from unikeras.optimizers.optimizer import Optimizer
from unikeras.optimizers.rmsprop import RMSprop
from unikeras.optimizers.sgd import SGD

__all__ = ["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "Optimizer", "RMSprop"]
