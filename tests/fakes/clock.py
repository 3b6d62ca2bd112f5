"""Clocks that stand still until they are moved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    time: datetime = datetime(2026, 11, 20, 6, tzinfo=UTC)

    def now(self) -> datetime:
        """Aware, UTC."""
        return self.time

    def wait(self, for_: timedelta) -> None:
        """Let time pass."""
        self.time += for_


class FakeMovingClock(FakeClock):
    """Moves by itself only when somebody sleeps."""

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.wait(timedelta(seconds=seconds))
