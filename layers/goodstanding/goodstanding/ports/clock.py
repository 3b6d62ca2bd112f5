"""The time of effects."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

type Remaining = Callable[[], timedelta]
"""What is left of a Lambda's time."""


class Clock(Protocol):
    """The time of an effect (when something was fetched or sent). Never the logical date of a run: that comes from the schedule."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that much time has passed: for the pauses between two calls, never for waiting on somebody."""
        ...
