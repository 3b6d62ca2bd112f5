"""Alerts in memory. The ledger passes the contract tests of its adapter; SNS only hands on what it is given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from goodstanding.core.alerts import Alert, Claim
from goodstanding.ports.clock import Clock

LEASE = timedelta(seconds=90)
ATTEMPTS = 2


@dataclass
class _Entry:
    alert: Alert
    day: date
    state: str = "planned"
    attempts: int = 0
    claimed_at: datetime | None = None


@dataclass
class FakeAlertLedger:
    """Planned, claimed, sent."""

    clock: Clock
    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)

    def plan(self, seller_id: str, day: date, alerts: Sequence[Alert]) -> None:
        """Add those whose key is new."""
        for alert in alerts:
            self.entries.setdefault((seller_id, alert.key), _Entry(alert, day))

    def unsent(self, seller_id: str) -> Sequence[Alert]:
        """Planned or claimed and not settled, in the order of their keys."""
        return tuple(entry.alert for entry in self._of(seller_id) if entry.state in {"planned", "claimed"})

    def sellers_with_unsent(self, limit: int) -> Sequence[str]:
        """Those with something left to be said."""
        return sorted({seller_id for seller_id, _ in self.entries if self.unsent(seller_id)})[:limit]

    def planned_on(self, seller_id: str, day: date) -> Sequence[Alert]:
        """What a day's run planned, sent or not."""
        return tuple(entry.alert for entry in self._of(seller_id) if entry.day == day)

    def claim(self, seller_id: str, key: str) -> Claim:
        """Claim for sending."""
        if (seller_id, key) not in self.entries:
            return Claim.SPENT
        entry, now = self.entries[seller_id, key], self.clock.now()
        lapsed = entry.claimed_at is not None and entry.claimed_at <= now - LEASE
        if entry.state == "planned" or (entry.state == "claimed" and lapsed and entry.attempts < ATTEMPTS):
            entry.state, entry.claimed_at, entry.attempts = "claimed", now, entry.attempts + 1
            return Claim.FIRST if entry.attempts == 1 else Claim.REPEAT
        if entry.state == "claimed" and not lapsed:
            return Claim.LEASED
        entry.state = "sent"
        return Claim.SPENT

    def settle(self, seller_id: str, key: str, message_id: str) -> None:
        """It was sent."""
        self.entries[seller_id, key].state = "sent"

    def release(self, seller_id: str, key: str) -> None:
        """It was certainly not sent."""
        entry = self.entries[seller_id, key]
        entry.state, entry.attempts = "planned", entry.attempts - 1

    def _of(self, seller_id: str) -> Iterator[_Entry]:
        return (entry for (seller, _), entry in sorted(self.entries.items()) if seller == seller_id)


@dataclass
class FakeAlerts:
    """SNS: what was published; `failures` befall the next calls, None is a call that goes well."""

    published: list[tuple[str, Alert]] = field(default_factory=list)
    failures: list[Exception | None] = field(default_factory=list)

    def publish(self, seller_id: str, alert: Alert) -> str:
        """Publish."""
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.published.append((seller_id, alert))
        return f"m-{len(self.published)}"
