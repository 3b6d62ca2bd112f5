"""The escalation sweep: who has to be told of a deadline now, planned for the alert ledger, from which it is published."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from goodstanding.contracts.errors import SellerNotConfigured
from goodstanding.core.alerts import Alert
from goodstanding.core.deadlines import Deadline, DeadlineKind, Escalation, escalated
from goodstanding.core.runs import run_on
from goodstanding.core.texts.deadlines import deadline_alert, ship_by_alert
from goodstanding.ports.deadlines import DeadlineStore
from goodstanding.ports.sellers import SellerRegistry

BATCH = 500
"""Deadlines of one call: half a minute of DynamoDB at its slowest. A marketplace with more orders due at once gets a second message."""

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Swept:
    """What one call of a sweep came to.

    `sellers` have alerts to be published. `left`: deadlines that somebody else kept writing, or whose seller is no longer
    configured; the next sweep meets them again. `cursor`: where to go on; None at the end.
    """

    planned: int
    sellers: tuple[str, ...]
    left: int
    cursor: str | None


def escalate(
    now: datetime, store: DeadlineStore, registry: SellerRegistry, *, limit: int = BATCH, cursor: str | None = None
) -> Swept:
    """Take the steps that are due by `now`, at most those of `limit` deadlines.

    What is due is read again before it is decided upon, and taken only if it still stands then: an answered message is never
    escalated. A sweep that dies leaves nothing half done, and one that runs twice, or beside another, says nothing twice.
    """
    page = store.due(now, limit, cursor)
    found: dict[str, list[str]] = defaultdict(list)
    for seller_id, deadline_id in page.found:
        found[seller_id].append(deadline_id)
    planned: dict[str, int] = {}
    left = 0
    for seller_id, deadline_ids in found.items():
        try:
            language = registry.get(seller_id).language
        except SellerNotConfigured:
            left += len(deadline_ids)
            continue
        sweep = _Sweep(seller_id, language, now, store)
        sweep.take(deadline_ids)
        planned[seller_id] = sweep.planned
        left += sweep.left
    sellers = tuple(seller_id for seller_id, count in planned.items() if count)
    return Swept(planned=sum(planned.values()), sellers=sellers, left=left, cursor=page.cursor)


class _Sweep:
    """The sweep of one seller's deadlines."""

    def __init__(self, seller_id: str, language: str, now: datetime, store: DeadlineStore) -> None:
        self._seller_id = seller_id
        self._language = language
        self._now = now
        self._store = store
        self.planned = 0
        self.left = 0

    def take(self, deadline_ids: Sequence[str]) -> None:
        """Each deadline by itself, orders to be shipped by marketplace."""
        orders: dict[str, list[str]] = defaultdict(list)
        for deadline in self._store.read(self._seller_id, deadline_ids):
            if deadline.kind is DeadlineKind.SHIP_BY:
                orders[deadline.marketplace].append(deadline.id)
            else:
                self._one(deadline)
        for marketplace, ids in orders.items():
            self._round(marketplace, ids)

    def _one(self, deadline: Deadline) -> None:
        standing: Sequence[Deadline] = (deadline,)
        for _ in range(_TRIES):
            due = self._due(standing)
            if not due:
                return
            alert = deadline_alert(due[0], seller_id=self._seller_id, now=self._now, language=self._language)
            if self._store.take(self._seller_id, self._day, self._keyed(alert), due[0]):
                self.planned += 1
                return
            standing = self._store.read(self._seller_id, [deadline.id])
        self.left += 1

    def _round(self, marketplace: str, deadline_ids: Sequence[str]) -> None:
        for _ in range(_TRIES):
            last = self._store.round(self._seller_id, marketplace)
            due = self._due(self._store.read(self._seller_id, deadline_ids))
            if not due:
                return
            alert = ship_by_alert(
                due, round_=last.number + 1, seller_id=self._seller_id, now=self._now, language=self._language
            )
            if self._store.take_round(self._seller_id, self._day, self._keyed(alert), due, last):
                self.planned += 1
                return
        self.left += len(deadline_ids)

    def _due(self, deadlines: Sequence[Deadline]) -> list[Escalation]:
        escalations = (escalated(deadline, self._now) for deadline in deadlines)
        return [escalation for escalation in escalations if escalation is not None]

    @property
    def _day(self) -> date:
        return run_on(self._now)

    def _keyed(self, alert: Alert) -> Alert:
        return replace(alert, key=f"{self._day}#{alert.key}")
