"""The clocks that run against sellers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from goodstanding.core.alerts import Alert
from goodstanding.core.deadlines import Closing, Deadline, Escalation


@dataclass(frozen=True, slots=True)
class DuePage:
    """Deadlines that may have a step to take, as (seller id, deadline id), and where to go on; None when these are all."""

    found: tuple[tuple[str, str], ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Round:
    """Which message about a marketplace's orders to be shipped was the last one. Who takes the next has to name it."""

    marketplace: str
    number: int


class DeadlineStore(Protocol):
    """The clocks of all sellers. Every method that writes raises Conflict when somebody else keeps writing the same deadline."""

    def open(self, seller_id: str, deadline: Deadline) -> Deadline:
        """Note an opening; what stands after it (`core.deadlines.opened`)."""
        ...

    def close(self, seller_id: str, deadline_id: str, closing: Closing) -> Deadline | None:
        """Note an end; what stands after it, None while no opening is known: then the end waits for it."""
        ...

    def acknowledge(
        self, seller_id: str, deadline_id: str, now: datetime, until: datetime, longest: timedelta
    ) -> Deadline | None:
        """Pause a deadline's warnings; None for one that is not known."""
        ...

    def read(self, seller_id: str, deadline_ids: Iterable[str]) -> Sequence[Deadline]:
        """Those that are known, as they stand this moment, in the order of their ids."""
        ...

    def all(self, seller_id: str, prefix: str = "") -> Iterator[Deadline]:
        """Every clock that runs or ran and whose id begins so, in the order of their ids."""
        ...

    def next_step_at(self) -> datetime | None:
        """When the next step of any seller is due; None when no step is left. It may be a moment old."""
        ...

    def due(self, now: datetime, limit: int, cursor: str | None = None) -> DuePage:
        """Open deadlines with a step to take by `now`, at most `limit`. A page may be a moment old: read before deciding."""
        ...

    def take(self, seller_id: str, day: date, alert: Alert, escalation: Escalation) -> bool:
        """In one transaction: mark the steps as taken, and plan their alert. False, and nothing done, when `before` no longer stands."""
        ...

    def round(self, seller_id: str, marketplace: str) -> Round:
        """The marketplace's last round, after finishing what it left open. Read it before reading the deadlines."""
        ...

    def take_round(
        self, seller_id: str, day: date, alert: Alert, escalations: Sequence[Escalation], after: Round
    ) -> bool:
        """One alert for many deadlines, all or nothing: False when one of them, or the round, no longer stands."""
        ...
