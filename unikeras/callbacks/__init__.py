"""Callbacks: what a program can have done while a model trains, is evaluated or predicts."""

from unikeras.callbacks.backup_and_restore import BackupAndRestore
from unikeras.callbacks.base_logger import BaseLogger
from unikeras.callbacks.callback import Callback
from unikeras.callbacks.callback_list import CallbackList
from unikeras.callbacks.csv_logger import CSVLogger
from unikeras.callbacks.early_stopping import EarlyStopping
from unikeras.callbacks.history import History
from unikeras.callbacks.lambda_callback import LambdaCallback
from unikeras.callbacks.learning_rate_scheduler import LearningRateScheduler
from unikeras.callbacks.model_checkpoint import ModelCheckpoint
from unikeras.callbacks.orbax_checkpoint import OrbaxCheckpoint
from unikeras.callbacks.progbar_logger import ProgbarLogger
from unikeras.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from unikeras.callbacks.remote_monitor import RemoteMonitor
from unikeras.callbacks.swap_ema_weights import SwapEMAWeights
from unikeras.callbacks.tensorboard import TensorBoard
from unikeras.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "BackupAndRestore",
    "BaseLogger",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "OrbaxCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
