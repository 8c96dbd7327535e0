"""Optimizers (mirrors `keras.optimizers`), each in a file of its own, and learning rate schedules."""

from unikeras.optimizers import legacy, schedules
from unikeras.optimizers.adadelta import Adadelta
from unikeras.optimizers.adafactor import Adafactor
from unikeras.optimizers.adagrad import Adagrad
from unikeras.optimizers.adam import Adam
from unikeras.optimizers.adamax import Adamax
from unikeras.optimizers.adamw import AdamW
from unikeras.optimizers.ftrl import Ftrl
from unikeras.optimizers.identify import deserialize, get, serialize
from unikeras.optimizers.lamb import Lamb
from unikeras.optimizers.lion import Lion
from unikeras.optimizers.loss_scale_optimizer import LossScaleOptimizer
from unikeras.optimizers.multi_optimizer import MultiOptimizer, OptimizerMap
from unikeras.optimizers.muon import Muon
from unikeras.optimizers.nadam import Nadam
from unikeras.optimizers.optimizer import Optimizer
from unikeras.optimizers.rmsprop import RMSprop
from unikeras.optimizers.schedule_free_adamw import ScheduleFreeAdamW
from unikeras.optimizers.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "legacy",
    "schedules",
    "serialize",
]
