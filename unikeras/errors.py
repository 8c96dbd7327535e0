"""`tf.errors`: the exceptions that ops and files raise."""

from unikeras.core.errors import FailedPreconditionError as FailedPreconditionError
from unikeras.core.errors import InvalidArgumentError as InvalidArgumentError
from unikeras.core.errors import NotFoundError as NotFoundError
from unikeras.core.errors import OperatorNotAllowedInGraphError as OperatorNotAllowedInGraphError
from unikeras.core.errors import OpError as OpError
from unikeras.core.errors import OutOfRangeError as OutOfRangeError
from unikeras.core.errors import ResourceExhaustedError as ResourceExhaustedError
from unikeras.core.errors import UnimplementedError as UnimplementedError
